//! What checks found, kept between two runs: a cache, sealed beside the vault for this machine alone.
//!
//! Losing it costs a check, so no trouble with it ever stops anything: it comes back as a sentence.

use super::session::Session;
use super::world::World;
use crate::domain::verdict::Findings;
use crate::vault;

/// A session with new findings.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// The session.
    pub session: Session,
    /// Why they are not kept for the next run.
    pub warning: Option<String>,
}

/// A session just opened, with what checks found earlier.
pub(super) fn recalled(world: &World, session: Session) -> Session {
    match vault::findings(&*world.store, &session.keyring, &session.loaded) {
        Ok(findings) => session.with_findings(findings),
        Err(error) => session.remarking(vec![format!("what earlier checks found cannot be used: {error}")]),
    }
}

/// The session with `findings`, which are also kept for the next unlock.
pub fn remember(world: &World, session: &Session, findings: Findings) -> Remembered {
    // Another process may have kept newer ones meanwhile. What cannot be read has been told on opening.
    let kept = vault::findings(&*world.store, &session.keyring, &session.loaded).unwrap_or_default();
    let session = session.with_findings(kept.newer_than(session.findings())).with_findings(findings);
    let written = vault::keep_findings(&*world.store, &session.keyring, &session.loaded, session.findings());
    let warning = written.err().map(|error| format!("what was found is not kept for the next time: {error}"));
    Remembered { session, warning }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::app::App;
    use crate::domain::credential::Slot;
    use crate::domain::edit::Edit;
    use crate::domain::fields::Field;
    use crate::domain::id::{AppId, ProfileId};
    use crate::domain::names::Name;
    use crate::domain::secret::Secret;
    use crate::domain::verdict::{AppFinding, Cause, Finding, Verdict};
    use crate::ops::save::save;
    use crate::ops::testing::{PROFILE, passphrase, set, with_profile, world};
    use crate::ops::trust::notices;
    use crate::ops::unlock::unlock;
    use crate::vault::Place;

    /// What a check says of an access token.
    fn found(world: &World, session: &Session, token: &str) -> Finding {
        let key = &session.document().fingerprints;
        Finding {
            profile: ProfileId::from_random(PROFILE),
            verdict: Verdict::of(Cause::Ok),
            checked_at: world.clock.now(),
            judged: vec![(Field::AccessToken, key.of(&Secret::new(token)))],
            tried: None,
        }
    }

    fn all<const N: usize>(found: [Finding; N]) -> Findings {
        found.into_iter().collect()
    }

    fn held(session: &Session) -> Option<Finding> {
        let snapshot = session.snapshot();
        let profile = snapshot.document.profile(ProfileId::from_random(PROFILE)).expect("there");
        snapshot.finding(profile).cloned()
    }

    #[test]
    fn findings_are_there_after_the_next_unlock_until_the_value_changes() {
        let world = world();
        let session = with_profile(&world);
        let session = set(&world, &session, Field::AccessToken, "1-made-up");
        let finding = found(&world, &session, "1-made-up");
        assert_eq!(remember(&world, &session, all([finding.clone()])).warning, None);
        let again = unlock(&world, Some(&passphrase())).expect("opens");
        assert_eq!(held(&again), Some(finding));
        assert_eq!(held(&set(&world, &again, Field::AccessToken, "1-another")), None);
    }

    #[test]
    fn a_verdict_on_a_value_that_was_changed_meanwhile_pushes_out_none_that_holds() {
        let world = world();
        let session = with_profile(&world);
        let session = set(&world, &session, Field::AccessToken, "1-new");
        let (late, good) = (found(&world, &session, "1-old"), found(&world, &session, "1-new"));
        let session = remember(&world, &session, all([late.clone()])).session;
        assert_eq!(held(&session), None);
        let session = remember(&world, &session, all([good.clone()])).session;
        let session = remember(&world, &session, all([late])).session;
        assert_eq!(held(&session), Some(good.clone()));
        assert_eq!(held(&unlock(&world, Some(&passphrase())).expect("opens")), Some(good));
    }

    #[test]
    fn an_outage_is_told_beside_the_verdict_and_not_in_its_place() {
        let world = world();
        let session = with_profile(&world);
        let session = set(&world, &session, Field::AccessToken, "1-made-up");
        let good = found(&world, &session, "1-made-up");
        let session = remember(&world, &session, all([good.clone()])).session;
        let mut down = found(&world, &session, "1-made-up");
        down.verdict = Verdict::of(Cause::Unreachable);
        let session = remember(&world, &session, all([down.clone()])).session;
        let known = held(&session).expect("known");
        assert_eq!(
            (&known.verdict, known.tried.map(|tried| tried.cause)),
            (&good.verdict, Some(Cause::Unreachable))
        );
        assert_eq!(held(&unlock(&world, Some(&passphrase())).expect("opens")), Some(known));
        // Of a value that has changed since, nothing was known: then the outage is the verdict.
        let session = set(&world, &session, Field::AccessToken, "1-another");
        let mut down = found(&world, &session, "1-another");
        down.verdict = Verdict::of(Cause::Unreachable);
        let session = remember(&world, &session, all([down.clone()])).session;
        assert_eq!(held(&session), Some(down));
    }

    #[test]
    fn what_x_said_of_a_bearer_token_is_known_until_it_is_replaced() {
        let world = world();
        let session = with_profile(&world);
        let mut made =
            App::new(AppId::from_random([9; 16]), Name::parse("bots").expect("valid"), world.clock.now());
        made.held.put(Slot {
            field: Field::BearerToken,
            secret: Secret::new("made-up"),
            changed_at: world.clock.now(),
            issued_at: None,
        });
        let app = made.id;
        let session = save(&world, &session, vec![Edit::AddApp(Box::new(made))]).expect("saved");
        let key = session.document().fingerprints.clone();
        let said = |cause, token: &str| AppFinding {
            app,
            keys: Cause::Ok,
            bearer: Some(cause),
            evidence: Vec::new(),
            checked_at: world.clock.now(),
            judged: vec![(Field::BearerToken, key.of(&Secret::new(token)))],
        };
        let of = |finding| Findings::of([], [finding]);
        let dead = said(Cause::BearerRejected, "made-up");
        let session = remember(&world, &session, of(dead.clone())).session;
        // An outage says nothing about it.
        remember(&world, &session, of(said(Cause::Unreachable, "made-up")));
        let again = unlock(&world, Some(&passphrase())).expect("opens");
        assert_eq!(again.snapshot().app_finding(app), Some(&dead));
        let later = remember(&world, &again, of(said(Cause::Ok, "another"))).session;
        assert_eq!(later.snapshot().app_finding(app), Some(&dead), "on another value");
    }

    #[test]
    fn a_cache_that_makes_no_sense_is_told_and_written_anew() {
        let world = world();
        let session = with_profile(&world);
        let session = set(&world, &session, Field::AccessToken, "1-made-up");
        let place = Place::Cache(session.loaded().vault);
        world.store.put(&place, b"no age file").expect("in memory");
        let again = unlock(&world, Some(&passphrase())).expect("opens all the same");
        assert!(notices(&again).iter().any(|line| line.contains("earlier checks")), "{:?}", notices(&again));
        let finding = found(&world, &again, "1-made-up");
        assert_eq!(remember(&world, &again, all([finding.clone()])).warning, None);
        let again = unlock(&world, Some(&passphrase())).expect("opens");
        assert_eq!((held(&again), notices(&again)), (Some(finding), Vec::new()));
    }
}
