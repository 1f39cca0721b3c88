//! What checks found, kept between two runs: a cache, sealed beside the vault for this machine alone.
//!
//! Losing it costs a check, so no trouble with it ever stops anything: it comes back as a sentence.

use super::session::Session;
use super::world::World;
use crate::domain::verdict::Finding;
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
pub fn remember(world: &World, session: &Session, findings: Vec<Finding>) -> Remembered {
    // Another process may have kept newer ones meanwhile. What cannot be read has been told on opening.
    let kept = vault::findings(&*world.store, &session.keyring, &session.loaded).unwrap_or_default();
    let session = session.with_findings(newer(session, kept)).with_findings(findings);
    let all = session.findings().values();
    let written = vault::keep_findings(&*world.store, &session.keyring, &session.loaded, all);
    let warning = written.err().map(|error| format!("what was found is not kept for the next time: {error}"));
    Remembered { session, warning }
}

fn newer(session: &Session, kept: Vec<Finding>) -> Vec<Finding> {
    let is_newer = |finding: &Finding| {
        let ours = session.findings().get(&finding.profile);
        ours.is_none_or(|ours| ours.stamp() < finding.stamp())
    };
    kept.into_iter().filter(is_newer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::Field;
    use crate::domain::id::ProfileId;
    use crate::domain::secret::Secret;
    use crate::domain::verdict::{Cause, Verdict};
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
        assert_eq!(remember(&world, &session, vec![finding.clone()]).warning, None);
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
        let session = remember(&world, &session, vec![late.clone()]).session;
        assert_eq!(held(&session), None);
        let session = remember(&world, &session, vec![good.clone()]).session;
        let session = remember(&world, &session, vec![late]).session;
        assert_eq!(held(&session), Some(good.clone()));
        assert_eq!(held(&unlock(&world, Some(&passphrase())).expect("opens")), Some(good));
    }

    #[test]
    fn an_outage_is_told_beside_the_verdict_and_not_in_its_place() {
        let world = world();
        let session = with_profile(&world);
        let session = set(&world, &session, Field::AccessToken, "1-made-up");
        let good = found(&world, &session, "1-made-up");
        let session = remember(&world, &session, vec![good.clone()]).session;
        let mut down = found(&world, &session, "1-made-up");
        down.verdict = Verdict::of(Cause::Unreachable);
        let session = remember(&world, &session, vec![down.clone()]).session;
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
        let session = remember(&world, &session, vec![down.clone()]).session;
        assert_eq!(held(&session), Some(down));
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
        assert_eq!(remember(&world, &again, vec![finding.clone()]).warning, None);
        let again = unlock(&world, Some(&passphrase())).expect("opens");
        assert_eq!((held(&again), notices(&again)), (Some(finding), Vec::new()));
    }
}
