//! What the keys of the four places do, and what must hold for them to do it.

use super::detail::{self, Item};
use super::panes::{panes, rows};
use super::plain::Plain;
use super::{Main, Pane, Place, board, fields, menus, tour};
use crate::domain::edit::Edit;
use crate::domain::fields::{Credential, OwnerKind};
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::verdict::{Cause, Remedy};
use crate::tui::ctx::Ctx;
use crate::tui::dialogs::confirm::Confirm;
use crate::tui::effect::{Effect, Job, SecretRef, Undo};
use crate::tui::keys::Ready;
use crate::tui::message::{Mouse, MouseAct};
use crate::tui::notice::Notice;
use crate::tui::screen::{Door, Step, Told};
use crate::tui::view::areas;

/// Lines that one notch of the wheel moves.
const NOTCH: isize = 3;

pub(super) fn has_owner(main: &Main, _: &Ctx) -> Ready {
    main.owner().map(|_| ()).ok_or("nothing is under the cursor")
}

pub(super) fn has_values(main: &Main, ctx: &Ctx) -> Ready {
    has_owner(main, ctx)?;
    trusted(ctx)?;
    let any = main.owner().is_some_and(|owner| fields::used(ctx, owner).iter().any(|p| p.slot.is_some()));
    if any { Ok(()) } else { Err("no value is stored here yet: e fills them in") }
}

pub(super) fn is_revealed(_: &Main, ctx: &Ctx) -> Ready {
    ctx.reveal.map(|_| ()).ok_or("reveal a value first (r)")
}

/// A vault whose writer is not trusted can only be looked at, masked.
fn trusted(ctx: &Ctx) -> Ready {
    let trusted = ctx.snapshot.as_ref().is_some_and(|snapshot| snapshot.vault.trusted);
    if trusted { Ok(()) } else { Err("who wrote this vault is not trusted yet: it can only be looked at") }
}

pub(super) fn can_write(main: &Main, ctx: &Ctx) -> Ready {
    has_owner(main, ctx)?;
    trusted(ctx)
}

pub(super) fn can_add(main: &Main, ctx: &Ctx) -> Ready {
    if main.place == Place::Log { Err("go to the profiles or apps first (1, 2)") } else { trusted(ctx) }
}

pub(super) fn can_check(main: &Main, ctx: &Ctx) -> Ready {
    has_owner(main, ctx)?;
    trusted(ctx)
}

pub(super) fn can_check_all(main: &Main, ctx: &Ctx) -> Ready {
    if main.profiles.roll.is_empty() {
        return Err("no profile is shown");
    }
    trusted(ctx)
}

pub(super) fn can_undo(_: &Main, ctx: &Ctx) -> Ready {
    if ctx.undo.is_empty() { Err("nothing was saved here that can be taken back") } else { Ok(()) }
}

pub(super) fn has_list(main: &Main, _: &Ctx) -> Ready {
    let lists = matches!(main.place, Place::Profiles | Place::Board);
    if lists { Ok(()) } else { Err("that is for the list of profiles (1)") }
}

pub(super) fn on_board(main: &Main, _: &Ctx) -> Ready {
    if main.place == Place::Board { Ok(()) } else { Err("that is for the board (3)") }
}

pub(super) fn has_detail(main: &Main, ctx: &Ctx) -> Ready {
    if !main.place.has_detail() {
        return Err("this place has one pane");
    }
    has_owner(main, ctx)
}

pub(super) fn has_link(main: &Main, ctx: &Ctx) -> Ready {
    link(main, ctx).map(|_| ()).ok_or("the verdict points to no page")
}

/// Cause and remedy of the verdict, or of what the values tell before there is one.
fn remedy(main: &Main, ctx: &Ctx) -> Option<(Cause, Remedy)> {
    let Some(Owner::Profile(id)) = main.owner() else { return None };
    let snapshot = ctx.snapshot.as_ref()?;
    let found = ctx.roster.finding(snapshot, id).map(|f| (f.verdict.cause, f.verdict.remedy()));
    found.or_else(|| ctx.roster.hint(snapshot, id).map(|hint| (hint.cause, hint.remedy)))
}

fn link(main: &Main, ctx: &Ctx) -> Option<&'static str> {
    remedy(main, ctx)?.0.row().link
}

pub(super) fn can_authorise(main: &Main, ctx: &Ctx) -> Ready {
    match main.owner() {
        Some(Owner::Profile(_)) => trusted(ctx),
        Some(Owner::App(_)) => Err("a login is of one bot: choose it first (1)"),
        None => Err("nothing is under the cursor"),
    }
}

pub(super) fn undo(_: &mut Main, _: &Ctx) -> Vec<Step> {
    vec![Step::Undo]
}

pub(super) fn alone(_: &mut Main, _: &Ctx) -> Vec<Step> {
    vec![Step::Push(Box::new(Plain))]
}

pub(super) fn import(_: &mut Main, _: &Ctx) -> Vec<Step> {
    vec![Step::Open(Door::Import(None))]
}

pub(super) fn sort(main: &mut Main, _: &Ctx) -> Vec<Step> {
    vec![menus::sorts(main.profiles.sort)]
}

/// What a reveal or copy in the detail pane takes at once: the value with the focus.
fn focused_value(main: &Main, ctx: &Ctx) -> Option<SecretRef> {
    let Some(Item::Field(what)) = detail::focused(main, ctx) else { return None };
    let held = ctx.snapshot.as_ref()?.document.held(what.owner)?;
    held.slot(what.field).map(|_| what)
}

impl Main {
    pub(super) fn reveal(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.tour.tried("reveal");
        if let Some(what) = focused_value(self, ctx) {
            return vec![reveal_or_hide(what, ctx)];
        }
        let Some(owner) = self.owner() else { return Vec::new() };
        vec![menus::which_field(ctx, owner, "Reveal which value?", 'r', |what| Step::Tell(Told::Field(what)))]
    }

    /// Reveals a value chosen from the list; where there is one pane, it has to be the detail's.
    pub(super) fn reveal_one(&mut self, what: SecretRef, ctx: &Ctx) -> Vec<Step> {
        let hidden = areas(ctx).is_some_and(|areas| panes(self, ctx, areas.body).detail.is_empty());
        if hidden && let Some(owner) = self.owner() {
            self.go_to(
                if fields::kind(owner) == OwnerKind::App { Place::Apps } else { Place::Profiles },
                ctx,
            );
            let items = detail::items(ctx, owner);
            self.item = items.iter().position(|item| *item == Item::Field(what)).unwrap_or(0);
            self.pane = Pane::Detail;
        }
        vec![Step::Reveal(what)]
    }

    pub(super) fn copy(&mut self, ctx: &Ctx) -> Vec<Step> {
        let Some(owner) = self.owner() else { return Vec::new() };
        if let Some(what) = focused_value(self, ctx) {
            return vec![Step::Start(Job::Copy(what))];
        }
        vec![menus::which_field(ctx, owner, "Copy which value?", 'y', |what| Step::Start(Job::Copy(what)))]
    }

    pub(super) fn check(&mut self, ctx: &Ctx) -> Vec<Step> {
        let marked: Vec<ProfileId> = self.profiles.marks.iter().copied().collect();
        match (self.place, self.owner()) {
            (Place::Profiles | Place::Board, Some(Owner::Profile(id))) if marked.is_empty() => {
                vec![Step::Start(Job::Check(vec![id]))]
            }
            (Place::Profiles | Place::Board, _) => menus::ask_x(ctx, marked),
            (_, Some(Owner::App(id))) => {
                let document = ctx.snapshot.as_ref().map(|snapshot| &snapshot.document);
                let bots = document.map(|document| document.profiles_of(id).map(|bot| bot.id).collect());
                menus::ask_x(ctx, bots.unwrap_or_default())
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn check_all(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.tour.tried("check-all");
        menus::ask_x(ctx, self.profiles.marked_or_shown())
    }

    pub(super) fn edit(&mut self, _: &Ctx) -> Vec<Step> {
        self.owner().map(|owner| Step::Open(Door::Edit(owner))).into_iter().collect()
    }

    pub(super) fn fresh(&mut self, ctx: &Ctx) -> Vec<Step> {
        let app = match self.owner() {
            Some(Owner::Profile(id)) => {
                ctx.snapshot.as_ref().and_then(|snapshot| snapshot.document.profile(id)?.app)
            }
            Some(Owner::App(id)) => Some(id),
            None => only_app(ctx),
        };
        let kind = if self.place == Place::Apps { OwnerKind::App } else { OwnerKind::Profile };
        vec![menus::something_new(ctx, kind, app)]
    }

    pub(super) fn rotate(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.tour.tried("rotate");
        if let Some(Item::Field(what)) = detail::focused(self, ctx) {
            return vec![Step::Open(Door::Rotate(what.owner, Some(what.field.credential())))];
        }
        self.owner().map(|owner| Step::Open(Door::Rotate(owner, None))).into_iter().collect()
    }

    pub(super) fn authorise(&mut self, ctx: &Ctx) -> Vec<Step> {
        let Some(Owner::Profile(id)) = self.owner() else { return Vec::new() };
        let credential = match detail::focused(self, ctx) {
            Some(Item::Field(what)) if what.owner == id.into() => Some(what.field.credential()),
            _ => None,
        };
        vec![Step::Open(Door::Login(id, credential))]
    }

    pub(super) fn revoke(&mut self, _: &Ctx) -> Vec<Step> {
        self.owner().map(|owner| Step::Open(Door::Revoke(owner))).into_iter().collect()
    }

    pub(super) fn history(&mut self, _: &Ctx) -> Vec<Step> {
        self.owner().map(|owner| Step::Open(Door::History(owner))).into_iter().collect()
    }

    pub(super) fn link(&mut self, ctx: &Ctx) -> Vec<Step> {
        link(self, ctx).map(|url| Step::Do(Effect::OpenLink(url.to_owned()))).into_iter().collect()
    }

    /// The marked profiles, or what is under the cursor.
    fn marked_or_owner(&self) -> Vec<Owner> {
        let marks = &self.profiles.marks;
        match self.owner() {
            Some(Owner::Profile(_)) if !marks.is_empty() => marks.iter().map(|id| (*id).into()).collect(),
            owner => owner.into_iter().collect(),
        }
    }

    pub(super) fn export(&mut self, _: &Ctx) -> Vec<Step> {
        vec![Step::Open(Door::Export(self.marked_or_owner()))]
    }

    /// Deletes without asking: it is a tombstone, which one key takes back. An app in use wants its name typed.
    pub(super) fn delete(&mut self, ctx: &Ctx) -> Vec<Step> {
        let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
        let name = |owner| snapshot.document.name_of(owner).map(ToString::to_string).unwrap_or_default();
        let owners = self.marked_or_owner();
        let what = match owners.as_slice() {
            [] => return Vec::new(),
            [one] => format!("delete “{}”", name(*one)),
            several => format!("delete {} profiles", several.len()),
        };
        let at = ctx.moment.now;
        let edits = owners.iter().map(|owner| Edit::Tombstone { owner: *owner, at }).collect();
        let save = Step::Start(Job::Save { edits, what, undo: Undo::Offer });
        match owners.as_slice() {
            [Owner::App(id)] if snapshot.profiles_of(*id) > 0 => {
                let bots = snapshot.profiles_of(*id);
                let noun = if bots == 1 { "profile uses" } else { "profiles use" };
                let question = Confirm::new(ctx, "Delete an app in use?", "Delete the app", vec![save])
                    .line(format!("{bots} {noun} this app and cannot be checked or run without it."))
                    .line("It can be undone for 30 days. Nothing changes at X.")
                    .typed_name(name(Owner::App(*id)));
                vec![Step::Push(Box::new(question))]
            }
            _ => vec![save],
        }
    }

    pub(super) fn filter(&mut self, _: &Ctx) -> Vec<Step> {
        self.tour.tried("filter");
        self.filter.typing = true;
        self.pane = Pane::List;
        Vec::new()
    }

    pub(super) fn mark(&mut self, ctx: &Ctx) -> Vec<Step> {
        if let Some(id) = self.profiles.roll.at()
            && !self.profiles.marks.remove(&id)
        {
            self.profiles.marks.insert(id);
        }
        self.step(1, ctx)
    }

    pub(super) fn mark_all(&mut self, _: &Ctx) -> Vec<Step> {
        let shown = self.profiles.roll.ids();
        let all = shown.iter().all(|id| self.profiles.marks.contains(id));
        if all {
            self.profiles.marks.clear();
        } else {
            self.profiles.marks.extend(shown.iter().copied());
        }
        Vec::new()
    }

    /// Enter: out of the filter, into the detail, into what has the focus there.
    pub(super) fn open(&mut self, ctx: &Ctx) -> Vec<Step> {
        if self.filter.typing {
            self.filter.typing = false;
            return Vec::new();
        }
        match (self.place, self.pane) {
            (Place::Board, _) => {
                let steps = self.go_to(Place::Profiles, ctx);
                self.pane = Pane::Detail;
                steps
            }
            (Place::Log, _) => {
                let row = self.log.roll.at().and_then(|number| self.log.row(number));
                match row.map(|row| row.owner) {
                    Some(owner) => self.show(owner, ctx),
                    None => Vec::new(),
                }
            }
            (_, Pane::List) => {
                if self.owner().is_some() {
                    self.pane = Pane::Detail;
                }
                Vec::new()
            }
            (_, Pane::Detail) => match detail::focused(self, ctx) {
                Some(Item::Field(_)) if focused_value(self, ctx).is_none() => self.edit(ctx),
                Some(Item::Field(what)) => vec![reveal_or_hide(what, ctx)],
                Some(Item::App(id)) => self.show(id.into(), ctx),
                Some(Item::Bot(id)) => self.show(id.into(), ctx),
                Some(Item::NextStep) => self.next_step(ctx),
                None => Vec::new(),
            },
        }
    }

    /// Does the verdict's next step, as far as birdkeep can; without a verdict that is a check.
    fn next_step(&mut self, ctx: &Ctx) -> Vec<Step> {
        let Some(Owner::Profile(id)) = self.owner() else { return Vec::new() };
        let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
        let remedy = remedy(self, ctx).map_or(Remedy::CheckAgain, |(_, remedy)| remedy);
        let target = remedy.target(&snapshot.document, id);
        let ready = match remedy {
            Remedy::Nothing | Remedy::OpenPage | Remedy::RaisePermission => Ok(()),
            Remedy::CheckAgain | Remedy::SetClock => can_check(self, ctx),
            _ => trusted(ctx),
        };
        if let Err(why) = ready {
            return vec![Step::Say(Notice::warn(why))];
        }
        match remedy {
            Remedy::Nothing => vec![Step::Say(Notice::good("nothing to do: X accepts this profile"))],
            Remedy::IssueAccess => vec![Step::Open(Door::Login(id, Some(Credential::Access)))],
            Remedy::LogIn => vec![Step::Open(Door::Login(id, Some(Credential::Oauth2)))],
            Remedy::Refresh => vec![Step::Start(Job::Refresh(id))],
            Remedy::RotateBearer => vec![Step::Open(Door::Rotate(target, Some(Credential::Bearer)))],
            Remedy::EditProfile | Remedy::EditApp => vec![Step::Open(Door::Edit(target))],
            Remedy::OpenPage | Remedy::RaisePermission => self.link(ctx),
            Remedy::CheckAgain | Remedy::SetClock => vec![Step::Start(Job::Check(vec![id]))],
        }
    }

    /// Esc: one layer at a time.
    pub(super) fn back(&mut self, ctx: &Ctx) -> Vec<Step> {
        if self.filter.typing || !self.filter.input.is_empty() {
            self.filter.typing = false;
            self.filter.input.clear();
            self.refilter(ctx);
            return self.moved(ctx);
        }
        if self.profiles.marks.is_empty() {
            self.pane = Pane::List;
        } else {
            self.profiles.marks.clear();
        }
        Vec::new()
    }

    pub(super) fn go_to(&mut self, place: Place, ctx: &Ctx) -> Vec<Step> {
        if self.place == place {
            self.pane = Pane::List;
            return Vec::new();
        }
        self.place = place;
        self.pane = Pane::List;
        if place == Place::Board {
            self.tour.tried("board");
        }
        if place == Place::Log {
            self.log.fill(ctx, self.filter.input.text());
        }
        self.moved(ctx)
    }

    /// Goes to a profile or an app, wherever it is listed.
    pub(super) fn show(&mut self, owner: Owner, ctx: &Ctx) -> Vec<Step> {
        let place = match owner {
            Owner::Profile(_) => Place::Profiles,
            Owner::App(_) => Place::Apps,
        };
        let mut steps = self.go_to(place, ctx);
        if !self.find(owner, ctx) {
            self.filter.input.clear();
            self.refilter(ctx);
            self.find(owner, ctx);
        }
        steps.extend(self.moved(ctx));
        steps
    }

    fn find(&mut self, owner: Owner, ctx: &Ctx) -> bool {
        let rows = self.rows_in_view(ctx);
        match owner {
            Owner::Profile(id) => self.profiles.roll.find(id, rows),
            Owner::App(id) => self.apps.find(id, rows),
        }
    }

    pub(super) fn sort_by(&mut self, word: &'static str, ctx: &Ctx) -> Vec<Step> {
        self.profiles.sort = word;
        self.profiles.resort(ctx);
        self.refilter(ctx);
        self.profiles.roll.to(0, 1);
        self.moved(ctx)
    }

    /// Moves the cursor of the pane with the focus by `by` lines.
    pub(super) fn step(&mut self, by: isize, ctx: &Ctx) -> Vec<Step> {
        if self.pane == Pane::Detail {
            let count = self.owner().map_or(0, |owner| detail::items(ctx, owner).len());
            self.item = self.item.saturating_add_signed(by).min(count.saturating_sub(1));
            return vec![Step::Hide];
        }
        let rows = self.rows_in_view(ctx);
        match self.place {
            Place::Profiles | Place::Board => self.profiles.roll.go(by, rows),
            Place::Apps => self.apps.go(by, rows),
            Place::Log => self.log.roll.go(by, rows),
        }
        self.moved(ctx)
    }

    /// Moves by half pages.
    pub(super) fn page(&mut self, halves: isize, ctx: &Ctx) -> Vec<Step> {
        let half = isize::try_from(self.rows_in_view(ctx) / 2).unwrap_or(1).max(1);
        self.step(halves * half, ctx)
    }

    /// After the cursor has gone elsewhere: a revealed value is hidden.
    pub(super) fn moved(&mut self, ctx: &Ctx) -> Vec<Step> {
        self.item = 0;
        ctx.reveal.map(|_| Step::Hide).into_iter().collect()
    }

    /// Where the lines of the list are.
    fn rows(&self, panes: &super::panes::Panes) -> ratatui::layout::Rect {
        match self.place {
            Place::Board => board::rows(self, panes.list, panes.borders),
            Place::Profiles | Place::Apps | Place::Log => rows(panes.list, panes.borders),
        }
    }

    fn rows_in_view(&self, ctx: &Ctx) -> usize {
        let Some(areas) = areas(ctx) else { return 1 };
        let panes = panes(self, ctx, areas.body);
        usize::from(self.rows(&panes).height).max(1)
    }

    pub(super) fn mouse(&mut self, mouse: Mouse, area: ratatui::layout::Rect, ctx: &Ctx) -> Vec<Step> {
        let panes = panes(self, ctx, area);
        let over_detail = panes.detail.contains(mouse.at);
        let by = match mouse.act {
            MouseAct::WheelDown => NOTCH,
            MouseAct::WheelUp => -NOTCH,
            MouseAct::Click => return self.click(mouse, &panes, ctx),
        };
        self.pane = if over_detail { Pane::Detail } else { Pane::List };
        self.step(by, ctx)
    }

    fn click(&mut self, mouse: Mouse, panes: &super::panes::Panes, ctx: &Ctx) -> Vec<Step> {
        let tab =
            super::view::tabs(ctx, panes.tabs).into_iter().find(|(_, (rect, _))| rect.contains(mouse.at));
        if let Some((place, _)) = tab {
            return self.go_to(place, ctx);
        }
        if panes.tour.contains(mouse.at) {
            return tour::hit(panes.tour, mouse.at);
        }
        if panes.detail.contains(mouse.at) {
            self.pane = Pane::Detail;
            if let Some(item) = detail::item_at(self, ctx, panes.detail, panes.borders, mouse.at.y) {
                let again = self.item == item;
                self.item = item;
                return if again { Vec::new() } else { vec![Step::Hide] };
            }
            return Vec::new();
        }
        if self.place == Place::Board && panes.list.contains(mouse.at) {
            self.pick_action(panes.list, panes.borders, mouse.at.x);
        }
        let rows = self.rows(panes);
        if !rows.contains(mouse.at) {
            return Vec::new();
        }
        self.pane = Pane::List;
        let row = usize::from(mouse.at.y - rows.y);
        let height = usize::from(rows.height);
        match self.place {
            Place::Profiles | Place::Board => pick(&mut self.profiles.roll, row, height),
            Place::Apps => pick(&mut self.apps, row, height),
            Place::Log => pick(&mut self.log.roll, row, height),
        }
        self.moved(ctx)
    }
}

/// The app of a vault that has one and no more.
fn only_app(ctx: &Ctx) -> Option<AppId> {
    let mut apps = ctx.snapshot.as_ref()?.document.apps();
    apps.next().map(|app| app.id).filter(|_| apps.next().is_none())
}

/// Puts the cursor on the row of the view, if there is a line.
fn pick<Id: Copy + PartialEq>(roll: &mut crate::tui::widgets::roll::Roll<Id>, row: usize, height: usize) {
    let index = roll.window(height).start + row;
    if index < roll.len() {
        roll.to(index, height);
    }
}

/// Reveals a value, or hides it when it is the one shown.
fn reveal_or_hide(what: SecretRef, ctx: &Ctx) -> Step {
    if ctx.reveal.is_some_and(|reveal| reveal.what == what) { Step::Hide } else { Step::Reveal(what) }
}
