//! Which credentials there are to choose from, and why some cannot be chosen.

use crate::domain::document::Document;
use crate::domain::fields::{CREDENTIALS, Credential, Field};
use crate::domain::id::Owner;
use crate::domain::phrase::ago;
use crate::domain::rotation::Stage;
use crate::domain::text::visible_within;
use crate::domain::time::{Time, age};
use crate::ops::rotate;

/// One credential that concerns an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// Who holds it: the owner, or the app it is used through.
    pub(super) holder: Owner,
    pub(super) credential: Credential,
    /// How it stands: fingerprint and age, or that it is not set; visible text.
    pub(super) stands: String,
    /// What it is shared with, or where its rotation waits; visible text, perhaps empty.
    pub(super) more: String,
    /// Why it cannot be rotated, and what to do instead.
    pub(super) instead: Option<(String, String)>,
}

/// What can be chosen for `owner`: its own credentials first, then those of the app it is used through.
pub(super) fn offers(document: &Document, owner: Owner, now: Time) -> Vec<Offer> {
    let offer = |credential: Credential| {
        let field = credential.fields().first()?;
        let holder = document.holder(owner, *field)?;
        Some(Offer {
            holder,
            credential,
            stands: stands(document, holder, credential, now),
            more: more(document, owner, holder, credential, now),
            instead: instead(document, holder, credential),
        })
    };
    let all = CREDENTIALS.iter().filter_map(|row| offer(row.credential));
    let (mut near, far): (Vec<Offer>, Vec<Offer>) = all.partition(|offer| offer.holder == owner);
    near.extend(far);
    near
}

fn stands(document: &Document, holder: Owner, credential: Credential, now: Time) -> String {
    let slot = |field: &Field| document.held(holder)?.slot(*field);
    let Some(slot) = credential.fields().iter().find_map(slot) else { return "not set".to_owned() };
    let print = document.fingerprints.of(&slot.secret).short();
    let old = age(now.since(slot.issued_at.unwrap_or(slot.changed_at)));
    let old = if old == "now" { "new".to_owned() } else { format!("{old} old") };
    format!("#{print}, {old}")
}

fn more(document: &Document, owner: Owner, holder: Owner, credential: Credential, now: Time) -> String {
    let rotation = document.held(holder).and_then(|held| held.rotation(credential));
    if let Some(rotation) = rotation.filter(|rotation| rotation.stage != Stage::Review) {
        let ago = ago(now.since(rotation.started_at));
        return format!("begun {ago}, waits at “{}”", rotation.stage.row().title);
    }
    if holder == owner {
        return String::new();
    }
    let name = document.name_of(holder).map(ToString::to_string).unwrap_or_default();
    format!("of the app {}", visible_within(&name, 32))
}

/// What a rotation takes of the app, and why.
const TAKES: &[(Credential, &[Field], &str)] = &[
    (
        Credential::Bearer,
        &[Field::ApiKey, Field::ApiSecret],
        "X hands over a new one for the app's API key and secret only",
    ),
    (
        Credential::Access,
        &[Field::ApiKey, Field::ApiSecret],
        "the new one is verified with the app's API key and secret",
    ),
    (Credential::Client, &[Field::ClientId], "the client ID stays, and names the client whose secret is new"),
    (Credential::Oauth2, &[Field::ClientId], "a login names the app by its client ID"),
];

fn instead(document: &Document, holder: Owner, credential: Credential) -> Option<(String, String)> {
    let (_, fields, why) = TAKES.iter().find(|(of, ..)| *of == credential)?;
    let missing = fields.iter().any(|field| document.slot(holder, *field).is_none());
    let what = if fields.len() == 1 { "it is not stored" } else { "these are not both stored" };
    missing.then(|| (format!("{why}, and {what}"), "put that in with e, at the app".to_owned()))
}

/// What a credential is called inside a sentence: “the bearer token”.
pub(super) fn called(credential: Credential) -> String {
    let label = credential.row().label;
    let mut chars = label.chars();
    // “API” and “OAuth” stay as they are.
    let second_is_small = label.chars().nth(1).is_some_and(char::is_lowercase);
    match chars.next() {
        Some(first) if second_is_small => format!("the {}{}", first.to_ascii_lowercase(), chars.as_str()),
        _ => format!("the {label}"),
    }
}

/// The profiles that stop when `credential` of `holder` dies, and the places where they run.
pub(super) fn impact(document: &Document, holder: Owner, credential: Credential) -> super::blast::Blast {
    super::blast::Blast::of(document, &rotate::impact(document, holder, credential))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::edit::{self, Edit};
    use crate::domain::rotation::Rotation;
    use crate::tui::testing::NOON;
    use crate::tui::testing::flock::{flock, id};

    #[test]
    fn own_credentials_come_first_and_what_lacks_something_says_what() {
        let snapshot = flock(3);
        let offers = offers(&snapshot.document, id(0).into(), NOON);
        let seen: Vec<_> = offers.iter().map(|offer| (offer.credential, offer.instead.is_none())).collect();
        // The app of a flock is no OAuth 2.0 client.
        assert_eq!(
            seen,
            [
                (Credential::Access, true),
                (Credential::Oauth2, false),
                (Credential::Api, true),
                (Credential::Bearer, true),
                (Credential::Client, false),
            ]
        );
        for offer in offers.iter().filter_map(|offer| offer.instead.as_ref()) {
            assert!(!offer.0.is_empty() && offer.1.contains(" e"), "{offer:?}");
        }
    }

    #[test]
    fn without_the_app_s_keys_nothing_can_be_rotated() {
        let snapshot = flock(1);
        let app = snapshot.document.profile(id(0)).and_then(|profile| profile.app).expect("it has an app");
        let edits =
            edit::set_fields(&snapshot.document, app.into(), [(Field::ApiSecret, None)], ORIGIN, NOON);
        let document = edit::apply_all(&snapshot.document, &edits).expect("it fits");
        for offer in offers(&document, id(0).into(), NOON) {
            // A new pair is brought by a person.
            assert_eq!(
                offer.instead.is_none(),
                offer.credential == Credential::Api,
                "{:?}",
                offer.credential
            );
        }
    }

    #[test]
    fn a_rotation_under_way_says_where_it_waits() {
        let snapshot = flock(1);
        let owner = Owner::from(id(0));
        let begun = Rotation::begin(Credential::Access, NOON.shifted(-7_200)).at(Stage::Paste, NOON);
        let to = Some(begun);
        let edit = Edit::SetRotation { owner, credential: Credential::Access, was: None, to };
        let document = edit::apply_all(&snapshot.document, &[edit]).expect("it fits");
        let offers = offers(&document, owner, NOON);
        assert_eq!(offers[0].more, "begun 2 h ago, waits at “Paste the new value”");
    }

    #[test]
    fn a_credential_is_called_as_in_a_sentence() {
        for (credential, wanted) in [
            (Credential::Bearer, "the bearer token"),
            (Credential::Access, "the access token and secret"),
            (Credential::Api, "the API key and secret"),
            (Credential::Client, "the OAuth 2.0 client ID and secret"),
        ] {
            assert_eq!(called(credential), wanted);
        }
    }

    const ORIGIN: crate::domain::credential::Origin = crate::domain::credential::Origin::Edit;
}
