use proptest::prelude::*;

use super::*;
use crate::domain::actions::{ACTIONS, Action};
use crate::domain::app::App;
use crate::domain::credential::Slot;
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field};
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::Name;
use crate::domain::needs::Need;
use crate::domain::permission::{Grant, Scopes};
use crate::domain::profile::{Oauth2Grant, Profile};
use crate::domain::rotation::{Rotation, Stage};
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::domain::verdict::{Cause, Finding, Verdict};
use crate::x::auth::scopes::SCOPES;

fn scopes(text: &str) -> Grant {
    Grant::Oauth2(Scopes::parse(text))
}

fn every_scope() -> Grant {
    scopes(&SCOPES.iter().map(|row| row.word).collect::<Vec<_>>().join(" "))
}

#[test]
fn every_action_is_permitted_by_what_x_says_it_takes() {
    let held = [
        (Grant::Nothing, false),
        (Grant::Oauth1(Some(Level::Read)), false),
        (Grant::Oauth1(Some(Level::ReadWrite)), false),
        (Grant::Oauth1(Some(Level::ReadWriteDm)), false),
        (Grant::Oauth1(None), false),
        (Grant::AppOnly, true),
        (scopes("tweet.read users.read"), false),
        (scopes("tweet.read users.read tweet.write media.write offline.access"), false),
        (every_scope(), false),
    ];
    // Nothing, the three levels, a level nobody said, bearer, scopes to look, scopes to post, every scope.
    let table = [
        ("post", "nnyy?nnyy"),
        ("reply", "nnyy?nnyy"),
        ("reply_unasked", "nnyy?nnyy"),
        ("quote", "nnyy?nnyy"),
        ("delete", "nnyy?nnyy"),
        ("repost", "nnyy?nnyy"),
        ("hide_reply", "nnyy?nnny"),
        ("media", "nnyy?nnyy"),
        ("like", "nnyy?nnny"),
        ("follow", "nnyy?nnny"),
        ("mute", "nnyy?nnny"),
        ("dm_read", "nnny?nnny"),
        ("dm_send", "nnny?nnny"),
        ("dm_delete", "nnny?nnny"),
        ("whoami", "nyyy?nyyy"),
        ("read", "nyyy?yyyy"),
        ("home", "nyyy?nyyy"),
        ("search_all", "nnnnnynnn"),
        ("likes_read", "nyyy?nnny"),
        ("follows_read", "nyyy?ynny"),
        ("blocks_read", "nyyy?nnny"),
        ("reposts_of_me", "nyyy?nnny"),
        ("spaces", "nnnnnynny"),
        ("usage", "nnnnnynnn"),
        ("lists_read", "nyyy?ynny"),
        ("lists_write", "nnyy?nnny"),
        ("bookmarks_read", "nyyy?nnny"),
        ("bookmarks_write", "nnnnnnnny"),
    ];
    assert_eq!(table.len(), ACTIONS.len());
    for ((word, wanted), row) in table.into_iter().zip(ACTIONS) {
        assert_eq!(row.word, word);
        let answers = held.iter().map(|(grant, bearer)| {
            let held = Holdings::granted(grant, *bearer);
            let (permitted, ability) = (held.permit(row.action), held.ability(row.action));
            assert_eq!(row.ban.is_some(), ability.may == May::Banned, "{word}");
            assert_eq!((&ability.by, &ability.lacks), (&permitted.by, &permitted.lacks), "{word}");
            match permitted.may {
                May::Yes => 'y',
                May::No => 'n',
                May::Unknown => '?',
                May::Banned => 'b',
            }
        });
        assert_eq!(answers.collect::<String>(), wanted, "{word}");
    }
}

#[test]
fn a_higher_level_never_may_less() {
    for row in ACTIONS {
        for (bearer, pair) in [(false, Level::ALL), (true, Level::ALL)] {
            let may: Vec<bool> = pair
                .iter()
                .map(|level| {
                    let grant = Grant::Oauth1(Some(*level));
                    Holdings::granted(&grant, bearer).permit(row.action).may == May::Yes
                })
                .collect();
            assert!(may.is_sorted(), "{}: {may:?}", row.word);
        }
    }
}

proptest! {
    #[test]
    fn another_scope_or_a_bearer_never_takes_anything_away(
        few in prop::sample::subsequence(SCOPES.iter().map(|row| row.word).collect::<Vec<_>>(), 1..SCOPES.len()),
        more in prop::sample::select(SCOPES.iter().map(|row| row.word).collect::<Vec<_>>()),
    ) {
        let (less, whole) = (scopes(&few.join(" ")), scopes(&format!("{} {more}", few.join(" "))));
        for row in ACTIONS {
            let may = |grant, bearer| Holdings::granted(grant, bearer).permit(row.action).may == May::Yes;
            prop_assert!(!may(&less, false) || may(&whole, false), "{}", row.word);
            prop_assert!(!may(&less, false) || may(&less, true), "{}", row.word);
            // What is lacking is exactly what would do.
            if let [Lack::Scopes(missing)] = &*Holdings::granted(&less, false).permit(row.action).lacks {
                let cured = scopes(&format!("{} {}", few.join(" "), missing.join(" ")));
                prop_assert!(may(&cured, false), "{} lacks {missing:?}", row.word);
                prop_assert!(missing.iter().all(|scope| !few.contains(scope)), "{missing:?}");
            }
        }
    }
}

#[test]
fn what_is_lacking_is_said_in_a_sentence() {
    let held = |grant: &Grant, action| Holdings::granted(grant, false).ability(action).sentence();
    let write = Grant::Oauth1(Some(Level::ReadWrite));
    for (grant, action, wanted) in [
        (&write, Action::Post, "yes, by the access token"),
        (
            &write,
            Action::DmSend,
            "no, that takes “Read and write and Direct message” (the access token carries “Read and write”)",
        ),
        (
            &scopes("tweet.read dm.read"),
            Action::DmSend,
            "no, that takes users.read dm.write (not granted to the OAuth 2.0 token)",
        ),
        (
            &write,
            Action::BookmarksWrite,
            "no, that takes an OAuth 2.0 token of the bot's own (none is stored)",
        ),
        (
            &Grant::Nothing,
            Action::Read,
            "no, that takes an access token with its app's keys or an OAuth 2.0 token of the bot's own or the app's \
             bearer token (none is stored)",
        ),
        (&Grant::Oauth1(None), Action::Post, "not known: X did not say what the access token may do"),
        (
            &write,
            Action::Like,
            "banned: X removed likes, follows and quotes from the API of all self-serve plans (changelog, 2026-04)",
        ),
    ] {
        assert_eq!(held(grant, action), wanted);
    }
}

/// A bot and its app, with every value that is named.
struct Den {
    app: App,
    profile: Profile,
    finding: Option<Finding>,
    /// What X said of the app's bearer token.
    bearer: Option<Cause>,
}

const PAIR: [Field; 4] = [Field::ApiKey, Field::ApiSecret, Field::AccessToken, Field::AccessSecret];

impl Den {
    fn new(fields: &[Field]) -> Self {
        let (at, name) = (Time::from_unix(9), Name::parse("made-up").expect("a name"));
        let mut app = App::new(AppId::from_random([1; 16]), name.clone(), at);
        let mut profile = Profile::new(ProfileId::from_random([2; 16]), name, at);
        profile.app = Some(app.id);
        for field in fields {
            let secret = Secret::new("made-up");
            let slot = Slot { field: *field, secret, changed_at: at, issued_at: None };
            match field.held_by() {
                crate::domain::fields::OwnerKind::App => app.held.put(slot),
                crate::domain::fields::OwnerKind::Profile => profile.held.put(slot),
            }
        }
        Self { app, profile, finding: None, bearer: None }
    }

    fn found(mut self, cause: Cause, grant: Grant) -> Self {
        let verdict = Verdict { grant, ..Verdict::of(cause) };
        let (profile, checked_at) = (self.profile.id, Time::from_unix(10));
        self.finding = Some(Finding { profile, verdict, checked_at, judged: Vec::new(), tried: None });
        self
    }

    fn scopes(mut self, text: &str) -> Self {
        self.profile.oauth2 = Some(Oauth2Grant { scopes: Scopes::parse(text), ..Oauth2Grant::default() });
        self
    }

    #[track_caller]
    fn says(&self, action: Action, wanted: &str) {
        let mut document = Document::new(FingerprintKey::new([3; 32]));
        document.insert_app(self.app.clone());
        document.insert_profile(self.profile.clone());
        let profile = document.profile(self.profile.id).expect("it was put in");
        let said = Holdings::of(&document, profile, self.finding.as_ref())
            .with_bearer(self.bearer)
            .ability(action)
            .sentence();
        assert!(said.starts_with(wanted), "{}: {said}\nwanted: {wanted}", action.row().word);
    }
}

const POSTS: &str = "tweet.read tweet.write users.read";

#[test]
fn whichever_credential_can_serves() {
    let all: Vec<Field> = PAIR.into_iter().chain([Field::BearerToken, Field::Oauth2AccessToken]).collect();
    let den = Den::new(&all)
        .scopes("tweet.read users.read bookmark.write tweet.write")
        .found(Cause::Ok, Grant::Oauth1(Some(Level::Read)));
    den.says(Action::Read, "yes, by the access token");
    den.says(Action::Post, "yes, by the OAuth 2.0 token");
    den.says(Action::BookmarksWrite, "yes, by the OAuth 2.0 token");
    den.says(Action::Usage, "yes, by the app's bearer token");
    den.says(
        Action::Mute,
        "no, that takes “Read and write” (the access token carries “Read”) or mute.write (not granted to the OAuth 2.0 \
         token)",
    );
}

#[test]
fn what_was_granted_counts_before_a_check_and_a_level_does_not() {
    let both: Vec<Field> = PAIR.into_iter().chain([Field::BearerToken]).collect();
    Den::new(&both).says(Action::Read, "yes, by the app's bearer token");
    Den::new(&both).says(Action::Post, "not known: never checked");
    let token = [Field::Oauth2AccessToken];
    Den::new(&token).scopes(POSTS).says(Action::Post, "yes, by the OAuth 2.0 token");
    Den::new(&token).says(Action::Post, "not known: the scopes");
    Den::new(&[Field::AccessToken]).says(Action::Post, "no, that takes an access token with its app's keys");
}

#[test]
fn what_x_refuses_does_nothing_any_more() {
    let level = || Grant::Oauth1(None);
    for cause in
        [Cause::AccessPairRejected, Cause::AppKeysRejected, Cause::AccountLocked, Cause::AppSuspended]
    {
        let refused = format!("no, {}", cause.row().what);
        Den::new(&PAIR).found(cause, level()).says(Action::Post, &refused);
        Den::new(&PAIR).found(cause, level()).says(Action::Whoami, &refused);
        let other: Vec<Field> =
            PAIR.into_iter().chain([Field::Oauth2AccessToken, Field::BearerToken]).collect();
        let other = Den::new(&other).scopes(POSTS).found(cause, level());
        match cause {
            Cause::AppSuspended => other.says(Action::Usage, &refused),
            Cause::AppKeysRejected => other.says(Action::Usage, "not known: X rejects the app's keys"),
            _ => other.says(Action::Usage, "yes, by the app's bearer token"),
        }
        match cause {
            Cause::AppSuspended | Cause::AccountLocked => other.says(Action::Post, &refused),
            _ => other.says(Action::Post, "yes, by the OAuth 2.0 token"),
        }
    }
    // Money and X's own troubles say nothing against it.
    let held = Grant::Oauth1(Some(Level::ReadWrite));
    Den::new(&PAIR).found(Cause::NoCredits, held).says(Action::Post, "yes");
    Den::new(&PAIR).found(Cause::XDown, level()).says(Action::Post, "not known: X did not say");
}

#[test]
fn a_token_that_has_run_out_counts_while_it_can_be_refreshed() {
    let expired = |fields: &[Field]| {
        let grant = Grant::Oauth2(Scopes::parse(POSTS));
        Den::new(fields).scopes(POSTS).found(Cause::TokenExpired, grant)
    };
    expired(&[Field::Oauth2AccessToken])
        .says(Action::Post, "no, X no longer accepts the OAuth 2.0 access token");
    expired(&[Field::Oauth2AccessToken, Field::Oauth2RefreshToken]).says(Action::Post, "yes");
    let grant = Grant::Oauth2(Scopes::parse(POSTS));
    let dead = Den::new(&[Field::Oauth2AccessToken]).scopes(POSTS).found(Cause::LoginNeeded, grant);
    dead.says(Action::Post, &format!("no, {}", Cause::LoginNeeded.row().what));
}

#[test]
fn an_app_that_x_keeps_from_writing_may_still_read() {
    let held = Grant::Oauth1(Some(Level::ReadWriteDm));
    let den = Den::new(&PAIR).found(Cause::WriteRestricted, held);
    for action in [Action::Post, Action::Media, Action::DmSend] {
        den.says(action, &format!("no, {}", Cause::WriteRestricted.row().what));
    }
    den.says(Action::Home, "yes, by the access token");
    den.says(Action::DmRead, "yes, by the access token");
}

#[test]
fn what_a_rotation_has_killed_or_may_have_killed_is_not_counted_on() {
    let held = || Grant::Oauth1(Some(Level::ReadWrite));
    let mut down = Den::new(&PAIR).found(Cause::Ok, held());
    let began = Rotation::begin(Credential::Api, Time::from_unix(20));
    down.app.held.rotations.push(began.at(Stage::Logins, Time::from_unix(30)));
    let secret = Secret::new("made-up-new");
    let slot = Slot { field: Field::ApiKey, secret, changed_at: Time::from_unix(25), issued_at: None };
    down.app.held.put(slot);
    down.says(Action::Post, "no, the app got a new API key");
    let mut doubt = Den::new(&PAIR).found(Cause::Ok, held());
    let began = Rotation::begin(Credential::Access, Time::from_unix(20));
    doubt
        .profile
        .held
        .rotations
        .push(began.by(crate::domain::rotation::Way::Revoke).at(Stage::Invalidate, Time::from_unix(21)));
    doubt.says(Action::Post, "not known: X may have killed it");
}

#[test]
fn a_bearer_is_good_until_x_was_heard_to_refuse_it() {
    let both: Vec<Field> = PAIR.into_iter().chain([Field::BearerToken]).collect();
    for (said, wanted) in [
        (None, "yes, by the app's bearer token"),
        (Some(Cause::Ok), "yes, by the app's bearer token"),
        (Some(Cause::Unreachable), "yes, by the app's bearer token"),
        (Some(Cause::BearerRejected), "no, X rejects the app's bearer token"),
    ] {
        let mut den = Den::new(&both).found(Cause::Ok, Grant::Oauth1(Some(Level::Read)));
        den.bearer = said;
        den.says(Action::Usage, wanted);
        den.says(Action::Read, "yes, by the access token");
    }
    // What is not stored cannot be good.
    let mut den = Den::new(&PAIR);
    den.bearer = Some(Cause::Ok);
    den.says(Action::Usage, "no");
}

#[test]
fn a_need_is_served_as_well_as_the_worst_of_its_actions() {
    let grant = Grant::Oauth1(Some(Level::Read));
    let held = Holdings::granted(&grant, true);
    for (need, wanted) in [
        (Need::Read, May::Yes),
        (Need::Post, May::No),
        (Need::Lists, May::No),
        (Need::Like, May::Banned),
        (Need::Usage, May::Yes),
    ] {
        assert_eq!(held.serves(need).may, wanted, "{}", need.row().word);
    }
    assert!(held.serves(Need::Lists).reason().contains("“Read and write” (the access token carries “Read”)"));
}
