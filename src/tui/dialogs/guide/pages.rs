//! The pages.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use ratatui::text::Line;
use ratatui::widgets::Clear;

use super::ending::Way;
use super::{Answer, Code, Guide, Over, PROOF, Page, document, qr};
use crate::domain::fields::{Doubt, Field};
use crate::domain::id::Owner;
use crate::domain::phrase::{counted, shell_word};
use crate::domain::text::{fit, visible_within};
use crate::domain::verdict::{Cause, State as Standing};
use crate::ops::check::PRICES_OF;
use crate::ops::console::{self, Step as Leg};
use crate::tui::ctx::Ctx;
use crate::tui::widgets::boxed;
use crate::tui::widgets::input::Focus;
use crate::tui::widgets::leaf::{Leaf, Weight};
use crate::tui::widgets::text::{cells, padded, wrapped};

/// What a click hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    /// The line that says what Enter does.
    Go,
    Open,
    Copy(usize),
    Way(usize),
    Answer(Answer),
}

pub(super) fn view(guide: &Guide, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    match (guide.page, guide.over) {
        (Page::Bot, Over::Nothing | Over::Phone(_)) => bot(guide, ctx, frame, area),
        (Page::Step(_), Over::Phone(code)) => phone(guide, code, ctx, frame, area),
        _ => {
            let (leaf, title) = leaf(guide, ctx, area);
            leaf.view(frame, area, &title, guide.scroll);
        }
    }
}

/// How many lines of the page can be scrolled away in `area`.
pub(super) fn last_scroll(guide: &Guide, ctx: &Ctx, area: Rect) -> usize {
    leaf(guide, ctx, area).0.last_scroll(area)
}

/// What stands at `at`.
pub(super) fn hit(guide: &Guide, ctx: &Ctx, area: Rect, at: Position) -> Option<Hit> {
    if matches!(guide.over, Over::Phone(_)) {
        return Some(Hit::Go);
    }
    let (leaf, _) = leaf(guide, ctx, area);
    let line = leaf.line_at(area, at, guide.scroll)?;
    if matches!(guide.over, Over::Discard(_)) {
        return ANSWERS
            .iter()
            .find(|(_, label)| line.contains(label))
            .map(|(answer, _)| Hit::Answer(*answer));
    }
    if line.contains("Enter ") {
        return Some(Hit::Go);
    }
    if let Ok((step, url)) = guide.console() {
        if line.contains(url) {
            return Some(Hit::Open);
        }
        let begins = |label: &str| line.trim_start_matches([' ', '^', 'Y']).starts_with(label);
        return step.copy.iter().position(|suggestion| begins(&suggestion.label)).map(Hit::Copy);
    }
    if guide.page != Page::Finish {
        return None;
    }
    guide.ways(ctx).iter().position(|way| line.contains(way_label(*way))).map(Hit::Way)
}

/// The first page: where its rows are.
fn places(area: Rect) -> (Rect, Rect, Rect) {
    let whole = boxed::middle(area, area.width.min(78), area.height);
    let inside = if area.height >= boxed::ROWS_FOR_BORDERS - 2 { boxed::inside(whole) } else { whole };
    let foot = match inside.height {
        0..=3 => 0,
        4..=14 => 1,
        _ => 3,
    };
    let rows = Rect { height: inside.height - foot, ..inside };
    (whole, rows, boxed::below(inside, inside.height - foot))
}

/// Where the rows of the first page are.
pub(super) fn rows(area: Rect) -> Rect {
    places(area).1
}

fn bot(guide: &Guide, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let theme = &ctx.theme;
    let (whole, rows, foot) = places(area);
    if rows.width < whole.width {
        let title = format!("{}: first, about the bot", subject(guide, ctx));
        let title = fit(&title, usize::from(whole.width).saturating_sub(6));
        frame.render_widget(boxed::block(theme, title, theme.focus), whole);
    }
    let asides = document(ctx).map(|document| guide.bot.asides(document, (guide.app, guide.profile)));
    guide.bot.form.view(theme, frame, rows, &asides.unwrap_or_default());
    let lines = wrapped(guide.bot.doc(), foot.width.into());
    let skip = foot.height.saturating_sub(u16::try_from(lines.len()).unwrap_or(u16::MAX));
    for (y, line) in (skip..foot.height).zip(lines) {
        frame.render_widget(Line::styled(line, theme.dim), boxed::row(foot, y));
    }
}

fn subject(guide: &Guide, ctx: &Ctx) -> String {
    match guide.for_app {
        console::ForApp::Known => {
            format!("New bot of {}", visible_within(&guide.app_name(ctx), 32))
        }
        _ => "New app and bot".to_owned(),
    }
}

fn leaf<'a>(guide: &'a Guide, ctx: &'a Ctx, area: Rect) -> (Leaf<'a>, String) {
    let mut leaf = Leaf::new(&ctx.theme, area);
    if let Over::Discard(answer) = guide.over {
        discard(answer, &mut leaf);
        return (leaf, "Discard the walk?".to_owned());
    }
    let title = match (guide.page, guide.step()) {
        (Page::Step(number), Some(step)) => {
            a_step(guide, step, ctx, &mut leaf);
            format!("{} of {} {} {}", number + 1, guide.way().len() + 1, ctx.theme.glyphs.dot, step.title)
        }
        (Page::Done, _) => {
            done(guide, ctx, &mut leaf);
            "Ready".to_owned()
        }
        _ => {
            finish(guide, ctx, &mut leaf);
            let count = guide.way().len() + 1;
            format!("{count} of {count} {} Save and ask X", ctx.theme.glyphs.dot)
        }
    };
    (leaf, title)
}

/// The answers to the question whether to throw everything away, the harmless one first.
const ANSWERS: [(Answer, &str); 2] =
    [(Answer::Keep, "Go on with it"), (Answer::Discard, "Discard what was typed and pasted")];

fn discard(now: Answer, leaf: &mut Leaf) {
    leaf.explain("What was pasted and is not saved is gone then, and X may not show it again.");
    leaf.explain("To leave and keep it, go back page by page with Esc instead.");
    leaf.air();
    for (answer, label) in ANSWERS {
        leaf.option("", label, if answer == now { Focus::Here } else { Focus::Elsewhere });
    }
}

fn a_step<'a>(guide: &'a Guide, step: &'static Leg, ctx: &Ctx, leaf: &mut Leaf<'a>) {
    let theme = &ctx.theme;
    for (number, text) in (1..).zip(&step.does) {
        leaf.step(number, &guide.fill(text, ctx));
    }
    leaf.air();
    leaf.item(Weight::Explains, "Look for  ", &guide.fill(&step.look, ctx), theme.base);
    if step.url.is_none() {
        leaf.explain(
            "The app and the bot are saved first: a login needs them. What it brings is stored at once.",
        );
    }
    if ctx.is_demo() && step.url.is_some() {
        let text = if step.paste().is_empty() {
            "This is the demo, and its console is played: nothing is to be done there, Enter goes on."
        } else {
            "This is the demo, and its console is played: ^O pastes here what it shows, made up like all the rest."
        };
        leaf.text(Weight::Explains, text, theme.warn);
    }
    if step.url.is_some() {
        leaf.text(
            Weight::Explains,
            &format!("X's console as of {}; its labels change now and then.", console::checked()),
            theme.dim,
        );
    }
    leaf.air();
    copies(guide, step, ctx, leaf);
    if let Some(url) = &step.url {
        leaf.item(Weight::Matters, "^O ", url, theme.accent);
    }
    if !step.paste().is_empty() {
        leaf.input(
            "Paste here",
            &guide.input,
            if guide.over == Over::Nothing { Focus::Here } else { Focus::Elsewhere },
        );
        for field in step.paste() {
            value(guide, step, field, (Weight::Matters, ctx), leaf);
        }
    }
    for note in &guide.got.notes {
        leaf.text(Weight::Matters, &note.text, theme.tone(note.tone));
    }
    if guide.is_busy() {
        return leaf.text(Weight::Matters, &format!("{} saving", ctx.spinner()), theme.accent);
    }
    leaf.air();
    let next = guide.next_title();
    match (&step.url, guide.input.is_empty()) {
        (_, false) => leaf.option("Enter", "Take what is typed", Focus::Here),
        (None, _) => leaf.option("Enter", "Save, and log the bot in", Focus::Here),
        (Some(_), _) => leaf.option("Enter", &format!("Done; next: {next}"), Focus::Here),
    }
}

fn copies(guide: &Guide, step: &'static Leg, ctx: &Ctx, leaf: &mut Leaf) {
    let theme = &ctx.theme;
    let widest = step.copy.iter().map(|suggestion| cells(&suggestion.label)).max().unwrap_or(0);
    for (number, suggestion) in step.copy.iter().enumerate() {
        let next = number == guide.next_copy;
        let label = padded(suggestion.label.clone(), widest);
        let begin = format!("{} {label}  ", if next { "^Y" } else { "  " });
        let style = if next { theme.accent } else { theme.base };
        leaf.item(Weight::Explains, &begin, &guide.fill(&suggestion.text, ctx), style);
    }
}

/// Whether a value is there, and what is odd about it.
fn value(guide: &Guide, step: &Leg, field: Field, (weight, ctx): (Weight, &Ctx), leaf: &mut Leaf) {
    let (theme, label) = (&ctx.theme, field.row().label);
    let print = guide.got.value(field).or_else(|| stored(guide, field, ctx));
    let print =
        print.zip(document(ctx).ok()).map(|(value, document)| document.fingerprints.of(value).short());
    let (glyph, style, text) = match (print, guide.got.doubt(field)) {
        (Some(print), None) => (theme.glyphs.ok, theme.good, format!("{label} #{print}")),
        (Some(print), Some(doubt)) => {
            let style = if matches!(doubt, Doubt::OldShape) { theme.base } else { theme.warn };
            (theme.glyphs.attention, style, format!("{label} #{print}: {}", doubt.sentence(field)))
        }
        (None, _) if step.can_lack(field) => {
            (theme.glyphs.unknown, theme.dim, format!("{label}: not yet; can be left out"))
        }
        (None, _) => (theme.glyphs.unknown, theme.dim, format!("{label}: not yet")),
    };
    leaf.item(weight, &format!("{glyph} "), &text, style);
}

fn stored<'a>(guide: &Guide, field: Field, ctx: &'a Ctx) -> Option<&'a crate::domain::secret::Secret> {
    let owners = [Owner::App(guide.app), Owner::Profile(guide.profile)];
    let document = document(ctx).ok()?;
    owners.into_iter().find_map(|owner| document.held(owner)?.secret(field))
}

/// Whether the code may come out with dark and light the wrong way round: reversed video is dark on light in a dark
/// terminal alone, and the terminal is not asked which it is.
pub(super) fn may_be_turned(ctx: &Ctx) -> bool {
    ctx.theme.code.bg.is_none()
}

/// The address alone, for a phone.
fn phone(guide: &Guide, drawn: Code, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let theme = &ctx.theme;
    frame.render_widget(Clear, area);
    let Ok((_, url)) = guide.console() else { return };
    frame.render_widget(Line::styled(url, theme.accent), boxed::row(area, 0));
    let code = qr::lines(url).unwrap_or_default();
    let below = boxed::below(area, 1);
    let width = code.first().map_or(0, |line| cells(line));
    let fits = width <= below.width.into() && code.len() < below.height.into() && !code.is_empty();
    let says = match (fits, theme.glyphs.ascii) {
        (_, true) => "A code for a phone needs block characters, and these are switched off. Esc goes back.",
        (false, _) => "There is no room here for the code that a phone reads. Esc goes back.",
        (true, _) if drawn == Code::Plain && may_be_turned(ctx) => {
            "A phone that reads this opens the page. If it reads nothing: ^T turns dark and light round."
        }
        (true, _) => "A phone that reads this opens the page. Esc goes back.",
    };
    let style = match drawn {
        Code::Plain => theme.code,
        Code::Turned => theme.code.remove_modifier(Modifier::REVERSED),
    };
    let mut y = 0;
    if fits && !theme.glyphs.ascii {
        for line in code {
            let at = boxed::row(below, y);
            let at = Rect { width: at.width.min(u16::try_from(width).unwrap_or(u16::MAX)), ..at };
            frame.render_widget(Line::styled(line, style), at);
            y += 1;
        }
    }
    for line in wrapped(says, area.width.into()) {
        frame.render_widget(Line::styled(line, theme.dim), boxed::row(below, y));
        y += 1;
    }
}

const fn way_label(way: Way) -> &'static str {
    match way {
        Way::Check => "ask X what the bot may do",
        Way::Save => "Save, and ask nobody",
        Way::Leave => "Leave it so",
    }
}

fn finish(guide: &Guide, ctx: &Ctx, leaf: &mut Leaf) {
    let theme = &ctx.theme;
    let dot = theme.glyphs.dot;
    let to_save = !guide.edits(ctx).is_empty();
    leaf.explain(if to_save { "This goes into the vault now:" } else { "All of it is in the vault:" });
    let (app, bot) = (visible_within(&guide.app_name(ctx), 48), visible_within(&guide.bot_name(), 48));
    let handle = guide.bot.handle().map(|handle| format!(" {dot} {handle}")).unwrap_or_default();
    leaf.item(Weight::Explains, "App  ", &app, theme.title);
    leaf.item(Weight::Explains, "Bot  ", &format!("{bot}{handle}"), theme.title);
    leaf.air();
    for step in guide.way() {
        for field in step.paste() {
            if guide.got.value(field).is_some()
                || stored(guide, field, ctx).is_some()
                || !step.can_lack(field)
            {
                value(guide, step, field, (Weight::Explains, ctx), leaf);
            }
        }
    }
    for note in &guide.got.notes {
        leaf.text(Weight::Matters, &note.text, theme.tone(note.tone));
    }
    let plan = guide.plan(ctx);
    let cost = match (plan.requests, plan.billed) {
        (0, _) => "There is nothing to ask X about: a token is still missing.".to_owned(),
        (requests, 0) => format!("Asking X: {}, none of them billed.", counted(requests, "request")),
        (requests, billed) => format!(
            "Asking X: at most {}, {billed} of them billed: at most {} (prices of {PRICES_OF}).",
            counted(requests, "request"),
            plan.cost
        ),
    };
    leaf.explain("A check posts and changes nothing at X.");
    leaf.air();
    leaf.text(Weight::Matters, &cost, theme.base);
    if guide.is_busy() {
        return leaf.text(Weight::Matters, &format!("{} one moment", ctx.spinner()), theme.accent);
    }
    for (number, way) in guide.ways(ctx).into_iter().enumerate() {
        let label = match (way, to_save) {
            (Way::Check, true) => format!("Save, and {}", way_label(way)),
            (Way::Check, false) => format!("Now {}", way_label(way)),
            _ => way_label(way).to_owned(),
        };
        leaf.option("", &label, if number == guide.at { Focus::Here } else { Focus::Elsewhere });
    }
}

fn done(guide: &Guide, ctx: &Ctx, leaf: &mut Leaf) {
    let theme = &ctx.theme;
    let finding = ctx.snapshot.as_ref().and_then(|snapshot| ctx.roster.finding(snapshot, guide.profile));
    if guide.is_busy() {
        leaf.text(Weight::Matters, &format!("{} asking X", ctx.spinner()), theme.accent);
    } else if let Some(finding) = finding {
        let row = finding.verdict.cause.row();
        let (glyph, style) = theme.state(finding.verdict.state());
        leaf.item(Weight::Matters, &format!("{glyph} "), row.what, style);
        let fine = row.cause == Cause::Ok && finding.verdict.state() == Standing::Ok;
        let next = if fine { "nothing to do" } else { row.try_this };
        leaf.item(Weight::Matters, "  Next step  ", next, theme.base);
    } else {
        let glyph = theme.glyphs.unknown;
        leaf.item(Weight::Matters, &format!("{glyph} "), "Saved, and not checked yet", theme.base);
        leaf.item(Weight::Matters, "  Next step  ", "c asks X what the bot may do", theme.base);
    }
    leaf.air();
    leaf.text(Weight::Matters, "The two lines that matter:", theme.title);
    leaf.command(&guide.command("birdkeep run {bot} -- your command", ctx), "runs the bot with its values");
    leaf.command("birdkeep", "comes back here");
    let skipped = guide.left_for_later(ctx);
    if !skipped.is_empty() {
        leaf.air();
        leaf.text(Weight::Matters, "Left for later:", theme.base);
    }
    for (place, whats) in skipped {
        let (first, others) =
            whats.split_first().map_or(("", whats.as_slice()), |(first, more)| (first, more));
        leaf.command(&place, first);
        for what in others {
            leaf.item(Weight::Explains, "    ", what, theme.dim);
        }
    }
    leaf.air();
    leaf.option("Enter", "To the vault", Focus::Here);
}

/// Where the passphrase is proved later, and what for.
const PROVE: (&str, &str) = ("birdkeep list", "asks for the passphrase: whether you have it");

impl Guide {
    /// Where a step is done later, and what is done there.
    pub(super) fn later(&self, step: &Leg, ctx: &Ctx) -> (String, String) {
        let (place, what) = step.later();
        (self.command(place, ctx), self.fill(what, ctx))
    }

    /// What was skipped: each place once, with everything that is to be done there.
    fn left_for_later(&self, ctx: &Ctx) -> Vec<(String, Vec<String>)> {
        let proof = self.skipped.contains(PROOF).then(|| (PROVE.0.to_owned(), PROVE.1.to_owned()));
        let steps = self.way().into_iter().filter(|step| self.skipped.contains(step.word.as_str()));
        let mut all: Vec<(String, Vec<String>)> = Vec::new();
        for (place, what) in proof.into_iter().chain(steps.map(|step| self.later(step, ctx))) {
            match all.iter_mut().find(|(other, _)| *other == place) {
                Some((_, whats)) if whats.contains(&what) => {}
                Some((_, whats)) => whats.push(what),
                None => all.push((place, vec![what])),
            }
        }
        all
    }

    /// What comes after the step on screen.
    fn next_title(&self) -> &'static str {
        let Page::Step(number) = self.page else { return "" };
        self.way().get(number + 1).map_or("save and ask X", |step| step.title.as_str())
    }

    /// A command with its gaps filled, as a shell takes it.
    pub(super) fn command(&self, text: &str, ctx: &Ctx) -> String {
        let gaps = [("app", shell_word(&self.app_name(ctx))), ("bot", shell_word(&self.bot_name()))];
        console::filled(text, &gaps)
    }
}
