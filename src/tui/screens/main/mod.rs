//! The four places: profiles, apps, board, log. A list, and what is known of the line under the cursor.

mod actions;
mod apps;
mod board;
mod detail;
mod fields;
mod keys;
mod list;
mod log;
mod menus;
mod panes;
pub(in crate::tui) mod plain;
mod profiles;
mod sort;
#[cfg(test)]
mod tests;
mod tour;
mod view;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::log::Log;
use self::profiles::Profiles;
use self::tour::Tour;
use crate::domain::actions::Action;
use crate::domain::id::{AppId, Owner};
use crate::domain::secret::Secret;
use crate::tui::ctx::Ctx;
use crate::tui::keys::{Binding, Key};
use crate::tui::message::Mouse;
use crate::tui::screen::{Door, Heard, State, Step, Told};
use crate::tui::widgets::input::{Input, Look};
use crate::tui::widgets::roll::Roll;

/// The four places.
#[derive(Debug)]
pub struct Main {
    place: Place,
    pane: Pane,
    profiles: Profiles,
    /// The actions of the board, with the cursor on one of them.
    board: Roll<Action>,
    apps: Roll<AppId>,
    log: Log,
    filter: Filter,
    /// Which thing of the detail pane has the focus, by number.
    item: usize,
    tour: Tour,
}

/// One of the four places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Profiles,
    Apps,
    Board,
    Log,
}

/// Which pane has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pane {
    List,
    Detail,
}

/// The filter over the list.
#[derive(Debug)]
struct Filter {
    input: Input,
    typing: bool,
}

impl Place {
    /// Every place with its key and name, in order.
    const ALL: [(Self, &'static str); 4] =
        [(Self::Profiles, "Profiles"), (Self::Apps, "Apps"), (Self::Board, "Board"), (Self::Log, "Log")];

    /// The place `by` places further on, round and round.
    fn step(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|(place, _)| *place == self).unwrap_or(0);
        Self::ALL[(at + by) % Self::ALL.len()].0
    }

    /// True where a detail pane belongs beside the list.
    const fn has_detail(self) -> bool {
        matches!(self, Self::Profiles | Self::Apps)
    }
}

impl Main {
    /// The profiles, those that need attention first.
    pub fn new(ctx: &Ctx) -> Self {
        let mut main = Self {
            place: Place::Profiles,
            pane: Pane::List,
            profiles: Profiles::default(),
            board: Roll::default(),
            apps: Roll::default(),
            log: Log::default(),
            filter: Filter { input: Input::new(Look::Plain), typing: false },
            item: 0,
            tour: Tour::default(),
        };
        main.board.set(Action::all().collect());
        main.profiles.resort(ctx);
        main.refilter(ctx);
        main
    }

    /// What the cursor is on: a profile or an app.
    fn owner(&self) -> Option<Owner> {
        match self.place {
            Place::Profiles | Place::Board => self.profiles.roll.at().map(Owner::Profile),
            Place::Apps => self.apps.at().map(Owner::App),
            Place::Log => None,
        }
    }

    /// Fills the lists anew from the facts and the filter.
    fn refilter(&mut self, ctx: &Ctx) {
        let query = self.filter.input.text();
        self.profiles.refilter(ctx, query);
        self.apps.set(apps::filtered(ctx, query));
        self.log.refilter(query);
    }
}

impl State for Main {
    const NAME: &'static str = "main";
    const KEYS: &'static [Binding<Self>] = keys::KEYS;

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        view::view(self, ctx, frame, area);
    }

    fn types(&self) -> bool {
        self.filter.typing
    }

    fn typed(&mut self, key: Key, ctx: &Ctx) -> Option<Vec<Step>> {
        if !self.filter.typing || !self.filter.input.key(key) {
            return None;
        }
        self.refilter(ctx);
        self.profiles.roll.to(0, 1);
        Some(self.moved(ctx))
    }

    fn pasted(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        if self.filter.typing {
            self.filter.input.paste(text.expose());
            self.refilter(ctx);
            return self.moved(ctx);
        }
        vec![Step::Open(Door::Import(Some(text.clone())))]
    }

    fn told(&mut self, word: Told, ctx: &Ctx) -> Vec<Step> {
        match word {
            Told::Show(owner) => self.show(owner, ctx),
            Told::Chosen(word) => self.sort_by(word, ctx),
            Told::Field(what) => self.reveal_one(what, ctx),
            Told::Edits(_) => Vec::new(),
        }
    }

    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        match heard {
            Heard::Changed => {
                self.profiles.keep_places(ctx);
                self.refilter(ctx);
                if self.place == Place::Log {
                    self.log.fill(ctx, self.filter.input.text());
                }
                Vec::new()
            }
            Heard::Reply(..) | Heard::Started(_) => Vec::new(),
        }
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        self.mouse(mouse, area, ctx)
    }
}
