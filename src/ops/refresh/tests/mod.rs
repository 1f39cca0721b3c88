//! Refreshes against the simulated X: one at a time, many at once, cut off, and taken up again.

mod older;

use std::sync::Arc;

use super::*;
use crate::domain::credential::Origin;
use crate::domain::custody::Standing as Stands;
use crate::domain::edit::{Edit, set_fields};
use crate::domain::fields::Field;
use crate::domain::id::Owner;
use crate::domain::names::Name;
use crate::ops::init::{Recovery, init};
use crate::ops::restore;
use crate::ops::testing::{Hands, file, passphrase, world_on};
use crate::ops::token::token;
use crate::ops::unlock::unlock;
use crate::sim::faults::find;
use crate::sim::transport::{InBox, Latency, NoTime};
use crate::sim::{Roster, Sim};
use crate::vault::seal::Cost;
use crate::vault::{self, Intent, MemoryStore, PendingStore as _, Place, Store as _};
use crate::x::wire::Now;

const BEGAN: i64 = 1_795_000_000;
/// The access token of the roster was issued ten minutes ago.
const EXPIRED: i64 = BEGAN + 7_000;
const ROSTER: &str = r#"{"seed":"s","apps":[{"name":"bots"}],
    "profiles":[{"name":"wiki","handle":"demo_wiki","app":"bots","trouble":"oauth2"}]}"#;
const FOUR_MINUTES: Need = Need::Within(Duration::from_secs(240));

/// A vault with one bot, and the X it belongs to.
struct Den {
    world: World,
    clock: Arc<Hands>,
    sim: Arc<Sim>,
    store: MemoryStore,
    id: ProfileId,
}

impl Den {
    fn new() -> Self {
        let store = MemoryStore::new("vault.age", Cost::PLAYTHING);
        let (mut world, clock) = world_on(store.clone());
        let roster = Roster::parse(ROSTER, Time::from_unix(BEGAN)).expect("a roster");
        let now: Now = {
            let clock = Arc::clone(&clock);
            Arc::new(move || crate::host::Clock::now(&*clock))
        };
        let sim = Arc::new(Sim::new(&roster, Arc::clone(&now)));
        world.transport = Arc::new(InBox::new(Arc::clone(&sim), Latency::None, Arc::new(NoTime), now));
        let session = init(&world, &passphrase(), Recovery::No).expect("an empty store").session;
        let document = roster.document();
        let apps = document.apps().map(|app| Edit::AddApp(Box::new(app.clone())));
        let profiles = document.profiles().map(|profile| Edit::AddProfile(Box::new(profile.clone())));
        let edits: Vec<Edit> = apps.chain(profiles).collect();
        save::save(&world, &session, &edits).expect("saved");
        let name = Name::parse("wiki").expect("a name");
        let id = document.profile_named(&name).expect("it is in the roster").id;
        Self { world, clock, sim, store, id }
    }

    /// As a process that has just started.
    fn unlock(&self) -> Session {
        unlock(&self.world, Some(&passphrase())).expect("the passphrase is right")
    }

    fn refresh(&self, need: Need) -> Result<Token, Failure> {
        refresh(&self.world, &self.unlock(), self.id, need).map_err(|stopped| stopped.failure)
    }

    fn value(&self, field: Field) -> Secret {
        let session = self.unlock();
        session.document().slot(self.id.into(), field).expect("there").secret.clone()
    }

    fn custody(&self) -> Custody {
        standing(&self.world, self.unlock().document(), self.id).expect("a refresh token").custody
    }

    /// A person puts another value in.
    fn typed(&self, session: &Session, owner: Owner, (field, value): (Field, &str)) {
        let values = [(field, Some(Secret::new(value)))];
        let edits = set_fields(session.document(), owner, values, Origin::Edit, self.world.clock.now());
        save::save(&self.world, session, edits).expect("saved");
    }

    fn fault(&self, name: &str) {
        self.sim.set_fault(find(name));
    }

    fn at(&self, time: i64) -> &Self {
        self.clock.set(time);
        self
    }

    fn journals(&self) -> usize {
        self.store.pendings().expect("readable").len()
    }

    /// The journal that a process leaves which dies after its request, with what it had heard by then.
    fn left_behind(&self, session: &Session, answer: &[&str]) {
        let profile = session.document().profile(self.id).expect("there");
        let token = profile.held.secret(Field::Oauth2RefreshToken).expect("there");
        let intent = Intent {
            attempt: crate::domain::id::AttemptId::from_random([9; 16]),
            profile: self.id,
            token: session.document().fingerprints.of(token),
            grown_from: profile.oauth2.as_ref().map(|grant| grant.spent.clone()).unwrap_or_default(),
            sequence: 1,
            before: 0,
            at: self.world.clock.now(),
        };
        let mut writing =
            vault::begin(&self.store, &session.keyring, &session.loaded, intent).expect("memory");
        for piece in answer {
            writing.keep(&self.store, (200, self.world.clock.now()), piece.as_bytes()).expect("room");
        }
    }
}

const ANSWER: [&str; 2] = [
    r#"{"token_type":"bearer","expires_in":7200,"access_token":"made-up-at","scope":"tweet.re"#,
    r#"ad offline.access","refresh_token":"made-up-rt"}"#,
];

#[test]
fn a_token_that_lives_is_used_and_one_that_does_not_is_refreshed_once() {
    let den = Den::new();
    let old = (den.value(Field::Oauth2AccessToken), den.value(Field::Oauth2RefreshToken));
    let session = den.unlock();
    let used = token(&den.world, &session, den.id, Duration::from_secs(300)).expect("it lives");
    assert_eq!((used.access, used.expires_at), (old.0.clone(), Some(Time::from_unix(BEGAN + 6_600))));
    assert_eq!(den.sim.presented(&old.1), 0);
    den.at(BEGAN + 6_400);
    let fresh = token(&den.world, &session, den.id, Duration::from_secs(300)).expect("refreshed");
    assert_eq!(fresh.expires_at, Some(Time::from_unix(BEGAN + 6_400 + 7_200)));
    assert_ne!(fresh.access, old.0);
    assert!(den.sim.is_live(&fresh.access));
    assert_eq!(den.sim.presented(&old.1), 1);
    assert_eq!(den.value(Field::Oauth2AccessToken), fresh.access);
    assert!(den.sim.is_live(&den.value(Field::Oauth2RefreshToken)));
    // Whoever has not seen it yet waits for the lock, looks again, and has it.
    let again = token(&den.world, &session, den.id, Duration::from_secs(300)).expect("refreshed already");
    assert_eq!(again.access, fresh.access);
    assert_eq!((den.sim.presented(&old.1), den.sim.families_killed(), den.journals()), (1, 0, 0));
    let history = den.unlock().document().held(den.id.into()).expect("there").history.clone();
    assert_eq!(history, [], "no pair that X has killed is kept");
}

#[test]
fn a_first_refresh_claims_the_grant_and_every_later_one_is_one_save() {
    let den = Den::new();
    let before = den.unlock().loaded().generation;
    den.at(EXPIRED).refresh(FOUR_MINUTES).expect("refreshed");
    assert_eq!(den.unlock().loaded().generation, before + 2);
    assert_eq!(den.custody().holder, den.store.holder().expect("readable"));
    den.at(EXPIRED + 7_100).refresh(FOUR_MINUTES).expect("refreshed");
    assert_eq!(den.unlock().loaded().generation, before + 3);
    let profile = den.unlock().document().profile(den.id).cloned().expect("there");
    assert_eq!(profile.oauth2.as_ref().map(|grant| (grant.sequence, grant.spent.len())), Some((3, 2)));
    let kept = den.store.backups().expect("readable");
    assert_eq!(kept.iter().filter(|backup| backup.name.to_string().starts_with("auto-")).count(), 1);
}

#[test]
fn many_at_once_are_one_refresh_and_as_many_answers() {
    let den = Den::new();
    let old = den.value(Field::Oauth2RefreshToken);
    den.at(EXPIRED);
    let sessions: Vec<Session> = (0..12).map(|_| den.unlock()).collect();
    let answers: Vec<Secret> = std::thread::scope(|scope| {
        let (world, id) = (&den.world, den.id);
        let ask = |session| scope.spawn(move || refresh(world, session, id, FOUR_MINUTES));
        let asking: Vec<_> = sessions.iter().map(ask).collect();
        let joined = asking.into_iter().map(|one| one.join().expect("no panic").expect("a token").access);
        joined.collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0] && den.sim.is_live(answer)));
    assert_eq!((den.sim.presented(&old), den.sim.families_killed()), (1, 0));
}

#[test]
fn an_answer_that_was_written_down_and_not_saved_is_saved_at_the_next_start() {
    for (answer, wanted) in [
        (&ANSWER[..], Some("made-up-at")),
        (&[r#"{"access_token":"made-up-at","refresh_token":"made-up-rt","scope":"#][..], Some("made-up-at")),
        (&ANSWER[..1], None),
        (&[], None),
    ] {
        let den = Den::new();
        let old = den.value(Field::Oauth2AccessToken);
        den.left_behind(&den.unlock(), answer);
        let session = den.unlock();
        let value = |field| session.document().slot(den.id.into(), field).expect("there").secret.clone();
        let remarks = crate::ops::trust::notices(&session);
        assert_eq!(remarks.len(), 1, "{remarks:?}");
        if let Some(access) = wanted {
            assert_eq!(value(Field::Oauth2AccessToken).expose(), access);
            assert_eq!(value(Field::Oauth2RefreshToken).expose(), "made-up-rt");
            assert!(remarks[0].contains("are in the vault now"), "{remarks:?}");
            assert_eq!((den.custody().standing, den.journals()), (Stands::Good, 0));
        } else {
            assert_eq!(value(Field::Oauth2AccessToken), old);
            assert!(remarks[0].contains("nobody knows whether X has replaced"), "{remarks:?}");
            assert_eq!((den.custody().standing, den.journals()), (Stands::Ambiguous, 1));
        }
        assert!(!remarks[0].contains("made-up"));
        let generation = den.unlock().loaded().generation;
        assert_eq!(den.unlock().loaded().generation, generation, "and once is enough");
        assert_eq!(crate::ops::trust::notices(&den.unlock()), [""; 0]);
    }
}

#[test]
fn an_ambiguous_token_is_spared_while_the_access_token_lives_and_then_presented_once_more() {
    for (fault, replayed) in [("reset-early", true), ("reset", false)] {
        let den = Den::new();
        let old = den.value(Field::Oauth2RefreshToken);
        den.at(BEGAN + 6_500).fault(fault);
        let failure = den.refresh(FOUR_MINUTES).expect_err("the connection broke");
        assert_eq!(failure.kind, Kind::Network);
        assert_eq!((den.custody().standing, den.journals()), (Stands::Ambiguous, 1));
        den.sim.set_fault(None);
        let spared = den.refresh(FOUR_MINUTES).expect("it lives for a hundred seconds yet");
        assert_eq!((spared.access, spared.said.len()), (den.value(Field::Oauth2AccessToken), 1));
        let shown = den.sim.presented(&old);
        assert_eq!(shown, usize::from(!replayed), "only what X has heard of counts");
        den.at(EXPIRED);
        let replay = den.refresh(FOUR_MINUTES);
        assert_eq!(den.sim.presented(&old), shown + 1, "once more");
        assert_eq!(replay.is_ok(), replayed, "{fault}");
        if replayed {
            assert_eq!((den.custody().standing, den.sim.families_killed()), (Stands::Good, 0));
        } else {
            assert_eq!(den.custody().standing, Stands::Reauth);
            let failure = den.refresh(FOUR_MINUTES).expect_err("never again");
            assert_eq!((failure.kind, failure.what.as_str()), (Kind::Found, "“wiki” has to log in again"));
            assert_eq!(den.sim.presented(&old), shown + 1);
        }
        assert_eq!(den.journals(), 0);
    }
}

#[test]
fn a_replay_that_breaks_off_as_well_is_the_last() {
    let den = Den::new();
    let old = den.value(Field::Oauth2RefreshToken);
    den.at(EXPIRED).fault("reset-early");
    for wanted in [Stands::Ambiguous, Stands::Reauth, Stands::Reauth] {
        den.refresh(FOUR_MINUTES).expect_err("the connection broke");
        assert_eq!(den.custody().standing, wanted);
    }
    den.sim.set_fault(None);
    den.refresh(FOUR_MINUTES).expect_err("never again");
    assert_eq!(den.sim.presented(&old), 0, "X has heard of none of it");
    // Other tokens begin anew.
    den.typed(&den.unlock(), den.id.into(), (Field::Oauth2RefreshToken, "by-hand"));
    assert_eq!((den.custody().standing, den.custody().holder), (Stands::Good, None));
}

#[test]
fn whatever_x_says_the_vault_says_what_is_known() {
    for (fault, standing, kind) in [
        ("unreachable", Stands::Good, Kind::Network),
        ("reset", Stands::Ambiguous, Kind::Network),
        ("truncated", Stands::Ambiguous, Kind::Network),
        ("silence", Stands::Ambiguous, Kind::Network),
        ("x-down", Stands::Ambiguous, Kind::Network),
        ("x-down-late", Stands::Ambiguous, Kind::Network),
        ("garbage", Stands::Ambiguous, Kind::Network),
        ("half-json", Stands::Ambiguous, Kind::Network),
        ("huge", Stands::Ambiguous, Kind::Network),
        ("redirect", Stands::Ambiguous, Kind::Network),
        ("logins-limited", Stands::Ambiguous, Kind::Network),
    ] {
        let den = Den::new();
        den.at(EXPIRED).fault(fault);
        let failure = den.refresh(FOUR_MINUTES).expect_err(fault);
        assert_eq!((den.custody().standing, failure.kind), (standing.clone(), kind), "{fault}");
        assert_eq!(den.journals(), usize::from(standing == Stands::Ambiguous), "{fault}");
    }
    let den = Den::new();
    let session = den.unlock();
    let app = session.document().apps().next().expect("one app").id;
    den.typed(&session, app.into(), (Field::ClientSecret, "made-up-other"));
    let failure = den.at(EXPIRED).refresh(FOUR_MINUTES).expect_err("no client of X's");
    assert!(failure.what.contains("does not accept the app"), "{failure}");
    assert_eq!((den.custody().standing, den.journals()), (Stands::Good, 0));
}

#[test]
fn tokens_for_a_refresh_token_that_was_replaced_meanwhile_are_kept_aside() {
    let den = Den::new();
    den.left_behind(&den.unlock(), &[]);
    den.typed(&den.unlock(), den.id.into(), (Field::Oauth2RefreshToken, "by-hand"));
    let session = den.unlock();
    assert_eq!(
        (crate::ops::trust::notices(&session).len(), den.journals()),
        (0, 0),
        "nothing is open any more"
    );
    // The same with an answer: it is nobody's to throw away.
    let den = Den::new();
    let session = den.unlock();
    den.left_behind(&session, &ANSWER);
    den.typed(&session, den.id.into(), (Field::Oauth2RefreshToken, "by-hand"));
    let session = den.unlock();
    let held = session.document().held(den.id.into()).expect("there");
    assert_eq!(held.secret(Field::Oauth2RefreshToken).map(Secret::expose), Some("by-hand"));
    assert_eq!(held.candidate(Field::Oauth2RefreshToken).map(|one| one.secret.expose()), Some("made-up-rt"));
    assert_eq!(den.journals(), 0);
}

#[test]
fn a_damaged_journal_is_as_bad_as_no_answer_and_says_so_once() {
    let den = Den::new();
    drop(den.store.begin_pending(den.id, &[7; 100]).expect("memory"));
    let session = den.unlock();
    assert!(crate::ops::trust::notices(&session)[0].contains("damaged"));
    assert_eq!((den.custody().standing, den.journals()), (Stands::Ambiguous, 0));
    let stranger = ProfileId::from_random([77; 16]);
    drop(den.store.begin_pending(stranger, &[7; 100]).expect("memory"));
    den.unlock();
    assert_eq!(den.journals(), 1, "a journal of another vault is left alone");
}

#[test]
fn a_refused_token_is_refreshed_however_long_it_seems_to_live() {
    let den = Den::new();
    let session = den.unlock();
    let print = session.document().fingerprints.of(&den.value(Field::Oauth2AccessToken));
    let fresh = den.refresh(Need::Rejected(print)).expect("refreshed");
    let again = den.refresh(Need::Rejected(print)).expect("it was replaced already");
    assert_eq!(fresh.access, again.access);
}

#[test]
fn a_clock_that_cannot_be_right_presents_nothing() {
    let den = Den::new();
    let refresh_token = den.value(Field::Oauth2RefreshToken);
    let failure = den.at(BEGAN + 400 * 86_400).refresh(FOUR_MINUTES).expect_err("no clock is that wrong");
    assert!(failure.because.contains("clock"), "{failure}");
    assert_eq!(den.sim.presented(&refresh_token), 0);
}
