//! What is known of the values an app or a profile uses: which there are, how old, what is due.

use crate::domain::app::ROTATION_DAYS;
use crate::domain::credential::Slot;
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::id::Owner;
use crate::tui::ctx::Ctx;
use crate::tui::effect::SecretRef;

const DAY: i64 = 86_400;

/// A value by its place, and what is in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Where it is.
    pub what: SecretRef,
    /// What is there.
    pub slot: Option<&'a Slot>,
}

/// Every value that `owner` uses, in the order of the fields: a profile's app's first, then its own. Those X cannot
/// do without are there even when they are missing.
pub(super) fn used(ctx: &Ctx, owner: Owner) -> Vec<Place<'_>> {
    let Some(snapshot) = &ctx.snapshot else { return Vec::new() };
    let document = &snapshot.document;
    Field::all()
        .filter_map(|field| {
            let holder = document.holder(owner, field)?;
            let slot = document.held(holder)?.slot(field);
            let shown = slot.is_some() || expected(owner, field);
            shown.then_some(Place { what: SecretRef { owner: holder, field }, slot })
        })
        .collect()
}

/// True for a field whose absence is worth a line.
const fn expected(owner: Owner, field: Field) -> bool {
    match owner {
        Owner::App(_) => matches!(field, Field::ApiKey | Field::ApiSecret | Field::BearerToken),
        Owner::Profile(_) => {
            matches!(field, Field::ApiKey | Field::ApiSecret | Field::AccessToken | Field::AccessSecret)
        }
    }
}

/// The value a copy without a letter means: what a bot is run with, or what an app is known by.
pub(super) fn main_one(ctx: &Ctx, owner: Owner) -> Option<SecretRef> {
    const OF_PROFILE: &[Field] = &[Field::AccessToken, Field::Oauth2AccessToken, Field::BearerToken];
    const OF_APP: &[Field] = &[Field::BearerToken, Field::ApiKey];
    let document = &ctx.snapshot.as_ref()?.document;
    let order = if matches!(owner, Owner::App(_)) { OF_APP } else { OF_PROFILE };
    let field = order.iter().copied().find(|field| document.slot(owner, *field).is_some())?;
    Some(SecretRef { owner: document.holder(owner, field)?, field })
}

/// Days since a value was issued, or came into the vault.
pub(super) const fn days(ctx: &Ctx, slot: &Slot) -> i64 {
    let since = match slot.issued_at {
        Some(at) => at,
        None => slot.changed_at,
    };
    ctx.moment.now.since(since) / DAY
}

/// True for a value that is due for rotation. OAuth 2.0 tokens renew themselves.
pub(super) fn is_due(ctx: &Ctx, holder: Owner, slot: &Slot) -> bool {
    let renews = matches!(slot.field, Field::Oauth2AccessToken | Field::Oauth2RefreshToken);
    !renews && slot.field.row().secret && days(ctx, slot) >= i64::from(period(ctx, holder))
}

/// Days after which the values of `holder` are due: its app's, or the usual ones.
fn period(ctx: &Ctx, holder: Owner) -> u16 {
    let Some(snapshot) = &ctx.snapshot else { return ROTATION_DAYS };
    let app = match holder {
        Owner::App(id) => snapshot.document.app(id),
        Owner::Profile(id) => snapshot.document.profile(id).and_then(|p| snapshot.document.app_of(p)),
    };
    app.map_or(ctx.settings.rotation_days, |app| app.rotation_days)
}

/// Days since the oldest rotatable value that `owner` itself holds changed.
pub(super) fn oldest(ctx: &Ctx, owner: Owner) -> Option<i64> {
    let held = ctx.snapshot.as_ref()?.document.held(owner)?;
    let rotatable = |slot: &&Slot| {
        slot.field.row().secret && !matches!(slot.field, Field::Oauth2AccessToken | Field::Oauth2RefreshToken)
    };
    held.slots().iter().filter(rotatable).map(|slot| days(ctx, slot)).max()
}

/// True if `owner` itself holds a value that is due.
pub(super) fn anything_due(ctx: &Ctx, owner: Owner) -> bool {
    let Some(snapshot) = &ctx.snapshot else { return false };
    let held = snapshot.document.held(owner);
    held.is_some_and(|held| held.slots().iter().any(|slot| is_due(ctx, owner, slot)))
}

/// Which kind of owner it is.
pub(super) const fn kind(owner: Owner) -> OwnerKind {
    match owner {
        Owner::App(_) => OwnerKind::App,
        Owner::Profile(_) => OwnerKind::Profile,
    }
}
