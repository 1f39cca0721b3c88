//! Screens that fill the whole screen. They do not know each other: see `doors.rs`.

pub mod main;
pub mod unlock;
pub mod welcome;
