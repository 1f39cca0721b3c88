//! Revoking: what exactly, what stops, the name typed; then each result as it comes.
//!
//! It holds no value: what would be asked is worked out from the vault each time, and results come as sentences.

mod view;

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::document::Document;
use crate::domain::fields::CREDENTIALS;
use crate::domain::id::Owner;
use crate::domain::secret::Secret;
use crate::ops::revoke::{self, Plan, Target};
use crate::tui::ctx::Ctx;
use crate::tui::effect::Job;
use crate::tui::keys::{self, Binding, Key, Ready, Shown, always};
use crate::tui::message::{Mouse, MouseAct, Reply, RevokeLine, Ticket};
use crate::tui::notice::Notice;
use crate::tui::screen::{Cover, Heard, State, Step};
use crate::tui::widgets::sheet::half;
use crate::tui::widgets::typed_name::{self, TypedName};

/// Lines that one notch of the wheel moves.
const NOTCH: isize = 3;

/// The dialog.
#[derive(Debug)]
pub struct Revoke {
    owner: Owner,
    page: Page,
    /// The first line shown.
    top: usize,
}

#[derive(Debug)]
enum Page {
    /// What? The number of the line under the cursor.
    Choose(usize),
    /// What stops; the name to be typed.
    Ask(Target, TypedName),
    /// What becomes of it.
    Results(Results),
}

#[derive(Debug)]
struct Results {
    ticket: Option<Ticket>,
    /// How many there are in all.
    total: usize,
    lines: Vec<RevokeLine>,
    /// What there is to say at the end; `None`: it is under way.
    over: Option<Vec<String>>,
}

impl Revoke {
    /// For `owner`.
    pub fn open(ctx: &Ctx, owner: Owner) -> Self {
        let mut dialog = Self { owner, page: Page::Choose(0), top: 0 };
        if let [only] = dialog.targets(ctx).as_slice() {
            dialog.turn(Page::Ask(*only, TypedName::new(ctx)));
        }
        dialog
    }

    fn turn(&mut self, page: Page) {
        self.page = page;
        self.top = 0;
    }

    /// What can be revoked here, the least first.
    fn targets(&self, ctx: &Ctx) -> Vec<Target> {
        let Some(document) = document(ctx) else { return Vec::new() };
        let all = match self.owner {
            Owner::App(id) => Target::App(id),
            Owner::Profile(id) => Target::Profile(id),
        };
        let one = |target: &Target| !revoke::plan(document, *target).items.is_empty();
        let credentials = CREDENTIALS.iter().map(|row| Target::Credential(self.owner, row.credential));
        let mut targets: Vec<Target> = credentials.filter(one).collect();
        // All of it, where that is more than the one.
        let more = targets.len() != 1 || matches!(self.owner, Owner::App(_));
        targets.extend(Some(all).filter(|all| more && one(all)));
        targets
    }

    fn plan(&self, ctx: &Ctx) -> Plan {
        match (&self.page, document(ctx)) {
            (Page::Ask(target, _), Some(document)) => revoke::plan(document, *target),
            _ => Plan::default(),
        }
    }

    /// The name to be typed.
    fn name(&self, ctx: &Ctx) -> String {
        let name = document(ctx).and_then(|document| document.name_of(self.owner));
        name.map(ToString::to_string).unwrap_or_default()
    }

    fn ready(&self, ctx: &Ctx) -> Ready {
        match &self.page {
            Page::Choose(at) => {
                self.targets(ctx).get(*at).map(drop).ok_or("nothing here can be revoked by API")
            }
            Page::Ask(_, typed) => typed.ready(&self.name(ctx), ctx),
            Page::Results(_) => Ok(()),
        }
    }

    fn press(&mut self, ctx: &Ctx) -> Vec<Step> {
        match &self.page {
            Page::Choose(at) => {
                if let Some(target) = self.targets(ctx).get(*at) {
                    self.turn(Page::Ask(*target, TypedName::new(ctx)));
                }
                Vec::new()
            }
            Page::Ask(target, _) => {
                let (target, total) = (*target, self.plan(ctx).items.len());
                let results = Results { ticket: None, total, lines: Vec::new(), over: None };
                self.turn(Page::Results(results));
                vec![Step::Start(Job::Revoke(target))]
            }
            Page::Results(_) => self.leave(ctx),
        }
    }

    fn leave(&mut self, ctx: &Ctx) -> Vec<Step> {
        match &self.page {
            Page::Ask(..) if self.targets(ctx).len() > 1 => {
                self.turn(Page::Choose(0));
                Vec::new()
            }
            Page::Results(results) if results.over.is_none() => {
                let text =
                    "revoking goes on by itself; what became of it stands in the list and in the history";
                vec![Step::Close, Step::Say(Notice::plain(text))]
            }
            _ => vec![Step::Close],
        }
    }

    fn go(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        let last = self.targets(ctx).len().saturating_sub(1);
        match &mut self.page {
            Page::Choose(at) => *at = at.saturating_add_signed(by.signum()).min(last),
            _ => self.top = self.top.saturating_add_signed(by).min(view::last_top(self, ctx)),
        }
        Vec::new()
    }
}

fn document(ctx: &Ctx) -> Option<&Document> {
    ctx.snapshot.as_ref().map(|snapshot| snapshot.document.as_ref())
}

impl State for Revoke {
    const NAME: &'static str = "revoke";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "press",
            label: "Go on",
            doc: "Choose the line, ask X to kill what the page lists once the name is typed, or close",
            shown: Shown::Footer(0),
            ready: Self::ready,
            act: Self::press,
        },
        Binding {
            keys: &[Key::Esc],
            action: "close",
            label: "Leave",
            doc: "Leave everything as it is; what X was asked already goes on",
            shown: Shown::Footer(1),
            ready: always,
            act: Self::leave,
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
        matches!(self.page, Page::Ask(..))
    }

    fn typed(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        match &mut self.page {
            Page::Ask(_, typed) => typed.key(key).then(Vec::new),
            // Where nothing is typed, letters move as everywhere.
            _ => match key {
                Key::Char('j') => Some(self.go(1, ctx)),
                Key::Char('k') => Some(self.go(-1, ctx)),
                Key::Char('q' | 'n') => Some(self.leave(ctx)),
                _ => None,
            },
        }
    }

    fn pasted(&mut self, _: &Secret, _: &Ctx) -> Vec<Step> {
        typed_name::pasted()
    }

    fn heard(&mut self, heard: &Heard, _: &Ctx) -> Vec<Step> {
        let Page::Results(results) = &mut self.page else { return Vec::new() };
        match heard {
            Heard::Started(ticket) => results.ticket = Some(*ticket),
            Heard::Reply(ticket, reply) if results.ticket == Some(*ticket) => match reply {
                Reply::RevokeTold(line) => results.lines.push((**line).clone()),
                Reply::Revoked(Ok(revoked)) => results.over = Some(revoked.said.clone()),
                Reply::Revoked(Err(failure)) => {
                    let said = [&failure.what, &failure.because, &failure.try_this];
                    results.over = Some(said.map(Clone::clone).to_vec());
                }
                Reply::Died => results.over = Some(vec!["it broke off: revoke it again".to_owned()]),
                _ => {}
            },
            _ => {}
        }
        Vec::new()
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        match mouse.act {
            MouseAct::WheelDown => self.go(NOTCH, ctx),
            MouseAct::WheelUp => self.go(-NOTCH, ctx),
            MouseAct::Click => {
                let hit = view::hit(self, ctx, area, mouse.at);
                let Page::Choose(at) = &mut self.page else { return Vec::new() };
                let Some(number) = hit else { return Vec::new() };
                if *at == number {
                    return self.press(ctx);
                }
                *at = number;
                Vec::new()
            }
        }
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::view(self, ctx, frame, area);
    }
}
