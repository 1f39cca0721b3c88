//! An unlocked vault with the keys that save it: what locking throws away whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::snapshot::{Snapshot, VaultFacts};
use super::world::World;
use crate::domain::document::Document;
use crate::domain::id::ProfileId;
use crate::domain::time::Time;
use crate::domain::verdict::Findings;
use crate::vault::{Keyring, Loaded, Trust};

/// An unlocked vault. Cloning is cheap; the keys are wiped when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) keyring: Arc<Keyring>,
    pub(super) loaded: Arc<Loaded>,
    findings: Arc<Findings>,
    runs: Arc<BTreeMap<ProfileId, Time>>,
    name: Arc<str>,
    remarks: Arc<[String]>,
}

impl Session {
    pub(super) fn new(world: &World, keyring: Arc<Keyring>, loaded: Loaded) -> Self {
        let name = world.store.name().into();
        let loaded = Arc::new(loaded);
        let (findings, runs, remarks) = (Arc::default(), Arc::default(), Arc::default());
        Self { keyring, loaded, findings, runs, name, remarks }
    }

    /// This session with when bots were last run.
    pub(super) fn having_run(self, runs: BTreeMap<ProfileId, Time>) -> Self {
        Self { runs: Arc::new(runs), ..self }
    }

    /// This session with what else opening it brought to light.
    pub(super) fn remarking(self, remarks: Vec<String>) -> Self {
        let all = self.remarks.iter().cloned().chain(remarks);
        Self { remarks: all.collect(), ..self }
    }

    /// What opening it brought to light: one sentence each.
    pub(super) fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// This session on what was loaded or saved since.
    pub(super) fn on(&self, loaded: Loaded) -> Self {
        Self { loaded: Arc::new(loaded), ..self.clone() }
    }

    /// What the vault holds.
    pub fn document(&self) -> &Document {
        &self.loaded.document
    }

    /// How the vault was opened or saved: generation, signer, trust, notices.
    pub fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// The own age recipients and signing keys, in the order of the identity file.
    pub fn own_keys(&self) -> Vec<(String, String)> {
        self.keyring.all().map(|own| (own.recipient().to_string(), own.public().to_string())).collect()
    }

    /// Whether the vault may be used; else it can only be looked at, masked.
    pub fn is_trusted(&self) -> bool {
        self.loaded.trust == Trust::Trusted
    }

    /// What a screen may see.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            document: Arc::clone(&self.loaded.document),
            findings: Arc::clone(&self.findings),
            runs: Arc::clone(&self.runs),
            vault: VaultFacts {
                name: self.name.to_string(),
                generation: self.loaded.generation,
                saved_at: Some(self.loaded.saved_at),
                trusted: self.is_trusted(),
            },
        }
    }

    /// What checks found.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// This session with `findings` in the place of older ones on the same profiles and apps.
    #[must_use]
    pub fn with_findings(&self, findings: Findings) -> Self {
        let mut all = Arc::clone(&self.findings);
        Arc::make_mut(&mut all).enter_all(self.document(), findings);
        Self { findings: all, ..self.clone() }
    }
}
