//! The wizard's keys.

use super::work::Mode;
use super::{Rotate, not_typing};
use crate::tui::keys::{self, Binding, Key, Shown, always};
use crate::tui::widgets::buttons::Button;

pub(super) const KEYS: &[Binding<Rotate>] = &[
    Binding {
        keys: &[Key::Enter],
        action: "press",
        label: "Press",
        doc: "Choose the line, press the button that is lit (at first that is Cancel), or do the stage that waits",
        shown: Shown::Footer(0),
        ready: always,
        act: Rotate::pressed,
    },
    Binding {
        keys: &[Key::Char('y')],
        action: "consent",
        label: "Do it",
        doc: "Answer the question of this page with yes",
        shown: Shown::Footer(1),
        ready: |state, ctx| match state.mode(ctx) {
            Mode::Review | Mode::Abandon => Ok(()),
            _ => Err("there is no question to answer on this page"),
        },
        act: |state, ctx| {
            state.lit = Button::Consent;
            state.pressed(ctx)
        },
    },
    Binding {
        keys: &[Key::Esc],
        action: "close",
        label: "Leave",
        doc: "Leave the page; a rotation that has begun waits where it is, and R takes it up again",
        shown: Shown::Footer(2),
        ready: always,
        act: Rotate::leave,
    },
    Binding {
        keys: &[Key::Char('n'), Key::Char('q')],
        action: "no",
        label: "No",
        doc: "The same as Esc",
        shown: Shown::Reference,
        ready: not_typing,
        act: Rotate::leave,
    },
    Binding {
        keys: &[Key::Char('o')],
        action: "open-page",
        label: "Open page",
        doc: "Open the page of X's console in the browser",
        shown: Shown::Footer(3),
        ready: |state, ctx| not_typing(state, ctx).and(state.ready_to_open(ctx)),
        act: Rotate::open_page,
    },
    Binding {
        keys: &[Key::Ctrl('o')],
        action: "open-page-typing",
        label: "Open page",
        doc: "The same while a text field has the focus",
        shown: Shown::Reference,
        ready: Rotate::ready_to_open,
        act: Rotate::open_page,
    },
    Binding {
        keys: &[Key::Ctrl('t')],
        action: "other-way",
        label: "Other way",
        doc: "Do it the other way: by X's console instead of by a login or by API, or back",
        shown: Shown::Footer(6),
        ready: Rotate::ready_to_turn,
        act: Rotate::turn_to_other,
    },
    Binding {
        keys: &[Key::Char('e')],
        action: "edit",
        label: "Edit",
        doc: "Put values in by editing instead",
        shown: Shown::Footer(4),
        ready: Rotate::ready_to_edit,
        act: Rotate::edit,
    },
    Binding {
        keys: &[Key::Ctrl('x')],
        action: "abandon",
        label: "Abandon",
        doc: "End this rotation without a new value; asks first, and says what that means",
        shown: Shown::Footer(5),
        ready: Rotate::ready_to_abandon,
        act: Rotate::abandon,
    },
    keys::down(&[Key::Down, Key::Char('j')], |state, ctx| state.go(1, ctx)),
    keys::up(&[Key::Up, Key::Char('k')], |state, ctx| state.go(-1, ctx)),
    keys::page_down(&[Key::PageDown], |state, ctx| {
        state.go(isize::try_from(ctx.size.height / 2).unwrap_or(1), ctx)
    }),
    keys::page_up(&[Key::PageUp], |state, ctx| {
        state.go(-isize::try_from(ctx.size.height / 2).unwrap_or(1), ctx)
    }),
    Binding {
        keys: &[Key::Tab],
        action: "next",
        label: "Next",
        doc: "The other button, or the next line",
        shown: Shown::Reference,
        ready: always,
        act: |state, ctx| state.switch(1, ctx),
    },
    Binding {
        keys: &[Key::BackTab],
        action: "back",
        label: "Back",
        doc: "The other button, or the line before",
        shown: Shown::Reference,
        ready: always,
        act: |state, ctx| state.switch(-1, ctx),
    },
];
