//! What the keys of an import do, and when they may.

use std::time::Duration;

use super::{Entrance, Import, Page, lines, view};
use crate::domain::fields;
use crate::domain::secret::Secret;
use crate::ops::transfer::{self, AskGit, Find, Replace};
use crate::tui::ctx::Ctx;
use crate::tui::effect::{ImportSource, Job, Undo};
use crate::tui::keys::Ready;
use crate::tui::message::Reply;
use crate::tui::screen::{Door, Step};
use crate::tui::widgets::input::{Input, Look};

/// For how long after a paste, and after a page has come, nothing is taken as consent.
const DEAF: Duration = Duration::from_millis(150);

/// Asked for on a page that could be read again, but holds nothing to save.
const UNREADABLE: Ready = Err("it could not be read: there is nothing to save");

const TOO_FAST: Ready = Err("that was too fast to be meant: press it again");

impl Import {
    /// An import of what was pasted; without that, it asks.
    pub fn open(ctx: &Ctx, pasted: Option<Secret>) -> Self {
        let mut import = Self {
            page: Page::Ask,
            source: None,
            path: Input::new(Look::Plain),
            found: Vec::new(),
            format: None,
            formats: None,
            names: None,
            renamed: Vec::new(),
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

    /// Reads what is there already; where nothing is, looks what other tools have left.
    pub(super) fn begin(&mut self, ctx: &Ctx) -> Vec<Step> {
        if self.source.is_none() && matches!(self.page, Page::Ask) && ctx.is_open() {
            return vec![Step::Start(Job::FindImports)];
        }
        self.read(ctx)
    }

    /// Takes what was pasted as what is to be imported. One bare value is recognised, and not kept.
    pub(super) fn take(&mut self, text: &Secret, ctx: &Ctx) {
        let bare = fields::recognise(fields::trimmed(text.expose()));
        if bare.is_empty() {
            self.source = Some(ImportSource::Pasted(text.clone()));
            return;
        }
        self.source = None;
        self.turn(Page::Bare(bare), ctx);
    }

    pub(super) fn turn(&mut self, page: Page, ctx: &Ctx) {
        self.page = page;
        self.formats = None;
        self.names = None;
        self.since = ctx.moment.boot;
        self.top = 0;
    }

    /// Has the source read, once there is a vault to hold it against.
    pub(super) fn read(&mut self, ctx: &Ctx) -> Vec<Step> {
        let Some(source) = self.source.clone().filter(|_| ctx.is_open()) else { return Vec::new() };
        self.turn(Page::Reading, ctx);
        vec![Step::Start(Job::PreviewImport { source, format: self.format, replace: self.replace })]
    }

    pub(super) fn can_read_again(&self, _: &Ctx) -> Ready {
        match self.page {
            _ if self.formats.is_some() => Err("choose a format first, or go back with Esc"),
            _ if self.names.is_some() => Err("take the names first (Enter), or go back with Esc"),
            Page::Preview(_) | Page::Failed(_) => Ok(()),
            Page::Ask | Page::Bare(_) | Page::Found(_) => {
                Err("there is nothing to read yet: name a file, or paste its text")
            }
            Page::Left(_) => Err("this is saved already"),
            Page::Reading | Page::Saving(_) => Err("this is over in a moment"),
        }
    }

    pub(super) fn can_name(&self, ctx: &Ctx) -> Ready {
        self.can_read_again(ctx)?;
        match &self.page {
            Page::Preview(plan) if plan.added().next().is_some() => Ok(()),
            _ => Err("nothing in it is new"),
        }
    }

    pub(super) fn can_save(&self, ctx: &Ctx) -> Ready {
        let Page::Preview(plan) = &self.page else { return self.can_read_again(ctx).and(UNREADABLE) };
        if self.formats.is_some() || self.names.is_some() {
            return self.can_read_again(ctx);
        }
        if plan.is_empty() {
            return Err("there is nothing to save");
        }
        if !ctx.snapshot.as_ref().is_some_and(|snapshot| snapshot.vault.trusted) {
            return Err("the vault's writer is not trusted: it can only be looked at");
        }
        self.is_meant(ctx)
    }

    fn is_meant(&self, ctx: &Ctx) -> Ready {
        let since = |then: Duration| ctx.moment.boot.saturating_sub(then);
        if since(self.since) < DEAF || ctx.pasted.is_some_and(|at| since(at) < DEAF) {
            TOO_FAST
        } else {
            Ok(())
        }
    }

    pub(super) fn can_enter(&self, ctx: &Ctx) -> Ready {
        match self.page {
            _ if self.formats.is_some() || self.names.is_some() => Ok(()),
            Page::Ask if !ctx.is_open() => Err("there is no vault to import into yet"),
            Page::Ask if fields::trimmed(self.path.text()).is_empty() => Err("type a file's name, or paste"),
            Page::Ask | Page::Left(_) => Ok(()),
            Page::Found(_) if self.found.iter().all(|(_, marked)| !marked) => {
                Err("no file is marked: Space marks the one under the cursor")
            }
            Page::Found(_) => self.is_meant(ctx),
            _ => self.can_save(ctx),
        }
    }

    /// When consent can be given: then the footer offers it.
    pub(super) fn ready_at(&self) -> Duration {
        self.since.saturating_add(DEAF)
    }

    pub(super) fn enter(&mut self, ctx: &Ctx) -> Vec<Step> {
        if let Some(at) = self.formats.take() {
            self.format = at.checked_sub(1).and_then(|at| words().nth(at));
            return self.read(ctx);
        }
        if self.names.is_some() {
            return self.take_names(ctx);
        }
        match &self.page {
            Page::Ask => {
                let typed = fields::trimmed(self.path.text()).to_owned();
                self.source = Some(ImportSource::Files(vec![typed]));
                self.read(ctx)
            }
            Page::Found(_) => {
                let marked = self.found.iter().filter(|(_, marked)| *marked);
                self.source = Some(ImportSource::Files(marked.map(|(find, _)| find.path.clone()).collect()));
                self.read(ctx)
            }
            Page::Left(_) => self.leave(ctx),
            _ => self.save(ctx),
        }
    }

    pub(super) fn save(&mut self, ctx: &Ctx) -> Vec<Step> {
        match std::mem::replace(&mut self.page, Page::Reading) {
            Page::Preview(plan) => {
                let (edits, what) = (plan.edits(), format!("import of {}", plan.what()));
                self.turn(Page::Saving(plan), ctx);
                vec![Step::Start(Job::Save { edits, what, undo: Undo::Offer })]
            }
            other => {
                self.page = other;
                Vec::new()
            }
        }
    }

    pub(super) fn can_mark(&self, _: &Ctx) -> Ready {
        match self.page {
            Page::Found(_) => Ok(()),
            _ => Err("there is no list of files here"),
        }
    }

    pub(super) fn mark(&mut self, _: &Ctx) -> Vec<Step> {
        if let Page::Found(at) = self.page
            && let Some((_, marked)) = self.found.get_mut(at)
        {
            *marked = !*marked;
        }
        Vec::new()
    }

    pub(super) fn other_file(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.turn(Page::Ask, ctx);
        Vec::new()
    }

    /// The same again, with the other rule for values that differ.
    pub(super) fn other_rule(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.replace = if self.replace == Replace::No { Replace::Yes } else { Replace::No };
        self.read(ctx)
    }

    /// Lists the formats, the present one under the cursor; the first line is “as it looks”.
    pub(super) fn list_formats(&mut self, _: &Ctx) -> Vec<Step> {
        let present = self.format.and_then(|word| words().position(|other| other == word));
        self.formats = Some(present.map_or(0, |at| at + 1));
        Vec::new()
    }

    pub(super) fn can_ask_git(&self, _: &Ctx) -> Ready {
        match &self.page {
            Page::Left(left) if left.iter().any(|file| file.git.is_none()) => Ok(()),
            Page::Left(_) => Err("git has been asked"),
            _ => Err("git is asked once an import from files is saved"),
        }
    }

    pub(super) fn ask_git(&mut self, _: &Ctx) -> Vec<Step> {
        self.look_at_files(AskGit::Yes)
    }

    pub(super) fn can_check(&self, _: &Ctx) -> Ready {
        match &self.page {
            Page::Left(_) => Ok(()),
            _ => Err("X is asked once an import is saved"),
        }
    }

    /// Out, and on to the question whether X is to be asked.
    pub(super) fn check(&mut self, ctx: &Ctx) -> Vec<Step> {
        match self.entrance {
            Entrance::Vault => vec![Step::Close, Step::Act("check-all")],
            Entrance::FirstRun => self.leave(ctx),
        }
    }

    fn look_at_files(&self, ask: AskGit) -> Vec<Step> {
        match &self.source {
            Some(ImportSource::Files(files)) => {
                vec![Step::Start(Job::LookAtFiles { files: files.clone(), ask })]
            }
            _ => Vec::new(),
        }
    }

    /// Back to the question where that was asked; else out.
    pub(super) fn back(&mut self, ctx: &Ctx) -> Vec<Step> {
        if self.formats.take().is_some() || self.names.take().is_some() {
            return Vec::new();
        }
        let asked = matches!(self.source, Some(ImportSource::Files(_)));
        if !asked || !matches!(self.page, Page::Preview(_) | Page::Failed(_) | Page::Reading) {
            return self.leave(ctx);
        }
        self.source = None;
        self.ticket = None;
        self.format = None;
        self.replace = Replace::No;
        self.renamed.clear();
        let found = self.path.is_empty() && !self.found.is_empty();
        self.turn(if found { Page::Found(0) } else { Page::Ask }, ctx);
        Vec::new()
    }

    fn leave(&self, ctx: &Ctx) -> Vec<Step> {
        match self.entrance {
            Entrance::FirstRun if ctx.is_open() => vec![Step::Open(Door::Main)],
            Entrance::FirstRun | Entrance::Vault => vec![Step::Close],
        }
    }

    /// Moves the cursor of a list, or else the lines.
    pub(super) fn scroll(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        let moved = |at: usize, count: usize| at.saturating_add_signed(by).min(count.saturating_sub(1));
        if let Some(at) = self.formats {
            self.formats = Some(moved(at, words().count() + 1));
        } else if let Some(names) = &mut self.names {
            names.focus(names.at().saturating_add_signed(by));
        } else if let Page::Found(at) = self.page {
            self.page = Page::Found(moved(at, self.found.len()));
        } else {
            let last = view::last_top(self, ctx);
            self.top = self.top.min(last).saturating_add_signed(by).min(last);
        }
        Vec::new()
    }

    /// A reply to the job that is waited for.
    pub(super) fn replied(&mut self, reply: &Reply, ctx: &Ctx) -> Vec<Step> {
        match reply {
            Reply::FoundImports(finds) => self.list(finds, ctx),
            Reply::Previewed(Ok(plan)) => {
                let mut plan = plan.clone();
                plan.rename(&self.renamed);
                self.turn(Page::Preview(plan), ctx);
            }
            Reply::Previewed(Err(failure)) => self.turn(Page::Failed(failure.clone()), ctx),
            Reply::Saved(Ok(_)) => return self.saved(ctx),
            // The reason is on screen. What the vault holds may be other than what was looked at.
            Reply::Saved(Err(_)) => return self.read(ctx),
            Reply::LookedAt(left) if left.is_empty() => return self.leave(ctx),
            Reply::LookedAt(left) => self.turn(Page::Left(left.clone()), ctx),
            Reply::Died if self.source.is_some() => self.turn(Page::Ask, ctx),
            _ => {}
        }
        Vec::new()
    }

    /// Lists the files that were found, unless something was typed meanwhile.
    fn list(&mut self, finds: &[Find], ctx: &Ctx) {
        self.found = finds.iter().map(|find| (find.clone(), true)).collect();
        if !self.found.is_empty() && matches!(self.page, Page::Ask) && self.path.is_empty() {
            self.turn(Page::Found(0), ctx);
        }
    }

    /// Files that were imported still hold the keys, and that is said.
    fn saved(&mut self, ctx: &Ctx) -> Vec<Step> {
        let files = match &self.page {
            Page::Saving(plan) => plan.files(),
            _ => Vec::new(),
        };
        if files.is_empty() {
            return self.leave(ctx);
        }
        self.source = Some(ImportSource::Files(files));
        self.look_at_files(AskGit::No)
    }
}

/// The words of the formats.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    transfer::formats().map(|format| format.word)
}

/// The lines of the list of formats: word and description.
pub(super) fn format_lines() -> Vec<(String, &'static str)> {
    let look = ("as it looks".to_owned(), lines::AS_IT_LOOKS);
    let formats = transfer::formats().map(|format| (format.word.to_owned(), format.doc));
    std::iter::once(look).chain(formats).collect()
}
