//! Import: what was pasted or a file that is named, looked at first and saved only when a person says so.
//!
//! The pages follow each other: asking, reading, the preview (or why there is none), saving.

mod lines;
mod view;

#[cfg(test)]
mod tests;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::fields::{self, Field};
use crate::domain::secret::Secret;
use crate::failure::Failure;
use crate::ops::transfer::{self, Replace};
use crate::tui::ctx::Ctx;
use crate::tui::effect::{ImportSource, Job, Undo};
use crate::tui::keys::{Binding, Key, Ready, Shown, always};
use crate::tui::message::{ImportPreview, Mouse, MouseAct, Reply, Ticket};
use crate::tui::notice::Notice;
use crate::tui::screen::{Door, Heard, State, Step};
use crate::tui::widgets::input::{Input, Look};

/// For how long after a paste, and after a preview has come, nothing is taken as consent.
const DEAF: Duration = Duration::from_millis(150);

/// The dialog.
#[derive(Debug)]
pub struct Import {
    page: Page,
    /// What is imported; `None`: nothing was named yet.
    source: Option<ImportSource>,
    path: Input,
    format: Option<&'static str>,
    replace: Replace,
    /// The job whose reply is waited for.
    ticket: Option<Ticket>,
    /// When this page came, since boot.
    since: Duration,
    /// The first line in view.
    top: usize,
    entrance: Entrance,
}

/// What is on screen.
#[derive(Debug)]
enum Page {
    /// A file's name, or a paste, is asked for.
    Ask,
    /// One bare value was pasted, of one of these shapes.
    Bare(Vec<Field>),
    /// It is being read.
    Reading,
    /// What it would do.
    Preview(ImportPreview),
    /// Why it cannot be read.
    Failed(Failure),
    /// It is being saved.
    Saving(ImportPreview),
}

/// Where a person came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entrance {
    /// From the open vault.
    Vault,
    /// From a machine without one: a vault is made first, and entered afterwards.
    FirstRun,
}

impl Import {
    /// An import of what was pasted; without that, it asks.
    pub fn open(ctx: &Ctx, pasted: Option<Secret>) -> Self {
        let mut import = Self {
            page: Page::Ask,
            source: None,
            path: Input::new(Look::Plain),
            format: None,
            replace: Replace::No,
            ticket: None,
            since: ctx.moment.boot,
            top: 0,
            entrance: if ctx.is_open() { Entrance::Vault } else { Entrance::FirstRun },
        };
        if let Some(text) = pasted {
            import.take(&text, ctx);
        }
        import
    }

    /// Takes what was pasted as what is to be imported. One bare value is recognised, and not kept.
    fn take(&mut self, text: &Secret, ctx: &Ctx) {
        let bare = fields::recognise(fields::trimmed(text.expose()));
        if bare.is_empty() {
            self.source = Some(ImportSource::Pasted(text.clone()));
            return;
        }
        self.source = None;
        self.turn(Page::Bare(bare), ctx);
    }

    fn turn(&mut self, page: Page, ctx: &Ctx) {
        self.page = page;
        self.since = ctx.moment.boot;
        self.top = 0;
    }

    /// Has the source read, once there is a vault to hold it against.
    fn read(&mut self, ctx: &Ctx) -> Vec<Step> {
        let Some(source) = self.source.clone().filter(|_| ctx.is_open()) else { return Vec::new() };
        self.turn(Page::Reading, ctx);
        vec![Step::Start(Job::PreviewImport { source, format: self.format, replace: self.replace })]
    }

    fn can_read_again(&self, _: &Ctx) -> Ready {
        match self.page {
            Page::Preview(_) | Page::Failed(_) => Ok(()),
            Page::Ask | Page::Bare(_) => Err("there is nothing to read yet: name a file, or paste its text"),
            Page::Reading | Page::Saving(_) => Err("this is over in a moment"),
        }
    }

    fn can_save(&self, ctx: &Ctx) -> Ready {
        let Page::Preview(preview) = &self.page else { return self.can_read_again(ctx).and(UNREADABLE) };
        let since = |then: Duration| ctx.moment.boot.saturating_sub(then);
        if preview.plan.edits.is_empty() {
            return Err("there is nothing to save");
        }
        if !ctx.snapshot.as_ref().is_some_and(|snapshot| snapshot.vault.trusted) {
            return Err("the vault's writer is not trusted: it can only be looked at");
        }
        if since(self.since) < DEAF || ctx.pasted.is_some_and(|at| since(at) < DEAF) {
            return Err("that was too fast to be meant: press it again");
        }
        Ok(())
    }

    fn can_enter(&self, ctx: &Ctx) -> Ready {
        match self.page {
            Page::Ask if !ctx.is_open() => Err("there is no vault to import into yet"),
            Page::Ask if fields::trimmed(self.path.text()).is_empty() => Err("type a file's name, or paste"),
            Page::Ask => Ok(()),
            _ => self.can_save(ctx),
        }
    }

    fn enter(&mut self, ctx: &Ctx) -> Vec<Step> {
        if !matches!(self.page, Page::Ask) {
            return self.save(ctx);
        }
        self.source = Some(ImportSource::File(fields::trimmed(self.path.text()).to_owned()));
        self.read(ctx)
    }

    fn save(&mut self, ctx: &Ctx) -> Vec<Step> {
        match std::mem::replace(&mut self.page, Page::Reading) {
            Page::Preview(preview) => {
                let edits = preview.plan.edits.clone();
                let what = format!("import of {}", lines::what(&preview.plan));
                self.turn(Page::Saving(preview), ctx);
                vec![Step::Start(Job::Save { edits, what, undo: Undo::Offer })]
            }
            other => {
                self.page = other;
                Vec::new()
            }
        }
    }

    /// The same again, with the other rule for values that differ.
    fn other_rule(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.replace = if self.replace == Replace::No { Replace::Yes } else { Replace::No };
        self.read(ctx)
    }

    /// The same again as the next format; after the last one, as what it looks like.
    fn other_format(&mut self, ctx: &Ctx) -> Vec<Step> {
        let words: Vec<&'static str> = transfer::formats().map(|format| format.word).collect();
        let at = self.format.and_then(|word| words.iter().position(|other| *other == word));
        self.format = words.get(at.map_or(0, |at| at + 1)).copied();
        self.read(ctx)
    }

    /// Back to the question where that was asked; else out.
    fn back(&mut self, ctx: &Ctx) -> Vec<Step> {
        let asked = matches!(self.source, Some(ImportSource::File(_)));
        if asked && matches!(self.page, Page::Preview(_) | Page::Failed(_) | Page::Reading) {
            self.source = None;
            self.ticket = None;
            self.format = None;
            self.replace = Replace::No;
            self.turn(Page::Ask, ctx);
            return Vec::new();
        }
        self.leave(ctx)
    }

    fn leave(&self, ctx: &Ctx) -> Vec<Step> {
        match self.entrance {
            Entrance::FirstRun if ctx.is_open() => vec![Step::Open(Door::Main)],
            Entrance::FirstRun | Entrance::Vault => vec![Step::Close],
        }
    }

    fn scroll(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        let last = view::last_top(self, ctx);
        self.top = self.top.min(last).saturating_add_signed(by).min(last);
        Vec::new()
    }

    /// A reply to the job that is waited for.
    fn replied(&mut self, reply: &Reply, ctx: &Ctx) -> Vec<Step> {
        match reply {
            Reply::Previewed(Ok(preview)) => self.turn(Page::Preview(preview.clone()), ctx),
            Reply::Previewed(Err(failure)) => self.turn(Page::Failed(failure.clone()), ctx),
            Reply::Saved(Ok(_)) => return self.leave(ctx),
            // The reason is on screen. What the vault holds may be other than what was looked at.
            Reply::Saved(Err(_)) => return self.read(ctx),
            Reply::Died if self.source.is_some() => self.turn(Page::Ask, ctx),
            _ => {}
        }
        Vec::new()
    }
}

/// Asked for on a page that could be read again, but holds nothing to save.
const UNREADABLE: Ready = Err("it could not be read: there is nothing to save");

/// A move through the lines.
macro_rules! scroll {
    ($keys:expr, $action:literal, $doc:literal, $by:expr) => {
        Binding {
            keys: &$keys,
            action: $action,
            label: $doc,
            doc: $doc,
            shown: Shown::Reference,
            ready: always,
            act: |state, ctx| state.scroll($by, ctx),
        }
    };
}

impl State for Import {
    const NAME: &'static str = "import";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "enter",
            label: "Go on",
            doc: "Read the file that was named; with the preview on screen, save it",
            shown: Shown::Footer(0),
            ready: Self::can_enter,
            act: Self::enter,
        },
        Binding {
            keys: &[Key::Char('s')],
            action: "save",
            label: "Save",
            doc: "Save what the preview shows",
            shown: Shown::Footer(1),
            ready: Self::can_save,
            act: Self::save,
        },
        Binding {
            keys: &[Key::Char('R')],
            action: "replace",
            label: "Replacing",
            doc: "Look again with values that differ replacing the vault's, or without",
            shown: Shown::Footer(3),
            ready: Self::can_read_again,
            act: Self::other_rule,
        },
        Binding {
            keys: &[Key::Char('f')],
            action: "format",
            label: "Format",
            doc: "Read it as another format",
            shown: Shown::Footer(4),
            ready: Self::can_read_again,
            act: Self::other_format,
        },
        Binding {
            keys: &[Key::Esc],
            action: "close",
            label: "Back",
            doc: "Go back without saving anything",
            shown: Shown::Footer(2),
            ready: always,
            act: Self::back,
        },
        scroll!([Key::Char('j'), Key::Down], "down", "Line down", 1),
        scroll!([Key::Char('k'), Key::Up], "up", "Line up", -1),
        scroll!([Key::PageDown, Key::Char(' ')], "page-down", "Ten lines down", 10),
        scroll!([Key::PageUp], "page-up", "Ten lines up", -10),
        scroll!([Key::Char('g')], "first", "To the beginning", isize::MIN),
        scroll!([Key::Char('G')], "last", "To the end", isize::MAX),
    ];

    fn opened(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.read(ctx)
    }

    fn types(&self) -> bool {
        matches!(self.page, Page::Ask)
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        (self.types() && self.path.key(key)).then(Vec::new)
    }

    fn pasted(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        match self.page {
            Page::Saving(_) => return vec![Step::Say(Notice::plain("wait until this is saved"))],
            Page::Ask if is_path(text.expose()) => {
                self.path.paste(fields::trimmed(text.expose()));
                return Vec::new();
            }
            _ => {}
        }
        self.format = None;
        self.replace = Replace::No;
        self.take(text, ctx);
        self.read(ctx)
    }

    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        match heard {
            Heard::Started(ticket) => self.ticket = Some(*ticket),
            // A vault has just been made: now there is something to hold a paste against.
            Heard::Reply(_, Reply::Created(Ok(_))) => return self.read(ctx),
            Heard::Reply(ticket, reply) if self.ticket == Some(*ticket) => {
                self.ticket = None;
                return self.replied(reply, ctx);
            }
            Heard::Changed if matches!(self.page, Page::Preview(_)) => return self.read(ctx),
            Heard::Reply(..) | Heard::Changed => {}
        }
        Vec::new()
    }

    fn pointed(&mut self, mouse: Mouse, _: Rect, ctx: &Ctx) -> Vec<Step> {
        match mouse.act {
            MouseAct::WheelDown => self.scroll(3, ctx),
            MouseAct::WheelUp => self.scroll(-3, ctx),
            MouseAct::Click => Vec::new(),
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::view(self, ctx, frame, area);
    }
}

/// Whether a paste names a file: one line that begins like a path, or holds nothing of what files hold.
fn is_path(text: &str) -> bool {
    let text = fields::trimmed(text);
    let begins = ["/", "~/", "./", "../"].iter().any(|start| text.starts_with(start));
    let plain = !text.contains(['=', '{', '[', ':']) && fields::recognise(text).is_empty();
    !text.is_empty() && !text.contains(['\n', '\r']) && (begins || plain)
}
