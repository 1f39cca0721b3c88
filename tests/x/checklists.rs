//! Every checklist, killed wherever it can be killed and taken up again: at no moment is a value lost, and what X may
//! have killed is said.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use birdkeep::domain::document::Document;
use birdkeep::domain::fields::{Credential, Field};
use birdkeep::domain::id::{Owner, ProfileId};
use birdkeep::domain::names::Name;
use birdkeep::domain::rotation::{Stage, WAYS, Way, WayRow};
use birdkeep::domain::secret::Secret;
use birdkeep::domain::standing;
use birdkeep::failure::Failure;
use birdkeep::ops::rotate::{Input, Step, step_at};
use birdkeep::ops::{World, authorize};
use birdkeep::sim::transport::Latency;
use birdkeep::sim::{Roster, Sim};
use birdkeep::x::auth::client::Client;
use birdkeep::x::endpoints::{oauth2_token, user_token};
use birdkeep::x::sign::Pair;

use crate::logins::login;
use crate::paper::{Breaking, How, Paper, When};
use crate::support::{self, NOW, in_box, named};

/// A small world: an owner, two bots with access pairs, one with a grant, one that lives on the bearer.
pub(crate) const FLOCK: &str = r#"{"seed": "checklists",
    "apps": [{"name": "flock", "owner": "demo_owner", "permission": "read-write"}],
    "profiles": [
        {"name": "owner", "handle": "demo_owner", "app": "flock", "level": "read-write", "needs": ["post"],
         "tags": ["owner"]},
        {"name": "duck", "handle": "demo_duck", "app": "flock", "level": "read-write", "needs": ["post"]},
        {"name": "tide", "handle": "demo_tide", "app": "flock", "trouble": "oauth2", "needs": ["post"],
         "scope": "tweet.read tweet.write users.read offline.access"},
        {"name": "museum", "handle": "demo_museum", "app": "flock", "needs": ["read"], "trouble": "bearer-only"}]}"#;

/// The simulated X with a person before it, who does in console and browser what a stage asks for.
struct Person {
    sim: Arc<Sim>,
    /// A way to X that never breaks.
    world: World,
    /// What the console has shown, once per credential.
    shown: BTreeMap<&'static str, Vec<(Field, Secret)>>,
}

impl Person {
    fn new() -> (Self, Document) {
        let roster = Roster::parse(FLOCK, NOW).expect("a good roster");
        let sim = support::sim(&roster);
        let world = in_box(&sim, Latency::None);
        (Self { sim, world, shown: BTreeMap::new() }, roster.document())
    }

    /// Regenerates in the console, once; what it has shown is at hand from then on.
    fn console(&mut self, document: &Document, owner: Owner, credential: Credential) -> Vec<(Field, Secret)> {
        let (sim, held) = (&self.sim, document.held(owner).expect("it is there"));
        let secret = |field| held.secret(field).cloned().expect("the roster has it");
        let regenerate = || match credential {
            Credential::Api => {
                let (key, secret) = sim.regenerate_keys(&secret(Field::ApiKey)).expect("the key is in force");
                vec![(Field::ApiKey, key), (Field::ApiSecret, secret)]
            }
            Credential::Bearer => {
                let bearer = sim.regenerate_bearer(&secret(Field::ApiKey)).expect("the key is in force");
                vec![(Field::BearerToken, bearer)]
            }
            Credential::Client => {
                let new = sim.regenerate_client_secret(&secret(Field::ClientId)).expect("the id is known");
                vec![(Field::ClientSecret, new)]
            }
            Credential::Access | Credential::Oauth2 => {
                let Owner::Profile(id) = owner else { unreachable!("a profile has it") };
                let account = document.profile(id).and_then(|p| p.user_id.clone()).expect("it is known");
                let (token, secret) = sim.regenerate_access(&account).expect("it has a token");
                vec![(Field::AccessToken, token), (Field::AccessSecret, secret)]
            }
        };
        self.shown.entry(credential.row().word).or_insert_with(regenerate).clone()
    }

    /// What a person brings to a stage.
    async fn acts(
        &mut self,
        document: &Document,
        owner: Owner,
        credential: Credential,
        stage: Stage,
    ) -> Input {
        match (stage, owner) {
            // The console is where it dies: before the person says that it is done.
            (Stage::Console, _) => {
                self.console(document, owner, credential);
                Input::Go
            }
            (Stage::Paste, _) => Input::Pasted(self.console(document, owner, credential)),
            (Stage::Login, Owner::Profile(bot)) => {
                Input::Issued(login(&self.sim, &self.world, document, bot, credential).await)
            }
            _ => Input::Go,
        }
    }

    /// Whether X accepts what `value` gives for the fields of `credential`.
    async fn accepts(
        &self,
        document: &Document,
        owner: Owner,
        credential: Credential,
        value: impl Fn(Field) -> Option<Secret>,
    ) -> bool {
        let own = |field| value(field).or_else(|| document.slot(owner, field).map(|s| s.secret.clone()));
        let request = match credential {
            Credential::Api => {
                let (Some(id), Some(secret)) = (own(Field::ApiKey), own(Field::ApiSecret)) else {
                    return false;
                };
                oauth2_token::request(&self.world.x_base, Pair { id: &id, secret: &secret })
            }
            Credential::Client => {
                let (Some(id), Some(secret)) = (own(Field::ClientId), own(Field::ClientSecret)) else {
                    return false;
                };
                let client = Client::new(&id, Some(&secret));
                user_token::refresh(&self.world.x_base, client, &Secret::new("none"))
            }
            _ => {
                let live = |field: &Field| value(*field).is_some_and(|value| self.sim.is_live(&value));
                return credential.fields().iter().all(live);
            }
        };
        let answer = self.world.transport.send(request).await.expect("nothing breaks here");
        matches!((credential, answer.status), (Credential::Api, 200) | (Credential::Client, 400))
    }
}

async fn go(
    world: &World,
    session: Paper,
    (owner, credential): (Owner, Credential),
    input: Input,
) -> Result<Step<Paper>, Failure> {
    step_at(Duration::ZERO, world, session, owner, credential, input).await
}

/// The vault holds what X accepts, in place or as a candidate, or says that X may have killed it; and every bot whose
/// token is dead is named.
async fn nothing_is_lost(
    person: &Person,
    document: &Document,
    owner: Owner,
    credential: Credential,
    told: &str,
) {
    let held = document.held(owner).expect("still there");
    let fields = credential.fields();
    assert!(fields.iter().all(|field| held.secret(*field).is_some()), "{told}: never neither value");
    let in_place = |field| held.secret(field).cloned();
    let candidate = |field| held.candidate(field).map(|candidate| candidate.secret.clone());
    let live = person.accepts(document, owner, credential, in_place).await
        || held.candidate(fields[0]).is_some()
            && person.accepts(document, owner, credential, candidate).await;
    let said = held.rotation(credential).is_some_and(birdkeep::domain::rotation::Rotation::may_be_dead);
    assert!(live || said, "{told}: X accepts nothing of what the vault holds, and the vault does not say so");
    for profile in document.profiles() {
        let Some(token) = profile.held.secret(Field::AccessToken) else { continue };
        let own = Owner::from(profile.id) == owner;
        let marked = standing::mark(document, profile.id.into()).is_some()
            || standing::mark(document, profile.app.expect("it has one").into()).is_some();
        let waits = profile.held.candidate(Field::AccessToken).is_some();
        assert!(
            own || waits || marked || person.sim.is_live(token),
            "{told}: {} is dead unsaid",
            profile.name
        );
    }
}

/// One run: goes on until it is over, starting again from paper after every kill.
async fn to_the_end(
    person: &mut Person,
    paper: &Paper,
    (owner, credential, way): (Owner, Credential, Way),
    (world, killed): (&World, Option<&tokio::sync::Notify>),
    told: &str,
) {
    for attempt in 1..60 {
        let document = paper.reopened().document;
        let at = document.held(owner).and_then(|held| held.rotation(credential)).cloned();
        // A bot that is down logs in: another rotation, with the same kills.
        let (target, stage) = match &at {
            Some(rotation) if rotation.stage == Stage::Logins => match next_login(&document, owner) {
                Some(bot) => {
                    let own = document.held(bot.into()).and_then(|held| held.rotation(Credential::Access));
                    ((bot.into(), Credential::Access), own.map_or(Stage::Review, |rotation| rotation.stage))
                }
                None => ((owner, credential), Stage::Logins),
            },
            rotation => ((owner, credential), rotation.as_ref().map_or(Stage::Review, |r| r.stage)),
        };
        let input = match stage {
            Stage::Review if at.is_none() => Input::By(if way == Way::Renew { Way::Login } else { way }),
            // An owner's console pair is shown once only, so everybody logs in.
            Stage::Review if target.0 != owner => Input::By(Way::Login),
            stage => person.acts(&document, target.0, target.1, stage).await,
        };
        let step = go(world, paper.reopened(), target, input);
        let over = match killed {
            Some(killed) => tokio::select! {
                biased;
                step = step => step.is_ok_and(|step| step.done && target.0 == owner),
                () = killed.notified() => false,
            },
            None => step.await.is_ok_and(|step| step.done && target.0 == owner),
        };
        let document = paper.reopened().document;
        nothing_is_lost(person, &document, owner, credential, &format!("{told}, attempt {attempt}")).await;
        let ended = document.held(owner).is_some_and(|held| held.rotation(credential).is_none());
        if over || ended && attempt > 3 {
            return;
        }
    }
    unreachable!("{told}: it did not come to its end")
}

fn next_login(document: &Document, app: Owner) -> Option<ProfileId> {
    let Owner::App(app) = app else { return None };
    standing::down(document, app).first().copied()
}

/// The owner that each way is tried on.
fn owner_of(document: &Document, credential: Credential, way: Way) -> Owner {
    match (credential, way) {
        (Credential::Access, Way::Console) => named(document, "owner").into(),
        (Credential::Access, _) => named(document, "duck").into(),
        (Credential::Oauth2, _) => named(document, "tide").into(),
        _ => document.app_named(&Name::parse("flock").expect("a name")).expect("it is there").id.into(),
    }
}

#[test]
fn every_checklist_killed_anywhere_resumes_and_ends_well() {
    support::run(async {
        let mut runs = 0;
        // A plain login of an account with a living pair becomes the other way by itself.
        let plain = |row: &&WayRow| row.way == Way::Login && row.credential == Credential::Access;
        for row in WAYS.iter().filter(|row| row.way != Way::Revoke && !plain(row)) {
            for when in [When::Before, When::After] {
                for at in 1..=9 {
                    for how in [None, Some(How::Broken), Some(How::Killed)] {
                        let told = format!(
                            "{} by {}, {how:?} {when:?} {at}",
                            row.credential.row().word,
                            row.way.word()
                        );
                        let (mut person, document) = Person::new();
                        let owner = owner_of(&document, row.credential, row.way);
                        let old: Vec<_> = values(&document, owner, row.credential);
                        let paper = Paper::new(document, how.is_none().then_some((at, when)));
                        let mut world = person.world.clone();
                        let mut killed = None;
                        if let Some(how) = how {
                            let way = Breaking::new(world.transport.clone(), at, when, how);
                            killed = Some(way.killed.clone());
                            world.transport = Arc::new(way);
                        }
                        let task = (owner, row.credential, row.way);
                        to_the_end(&mut person, &paper, task, (&world, killed.as_deref()), &told).await;
                        ended_well(&person, &paper.reopened().document, (owner, row.credential), &old, &told)
                            .await;
                        runs += 1;
                    }
                }
            }
        }
        assert_eq!(runs, 7 * 2 * 9 * 3);
    });
}

fn values(document: &Document, owner: Owner, credential: Credential) -> Vec<Option<Secret>> {
    let held = document.held(owner).expect("it is there");
    credential.fields().iter().map(|field| held.secret(*field).cloned()).collect()
}

async fn ended_well(
    person: &Person,
    end: &Document,
    (owner, credential): (Owner, Credential),
    old: &[Option<Secret>],
    told: &str,
) {
    let held = end.held(owner).expect("still there");
    let in_place = |field| held.secret(field).cloned();
    assert!(person.accepts(end, owner, credential, in_place).await, "{told}");
    assert_ne!(values(end, owner, credential), old, "{told}");
    for old in old.iter().flatten() {
        let changed = !held.slots().iter().any(|slot| slot.secret == *old);
        let retired: Vec<_> = held.history.iter().filter(|retired| retired.secret == *old).collect();
        assert_eq!(retired.len(), usize::from(changed), "{told}: the old value is history, once");
        // What is called dead is dead.
        assert!(
            retired.iter().all(|retired| retired.dead_at.is_none() || !person.sim.is_live(old)),
            "{told}"
        );
    }
    for profile in end.profiles() {
        assert!(profile.held.rotations.is_empty(), "{told}");
        let own = profile.held.secret(Field::AccessToken);
        assert!(own.is_none_or(|token| person.sim.is_live(token)), "{told}: {} is dead", profile.name);
    }
    assert!(held.rotations.is_empty() && held.candidates.is_empty(), "{told}");
    assert_eq!(next_login(end, owner), None, "{told}");
}

#[test]
fn a_new_key_takes_its_bearer_along_and_names_who_is_down_until_the_last_login() {
    support::run(async {
        let (mut person, document) = Person::new();
        let owner = owner_of(&document, Credential::Api, Way::Console);
        let (world, mut session) = (person.world.clone(), Paper::new(document, None));
        let mut said = Vec::new();
        let mut stages = Vec::new();
        for _ in 0..6 {
            let stage = stages.last().copied().unwrap_or(Stage::Review);
            let input = person.acts(&session.document, owner, Credential::Api, stage).await;
            let step = go(&world, session, (owner, Credential::Api), input).await.expect("all is well");
            said.extend(step.said);
            stages.extend(step.rotation.map(|rotation| rotation.stage));
            session = step.session;
        }
        assert_eq!(
            stages,
            [Stage::Console, Stage::Paste, Stage::Verify, Stage::Promote, Stage::Bearer, Stage::Logins]
        );
        let held = session.document.held(owner).expect("there");
        assert!(
            person.sim.is_live(held.secret(Field::BearerToken).expect("it has one")),
            "the museum goes on"
        );
        let down = |document: &Document| {
            let Owner::App(app) = owner else { unreachable!("an app has it") };
            let names = standing::down(document, app).into_iter().filter_map(|id| document.profile(id));
            names.map(|profile| profile.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(down(&session.document), ["duck", "owner"]);
        assert!(said.iter().any(|line| line.contains("need a new login now: “duck”, “owner”")), "{said:?}");
        let early = go(&world, session.clone(), (owner, Credential::Api), Input::Go).await;
        assert!(early.map(|_| ()).expect_err("not yet").because.contains("“duck”, “owner”"));

        // Days later, and one after the other.
        for (bot, left) in [("owner", vec!["duck"]), ("duck", vec![])] {
            let id: Owner = named(&session.document, bot).into();
            let mut stage = Stage::Review;
            loop {
                let input = match stage {
                    Stage::Review => Input::By(Way::Login),
                    stage => person.acts(&session.document, id, Credential::Access, stage).await,
                };
                let step = go(&world, session, (id, Credential::Access), input).await.expect("all is well");
                session = step.session;
                match step.rotation {
                    Some(rotation) => stage = rotation.stage,
                    None => break,
                }
            }
            assert_eq!(down(&session.document), left, "{bot} has logged in");
        }
        let step = go(&world, session, (owner, Credential::Api), Input::Go).await.expect("over");
        assert!(step.done && step.said[0].contains("every bot of the app has logged in again"));
    });
}

#[test]
fn leaving_a_new_key_half_way_says_who_stays_down() {
    support::run(async {
        let (mut person, document) = Person::new();
        let owner = owner_of(&document, Credential::Api, Way::Console);
        let (world, mut session) = (person.world.clone(), Paper::new(document, None));
        let mut stage = Stage::Review;
        while stage != Stage::Logins {
            let input = person.acts(&session.document, owner, Credential::Api, stage).await;
            let step = go(&world, session, (owner, Credential::Api), input).await.expect("all is well");
            stage = step.rotation.expect("not over").stage;
            session = step.session;
        }
        let step = go(&world, session, (owner, Credential::Api), Input::Abandon).await.expect("ended");
        let said = step.said.join("\n");
        assert!(said.contains("the new API key and secret is in place"), "{said}");
        assert!(said.contains("still need a new login: “duck”, “owner”"), "{said}");
    });
}

#[test]
fn a_pair_handed_back_is_not_killed_before_a_person_agrees_and_the_app_is_seen_to_work() {
    support::run(async {
        let (mut person, document) = Person::new();
        let duck: Owner = named(&document, "duck").into();
        let task = (duck, Credential::Access);
        let (world, sim) = (person.world.clone(), person.sim.clone());
        let killed = || sim.served().get("POST /1.1/oauth/invalidate_token.json").copied().unwrap_or(0);
        let old = document.held(duck).and_then(|held| held.secret(Field::AccessToken)).cloned().expect("one");
        let session = Paper::new(document, None);
        let login = go(&world, session, task, Input::Go).await.expect("to the login");
        assert_eq!(login.rotation.as_ref().map(|r| (r.way, r.stage)), Some((Way::Login, Stage::Login)));
        let input = person.acts(&login.session.document, duck, Credential::Access, Stage::Login).await;
        let back = go(&world, login.session, task, input).await.expect("handed back");
        assert_eq!(back.rotation.as_ref().map(|r| (r.way, r.stage)), Some((Way::Renew, Stage::Review)));
        assert!(back.said[0].contains("X has handed back the same pair"), "{:?}", back.said);
        assert!(back.session.document.held(duck).is_some_and(|held| held.candidates.is_empty()));
        assert_eq!(killed(), 0);
        // With keys that X rejects nothing is killed: there would be no way back in.
        let mut wrong = back.session.clone();
        let app = owner_of(&wrong.document, Credential::Api, Way::Console);
        let keys = [(Field::ApiSecret, Some(Secret::new("s".repeat(50))))];
        let edits = birdkeep::domain::edit::set_fields(
            &wrong.document,
            app,
            keys,
            birdkeep::domain::credential::Origin::Edit,
            NOW,
        );
        wrong.document = birdkeep::domain::edit::apply_all(&wrong.document, &edits).expect("it fits");
        let refused = go(&world, wrong, task, Input::Go).await.map(|_| ()).expect_err("the keys are wrong");
        assert!(refused.what.contains("API key and secret"), "{refused}");
        assert_eq!(killed(), 0);
        assert!(sim.is_live(&old));

        let agreed = go(&world, back.session, task, Input::Go).await.expect("agreed");
        assert_eq!(agreed.rotation.as_ref().map(|r| r.stage), Some(Stage::Invalidate));
        assert!(agreed.said[1].contains("is down until it has logged in again"), "{:?}", agreed.said);
        assert!(sim.is_live(&old), "asked in the next stage, after this one is saved");
        let dead = go(&world, agreed.session, task, Input::Go).await.expect("killed");
        assert!(!sim.is_live(&old));
        assert_eq!(dead.rotation.as_ref().map(|r| (r.way, r.stage)), Some((Way::Renew, Stage::Login)));
        // Whoever has no browser at hand asks for another way; the dead pair stays said to be dead.
        let console = go(&world, dead.session, task, Input::By(Way::Console)).await.expect("to the console");
        assert!(console.rotation.is_some_and(|rotation| rotation.may_be_dead()));
    });
}

#[test]
fn a_login_of_another_account_is_refused_and_kept_as_a_candidate() {
    support::run(async {
        for (credential, bot, other) in
            [(Credential::Access, "duck", "owner"), (Credential::Oauth2, "tide", "duck")]
        {
            let (person, document) = Person::new();
            let (owner, other) = (Owner::from(named(&document, bot)), named(&document, other));
            let world = person.world.clone();
            let session = go(&world, Paper::new(document, None), (owner, credential), Input::Go).await;
            let session = session.expect("to the login").session;
            let old = values(&session.document, owner, credential);
            let tokens = login(&person.sim, &world, &session.document, other, credential).await;
            let token = tokens.values[0].1.clone();
            let kept = go(&world, session, (owner, credential), Input::Issued(tokens)).await.expect("kept");
            let step = go(&world, kept.session, (owner, credential), Input::Go).await.expect("refused");
            let refusal = step.refused.expect("another account");
            assert!(refusal.what.contains("another account"), "{refusal}");
            assert_eq!(step.rotation.map(|rotation| rotation.stage), Some(Stage::Login));
            assert_eq!(values(&step.session.document, owner, credential), old);
            let held = step.session.document.held(owner).expect("there");
            assert!(held.candidates.iter().any(|candidate| candidate.secret == token));
        }
    });
}

#[test]
fn a_new_grant_is_stored_with_what_x_said_of_it() {
    support::run(async {
        let (mut person, document) = Person::new();
        let tide = named(&document, "tide");
        let task = (Owner::from(tide), Credential::Oauth2);
        let (world, mut session) = (person.world.clone(), Paper::new(document, None));
        let mut stage = Stage::Review;
        loop {
            let input = person.acts(&session.document, task.0, task.1, stage).await;
            // Killed and taken up again between any two stages.
            let step = go(&world, session.reopened(), task, input).await.expect("all is well");
            session = step.session;
            match step.rotation {
                Some(rotation) => stage = rotation.stage,
                None => break,
            }
        }
        let grant =
            session.document.profile(tide).and_then(|profile| profile.oauth2.clone()).expect("a grant");
        assert_eq!((grant.sequence, grant.scopes.hold(&["offline.access"])), (2, true));
        assert!(!grant.scopes.hold(&["like.write"]) && grant.expires_at > Some(NOW));
        assert_eq!(grant.spent.len(), 1, "the refresh token that was given up is never presented again");
    });
}

#[test]
fn a_client_secret_that_x_rejects_stays_a_candidate() {
    support::run(async {
        let (person, document) = Person::new();
        let owner = owner_of(&document, Credential::Client, Way::Console);
        let task = (owner, Credential::Client);
        let world = person.world.clone();
        let session = go(&world, Paper::new(document, None), task, Input::Go).await.expect("to the console");
        let wrong = Input::Pasted(vec![(Field::ClientSecret, Secret::new(format!("{}-_", "w".repeat(48))))]);
        let kept = go(&world, session.session, task, wrong).await.expect("kept");
        let step = go(&world, kept.session, task, Input::Go).await.expect("refused");
        assert!(step.refused.is_some_and(|refusal| refusal.what.contains("X rejects the client")));
        assert_eq!(step.rotation.map(|rotation| rotation.stage), Some(Stage::Paste));
        let mut person = person;
        let good = Input::Pasted(person.console(&step.session.document, owner, Credential::Client));
        let kept = go(&world, step.session, task, good).await.expect("kept");
        let step = go(&world, kept.session, task, Input::Go).await.expect("accepted");
        assert!(step.said[0].contains("taken as a yes"), "{:?}", step.said);
        let step = go(&world, step.session, task, Input::Go).await.expect("promoted");
        assert!(step.done);
    });
}

#[test]
fn a_login_made_elsewhere_ends_the_rotation_that_waits_for_it() {
    support::run(async {
        for changed in [true, false] {
            let (mut person, document) = Person::new();
            let duck = named(&document, "duck");
            let task = (Owner::from(duck), Credential::Access);
            let (world, mut session) = (person.world.clone(), Paper::new(document, None));
            let stages = if changed { 5 } else { 1 };
            for _ in 0..stages {
                let own = session.document.held(task.0).and_then(|held| held.rotation(task.1));
                let stage = own.map_or(Stage::Review, |rotation| rotation.stage);
                if stage == Stage::Login && own.is_some_and(|rotation| rotation.way == Way::Renew) {
                    break;
                }
                let input = person.acts(&session.document, task.0, task.1, stage).await;
                session = go(&world, session, task, input).await.expect("all is well").session;
            }
            let tokens = login(&person.sim, &world, &session.document, duck, task.1).await;
            let handle = session.document.profile(duck).and_then(|p| p.handle.clone()).expect("known");
            let id = session.document.profile(duck).and_then(|p| p.user_id.clone()).expect("known");
            let issued = authorize::Issued {
                profile: duck,
                values: tokens.values.into_iter().map(|(field, value)| (field, Some(value))).collect(),
                account: Some(birdkeep::domain::verdict::Account { id, handle }),
                grant: None,
                at: NOW,
                notes: Vec::new(),
            };
            let done = authorize::keep(&world, session, &issued).await.expect("kept");
            let held = done.session.document.held(task.0).expect("there");
            assert_eq!(held.rotations.is_empty(), changed, "the same pair again brings it no further");
            assert!(person.sim.is_live(held.secret(Field::AccessToken).expect("one")));
        }
    });
}
