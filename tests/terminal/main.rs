//! Ring four: the real program in a real pty, as a person uses it.

mod demo;
#[path = "../support/mod.rs"]
mod support;
