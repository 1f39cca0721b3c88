//! Another passphrase: the present one, the new one, the new one again.

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::secret::Secret;
use crate::failure::Failure;
use crate::ops::passwd::OLD_COPIES;
use crate::tui::ctx::{Ctx, Presence};
use crate::tui::effect::Job;
use crate::tui::keys::{Binding, Key, Ready, Shown, key_of};
use crate::tui::message::{Reply, Ticket};
use crate::tui::notice::Notice;
use crate::tui::screen::{Heard, Screen, State, Step};
use crate::tui::widgets::input::{Focus, Input, Look};
use crate::tui::widgets::leaf::{Leaf, Weight};
use crate::tui::widgets::new_passphrase::{Choice, NewPassphrase};

/// The dialog.
#[derive(Debug)]
pub struct Passphrase {
    page: Page,
    /// The present one. Of an identity that is not encrypted there is none.
    old: Input,
    new: NewPassphrase,
    again: Input,
    first: Page,
    trouble: Option<Failure>,
    differs: Option<&'static str>,
    ticket: Option<Ticket>,
}

/// What is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Old,
    New,
    Again,
    Working,
}

impl Passphrase {
    /// The dialog at its first page.
    pub fn open(ctx: &Ctx) -> Box<dyn Screen> {
        let first = if ctx.presence == Presence::Plain { Page::New } else { Page::Old };
        Box::new(Self {
            page: first,
            old: Input::new(Look::Masked),
            new: NewPassphrase::default(),
            again: Input::new(Look::Masked),
            first,
            trouble: None,
            differs: None,
            ticket: None,
        })
    }

    fn ready(&self, _: &Ctx) -> Ready {
        match self.page {
            Page::Old if self.old.is_empty() => Err("type the present passphrase first"),
            Page::New if self.new.chosen().is_none() => {
                Err("type a passphrase first, or take the words with Tab")
            }
            Page::Again if self.again.is_empty() => Err("type the new passphrase once more"),
            Page::Working => Err(BUSY),
            _ => Ok(()),
        }
    }

    fn enter(&mut self, _: &Ctx) -> Vec<Step> {
        self.differs = None;
        match self.page {
            Page::Old => self.page = Page::New,
            Page::New => {
                self.new.conceal();
                self.page = Page::Again;
            }
            Page::Again => return self.change(),
            Page::Working => {}
        }
        Vec::new()
    }

    fn change(&mut self) -> Vec<Step> {
        let Some(new) = self.new.chosen() else { return Vec::new() };
        let again = self.again.secret();
        self.again = Input::new(Look::Masked);
        if new != again {
            self.differs = Some("that is not the new one: try again, or go back and look at it");
            return Vec::new();
        }
        self.page = Page::Working;
        self.trouble = None;
        vec![Step::Start(Job::Rekey { old: self.old.secret(), new })]
    }

    fn back(&mut self, _: &Ctx) -> Vec<Step> {
        self.differs = None;
        self.page = match self.page {
            Page::Again => Page::New,
            Page::New if self.first == Page::Old => Page::Old,
            _ => return vec![Step::Close],
        };
        Vec::new()
    }

    fn look(&mut self) -> Vec<Step> {
        let flip = |input: &mut Input| {
            input.look = if input.look == Look::Masked { Look::Plain } else { Look::Masked };
        };
        match self.page {
            Page::Old => flip(&mut self.old),
            Page::New => self.new.look(),
            Page::Again => flip(&mut self.again),
            Page::Working => {}
        }
        Vec::new()
    }

    fn replied(&mut self, reply: &Reply) -> Vec<Step> {
        match reply {
            Reply::Suggested(words) => self.new.offer(words),
            Reply::Rekeyed(Ok(())) => {
                let text = format!("the passphrase is changed; {OLD_COPIES}");
                return vec![Step::Close, Step::Say(Notice::good(text))];
            }
            Reply::Rekeyed(Err(failure)) => {
                self.trouble = Some(failure.clone());
                self.old = Input::new(Look::Masked);
                self.page = self.first;
            }
            Reply::Died if self.page == Page::Working => self.page = self.first,
            Reply::Died => self.new.offer(&Secret::new("")),
            _ => {}
        }
        Vec::new()
    }
}

/// Why nothing can be done for a moment.
const BUSY: &str = "one moment: the identity is being sealed anew";

impl State for Passphrase {
    const NAME: &'static str = "passphrase";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "enter",
            label: "Go on",
            doc: "Go on with what is typed or chosen",
            shown: Shown::Footer(0),
            ready: Self::ready,
            act: Self::enter,
        },
        Binding {
            keys: &[Key::Tab, Key::BackTab, Key::Up, Key::Down],
            action: "switch",
            label: "Choose",
            doc: "Go to the other choice",
            shown: Shown::Footer(1),
            ready: |state, _| {
                if state.page == Page::New { Ok(()) } else { Err("there is nothing to choose here") }
            },
            act: |state, _| {
                state.new.switch();
                Vec::new()
            },
        },
        Binding {
            keys: &[Key::Ctrl('n')],
            action: "other-words",
            label: "Other words",
            doc: "Think of six other words",
            shown: Shown::Footer(3),
            ready: |state, _| {
                if state.page == Page::New { Ok(()) } else { Err("there are no words on this page") }
            },
            act: |_, _| vec![Step::Start(Job::Suggest)],
        },
        Binding {
            keys: &[Key::Ctrl('r')],
            action: "look",
            label: "Show",
            doc: "Show or hide what is typed or chosen",
            shown: Shown::Footer(4),
            ready: |state, _| if state.page == Page::Working { Err(BUSY) } else { Ok(()) },
            act: |state, _| state.look(),
        },
        Binding {
            keys: &[Key::Esc],
            action: "back",
            label: "Back",
            doc: "Go back one page; from the first one, leave everything as it is",
            shown: Shown::Footer(2),
            ready: |state, _| if state.page == Page::Working { Err(BUSY) } else { Ok(()) },
            act: Self::back,
        },
    ];

    fn opened(&mut self, _: &Ctx) -> Vec<Step> {
        vec![Step::Start(Job::Suggest)]
    }

    fn types(&self) -> bool {
        match self.page {
            Page::Old | Page::Again => true,
            Page::New => self.new.choice() == Choice::Own,
            Page::Working => false,
        }
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        let taken = match self.page {
            Page::Old => self.old.key(key),
            Page::New => self.new.begin(key),
            Page::Again => self.again.key(key),
            Page::Working => false,
        };
        taken.then(Vec::new)
    }

    fn pasted(&mut self, text: &Secret, _: &Ctx) -> Vec<Step> {
        let outcome = match self.page {
            Page::Old => self.old.paste(text.expose()),
            Page::New => self.new.paste(text),
            Page::Again => self.again.paste(text.expose()),
            Page::Working => return Vec::new(),
        };
        outcome.sentence().map(|text| Step::Say(Notice::warn(text))).into_iter().collect()
    }

    fn heard(&mut self, heard: &Heard, _: &Ctx) -> Vec<Step> {
        match heard {
            Heard::Started(ticket) => self.ticket = Some(*ticket),
            Heard::Reply(ticket, reply) if self.ticket == Some(*ticket) => {
                self.ticket = None;
                return self.replied(reply);
            }
            _ => {}
        }
        Vec::new()
    }

    fn conceal(&mut self) {
        self.new.conceal();
        self.old.look = Look::Masked;
        self.again.look = Look::Masked;
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        let theme = &ctx.theme;
        let mut leaf = Leaf::new(theme, area);
        match self.page {
            Page::Old => {
                leaf.explain(
                    "The passphrase opens the identity file. Changing it changes no key of the vault.",
                );
                leaf.air();
                leaf.input("Present passphrase", &self.old, Focus::Here);
            }
            Page::New => self.new.write(&mut leaf, theme, &key_of(Self::KEYS, Self::NAME, "look", ctx)),
            Page::Again => leaf.input("The new one again", &self.again, Focus::Here),
            Page::Working => {
                let text =
                    format!("{} sealing the identity; slow on purpose, so that guessing is", ctx.spinner());
                leaf.text(Weight::Matters, &text, theme.base);
            }
        }
        if let Some(text) = self.differs {
            leaf.text(Weight::Matters, text, theme.bad);
        }
        if let Some(failure) = self.trouble.as_ref().filter(|_| self.page == self.first) {
            leaf.air();
            leaf.failure(failure);
        }
        leaf.view(frame, area, "Another passphrase", 0);
    }
}
