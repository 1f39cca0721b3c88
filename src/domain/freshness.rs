//! How old values are: which are due for rotation, and which replaced ones are old enough to be forgotten.

use super::credential::{Held, Slot};
use super::document::Document;
use super::edit::Edit;
use super::fields::Credential;
use super::id::Owner;
use super::time::Time;

const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;

/// Whole days since X issued a value, or else since it came into the vault.
pub fn days(slot: &Slot, now: Time) -> i64 {
    now.since(slot.since()) / DAY
}

/// Whether rotating it is up to somebody: OAuth 2.0 tokens renew themselves, and a client ID is no secret.
pub fn ages(slot: &Slot) -> bool {
    slot.field.row().secret && slot.field.credential() != Credential::Oauth2
}

/// Days after which the values of `holder` are due: as its app says, or `otherwise` where there is none.
pub fn period(document: &Document, holder: Owner, otherwise: u16) -> u16 {
    let app = match holder {
        Owner::App(id) => document.app(id),
        Owner::Profile(id) => document.profile(id).and_then(|profile| document.app_of(profile)),
    };
    app.map_or(otherwise, |app| app.rotation_days)
}

/// Whether a value of `holder` is due.
pub fn is_due(document: &Document, holder: Owner, slot: &Slot, otherwise: u16, now: Time) -> bool {
    ages(slot) && days(slot, now) >= i64::from(period(document, holder, otherwise))
}

/// The credentials that `holder` itself holds and that are due, in the order of the fields.
pub fn due(document: &Document, holder: Owner, otherwise: u16, now: Time) -> Vec<Credential> {
    let slots = document.held(holder).map(Held::slots).unwrap_or_default();
    let due = slots.iter().filter(|slot| is_due(document, holder, slot, otherwise, now));
    let mut credentials: Vec<_> = due.map(|slot| slot.field.credential()).collect();
    credentials.dedup();
    credentials
}

/// The edits that forget what was replaced more than `days` ago, for a save at `now`. None where the clock cannot be
/// right: it stands before the last save, or more than a year after it.
pub fn expired(document: &Document, (saved_at, now): (Time, Time), days: u16) -> Vec<Edit> {
    if !(0..YEAR).contains(&now.since(saved_at)) {
        return Vec::new();
    }
    let until = now.shifted(-i64::from(days) * DAY);
    let apps = document.all_apps().map(|app| (Owner::from(app.id), &app.held));
    let profiles = document.all_profiles().map(|profile| (Owner::from(profile.id), &profile.held));
    let old = |held: &Held| held.history.iter().any(|retired| retired.until <= until);
    apps.chain(profiles)
        .filter(|(_, held)| old(held))
        .map(|(owner, _)| Edit::Purge { owner, until })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::app::App;
    use crate::domain::fields::Field;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::id::{AppId, ProfileId};
    use crate::domain::names::Name;
    use crate::domain::profile::Profile;
    use crate::domain::secret::Secret;

    const NOW: Time = Time::from_const(1_000 * DAY);

    fn slot(field: Field, changed: i64, issued: Option<i64>) -> Slot {
        let ago = |days: i64| NOW.shifted(-days * DAY);
        Slot { field, secret: Secret::new("made-up"), changed_at: ago(changed), issued_at: issued.map(ago) }
    }

    /// An app whose values are due after 30 days, a profile of it, and one without an app.
    fn document(slots: Vec<Slot>) -> (Document, [Owner; 3]) {
        let mut document = Document::new(FingerprintKey::new([1; 32]));
        let name = |text| Name::parse(text).expect("a name");
        let mut app = App::new(AppId::from_random([1; 16]), name("bots"), NOW);
        app.rotation_days = 30;
        let mut with = Profile::new(ProfileId::from_random([2; 16]), name("with"), NOW);
        with.app = Some(app.id);
        let without = Profile::new(ProfileId::from_random([3; 16]), name("without"), NOW);
        let owners = [app.id.into(), with.id.into(), without.id.into()];
        let mut profiles = [with, without];
        for slot in slots {
            match slot.field.held_by() {
                crate::domain::fields::OwnerKind::App => app.held.put(slot),
                crate::domain::fields::OwnerKind::Profile => {
                    for profile in &mut profiles {
                        profile.held.put(slot.clone());
                    }
                }
            }
        }
        document.insert_app(app);
        for profile in profiles {
            document.insert_profile(profile);
        }
        (document, owners)
    }

    #[test]
    fn a_value_is_due_when_its_period_is_over_and_not_a_day_before() {
        for (field, changed, issued, app, with, without) in [
            (Field::ApiKey, 29, None, false, false, false),
            (Field::ApiKey, 30, None, true, false, false),
            (Field::AccessToken, 30, None, false, true, false),
            (Field::AccessToken, 60, None, false, true, true),
            (Field::AccessToken, 60, Some(5), false, false, false),
            (Field::AccessToken, 5, Some(60), false, true, true),
            (Field::ClientId, 900, None, false, false, false),
            (Field::Oauth2RefreshToken, 900, None, false, false, false),
            (Field::AccessToken, -900, None, false, false, false),
        ] {
            let (document, owners) = document(vec![slot(field, changed, issued)]);
            let seen = owners.map(|owner| due(&document, owner, 60, NOW));
            let wanted = [app, with, without].map(|due| if due { vec![field.credential()] } else { vec![] });
            assert_eq!(seen, wanted, "{field} changed {changed} d ago, issued {issued:?}");
        }
    }

    #[test]
    fn a_credential_is_named_once() {
        let old = [Field::ApiKey, Field::ApiSecret, Field::BearerToken].map(|field| slot(field, 99, None));
        let (document, [app, ..]) = document(old.to_vec());
        assert_eq!(due(&document, app, 60, NOW), [Credential::Api, Credential::Bearer]);
    }

    #[test]
    fn old_history_is_forgotten_unless_the_clock_is_in_doubt() {
        use crate::domain::credential::{Origin, Retired};
        let (mut document, [app, ..]) = document(Vec::new());
        let retired = |days: i64| Retired {
            field: Field::ApiKey,
            secret: Secret::new(format!("made-up-{days}")),
            since: NOW.shifted(-900 * DAY),
            until: NOW.shifted(-days * DAY),
            origin: Origin::Edit,
            dead_at: None,
        };
        let edits = [40, 30, 29].map(|days| Edit::AddRetired { owner: app, retired: retired(days) });
        document = crate::domain::edit::apply_all(&document, &edits).expect("they fit");
        for (saved_at, days, left) in [
            (NOW, 30, 1),
            (NOW.shifted(-364 * DAY), 30, 1),
            (NOW, 40, 2),
            (NOW, 41, 3),
            // Behind the last save, or more than a year after it.
            (NOW.shifted(1), 30, 3),
            (NOW.shifted(-366 * DAY), 30, 3),
        ] {
            let edits = expired(&document, (saved_at, NOW), days);
            let after = crate::domain::edit::apply_all(&document, &edits).expect("they fit");
            assert_eq!(after.held(app).map(|held| held.history.len()), Some(left), "{days} d");
        }
    }
}
