//! Bringing two versions of a vault together: edits are found by comparing, and replayed on the other side.
//!
//! Things are matched by id. What X issues as one is never split; sets are merged by element, history by union;
//! a deletion and an edit of the same thing conflict. Keys of a newer version stay as our side has them.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::app::App;
use super::credential::{Held, Origin, Retired, Slot};
use super::custody;
use super::document::Document;
use super::edit::{self, Conflict, ConflictKind, Edit, Property};
use super::fields::{Credential, Field};
use super::fingerprint::FingerprintKey;
use super::id::Owner;
use super::names::Name;
use super::profile::{Oauth2Grant, Profile};
use super::time::Time;

/// Replays `edits`, made on `base`, on `current`, which another process has saved meanwhile: all or none.
///
/// # Errors
/// Every conflict.
pub fn replay(base: &Document, current: &Document, edits: &[Edit]) -> Result<Document, Vec<Conflict>> {
    let mut next = current.clone();
    let mut conflicts = Vec::new();
    for edit in edits {
        let fits = undisturbed(base, current, edit).and_then(|()| edit::apply(&mut next, edit));
        conflicts.extend(fits.err().filter(|conflict| !conflicts.contains(conflict)));
    }
    if conflicts.is_empty() { Ok(next) } else { Err(conflicts) }
}

/// Two versions brought together, as far as they agree.
#[derive(Clone, Debug)]
pub struct Merged {
    /// What both want; where they disagree, ours.
    pub document: Document,
    /// Where they disagree.
    pub conflicts: Vec<Conflict>,
}

/// Brings `theirs` into `ours`, both grown from `base`. `at` is the time of what has none of its own.
pub fn merge(base: &Document, ours: &Document, theirs: &Document, at: Time) -> Merged {
    let mut merged = Merged { document: ours.clone(), conflicts: Vec::new() };
    let mut settled = BTreeSet::new();
    for edit in diff(base, theirs, at) {
        if is_grant(&edit) {
            // All edits of one grant are settled with the first.
            if settled.insert(edit.owner()) {
                merge_grant(base, theirs, edit.owner(), at, &mut merged);
            }
            continue;
        }
        let fits = undisturbed(base, ours, &edit).and_then(|()| edit::apply(&mut merged.document, &edit));
        merged.conflicts.extend(fits.err());
    }
    keep_candidates(base, ours, &mut merged.document);
    keep_purges(base, [ours, theirs], &mut merged.document);
    merged
}

fn is_grant(edit: &Edit) -> bool {
    match edit {
        Edit::SetField { field, .. } => field.credential() == Credential::Oauth2,
        Edit::SetGrant { .. } => true,
        _ => false,
    }
}

/// An OAuth 2.0 grant goes by its sequence: refreshing makes the older one worthless.
fn merge_grant(base: &Document, theirs: &Document, owner: Owner, at: Time, merged: &mut Merged) {
    let Owner::Profile(id) = owner else { return };
    let (Some(ours), Some(theirs)) = (merged.document.profile(id), theirs.profile(id)) else { return };
    let old = base.profile(id);
    let ours_changed = old.is_none_or(|old| !same_grant(old, ours));
    let theirs_changed = old.is_none_or(|old| !same_grant(old, theirs));
    if !theirs_changed || same_grant(ours, theirs) {
        return;
    }
    let sequence = |profile: &Profile| profile.oauth2.as_ref().map_or(0, |grant| grant.sequence);
    let conflict = |kind| Conflict { owner, name: ours.name.to_string(), kind };
    if ours.deleted_at.is_some() {
        return merged.conflicts.push(conflict(ConflictKind::Deleted));
    }
    let mut difference = Difference::new(&merged.document.fingerprints, at);
    match sequence(theirs).cmp(&sequence(ours)) {
        Ordering::Less if ours_changed => return,
        Ordering::Equal if ours_changed => match worse_of(ours, theirs) {
            Some(to) => {
                difference.edits.push(Edit::SetGrant { owner, was: ours.oauth2.clone(), to: Some(to) });
            }
            None => return merged.conflicts.push(conflict(ConflictKind::Field(Field::Oauth2AccessToken))),
        },
        _ => {
            difference.refreshed = is_refreshed(ours, theirs);
            difference.values(owner, &ours.held, &theirs.held, &[Credential::Oauth2]);
            difference.grant(ours, theirs);
        }
    }
    let edits = difference.edits;
    for edit in &edits {
        merged.conflicts.extend(edit::apply(&mut merged.document, edit).err());
    }
}

fn same_grant(one: &Profile, other: &Profile) -> bool {
    one.oauth2 == other.oauth2 && same_tokens(one, other)
}

fn same_tokens(one: &Profile, other: &Profile) -> bool {
    let fields = Credential::Oauth2.fields();
    fields.iter().all(|field| one.held.secret(*field) == other.held.secret(*field))
}

/// Of one pair of tokens two sides may have learnt different things: the worse of both holds. `None` where they
/// disagree about more than that.
fn worse_of(ours: &Profile, theirs: &Profile) -> Option<Oauth2Grant> {
    let (one, other) = (ours.oauth2.as_ref()?, theirs.oauth2.as_ref()?);
    let (mut to, known) = (one.clone(), other.custody.as_ref());
    if let (Some(to), Some(known)) = (to.custody.as_mut(), known) {
        to.holder = to.holder.or(known.holder);
        to.standing = to.standing.clone().max(known.standing.clone());
    } else {
        to.custody = to.custody.or_else(|| known.cloned());
    }
    custody::remember(&mut to.spent, other.spent.iter().copied());
    let disagree = known.is_some_and(|known| {
        let ours = to.custody.as_ref();
        ours.is_none_or(|ours| (ours.about, ours.holder) != (known.about, known.holder.or(ours.holder)))
    });
    let plain = |grant: &Oauth2Grant| Oauth2Grant { custody: None, spent: Vec::new(), ..grant.clone() };
    (same_tokens(ours, theirs) && plain(one) == plain(other) && !disagree).then_some(to)
}

/// A refresh leaves nothing of the old pair behind to tell by, but a higher sequence and somebody who holds it.
fn is_refreshed(old: &Profile, new: &Profile) -> bool {
    let sequence = |profile: &Profile| profile.oauth2.as_ref().map_or(0, |grant| grant.sequence);
    let custody = new.oauth2.as_ref().and_then(|grant| grant.custody.as_ref());
    custody.is_some_and(|custody| custody.holder.is_some()) && sequence(new) > sequence(old)
}

/// A candidate may be the only copy of what X shows once: those we got since `base` outlive their removals.
fn keep_candidates(base: &Document, ours: &Document, document: &mut Document) {
    let apps = ours.all_apps().map(|app| (Owner::from(app.id), &app.held));
    let profiles = ours.all_profiles().map(|profile| (Owner::from(profile.id), &profile.held));
    for (owner, held) in apps.chain(profiles) {
        let before = base.held(owner);
        for candidate in &held.candidates {
            if before.is_none_or(|before| !before.candidates.contains(candidate)) {
                // It fails only where the owner is deleted, and then there is nothing to keep.
                let _ = edit::apply(document, &Edit::AddCandidate { owner, candidate: candidate.clone() });
            }
        }
    }
}

/// What either hand has purged from a history stays purged. Where `base` knows nothing, nothing was purged.
fn keep_purges(base: &Document, hands: [&Document; 2], document: &mut Document) {
    let apps = base.all_apps().map(|app| (Owner::from(app.id), &app.held));
    let profiles = base.all_profiles().map(|profile| (Owner::from(profile.id), &profile.held));
    for (owner, before) in apps.chain(profiles) {
        let purged = |retired: &Retired| {
            let forgot = |hand: &Document| {
                hand.held(owner).is_some_and(|held| !held.history.iter().any(|other| other.is(retired)))
            };
            before.history.iter().any(|other| other.is(retired)) && hands.into_iter().any(forgot)
        };
        let any = document.held(owner).is_some_and(|held| held.history.iter().any(purged));
        if let Some(held) = document.held_mut(owner).filter(|_| any) {
            held.history.retain(|retired| !purged(retired));
        }
    }
}

/// A deletion fits only what it was decided on.
fn undisturbed(base: &Document, current: &Document, edit: &Edit) -> Result<(), Conflict> {
    let Edit::Tombstone { owner, .. } = edit else { return Ok(()) };
    let same = match *owner {
        Owner::App(id) => base.app(id).is_none_or(|app| current.app(id).is_none_or(|now| now == app)),
        Owner::Profile(id) => {
            base.profile(id).is_none_or(|profile| current.profile(id).is_none_or(|now| now == profile))
        }
    };
    let name = || current.name_of(*owner).map_or_else(String::new, ToString::to_string);
    if same { Ok(()) } else { Err(Conflict { owner: *owner, name: name(), kind: ConflictKind::Edited }) }
}

/// The edits that turn `base` into `other`. `at` is the time of what `other` has no time for: it removed
/// something, or holds a value older than the one it replaces.
pub fn diff(base: &Document, other: &Document, at: Time) -> Vec<Edit> {
    let mut difference = Difference::new(&base.fingerprints, at);
    for app in other.all_apps() {
        difference.app(base.app(app.id), app);
    }
    for profile in other.all_profiles() {
        difference.profile(base.profile(profile.id), profile);
    }
    let mut edits = difference.edits;
    let profiles = base.profiles().filter(|old| other.profile(old.id).is_none());
    let apps = base.apps().filter(|old| other.app(old.id).is_none());
    let gone = profiles.map(|old| Owner::from(old.id)).chain(apps.map(|old| Owner::from(old.id)));
    edits.extend(gone.map(|owner| Edit::Tombstone { owner, at }));
    settle_names(base, other, &mut edits);
    edits
}

/// The edits found so far.
struct Difference<'a> {
    key: &'a FingerprintKey,
    at: Time,
    /// Whether the OAuth 2.0 tokens in hand were refreshed.
    refreshed: bool,
    edits: Vec<Edit>,
}

impl<'a> Difference<'a> {
    const fn new(key: &'a FingerprintKey, at: Time) -> Self {
        Self { key, at, refreshed: false, edits: Vec::new() }
    }

    fn app(&mut self, old: Option<&App>, new: &App) {
        let Some(old) = old else { return self.edits.push(Edit::AddApp(Box::new(new.clone()))) };
        if old == new {
            return;
        }
        let owner = new.id.into();
        let pairs = [
            (Property::Name(old.name.clone()), Property::Name(new.name.clone())),
            (Property::Notes(old.notes.clone()), Property::Notes(new.notes.clone())),
            (
                Property::CallbackUrl(old.callback_url.clone()),
                Property::CallbackUrl(new.callback_url.clone()),
            ),
            (Property::Permission(old.permission), Property::Permission(new.permission)),
            (Property::RotationDays(old.rotation_days), Property::RotationDays(new.rotation_days)),
        ];
        self.revived(owner, old.deleted_at);
        self.properties(owner, old.deleted_at, pairs);
        self.held(owner, &old.held, &new.held, &[Credential::Api, Credential::Bearer, Credential::Client]);
        self.buried(owner, new.deleted_at);
    }

    fn profile(&mut self, old: Option<&Profile>, new: &Profile) {
        let Some(old) = old else { return self.edits.push(Edit::AddProfile(Box::new(new.clone()))) };
        if old == new {
            return;
        }
        let owner = new.id.into();
        let pairs = [
            (Property::Name(old.name.clone()), Property::Name(new.name.clone())),
            (Property::Notes(old.notes.clone()), Property::Notes(new.notes.clone())),
            (Property::Handle(old.handle.clone()), Property::Handle(new.handle.clone())),
            (Property::UserId(old.user_id.clone()), Property::UserId(new.user_id.clone())),
            (Property::App(old.app), Property::App(new.app)),
            (Property::Deployed(old.deployed.clone()), Property::Deployed(new.deployed.clone())),
        ];
        let needs = old.needs.symmetric_difference(&new.needs).map(|need| {
            let has = new.needs.contains(need);
            (Property::Need(*need, !has), Property::Need(*need, has))
        });
        let tags = old.tags.symmetric_difference(&new.tags).map(|tag| {
            let has = new.tags.contains(tag);
            (Property::Tag(tag.clone(), !has), Property::Tag(tag.clone(), has))
        });
        self.revived(owner, old.deleted_at);
        self.properties(owner, old.deleted_at, pairs.into_iter().chain(needs).chain(tags));
        self.refreshed = is_refreshed(old, new);
        self.held(owner, &old.held, &new.held, &[Credential::Access, Credential::Oauth2]);
        self.grant(old, new);
        self.buried(owner, new.deleted_at);
    }

    /// What is deleted takes no edits, so it comes back first; [`Self::buried`] sends it away again.
    fn revived(&mut self, owner: Owner, deleted_at: Option<Time>) {
        self.edits.extend(deleted_at.map(|_| Edit::Revive { owner }));
    }

    fn buried(&mut self, owner: Owner, deleted_at: Option<Time>) {
        self.edits.extend(deleted_at.map(|at| Edit::Tombstone { owner, at }));
    }

    /// What was deleted may come back under another name, so its name is left to [`settle_names`].
    fn properties(
        &mut self,
        owner: Owner,
        deleted_at: Option<Time>,
        pairs: impl IntoIterator<Item = (Property, Property)>,
    ) {
        let named = |property: &Property| matches!(property, Property::Name(_)) && deleted_at.is_some();
        let changed = pairs.into_iter().filter(|(was, to)| was != to && !named(to));
        self.edits.extend(changed.map(|(was, to)| Edit::SetProperty { owner, was, to }));
    }

    fn grant(&mut self, old: &Profile, new: &Profile) {
        if old.oauth2 != new.oauth2 {
            let (was, to) = (old.oauth2.clone(), new.oauth2.clone());
            self.edits.push(Edit::SetGrant { owner: new.id.into(), was, to });
        }
    }

    fn held(&mut self, owner: Owner, old: &Held, new: &Held, credentials: &[Credential]) {
        let remembered = new.history.iter().filter(|retired| !old.history.contains(retired));
        self.edits.extend(remembered.map(|retired| Edit::AddRetired { owner, retired: retired.clone() }));
        self.values(owner, old, new, credentials);
        for credential in credentials.iter().copied() {
            let of = |held: &Held| -> Vec<_> {
                let ours = held.candidates.iter().filter(|one| one.field.credential() == credential);
                ours.cloned().collect()
            };
            let (before, after) = (of(old), of(new));
            let dropped = before.iter().any(|candidate| !after.contains(candidate));
            self.edits.extend(dropped.then_some(Edit::DropCandidates { owner, credential }));
            let added = after.into_iter().filter(|candidate| dropped || !before.contains(candidate));
            self.edits.extend(added.map(|candidate| Edit::AddCandidate { owner, candidate }));
            let (was, to) = (old.rotation(credential).cloned(), new.rotation(credential).cloned());
            if was != to {
                self.edits.push(Edit::SetRotation { owner, credential, was, to });
            }
        }
    }

    /// Each edit is based on what the one before leaves behind, so that a pair changes as one.
    fn values(&mut self, owner: Owner, old: &Held, new: &Held, credentials: &[Credential]) {
        let mut held = old.clone();
        for field in credentials.iter().flat_map(|credential| credential.fields()).copied() {
            if held.secret(field) == new.secret(field) {
                continue;
            }
            let was = held.print(field.credential(), self.key);
            let refreshed = self.refreshed && field.credential() == Credential::Oauth2;
            let unremembered = if refreshed { Origin::Refresh } else { Origin::Edit };
            let (at, origin) = when_and_how(&held, new, field, (self.at, unremembered));
            let slot = new.slot(field).cloned();
            held.take(field);
            if let Some(slot) = slot.clone() {
                held.put(Slot { changed_at: at, ..slot });
            }
            let issued_at = slot.as_ref().and_then(|slot| slot.issued_at);
            let to = slot.map(|slot| slot.secret);
            self.edits.push(Edit::SetField { owner, field, was, to, issued_at, origin, at });
        }
    }
}

/// A newer value keeps its own time and origin, as far as its predecessor is remembered; going back to an older one
/// is a change of `now`.
fn when_and_how(old: &Held, new: &Held, field: Field, (now, unremembered): (Time, Origin)) -> (Time, Origin) {
    let replaced = |until: Time| {
        let mut history = new.history.iter().rev().filter(|retired| retired.field == field);
        history.find(|retired| retired.until == until).map_or(unremembered, |retired| retired.origin)
    };
    let last = new.history.iter().rev().find(|retired| retired.field == field);
    match (old.slot(field), new.slot(field)) {
        (Some(old), Some(new)) if new.changed_at < old.changed_at => (now, Origin::Restore),
        (_, Some(new)) => (new.changed_at, replaced(new.changed_at)),
        (Some(old), None) => match last.filter(|last| last.secret == old.secret) {
            Some(last) => (last.until, last.origin),
            None => (now, Origin::Edit),
        },
        (None, None) => (now, Origin::Edit),
    }
}

/// Renames that trod on each other's names on the way are put right at the end.
fn settle_names(base: &Document, other: &Document, edits: &mut Vec<Edit>) {
    let Ok(mut reached) = edit::apply_all(base, edits) else { return };
    let mut wrong: Vec<Owner> = edits.iter().map(Edit::owner).collect();
    wrong.sort_unstable();
    wrong.dedup();
    wrong.retain(|owner| is_live(&reached, *owner) && reached.name_of(*owner) != other.name_of(*owner));
    // Whoever can take his name takes it; two that hold each other's names need a step aside first.
    while !wrong.is_empty() {
        let free = |owner: &Owner| other.name_of(*owner).is_some_and(|name| is_free(&reached, *owner, name));
        let next = wrong.iter().position(free);
        let owner = next.map_or(wrong[0], |at| wrong.swap_remove(at));
        let (Some(is), Some(wanted)) = (reached.name_of(owner).cloned(), other.name_of(owner)) else {
            return;
        };
        let to = if next.is_some() { wanted.clone() } else { aside(&reached, owner, wanted) };
        let edit = Edit::SetProperty { owner, was: Property::Name(is.clone()), to: Property::Name(to) };
        if edit::apply(&mut reached, &edit).is_err() || reached.name_of(owner) == Some(&is) {
            return;
        }
        edits.push(edit);
    }
}

/// A name near `name` that nobody has, `owner` included.
fn aside(document: &Document, owner: Owner, name: &Name) -> Name {
    match owner {
        Owner::App(_) => document.free_app_name(name, None),
        Owner::Profile(_) => document.free_profile_name(name, None),
    }
}

fn is_free(document: &Document, owner: Owner, name: &Name) -> bool {
    match owner {
        Owner::App(id) => document.free_app_name(name, Some(id)) == *name,
        Owner::Profile(id) => document.free_profile_name(name, Some(id)) == *name,
    }
}

fn is_live(document: &Document, owner: Owner) -> bool {
    match owner {
        Owner::App(id) => document.app(id).is_some_and(|app| app.deleted_at.is_none()),
        Owner::Profile(id) => document.profile(id).is_some_and(|profile| profile.deleted_at.is_none()),
    }
}

#[cfg(test)]
mod tests;
