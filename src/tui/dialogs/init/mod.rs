//! The wizard for a new vault: passphrase, recovery key, proof that the passphrase is known. The walk through X's
//! console or an import goes on from there.
//!
//! Nothing is written before the recovery question is answered. From then on the vault is there, and every step may
//! be skipped. A recovery key is sealed as a draft until it is acknowledged, so that not even a lock in between loses
//! it.

mod pages;

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::secret::Secret;
use crate::failure::Failure;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Draft, Job, RecoveryKey};
use crate::tui::keys::{Binding, Key, Ready, Shown, always};
use crate::tui::message::{Mouse, MouseAct, Reply, Ticket};
use crate::tui::notice::Notice;
use crate::tui::screen::{Door, Heard, Screen, State, Step, Then};
use crate::tui::view;
use crate::tui::widgets::input::{Input, Look};
use crate::tui::widgets::new_passphrase::{Choice, NewPassphrase};

/// The key of the draft that holds a recovery key.
const DRAFT: &str = "recovery key";

/// How many characters of a recovery key are typed to acknowledge it.
const LAST: usize = 6;

/// The wizard.
#[derive(Debug)]
pub struct Init {
    page: Page,
    /// What a person wanted the vault for.
    then: Then,
    new: NewPassphrase,
    recovery: RecoveryKey,
    /// The passphrase in force, until it is proved to be known.
    passphrase: Option<Secret>,
    recovery_key: Option<Secret>,
    /// What is typed on the page.
    input: Input,
    /// Whether what must be noted is shown in plain.
    shown: Seen,
    trouble: Option<Trouble>,
    ticket: Option<Ticket>,
    /// Lines of explanation above what is seen.
    scroll: usize,
    proved: Proved,
}

/// Whether a value is shown in plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Yes,
    No,
}

/// What is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Passphrase,
    Recovery,
    Making,
    Prove,
    RecoveryKey,
}

/// What went wrong on the page.
#[derive(Clone, Debug)]
enum Trouble {
    /// Making the vault did.
    Failed(Failure),
    /// What was typed is something else.
    Differs(&'static str),
}

/// Whether the passphrase is known to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proved {
    Yes,
    No,
}

impl Init {
    /// The wizard at its first page.
    pub fn open(then: Then) -> Box<dyn Screen> {
        Box::new(Self::at(Page::Passphrase, then))
    }

    /// The page of a recovery key that was not acknowledged yet.
    pub fn restore(draft: &Draft) -> Option<Box<dyn Screen>> {
        let (_, key) = draft.fields.first().filter(|_| draft.key == DRAFT)?;
        let mut init = Self::at(Page::RecoveryKey, Then::ByHand);
        init.recovery_key = Some(key.clone());
        // What was sealed came out by an unlock: the passphrase is known.
        init.proved = Proved::Yes;
        Some(Box::new(init))
    }

    fn at(page: Page, then: Then) -> Self {
        Self {
            page,
            then,
            new: NewPassphrase::default(),
            recovery: RecoveryKey::Make,
            passphrase: None,
            recovery_key: None,
            input: Input::new(Look::Masked),
            shown: Seen::Yes,
            trouble: None,
            ticket: None,
            scroll: 0,
            proved: Proved::No,
        }
    }

    fn turn(&mut self, page: Page) {
        self.page = page;
        self.trouble = None;
        self.scroll = 0;
        self.shown = if page == Page::RecoveryKey { Seen::Yes } else { Seen::No };
        self.input = Input::new(if page == Page::RecoveryKey { Look::Plain } else { Look::Masked });
    }

    fn can_enter(&self, _: &Ctx) -> Ready {
        match self.page {
            Page::Passphrase if self.new.chosen().is_none() => match self.new.choice() {
                Choice::Words => Err("one moment: the words are being thought of"),
                Choice::Own => Err("type a passphrase first, or take the words with Tab"),
            },
            Page::Making => Err("one moment: the vault is being made"),
            Page::Prove if self.input.is_empty() => {
                Err("type the passphrase once more, look at it, or skip this")
            }
            Page::RecoveryKey if self.input.is_empty() => {
                Err("when it is on paper, type the last six characters of the key")
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, ctx: &Ctx) -> Vec<Step> {
        match self.page {
            Page::Passphrase => {
                self.passphrase = self.new.chosen();
                self.turn(Page::Recovery);
            }
            Page::Recovery => return self.make(),
            Page::Making => {}
            Page::Prove => return self.prove(ctx),
            Page::RecoveryKey => return self.acknowledge(ctx),
        }
        Vec::new()
    }

    fn make(&mut self) -> Vec<Step> {
        let Some(passphrase) = self.passphrase.clone() else { return Vec::new() };
        self.turn(Page::Making);
        vec![Step::Start(Job::Init { passphrase, recovery: self.recovery })]
    }

    fn prove(&mut self, ctx: &Ctx) -> Vec<Step> {
        if self.passphrase.as_ref() != Some(&self.input.secret()) {
            self.input = Input::new(Look::Masked);
            self.trouble = Some(Trouble::Differs("that is not it: try again, or look at it"));
            return Vec::new();
        }
        self.proved = Proved::Yes;
        self.after_proof(ctx)
    }

    fn after_proof(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.passphrase = None;
        self.new = NewPassphrase::default();
        if self.recovery_key.is_some() {
            self.turn(Page::RecoveryKey);
            return Vec::new();
        }
        self.go_on(ctx)
    }

    fn acknowledge(&mut self, ctx: &Ctx) -> Vec<Step> {
        if !self.last_typed() {
            self.trouble = Some(Trouble::Differs("these are not its last six characters"));
            return Vec::new();
        }
        self.after_key(ctx)
    }

    fn last_typed(&self) -> bool {
        let typed = self.input.text().trim();
        let key = self.recovery_key.as_ref().map_or("", Secret::expose);
        let last = key.len().checked_sub(LAST).and_then(|from| key.get(from..));
        last.is_some_and(|last| last.eq_ignore_ascii_case(typed))
    }

    fn after_key(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.recovery_key = None;
        self.input = Input::new(Look::Masked);
        // From here on nothing is sealed for this page.
        [Step::Keep].into_iter().chain(self.go_on(ctx)).collect()
    }

    /// On to what the vault was made for, or to what is already there.
    fn go_on(&mut self, ctx: &Ctx) -> Vec<Step> {
        let document = ctx.snapshot.as_ref().map(|snapshot| &snapshot.document);
        let door = match self.then {
            Then::Import => Door::Import(None),
            Then::ByHand if document.is_some_and(|document| document.apps().next().is_some()) => {
                return vec![Step::Close];
            }
            Then::ByHand if self.proved == Proved::No => Door::GuideUnproved,
            Then::ByHand => Door::Guide(None),
        };
        let text = "the vault is there; birdkeep passwd sets another passphrase, while this one is known";
        let unproved = (self.proved == Proved::No).then(|| Step::Say(Notice::warn(text)));
        [Step::Open(Door::Main), Step::Open(door)].into_iter().chain(unproved).collect()
    }

    fn can_skip(&self, _: &Ctx) -> Ready {
        match self.page {
            Page::Prove | Page::RecoveryKey => Ok(()),
            _ => Err("this step cannot be skipped"),
        }
    }

    fn skip(&mut self, ctx: &Ctx) -> Vec<Step> {
        match self.page {
            Page::Prove => return self.after_proof(ctx),
            Page::RecoveryKey => return self.after_key(ctx),
            _ => {}
        }
        Vec::new()
    }

    fn can_go_back(&self, _: &Ctx) -> Ready {
        match self.page {
            Page::Making => Err("one moment: the vault is being made"),
            Page::Prove | Page::RecoveryKey => Err("the vault is there: type what is asked for, or skip it"),
            _ => Ok(()),
        }
    }

    fn back(&mut self, _: &Ctx) -> Vec<Step> {
        match self.page {
            Page::Passphrase => vec![Step::Close],
            Page::Recovery => {
                self.turn(Page::Passphrase);
                Vec::new()
            }
            _ => vec![Step::Open(Door::Main)],
        }
    }

    fn switch(&mut self, _: &Ctx) -> Vec<Step> {
        match self.page {
            Page::Passphrase => self.new.switch(),
            Page::Recovery => {
                let make = self.recovery == RecoveryKey::Make;
                self.recovery = if make { RecoveryKey::Without } else { RecoveryKey::Make };
            }
            _ => {}
        }
        Vec::new()
    }

    fn arrow(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        if matches!(self.page, Page::Passphrase | Page::Recovery) {
            return self.switch(ctx);
        }
        let last = view::areas(ctx).map_or(0, |areas| pages::last_scroll(self, ctx, areas.body));
        self.scroll = self.scroll.min(last).saturating_add_signed(by).min(last);
        Vec::new()
    }

    fn look(&mut self, _: &Ctx) -> Vec<Step> {
        match self.page {
            Page::Passphrase => self.new.look(),
            _ => self.shown = if self.shown == Seen::Yes { Seen::No } else { Seen::Yes },
        }
        Vec::new()
    }

    fn replied(&mut self, reply: &Reply) -> Vec<Step> {
        match reply {
            Reply::Suggested(words) => self.new.offer(words),
            Reply::Created(Ok(created)) => {
                self.recovery_key.clone_from(&created.recovery_key);
                self.turn(Page::Prove);
                // A recovery key is sealed before it is shown: nobody can bring it back.
                return vec![Step::Keep];
            }
            Reply::Created(Err(failure)) => {
                self.turn(Page::Recovery);
                self.trouble = Some(Trouble::Failed(failure.clone()));
            }
            Reply::Died if self.page == Page::Making => self.turn(Page::Recovery),
            Reply::Died => self.new.offer(&Secret::new("")),
            _ => {}
        }
        Vec::new()
    }
}

impl State for Init {
    const NAME: &'static str = "new vault";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "enter",
            label: "Go on",
            doc: "Go on to the next page with what is chosen or typed",
            shown: Shown::Footer(0),
            ready: Self::can_enter,
            act: Self::enter,
        },
        Binding {
            keys: &[Key::Tab, Key::BackTab],
            action: "switch",
            label: "Choose",
            doc: "Go to the other choice",
            shown: Shown::Footer(1),
            ready: |state, _| match state.page {
                Page::Passphrase | Page::Recovery => Ok(()),
                _ => Err("there is nothing to choose here"),
            },
            act: Self::switch,
        },
        Binding {
            keys: &[Key::Down, Key::PageDown],
            action: "down",
            label: "Down",
            doc: "Go to the other choice; where there is none, scroll down",
            shown: Shown::Reference,
            ready: always,
            act: |state, ctx| state.arrow(1, ctx),
        },
        Binding {
            keys: &[Key::Up, Key::PageUp],
            action: "up",
            label: "Up",
            doc: "Go to the other choice; where there is none, scroll up",
            shown: Shown::Reference,
            ready: always,
            act: |state, ctx| state.arrow(-1, ctx),
        },
        Binding {
            keys: &[Key::Ctrl('n')],
            action: "other-words",
            label: "Other words",
            doc: "Think of six other words",
            shown: Shown::Footer(3),
            ready: |state, _| match state.page {
                Page::Passphrase => Ok(()),
                _ => Err("the passphrase is chosen already"),
            },
            act: |_, _| vec![Step::Start(Job::Suggest)],
        },
        Binding {
            keys: &[Key::Ctrl('r')],
            action: "look",
            label: "Show",
            doc: "Show or hide the passphrase or the recovery key",
            shown: Shown::Footer(4),
            ready: |state, _| match state.page {
                Page::Passphrase | Page::Prove | Page::RecoveryKey => Ok(()),
                _ => Err("there is nothing to show"),
            },
            act: Self::look,
        },
        Binding {
            keys: &[Key::Ctrl('k')],
            action: "skip",
            label: "Skip",
            doc: "Skip this step",
            shown: Shown::Footer(3),
            ready: Self::can_skip,
            act: Self::skip,
        },
        Binding {
            keys: &[Key::Esc],
            action: "back",
            label: "Back",
            doc: "Go back one page; once the vault is there, leave for it",
            shown: Shown::Footer(5),
            ready: Self::can_go_back,
            act: Self::back,
        },
    ];

    fn opened(&mut self, _: &Ctx) -> Vec<Step> {
        if self.page == Page::Passphrase { vec![Step::Start(Job::Suggest)] } else { Vec::new() }
    }

    fn types(&self) -> bool {
        match self.page {
            Page::Passphrase => self.new.choice() == Choice::Own,
            Page::Prove | Page::RecoveryKey => true,
            _ => false,
        }
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        let taken = match self.page {
            Page::Passphrase => self.new.begin(key),
            Page::Prove | Page::RecoveryKey => {
                self.trouble = None;
                self.input.key(key)
            }
            _ => false,
        };
        taken.then(Vec::new)
    }

    fn pasted(&mut self, text: &Secret, _: &Ctx) -> Vec<Step> {
        let outcome = match self.page {
            Page::Passphrase => self.new.paste(text),
            Page::Prove | Page::RecoveryKey => self.input.paste(text.expose()),
            _ => return Vec::new(),
        };
        outcome.sentence().map(|text| Step::Say(Notice::warn(text))).into_iter().collect()
    }

    fn heard(&mut self, heard: &Heard, _: &Ctx) -> Vec<Step> {
        match heard {
            Heard::Started(ticket) => {
                self.ticket = Some(*ticket);
                Vec::new()
            }
            Heard::Reply(ticket, reply) if self.ticket == Some(*ticket) => {
                self.ticket = None;
                self.replied(reply)
            }
            _ => Vec::new(),
        }
    }

    fn pointed(&mut self, mouse: Mouse, _: Rect, ctx: &Ctx) -> Vec<Step> {
        match mouse.act {
            MouseAct::WheelDown => self.arrow(1, ctx),
            MouseAct::WheelUp => self.arrow(-1, ctx),
            MouseAct::Click => Vec::new(),
        }
    }

    fn conceal(&mut self) {
        self.new.conceal();
        self.shown = Seen::No;
    }

    fn draft(&self) -> Option<Draft> {
        let key = self.recovery_key.clone()?;
        Some(Draft { key: DRAFT.to_owned(), fields: vec![("key".to_owned(), key)] })
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        pages::view(self, ctx, frame, area);
    }
}
