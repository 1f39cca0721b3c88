//! The ways of a login: one row each.

use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field};
use crate::domain::profile::Profile;

/// How a login goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// OAuth 1.0a; the page shows a PIN.
    Pin,
    /// OAuth 1.0a; the browser comes back to this machine.
    Callback,
    /// OAuth 2.0; the browser comes back to this machine.
    PkceCallback,
    /// OAuth 2.0; a person pastes the address that the browser was sent to.
    PkcePaste,
}

/// What a login waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A PIN.
    Pin,
    /// A pasted address.
    Paste,
    /// Nothing from a person: the redirect is heard.
    Redirect,
}

/// One row of [`WAYS`].
#[derive(Debug)]
pub struct WayRow {
    /// Which way.
    pub way: Way,
    /// What a person chooses.
    pub label: &'static str,
    /// What it issues.
    pub credential: Credential,
    /// What it waits for.
    pub wants: Wants,
    /// What a person does in it.
    pub doc: &'static str,
}

/// Every way, the usual one of each credential first.
pub const WAYS: &[WayRow] = &[
    WayRow {
        way: Way::Pin,
        label: "PIN (OAuth 1.0a)",
        credential: Credential::Access,
        wants: Wants::Pin,
        doc: "log in on any machine, and type the PIN that X shows",
    },
    WayRow {
        way: Way::Callback,
        label: "browser on this machine (OAuth 1.0a)",
        credential: Credential::Access,
        wants: Wants::Redirect,
        doc: "log in here; X sends the browser back to birdkeep",
    },
    WayRow {
        way: Way::PkceCallback,
        label: "browser on this machine (OAuth 2.0)",
        credential: Credential::Oauth2,
        wants: Wants::Redirect,
        doc: "log in here; X sends the browser back to birdkeep",
    },
    WayRow {
        way: Way::PkcePaste,
        label: "browser elsewhere (OAuth 2.0)",
        credential: Credential::Oauth2,
        wants: Wants::Paste,
        doc: "log in on any machine, and paste the address that X sends the browser to, within half a minute",
    },
];

impl Way {
    /// This way's row.
    pub fn row(self) -> &'static WayRow {
        &WAYS[self as usize]
    }
}

/// What a login should issue where nobody says: what the profile has already, else what its needs take, else what its app
/// can ask for.
pub fn usual_credential(document: &Document, profile: &Profile) -> Credential {
    let has = |field| profile.held.secret(field).is_some();
    let app = document.app_of(profile);
    let app_has = |field| app.is_some_and(|app| app.held.secret(field).is_some());
    let only_oauth2 =
        profile.needs.iter().any(|need| need.level().is_none() && need.scopes().is_some() && !need.bearer());
    let oauth2 = match (has(Field::AccessToken), has(Field::Oauth2AccessToken)) {
        (true, _) => false,
        (false, true) => true,
        (false, false) => only_oauth2 || (!app_has(Field::ApiKey) && app_has(Field::ClientId)),
    };
    if oauth2 { Credential::Oauth2 } else { Credential::Access }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::app::App;
    use crate::domain::credential::Slot;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::id::{AppId, ProfileId};
    use crate::domain::names::Name;
    use crate::domain::needs::Need;
    use crate::domain::secret::Secret;
    use crate::domain::time::Time;

    #[test]
    fn the_usual_login_is_that_of_what_is_there_already() {
        use Credential::{Access, Oauth2};
        use Field::{AccessToken, ApiKey, ClientId, Oauth2AccessToken};
        for (held, needs, app, wanted) in [
            (vec![AccessToken, Oauth2AccessToken], vec![Need::Bookmarks], vec![ApiKey, ClientId], Access),
            (vec![Oauth2AccessToken], vec![Need::Post], vec![ApiKey, ClientId], Oauth2),
            (vec![], vec![Need::Post], vec![ApiKey, ClientId], Access),
            (vec![], vec![Need::Post, Need::Bookmarks], vec![ApiKey, ClientId], Oauth2),
            (vec![], vec![Need::Spaces], vec![ApiKey, ClientId], Access),
            (vec![], vec![Need::Post], vec![ClientId], Oauth2),
            (vec![], vec![], vec![], Access),
        ] {
            let (now, name) = (Time::from_unix(0), Name::parse("made-up").expect("a name"));
            let slot = |field| Slot { field, secret: Secret::new("x"), changed_at: now, issued_at: None };
            let mut document = Document::new(FingerprintKey::new([0; 32]));
            let mut of = App::new(AppId::from_random([1; 16]), name.clone(), now);
            for field in &app {
                of.held.put(slot(*field));
            }
            let mut profile = Profile::new(ProfileId::from_random([2; 16]), name, now);
            (profile.app, profile.needs) = (Some(of.id), needs.iter().copied().collect());
            for field in &held {
                profile.held.put(slot(*field));
            }
            document.insert_app(of);
            assert_eq!(usual_credential(&document, &profile), wanted, "{held:?} {needs:?} {app:?}");
        }
    }

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (i, row) in WAYS.iter().enumerate() {
            assert_eq!((row.way as usize, row.way.row().label), (i, row.label));
        }
    }
}
