//! The X API as values: requests are built and answers read here, and nothing else.
//!
//! [`wire`] is what goes over a [`wire::Transport`], [`http`] the transport that is the network. [`endpoints`] know
//! one address each, [`checks`] one question each; [`diagnose`] draws the verdict. Nothing here waits, retries,
//! reads a clock or stores anything: that is `ops`.

pub mod auth;
pub mod base;
pub mod checks;
pub mod diagnose;
pub mod endpoints;
pub mod error;
pub mod hold;
pub mod http;
pub mod limit;
pub mod prices;
pub mod reply;
pub mod sign;
pub mod wire;
