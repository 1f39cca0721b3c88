//! The keys of the form.

use super::Edit;
use crate::tui::ctx::Ctx;
use crate::tui::keys::{Binding, Key, Ready, Shown, always};
use crate::tui::widgets::form::{Control, Form};

/// Why nothing can be done for a moment.
const BUSY: &str = "one moment: it is being saved";

pub(super) const KEYS: &[Binding<Edit>] = &[
    Binding {
        keys: &[Key::Ctrl('o')],
        action: "keep-mine",
        label: "Keep mine",
        doc: "Of a row that someone else changed as well, keep what this form says",
        shown: Shown::Footer(0),
        ready: clashes,
        act: Edit::keep_mine,
    },
    Binding {
        keys: &[Key::Ctrl('y')],
        action: "take-theirs",
        label: "Take theirs",
        doc: "Of a row that someone else changed as well, take what the vault says",
        shown: Shown::Footer(0),
        ready: clashes,
        act: Edit::take_theirs,
    },
    Binding {
        keys: &[Key::Ctrl('t')],
        action: "move-value",
        label: "Move it there",
        doc: "Move a value that was put into the wrong row to the row it looks like",
        shown: Shown::Footer(1),
        ready: movable,
        act: Edit::move_value,
    },
    Binding {
        keys: &[Key::Ctrl('s')],
        action: "save",
        label: "Save",
        doc: "Save what was changed",
        shown: Shown::Footer(2),
        ready: free,
        act: |edit, ctx| edit.save(ctx),
    },
    Binding {
        keys: &[Key::Esc],
        action: "close",
        label: "Leave",
        doc: "Leave the form; asks first if something is not saved",
        shown: Shown::Footer(3),
        ready: free,
        act: |edit, _| edit.leave(),
    },
    Binding {
        keys: &[Key::Ctrl('r')],
        action: "reveal",
        label: "Reveal",
        doc: "Show the value of this row for a while, or hide it",
        shown: Shown::Footer(4),
        ready: revealable,
        act: |edit, ctx| edit.reveal(ctx),
    },
    Binding {
        keys: &[Key::Ctrl('x')],
        action: "clear",
        label: "Clear",
        doc: "Take back what was typed into a masked row; pressed again, remove the stored value",
        shown: Shown::Footer(5),
        ready: clearable,
        act: |edit, _| edit.clear(),
    },
    Binding {
        keys: &[Key::Enter],
        action: "enter",
        label: "Next",
        doc: "Go to the next row; choose, begin a line or save where the row says so",
        shown: Shown::Reference,
        ready: free,
        act: |edit, ctx| edit.enter(ctx),
    },
    Binding {
        keys: &[Key::Tab, Key::Ctrl('n')],
        action: "next",
        label: "Next",
        doc: "Go to the next row",
        shown: Shown::Footer(6),
        ready: always,
        act: |edit, ctx| edit.go(Form::next, ctx),
    },
    Binding {
        keys: &[Key::BackTab, Key::Ctrl('p')],
        action: "back",
        label: "Back",
        doc: "Go to the row before",
        shown: Shown::Reference,
        ready: always,
        act: |edit, ctx| edit.go(Form::back, ctx),
    },
    Binding {
        keys: &[Key::Down],
        action: "down",
        label: "Down",
        doc: "Down inside the row, then to the next one",
        shown: Shown::Reference,
        ready: always,
        act: |edit, ctx| edit.arrow(Key::Down, Form::next, ctx),
    },
    Binding {
        keys: &[Key::Up],
        action: "up",
        label: "Up",
        doc: "Up inside the row, then to the one before",
        shown: Shown::Reference,
        ready: always,
        act: |edit, ctx| edit.arrow(Key::Up, Form::back, ctx),
    },
    Binding {
        keys: &[Key::PageDown],
        action: "last",
        label: "Last",
        doc: "Go to the last row",
        shown: Shown::Reference,
        ready: always,
        act: |edit, ctx| edit.go(|form| form.focus(usize::MAX), ctx),
    },
    Binding {
        keys: &[Key::PageUp],
        action: "first",
        label: "First",
        doc: "Go to the first row",
        shown: Shown::Reference,
        ready: always,
        act: |edit, ctx| edit.go(|form| form.focus(0), ctx),
    },
];

fn free(edit: &Edit, _: &Ctx) -> Ready {
    if edit.is_free() { Ok(()) } else { Err(BUSY) }
}

fn clashes(edit: &Edit, ctx: &Ctx) -> Ready {
    free(edit, ctx)?;
    if edit.clashes_here() { Ok(()) } else { Err("nobody else changed this row") }
}

fn movable(edit: &Edit, ctx: &Ctx) -> Ready {
    free(edit, ctx)?;
    if edit.target().is_some() { Ok(()) } else { Err("what is typed here looks like no other row's") }
}

fn revealable(edit: &Edit, ctx: &Ctx) -> Ready {
    free(edit, ctx)?;
    let Some(field) = edit.field() else { return Err("this row is not masked") };
    let typed = edit.form.focused().is_some_and(|control| !control.text().is_empty());
    if typed || edit.sheet.base_value(field).is_some() { Ok(()) } else { Err("there is nothing to show") }
}

fn clearable(edit: &Edit, ctx: &Ctx) -> Ready {
    free(edit, ctx)?;
    match edit.form.focused() {
        Some(Control::Secret(line)) if line.stored.is_some() || !line.input.is_empty() => Ok(()),
        Some(Control::Pick(_)) if !edit.carried.is_empty() => Ok(()),
        Some(Control::Line(_) | Control::Lines(_)) => Err("^U empties this line"),
        _ => Err("there is nothing to clear"),
    }
}
