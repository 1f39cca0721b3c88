//! The keys that work on every screen.

use super::Exit;
use super::ctx::Ctx;
use super::effect::Effect;
use super::keys::{Binding, Key, KeyRow, Ready, Shown, always, listed, run, written};
use super::screen::{Door, Step};

/// The screen's word in the reference.
pub(super) const NAME: &str = "everywhere";

/// There is nothing to remember.
#[derive(Debug)]
struct Everywhere;

const KEYS: &[Binding<Everywhere>] = &[
    Binding {
        keys: &[Key::Char('?'), Key::F(1)],
        action: "help",
        label: "Help",
        doc: "Every key of this screen; Enter does what the line says",
        shown: Shown::Footer(1),
        ready: always,
        act: |_, _| vec![Step::Open(Door::Help)],
    },
    Binding {
        keys: &[Key::Char(':'), Key::Ctrl('p')],
        action: "palette",
        label: "Palette",
        doc: "Find any action by its name and do it",
        shown: Shown::Help,
        ready: always,
        act: |_, _| vec![Step::Open(Door::Palette)],
    },
    Binding {
        keys: &[Key::Char('w')],
        action: "tasks",
        label: "Tasks",
        doc: "What is under way; cancel it there",
        shown: Shown::Help,
        ready: always,
        act: |_, _| vec![Step::Open(Door::Tasks)],
    },
    Binding {
        keys: &[Key::Char('L')],
        action: "lock",
        label: "Lock",
        doc: "Lock now: wipes every key and value from memory",
        shown: Shown::Footer(8),
        ready: open,
        act: |_, _| vec![Step::Lock],
    },
    Binding {
        keys: &[Key::Char('q')],
        action: "quit",
        label: "Quit",
        doc: "Close this screen; from the first one, lock and quit",
        shown: Shown::Footer(9),
        ready: always,
        act: |_, ctx| vec![if ctx.depth > 1 { Step::Close } else { Step::Leave(Exit::Quit) }],
    },
    Binding {
        keys: &[Key::Ctrl('c')],
        action: "leave",
        label: "Quit",
        doc: "Lock and quit from anywhere; unsaved forms are kept, sealed",
        shown: Shown::Help,
        ready: always,
        act: |_, _| vec![Step::Leave(Exit::Quit)],
    },
    Binding {
        keys: &[Key::Ctrl('z')],
        action: "suspend",
        label: "Suspend",
        doc: "Lock and go to the background; fg comes back",
        shown: Shown::Help,
        ready: always,
        act: |_, _| vec![Step::Lock, Step::Do(Effect::Suspend)],
    },
    Binding {
        keys: &[Key::Ctrl('l')],
        action: "redraw",
        label: "Redraw",
        doc: "Draw the whole screen anew",
        shown: Shown::Help,
        ready: always,
        act: |_, _| vec![Step::Do(Effect::Redraw)],
    },
];

const fn open(_: &Everywhere, ctx: &Ctx) -> Ready {
    if ctx.is_open() { Ok(()) } else { Err("it is locked already") }
}

/// The rows as they stand.
pub(super) fn rows(ctx: &Ctx) -> Vec<KeyRow> {
    listed(KEYS, NAME, &Everywhere, ctx)
}

/// The rows for the reference.
pub(super) fn reference() -> Vec<KeyRow> {
    written(KEYS, NAME)
}

/// Does an action, or says why not. `None`: there is no such action here.
pub(super) fn act(action: &str, ctx: &Ctx) -> Option<Result<Vec<Step>, &'static str>> {
    run(KEYS, &mut Everywhere, action, ctx)
}
