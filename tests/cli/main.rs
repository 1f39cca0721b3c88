//! The built program, driven from outside: what it answers, with which exit code, and what it never says.
//!
//! Vaults here are opened with an unencrypted identity, since every passphrase costs 0.7 s; `init` has the few that
//! need one.

mod authorize;
mod bench;
mod causes;
mod check;
#[path = "../support/hostile.rs"]
mod corpus;
mod doctor;
mod edit;
mod errors;
#[path = "../support/home.rs"]
mod home;
mod hostile;
mod init;
mod matrix;
mod run;
mod say;
mod scan;
mod shell;
mod token;
mod transfer;
mod watch;
