//! The keys of the four places: one row per action.

use super::Main;
use super::actions as act;
use super::{Pane, Place};
use crate::tui::ctx::Ctx;
use crate::tui::keys::{Binding, Key, Shown, always};
use crate::tui::screen::{Door, Step};

use Key::{BackTab, Char, Ctrl, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};
use Shown::{Footer, Help, Reference};

/// Shorthand: keys, word, label, doc, where it is offered, guard, function. With braces, so that a row stays a line.
macro_rules! row {
    ($keys:expr, $action:literal, $label:literal, $doc:literal, $shown:expr, $ready:expr, $act:expr) => {
        Binding {
            keys: &$keys,
            action: $action,
            label: $label,
            doc: $doc,
            shown: $shown,
            ready: $ready,
            act: $act,
        }
    };
}

pub(super) const KEYS: &[Binding<Main>] = &[
    row! { [Char('r')], "reveal", "Reveal", "Show one value for a few seconds", Footer(2), act::has_values, Main::reveal },
    row! { [Char('y')], "copy", "Copy", "Copy one value for a few seconds; yy the main one", Footer(2), act::has_values, Main::copy },
    row! { [Char('v')], "value", "Alone", "Show the revealed value alone, for selecting with the mouse", Help, act::is_revealed, act::alone },
    row! { [Char('c')], "check", "Check", "Ask X what this bot (or the marked ones) may do", Footer(3), act::can_check, Main::check },
    row! { [Char('C')], "check-all", "Check all", "Ask X about every profile shown; says the cost first", Footer(7), act::can_check_all, Main::check_all },
    row! { [Char('e')], "edit", "Edit", "Change this profile or app", Footer(4), act::can_write, Main::edit },
    row! { [Char('n')], "new", "New", "Make a new bot or app: step by step through X's console, or by a form", Footer(6), act::can_add, Main::fresh },
    row! { [Char('R')], "rotate", "Rotate", "Replace a credential; the first page changes nothing", Footer(5), act::can_write, Main::rotate },
    row! { [Char('a')], "authorise", "Authorise", "Issue tokens by logging the bot in", Help, act::can_authorise, Main::authorise },
    row! { [Char('X')], "revoke", "Revoke", "Kill tokens at X for good; the name is typed first", Help, act::can_write, Main::revoke },
    row! { [Char('d')], "delete", "Delete", "Delete this one or the marked ones; u takes it back", Help, act::can_write, Main::delete },
    row! { [Char('u')], "undo", "Undo", "Take back the last edit saved here", Help, act::can_undo, act::undo },
    row! { [Char('H')], "history", "History", "Replaced values, and since when", Help, act::has_owner, Main::history },
    row! { [Char('i')], "import", "Import", "Bring in what you already have", Help, always, act::import },
    row! { [Char('x')], "export", "Export", "Write this one or the marked ones to a file, in the format of another program", Help, act::can_write, Main::export },
    row! { [Char('P')], "passphrase", "Passphrase", "Choose another passphrase for the identity", Help, always, |_, _| vec![Step::Open(Door::Passphrase)] },
    row! { [Char('o')], "link", "Link", "Open the page the verdict points to", Help, act::has_link, Main::link },
    row! { [Char('/')], "filter", "Filter", "Filter as you type: name, handle, app, tag, cause", Footer(3), always, Main::filter },
    row! { [Char('s')], "sort", "Sort", "Choose another order", Help, act::has_list, act::sort },
    row! { [Char(' ')], "mark", "Mark", "Mark this line for an action on several", Help, act::has_list, Main::mark },
    row! { [Ctrl('a')], "mark-all", "Mark all", "Mark every line shown, or none", Help, act::has_list, Main::mark_all },
    row! { [Enter], "open", "Open", "Go into the line; in the detail pane, do what it says", Help, always, Main::open },
    row! { [Esc], "back", "Back", "Take off one layer: filter, marks, pane", Help, always, Main::back },
    row! { [Char('1')], "profiles", "Profiles", "Go to the profiles", Help, always, |m, c| m.go_to(Place::Profiles, c) },
    row! { [Char('2')], "apps", "Apps", "Go to the apps and the bots that hang on each", Help, always, |m, c| m.go_to(Place::Apps, c) },
    row! { [Char('3')], "board", "Board", "Go to the board: what every bot may do, freshness, what is due", Help, always, |m, c| m.go_to(Place::Board, c) },
    row! { [Char('4')], "log", "Log", "Go to the log", Help, always, |m, c| m.go_to(Place::Log, c) },
    row! { [Char(']')], "next-place", "Next", "Go to the next place", Reference, always, |m, c| m.go_to(m.place.step(1), c) },
    row! { [Char('[')], "previous-place", "Previous", "Go to the place before", Reference, always, |m, c| m.go_to(m.place.step(3), c) },
    row! { [Tab, BackTab], "pane", "Pane", "Go to the other pane", Help, act::has_detail, Main::other_pane },
    row! { [Char('j'), Down, Ctrl('n')], "down", "Down", "Next line", Reference, always, |m, c| m.step(1, c) },
    row! { [Char('k'), Up], "up", "Up", "Line before", Reference, always, |m, c| m.step(-1, c) },
    row! { [Char('h'), Left], "left", "Left", "On the board: the action before", Footer(4), act::on_board, |m, c| m.sideways(-1, c) },
    row! { [Char('l'), Right], "right", "Right", "On the board: the next action", Footer(4), act::on_board, |m, c| m.sideways(1, c) },
    row! { [Char('g'), Home], "top", "Top", "First line", Reference, always, |m, c| m.step(isize::MIN, c) },
    row! { [Char('G'), End], "bottom", "Bottom", "Last line", Reference, always, |m, c| m.step(isize::MAX, c) },
    row! { [PageDown], "page-down", "Page down", "One page down", Reference, always, |m, c| m.page(2, c) },
    row! { [PageUp], "page-up", "Page up", "One page up", Reference, always, |m, c| m.page(-2, c) },
    row! { [Ctrl('d')], "half-down", "Half down", "Half a page down", Reference, always, |m, c| m.page(1, c) },
    row! { [Ctrl('u')], "half-up", "Half up", "Half a page up", Reference, always, |m, c| m.page(-1, c) },
];

impl Main {
    /// Goes to the pane that has not got the focus.
    fn other_pane(&mut self, _: &Ctx) -> Vec<Step> {
        self.pane = if self.pane == Pane::List { Pane::Detail } else { Pane::List };
        Vec::new()
    }
}
