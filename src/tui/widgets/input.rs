//! One line of text to type in: moves by grapheme, takes a paste as one event, and treats what it holds as a secret.
//!
//! There is no undo and no yank: both keep copies of what was deleted.

use std::fmt;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

use crate::domain::secret::Secret;
use crate::domain::text::{is_hidden, visible, visible_within};
use crate::tui::keys::Key;
use crate::tui::theme::Theme;

/// The most bytes a field takes.
pub const CAP: usize = 64 * 1024;

/// Cells of a mask, whatever it hides.
pub const MASK: usize = 12;

/// Whether the text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As it is.
    Plain,
    /// As a mask of fixed width; one of its dots moves with every key, so that typing is seen to arrive.
    Masked,
}

/// One line of text.
#[derive(Clone)]
pub struct Input {
    text: Zeroizing<String>,
    /// In bytes, on a grapheme boundary.
    cursor: usize,
    /// Whether it is shown.
    pub look: Look,
    beats: usize,
}

/// What a paste brought besides text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// Nothing.
    Clean,
    /// Control characters or line breaks, which were left out.
    Stripped,
    /// More than fits, which was left out.
    Cut,
}

impl Pasted {
    /// The sentence for it.
    pub const fn sentence(self) -> Option<&'static str> {
        match self {
            Self::Clean => None,
            Self::Stripped => Some("control characters and line breaks in the paste were left out"),
            Self::Cut => Some("the paste was longer than 64 KiB: the rest was left out"),
        }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Input({:?})", self.look)
    }
}

impl Input {
    /// An empty line.
    pub fn new(look: Look) -> Self {
        // Room for what is usual, so that growing leaves no copies behind.
        Self { text: Zeroizing::new(String::with_capacity(256)), cursor: 0, look, beats: 0 }
    }

    /// A line with `text` in it, the cursor at its end.
    pub fn with(look: Look, text: &str) -> Self {
        let mut input = Self::new(look);
        input.insert(text);
        input
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as a secret.
    pub fn secret(&self) -> Secret {
        Secret::new(self.text.as_str())
    }

    /// True when nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.text = Zeroizing::new(String::with_capacity(256));
        self.cursor = 0;
        self.beats = 0;
    }

    /// Takes a key. False: it is not one of editing.
    pub fn key(&mut self, key: Key) -> bool {
        match key {
            Key::Char(c) => {
                if !is_hidden(c) && self.text.len() + c.len_utf8() <= CAP {
                    self.insert(c.encode_utf8(&mut [0; 4]));
                }
            }
            Key::Backspace | Key::Ctrl('h') => self.delete(self.before()..self.cursor),
            Key::Delete | Key::Ctrl('d') => self.delete(self.cursor..self.after()),
            Key::Ctrl('w') => self.delete(self.word()..self.cursor),
            Key::Ctrl('u') => self.delete(0..self.cursor),
            Key::Ctrl('k') => self.delete(self.cursor..self.text.len()),
            Key::Left | Key::Ctrl('b') => self.cursor = self.before(),
            Key::Right | Key::Ctrl('f') => self.cursor = self.after(),
            Key::Home | Key::Ctrl('a') => self.cursor = 0,
            Key::End | Key::Ctrl('e') => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    /// Takes a paste, as one event. What is around it (white space, quotes) is the caller's care.
    pub fn paste(&mut self, pasted: &str) -> Pasted {
        let room = CAP - self.text.len();
        let mut clean = Zeroizing::new(String::with_capacity(pasted.len().min(room)));
        let mut outcome = Pasted::Clean;
        for c in pasted.trim_end_matches(['\n', '\r']).chars() {
            if c.is_control() {
                outcome = Pasted::Stripped;
            } else if clean.len() + c.len_utf8() > room {
                outcome = Pasted::Cut;
                break;
            } else {
                clean.push(c);
            }
        }
        self.insert(&clean);
        outcome
    }

    fn insert(&mut self, text: &str) {
        if self.text.len() + text.len() > self.text.capacity() {
            // Grown by hand, so that the old buffer is wiped.
            let mut grown =
                Zeroizing::new(String::with_capacity((self.text.len() + text.len()).next_power_of_two()));
            grown.push_str(&self.text);
            self.text = grown;
        }
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.settle();
        self.beats = self.beats.wrapping_add(1);
    }

    fn delete(&mut self, range: std::ops::Range<usize>) {
        self.cursor = range.start;
        self.text.replace_range(range, "");
        self.settle();
        self.beats = self.beats.wrapping_add(1);
    }

    /// Puts the cursor back on a boundary: joining two graphemes may have taken it away.
    fn settle(&mut self) {
        if self.cursor < self.text.len() && !self.text.grapheme_indices(true).any(|(at, _)| at == self.cursor)
        {
            self.cursor = self.after_from(self.cursor);
        }
    }

    fn before(&self) -> usize {
        let before = self.text.get(..self.cursor).unwrap_or_default();
        before.grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.after_from(self.cursor)
    }

    fn after_from(&self, from: usize) -> usize {
        self.text.grapheme_indices(true).map(|(at, _)| at).find(|at| *at > from).unwrap_or(self.text.len())
    }

    /// Where the word before the cursor begins.
    fn word(&self) -> usize {
        let before = self.text.get(..self.cursor).unwrap_or_default();
        let trimmed = before.trim_end();
        trimmed.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8())
    }

    /// Draws it into the first row of `area`, with the cursor if it has the focus.
    pub fn view(&self, theme: &Theme, frame: &mut Frame, area: Rect, focus: Focus) {
        if area.is_empty() {
            return;
        }
        let room = usize::from(area.width);
        let (line, cursor) = match (self.look, focus) {
            (Look::Masked, _) => self.masked(theme, room),
            (Look::Plain, Focus::Here) => self.plain(theme, room),
            // Nobody types here: the beginning tells more than the end, and a cut is seen.
            (Look::Plain, Focus::Elsewhere) => {
                (Line::styled(visible_within(&self.text, room), theme.base), 0)
            }
        };
        frame.render_widget(line, Rect { height: 1, ..area });
        if focus == Focus::Here {
            let x = area.x + u16::try_from(cursor.min(room.saturating_sub(1))).unwrap_or(0);
            frame.set_cursor_position((x, area.y));
        }
    }

    fn masked(&self, theme: &Theme, room: usize) -> (Line<'static>, usize) {
        if self.text.is_empty() {
            return (Line::default(), 0);
        }
        let cells = MASK.min(room);
        let lit = self.beats % MASK;
        let spans = (0..cells)
            .map(|cell| Span::styled(theme.glyphs.mask, if cell == lit { theme.accent } else { theme.dim }));
        (spans.collect(), cells)
    }

    fn plain(&self, theme: &Theme, room: usize) -> (Line<'static>, usize) {
        let before = visible(self.text.get(..self.cursor).unwrap_or_default());
        let after = visible(self.text.get(self.cursor..).unwrap_or_default());
        // The text slides so that the cursor stays inside.
        let mut skip = (before.width() + 1).saturating_sub(room);
        let mut shown = String::new();
        for grapheme in before.graphemes(true) {
            if skip > 0 {
                skip = skip.saturating_sub(grapheme.width());
                continue;
            }
            shown.push_str(grapheme);
        }
        let cursor = shown.width();
        shown.push_str(&after);
        (Line::from(Span::styled(shown, theme.base)), cursor)
    }
}

/// Whether a part of a screen has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// It has.
    Here,
    /// Another part has.
    Elsewhere,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(keys: &str) -> Input {
        let mut input = Input::new(Look::Plain);
        for word in keys.split(' ') {
            let key = Key::parse(word).expect("a key");
            assert!(input.key(key), "{word}");
        }
        input
    }

    #[test]
    fn the_usual_editing_keys_work() {
        for (keys, text) in [
            ("a b c Backspace", "ab"),
            ("a b c ← ← x", "axbc"),
            ("a b ^A c", "cab"),
            ("a b ^A c ^E d", "cabd"),
            ("o n e Space t w o ^W", "one "),
            ("o n e Space ^W", ""),
            ("a b c ← ^U", "c"),
            ("a b c ← ^K", "ab"),
            ("a b c Home Del", "bc"),
        ] {
            assert_eq!(typed(keys).text(), text, "{keys}");
        }
    }

    #[test]
    fn the_cursor_moves_by_what_a_person_sees_as_one_character() {
        let mut input = Input::with(Look::Plain, "e\u{301}👩‍👩‍👧");
        input.key(Key::Backspace);
        assert_eq!(input.text(), "e\u{301}");
        input.key(Key::Backspace);
        assert!(input.is_empty());
    }

    #[test]
    fn a_paste_is_stripped_of_controls_and_cut_at_the_cap() {
        let mut input = Input::new(Look::Masked);
        assert_eq!(input.paste("abc\n"), Pasted::Clean);
        assert_eq!(input.paste("\x1b[2Jd\ne"), Pasted::Stripped);
        assert_eq!(input.text(), "abc[2Jde");
        input.clear();
        assert_eq!(input.paste(&"x".repeat(CAP + 1)), Pasted::Cut);
        assert_eq!(input.text().len(), CAP);
        input.key(Key::Char('y'));
        assert_eq!(input.text().len(), CAP);
    }

    #[test]
    fn a_long_text_shows_its_end_while_it_is_typed_and_its_beginning_afterwards() {
        use ratatui::Terminal;
        use ratatui::backend::TestBackend;
        let theme = Theme::new(&crate::config::Settings::default());
        let input = Input::with(Look::Plain, "144700000000000001");
        for (focus, seen) in [(Focus::Here, "0000001 "), (Focus::Elsewhere, "1447000…")] {
            let Ok(mut terminal) = Terminal::new(TestBackend::new(8, 1));
            let Ok(frame) = terminal.draw(|frame| input.view(&theme, frame, frame.area(), focus));
            let text: String = frame.buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
            assert_eq!(text, seen);
        }
    }

    #[test]
    fn debug_tells_nothing_of_the_text() {
        assert_eq!(format!("{:?}", Input::with(Look::Masked, "made-up")), "Input(Masked)");
    }

    proptest! {
        #[test]
        fn no_order_of_keys_and_pastes_breaks_it(
            steps in prop::collection::vec((0..12_usize, any::<char>(), ".{0,6}"), 0..40)
        ) {
            const KEYS: [Key; 10] = [
                Key::Backspace, Key::Delete, Key::Left, Key::Right, Key::Home, Key::End,
                Key::Ctrl('w'), Key::Ctrl('u'), Key::Ctrl('k'), Key::Ctrl('b'),
            ];
            let mut input = Input::new(Look::Plain);
            for (which, c, text) in steps {
                match KEYS.get(which) {
                    Some(key) => { input.key(*key); }
                    None if which == 10 => { input.key(Key::Char(c)); }
                    None => { input.paste(&text); }
                }
                prop_assert!(input.text.is_char_boundary(input.cursor));
                prop_assert!(input.cursor <= input.text.len());
            }
        }
    }
}
