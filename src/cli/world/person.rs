//! The demo's person at a browser: logs the right account in, says yes, and is sent back to birdkeep; in the console,
//! presses *Regenerate* and copies what it shows.
//!
//! All of it happens in memory: the simulator plays the page, and the redirect is handed to whoever waits for it.

use std::fmt;
use std::sync::Arc;

use crate::domain::fields::{Credential, Field};
use crate::domain::names::{Handle, UserId};
use crate::domain::secret::Secret;
use crate::host::quiet::QuietLoopback;
use crate::host::{Browser, NoBrowser, Played, Press, Setup};
use crate::sim::Sim;
use crate::sim::faults::What;

/// Paths of login pages; other pages are not opened.
const PAGES: [&str; 3] = ["/oauth/authorize?", "/oauth/authenticate?", "/oauth2/authorize?"];

/// Somebody who says yes to every login page.
pub(super) struct Person {
    sim: Arc<Sim>,
    loopback: Arc<QuietLoopback>,
}

impl Person {
    /// Sits at the simulated X, and comes back through `loopback`.
    pub(super) const fn new(sim: Arc<Sim>, loopback: Arc<QuietLoopback>) -> Self {
        Self { sim, loopback }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person")
    }
}

impl Browser for Person {
    fn open(&self, url: &str) -> Result<(), NoBrowser> {
        self.log_in(url, None)
    }

    fn log_in(&self, url: &str, account: Option<&Handle>) -> Result<(), NoBrowser> {
        if !PAGES.iter().any(|page| url.contains(page)) {
            return Ok(());
        }
        let who = account.map(|handle| format!("&as={}", handle.as_str())).unwrap_or_default();
        if let What::Answer(page) = self.sim.visit(&format!("{url}{who}&answer=yes")).what
            && let Some(callback) = page.header("location")
        {
            self.loopback.deliver(Secret::new(callback));
        }
        Ok(())
    }

    fn play(&self, url: &str, press: &Press) -> Option<Played> {
        let pressed = match press {
            Press::Yes(account) => {
                let who = account.as_ref().map(|handle| format!("&as={}", handle.as_str()));
                format!("{}&answer=yes", who.unwrap_or_default())
            }
            Press::No => "&answer=no".to_owned(),
        };
        let What::Answer(page) = self.sim.visit(&format!("{url}{pressed}")).what else {
            return Some(Played::Stopped("the page cannot be reached".to_owned()));
        };
        if let Some(callback) = page.header("location") {
            let address = Secret::new(callback);
            self.loopback.deliver(address.clone());
            return Some(Played::Sent(address));
        }
        let between = |from: &str, to: &str| Some(page.body.split(from).nth(1)?.split(to).next()?.to_owned());
        Some(match between("id=\"pin\">", "<") {
            Some(pin) => Played::Pin(Secret::new(pin)),
            None => Played::Stopped(between("<h1>", "</h1>").unwrap_or_default()),
        })
    }

    fn regenerate(&self, credential: Credential, held: &[(Field, Secret)]) -> Vec<(Field, Secret)> {
        let of = |field| held.iter().find(|(other, _)| *other == field).map(|(_, value)| value);
        let shown = match credential {
            Credential::Api => of(Field::ApiKey)
                .and_then(|key| self.sim.regenerate_keys(key))
                .map(|(key, secret)| vec![(Field::ApiKey, key), (Field::ApiSecret, secret)]),
            Credential::Bearer => of(Field::ApiKey)
                .and_then(|key| self.sim.regenerate_bearer(key))
                .map(|bearer| vec![(Field::BearerToken, bearer)]),
            Credential::Client => of(Field::ClientId).and_then(|id| {
                let secret = self.sim.regenerate_client_secret(id)?;
                Some(vec![(Field::ClientId, id.clone()), (Field::ClientSecret, secret)])
            }),
            Credential::Access => of(Field::AccessToken)
                .and_then(|token| UserId::of_access_token(token.expose()))
                .and_then(|account| self.sim.regenerate_access(&account))
                .map(|(token, secret)| vec![(Field::AccessToken, token), (Field::AccessSecret, secret)]),
            // Only a login issues these.
            Credential::Oauth2 => None,
        };
        shown.unwrap_or_default()
    }

    fn set_up(&self, key: Option<&Secret>, app: &Setup) -> Vec<(Field, Secret)> {
        self.sim.set_up(key, &app.name, app.level, (&app.callback, app.account.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::world::simulated::Simulated;
    use crate::domain::id::Owner;
    use crate::domain::names::Name;
    use crate::domain::permission::Level;
    use crate::ops::authorize::{self, Way, Wish};

    #[test]
    fn somebody_comes_back_from_every_login_page_of_the_demo() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let simulated = Simulated::new(None, None).expect("part of the program");
            let (world, document) = (simulated.world().expect("randomness"), simulated.roster.document());
            for (name, way) in [("duck-of-the-day", Way::Callback), ("tide-and-tea", Way::PkceCallback)] {
                let profile = document.profile_named(&Name::parse(name).expect("a name")).expect("there").id;
                let pending = authorize::begin(&world, &document, profile, Wish::by(way)).await;
                let mut pending = pending.expect("all is there");
                let hearing = pending.listen().expect("there is something to hear");
                assert!(authorize::open(&world, &pending));
                let given = hearing.await.expect("somebody came back");
                let issued = authorize::exchange(&world, &document, &mut pending, given).await;
                assert!(issued.expect("the right account").account.is_some(), "{name}");
            }
        });
    }

    #[test]
    fn the_demos_console_shows_values_that_its_x_honours_and_kills_the_old_ones() {
        let simulated = Simulated::new(None, None).expect("the demo's roster is good");
        let person = Person::new(Arc::clone(&simulated.sim), Arc::default());
        let document = simulated.roster.document();
        let bot = Name::parse("haiku-toaster").ok().and_then(|name| document.profile_named(&name));
        let owner = Owner::from(bot.expect("it is in the roster").id);
        let stored = |field| document.slot(owner, field).map(|slot| (field, slot.secret.clone()));
        let held: Vec<(Field, Secret)> = Field::all().filter_map(stored).collect();
        for (credential, fields) in [
            (Credential::Access, vec![Field::AccessToken, Field::AccessSecret]),
            (Credential::Bearer, vec![Field::BearerToken]),
        ] {
            let shown = person.regenerate(credential, &held);
            assert_eq!(shown.iter().map(|(field, _)| *field).collect::<Vec<_>>(), fields);
            for (field, new) in shown {
                let (_, old) = stored(field).expect("the roster has it");
                assert!(simulated.sim.is_live(&new) && !simulated.sim.is_live(&old), "{field}");
            }
        }
        assert_eq!(person.regenerate(Credential::Access, &[]), []);
    }

    #[test]
    fn an_app_that_is_set_up_in_the_demo_s_console_is_one_app_whose_values_its_x_honours() {
        let simulated = Simulated::new(None, None).expect("the demo's roster is good");
        let person = Person::new(Arc::clone(&simulated.sim), Arc::default());
        let setup = |level| Setup {
            name: "poet-1234".to_owned(),
            level,
            callback: "http://127.0.0.1:8723/callback".to_owned(),
            account: Handle::parse("poetbot").ok(),
        };
        let first = person.set_up(None, &setup(Level::Read));
        let of = |shown: &[(Field, Secret)], wanted: Field| {
            shown.iter().find(|(field, _)| *field == wanted).map(|(_, value)| value.clone())
        };
        for (field, value) in &first {
            assert!(field.doubt(value.expose()).is_none(), "{field} has an odd shape");
        }
        for field in [Field::BearerToken, Field::AccessToken, Field::AccessSecret] {
            assert!(of(&first, field).is_some_and(|value| simulated.sim.is_live(&value)), "{field}");
        }
        let again = person.set_up(None, &setup(Level::ReadWrite));
        assert_eq!(of(&again, Field::ApiKey), of(&first, Field::ApiKey), "the same app");
        assert_ne!(of(&again, Field::AccessToken), of(&first, Field::AccessToken), "another permission");
    }
}
