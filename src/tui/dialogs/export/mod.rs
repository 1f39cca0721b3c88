//! Export: which format, then what goes into the file and what stays out, the file's name, the typed name; then where
//! it went.
//!
//! It holds no value: the text is made and written by the performer.

mod view;

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::document::Document;
use crate::domain::fields;
use crate::domain::id::Owner;
use crate::domain::secret::Secret;
use crate::failure::Failure;
use crate::ops::run::{PRESETS, Preset};
use crate::ops::transfer::{self, Holds, Order, Outline, Over, Reach, Writer};
use crate::tui::ctx::Ctx;
use crate::tui::effect::Job;
use crate::tui::keys::{self, Binding, Key, Ready, Shown, always};
use crate::tui::message::{Mouse, MouseAct, Reply, Ticket};
use crate::tui::screen::{Cover, Heard, State, Step};
use crate::tui::widgets::input::{Input, Look};
use crate::tui::widgets::sheet::half;
use crate::tui::widgets::typed_name::{self, TypedName};

/// Lines that one notch of the wheel moves.
const NOTCH: isize = 3;

/// The dialog.
#[derive(Debug)]
pub struct Export {
    owners: Vec<Owner>,
    /// The number of the format under the cursor.
    at: usize,
    page: Page,
    /// The first line shown.
    top: usize,
}

#[derive(Debug)]
enum Page {
    /// Which format?
    Choose,
    /// What goes into which file.
    Ask(Ask),
    /// It is being written.
    Writing(Ask, Option<Ticket>),
    /// It is in the file of this name.
    Done(String, Holds),
}

/// What is known of the file to be written.
#[derive(Debug)]
struct Ask {
    format: &'static str,
    holds: Holds,
    reach: Reach,
    /// Whose names its variables have, where it has some: a number of [`PRESETS`].
    names: Option<usize>,
    /// What goes into it, or why nothing can.
    outline: Result<Outline, Failure>,
    file: Input,
    typed: TypedName,
    focus: Part,
    /// Why it was not written.
    trouble: Option<Failure>,
    /// The file that was there already: written again, it is replaced.
    there: Option<String>,
}

/// What keys go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The file's name.
    File,
    /// The names of variables.
    Names,
    /// The name typed as consent.
    Name,
}

/// The formats there are to choose from.
fn choices() -> impl Iterator<Item = (&'static str, &'static str, &'static Writer)> {
    transfer::writable().filter_map(|format| Some((format.word, format.doc, format.write.as_ref()?)))
}

impl Export {
    /// For these profiles and apps.
    pub const fn open(owners: Vec<Owner>) -> Self {
        Self { owners, at: 0, page: Page::Choose, top: 0 }
    }

    fn turn(&mut self, page: Page) {
        self.page = page;
        self.top = 0;
    }

    /// Looks at the format under the cursor.
    fn choose(&mut self, ctx: &Ctx) {
        let Some((format, _, writer)) = choices().nth(self.at) else { return };
        let Some(document) = document(ctx) else { return };
        let file = transfer::file_name(document, &self.owners, writer);
        let ask = Ask {
            format,
            holds: writer.holds,
            reach: Reach::Usual,
            names: writer.variables.then_some(0),
            outline: self.outline(document, format, &Order::default()),
            file: Input::with(Look::Plain, &file),
            typed: TypedName::new(ctx),
            focus: Part::File,
            trouble: None,
            there: None,
        };
        self.turn(Page::Ask(ask));
    }

    fn outline(&self, document: &Document, format: &'static str, order: &Order) -> Result<Outline, Failure> {
        transfer::outline(document, &self.owners, format, order)
    }

    /// Looks again at what goes into the file, after something about it was chosen. What was typed was typed for
    /// something else.
    fn look_again(&mut self, ctx: &Ctx) {
        let Page::Ask(ask) = &self.page else { return };
        let Some(document) = document(ctx) else { return };
        let outline = self.outline(document, ask.format, &ask.order());
        if let Page::Ask(ask) = &mut self.page {
            (ask.outline, ask.typed) = (outline, TypedName::new(ctx));
        }
    }

    /// The name to be typed.
    fn name(&self, ctx: &Ctx) -> String {
        document(ctx).map(|document| transfer::name_to_type(document, &self.owners)).unwrap_or_default()
    }

    fn ready(&self, ctx: &Ctx) -> Ready {
        match &self.page {
            Page::Choose | Page::Done(..) => Ok(()),
            Page::Writing(..) => Err("this is over in a moment"),
            Page::Ask(ask) if ask.outline.is_err() => Err("there is nothing to write: Esc goes back"),
            Page::Ask(ask) if ask.path().is_empty() => Err("type the name of a file first"),
            Page::Ask(ask) if ask.holds == Holds::Commands || ask.focus != Part::Name => Ok(()),
            Page::Ask(ask) => ask.typed.ready(&self.name(ctx), ctx),
        }
    }

    fn press(&mut self, ctx: &Ctx) -> Vec<Step> {
        match std::mem::replace(&mut self.page, Page::Choose) {
            Page::Choose => self.choose(ctx),
            Page::Done(..) => return vec![Step::Close],
            Page::Ask(ask) if ask.holds == Holds::Values && ask.focus != Part::Name => {
                self.page = Page::Ask(Ask { focus: Part::Name, ..ask });
            }
            Page::Ask(ask) => return self.write(ask),
            writing @ Page::Writing(..) => self.page = writing,
        }
        Vec::new()
    }

    fn write(&mut self, ask: Ask) -> Vec<Step> {
        let path = ask.path().to_owned();
        let over = if ask.there.as_ref() == Some(&path) { Over::Replace } else { Over::Never };
        let (owners, format, Order { names, reach, .. }) = (self.owners.clone(), ask.format, ask.order());
        self.turn(Page::Writing(Ask { trouble: None, ..ask }, None));
        vec![Step::Start(Job::Export { owners, format, reach, names, path, over })]
    }

    fn leave(&mut self, _: &Ctx) -> Vec<Step> {
        if matches!(self.page, Page::Ask(_)) {
            self.turn(Page::Choose);
            return Vec::new();
        }
        vec![Step::Close]
    }

    fn can_switch(&self, _: &Ctx) -> Ready {
        match &self.page {
            Page::Ask(ask) if ask.parts().len() > 1 => Ok(()),
            _ => Err("there is one line here at most"),
        }
    }

    /// Goes `by` lines on, round and round.
    fn switch(&mut self, by: isize) -> Vec<Step> {
        if let Page::Ask(ask) = &mut self.page {
            let parts = ask.parts();
            let at = parts.iter().position(|part| *part == ask.focus).unwrap_or(0);
            let next = at.checked_add_signed(by).unwrap_or(parts.len() - 1);
            ask.focus = parts.get(next).copied().unwrap_or(Part::File);
        }
        Vec::new()
    }

    /// Takes the names of variables `by` places on.
    fn other_names(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        if let Page::Ask(Ask { names: Some(at), .. }) = &mut self.page {
            *at = at.saturating_add_signed(by).min(PRESETS.len() - 1);
            self.look_again(ctx);
        }
        Vec::new()
    }

    fn can_reach(&self, _: &Ctx) -> Ready {
        match &self.page {
            Page::Ask(ask) if ask.reach == Reach::Everything || ask.withholds() => Ok(()),
            Page::Ask(_) => Err("nothing is left out that could go along"),
            _ => Err("choose a format first"),
        }
    }

    /// Takes along what bots do not need, or leaves it out again.
    fn reach(&mut self, ctx: &Ctx) -> Vec<Step> {
        if let Page::Ask(ask) = &mut self.page {
            ask.reach = if ask.reach == Reach::Usual { Reach::Everything } else { Reach::Usual };
            self.look_again(ctx);
        }
        Vec::new()
    }

    fn go(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        match self.page {
            Page::Choose => {
                let last = choices().count().saturating_sub(1);
                self.at = self.at.saturating_add_signed(by).min(last);
            }
            _ => self.top = self.top.saturating_add_signed(by).min(view::last_top(self, ctx)),
        }
        Vec::new()
    }

    /// What became of the writing.
    fn replied(&mut self, reply: &Reply, ctx: &Ctx) {
        let Page::Writing(ask, _) = std::mem::replace(&mut self.page, Page::Choose) else { return };
        match reply {
            Reply::Exported(Ok(path)) => self.turn(Page::Done(path.clone(), ask.holds)),
            Reply::Exported(Err(refused)) => {
                let there = refused.exists.then(|| ask.path().to_owned());
                let (typed, trouble) = (TypedName::new(ctx), Some(refused.failure.clone()));
                self.turn(Page::Ask(Ask { typed, trouble, there, focus: Part::File, ..ask }));
            }
            _ => self.turn(Page::Ask(ask)),
        }
    }
}

impl Ask {
    fn path(&self) -> &str {
        fields::trimmed(self.file.text())
    }

    /// The lines there are.
    fn parts(&self) -> Vec<Part> {
        let names = self.names.map(|_| Part::Names);
        let name = (self.holds == Holds::Values).then_some(Part::Name);
        [Some(Part::File), names, name].into_iter().flatten().collect()
    }

    /// The names of its variables; the first ones are ours.
    fn preset(&self) -> Option<&'static Preset> {
        self.names.and_then(|at| PRESETS.get(at))
    }

    fn order(&self) -> Order {
        Order { names: self.preset(), reach: self.reach, ..Order::default() }
    }

    fn withholds(&self) -> bool {
        self.outline.as_ref().is_ok_and(|outline| !outline.withheld.is_empty())
    }
}

fn document(ctx: &Ctx) -> Option<&Document> {
    ctx.snapshot.as_ref().map(|snapshot| snapshot.document.as_ref())
}

impl State for Export {
    const NAME: &'static str = "export";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "press",
            label: "Go on",
            doc: "Choose the format, write the file once the name is typed, or close",
            shown: Shown::Footer(0),
            ready: Self::ready,
            act: Self::press,
        },
        Binding {
            keys: &[Key::Esc],
            action: "close",
            label: "Back",
            doc: "Go back without writing anything",
            shown: Shown::Footer(1),
            ready: always,
            act: Self::leave,
        },
        Binding {
            keys: &[Key::Tab],
            action: "line",
            label: "Line",
            doc: "Go to the next line: the file, the names of variables (← → take others), the name to be typed",
            shown: Shown::Footer(3),
            ready: Self::can_switch,
            act: |state, _| state.switch(1),
        },
        Binding {
            keys: &[Key::BackTab],
            action: "line-before",
            label: "Before",
            doc: "Go to the line before",
            shown: Shown::Reference,
            ready: Self::can_switch,
            act: |state, _| state.switch(-1),
        },
        Binding {
            keys: &[Key::Ctrl('t')],
            action: "all-fields",
            label: "All fields",
            doc: "Take refresh tokens and client secrets along, or leave them out again",
            shown: Shown::Footer(2),
            ready: Self::can_reach,
            act: Self::reach,
        },
        keys::down(&[Key::Down], |state, ctx| state.go(1, ctx)),
        keys::up(&[Key::Up], |state, ctx| state.go(-1, ctx)),
        keys::page_down(&[Key::PageDown], |state, ctx| state.go(half(ctx), ctx)),
        keys::page_up(&[Key::PageUp], |state, ctx| state.go(-half(ctx), ctx)),
    ];

    fn cover(&self) -> Cover {
        Cover::Part
    }

    fn types(&self) -> bool {
        matches!(self.page, Page::Ask(_))
    }

    fn typed(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        match &mut self.page {
            Page::Ask(ask) => match ask.focus {
                Part::File => ask.file.key(key).then(Vec::new),
                Part::Name => ask.typed.key(key).then(Vec::new),
                Part::Names => match key {
                    Key::Right | Key::Char(' ') => Some(self.other_names(1, ctx)),
                    Key::Left => Some(self.other_names(-1, ctx)),
                    _ => None,
                },
            },
            // Where nothing is typed, letters move as everywhere.
            _ => match key {
                Key::Char('j') => Some(self.go(1, ctx)),
                Key::Char('k') => Some(self.go(-1, ctx)),
                Key::Char('q') => Some(self.leave(ctx)),
                _ => None,
            },
        }
    }

    fn pasted(&mut self, text: &Secret, _: &Ctx) -> Vec<Step> {
        match &mut self.page {
            Page::Ask(ask) if ask.focus == Part::File => {
                ask.file.paste(fields::trimmed(text.expose()));
                Vec::new()
            }
            Page::Ask(_) => typed_name::pasted(),
            _ => Vec::new(),
        }
    }

    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        let Page::Writing(_, waited) = &mut self.page else { return Vec::new() };
        match heard {
            Heard::Started(ticket) => *waited = Some(*ticket),
            Heard::Reply(ticket, reply) if *waited == Some(*ticket) => self.replied(reply, ctx),
            Heard::Reply(..) | Heard::Changed => {}
        }
        Vec::new()
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        match mouse.act {
            MouseAct::WheelDown => self.go(NOTCH, ctx),
            MouseAct::WheelUp => self.go(-NOTCH, ctx),
            MouseAct::Click => match view::hit(self, area, mouse.at) {
                Some(number) if number == self.at => self.press(ctx),
                Some(number) => {
                    self.at = number;
                    Vec::new()
                }
                None => Vec::new(),
            },
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::view(self, ctx, frame, area);
    }
}
