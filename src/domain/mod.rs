//! What the words mean: apps, profiles, fields, grants, verdicts, edits.
//!
//! Pure: no input or output, no clock, no randomness, nothing of any other folder. What needs the time or a
//! random number is given it.

pub mod ability;
pub mod actions;
pub mod app;
pub mod credential;
pub mod custody;
pub mod document;
pub mod edit;
pub mod fields;
pub mod fingerprint;
pub mod freshness;
pub mod hints;
pub mod id;
pub mod labels;
pub mod merge;
pub mod names;
pub mod needs;
pub mod pasted;
pub mod permission;
pub mod phrase;
pub mod profile;
pub mod rotation;
pub mod search;
pub mod secret;
pub mod staleness;
pub mod standing;
pub mod text;
pub mod time;
pub mod unknown;
pub mod verdict;
