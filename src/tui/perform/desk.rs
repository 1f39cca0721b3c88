//! Where the keys are while the vault is open. Locking clears the desk; work under way keeps its own copy until it
//! is finished, and cannot put it back.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::verdict::Findings;
use crate::ops::findings::Remembered;
use crate::ops::session::Session;
use crate::ops::snapshot::Snapshot;

/// Counts how often the desk was cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Epoch(u64);

/// Holds the session.
#[derive(Debug, Default)]
pub(super) struct Desk {
    inner: Mutex<Inner>,
    remembering: Mutex<()>,
}

#[derive(Debug, Default)]
struct Inner {
    epoch: u64,
    session: Option<Session>,
    /// The generation the screen was shown last.
    shown: Option<u64>,
}

impl Desk {
    /// The time between two clearings that is now.
    pub(super) fn epoch(&self) -> Epoch {
        Epoch(self.inner().epoch)
    }

    /// The session, if the vault is open.
    pub(super) fn session(&self) -> Option<Session> {
        self.inner().session.clone()
    }

    /// Puts a newer session in place. Nothing happens if the desk was cleared since `epoch`, or holds a newer one.
    /// Returns what the screen may see.
    pub(super) fn put(&self, epoch: Epoch, session: &Session) -> Snapshot {
        let mut inner = self.inner();
        let generation = session.loaded().generation;
        let newer = inner.session.as_ref().is_none_or(|old| old.loaded().generation <= generation);
        if inner.epoch != epoch.0 {
            return session.snapshot();
        }
        if newer {
            let found = inner.session.as_ref().map(|old| old.findings().clone());
            inner.session = Some(session.with_findings(found.unwrap_or_default()));
        }
        let snapshot = inner.session.as_ref().map_or_else(|| session.snapshot(), Session::snapshot);
        inner.shown = Some(snapshot.vault.generation);
        snapshot
    }

    /// Replaces the session whatever was there: after an unlock.
    pub(super) fn open(&self, epoch: Epoch, session: &Session) -> Snapshot {
        let mut inner = self.inner();
        if inner.epoch == epoch.0 {
            inner.session = Some(session.clone());
            inner.shown = Some(session.loaded().generation);
        }
        session.snapshot()
    }

    /// Adds what a check found, through `keep`, which also writes it down, and gives its warning. Where the desk was
    /// cleared since `epoch` it is written down all the same, with the keys the check was begun with: it was paid for.
    pub(super) fn remember(
        &self,
        epoch: Epoch,
        asked: Session,
        findings: Findings,
        keep: impl Fn(&Session, Findings) -> Remembered,
    ) -> Option<String> {
        // What is written down is all that is known, so one check after the other does it.
        let _alone = self.remembering.lock().unwrap_or_else(PoisonError::into_inner);
        let present = self.session().filter(|_| self.epoch() == epoch);
        let kept = keep(&present.unwrap_or(asked), findings.clone());
        let mut inner = self.inner();
        if inner.epoch == epoch.0 {
            // A save may have come in between: then only the findings are new.
            let present = inner.session.take().unwrap_or(kept.session);
            inner.session = Some(present.with_findings(findings));
        }
        kept.warning
    }

    /// A snapshot, if the screen has not seen this generation yet.
    pub(super) fn unseen(&self) -> Option<Snapshot> {
        let mut inner = self.inner();
        let session = inner.session.clone()?;
        let generation = session.loaded().generation;
        if inner.shown == Some(generation) {
            return None;
        }
        inner.shown = Some(generation);
        Some(session.snapshot())
    }

    /// Drops the session and its keys.
    pub(super) fn clear(&self) {
        let mut inner = self.inner();
        inner.epoch += 1;
        inner.session = None;
        inner.shown = None;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::domain::id::ProfileId;
    use crate::domain::time::Time;
    use crate::domain::verdict::{Cause, Finding, Verdict};
    use crate::ops::testing::{PROFILE, with_profile, world};

    #[test]
    fn what_a_check_found_is_written_down_after_a_lock_and_brings_no_key_back() {
        let session = with_profile(&world());
        let desk = Desk::default();
        let epoch = desk.epoch();
        desk.open(epoch, &session);
        let finding = Finding {
            profile: ProfileId::from_random(PROFILE),
            verdict: Verdict::of(Cause::Ok),
            checked_at: Time::from_const(1),
            judged: Vec::new(),
            tried: None,
        };
        let written = Cell::new(0);
        let keep = |session: &Session, found: Findings| {
            written.set(written.get() + found.profiles.len());
            Remembered { session: session.with_findings(found), warning: Some("a full disk".to_owned()) }
        };
        let remember =
            || desk.remember(epoch, session.clone(), [finding.clone()].into_iter().collect(), keep);
        assert_eq!(remember().as_deref(), Some("a full disk"));
        assert_eq!(desk.session().map(|open| open.findings().profiles.len()), Some(1));
        desk.clear();
        assert_eq!(remember().as_deref(), Some("a full disk"));
        assert!(desk.session().is_none(), "the desk stays empty");
        assert_eq!(written.get(), 2);
    }
}
