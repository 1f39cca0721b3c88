//! Logins against the simulator: every way, every wrong turn, and nothing half stored.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use birdkeep::domain::document::Document;
use birdkeep::domain::edit::{self, Edit, Property};
use birdkeep::domain::fields::Field;
use birdkeep::domain::id::{Owner, ProfileId};
use birdkeep::domain::names::Handle;
use birdkeep::domain::permission::{Level, Scopes};
use birdkeep::domain::secret::Secret;
use birdkeep::failure::{Failure, Kind};
use birdkeep::host::quiet::{QuietClock, QuietLoopback};
use birdkeep::ops::World;
use birdkeep::ops::authorize::{self, Given, Issued, Pending, Stopped, Unfinished, Way, Wish};
use birdkeep::ops::rotate::Ledger;
use birdkeep::sim::faults::{What, find};
use birdkeep::sim::transport::Latency;
use birdkeep::sim::{Roster, Sim};

use crate::support::{self, NOW, in_box, named};

const DUCK: &str = "duck-of-the-day";
const TIDE: &str = "tide-and-tea";

/// A vault on paper that counts its saves, and may refuse them.
#[derive(Clone)]
struct Paper {
    document: Document,
    saves: Arc<Mutex<usize>>,
    full: bool,
}

impl Paper {
    fn new(document: &Document) -> Self {
        Self { document: document.clone(), saves: Arc::default(), full: false }
    }
}

impl Ledger for Paper {
    fn document(&self) -> &Document {
        &self.document
    }

    fn save(&self, _: &World, edits: Vec<Edit>) -> Result<Self, Failure> {
        *self.saves.lock().expect("no panic") += 1;
        if self.full {
            return Err(Failure::new(Kind::NotSaved, "not saved", "the disk is full", "make room"));
        }
        let document = edit::apply_all(&self.document, &edits).expect("nobody else writes");
        Ok(Self { document, ..self.clone() })
    }

    fn fresh(&self, _: &World) -> Result<Self, Failure> {
        Ok(self.clone())
    }
}

/// X, a machine, a vault, and somebody at a browser.
struct Den {
    sim: Arc<Sim>,
    world: World,
    loopback: Arc<QuietLoopback>,
    document: Document,
}

impl Den {
    fn new() -> Self {
        Self::with(&Roster::demo(NOW).expect("the demo's roster is part of the program"))
    }

    /// The demo's flock in an app with this trouble or type of client.
    fn troubled(row: &str) -> Self {
        let text = format!(
            r#"{{"seed": "t", "apps": [{{"name": "flock-prod", {row}}}],
                "profiles": [{{"name": "{DUCK}", "handle": "demo_ducks", "app": "flock-prod", "needs": ["post"]}}]}}"#
        );
        Self::with(&Roster::parse(&text, NOW).expect("a roster"))
    }

    fn with(roster: &Roster) -> Self {
        let sim = support::sim(roster);
        let mut world = in_box(&sim, Latency::None);
        let loopback = Arc::new(QuietLoopback::default());
        world.loopback = loopback.clone();
        Self { document: roster.document(), sim, world, loopback }
    }

    fn id(&self, name: &str) -> ProfileId {
        named(&self.document, name)
    }

    fn owner(&self, name: &str) -> Owner {
        self.id(name).into()
    }

    fn stored(&self, document: &Document, name: &str, field: Field) -> Option<Secret> {
        document.held(self.owner(name))?.secret(field).cloned()
    }

    fn stored_app(&self, name: &str, field: Field) -> Secret {
        self.document.slot(self.owner(name), field).expect("the app has it").secret.clone()
    }

    /// The document with these properties of a profile taken away.
    fn forget(&mut self, name: &str, properties: &[Property]) {
        let owner = self.owner(name);
        for was in properties {
            let to = match was {
                Property::Handle(_) => Property::Handle(None),
                Property::UserId(_) => Property::UserId(None),
                Property::CallbackUrl(_) => Property::CallbackUrl(None),
                other => unreachable!("{other:?}"),
            };
            let edit = Edit::SetProperty { owner, was: was.clone(), to };
            self.document = edit::apply_all(&self.document, &[edit]).expect("it fits");
        }
    }

    /// The document with a field of an app or profile changed.
    fn set(&mut self, owner: Owner, field: Field, value: Option<&str>) {
        let values = [(field, value.map(Secret::new))];
        let edits =
            edit::set_fields(&self.document, owner, values, birdkeep::domain::credential::Origin::Edit, NOW);
        self.document = edit::apply_all(&self.document, &edits).expect("it fits");
    }

    fn app(&self, name: &str) -> Owner {
        let profile = self.document.profile(self.id(name)).expect("there");
        self.document.app_of(profile).expect("attached").id.into()
    }

    async fn begin(&self, name: &str, way: Way) -> Result<Pending, Failure> {
        authorize::begin(&self.world, &self.document, self.id(name), Wish::by(way)).await
    }

    /// What the page answers to `more`: where it sends the browser, or its text.
    fn visit(&self, pending: &Pending, more: &str) -> String {
        match self.sim.visit(&format!("{}{more}", pending.address())).what {
            What::Answer(page) => page.header("location").map_or(page.body.clone(), ToOwned::to_owned),
            other => unreachable!("no page: {other:?}"),
        }
    }

    fn pin(&self, pending: &Pending, more: &str) -> String {
        let page = self.visit(pending, more);
        page.split("id=\"pin\">").nth(1).and_then(|rest| rest.get(..7)).expect("a PIN").to_owned()
    }

    /// Logs in as somebody, by any way, and gives what the person brings back.
    fn log_in(&self, pending: &Pending, who: &str) -> Given {
        let more = format!("&as={who}&answer=yes");
        match pending.way() {
            Way::Pin => Given::Pin(Secret::new(self.pin(pending, &more))),
            _ => Given::Redirect(Secret::new(self.visit(pending, &more))),
        }
    }

    async fn finish(
        &self,
        pending: &mut Pending,
        given: Given,
    ) -> Result<authorize::Done<Paper>, Unfinished> {
        authorize::finish(&self.world, Paper::new(&self.document), pending, given).await
    }

    async fn exchange(&self, pending: &mut Pending, given: Given) -> Result<Issued, Stopped> {
        authorize::exchange(&self.world, &self.document, pending, given).await
    }
}

fn over(stopped: Stopped) -> Failure {
    match stopped {
        Stopped::Over(failure) => failure,
        Stopped::Again(failure) => unreachable!("it should be over: {failure}"),
    }
}

fn again(stopped: Stopped) -> Failure {
    match stopped {
        Stopped::Again(failure) => failure,
        Stopped::Over(failure) => unreachable!("it should not be over: {failure}"),
    }
}

fn redirect(address: &str) -> Given {
    Given::Redirect(Secret::new(address))
}

fn pin(text: &str) -> Given {
    Given::Pin(Secret::new(text))
}

#[test]
fn every_way_ends_with_tokens_that_x_honours_in_one_save() {
    support::run(async {
        for (way, name, handle) in [
            (Way::Pin, DUCK, "demo_ducks"),
            (Way::Callback, DUCK, "demo_ducks"),
            (Way::PkceCallback, TIDE, "demo_tide"),
            (Way::PkcePaste, TIDE, "demo_tide"),
            (Way::PkcePaste, DUCK, "demo_ducks"),
            (Way::Pin, TIDE, "demo_tide"),
        ] {
            let den = Den::new();
            // What is stored is dead, so that what comes back is new.
            let key = den.stored_app(name, Field::ApiKey);
            den.sim.set_permission(&key, Level::Read);
            let mut pending = den.begin(name, way).await.expect("all is there");
            assert!(pending.address().contains("/authorize?"), "{way:?}");
            let given = den.log_in(&pending, handle);
            let done = den.finish(&mut pending, given).await.expect("all is well");
            assert_eq!(*done.session.saves.lock().expect("no panic"), 1, "{way:?}");
            assert_eq!(done.account.expect("X says whose").handle.as_str(), handle);
            for field in way.row().credential.fields() {
                let new = den.stored(&done.session.document, name, *field).expect("stored");
                assert_ne!(Some(&new), den.stored(&den.document, name, *field).as_ref(), "{way:?} {field}");
                assert!(den.sim.is_live(&new), "{way:?} {field}");
                let slot = done.session.document.slot(den.owner(name), *field).expect("stored");
                assert_eq!(slot.issued_at, Some(NOW));
            }
        }
    });
}

#[test]
fn a_redirect_is_heard_and_strays_are_not_taken_for_it() {
    support::run(async {
        for (way, name, handle) in
            [(Way::Callback, DUCK, "demo_ducks"), (Way::PkceCallback, TIDE, "demo_tide")]
        {
            let den = Den::new();
            let mut pending = den.begin(name, way).await.expect("all is there");
            assert_eq!(pending.callback(), Some("http://127.0.0.1:8723/callback"));
            let hearing = pending.listen().expect("there is something to hear");
            assert!(pending.listen().is_none(), "once");
            let older = den.begin(name, Way::PkcePaste).await.expect("an older tab");
            let stray = den.visit(&older, &format!("&as={handle}&answer=yes"));
            for address in [stray.as_str(), "/callback", "/callback?code=guessed&state=guessed"] {
                den.loopback.deliver(Secret::new(address));
            }
            let Given::Redirect(good) = den.log_in(&pending, handle) else { unreachable!("no PIN here") };
            den.loopback.deliver(good.clone());
            let heard = hearing.await.expect("heard");
            assert_eq!(heard, Given::Redirect(good));
            assert!(den.finish(&mut pending, heard).await.is_ok());
        }
    });
}

#[test]
fn the_wrong_account_is_refused_before_anything_is_stored() {
    support::run(async {
        for way in [Way::Pin, Way::Callback, Way::PkceCallback, Way::PkcePaste] {
            let den = Den::new();
            let mut pending = den.begin(DUCK, way).await.expect("all is there");
            let given = den.log_in(&pending, "demo_tide");
            let refused = over(den.exchange(&mut pending, given).await.expect_err("another account"));
            assert_eq!(refused.what, "the wrong account was logged in");
            assert!(
                refused.because.contains("@demo_tide was logged in")
                    && refused.because.contains("@demo_ducks")
            );
            assert!(refused.because.contains("“tide-and-tea”"), "{refused}");
            let oauth2 = matches!(way, Way::PkceCallback | Way::PkcePaste);
            assert_eq!(refused.because.contains("may have ended its OAuth 2.0 login"), oauth2, "{refused}");
            assert!(refused.try_this.contains("private window"));
        }
    });
}

#[test]
fn the_id_decides_and_a_profile_without_an_account_takes_it_on() {
    support::run(async {
        let mut den = Den::new();
        let duck = den.document.profile(den.id(DUCK)).expect("there").clone();
        let (handle, id) = (Property::Handle(duck.handle.clone()), Property::UserId(duck.user_id.clone()));
        // Renamed at X: the id is the same.
        let other = Property::Handle(Handle::parse("was_ducks").ok());
        let renamed = Edit::SetProperty { owner: duck.id.into(), was: handle.clone(), to: other.clone() };
        den.document = edit::apply_all(&den.document, &[renamed]).expect("it fits");
        let mut pending = den.begin(DUCK, Way::Pin).await.expect("all is there");
        let given = den.log_in(&pending, "demo_ducks");
        let issued = den.exchange(&mut pending, given).await.expect("the same id");
        assert!(issued.notes.iter().any(|note| note.contains("@demo_ducks now")), "{:?}", issued.notes);

        // By handle alone, and by nothing but the token that is stored.
        for gone in [vec![id.clone()], vec![other.clone(), id.clone()]] {
            let mut den = Den::new();
            let gone: Vec<_> =
                gone.into_iter().map(|p| if p == other { handle.clone() } else { p }).collect();
            den.forget(DUCK, &gone);
            let mut pending = den.begin(DUCK, Way::Pin).await.expect("all is there");
            let given = den.log_in(&pending, "demo_crow");
            let refused = over(den.exchange(&mut pending, given).await.expect_err("another account"));
            assert_eq!(refused.what, "the wrong account was logged in");
            assert!(!refused.because.contains("another account"), "{refused}");
            let mut pending = den.begin(DUCK, Way::Pin).await.expect("all is there");
            let given = den.log_in(&pending, "demo_ducks");
            let done = den.finish(&mut pending, given).await.expect("the right one");
            let now = done.session.document.profile(duck.id).expect("there");
            assert_eq!((&now.user_id, &now.handle), (&duck.user_id, &duck.handle));
        }

        // By nothing at all.
        let mut den = Den::new();
        den.forget(DUCK, &[handle, id]);
        den.set(den.owner(DUCK), Field::AccessToken, None);
        den.set(den.owner(DUCK), Field::AccessSecret, None);
        let mut pending = den.begin(DUCK, Way::Pin).await.expect("all is there");
        let given = den.log_in(&pending, "demo_crow");
        let done = den.finish(&mut pending, given).await.expect("anybody");
        let now = done.session.document.profile(duck.id).expect("there");
        assert_eq!(now.handle.as_ref().map(Handle::as_str), Some("demo_crow"));
        assert!(now.user_id.is_some());
        assert!(done.said.iter().any(|said| said.contains("as well")), "{:?}", done.said);
    });
}

#[test]
fn the_same_pair_again_is_said_and_saves_nothing() {
    support::run(async {
        let den = Den::new();
        den.sim.set_permission(&den.stored_app(DUCK, Field::ApiKey), Level::ReadWrite);
        let mut pending = den.begin(DUCK, Way::Pin).await.expect("all is there");
        let given = den.log_in(&pending, "demo_ducks");
        let done = den.finish(&mut pending, given).await.expect("the same pair");
        assert_eq!(*done.session.saves.lock().expect("no panic"), 0);
        assert!(done.said.iter().any(|said| said.contains("has already")), "{:?}", done.said);
    });
}

#[test]
fn what_x_granted_is_kept_and_not_what_was_asked_for() {
    support::run(async {
        let den = Den::new();
        let before = den.document.profile(den.id(TIDE)).and_then(|p| p.oauth2.clone()).expect("a grant");
        let mut pending = den.begin(TIDE, Way::PkcePaste).await.expect("all is there");
        let asked = pending.scopes().expect("OAuth 2.0").clone();
        assert!(asked.hold(&["offline.access", "bookmark.write", "tweet.write"]), "{asked}");
        let address = den.visit(&pending, "&as=demo_tide&answer=yes&granted=tweet.read%20users.read");
        let done = den.finish(&mut pending, redirect(&address)).await.expect("less, but something");
        let now = done.session.document.profile(den.id(TIDE)).expect("there");
        let grant = now.oauth2.clone().expect("a grant");
        assert_eq!(grant.scopes, Scopes::parse("tweet.read users.read"));
        assert_eq!(grant.expires_at, Some(NOW.plus(Duration::from_secs(7_200))));
        assert_eq!(grant.sequence, before.sequence + 1);
        assert!(now.held.secret(Field::Oauth2RefreshToken).is_none(), "the old one is dead");
        let said = done.said.join("\n");
        assert!(said.contains("less than was asked for") && said.contains("no refresh token"), "{said}");
    });
}

#[test]
fn tokens_of_an_account_that_x_will_not_name_are_kept_aside() {
    support::run(async {
        for (granted, fault) in [("offline.access", None), ("", Some("no-credits")), ("", Some("x-down"))] {
            let den = Den::new();
            let mut pending = den.begin(TIDE, Way::PkcePaste).await.expect("all is there");
            let narrowed = if granted.is_empty() { String::new() } else { format!("&granted={granted}") };
            let address = den.visit(&pending, &format!("&as=demo_tide&answer=yes{narrowed}"));
            let tide =
                den.document.profile(den.id(TIDE)).and_then(|p| p.user_id.clone()).expect("it has one");
            // Only what is asked with the new token meets the trouble.
            den.sim.trouble(&tide, fault.and_then(find));
            let done = den.finish(&mut pending, redirect(&address)).await.expect("not dropped");
            let held = done.session.document.held(den.owner(TIDE)).expect("there");
            assert_eq!(held.candidates.len(), 2, "{fault:?}");
            assert!(held.candidates.iter().all(|candidate| den.sim.is_live(&candidate.secret)));
            assert_eq!(
                held.secret(Field::Oauth2AccessToken),
                den.stored(&den.document, TIDE, Field::Oauth2AccessToken).as_ref()
            );
            assert_eq!(done.account, None);
            assert!(done.said.join("\n").contains("whose tokens these are"), "{:?}", done.said);
        }
    });
}

#[test]
fn a_pin_may_be_mistyped_twice() {
    support::run(async {
        let den = Den::new();
        let mut pending = den.begin(DUCK, Way::Pin).await.expect("all is there");
        let right = den.pin(&pending, "&as=demo_ducks&answer=yes");
        let wrong = if right == "1234567" { "7654321" } else { "1234567" };
        assert!(
            again(den.exchange(&mut pending, pin("O12345")).await.expect_err("a letter"))
                .try_this
                .contains('2')
        );
        let refused = again(den.exchange(&mut pending, pin(wrong)).await.expect_err("wrong"));
        assert!(refused.try_this.contains("last try"), "{refused}");
        assert!(den.exchange(&mut pending, pin(&right)).await.is_ok());

        let mut pending = den.begin(DUCK, Way::Pin).await.expect("all is there");
        for _ in 0..2 {
            again(den.exchange(&mut pending, pin(wrong)).await.expect_err("wrong"));
        }
        let refused = over(den.exchange(&mut pending, pin(wrong)).await.expect_err("wrong"));
        assert!(refused.try_this.contains("begin the login again"), "{refused}");
    });
}

#[test]
fn a_login_is_good_once_and_not_for_ever() {
    support::run(async {
        let den = Den::new();
        let mut pending = den.begin(DUCK, Way::Callback).await.expect("all is there");
        let given = den.log_in(&pending, "demo_ducks");
        assert!(den.exchange(&mut pending, given.clone()).await.is_ok());
        let reused = over(den.exchange(&mut pending, given).await.expect_err("used"));
        assert!(reused.because.contains("used already"), "{reused}");

        let mut pending = den.begin(TIDE, Way::PkcePaste).await.expect("all is there");
        let given = den.log_in(&pending, "demo_tide");
        assert!(den.exchange(&mut pending, given.clone()).await.is_ok());
        let reused = over(den.exchange(&mut pending, given).await.expect_err("used"));
        assert!(reused.because.contains("30 seconds"), "{reused}");
    });
}

#[test]
fn a_redirect_that_is_no_answer_is_told_from_one_that_says_no() {
    support::run(async {
        for (way, name) in [(Way::Callback, DUCK), (Way::PkcePaste, TIDE)] {
            let den = Den::new();
            let mut pending = den.begin(name, way).await.expect("all is there");
            let older = den.begin(name, way).await.expect("all is there");
            let stray = den.visit(&older, "&answer=yes");
            for (address, words) in [
                (stray.as_str(), "another login"),
                ("http://127.0.0.1:8723/callback", "not the address"),
                ("", "not the address"),
            ] {
                let failure =
                    again(den.exchange(&mut pending, redirect(address)).await.expect_err("no answer"));
                assert!(failure.what.contains(words), "{failure}");
            }
            let no = den.visit(&pending, "&answer=no");
            let denied = over(den.exchange(&mut pending, redirect(&no)).await.expect_err("no"));
            assert_eq!(denied.what, "the login was refused");
            let given = pin("1234567");
            assert!(den.exchange(&mut pending, given).await.is_err(), "a PIN is no redirect");
        }
        let served = Den::new();
        let mut pending = served.begin(TIDE, Way::PkcePaste).await.expect("all is there");
        let _ = served.exchange(&mut pending, redirect("?state=x&code=y")).await;
        assert_eq!(served.sim.served().get("POST /2/oauth2/token"), None, "nothing odd is sent to X");
    });
}

#[test]
fn whatever_is_missing_is_named_before_x_is_asked() {
    support::run(async {
        for (field, ways, word) in [
            (Field::ApiKey, [Way::Pin, Way::Callback], "api_key"),
            (Field::ApiSecret, [Way::Pin, Way::Callback], "api_secret"),
            (Field::ClientId, [Way::PkceCallback, Way::PkcePaste], "client_id"),
        ] {
            for way in ways {
                let mut den = Den::new();
                den.set(den.app(DUCK), field, None);
                let missing = den.begin(DUCK, way).await.map(drop).expect_err("missing");
                assert_eq!(missing.kind, Kind::Usage);
                assert!(missing.try_this.contains(&format!("app set flock-prod {word}")), "{missing}");
                assert!(den.sim.served().is_empty());
            }
        }
    });
}

#[test]
fn each_trouble_with_the_app_has_its_own_next_step() {
    support::run(async {
        for (row, way, what, words) in [
            (
                r#""trouble": "other-callback""#,
                Way::Callback,
                "this callback URL",
                "http://127.0.0.1:8723/callback",
            ),
            (r#""trouble": "no-callback""#, Way::Callback, "no callback URL", "--pin"),
            (r#""trouble": "app-suspended""#, Way::Pin, "suspended", ""),
            (r#""trouble": "keys-regenerated""#, Way::Pin, "API key and secret", ""),
        ] {
            let den = Den::troubled(row);
            let failure = den.begin(DUCK, way).await.map(drop).expect_err(row);
            assert_eq!(failure.kind, Kind::Found);
            assert!(failure.what.contains(what) && failure.try_this.contains(words), "{failure}");
        }
        for (row, words) in [
            (r#""trouble": "client-mix-up""#, "store the client secret"),
            (r#""client": "public", "trouble": "client-mix-up""#, "--clear"),
        ] {
            let den = Den::troubled(row);
            let mut pending = den.begin(DUCK, Way::PkcePaste).await.expect("X is not asked yet");
            let given = den.log_in(&pending, "demo_ducks");
            let failure = over(den.exchange(&mut pending, given).await.expect_err(row));
            assert!(failure.try_this.contains(words), "{failure}");
        }
        let public = Den::troubled(r#""client": "public""#);
        let mut pending = public.begin(DUCK, Way::PkcePaste).await.expect("X is not asked yet");
        let given = public.log_in(&pending, "demo_ducks");
        assert!(public.exchange(&mut pending, given).await.is_ok());
    });
}

#[test]
fn a_clock_an_hour_off_is_named_as_such() {
    support::run(async {
        for (seconds, words) in [(3_600, "1 h ahead"), (-3_600, "1 h behind")] {
            let mut den = Den::new();
            den.world.clock = Arc::new(QuietClock::at(NOW.shifted(seconds)));
            let sim = den.sim.clone();
            let here: birdkeep::x::wire::Now = Arc::new(move || NOW.shifted(seconds));
            den.world.transport = Arc::new(birdkeep::sim::transport::InBox::new(
                sim,
                Latency::None,
                Arc::new(birdkeep::sim::transport::RealTime),
                here,
            ));
            let failure = den.begin(DUCK, Way::Pin).await.map(drop).expect_err("a wrong clock");
            assert!(failure.what.contains("clock") && failure.because.contains(words), "{failure}");
            // OAuth 2.0 signs nothing.
            let mut pending = den.begin(TIDE, Way::PkcePaste).await.expect("no clock is in it");
            let given = den.log_in(&pending, "demo_tide");
            assert!(den.exchange(&mut pending, given).await.is_ok());
        }
    });
}

#[test]
fn every_fault_on_the_way_ends_in_three_lines_and_stores_nothing() {
    support::run(async {
        for (fault, kind) in [
            ("unreachable", Kind::Network),
            ("reset", Kind::Network),
            ("truncated", Kind::Network),
            ("x-down", Kind::Network),
            ("x-down-late", Kind::Network),
            ("logins-limited", Kind::Network),
            ("html", Kind::Found),
            ("garbage", Kind::Found),
            ("huge", Kind::Network),
            ("redirect", Kind::Found),
        ] {
            for (way, name, handle) in [(Way::Pin, DUCK, "demo_ducks"), (Way::PkcePaste, TIDE, "demo_tide")] {
                let den = Den::new();
                let mut pending = den.begin(name, way).await.expect("all is well so far");
                let given = den.log_in(&pending, handle);
                den.sim.set_fault(find(fault));
                let stopped = den.finish(&mut pending, given).await.map(drop).expect_err(fault);
                let Unfinished::Stopped(stopped) = stopped else {
                    unreachable!("nothing to save: {stopped:?}")
                };
                assert_eq!(stopped.failure().kind, kind, "{fault} {way:?}: {}", stopped.failure());
                let unsent = fault == "unreachable";
                assert_eq!(matches!(stopped, Stopped::Again(_)), unsent, "{fault} {way:?}");
                if way == Way::Pin {
                    let begun = den.begin(name, way).await.map(drop).expect_err(fault);
                    assert_eq!(begun.kind, kind, "{fault}: {begun}");
                }
            }
        }
        let den = Den::new();
        den.sim.set_fault(find("unconfirmed"));
        let failure = den.begin(DUCK, Way::Callback).await.map(drop).expect_err("unconfirmed");
        assert_eq!(failure.what, "X did not confirm the login");
    });
}

#[test]
fn tokens_that_could_not_be_saved_are_not_lost() {
    support::run(async {
        let den = Den::new();
        let mut pending = den.begin(TIDE, Way::PkcePaste).await.expect("all is there");
        let given = den.log_in(&pending, "demo_tide");
        let full = Paper { full: true, ..Paper::new(&den.document) };
        let unfinished = authorize::finish(&den.world, full, &mut pending, given).await.map(drop);
        let Err(Unfinished::NotSaved(failure, issued)) = unfinished else { unreachable!("{unfinished:?}") };
        assert_eq!(failure.kind, Kind::NotSaved);
        let done = authorize::keep(&den.world, Paper::new(&den.document), &issued).await.expect("room now");
        let token = den.stored(&done.session.document, TIDE, Field::Oauth2AccessToken).expect("stored");
        assert!(den.sim.is_live(&token));
    });
}

#[test]
fn nothing_secret_is_shown_while_a_login_is_under_way() {
    support::run(async {
        let den = Den::new();
        let mut pending = den.begin(TIDE, Way::PkcePaste).await.expect("all is there");
        let shown = format!("{pending:?}");
        let secret = den.stored_app(TIDE, Field::ClientSecret);
        assert!(!shown.contains(secret.expose()) && !shown.contains("state="), "{shown}");
        let given = den.log_in(&pending, "demo_tide");
        assert!(!format!("{given:?}").contains("code="));
        let issued = den.exchange(&mut pending, given).await.expect("all is well");
        assert!(!format!("{issued:?}").contains("bWFkZXVw"), "{issued:?}");
    });
}

#[test]
fn the_browser_is_sent_where_the_base_is() {
    support::run(async {
        let mut den = Den::new();
        for (base, page) in [
            ("https://api.x.com", "https://x.com/i/oauth2/authorize?"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/i/oauth2/authorize?"),
        ] {
            den.world.x_base = base.into();
            let pending = den.begin(TIDE, Way::PkcePaste).await.expect("all is there");
            assert!(pending.address().starts_with(page), "{}", pending.address());
        }
        den.world.x_base = "https://api.x.com".into();
        let pending = den.begin(DUCK, Way::Pin).await.expect("all is there");
        assert!(pending.address().starts_with("https://api.x.com/oauth/authorize?oauth_token="));
        assert!(pending.address().ends_with("&force_login=true&screen_name=demo_ducks"));
    });
}
