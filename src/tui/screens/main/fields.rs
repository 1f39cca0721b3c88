//! What is known of the values an app or a profile uses: which there are, how old, what is due.

use crate::domain::credential::Slot;
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::freshness;
use crate::domain::id::Owner;
use crate::tui::ctx::Ctx;
use crate::tui::effect::SecretRef;

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
            let dead = document.held(holder)?.dead_since(field).is_some();
            let shown = slot.is_some() || dead || expected(owner, field);
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
pub(super) fn days(ctx: &Ctx, slot: &Slot) -> i64 {
    freshness::days(slot, ctx.moment.now)
}

/// True for a value that is due for rotation.
pub(super) fn is_due(ctx: &Ctx, holder: Owner, slot: &Slot) -> bool {
    let otherwise = ctx.settings.rotation_days;
    ctx.snapshot.as_ref().is_some_and(|snapshot| {
        freshness::is_due(&snapshot.document, holder, slot, otherwise, ctx.moment.now)
    })
}

/// Days since the oldest rotatable value that `owner` itself holds changed.
pub(super) fn oldest(ctx: &Ctx, owner: Owner) -> Option<i64> {
    let held = ctx.snapshot.as_ref()?.document.held(owner)?;
    held.slots().iter().filter(|slot| freshness::ages(slot)).map(|slot| days(ctx, slot)).max()
}

/// True if `owner` itself holds a value that is due.
pub(super) fn anything_due(ctx: &Ctx, owner: Owner) -> bool {
    let otherwise = ctx.settings.rotation_days;
    ctx.snapshot.as_ref().is_some_and(|snapshot| {
        !freshness::due(&snapshot.document, owner, otherwise, ctx.moment.now).is_empty()
    })
}

/// Which kind of owner it is.
pub(super) const fn kind(owner: Owner) -> OwnerKind {
    match owner {
        Owner::App(_) => OwnerKind::App,
        Owner::Profile(_) => OwnerKind::Profile,
    }
}
