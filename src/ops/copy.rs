//! Copies a secret for a while, and takes it back.

use super::World;
use crate::domain::secret::Secret;
use crate::host::{Cleared, ClipboardError};

/// Copies `secret`, flagged as sensitive; says which way it went: "the desktop clipboard".
///
/// # Errors
/// Nothing was copied; the terminal's own clipboard may still be offered.
pub fn copy(world: &World, secret: &Secret) -> Result<&'static str, ClipboardError> {
    world.clipboard.set(secret)?;
    Ok(world.clipboard.name())
}

/// Takes `secret` back if it is still what was copied last, and looks whether it is gone.
///
/// # Errors
/// It may still be there.
pub fn clear(world: &World, secret: &Secret) -> Result<Cleared, ClipboardError> {
    world.clipboard.clear_if(secret)
}
