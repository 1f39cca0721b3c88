//! Recorded answers and the verdicts they lead to, and what no answer may lead to.

use proptest::prelude::*;

use super::*;
use crate::domain::credential::Slot;
use crate::domain::fields::Field;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::needs::{Answer, Need};
use crate::domain::permission::{Grant, Level, Scopes};
use crate::domain::profile::Oauth2Grant;
use crate::domain::secret::Secret;
use crate::domain::text::is_hidden;
use crate::domain::verdict::State;
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
        diagnose(&Known { profile: &self.profile, app: self.app.as_ref(), answers: &answers, now: NOW })
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

/// Every recorded answer to a credential that was accepted or refused for reasons of its own.
#[test]
fn each_recorded_refusal_has_its_cause() {
    let code = |code: u32, text: &str| format!(r#"{{"errors":[{{"code":{code},"message":"{text}"}}]}}"#);
    let problem = |kind: &str, title: &str, more: &str| {
        let kind =
            if kind == "about:blank" { kind.into() } else { format!("https://api.x.com/2/problems/{kind}") };
        format!(r#"{{"type":"{kind}","title":"{title}","detail":"Told at length."{more}}}"#)
    };
    let forbidden = |reason: &str| {
        problem("client-forbidden", "Client Forbidden", &format!(r#","reason":"{reason}","client_id":"1""#))
    };
    for (status, body, cause, evidence) in [
        (403, code(64, "Your account is suspended"), Cause::AccountSuspended, "code 64"),
        (403, code(63, "User has been suspended."), Cause::AccountSuspended, "code 63"),
        (401, code(64, "Your account is suspended"), Cause::AccountSuspended, "401"),
        (403, code(326, "temporarily locked"), Cause::AccountLocked, "code 326"),
        (401, code(416, "Invalid / suspended application."), Cause::AppSuspended, "code 416"),
        (401, code(135, "timestamp out of bounds"), Cause::ClockSkew, "code 135"),
        (403, forbidden("client-not-enrolled"), Cause::NotEnrolled, "client-not-enrolled"),
        (403, forbidden("official-client-forbidden"), Cause::NotEnrolled, "official-client-forbidden"),
        (403, forbidden("user-not-enrolled"), Cause::UserNotEnrolled, "user-not-enrolled"),
        (403, code(453, "You currently have access to a subset"), Cause::NotEnrolled, "code 453"),
        (403, code(87, "Client is not permitted"), Cause::NotEnrolled, "code 87"),
        (403, problem("oauth1-permissions", "Forbidden", ""), Cause::LevelTooLow, "oauth1-permissions"),
        (403, code(261, "Application cannot perform write actions."), Cause::LevelTooLow, "261"),
        (403, code(93, "This App is not allowed"), Cause::LevelTooLow, "93"),
        (402, problem("credits", "CreditsDepleted", ""), Cause::NoCredits, "CreditsDepleted"),
        (402, String::new(), Cause::NoCredits, "402"),
        (403, problem("credits", "SpendCapReached", ""), Cause::SpendCap, "SpendCapReached"),
        (403, problem("about:blank", "SpendCapReached", ""), Cause::SpendCap, "SpendCapReached"),
        (429, problem("usage-capped", "UsageCapExceeded", ""), Cause::UsageCap, "usage-capped"),
        (429, problem("about:blank", "Too Many Requests", ""), Cause::RateLimited, "429"),
        (429, code(88, "Rate limit exceeded."), Cause::RateLimited, "code 88"),
        (403, code(185, "User is over daily status update limit."), Cause::RateLimited, "code 185"),
        (500, code(131, "Internal error"), Cause::XDown, "code 131"),
        (503, code(130, "Over capacity"), Cause::XDown, "code 130"),
        (502, "<html>Bad gateway</html>".to_owned(), Cause::XDown, "502"),
        (503, problem("about:blank", "Service Unavailable", ""), Cause::XDown, "Service Unavailable"),
        // Unknown marks degrade to what the status says, and show the title.
        (403, problem("some-news", "Brand New", ""), Cause::UnexpectedAnswer, "some-news, “Brand New”"),
        (403, problem("about:blank", "Forbidden", ""), Cause::UnexpectedAnswer, "“Forbidden”"),
        (
            403,
            problem("unsupported-authentication", "Unsupported Authentication", ""),
            Cause::UnexpectedAnswer,
            "403",
        ),
        (404, code(34, "Sorry, that page does not exist."), Cause::UnexpectedAnswer, "code 34"),
        (410, code(68, "The Twitter REST API v1 is no longer active."), Cause::UnexpectedAnswer, "410"),
        (400, problem("invalid-request", "Invalid Request", ""), Cause::UnexpectedAnswer, "invalid-request"),
        (403, code(220, "Your credentials do not allow access"), Cause::UnexpectedAnswer, "code 220"),
        (403, code(226, "This request looks like it might be automated"), Cause::UnexpectedAnswer, "226"),
        (409, problem("streaming-connection", "ConnectionException", ""), Cause::UnexpectedAnswer, "409"),
        (307, String::new(), Cause::UnexpectedAnswer, "X answered 307 to GET /2/users/me: nothing"),
        (200, "<html>".to_owned(), Cause::UnexpectedAnswer, "none of X's forms"),
        (200, r#"{"data":null}"#.to_owned(), Cause::UnexpectedAnswer, "200"),
        (200, r#"{"errors":[{"title":"Not Found Error"}]}"#.to_owned(), Cause::UnexpectedAnswer, "Not Found"),
    ] {
        check(Setting::answered(answer(status, &body)), cause, evidence);
    }
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

#[test]
fn a_token_older_than_the_permission_is_told() {
    let mut setting = Setting::answered(with(200, ME, &[("x-access-level", "read")]));
    setting.app.as_mut().expect("there is one").permission = Some(Level::ReadWrite);
    check(setting, Cause::LevelTooLow, "this token was issued before the permission was raised");
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
        Cause::LevelTooLow,
        "to post takes tweet.write",
    );
    check(
        Setting::oauth2("", with(200, ME, &level)),
        Cause::LevelUnknown,
        "the scopes that its OAuth 2.0 token was granted are not stored",
    );
    check(Setting::oauth2(all, answer(401, UNAUTHORIZED)), Cause::TokenExpired, "it expired 1 h ago");
    // The app's key pair is no part of it, so its failure explains nothing.
    let keys = Setting {
        keys: Some(answer(403, UNABLE)),
        tries: 2,
        ..Setting::oauth2(all, answer(401, UNAUTHORIZED))
    };
    check(keys, Cause::TokenExpired, "401");
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

fn any_answer() -> impl Strategy<Value = Answered> {
    let code =
        (0_u32..600).prop_map(|code| format!(r#"{{"errors":[{{"code":{code},"message":"\u001b[2J"}}]}}"#));
    let codes = proptest::sample::select(vec![32, 64, 88, 89, 99, 130, 135, 185, 215, 261, 326, 416, 453]);
    let known = codes.prop_map(|code| format!(r#"{{"errors":[{{"code":{code},"message":"m"}}]}}"#));
    let kinds = proptest::sample::select(vec![
        "client-forbidden",
        "credits",
        "usage-capped",
        "rate-limit-exceeded",
        "oauth1-permissions",
        "about:blank",
    ]);
    let titles = proptest::sample::select(vec![
        "Unauthorized",
        "CreditsDepleted",
        "SpendCapReached",
        "Forbidden",
        "?",
    ]);
    let problem = (kinds, titles, "[a-z\u{202e}\u{1b}-]{0,12}").prop_map(|(kind, title, reason)| {
        serde_json::json!({"type": kind, "title": title, "reason": reason, "detail": reason}).to_string()
    });
    let body = prop_oneof![
        code,
        known,
        problem,
        Just(ME.to_owned()),
        Just(OTHER.to_owned()),
        Just(BEARER.to_owned()),
        Just(String::new()),
        "\\PC{0,40}",
    ];
    let statuses = prop_oneof![
        proptest::sample::select(vec![200_u16, 307, 400, 401, 402, 403, 404, 429, 500, 503]),
        any::<u16>(),
    ];
    let headers = proptest::collection::vec(
        (
            proptest::sample::select(vec!["date", "x-access-level", "x-rate-limit-reset", "retry-after"]),
            prop_oneof![
                Just("read".to_owned()),
                Just("read-write".to_owned()),
                "\\PC{0,20}",
                Just(NOW.shifted(900).http())
            ],
        ),
        0..4,
    );
    let errors = proptest::sample::select(vec![
        SendError::NotConnected,
        SendError::Timeout,
        SendError::Broken,
        SendError::TooLong,
        SendError::NotAHeader,
        SendError::NoRoots,
    ]);
    prop_oneof![
        8 => (statuses, body, headers).prop_map(|(status, body, headers)| {
            let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
            with(status, &body, &headers)
        }),
        1 => errors.prop_map(Err),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]
    #[test]
    fn no_answer_panics_and_money_caps_bans_and_x_itself_are_never_a_bad_credential(
        account in any_answer(),
        keys in proptest::option::of(any_answer()),
        bearer in proptest::option::of(any_answer()),
        tries in 0_u8..3,
        kind in 0_u8..3,
        needs in proptest::collection::btree_set(proptest::sample::select(
            crate::domain::needs::NEEDS.iter().map(|row| row.need).collect::<Vec<_>>()), 0..4),
        now in any::<i64>(),
    ) {
        let status = account.as_ref().map(|response| response.status).ok();
        let body = account.as_ref().map(|response| response.body.expose().to_owned()).unwrap_or_default();
        let silent = account.as_ref().err().copied();
        let mut setting = match kind {
            0 => Setting { bearer, ..Setting::answered(account) },
            1 => Setting { bearer, ..Setting::oauth2("tweet.read users.read", account) },
            _ => Setting::read_only(account),
        };
        (setting.keys, setting.tries, setting.profile.needs) = (keys, tries, needs);
        let answers = Answers {
            app_keys: setting.keys.map(oauth2_token::read),
            app_keys_tries: tries,
            bearer: setting.bearer.map(usage_tweets::read),
            account: setting.account.map(users_me::read),
        };
        let now = Time::from_unix(now);
        let known = Known { profile: &setting.profile, app: setting.app.as_ref(), answers: &answers, now };
        let verdict = diagnose(&known);
        let _ = (waits_for_app(&known), judge_app(&answers));

        prop_assert!(!verdict.evidence.iter().any(|phrase| phrase.chars().any(is_hidden)));
        let said = |words: &[&str]| words.iter().any(|word| body.contains(word));
        let rejects = [Cause::AppKeysRejected, Cause::AccessPairRejected, Cause::BearerRejected, Cause::TokenExpired];
        // Money, caps and limits, whatever else may be true of the account.
        let money = matches!(status, Some(402 | 429))
            || (status == Some(403) && said(&["CreditsDepleted", "SpendCapReached", "usage-capped"]));
        let bans = status == Some(403) && !said(&["\"code\":"]);
        let x_itself = matches!(status, Some(500..=599));
        let way = silent.is_some_and(|error| error != SendError::NotAHeader);
        if money || bans || x_itself || way {
            prop_assert!(!rejects.contains(&verdict.cause), "{status:?} {body} became {:?}", verdict.cause);
        }
        // And a credential is called bad only by a refusal that says so.
        if rejects.contains(&verdict.cause) {
            let word = ["\"code\":32,", "\"code\":89,", "\"code\":99,", "\"code\":215,"];
            prop_assert!(status == Some(401) || said(&word) || silent == Some(SendError::NotAHeader));
        }
    }
}
