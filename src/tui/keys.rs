//! Keys and the tables they are bound in: one row per action, read by the keyboard, the footer, the help, the
//! palette and the README alike.
//!
//! Not here: how bytes of a terminal become a [`Key`] (`terminal.rs`), and what an action does (beside its table).

use std::fmt;

use super::ctx::Ctx;
use super::screen::Step;

/// A key press, as far as birdkeep tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those on the keys")]
pub enum Key {
    /// A printable character, the shift already applied.
    Char(char),
    /// A letter with Ctrl held.
    Ctrl(char),
    /// A character with Alt held.
    Alt(char),
    Enter,
    Esc,
    Tab,
    /// Shift and Tab.
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// How a person writes it: `^P`, `Enter`, `⇧Tab`, `Space`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Char(' ') => "Space",
            Self::Char(c) => return write!(f, "{c}"),
            Self::Ctrl(c) => return write!(f, "^{}", c.to_ascii_uppercase()),
            Self::Alt(c) => return write!(f, "Alt-{c}"),
            Self::F(n) => return write!(f, "F{n}"),
            Self::Enter => "Enter",
            Self::Esc => "Esc",
            Self::Tab => "Tab",
            Self::BackTab => "⇧Tab",
            Self::Backspace => "Backspace",
            Self::Delete => "Del",
            Self::Up => "↑",
            Self::Down => "↓",
            Self::Left => "←",
            Self::Right => "→",
            Self::Home => "Home",
            Self::End => "End",
            Self::PageUp => "PgUp",
            Self::PageDown => "PgDn",
        };
        f.write_str(name)
    }
}

impl Key {
    /// Reads what `Display` writes, and `Shift-Tab`, `Up` and the like: for settings and for tests.
    pub fn parse(text: &str) -> Option<Self> {
        const NAMED: &[(&str, Key)] = &[
            ("space", Key::Char(' ')),
            ("enter", Key::Enter),
            ("esc", Key::Esc),
            ("tab", Key::Tab),
            ("⇧tab", Key::BackTab),
            ("shift-tab", Key::BackTab),
            ("backspace", Key::Backspace),
            ("del", Key::Delete),
            ("↑", Key::Up),
            ("up", Key::Up),
            ("↓", Key::Down),
            ("down", Key::Down),
            ("←", Key::Left),
            ("left", Key::Left),
            ("→", Key::Right),
            ("right", Key::Right),
            ("home", Key::Home),
            ("end", Key::End),
            ("pgup", Key::PageUp),
            ("pgdn", Key::PageDown),
        ];
        let mut chars = text.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(c), None, _) if c.is_ascii() || !"↑↓←→".contains(c) => return Some(Self::Char(c)),
            (Some('^'), Some(c), None) => return Some(Self::Ctrl(c.to_ascii_lowercase())),
            _ => {}
        }
        if let Some(c) = text.strip_prefix("Alt-").filter(|rest| rest.chars().count() == 1) {
            return c.chars().next().map(Self::Alt);
        }
        if let Some(number) = text.strip_prefix('F').and_then(|n| n.parse().ok()) {
            return Some(Self::F(number));
        }
        let lower = text.to_lowercase();
        NAMED.iter().find(|(name, _)| *name == lower).map(|(_, key)| *key)
    }

    /// True for what a text field would take as text.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Char(_))
    }
}

/// Where a row is offered besides help and palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// In the footer; lower numbers stay longest when room is scarce.
    Footer(u8),
    /// In help and palette only.
    Help,
    /// Nowhere but in the README: moves of the cursor, which would only make noise in a palette.
    Reference,
}

/// Whether an action can be done now; the reason is shown when its key is pressed all the same.
pub type Ready = Result<(), &'static str>;

/// One row of a table of keys: `S` is the state of the screen that owns the table.
pub struct Binding<S: 'static> {
    /// The keys, the one to show first.
    pub keys: &'static [Key],
    /// The action's stable word.
    pub action: &'static str,
    /// For the footer: one word.
    pub label: &'static str,
    /// For help and palette: what it does.
    pub doc: &'static str,
    /// Where it is offered.
    pub shown: Shown,
    /// Whether it can be done now.
    pub ready: fn(&S, &Ctx) -> Ready,
    /// Does it.
    pub act: Act<S>,
}

impl<S> fmt::Debug for Binding<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binding({})", self.action)
    }
}

/// For rows that can always be done.
///
/// # Errors
/// Never.
pub const fn always<S>(_: &S, _: &Ctx) -> Ready {
    Ok(())
}

/// Does what a row says.
pub type Act<S> = fn(&mut S, &Ctx) -> Vec<Step>;

/// The row that goes to the next line.
pub const fn down<S>(keys: &'static [Key], act: Act<S>) -> Binding<S> {
    moving(keys, ("down", "Down", "Next line"), act)
}

/// The row that goes to the line before.
pub const fn up<S>(keys: &'static [Key], act: Act<S>) -> Binding<S> {
    moving(keys, ("up", "Up", "Line before"), act)
}

/// The row that goes half a page down.
pub const fn page_down<S>(keys: &'static [Key], act: Act<S>) -> Binding<S> {
    moving(keys, ("page-down", "Page down", "Half a page down"), act)
}

/// The row that goes half a page up.
pub const fn page_up<S>(keys: &'static [Key], act: Act<S>) -> Binding<S> {
    moving(keys, ("page-up", "Page up", "Half a page up"), act)
}

/// A row that moves the cursor: action, label and doc are the same wherever there are lines.
const fn moving<S>(
    keys: &'static [Key],
    (action, label, doc): (&'static str, &'static str, &'static str),
    act: Act<S>,
) -> Binding<S> {
    Binding { keys, action, label, doc, shown: Shown::Reference, ready: always, act }
}

/// A row as everybody but its owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// The keys, the one to show first.
    pub keys: &'static [Key],
    /// The action's stable word.
    pub action: &'static str,
    /// For the footer.
    pub label: &'static str,
    /// For help and palette.
    pub doc: &'static str,
    /// Where it is offered.
    pub shown: Shown,
    /// Whether it can be done now.
    pub ready: Ready,
    /// The screen that owns it.
    pub screen: &'static str,
}

impl KeyRow {
    /// Every key of the row, for help: `j ↓`.
    pub fn all_keys(&self) -> String {
        self.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// The key to show in the footer.
    pub fn first_key(&self) -> String {
        self.keys.first().map(ToString::to_string).unwrap_or_default()
    }
}

/// The rows of `table` as others see them.
pub fn listed<S>(table: &'static [Binding<S>], screen: &'static str, state: &S, ctx: &Ctx) -> Vec<KeyRow> {
    let bound = |row: KeyRow| KeyRow { keys: ctx.keymap.keys(screen, row.action, row.keys), ..row };
    table.iter().map(|row| bound(seen(row, screen, (row.ready)(state, ctx)))).collect()
}

/// The key of an action as it is bound now, for a sentence that names it.
pub fn key_of<S>(table: &'static [Binding<S>], screen: &'static str, action: &str, ctx: &Ctx) -> String {
    let row = table.iter().find(|row| row.action == action);
    let keys = row.map(|row| ctx.keymap.keys(screen, row.action, row.keys)).unwrap_or_default();
    keys.first().map(ToString::to_string).unwrap_or_default()
}

/// The rows of `table` for the reference, where nothing stands in the way of any of them.
pub fn written<S>(table: &'static [Binding<S>], screen: &'static str) -> Vec<KeyRow> {
    table.iter().map(|row| seen(row, screen, Ok(()))).collect()
}

const fn seen<S>(row: &'static Binding<S>, screen: &'static str, ready: Ready) -> KeyRow {
    let Binding { keys, action, label, doc, shown, .. } = *row;
    KeyRow { keys, action, label, doc, shown, ready, screen }
}

/// Does `action` of `table`, or says why it cannot be done. `None`: the table has no such action.
pub fn run<S>(
    table: &'static [Binding<S>],
    state: &mut S,
    action: &str,
    ctx: &Ctx,
) -> Option<Result<Vec<Step>, &'static str>> {
    let row = table.iter().find(|row| row.action == action)?;
    Some((row.ready)(state, ctx).map(|()| (row.act)(state, ctx)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_from_what_is_shown() {
        let keys = [
            Key::Char('a'),
            Key::Char('^'),
            Key::Char('F'),
            Key::Char(' '),
            Key::Ctrl('p'),
            Key::Alt('x'),
            Key::Enter,
            Key::Esc,
            Key::Tab,
            Key::BackTab,
            Key::Backspace,
            Key::Delete,
            Key::Up,
            Key::Down,
            Key::Left,
            Key::Right,
            Key::Home,
            Key::End,
            Key::PageUp,
            Key::PageDown,
            Key::F(12),
        ];
        for key in keys {
            assert_eq!(Key::parse(&key.to_string()), Some(key), "{key}");
        }
        assert_eq!(Key::parse("nonsense"), None);
    }
}
