//! The list of apps, with how the bots that hang on each one stand.

use super::fields;
use crate::domain::app::App;
use crate::domain::id::AppId;
use crate::domain::search::Search;
use crate::domain::verdict::State;
use crate::tui::ctx::Ctx;

/// How the bots of one app stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// How many there are.
    pub bots: usize,
    /// How many need somebody.
    pub needing: usize,
    /// The worst state among them.
    pub worst: State,
    /// Days since the app's oldest value changed.
    pub oldest: Option<i64>,
}

/// The apps that `query` finds, in the order of their names.
pub(super) fn filtered(ctx: &Ctx, query: &str) -> Vec<AppId> {
    let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
    let mut search = Search::new(query);
    snapshot
        .document
        .apps_by_name()
        .filter(|app| query.trim().is_empty() || search.finds(app.name.as_str(), &app.notes))
        .map(|app| app.id)
        .collect()
}

/// How the bots of `app` stand.
pub(super) fn standing(ctx: &Ctx, app: &App) -> Standing {
    let mut standing =
        Standing { bots: 0, needing: 0, worst: State::Ok, oldest: fields::oldest(ctx, app.id.into()) };
    let Some(snapshot) = &ctx.snapshot else { return standing };
    for profile in snapshot.document.profiles_of(app.id) {
        let state = ctx.roster.state(profile.id);
        standing.bots += 1;
        standing.needing += usize::from(matches!(state, State::Failed | State::Attention));
        standing.worst = standing.worst.min(state);
    }
    if standing.bots == 0 {
        standing.worst = State::Unknown;
    }
    standing
}
