//! What a login would take, told before anything is asked of X.

use super::{CALLBACK, WAYS, Wants, Way, failures, usual_credential};
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field};
use crate::domain::id::{Owner, ProfileId};
use crate::failure::Failure;
use crate::host::LoopbackError;
use crate::host::loopback::is_here;

/// One way, for one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which way.
    pub way: Way,
    /// Where the browser comes back to; `None`: nowhere, there is a PIN.
    pub callback: Option<Callback>,
    /// What keeps it from beginning, and whose form puts that right.
    pub obstacle: Option<(Failure, Option<Owner>)>,
}

/// Where a login comes back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// The app says so.
    Stored(String),
    /// The app says nothing, so this one is taken.
    Assumed(&'static str),
}

impl Callback {
    /// The address, exactly as it must stand in the console.
    pub fn url(&self) -> &str {
        match self {
            Self::Stored(url) => url,
            Self::Assumed(url) => url,
        }
    }
}

/// Every way for `profile`, in the order of [`WAYS`].
pub fn offers(document: &Document, profile: ProfileId) -> Vec<Offer> {
    WAYS.iter().map(|row| offer(document, profile, row.way)).collect()
}

fn offer(document: &Document, id: ProfileId, way: Way) -> Offer {
    let blocked = |failure, owner| Offer { way, callback: None, obstacle: Some((failure, owner)) };
    let profile = document.profile(id).filter(|profile| profile.deleted_at.is_none());
    let Some(profile) = profile else { return blocked(failures::no_profile(), None) };
    let Some(app) = document.app_of(profile) else {
        return blocked(failures::no_app(&profile.name), Some(id.into()));
    };
    let callback = (way.row().wants != Wants::Pin)
        .then(|| app.callback_url.clone().map_or(Callback::Assumed(CALLBACK), Callback::Stored));
    let missing = needs(way).iter().find(|field| app.held.secret(**field).is_none());
    let deaf = || {
        let url = callback.as_ref().filter(|_| way.row().wants == Wants::Redirect)?.url();
        (!is_here(url)).then(|| failures::not_listening(LoopbackError::Elsewhere, way, url))
    };
    let obstacle = missing.map(|field| failures::missing(&app.name, *field)).or_else(deaf);
    Offer { way, obstacle: obstacle.map(|failure| (failure, Some(app.id.into()))), callback }
}

/// What a way takes of the app.
pub const fn needs(way: Way) -> &'static [Field] {
    match way {
        Way::Pin | Way::Callback => &[Field::ApiKey, Field::ApiSecret],
        Way::PkceCallback | Way::PkcePaste => &[Field::ClientId],
    }
}

/// The way to begin with: of `credential` where one is named, else of the usual one; by a redirect where
/// a browser is `near`, by hand elsewhere. What cannot begin is taken only where nothing else can.
pub fn usual(document: &Document, id: ProfileId, credential: Option<Credential>, near: bool) -> Way {
    let usual = || document.profile(id).map(|profile| usual_credential(document, profile));
    let wanted = credential.or_else(usual).unwrap_or(Credential::Access);
    let awkward = |offer: &Offer| {
        let row = offer.way.row();
        let other = row.credential != wanted;
        // Who has named a credential wants no other.
        let blocked = offer.obstacle.is_some();
        let far = (row.wants == Wants::Redirect) != near;
        if credential.is_some() { (other, blocked, far) } else { (blocked, other, far) }
    };
    offers(document, id).iter().min_by_key(|offer| awkward(offer)).map_or(Way::Pin, |offer| offer.way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::app::App;
    use crate::domain::credential::Slot;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::id::AppId;
    use crate::domain::names::Name;
    use crate::domain::profile::Profile;
    use crate::domain::secret::Secret;
    use crate::domain::time::Time;

    const NOW: Time = Time::from_const(1_795_435_200);

    fn slot(field: Field) -> Slot {
        Slot { field, secret: Secret::new("made-up"), changed_at: NOW, issued_at: None }
    }

    fn id() -> ProfileId {
        ProfileId::from_random([1; 16])
    }

    /// A profile with `held`, on an app with `fields` and this callback.
    fn vault(fields: &[Field], callback: Option<&str>, held: &[Field]) -> Document {
        let mut document = Document::new(FingerprintKey::new([7; 32]));
        let mut app = App::new(AppId::from_random([2; 16]), Name::parse("prod").expect("a name"), NOW);
        for field in fields {
            app.held.put(slot(*field));
        }
        app.callback_url = callback.map(ToOwned::to_owned);
        let mut profile = Profile::new(id(), Name::parse("duck").expect("a name"), NOW);
        profile.app = Some(app.id);
        for field in held {
            profile.held.put(slot(*field));
        }
        document.insert_app(app);
        document.insert_profile(profile);
        document
    }

    const PAIR: [Field; 2] = [Field::ApiKey, Field::ApiSecret];

    #[test]
    fn what_is_missing_is_named_with_the_form_that_puts_it_right() {
        let blocked = |document: &Document| -> Vec<Way> {
            offers(document, id()).into_iter().filter(|o| o.obstacle.is_some()).map(|o| o.way).collect()
        };
        assert_eq!(blocked(&vault(&PAIR, None, &[])), [Way::PkceCallback, Way::PkcePaste]);
        assert_eq!(blocked(&vault(&[Field::ClientId], None, &[])), [Way::Pin, Way::Callback]);
        let elsewhere = vault(&[PAIR[0], PAIR[1], Field::ClientId], Some("https://bots.example/x"), &[]);
        assert_eq!(blocked(&elsewhere), [Way::Callback, Way::PkceCallback]);
        for offer in offers(&elsewhere, id()).iter().filter(|offer| offer.obstacle.is_some()) {
            let app: Owner = AppId::from_random([2; 16]).into();
            assert_eq!(offer.obstacle.as_ref().and_then(|(_, owner)| *owner), Some(app));
        }
        let mut alone = vault(&PAIR, None, &[]);
        let mut profile = alone.profile(id()).cloned().expect("there");
        profile.app = None;
        alone.insert_profile(profile);
        assert!(
            offers(&alone, id())
                .iter()
                .all(|o| o.obstacle.as_ref().is_some_and(|(_, owner)| *owner == Some(id().into())))
        );
    }

    #[test]
    fn the_callback_is_the_app_s_or_the_usual_one_and_a_pin_has_none() {
        let of = |callback| {
            let document = vault(&PAIR, callback, &[]);
            offers(&document, id()).into_iter().map(|offer| offer.callback).collect::<Vec<_>>()
        };
        let usual = Some(Callback::Assumed(CALLBACK));
        assert_eq!(of(None), [None, usual.clone(), usual.clone(), usual]);
        let own = "http://127.0.0.1:9/x";
        assert_eq!(of(Some(own))[1], Some(Callback::Stored(own.to_owned())));
    }

    #[test]
    fn the_usual_way_suits_the_machine_and_what_is_stored() {
        let all = [PAIR[0], PAIR[1], Field::ClientId];
        let oauth2 = [Field::Oauth2AccessToken];
        for (fields, held, credential, near, way) in [
            (&all[..], &[][..], None, true, Way::Callback),
            (&all, &[], None, false, Way::Pin),
            (&all, &oauth2, None, true, Way::PkceCallback),
            (&all, &oauth2, None, false, Way::PkcePaste),
            (&all, &oauth2, Some(Credential::Access), false, Way::Pin),
            (&all, &[], Some(Credential::Oauth2), true, Way::PkceCallback),
            (&[Field::ClientId], &[], None, true, Way::PkceCallback),
            (&[Field::ClientId], &[], Some(Credential::Access), true, Way::Callback),
            (&PAIR, &oauth2, None, false, Way::Pin),
        ] {
            let document = vault(fields, None, held);
            assert_eq!(
                usual(&document, id(), credential, near),
                way,
                "{fields:?} {held:?} {credential:?} {near}"
            );
        }
        let elsewhere = vault(&all, Some("https://bots.example/x"), &[]);
        assert_eq!(usual(&elsewhere, id(), None, true), Way::Pin);
    }
}
