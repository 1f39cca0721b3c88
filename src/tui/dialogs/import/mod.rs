//! Import: what was pasted, files that are named or found here; looked at first, saved only when a person says so.
//!
//! The pages follow each other: asking (or the files that were found), reading, the preview (or why there is none),
//! saving, and which files still hold the keys. What the keys do on them is in `acts`.

mod acts;
mod lines;
mod names;
mod view;

#[cfg(test)]
mod tests;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::fields::{self, Field};
use crate::domain::secret::Secret;
use crate::failure::Failure;
use crate::ops::transfer::{Find, Leftover, Plan, Renamed, Replace};
use crate::tui::ctx::Ctx;
use crate::tui::effect::ImportSource;
use crate::tui::keys::{Binding, Key, Shown, always};
use crate::tui::message::{Mouse, MouseAct, Reply, Ticket};
use crate::tui::notice::Notice;
use crate::tui::screen::{Heard, State, Step};
use crate::tui::widgets::form::{Control, Form};
use crate::tui::widgets::input::Input;

/// The dialog.
#[derive(Debug)]
pub struct Import {
    page: Page,
    /// What is imported; `None`: nothing was named yet.
    source: Option<ImportSource>,
    path: Input,
    /// What other tools have left here, and whether it is to be read.
    found: Vec<(Find, bool)>,
    format: Option<&'static str>,
    /// The cursor in the list of formats, while that is open.
    formats: Option<usize>,
    /// The names of what is new, while they are typed in.
    names: Option<Form>,
    /// What is to be called otherwise than the source has it.
    renamed: Vec<Renamed>,
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
    /// These files were found, and not opened yet; the cursor is on the one with this number.
    Found(usize),
    /// One bare value was pasted, of one of these shapes.
    Bare(Vec<Field>),
    /// It is being read.
    Reading,
    /// What it would do.
    Preview(Plan),
    /// Why it cannot be read.
    Failed(Failure),
    /// It is being saved.
    Saving(Plan),
    /// It is saved, but these files still hold the keys.
    Left(Vec<Leftover>),
}

/// Where a person came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entrance {
    /// From the open vault.
    Vault,
    /// From a machine without one: a vault is made first, and entered afterwards.
    FirstRun,
}

/// A move through the lines, or through a list.
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
            doc: "Read the files that are named or marked; with the preview on screen, save it; take names typed in",
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
            keys: &[Key::Char(' ')],
            action: "mark",
            label: "Mark",
            doc: "Mark the file under the cursor to be read, or not",
            shown: Shown::Footer(1),
            ready: Self::can_mark,
            act: Self::mark,
        },
        Binding {
            keys: &[Key::Char('n')],
            action: "other",
            label: "Other",
            doc: "Name another file, or paste",
            shown: Shown::Footer(3),
            ready: Self::can_mark,
            act: Self::other_file,
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
            keys: &[Key::Char('e')],
            action: "names",
            label: "Names",
            doc: "Give what is new other names than the source has",
            shown: Shown::Footer(3),
            ready: Self::can_name,
            act: Self::list_names,
        },
        Binding {
            keys: &[Key::Char('f')],
            action: "format",
            label: "Format",
            doc: "Choose the format it is read as",
            shown: Shown::Footer(4),
            ready: Self::can_read_again,
            act: Self::list_formats,
        },
        Binding {
            keys: &[Key::Char('c')],
            action: "git",
            label: "Ask git",
            doc: "Look whether git keeps the files that were imported",
            shown: Shown::Footer(1),
            ready: Self::can_ask_git,
            act: Self::ask_git,
        },
        Binding {
            keys: &[Key::Char('C')],
            action: "check",
            label: "Check",
            doc: "After an import, ask X what every bot may do; says the cost first",
            shown: Shown::Footer(2),
            ready: Self::can_check,
            act: Self::check,
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
        scroll!([Key::Char('j'), Key::Down, Key::Tab], "down", "Line down", 1),
        scroll!([Key::Char('k'), Key::Up, Key::BackTab], "up", "Line up", -1),
        scroll!([Key::PageDown], "page-down", "Ten lines down", 10),
        scroll!([Key::PageUp], "page-up", "Ten lines up", -10),
        scroll!([Key::Char('g')], "first", "To the beginning", isize::MIN),
        scroll!([Key::Char('G')], "last", "To the end", isize::MAX),
    ];

    fn opened(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.begin(ctx)
    }

    fn types(&self) -> bool {
        matches!(self.page, Page::Ask) || self.names.is_some()
    }

    fn typed(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        if let Some(names) = &mut self.names {
            return names.key(key, ctx.size.width).then(Vec::new);
        }
        (self.types() && self.path.key(key)).then(Vec::new)
    }

    fn pasted(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        if let Some(names) = &mut self.names {
            if let Some(Control::Line(line)) = names.control_mut(names.at()) {
                line.paste(fields::trimmed(text.expose()));
            }
            return Vec::new();
        }
        match self.page {
            Page::Saving(_) => return vec![Step::Say(Notice::plain("wait until this is saved"))],
            Page::Ask | Page::Found(_) if is_path(text.expose()) => {
                self.page = Page::Ask;
                self.path.paste(fields::trimmed(text.expose()));
                return Vec::new();
            }
            _ => {}
        }
        self.format = None;
        self.formats = None;
        self.replace = Replace::No;
        self.renamed.clear();
        self.take(text, ctx);
        self.read(ctx)
    }

    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        match heard {
            Heard::Started(ticket) => self.ticket = Some(*ticket),
            // A vault has just been made: now there is something to hold a paste against.
            Heard::Reply(_, Reply::Created(Ok(_))) => return self.begin(ctx),
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

    fn deadline(&self, ctx: &Ctx) -> Option<Duration> {
        Some(self.ready_at()).filter(|at| *at > ctx.moment.boot)
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::view(self, ctx, frame, area);
    }
}

/// Whether a paste names a file: one line that begins like a path, or holds nothing of what files hold.
fn is_path(text: &str) -> bool {
    let text = fields::trimmed(text);
    let begins = ["/", "~/", "./", "../"].iter().any(|start| text.starts_with(start));
    let plain = !text.contains(['=', '{', '[', ':', '(', ' ']) && fields::recognise(text).is_empty();
    !text.is_empty() && !text.contains(['\n', '\r']) && (begins || plain)
}
