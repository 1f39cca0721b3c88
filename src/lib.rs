//! birdkeep: a full-screen terminal vault for the credentials of X (Twitter) bots.
//!
//! This page is the map. It says where things are, what must stay absent for them to be safe, and how to add to
//! them. `tests/architecture.rs` holds the code to it.
//!
//! # Bird's eye
//!
//! ```text
//!            keys, paste, signals, deadlines, replies of jobs
//!                              │ one channel of Msg
//!                              ▼
//!   tui   update(&mut Model, Msg) ──► Vec<Effect> ──► perform ──► ops ──► vault  x  host
//!            │                                          │          ▲
//!            ▼                                          └── Msg ◄──┘
//!         view(&Model, &mut Frame)
//!
//!   cli   parse ──► ops ──► vault  x  host             sim: X in a box, one more Transport
//! ```
//!
//! The middle is pure: it takes values and gives values. Time, randomness, the network, the disk and the clipboard
//! are reached only at the edge, through the traits that [`ops::World`] holds. The demo and the tests hand in
//! other implementations of the same traits.
//!
//! # Map
//!
//! | folder | what lives there |
//! |---|---|
//! | [`domain`] | what the words mean: app, profile, field, grant, need, verdict, edit. Pure |
//! | [`vault`] | the file: sealed with age, signed by its writer, saved so that nothing is lost |
//! | [`x`] | the X API as values: requests, signatures, answers, the diagnosis |
//! | [`sim`] | X in a box: verifies signatures for real, fails by name |
//! | [`exchange`] | one file per import and export format |
//! | [`host`] | this machine: clock, randomness, clipboard, browser, folders, hardening |
//! | [`ops`] | what the program does, one verb per file, shared by command line and screen |
//! | [`cli`] | one file per subcommand |
//! | [`tui`] | the screen: loop, model, one folder per screen, one file per dialog |
//! | [`config`] | the table of settings |
//! | [`failure`] | every error a person sees: what, because, try this |
//!
//! `domain` imports nothing; `vault`, `x`, `exchange`, `host` and `config` import `domain`; `sim` imports `domain` and
//! `x`; `ops` imports all of these but `sim`; `tui` imports `domain`, `config` and `ops`; `cli` imports everything.
//!
//! # Invariants, as absences
//!
//! - `domain`, `tui::update` and every view read no clock, no file, no network. Time is a value.
//! - No effect and no message carries a secret, but for unlocking and rekeying; they carry references.
//! - The model of the screen holds no key of the vault: only the performer does, and locking drops it.
//! - No type that holds a secret has `Display` or `Serialize`; `Debug` is redacted. Text leaves through
//!   [`domain::secret::Secret::expose`] alone.
//! - No foreign text reaches a terminal, a log or an error but through [`domain::text::visible`].
//! - No check changes anything at X. No check runs on a timer, and none sleeps until a window of X's opens.
//! - No save overwrites what it has not seen: a save replays [`domain::edit::Edit`]s on what is on disk now.
//! - No refresh token is sent before the intent is on disk, no answer to it is read before it is on disk, and no new
//!   token is used before it is in the vault. Nothing calls such a request off.
//! - Nothing in a settings file is executed, and none weakens a limit below its floor.
//! - There is no `unsafe`.
//!
//! # Words
//!
//! *App*: an X developer app, stored once. *Profile*: one bot, one X account used through one app. *Field*: one of
//! nine stored values. *Credential*: what X issues and kills as one, such as key and secret. *Grant*: what a
//! credential may do. *Need*: what the bot is meant to do. *Action*: something that can be done through X's API,
//! with what it takes. *Ability*: whether a bot may do it, and what is lacking. *Verdict*: need held against grant,
//! with cause, evidence and one next step. *Hint*: what stored values tell by themselves. *Remedy*: what puts a cause
//! right. *Check*: one read-only question asked of X. *Rotation*: replacing a credential, stage by
//! stage, saved after each. *Holder*: the machine that refreshes a bot's OAuth 2.0 tokens. *Candidate*: a value that waits to be verified. *Generation*: the vault's save counter.
//!
//! # How to add
//!
//! - a field, action, need, cause, stage, setting, format, command, key: one row in its table; help, footer, README and
//!   machine output are read off the rows, and the table's tests say what a row must keep;
//! - a screen or dialog: see [`tui`]; a check: a file in `x/checks` and its row; an endpoint: a file in
//!   `x/endpoints` and a route in `sim/routes.rs`, so that it can be tried without X.

pub mod cli;
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
