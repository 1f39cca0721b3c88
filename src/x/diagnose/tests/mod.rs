//! Recorded answers and the verdicts they lead to, and what no answer may lead to.

mod property;
mod recorded;

use super::*;
use crate::domain::credential::{Origin, Retired, Slot};
use crate::domain::fields::{Credential, Field};
use crate::domain::hints::Hint;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::needs::{Answer, Need};
use crate::domain::permission::{Grant, Level, Scopes};
use crate::domain::profile::Oauth2Grant;
use crate::domain::secret::Secret;
use crate::domain::verdict::{Finding, Remedy, State};
use crate::x::endpoints::{oauth2_token, usage_tweets, users_me};
use crate::x::wire::{Response, SendError};

const NOW: Time = Time::from_const(1_795_000_000);
const ME: &str = r#"{"data":{"id":"1900000000000000001","name":"Made Up","username":"demo_bot"}}"#;
const OTHER: &str = r#"{"data":{"id":"1900000000000000002","name":"Made Up","username":"demo_other"}}"#;
const BEARER: &str = r#"{"token_type":"bearer","access_token":"AAAAmadeup"}"#;
const UNAUTHORIZED: &str =
    r#"{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}"#;
const UNABLE: &str = r#"{"errors":[{"code":99,"label":"authenticity_token_error","message":"Unable to verify your credentials"}]}"#;
const USAGE: &str = r#"{"data":{"project_usage":"12"}}"#;

type Answered = Result<Response, SendError>;

fn answer(status: u16, body: &str) -> Answered {
    with(status, body, &[])
}

#[expect(clippy::unnecessary_wraps, reason = "rows of answers mix these with errors")]
fn with(status: u16, body: &str, headers: &[(&str, &str)]) -> Answered {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Ok(Response { status, headers, body: Secret::new(body), received_at: NOW })
}

/// What stands in the vault and what X answered, by default a bot in good order.
struct Setting {
    profile: Profile,
    app: Option<App>,
    account: Option<Answered>,
    keys: Option<Answered>,
    tries: u8,
    bearer: Option<Answered>,
    beside: Beside<'static>,
}

impl Default for Setting {
    fn default() -> Self {
        let slot =
            |field, value: &str| Slot { field, secret: Secret::new(value), changed_at: NOW, issued_at: None };
        let mut app = App::new(AppId::from_random([1; 16]), Name::parse("bots").expect("valid"), NOW);
        app.held.put(slot(Field::ApiKey, "DEMOkey"));
        app.held.put(slot(Field::ApiSecret, "madeupSecret"));
        let name = Name::parse("wiki").expect("valid");
        let mut profile = Profile::new(ProfileId::from_random([2; 16]), name, NOW);
        profile.held.put(slot(Field::AccessToken, "1900000000000000001-madeup"));
        profile.held.put(slot(Field::AccessSecret, "madeup"));
        profile.user_id = UserId::parse("1900000000000000001");
        profile.handle = Handle::parse("demo_bot").ok();
        profile.needs.insert(Need::Post);
        Self {
            profile,
            app: Some(app),
            account: Some(with(200, ME, &[("x-access-level", "read-write")])),
            keys: Some(answer(200, BEARER)),
            tries: 1,
            bearer: None,
            beside: Beside::default(),
        }
    }
}

impl Setting {
    fn answered(account: Answered) -> Self {
        Self { account: Some(account), ..Self::default() }
    }

    fn app_holds(mut self, field: Field) -> Self {
        if let Some(app) = &mut self.app {
            let secret = Secret::new("AAAAmadeup");
            app.held.put(Slot { field, secret, changed_at: NOW, issued_at: None });
        }
        self
    }

    /// With one more value of the profile's own.
    fn holds(mut self, field: Field, value: &str) -> Self {
        let secret = Secret::new(value);
        self.profile.held.put(Slot { field, secret, changed_at: NOW, issued_at: None });
        self
    }

    /// Without a token of its own.
    fn read_only(bearer: Answered) -> Self {
        let mut setting = Self { account: None, bearer: Some(bearer), ..Self::default() };
        setting.profile.held.take(Field::AccessToken);
        setting.profile.held.take(Field::AccessSecret);
        setting.profile.needs = [Need::Read].into();
        setting.app_holds(Field::BearerToken)
    }

    /// With an OAuth 2.0 token instead of the pair, granted these scopes.
    fn oauth2(scopes: &str, account: Answered) -> Self {
        let mut setting = Self::answered(account);
        setting.profile.held.take(Field::AccessToken);
        setting.profile.held.take(Field::AccessSecret);
        let secret = Secret::new("madeup");
        let slot = Slot { field: Field::Oauth2AccessToken, secret, changed_at: NOW, issued_at: None };
        setting.profile.held.put(slot);
        setting.profile.oauth2 = Some(Oauth2Grant {
            scopes: Scopes::parse(scopes),
            expires_at: Some(NOW.shifted(-3_600)),
            sequence: 1,
            ..Oauth2Grant::default()
        });
        setting
    }

    fn verdict(self) -> Verdict {
        let answers = Answers {
            app_keys: self.keys.map(oauth2_token::read),
            app_keys_tries: self.tries,
            bearer: self.bearer.map(usage_tweets::read),
            account: self.account.map(users_me::read),
        };
        diagnose(&Known {
            beside: &self.beside,
            ..Known::alone(&self.profile, self.app.as_ref(), &answers, NOW)
        })
    }
}

#[track_caller]
fn check(setting: Setting, cause: Cause, evidence: &str) {
    let verdict = setting.verdict();
    assert_eq!(verdict.cause, cause, "{:?}", verdict.evidence);
    assert!(verdict.because().contains(evidence), "{:?} lacks {evidence:?}", verdict.evidence);
}

#[test]
fn a_bot_in_good_order_is_fine() {
    let verdict = Setting::default().verdict();
    assert_eq!((verdict.cause, verdict.state()), (Cause::Ok, State::Ok));
    assert_eq!(verdict.grant, Grant::Oauth1(Some(Level::ReadWrite)));
    assert_eq!(verdict.needs, [(Need::Post, Answer::Yes)]);
    assert_eq!(verdict.account.map(|account| account.handle.to_string()).as_deref(), Some("@demo_bot"));
    assert_eq!(verdict.evidence, ["X answered for @demo_bot; the token carries “Read and write”"]);
}

/// To which credential X was asked.
#[derive(Clone, Copy, Debug)]
enum By {
    Pair,
    /// With every scope that a check takes.
    Oauth2,
    /// With less than that.
    Oauth2Little,
    Bearer,
}

impl By {
    fn answered(self, answer: Answered) -> Setting {
        match self {
            Self::Pair => Setting::answered(answer),
            Self::Oauth2 => Setting::oauth2("tweet.read tweet.write users.read", answer),
            Self::Oauth2Little => Setting::oauth2("tweet.write media.write", answer),
            Self::Bearer => Setting::read_only(answer),
        }
    }
}

#[test]
fn every_answer_that_was_recorded_comes_out_as_what_it_is() {
    for row in recorded::RECORDED {
        let verdict = row.by.answered(with(row.status, row.body, row.headers)).verdict();
        assert_eq!((verdict.cause, verdict.state()), (row.cause, row.state), "{}", row.row);
        let because = verdict.because();
        // X's own words are shown, so that what nobody knows yet can be looked up.
        let body: serde_json::Value = serde_json::from_str(row.body).unwrap_or_default();
        let first = |key: &str| body[key].as_str().or(body["errors"][0][key].as_str()).map(ToOwned::to_owned);
        if let Some(word) = first("title").or_else(|| first("message")) {
            let begun: String = word.chars().take(60).collect();
            assert!(because.contains(&begun), "{}: {because} lacks {begun}", row.row);
        }
        assert!(because.contains(&row.status.to_string()), "{}: {because}", row.row);
    }
}

#[test]
fn x_is_believed_in_other_words_than_the_usual_ones_too() {
    let suspended = r#"{"errors":[{"code":64,"message":"Your account is suspended"}]}"#;
    check(Setting::answered(answer(401, suspended)), Cause::AccountSuspended, "401");
    check(
        Setting::answered(answer(307, "")),
        Cause::UnexpectedAnswer,
        "X answered 307 to GET /2/users/me: nothing",
    );
    check(Setting::answered(answer(200, "<html>")), Cause::UnexpectedAnswer, "none of X's forms");
    check(Setting::answered(answer(200, r#"{"data":null}"#)), Cause::UnexpectedAnswer, "200");
}

#[test]
fn no_answer_is_told_from_a_bad_one() {
    for (error, cause) in [
        (SendError::NotConnected, Cause::Unreachable),
        (SendError::Timeout, Cause::Unreachable),
        (SendError::Broken, Cause::Unreachable),
        (SendError::NoRoots, Cause::Unreachable),
        (SendError::ClockUnset, Cause::ClockSkew),
        (SendError::TooLong, Cause::UnexpectedAnswer),
        (SendError::NotText, Cause::UnexpectedAnswer),
        (SendError::Forbidden, Cause::UnexpectedAnswer),
    ] {
        check(Setting::answered(Err(error)), cause, &error.to_string());
    }
}

/// The uninformative 401, split by trying the app's pair alone.
#[test]
fn a_rejection_names_the_strings_that_are_wrong() {
    let rejected = || Setting::answered(answer(401, UNAUTHORIZED));
    let keys = |keys, tries| Setting { keys: Some(keys), tries, ..rejected() };
    check(rejected(), Cause::AccessPairRejected, "the app pair was accepted, the four together were not");
    check(
        keys(answer(403, UNABLE), 2),
        Cause::AppKeysRejected,
        "X rejects the API key and secret alone, too",
    );
    check(keys(answer(403, UNABLE), 1), Cause::RateLimited, "could not be found out");
    check(keys(answer(401, UNAUTHORIZED), 1), Cause::AppKeysRejected, "alone, too");
    check(keys(Err(SendError::Timeout), 1), Cause::Unreachable, "could not be found out");
    check(keys(answer(503, ""), 1), Cause::XDown, "X answered 503 to POST /oauth2/token");
    check(keys(answer(429, ""), 1), Cause::RateLimited, "X answered 429 to POST /oauth2/token");
    let suspended = r#"{"errors":[{"code":416,"message":"Invalid / suspended application."}]}"#;
    check(keys(answer(401, suspended), 1), Cause::AppSuspended, "code 416");
    check(keys(answer(200, "<html>"), 1), Cause::UnexpectedAnswer, "POST /oauth2/token");
    check(Setting { keys: None, ..rejected() }, Cause::UnexpectedAnswer, "401");
    for code in [32, 215] {
        let body = format!(r#"{{"errors":[{{"code":{code},"message":"Could not authenticate you."}}]}}"#);
        check(Setting::answered(answer(400, &body)), Cause::AccessPairRejected, "four together");
    }
    // Code 89 names the token by itself.
    let expired = answer(401, r#"{"errors":[{"code":89,"message":"Invalid or expired token."}]}"#);
    check(
        Setting { keys: Some(answer(418, "")), ..Setting::answered(expired) },
        Cause::AccessPairRejected,
        "code 89",
    );
}

#[test]
fn an_accepted_app_key_pair_is_never_rejected_because_of_a_throttle() {
    let throttled = Setting { keys: Some(answer(403, UNABLE)), tries: 2, ..Setting::default() };
    check(throttled, Cause::Ok, "X answered for @demo_bot");
}

#[test]
fn a_rejection_tells_a_token_of_another_account() {
    let mut setting = Setting::answered(answer(401, UNAUTHORIZED));
    setting.profile.user_id = UserId::parse("1900000000000000002");
    check(setting, Cause::AccessPairRejected, "begins with the id 1900000000000000001");
}

#[test]
fn clocks_are_blamed_only_for_what_they_do() {
    let late = NOW.shifted(840).http();
    let early = NOW.shifted(-840).http();
    let near = NOW.shifted(59).http();
    let dated = |status, body, date: &str| Setting::answered(with(status, body, &[("date", date)]));
    check(dated(401, UNAUTHORIZED, &late), Cause::ClockSkew, "X's clock is 14 m ahead of this machine's");
    check(dated(401, UNAUTHORIZED, &early), Cause::ClockSkew, "14 m behind");
    check(dated(401, UNAUTHORIZED, &near), Cause::AccessPairRejected, "four together");
    check(dated(401, UNAUTHORIZED, "soon"), Cause::AccessPairRejected, "four together");
    check(dated(403, "", &late), Cause::UnexpectedAnswer, "403");
    check(dated(200, ME, &late), Cause::LevelUnknown, "without the x-access-level header");
    // A bearer holds no time.
    let bearer = Setting::read_only(with(401, UNAUTHORIZED, &[("date", &late)]));
    check(bearer, Cause::BearerRejected, "401");
}

#[test]
fn the_account_that_answers_must_be_the_profiles() {
    let level = [("x-access-level", "read-write")];
    let answered = |body| Setting::answered(with(200, body, &level));
    check(
        answered(OTHER),
        Cause::WrongAccount,
        "X answered for @demo_other (1900000000000000002), the profile says",
    );
    let mut by_handle = answered(OTHER);
    by_handle.profile.user_id = None;
    check(by_handle, Cause::WrongAccount, "the profile says @demo_bot");
    let mut by_prefix = answered(OTHER);
    (by_prefix.profile.user_id, by_prefix.profile.handle) = (None, None);
    check(by_prefix, Cause::WrongAccount, "begins with the id 1900000000000000001");
    let mut renamed = answered(ME);
    renamed.profile.handle = Handle::parse("demo_before").ok();
    check(renamed, Cause::Ok, "is called @demo_bot now; the profile says @demo_before");
    let mut other_case = answered(ME);
    other_case.profile.handle = Handle::parse("DEMO_Bot").ok();
    assert_eq!(other_case.verdict().evidence.len(), 1);
}

#[test]
fn a_need_is_held_against_the_level_of_the_token_itself() {
    let at = |level, needs: &[Need]| {
        let mut setting = Setting::answered(with(200, ME, &[("x-access-level", level)]));
        setting.profile.needs = needs.iter().copied().collect();
        setting
    };
    check(
        at("read", &[Need::Post]),
        Cause::LevelTooLow,
        "the token carries “Read”; to post takes “Read and write”",
    );
    check(at("READ-WRITE", &[Need::Post]), Cause::Ok, "“Read and write”");
    check(
        at("read-write", &[Need::Post, Need::DmSend]),
        Cause::LevelTooLow,
        "to send DMs takes “Read and write and Direct message”",
    );
    check(at("read-write-directmessages", &[Need::DmSend, Need::DmRead]), Cause::Ok, "");
    check(at("write", &[Need::Post]), Cause::LevelUnknown, "“write”, which is none");
    check(at("", &[Need::Post]), Cause::LevelUnknown, "without the x-access-level header");
    check(at("", &[]), Cause::Ok, "X answered for @demo_bot");
    // What X has taken away from everybody is not the token's fault, and is said.
    check(at("read", &[Need::Like]), Cause::Ok, "X removed likes");
    // What this kind of token cannot do at all takes another kind.
    check(
        at("read-write", &[Need::Bookmarks]),
        Cause::MissingField,
        "takes an OAuth 2.0 token of the bot's own",
    );
    check(at("read-write", &[Need::Usage]), Cause::MissingField, "takes the app's bearer token");
}

/// The most repeated trouble of the field.
#[test]
fn a_token_older_than_the_permission_is_told() {
    let old = |set, needs: &[Need]| {
        let mut setting = Setting::answered(with(200, ME, &[("x-access-level", "read")]));
        setting.app.as_mut().expect("there is one").permission = set;
        setting.profile.needs = needs.iter().copied().collect();
        setting
    };
    let post = || old(Some(Level::ReadWrite), &[Need::Post]);
    check(post(), Cause::TokenOlderThanPermission, "this token was issued before the permission was raised");
    assert_eq!(post().verdict().remedy(), Remedy::IssueAccess);
    // Issuing it again must bring what is wanted, else the permission comes first.
    let dm = || old(Some(Level::ReadWrite), &[Need::Post, Need::DmSend]);
    check(dm(), Cause::LevelTooLow, "the app itself is set to “Read and write”");
    assert_eq!(dm().verdict().remedy(), Remedy::RaisePermission);
    check(old(Some(Level::Read), &[Need::Post]), Cause::LevelTooLow, "raise that first");
    check(old(None, &[Need::Post]), Cause::LevelTooLow, "to post takes “Read and write”");
    // X refuses it in so many words.
    let said = r#"{"title":"Forbidden","type":"https://api.x.com/2/problems/oauth1-permissions"}"#;
    let refused = Setting { account: Some(with(403, said, &[("x-access-level", "read")])), ..post() };
    check(refused, Cause::TokenOlderThanPermission, "oauth1-permissions");
}

#[test]
fn another_token_of_the_app_tells_that_one_is_older_than_the_permission() {
    let sibling = |level, issued_at| Raised { level, of: Name::parse("duck").expect("a name"), issued_at };
    let seen = |raised, own: Option<Time>| {
        let mut setting = Setting::answered(with(200, ME, &[("x-access-level", "read")]));
        let slot = setting.profile.held.take(Field::AccessToken).expect("there is one");
        setting.profile.held.put(Slot { issued_at: own, ..slot });
        setting.beside.raised = Some(raised);
        setting
    };
    let (early, late) = (Some(NOW.shifted(-900)), Some(NOW.shifted(-30)));
    let carries = "the token of “duck”, of the same app, carries “Read and write”";
    for (raised, own, cause) in [
        (sibling(Level::ReadWrite, None), None, Cause::TokenOlderThanPermission),
        (sibling(Level::ReadWriteDm, late), early, Cause::TokenOlderThanPermission),
        (sibling(Level::ReadWrite, None), early, Cause::TokenOlderThanPermission),
        // The permission was lowered in between.
        (sibling(Level::ReadWrite, early), late, Cause::LevelTooLow),
        (sibling(Level::Read, None), None, Cause::LevelTooLow),
    ] {
        check(seen(raised, own), cause, "the token carries “Read”");
    }
    check(seen(sibling(Level::ReadWrite, None), None), Cause::TokenOlderThanPermission, carries);
}

#[test]
fn what_a_later_sibling_shows_changes_a_verdict_once() {
    let first = Setting::answered(with(200, ME, &[("x-access-level", "read")]));
    let (profile, app) = (first.profile.clone(), first.app.clone());
    let finding = Finding {
        profile: profile.id,
        verdict: first.verdict(),
        checked_at: NOW,
        judged: Vec::new(),
        tried: None,
    };
    let mut siblings = Siblings::default();
    let mut other = Profile { app: app.as_ref().map(|app| app.id), ..profile.clone() };
    other.name = Name::parse("duck").expect("a name");
    let seen = |level| Verdict { grant: Grant::Oauth1(Some(level)), ..Verdict::of(Cause::Ok) };
    siblings.saw(&other, &seen(Level::ReadWrite));
    siblings.saw(&other, &seen(Level::Read));
    let raised = siblings.of(other.app).expect("it was seen");
    let next = rejudge(&finding, &profile, app.as_ref(), raised).expect("it is older");
    assert_eq!((next.cause, next.remedy()), (Cause::TokenOlderThanPermission, Remedy::IssueAccess));
    assert!(next.because().contains("“duck”"), "{:?}", next.evidence);
    assert_eq!(next.grant, finding.verdict.grant);
    // What the vault says of the app may be out of date: X has shown more.
    let mut set = Setting::answered(with(200, ME, &[("x-access-level", "read")]));
    set.app.as_mut().expect("there is one").permission = Some(Level::Read);
    let stale = set.app.clone();
    let low = Finding { verdict: set.verdict(), ..finding.clone() };
    assert!(low.verdict.because().contains("raise that first"));
    let told = rejudge(&low, &profile, stale.as_ref(), raised).expect("it is older").because();
    assert!(told.contains("“duck”") && !told.contains("raise that first"), "{told}");
    let again = Finding { verdict: next, ..finding };
    assert_eq!(rejudge(&again, &profile, app.as_ref(), raised), None);
    assert_eq!(siblings.of(None), None);
}

#[test]
fn the_level_counts_on_a_refusal_for_money_too() {
    let body = r#"{"title":"CreditsDepleted","type":"https://api.x.com/2/problems/credits"}"#;
    let at = |level| Setting::answered(with(402, body, &[("x-access-level", level)]));
    check(at("read"), Cause::LevelTooLow, "“Read”");
    check(at("read-write"), Cause::NoCredits, "402");
    assert_eq!(at("read-write").verdict().grant, Grant::Oauth1(Some(Level::ReadWrite)));
}

#[test]
fn what_is_not_stored_is_named() {
    let without = |field| {
        let mut setting = Setting { account: None, ..Setting::default() };
        setting.profile.held.take(field);
        if let Some(app) = &mut setting.app {
            app.held.take(field);
        }
        setting
    };
    check(
        without(Field::AccessSecret),
        Cause::MissingField,
        "the access token secret of this profile is not stored",
    );
    check(without(Field::ApiKey), Cause::MissingField, "the API key of the app “bots” is not stored");
    check(Setting { app: None, ..Setting::default() }, Cause::MissingField, "attached to no app");
    let mut nothing = Setting::read_only(answer(200, USAGE));
    nothing.app.as_mut().expect("there is one").held.take(Field::BearerToken);
    check(nothing, Cause::MissingField, "neither an access token of the profile nor a bearer token");
}

#[test]
fn a_profile_without_a_token_of_its_own_lives_on_the_bearer() {
    check(Setting::read_only(answer(200, USAGE)), Cause::Ok, "X answered to the app's bearer token");
    check(
        Setting::read_only(answer(401, UNAUTHORIZED)),
        Cause::BearerRejected,
        "key and secret were accepted",
    );
    let rejected = Setting {
        keys: Some(answer(403, UNABLE)),
        tries: 2,
        ..Setting::read_only(answer(401, UNAUTHORIZED))
    };
    check(rejected, Cause::AppKeysRejected, "alone, too");
    let forbidden =
        r#"{"title":"Client Forbidden","type":"x/client-forbidden","reason":"client-not-enrolled"}"#;
    check(Setting::read_only(answer(403, forbidden)), Cause::NotEnrolled, "GET /2/usage/tweets");
    let mut poster = Setting::read_only(answer(200, USAGE));
    poster.profile.needs = [Need::Read, Need::Post].into();
    check(poster, Cause::MissingField, "to post takes an access token of the bot's own");
}

#[test]
fn an_oauth2_token_is_judged_by_its_stored_scopes() {
    let level = [("x-access-level", "read-write")];
    let all = "tweet.read tweet.write users.read";
    check(
        Setting::oauth2(all, with(200, ME, &level)),
        Cause::Ok,
        "the scopes tweet.read tweet.write users.read",
    );
    check(
        Setting::oauth2("tweet.read users.read", with(200, ME, &level)),
        Cause::ScopeMissing,
        "to post takes tweet.write",
    );
    check(
        Setting::oauth2("", with(200, ME, &level)),
        Cause::LevelUnknown,
        "the scopes that its OAuth 2.0 token was granted are not stored",
    );
    let refreshable = |setting: Setting| setting.holds(Field::Oauth2RefreshToken, "made-up-refresh");
    let expired = || refreshable(Setting::oauth2(all, answer(401, UNAUTHORIZED)));
    check(expired(), Cause::TokenExpired, "it expired 1 h ago");
    assert_eq!(expired().verdict().remedy(), Remedy::Refresh);
    // The app's key pair is no part of it, so its failure explains nothing.
    check(Setting { keys: Some(answer(403, UNABLE)), tries: 2, ..expired() }, Cause::TokenExpired, "401");
    let mut fresh = expired();
    fresh.profile.oauth2.as_mut().expect("there is one").expires_at = Some(NOW.shifted(1_800));
    check(fresh, Cause::TokenExpired, "it was to live for another 30 m: revoked, replaced by a later login");
    // Nothing is there that could renew it.
    let ran_out = Setting::oauth2(all, answer(401, UNAUTHORIZED));
    check(ran_out, Cause::LoginNeeded, "no refresh token is stored");
    let beside = Beside { no_refresh: Some("its refresh token is used up"), ..Beside::default() };
    check(Setting { beside, ..expired() }, Cause::LoginNeeded, "its refresh token is used up");
}

#[test]
fn a_missing_scope_is_named_and_is_no_missing_level() {
    let level = [("x-access-level", "read-write")];
    let read = || Setting::oauth2("tweet.read users.read", with(200, ME, &level));
    check(read(), Cause::ScopeMissing, "to post takes tweet.write");
    assert_eq!(read().verdict().remedy(), Remedy::LogIn);
    let forbidden = r#"{"title":"Forbidden","type":"about:blank","status":403,"detail":"Forbidden"}"#;
    check(
        Setting::oauth2("tweet.read", answer(403, forbidden)),
        Cause::ScopeMissing,
        "takes tweet.read users.read",
    );
    check(Setting::oauth2("", answer(403, forbidden)), Cause::ScopeMissing, "is not stored");
    let all = Setting::oauth2("tweet.read users.read", answer(403, forbidden));
    check(all, Cause::UnexpectedAnswer, "where the app stands outside every project");
    // A need that no level of the access pair beside it could serve.
    let mut both = Setting::answered(with(200, ME, &level)).holds(Field::Oauth2AccessToken, "made-up");
    both.profile.oauth2 =
        Some(Oauth2Grant { scopes: Scopes::parse("tweet.read users.read"), ..Oauth2Grant::default() });
    both.profile.needs = [Need::Post, Need::Bookmarks].into();
    check(both, Cause::ScopeMissing, "to bookmark takes bookmark.read bookmark.write");
}

/// What the values tell by themselves is believed where X does not speak against it.
#[test]
fn hints_explain_a_refusal_and_are_overruled_by_an_acceptance() {
    fn hint(cause: Cause, about: Credential) -> &'static Hint {
        Box::leak(Box::new(Hint { cause, about, evidence: "a hint".to_owned(), remedy: Remedy::EditApp }))
    }
    let beside = |cause, about| Beside { hints: vec![hint(cause, about)], ..Beside::default() };
    let swapped = |about| beside(Cause::SwappedFields, about);
    let refused = |about, keys| Setting {
        beside: swapped(about),
        keys: Some(keys),
        tries: 2,
        ..Setting::answered(answer(401, UNAUTHORIZED))
    };
    check(refused(Credential::Access, answer(200, BEARER)), Cause::SwappedFields, "a hint");
    check(refused(Credential::Api, answer(403, UNABLE)), Cause::SwappedFields, "a hint");
    // X accepts the app's pair as it stands.
    check(refused(Credential::Api, answer(200, BEARER)), Cause::AccessPairRejected, "four together");
    check(refused(Credential::Oauth2, answer(200, BEARER)), Cause::AccessPairRejected, "four together");
    check(Setting { beside: swapped(Credential::Access), ..Setting::default() }, Cause::Ok, "");
    let down = Setting { beside: swapped(Credential::Access), ..Setting::answered(answer(503, "")) };
    check(down, Cause::XDown, "503");
    let mut half = Setting { beside: swapped(Credential::Api), account: None, ..Setting::default() };
    half.profile.held.take(Field::AccessSecret);
    check(half, Cause::SwappedFields, "the access token secret of this profile is not stored");

    let dying = Setting {
        beside: beside(Cause::LoginNeeded, Credential::Oauth2),
        ..Setting::oauth2("tweet.read tweet.write users.read", answer(200, ME))
    };
    check(dying, Cause::Ok, "a hint: log in again before it expires");

    let twice = beside(Cause::DuplicateCredential, Credential::Access);
    check(Setting { beside: twice.clone(), ..Setting::default() }, Cause::DuplicateCredential, "a hint");
    let refused = Setting { beside: twice, ..Setting::answered(answer(401, UNAUTHORIZED)) };
    check(refused, Cause::AccessPairRejected, "four together");
}

#[test]
fn a_bearer_of_another_app_is_told_by_the_id_inside() {
    let bearer = |id: u64| crate::sim::mint::Mint::new("seed").bearer(id, "one");
    let handed = |id| answer(200, &format!(r#"{{"token_type":"bearer","access_token":"{}"}}"#, bearer(id)));
    let stored = |id: u64, keys| {
        let mut setting = Setting { keys: Some(keys), ..Setting::read_only(answer(200, USAGE)) };
        let secret = Secret::new(bearer(id));
        let field = Field::BearerToken;
        setting.app.as_mut().expect("there is one").held.put(Slot {
            field,
            secret,
            changed_at: NOW,
            issued_at: None,
        });
        setting
    };
    check(stored(7, handed(8)), Cause::WrongApp, "names the app 7 at X, the app's own key belongs to 8");
    check(stored(7, handed(7)), Cause::Ok, "bearer token");
    check(stored(7, answer(503, "")), Cause::Ok, "bearer token");
    let forbidden = r#"{"title":"Client Forbidden","type":"x/client-forbidden","reason":"client-not-enrolled","client_id":"8"}"#;
    let mut pair = stored(7, handed(8));
    pair.profile = Setting::default().profile;
    pair.account = Some(answer(403, forbidden));
    check(pair, Cause::NotEnrolled, "X calls the app 8, and the stored bearer token names 7");
    let app = stored(7, handed(8)).app.expect("there is one");
    let answers = Answers {
        app_keys: Some(oauth2_token::read(handed(8))),
        bearer: Some(usage_tweets::read(answer(200, USAGE))),
        ..Answers::default()
    };
    assert_eq!(judge_stored(&app, &answers).bearer, Some(Cause::WrongApp));
    assert_eq!(judge_app(&answers).bearer, Some(Cause::Ok));
}

#[test]
fn what_brings_a_missing_value_depends_on_which_it_is() {
    let remedy = |setting: Setting| {
        let verdict = setting.verdict();
        (verdict.cause, verdict.remedy())
    };
    let without = |field| {
        let mut setting = Setting { account: None, ..Setting::default() };
        setting.profile.held.take(field);
        setting.app.as_mut().expect("there is one").held.take(field);
        setting
    };
    let level = [("x-access-level", "read-write")];
    let needs = |need| {
        let mut setting = Setting::answered(with(200, ME, &level));
        setting.profile.needs = [need].into();
        setting
    };
    for (setting, wanted) in [
        (without(Field::AccessSecret), Remedy::EditProfile),
        (without(Field::ApiSecret), Remedy::EditApp),
        (Setting { app: None, ..Setting::default() }, Remedy::EditProfile),
        (needs(Need::Bookmarks), Remedy::LogIn),
        (needs(Need::Usage), Remedy::RotateBearer),
    ] {
        assert_eq!(remedy(setting), (Cause::MissingField, wanted));
    }
    let mut poster = Setting::read_only(answer(200, USAGE));
    poster.profile.needs = [Need::Post].into();
    assert_eq!(remedy(poster), (Cause::MissingField, Remedy::IssueAccess));
}

#[test]
fn a_token_older_than_the_key_of_its_app_is_told_so() {
    let mut setting = Setting::answered(answer(401, UNAUTHORIZED));
    let app = setting.app.as_mut().expect("there is one");
    app.held.history.push(Retired {
        field: Field::ApiKey,
        secret: Secret::new("made-up-old"),
        since: NOW.shifted(-900),
        until: NOW.shifted(60),
        origin: Origin::Rotation,
        dead_at: None,
    });
    check(setting, Cause::AccessPairRejected, "X may have killed it with that");
}

#[test]
fn a_second_token_and_the_bearer_serve_what_the_first_cannot() {
    let mut setting =
        Setting::answered(with(200, ME, &[("x-access-level", "read")])).app_holds(Field::BearerToken);
    setting.profile.needs = [Need::Usage].into();
    check(setting, Cause::Ok, "@demo_bot");
    let mut dead =
        Setting::answered(with(200, ME, &[("x-access-level", "read")])).app_holds(Field::BearerToken);
    dead.profile.needs = [Need::Usage].into();
    dead.bearer = Some(answer(401, UNAUTHORIZED));
    check(dead, Cause::MissingField, "takes the app's bearer token");
}

#[test]
fn the_time_to_ask_again_is_that_of_the_window_used_up() {
    let reset = NOW.shifted(540).unix().to_string();
    let headers = [
        ("x-rate-limit-limit", "75"),
        ("x-rate-limit-remaining", "0"),
        ("x-rate-limit-reset", reset.as_str()),
    ];
    let verdict = Setting::answered(with(429, "", &headers)).verdict();
    assert_eq!((verdict.cause, verdict.retry_at), (Cause::RateLimited, Some(NOW.shifted(540))));
    assert!(
        verdict.because().contains("15-minute window of 75 requests is used up"),
        "{:?}",
        verdict.evidence
    );
    assert_eq!(Setting::answered(answer(429, "")).verdict().retry_at, None);
}

#[test]
fn every_cause_has_a_row_that_leads_to_it() {
    for row in crate::domain::verdict::CAUSES {
        assert!(RULES.iter().any(|rule| rule.cause == row.cause), "{}", row.word);
    }
    assert!(RULES.iter().all(|rule| !rule.when.is_empty()));
}

#[test]
fn an_app_is_judged_by_its_own_values() {
    let judge = |keys: Option<Answered>, tries, bearer: Option<Answered>| {
        let verdict = judge_app(&Answers {
            app_keys: keys.map(oauth2_token::read),
            app_keys_tries: tries,
            bearer: bearer.map(usage_tweets::read),
            account: None,
        });
        (verdict.keys, verdict.bearer)
    };
    let down = answer(503, "");
    for (keys, tries, bearer, wanted) in [
        (Some(answer(200, BEARER)), 1, None, (Cause::Ok, None)),
        (
            Some(answer(403, UNABLE)),
            2,
            Some(answer(401, "")),
            (Cause::AppKeysRejected, Some(Cause::BearerRejected)),
        ),
        (Some(answer(403, UNABLE)), 1, Some(answer(200, USAGE)), (Cause::RateLimited, Some(Cause::Ok))),
        (Some(down), 1, Some(Err(SendError::Timeout)), (Cause::XDown, Some(Cause::Unreachable))),
        (None, 0, Some(answer(402, "")), (Cause::MissingField, Some(Cause::NoCredits))),
    ] {
        assert_eq!(judge(keys, tries, bearer), wanted);
    }
}
