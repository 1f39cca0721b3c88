//! One case: what happens to whom, in which order.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use birdkeep::config::Settings;
use birdkeep::domain::fields::Field;
use birdkeep::domain::fingerprint::FingerprintKey;
use birdkeep::domain::id::{ProfileId, VaultId};
use birdkeep::domain::names::Name;
use birdkeep::domain::secret::Secret;
use birdkeep::domain::time::Time;
use birdkeep::failure::Failure;
use birdkeep::host::Clock;
use birdkeep::host::quiet::{QuietBrowser, QuietClipboard, QuietClock, QuietLoopback, SeededEntropy};
use birdkeep::ops::session::Session;
use birdkeep::ops::{World, restore, token, unlock};
use birdkeep::sim::{Roster, Sim};
use birdkeep::vault::{self, Keyring, Member, Own, Place};

use crate::Dice;
use crate::disk::{Disk, Files, Mount};
use crate::faults::{Faults, Harm, Killed, When};
use crate::wire::{Sent, Way, Weather, value_on_disk};

const BEGAN: i64 = 1_795_000_000;
/// When the access token of the roster expires, in seconds after the beginning.
pub(crate) const EXPIRES: i64 = 6_600;
const ROSTER: &str = r#"{"seed":"refresh","apps":[{"name":"bots"}],
    "profiles":[{"name":"wiki","handle":"demo_wiki","app":"bots","trouble":"oauth2"}]}"#;

/// What every case starts from.
pub(crate) struct Ground {
    pub(crate) files: Files,
    pub(crate) keyring: Arc<Keyring>,
    roster: Roster,
    pub(crate) id: ProfileId,
    pub(crate) access: String,
    pub(crate) refresh: String,
    /// How many calls the first refresh makes when nothing goes wrong.
    pub(crate) calls: usize,
}

impl Ground {
    pub(crate) fn new() -> Self {
        let roster = Roster::parse(ROSTER, Time::from_unix(BEGAN)).expect("a roster");
        let own = Own::generate();
        let text = own.text();
        let keyring = Arc::new(Keyring::of(own));
        let disk = Disk::default();
        disk.files().places.insert(Place::Identity, text.expose().as_bytes().to_vec());
        let mount = Mount { disk: disk.clone(), faults: Faults::new(Harm::Nothing) };
        let name = |text| Name::parse(text).expect("a name");
        let members = vec![Member::of(name("owner"), keyring.first())];
        let mut document = birdkeep::domain::document::Document::new(FingerprintKey::new([7; 32]));
        let theirs = roster.document();
        theirs.apps().for_each(|app| document.insert_app(app.clone()));
        theirs.profiles().for_each(|profile| document.insert_profile(profile.clone()));
        let now = Time::from_unix(BEGAN);
        let id = VaultId::from_random([1; 16]);
        let first = vault::create::<()>(&mount, &keyring, id, members, document.clone(), now);
        let first = first.expect("an empty disk");
        vault::save::<()>(&mount, &keyring, &first, now, |old| Ok(old.clone())).expect("saved");
        let profile = document.profile_named(&name("wiki")).expect("it is in the roster");
        let value = |field| profile.held.secret(field).expect("there").expose().to_owned();
        let (access, refresh) = (value(Field::Oauth2AccessToken), value(Field::Oauth2RefreshToken));
        let (files, id) = (disk.files().clone(), profile.id);
        let mut ground = Self { files, keyring, roster, id, access, refresh, calls: 0 };
        let mut play = Play::on(&ground, 0, &mut Dice(0));
        play.wait(EXPIRES);
        let faults = Faults::new(Harm::Nothing);
        let world = play.process_with(&faults, Weather::Fair);
        assert!(matches!(play.ran(&world), Ran::Token { .. }), "nothing goes wrong");
        ground.calls = faults.calls();
        ground
    }
}

/// How a run of the program ended.
#[derive(Clone, Debug)]
pub(crate) enum Ran {
    /// With a token; whether it was in the vault on disk, and X took it.
    Token { saved: bool, live: bool },
    /// With three lines.
    Failed(Failure),
    /// It was killed.
    Died,
    /// It cannot go on: this must not happen.
    Panicked,
}

/// What became of a refresh in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// The bot has a token that X takes.
    Token,
    /// A person is told to log in again.
    Reauth,
}

/// How a vault is rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RollBack {
    /// A person restores it, which marks its grants.
    Accepted,
    /// The mark of what was seen is gone as well, so that nobody can tell by the vault.
    Unnoticed,
}

/// A case that has been played.
pub(crate) struct Played {
    pub(crate) disk: Disk,
    pub(crate) sim: Arc<Sim>,
    pub(crate) log: Vec<Sent>,
    pub(crate) runs: Vec<Ran>,
    /// The answer lay in a journal when the vault was rolled back.
    pub(crate) rolled_back: Option<bool>,
    /// Some writes failed for good.
    pub(crate) broken: bool,
    pub(crate) last: Option<Session>,
    pub(crate) story: String,
}

struct Play<'a> {
    ground: &'a Ground,
    disk: Disk,
    sim: Arc<Sim>,
    clock: Arc<QuietClock>,
    log: Arc<Mutex<Vec<Sent>>>,
    seed: u64,
    story: String,
    runs: Vec<Ran>,
}

/// Plays one case.
pub(crate) fn play(ground: &Ground, number: usize, mut dice: Dice) -> Played {
    let mut play = Play::on(ground, number, &mut dice);
    // A token that has a hundred seconds left is as good as one that has none, but may be spared.
    play.wait(if dice.percent(30) { EXPIRES - 100 } else { EXPIRES + 400 });
    if dice.percent(20) {
        // Not the first refresh of its life: it has a holder and a trail.
        play.run(Harm::Nothing, Weather::Fair);
        play.wait(7_100);
    }
    let refreshed_before = play.disk.files().places.get(&Place::Vault).cloned().unwrap_or_default();
    let harm = harm(&mut dice, number, ground.calls);
    play.first(&mut dice, harm);
    let how = if dice.percent(30) { RollBack::Unnoticed } else { RollBack::Accepted };
    let rolled_back = dice.percent(12).then(|| play.roll_back(&refreshed_before, how));
    for round in 1..4 {
        if dice.percent(30) {
            let harm = self::harm(&mut dice, number / ground.calls * round, ground.calls);
            let weather = fairer(&mut dice);
            play.run(harm, weather);
        }
    }
    let unnoticed = rolled_back.is_some() && how == RollBack::Unnoticed;
    let broken = play.story.contains("Broken(") || (unnoticed && play.story.contains("Full("));
    let last = play.settle();
    let log = play.log.lock().map(|log| log.clone()).unwrap_or_default();
    Played {
        disk: play.disk,
        sim: play.sim,
        log,
        runs: play.runs,
        rolled_back,
        broken,
        last,
        story: play.story,
    }
}

/// Every call is hit in turn, in one way or another.
fn harm(dice: &mut Dice, number: usize, calls: usize) -> Harm {
    let at = 1 + number % calls;
    match dice.below(100) {
        0..60 => Harm::Kill(at, [When::Before, When::Half, When::After][dice.below(3)]),
        60..75 => Harm::Full(at, [1, 2, 5, 1_000][dice.below(4)]),
        75..80 => Harm::Broken(at, [1, 1, 3, 1_000][dice.below(4)]),
        _ => Harm::Nothing,
    }
}

fn fairer(dice: &mut Dice) -> Weather {
    if dice.percent(60) { Weather::Fair } else { Weather::of(dice) }
}

impl<'a> Play<'a> {
    fn on(ground: &'a Ground, number: usize, dice: &mut Dice) -> Self {
        let clock = Arc::new(QuietClock::at(Time::from_unix(BEGAN)));
        let sim_clock = Arc::clone(&clock);
        let sim = Arc::new(Sim::new(&ground.roster, Arc::new(move || sim_clock.now())));
        let disk = Disk::of(ground.files.clone());
        let (log, seed, story) = (Arc::default(), dice.next(), format!("case {number}"));
        Self { ground, disk, sim, clock, log, seed, story, runs: Vec::new() }
    }

    fn wait(&mut self, seconds: i64) {
        self.clock.advance(Duration::from_secs(seconds.unsigned_abs()));
        let _ = write!(self.story, "\n  {seconds} s pass");
    }

    /// The first run, perhaps with a second one beside it.
    fn first(&mut self, dice: &mut Dice, harm: Harm) {
        let weather = Weather::of(dice);
        if dice.percent(75) {
            return self.run(harm, weather);
        }
        let (one, two) = (self.process(harm, weather), self.process(Harm::Nothing, Weather::Fair));
        let (one, two) = std::thread::scope(|scope| {
            let one = scope.spawn(|| self.ran(&one));
            let two = self.ran(&two);
            (one.join().unwrap_or(Ran::Panicked), two)
        });
        let _ = write!(self.story, "\n  {harm:?} {weather:?}: {one:?}\n  beside it: {two:?}");
        self.runs.extend([one, two]);
    }

    fn run(&mut self, harm: Harm, weather: Weather) {
        let world = self.process(harm, weather);
        let ran = self.ran(&world);
        let _ = write!(self.story, "\n  {harm:?} {weather:?}: {ran:?}");
        self.runs.push(ran);
    }

    /// Someone puts the vault of before back. Whether an answer lay in a journal by then.
    fn roll_back(&mut self, old: &[u8], how: RollBack) -> bool {
        let journalled = !self.disk.files().journals.is_empty();
        self.disk.put_vault(old);
        if how == RollBack::Unnoticed {
            self.disk.files().places.retain(|place, _| !matches!(place, Place::Seen(_)));
            let _ = write!(self.story, "\n  rolled back unnoticed (journal: {journalled})");
            return journalled;
        }
        let world = self.process(Harm::Nothing, Weather::Fair);
        let source = restore::Source::Bytes(old.into());
        let restored = restore::prepare(&world, None, &source)
            .map_err(|failure| failure.to_string())
            .and_then(|prepared| restore::restore(&world, prepared).map_err(|not| not.failure.to_string()));
        let _ = write!(self.story, "\n  rolled back (journal: {journalled}): {}", restored.is_ok());
        journalled
    }

    /// Nothing goes wrong any more: whatever is open comes to its end.
    fn settle(&mut self) -> Option<Session> {
        for seconds in [1, EXPIRES + 500, 1, 7_300] {
            self.run(Harm::Nothing, Weather::Fair);
            self.wait(seconds);
        }
        self.run(Harm::Nothing, Weather::Fair);
        let world = self.process(Harm::Nothing, Weather::Fair);
        unlock::unlock(&world, None).ok()
    }

    /// A process of its own, on the same disk.
    fn process(&mut self, harm: Harm, weather: Weather) -> World {
        self.process_with(&Faults::new(harm), weather)
    }

    fn process_with(&mut self, faults: &Arc<Faults>, weather: Weather) -> World {
        self.seed = self.seed.wrapping_add(1);
        let way = Way {
            sim: Arc::clone(&self.sim),
            faults: Arc::clone(faults),
            weather,
            clock: Arc::clone(&self.clock),
            disk: self.disk.clone(),
            keyring: Arc::clone(&self.ground.keyring),
            log: Arc::clone(&self.log),
        };
        World {
            transport: Arc::new(way),
            x_base: "https://api.x.com".into(),
            store: Arc::new(Mount { disk: self.disk.clone(), faults: Arc::clone(faults) }),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            entropy: Arc::new(SeededEntropy::new(self.seed)),
            clipboard: Arc::new(QuietClipboard::default()),
            browser: Arc::new(QuietBrowser::default()),
            loopback: Arc::new(QuietLoopback::default()),
            settings: Arc::new(Settings::default()),
            banner: None,
            demo_passphrase: None,
        }
    }

    /// `birdkeep token wiki`.
    fn ran(&self, world: &World) -> Ran {
        let run = AssertUnwindSafe(|| -> Result<Secret, Failure> {
            let session = unlock::unlock(world, None)?;
            let token = token::token(world, &session, self.ground.id, Duration::from_secs(300));
            token.map(|token| token.access).map_err(|stopped| stopped.failure)
        });
        match catch_unwind(run) {
            Ok(Ok(access)) => {
                let saved = value_on_disk(&self.disk, &self.ground.keyring, "oauth2_access_token");
                Ran::Token {
                    saved: saved.as_deref() == Some(access.expose()),
                    live: self.sim.is_live(&access),
                }
            }
            Ok(Err(failure)) => Ran::Failed(failure),
            Err(payload) if payload.is::<Killed>() => Ran::Died,
            Err(_) => Ran::Panicked,
        }
    }
}
