use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::{Position, Rect};

use super::*;
use crate::config::Settings;
use crate::domain::needs::Preset;
use crate::tui::theme::Theme;
use crate::tui::widgets::input::Look;

const PRESETS: &[Preset] =
    &[Preset { label: "reader", on: &["read"] }, Preset { label: "poster", on: &["read", "post"] }];

fn form() -> Form {
    let row = |label, heading, control| Row { label, heading, control };
    Form::new(vec![
        row("Name", "Account", Control::Line(Input::new(Look::Plain))),
        row("API key", "Keys", Control::Secret(SecretLine::new(Some("7f3a".to_owned())))),
        row("Needs", "Use", Control::Toggles(toggles())),
        row("May", "", Control::Choice(Choice::new(vec![("", "not known"), ("rw", "Read and write")]))),
        row("App", "", Control::Pick(Pick { word: "1".to_owned(), shown: "bots-prod".to_owned() })),
        row("Notes", "", Control::Lines(Lines::with(""))),
        row("", "", Control::Button("Save")),
    ])
}

fn toggles() -> Toggles {
    Toggles::new(vec![("read", "read posts"), ("post", "post"), ("media", "upload media")], PRESETS)
}

fn theme() -> Theme {
    Theme::new(&Settings::default())
}

fn frame(form: &Form, width: u16, height: u16, asides: &[Aside]) -> String {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
    let Ok(frame) = terminal.draw(|frame| form.view(&theme(), frame, Rect::new(0, 0, width, height), asides));
    let buffer = frame.buffer;
    (0..height)
        .map(|y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned() + "\n")
        .collect()
}

fn keys(form: &mut Form, keys: &str) {
    for key in keys.split(' ').filter_map(Key::parse) {
        form.key(key, 80);
    }
}

fn text(form: &Form, row: usize) -> String {
    form.control(row).expect("such a row").text()
}

#[test]
fn what_is_typed_is_what_the_row_holds() {
    for (row, pressed, wanted) in [
        (0, "w i k i", "wiki"),
        (1, "k e y", "key"),
        (2, "Space", "read"),
        (2, "→ Space → Space", "post,media"),
        (2, "2", "read,post"),
        (2, "2 0", ""),
        (2, "u Space", "media"),
        (3, "→", "rw"),
        (3, "Space Space", ""),
        (3, "2", "rw"),
        (4, "x", "1"),
        (5, "a Enter b", "a\nb"),
        (5, "a b ← Enter", "a\nb"),
        (5, "a Enter b Home Backspace c", "acb"),
        (5, "a Enter b ↑ x", "ax\nb"),
        (6, "x", ""),
    ] {
        let mut form = form();
        form.focus(row);
        keys(&mut form, pressed);
        assert_eq!(text(&form, row), wanted, "row {row}: {pressed}");
    }
}

#[test]
fn what_a_row_holds_can_be_put_back() {
    for (row, held) in [(0, "wiki"), (1, "key"), (2, "read,media"), (3, "rw"), (5, "a\nb"), (5, "")] {
        let mut form = form();
        form.control_mut(row).expect("such a row").set_text(held);
        assert_eq!(text(&form, row), held);
    }
}

#[test]
fn the_focus_goes_round() {
    let mut form = form();
    form.back();
    assert_eq!(form.at(), 6);
    form.next();
    assert_eq!(form.at(), 0);
}

#[test]
fn a_stored_value_stays_until_it_is_replaced_or_cleared() {
    let mut line = SecretLine::new(Some("7f3a".to_owned()));
    line.clear();
    assert_eq!(line.fate, Fate::Remove);
    line.clear();
    assert_eq!(line.fate, Fate::Keep);
    line.clear();
    line.key(Key::Char('x'));
    assert_eq!((line.fate, line.input.text()), (Fate::Keep, "x"));
    line.clear();
    assert_eq!((line.fate, line.input.is_empty()), (Fate::Keep, true));
}

#[test]
fn labels_controls_and_notes_are_in_the_picture() {
    let mut form = form();
    keys(&mut form, "w i k i");
    let mut asides = vec![Aside::default(); form.len()];
    asides[0].changed = Changed::Yes;
    asides[1].notes.push(Note::new(Tone::Warn, "this looks like an access token"));
    insta::assert_snapshot!(frame(&form, 60, 16, &asides));
    form.focus(2);
    insta::assert_snapshot!(frame(&form, 60, 16, &asides));
    insta::assert_snapshot!(frame(&form, 30, 6, &asides));
}

#[test]
fn a_value_is_shown_only_on_purpose() {
    let mut form = form();
    let mut asides = vec![Aside::default(); form.len()];
    form.focus(1);
    form.control_mut(1).expect("such a row").set_text("made-up-typed");
    assert!(!frame(&form, 60, 16, &asides).contains("made-up"));
    asides[1].plain = Some(Secret::new("made-up-stored"));
    assert!(frame(&form, 60, 16, &asides).contains("made-up-typed"));
    form.control_mut(1).expect("such a row").set_text("");
    assert!(frame(&form, 60, 16, &asides).contains("made-up-stored"));
}

#[test]
fn a_click_focuses_and_the_next_one_flips() {
    let mut form = form();
    let asides = vec![Aside::default(); form.len()];
    let area = Rect::new(0, 0, 60, 20);
    let click = |form: &mut Form, needle: &str| {
        let picture = frame(form, 60, 20, &asides);
        let (y, line) = picture.lines().enumerate().find(|(_, line)| line.contains(needle)).expect("in view");
        let x = line.split(needle).next().map_or(0, |before| before.chars().count());
        let at = Position::new(u16::try_from(x).expect("small"), u16::try_from(y).expect("small"));
        form.click(&theme(), at, area, &asides)
    };
    assert_eq!(click(&mut form, "nothing chosen"), Some(Hit { row: 2, button: false }));
    click(&mut form, "upload media");
    assert_eq!(text(&form, 2), "media");
    assert_eq!(click(&mut form, "Save"), Some(Hit { row: 6, button: true }));
}

#[test]
fn the_cursor_of_a_grid_too_high_for_the_form_stays_in_view() {
    let mut form = form();
    form.focus(2);
    let asides = vec![Aside::default(); form.len()];
    assert!(frame(&form, 30, 3, &asides).contains("read posts"));
    keys(&mut form, "u");
    assert!(frame(&form, 30, 3, &asides).contains("upload media"));
}

proptest! {
    #[test]
    fn no_size_and_no_keys_break_the_picture(
        width in 0..90_u16, height in 0..30_u16, row in 0..9_usize,
        pressed in prop::collection::vec(0..8_usize, 0..20), x in 0..90_u16, y in 0..30_u16,
    ) {
        const KEYS: [Key; 8] = [
            Key::Char(' '), Key::Enter, Key::Up, Key::Down, Key::Left, Key::Right, Key::Backspace, Key::Char('m'),
        ];
        let mut form = form();
        form.focus(row);
        for key in pressed {
            form.key(KEYS[key], width);
        }
        let asides = vec![Aside { notes: vec![Note::new(Tone::Bad, "a long sentence ".repeat(8))], ..Aside::default() }; 7];
        if width > 0 && height > 0 {
            frame(&form, width, height, &asides);
        }
        form.click(&theme(), Position::new(x, y), Rect::new(0, 0, width, height), &asides);
    }
}
