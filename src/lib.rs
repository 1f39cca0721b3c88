//! A terminal vault for the credentials of X bots.

pub mod config;
pub mod domain;
pub mod exchange;
pub mod failure;
pub mod host;
pub mod ops;
pub mod sim;
pub mod tui;
pub mod vault;
pub mod x;
