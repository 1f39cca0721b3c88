//! Ring four: the real program in a real pty, as a person uses it.

mod asks;
mod clipboard;
mod demo;
mod import;
mod journey;
mod login;
mod moving_in;
mod person;
mod run;
mod scan;
#[path = "../support/mod.rs"]
mod support;
mod walk;
