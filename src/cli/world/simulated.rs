//! The demo's outside: a vault in memory, a simulated X, a clipboard and a browser that are none.

use std::path::Path;
use std::sync::Arc;

use crate::cli::input;
use crate::config::Settings;
use crate::domain::edit::Edit;
use crate::domain::fields::{Credential, Field};
use crate::domain::names::UserId;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::host::Clock as _;
use crate::host::clock::SystemClock;
use crate::host::entropy::SystemEntropy;
use crate::host::files;
use crate::host::quiet::QuietClipboard;
use crate::host::{Browser, NoBrowser};
use crate::ops::init::{self, Recovery};
use crate::ops::{World, save};
use crate::sim::faults::{self, FAULTS, FaultRow};
use crate::sim::transport::{InBox, Latency, RealTime};
use crate::sim::{Roster, Sim};
use crate::vault::MemoryStore;
use crate::vault::seal::Cost;
use crate::x::base::Base;
use crate::x::wire::Now;

/// The demo's passphrase. Its lock screen shows it.
const PASSPHRASE: &str = "demo";
/// The longest roster, in bytes.
const ROSTER_MAX: u64 = 16 * 1024 * 1024;

/// The simulated X, and who is in it.
pub(in crate::cli) struct Simulated {
    /// Who is in it.
    pub(in crate::cli) roster: Roster,
    /// What answers.
    pub(in crate::cli) sim: Arc<Sim>,
}

fn now() -> Now {
    Arc::new(|| SystemClock.now())
}

impl Simulated {
    /// From a roster in a file, or the built-in one; with every answer spoilt by `fault`.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a roster that is none, and for an unknown fault.
    pub(in crate::cli) fn new(roster: Option<&Path>, fault: Option<&str>) -> Result<Self, Failure> {
        let fault = fault.map(fault_named).transpose()?;
        let began = SystemClock.now();
        let roster = match roster {
            None => Roster::demo(began),
            Some(path) => Roster::parse(text_of(path)?.expose(), began),
        };
        let roster = roster.map_err(|error| {
            let because = visible_within(&error.to_string(), 200);
            Failure::new(Kind::Usage, "the roster cannot be used", because, "correct that place")
        })?;
        let sim = Arc::new(Sim::new(&roster, now()));
        sim.set_fault(fault);
        Ok(Self { roster, sim })
    }

    /// The whole outside of a demo, with the roster's vault in it.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub(in crate::cli) fn world(&self) -> Result<World, Failure> {
        let transport = InBox::new(Arc::clone(&self.sim), Latency::Lifelike, Arc::new(RealTime), now());
        let world = World {
            transport: Arc::new(transport),
            x_base: Base::default().as_str().into(),
            store: Arc::new(MemoryStore::new("demo", Cost::PLAYTHING)),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            clipboard: Arc::new(QuietClipboard::default()),
            browser: Arc::new(Console(Arc::clone(&self.sim))),
            settings: Arc::new(Settings::default()),
            banner: Some("DEMO: made-up bots, a simulated X, nothing is written".into()),
            demo_passphrase: Some(PASSPHRASE.into()),
        };
        let created = init::init(&world, &Secret::new(PASSPHRASE), Recovery::No)?;
        let document = self.roster.document();
        let apps = document.apps().map(|app| Edit::AddApp(Box::new(app.clone())));
        let profiles = document.profiles().map(|profile| Edit::AddProfile(Box::new(profile.clone())));
        let edits: Vec<Edit> = apps.chain(profiles).collect();
        save::save(&world, &created.session, &edits).map_err(|not| not.failure)?;
        Ok(world)
    }
}

/// The demo's browser: it opens nothing, but what a person does in X's console is done to the simulated X.
#[derive(Debug)]
struct Console(Arc<Sim>);

impl Browser for Console {
    fn open(&self, _url: &str) -> Result<(), NoBrowser> {
        Ok(())
    }

    fn regenerate(&self, credential: Credential, held: &[(Field, Secret)]) -> Vec<(Field, Secret)> {
        let of = |field| held.iter().find(|(other, _)| *other == field).map(|(_, value)| value);
        let shown = match credential {
            Credential::Access => of(Field::AccessToken)
                .and_then(|token| UserId::of_access_token(token.expose()))
                .and_then(|account| self.0.regenerate_access(&account))
                .map(|(token, secret)| vec![(Field::AccessToken, token), (Field::AccessSecret, secret)]),
            Credential::Bearer => of(Field::ApiKey)
                .and_then(|key| self.0.regenerate_bearer(key))
                .map(|bearer| vec![(Field::BearerToken, bearer)]),
            // No rotation leads to the console for these.
            Credential::Api | Credential::Client | Credential::Oauth2 => None,
        };
        shown.unwrap_or_default()
    }
}

fn text_of(path: &Path) -> Result<Secret, Failure> {
    let shown = visible_within(&path.to_string_lossy(), 200);
    let bytes = files::read(path, ROSTER_MAX).map_err(|error| input::unreadable(error, &shown))?;
    input::text(&bytes, &shown)
}

fn fault_named(name: &str) -> Result<&'static FaultRow, Failure> {
    faults::find(name).ok_or_else(|| {
        let names: Vec<&str> = FAULTS.iter().map(|row| row.name).collect();
        Failure::new(
            Kind::Usage,
            format!("there is no fault “{}”", visible_within(name, 40)),
            format!("the faults are {}", names.join(", ")),
            "use one of them",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Owner;
    use crate::domain::names::Name;

    #[test]
    fn the_demos_console_shows_values_that_its_x_honours_and_kills_the_old_ones() {
        let simulated = Simulated::new(None, None).expect("the demo's roster is good");
        let (console, document) = (Console(Arc::clone(&simulated.sim)), simulated.roster.document());
        let bot = Name::parse("haiku-toaster").ok().and_then(|name| document.profile_named(&name));
        let owner = Owner::from(bot.expect("it is in the roster").id);
        let stored = |field| document.slot(owner, field).map(|slot| (field, slot.secret.clone()));
        let held: Vec<(Field, Secret)> = Field::all().filter_map(stored).collect();
        for (credential, fields) in [
            (Credential::Access, vec![Field::AccessToken, Field::AccessSecret]),
            (Credential::Bearer, vec![Field::BearerToken]),
        ] {
            let shown = console.regenerate(credential, &held);
            assert_eq!(shown.iter().map(|(field, _)| *field).collect::<Vec<_>>(), fields);
            for (field, new) in shown {
                let (_, old) = stored(field).expect("the roster has it");
                assert!(simulated.sim.is_live(&new) && !simulated.sim.is_live(&old), "{field}");
            }
        }
        assert_eq!(console.regenerate(Credential::Access, &[]), []);
    }
}
