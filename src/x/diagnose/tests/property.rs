//! What no answer may lead to, whatever else is known.

use proptest::prelude::*;

use super::*;
use crate::domain::text::is_hidden;
use crate::domain::verdict::State;

/// Everything the rest of a vault could make one believe.
fn beside(hints: Vec<(usize, usize)>, raised: Option<usize>, dead: bool) -> Beside<'static> {
    const CAUSES: [Cause; 6] = [
        Cause::SwappedFields,
        Cause::WrongAccount,
        Cause::WrongApp,
        Cause::LoginNeeded,
        Cause::DuplicateCredential,
        Cause::TokenExpired,
    ];
    const ABOUT: [Credential; 5] =
        [Credential::Api, Credential::Bearer, Credential::Client, Credential::Access, Credential::Oauth2];
    static ALL: std::sync::LazyLock<Vec<Hint>> = std::sync::LazyLock::new(|| {
        let hint =
            |cause, about| Hint { cause, about, evidence: "a hint".to_owned(), remedy: Remedy::EditApp };
        CAUSES.iter().flat_map(|cause| ABOUT.iter().map(move |about| hint(*cause, *about))).collect()
    });
    let name = Name::parse("duck").expect("a name");
    Beside {
        hints: hints.into_iter().map(|(cause, about)| &ALL[cause * ABOUT.len() + about]).collect(),
        raised: raised.map(|level| Raised { level: Level::ALL[level], of: name, issued_at: None }),
        no_refresh: dead.then_some("its refresh token is used up"),
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
        hints in proptest::collection::vec((0_usize..6, 0_usize..5), 0..3),
        raised in proptest::option::of(0_usize..3),
        dead in any::<bool>(),
        set in proptest::option::of(0_usize..3),
        refreshable in any::<bool>(),
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
        if let Some(app) = &mut setting.app {
            app.permission = set.map(|set| Level::ALL[set]);
        }
        if refreshable {
            setting = setting.holds(Field::Oauth2RefreshToken, "made-up");
        }
        let answers = Answers {
            app_keys: setting.keys.map(oauth2_token::read),
            app_keys_tries: tries,
            bearer: setting.bearer.map(usage_tweets::read),
            account: setting.account.map(users_me::read),
        };
        let now = Time::from_unix(now);
        let beside = beside(hints, raised, dead);
        let known = Known { beside: &beside, ..Known::alone(&setting.profile, setting.app.as_ref(), &answers, now) };
        let verdict = diagnose(&known);
        let _ = (waits_for_app(&known), judge_app(&answers));

        prop_assert!(!verdict.evidence.iter().any(|phrase| phrase.chars().any(is_hidden)));
        let said = |words: &[&str]| words.iter().any(|word| body.contains(word));
        let rejects = [
            Cause::AppKeysRejected,
            Cause::AccessPairRejected,
            Cause::BearerRejected,
            Cause::TokenExpired,
            Cause::LoginNeeded,
        ];
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
        // Whatever the vault makes one believe: nothing fails but by X's own word.
        if verdict.state() == State::Failed {
            let word = ["\"code\":64,", "\"code\":63,", "\"code\":326,", "\"code\":416,", "\"code\":135,"];
            let other = verdict.cause == Cause::WrongAccount && status.is_some_and(|status| (200..300).contains(&status));
            let clock = verdict.cause == Cause::ClockSkew && status == Some(401);
            prop_assert!(rejects.contains(&verdict.cause) || said(&word) || other || clock
                || verdict.cause == Cause::AppSuspended, "{:?}", verdict.cause);
        }
        if verdict.cause == Cause::SwappedFields {
            prop_assert!(verdict.state() == State::Attention);
        }
    }
}
