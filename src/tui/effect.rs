//! Everything the screen can want from the outside, as one closed list.
//!
//! An effect is a value: `update` returns it, `perform.rs` does it. It names secrets by [`SecretRef`]; a `Secret`
//! itself (redacted in `Debug`) rides along only where a person has just typed or pasted it.

use super::message::Ticket;
use crate::domain::edit::Edit;
use crate::domain::fields::{Credential, Field};
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::permission::Scopes;
use crate::domain::rotation::Way;
use crate::domain::secret::Secret;
use crate::ops::authorize::{self, Given, Press};
use crate::ops::regenerate::Setup;
use crate::ops::revoke::Target;
use crate::ops::run::Preset;
use crate::ops::transfer::{AskGit, Over, Reach, Replace};

/// One thing to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Begin a job; its replies carry the ticket.
    Start(Ticket, Job),
    /// Let a job end early. Custody jobs go on.
    Cancel(Ticket),
    /// Drop the session and with it every key: the screen is locked.
    Forget,
    /// Seal these forms; they are back after the next unlock. An empty list forgets them.
    KeepDraft(Vec<Draft>),
    /// Hand the value to the terminal (OSC 52). Its clearing cannot be verified.
    CopyThroughTerminal(SecretRef),
    /// Show a page in the browser.
    OpenLink(String),
    /// Hand the address of a login to the terminal (OSC 52). It is good for one login.
    CopyLoginThroughTerminal(Ticket),
    /// Hand a text that is no secret to the terminal (OSC 52).
    CopyTextThroughTerminal(String),
    /// Give up the login that this job has begun, unless it is being finished.
    DropLogin(Ticket),
    /// Let the demo's console regenerate a credential, and paste what it shows as a person would.
    PlayConsole(Owner, Credential),
    /// Let the demo's console set an app up, and paste those of its values that are asked for.
    PlaySetup {
        /// The app, as far as it is in the vault.
        app: AppId,
        /// How it is set up.
        setup: Setup,
        /// The values to be pasted.
        fields: Vec<Field>,
    },
    /// Give the terminal back and stop, as Ctrl-Z does elsewhere.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// End this run, for the demo.
    Demo,
    /// End this run.
    Quit,
}

/// A value by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretRef {
    /// Whose.
    pub owner: Owner,
    /// Which.
    pub field: Field,
}

/// An unsaved form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Which form it is, as the form itself writes it.
    pub key: String,
    /// What was typed, by the form's own names.
    pub fields: Vec<(String, Secret)>,
}

/// Work that takes a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Open the vault. `None`: the identity is not encrypted.
    Unlock {
        /// The passphrase.
        passphrase: Option<Secret>,
    },
    /// Make a vault.
    Init {
        /// Its passphrase.
        passphrase: Secret,
        /// Whether to make a recovery key.
        recovery: RecoveryKey,
    },
    /// Change the passphrase.
    Rekey {
        /// The present one.
        old: Secret,
        /// The new one.
        new: Secret,
    },
    /// Save edits.
    Save {
        /// In order.
        edits: Vec<Edit>,
        /// What a person calls them: "delete “wiki”".
        what: String,
        /// Whether this can be taken back with one key.
        undo: Undo,
    },
    /// Look whether another process saved.
    Reload,
    /// Ask X about these profiles.
    Check(Vec<ProfileId>),
    /// Do the next stage of a rotation.
    Rotate {
        /// Whose.
        owner: Owner,
        /// Which credential.
        credential: Credential,
        /// What the stage needs from a person.
        input: RotateInput,
    },
    /// Begin a login: X is asked where it has to be. What is secret of it stays with the performer, under this ticket.
    Login(LoginAsk),
    /// Wait for the redirect of a login, and finish it with that.
    HearLogin(Ticket),
    /// Finish a login with what a person brought.
    FinishLogin {
        /// The job that began it.
        login: Ticket,
        /// The PIN, or the address.
        given: Given,
    },
    /// Try once more to save what a login has brought.
    KeepLogin(Ticket),
    /// Open the page of a login in the browser.
    OpenLogin(Ticket),
    /// Put the address of a login into the clipboard.
    CopyLogin(Ticket),
    /// Do something on the page of a login; for the demo, which has no browser.
    PlayLogin {
        /// The job that began it.
        login: Ticket,
        /// What is done there.
        press: Press,
    },
    /// Renew the OAuth 2.0 tokens of a profile, since X refuses its access token.
    Refresh(ProfileId),
    /// Kill tokens at X.
    Revoke(Target),
    /// Forget the replaced values of an app or a profile for good.
    Purge(Owner),
    /// Put a value into the clipboard.
    Copy(SecretRef),
    /// Put a text into the clipboard that is no secret; nothing takes it back.
    CopyText(String),
    /// Take back what was copied, if it is still ours.
    ClearClipboard,
    /// Read what was pasted or named, without changing anything.
    PreviewImport {
        /// Where it is.
        source: ImportSource,
        /// The format's word; `None`: recognise it.
        format: Option<&'static str>,
        /// What becomes of values that differ from the vault's.
        replace: Replace,
    },
    /// Write apps and profiles into a file.
    Export {
        /// Whose values.
        owners: Vec<Owner>,
        /// The format's word.
        format: &'static str,
        /// How much of them.
        reach: Reach,
        /// The names of variables, where the format has some; `None`: ours.
        names: Option<&'static Preset>,
        /// The file, as a person typed it.
        path: String,
        /// What becomes of one that is there.
        over: Over,
    },
    /// Look what other tools have left here, without opening any of it.
    FindImports,
    /// Look at files that were imported: who may read them, and how git stands to them.
    LookAtFiles {
        /// Their names.
        files: Vec<String>,
        /// Whether git is asked.
        ask: AskGit,
    },
    /// Think of six words for a passphrase.
    Suggest,
}

/// What login is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginAsk {
    /// Whose.
    pub profile: ProfileId,
    /// How.
    pub way: authorize::Way,
    /// What for, of OAuth 2.0.
    pub scopes: Option<Scopes>,
    /// What becomes of the tokens.
    pub purpose: Purpose,
}

/// What becomes of the tokens of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// They are put in place.
    Store,
    /// The rotation that waits for them takes them.
    Rotate,
}

/// Where an import comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportSource {
    /// It was pasted.
    Pasted(Secret),
    /// It is in the files of these names.
    Files(Vec<String>),
}

/// What a stage of a rotation needs from a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RotateInput {
    /// Nothing but consent.
    Go,
    /// Consent to this way instead of the usual one.
    By(Way),
    /// The new values.
    Pasted(Vec<(Field, Secret)>),
    /// The wish to end it.
    Abandon,
}

/// Whether a new vault gets a recovery key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryKey {
    /// It does.
    Make,
    /// It does not.
    Without,
}

/// Whether a save can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// With `u`.
    Offer,
    /// It takes something back itself.
    None,
}

/// What a job is, apart from what it works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobKind {
    /// What a person reads while it runs: "saving".
    pub label: &'static str,
    /// Whether it finishes whatever happens to the screen.
    pub custody: bool,
    /// Whether it is listed among the tasks. What is over in a moment is not.
    pub listed: bool,
}

/// What a login is from the moment on at which the browser or a person has come back.
pub const FINISHING: JobKind = JobKind { label: "logging in", custody: true, listed: true };

impl Job {
    /// What kind of job it is.
    pub const fn kind(&self) -> JobKind {
        const fn kind(label: &'static str, custody: bool, listed: bool) -> JobKind {
            JobKind { label, custody, listed }
        }
        match self {
            Self::Unlock { .. } => kind("unlocking", false, true),
            Self::Init { .. } => kind("making the vault", true, true),
            Self::Rekey { .. } => kind("changing the passphrase", true, true),
            Self::Save { .. } => kind("saving", true, true),
            Self::Reload => kind("looking for changes", false, false),
            Self::Check(_) => kind("checking", false, true),
            Self::Rotate { .. } => kind("rotating", true, true),
            Self::Login(_) => kind("asking X for a login", false, true),
            Self::HearLogin(_) => kind("waiting for the login", false, false),
            Self::FinishLogin { .. } | Self::KeepLogin(_) => FINISHING,
            Self::OpenLogin(_) => kind("opening the page", false, false),
            Self::CopyLogin(_) => kind("copying the address", false, false),
            Self::PlayLogin { .. } => kind("playing the page", false, false),
            Self::Refresh(_) => kind("refreshing", true, true),
            Self::Revoke(_) => kind("revoking", true, true),
            Self::Purge(_) => kind("purging", true, true),
            Self::Copy(_) | Self::CopyText(_) => kind("copying", false, false),
            Self::ClearClipboard => kind("clearing the clipboard", true, false),
            Self::PreviewImport { .. } => kind("reading", false, true),
            Self::Export { .. } => kind("exporting", false, true),
            Self::FindImports => kind("looking for files", false, false),
            Self::LookAtFiles { .. } => kind("looking at files", false, true),
            Self::Suggest => kind("thinking of words", false, false),
        }
    }
}
