//! What checks found, as the cache holds it. A row nobody understands is left out: it costs one more check.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::read::{As, Row, Rows};
use super::write::{self, Object};
use crate::domain::fields::Field;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::{Handle, UserId};
use crate::domain::needs::{Answer, Need};
use crate::domain::permission::{Grant, Level, Scopes};
use crate::domain::time::Time;
use crate::domain::unknown::Unknown;
use crate::domain::verdict::{Account, AppFinding, Cause, Finding, Findings, Remedy, Tried, Verdict};

/// One verdict with what it was drawn from.
#[derive(Deserialize)]
struct FindingJson {
    profile: As<ProfileId>,
    checked_at: As<Time>,
    cause: As<Cause>,
    grant: GrantJson,
    account: Option<AccountJson>,
    #[serde(default)]
    evidence: Vec<As<String>>,
    #[serde(default)]
    needs: Vec<MaybeNeed>,
    #[serde(default)]
    judged: Vec<JudgedJson>,
    retry_at: Option<As<Time>>,
    remedy: Option<String>,
    tried: Option<TriedJson>,
}

/// A later question that came to nothing.
#[derive(Deserialize)]
struct TriedJson {
    cause: As<Cause>,
    at: As<Time>,
    retry_at: Option<As<Time>>,
}

/// How an app's own values stand.
#[derive(Deserialize)]
struct AppFindingJson {
    app: As<AppId>,
    checked_at: As<Time>,
    keys: As<Cause>,
    bearer: Option<As<Cause>>,
    #[serde(default)]
    evidence: Vec<As<String>>,
    #[serde(default)]
    judged: Vec<JudgedJson>,
}

/// Both stand in one list, told apart by their keys: whoever knows but one of them passes over the other.
enum Either {
    Profile(Finding),
    App(AppFinding),
}

/// What the token may do.
#[derive(Deserialize)]
struct GrantJson {
    kind: As<Box<str>>,
    level: Option<As<Level>>,
    scope: Option<As<Scopes>>,
}

/// The account that answered.
#[derive(Deserialize)]
struct AccountJson {
    id: As<UserId>,
    handle: As<Handle>,
}

/// A need of a newer birdkeep is left out: the verdict is worth more.
#[derive(Deserialize)]
#[serde(untagged)]
enum MaybeNeed {
    Known(NeedJson),
    Newer(IgnoredAny),
}

/// One need held against the grant.
#[derive(Deserialize)]
struct NeedJson {
    need: As<Need>,
    answer: As<Answer>,
}

/// One value judged, by its keyed fingerprint.
#[derive(Deserialize)]
struct JudgedJson {
    field: As<Field>,
    print: As<Fingerprint>,
}

const ANSWERS: [(Answer, &str); 3] = [(Answer::Yes, "yes"), (Answer::No, "no"), (Answer::Unknown, "unknown")];

impl super::read::FromText for Answer {
    fn from_text(text: &str) -> Option<Self> {
        ANSWERS.iter().find(|(_, word)| *word == text).map(|(answer, _)| *answer)
    }
}

impl Row for Either {
    fn row(raw: &str) -> Result<Option<Self>, serde_json::Error> {
        // Findings are worth a check each: one that cannot be read is none.
        let profile = serde_json::from_str::<FindingJson>(raw).ok().and_then(FindingJson::finding);
        let app = || serde_json::from_str::<AppFindingJson>(raw).ok().map(AppFindingJson::finding);
        Ok(profile.map(Self::Profile).or_else(|| app().map(Self::App)))
    }
}

impl AppFindingJson {
    fn finding(self) -> AppFinding {
        AppFinding {
            app: self.app.0,
            keys: self.keys.0,
            bearer: self.bearer.map(|cause| cause.0),
            evidence: self.evidence.into_iter().map(|line| line.0).collect(),
            checked_at: self.checked_at.0,
            judged: judged(self.judged),
        }
    }
}

fn judged(rows: Vec<JudgedJson>) -> Vec<(Field, Fingerprint)> {
    rows.into_iter().map(|row| (row.field.0, row.print.0)).collect()
}

impl MaybeNeed {
    fn known(self) -> Option<(Need, Answer)> {
        match self {
            Self::Known(row) => Some((row.need.0, row.answer.0)),
            Self::Newer(_) => None,
        }
    }
}

impl FindingJson {
    fn finding(self) -> Option<Finding> {
        let grant = match &*self.grant.kind.0 {
            "oauth1" => Grant::Oauth1(self.grant.level.map(|level| level.0)),
            "oauth2" => Grant::Oauth2(self.grant.scope.map_or_else(Scopes::default, |scope| scope.0)),
            "app_only" => Grant::AppOnly,
            "nothing" => Grant::Nothing,
            _ => return None,
        };
        let verdict = Verdict {
            cause: self.cause.0,
            grant,
            account: self.account.map(|account| Account { id: account.id.0, handle: account.handle.0 }),
            evidence: self.evidence.into_iter().map(|line| line.0).collect(),
            needs: self.needs.into_iter().filter_map(MaybeNeed::known).collect(),
            retry_at: self.retry_at.map(|at| at.0),
            // Without a word, or with a newer one, the row of the cause says enough.
            remedy: self.remedy.and_then(|word| Remedy::parse(&word)),
        };
        Some(Finding {
            profile: self.profile.0,
            verdict,
            checked_at: self.checked_at.0,
            judged: judged(self.judged),
            tried: self.tried.map(|tried| Tried {
                cause: tried.cause.0,
                at: tried.at.0,
                retry_at: tried.retry_at.map(|at| at.0),
            }),
        })
    }
}

/// Reads the body of a cache; rows that make no sense are left out.
pub(in crate::vault) fn read_findings(json: &str) -> Findings {
    let mut findings = Findings::default();
    for row in serde_json::from_str::<Rows<Either>>(json).map(|rows| rows.rows).unwrap_or_default() {
        match row {
            Either::Profile(finding) => drop(findings.profiles.insert(finding.profile, finding)),
            Either::App(finding) => drop(findings.apps.insert(finding.app, finding)),
        }
    }
    findings
}

/// Writes the body of a cache.
pub(in crate::vault) fn write_findings(out: &mut Vec<u8>, findings: &Findings) {
    let mut first = true;
    let mut row = |write: &dyn Fn(&mut Object<'_>)| {
        out.push(if std::mem::take(&mut first) { b'[' } else { b',' });
        Object::write(out, |object| write(object));
    };
    findings.profiles.values().for_each(|finding| row(&|object| write_finding(object, finding)));
    findings.apps.values().for_each(|finding| row(&|object| write_app(object, finding)));
    out.extend_from_slice(if first { b"[]" } else { b"]" });
}

fn write_app(object: &mut Object<'_>, finding: &AppFinding) {
    object.shown("app", finding.app);
    object.shown("checked_at", finding.checked_at);
    object.text("keys", finding.keys.row().word);
    if let Some(cause) = finding.bearer {
        object.text("bearer", cause.row().word);
    }
    write_evidence(object, &finding.evidence, &finding.judged);
}

fn write_evidence(object: &mut Object<'_>, evidence: &[String], judged: &[(Field, Fingerprint)]) {
    let none = Unknown::default();
    object.list("evidence", evidence.iter(), &none, |out, line| write::text(out, line));
    object.list("judged", judged.iter(), &none, |out, (field, print)| {
        Object::write(out, |row| {
            row.text("field", field.row().word);
            row.shown("print", print);
        });
    });
}

fn write_finding(object: &mut Object<'_>, finding: &Finding) {
    let (verdict, none) = (&finding.verdict, Unknown::default());
    object.shown("profile", finding.profile);
    object.shown("checked_at", finding.checked_at);
    object.text("cause", verdict.cause.row().word);
    object.object("grant", |grant| match &verdict.grant {
        Grant::Oauth1(level) => {
            grant.text("kind", "oauth1");
            grant.some("level", *level);
        }
        Grant::Oauth2(scopes) => {
            grant.text("kind", "oauth2");
            grant.shown("scope", scopes);
        }
        Grant::AppOnly => grant.text("kind", "app_only"),
        Grant::Nothing => grant.text("kind", "nothing"),
    });
    if let Some(Account { id, handle }) = &verdict.account {
        object.object("account", |account| {
            account.text("id", id.as_str());
            account.text("handle", handle.as_str());
        });
    }
    object.list("needs", verdict.needs.iter(), &none, |out, (need, answer)| {
        let word = ANSWERS.iter().find(|(one, _)| one == answer).map_or("unknown", |(_, word)| word);
        Object::write(out, |row| {
            row.text("need", need.row().word);
            row.text("answer", word);
        });
    });
    write_evidence(object, &verdict.evidence, &finding.judged);
    object.some("retry_at", verdict.retry_at);
    if let Some(remedy) = verdict.remedy {
        object.text("remedy", remedy.row().word);
    }
    if let Some(Tried { cause, at, retry_at }) = finding.tried {
        object.object("tried", |tried| {
            tried.text("cause", cause.row().word);
            tried.shown("at", at);
            tried.some("retry_at", retry_at);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::secret::Secret;

    fn findings() -> Findings {
        let key = FingerprintKey::new([1; 32]);
        let grants = [
            Grant::Oauth1(None),
            Grant::Oauth1(Some(Level::ReadWriteDm)),
            Grant::Oauth2(Scopes::parse("tweet.read users.read")),
            Grant::AppOnly,
            Grant::Nothing,
        ];
        let finding = |(number, grant): (u8, Grant)| Finding {
            profile: ProfileId::from_random([number; 16]),
            verdict: Verdict {
                grant,
                account: Handle::parse("wiki")
                    .ok()
                    .zip(UserId::parse("12"))
                    .map(|(handle, id)| Account { id, handle }),
                evidence: vec!["X said \"no\"".to_owned()],
                needs: vec![(Need::Post, Answer::No), (Need::Media, Answer::Unknown)],
                retry_at: Some(Time::from_unix(9)),
                remedy: (number % 2 == 0).then_some(Remedy::EditApp),
                ..Verdict::of(Cause::LevelTooLow)
            },
            checked_at: Time::from_unix(7),
            judged: vec![(Field::AccessToken, key.of(&Secret::new("x")))],
            tried: (number % 3 == 0).then_some(Tried {
                cause: Cause::RateLimited,
                at: Time::from_unix(8),
                retry_at: (number > 0).then_some(Time::from_unix(10)),
            }),
        };
        let app = |(number, bearer): (u8, Option<Cause>)| AppFinding {
            app: AppId::from_random([number; 16]),
            keys: Cause::Ok,
            bearer,
            evidence: vec!["X answered 401".to_owned()],
            checked_at: Time::from_unix(7),
            judged: vec![(Field::BearerToken, key.of(&Secret::new("y")))],
        };
        let apps = [None, Some(Cause::Ok), Some(Cause::BearerRejected)];
        Findings::of((0..).zip(grants).map(finding), (0..).zip(apps).map(app))
    }

    fn written(findings: &Findings) -> String {
        let mut out = Vec::new();
        write_findings(&mut out, findings);
        String::from_utf8(out).expect("JSON is text")
    }

    #[test]
    fn findings_are_read_back() {
        assert_eq!(read_findings(&written(&findings())), findings());
        assert_eq!(read_findings(&written(&Findings::default())), Findings::default());
    }

    #[test]
    fn a_cache_of_the_first_birdkeep_is_read_as_ever() {
        let profile = ProfileId::from_random([1; 16]);
        let old = format!(
            r#"[{{"profile":"{profile}","checked_at":"2026-11-23T12:00:00Z","cause":"token_expired",
            "grant":{{"kind":"oauth1","level":"read-write"}},"evidence":["X answered 401"],
            "needs":[{{"need":"post","answer":"yes"}}],"judged":[],"retry_at":"2026-11-23T12:15:00Z"}}]"#
        );
        let read = read_findings(&old);
        assert_eq!(read.profiles.len(), 1);
        let verdict = &read.profiles[&profile].verdict;
        assert_eq!(
            (verdict.cause, verdict.needs.as_slice()),
            (Cause::TokenExpired, &[(Need::Post, Answer::Yes)][..])
        );
        assert_eq!(verdict.remedy(), Remedy::Refresh);
        assert_eq!(verdict.retry_at, Some(Time::from_unix(1_795_436_100)));
    }

    #[test]
    fn a_row_that_makes_no_sense_is_left_out_and_the_rest_is_kept() {
        let json = written(&findings());
        let odd = json.replacen("oauth1", "oauth9", 1).replacen("level_too_low", "moon_phase", 1);
        assert_eq!(read_findings(&odd).profiles.len(), findings().profiles.len() - 1);
        assert_eq!(read_findings(&odd).apps, findings().apps);
        // A cause of a newer birdkeep costs a check; a need or a remedy of one costs nothing but itself.
        let newer = json.replace("\"media\"", "\"teleport\"").replace("edit_app", "call_the_bird");
        let read = read_findings(&newer);
        assert_eq!(read.profiles.len(), findings().profiles.len());
        let read: Vec<_> = read.profiles.into_values().collect();
        assert!(read.iter().all(|finding| finding.verdict.needs == [(Need::Post, Answer::No)]));
        assert!(read.iter().all(|finding| finding.verdict.remedy.is_none()));
        assert_ne!(read_findings(&json.replace("level_too_low", "moon_phase")), findings());
        assert_eq!(read_findings("{}"), Findings::default());
    }
}
