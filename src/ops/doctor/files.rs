//! The files: vault, identity, settings, state, backups, and what else lies beside them.

use std::io;
use std::path::PathBuf;

use super::words::{argument, bytes, path};
use super::{Examination, Level, Said, Topic};
use crate::domain::phrase::{ago, counted};
use crate::domain::time::Time;
use crate::failure::Failure;
use crate::host::probe::entry::{Entry, Kind};
use crate::vault::Holding;
use crate::vault::seal::{Cost, Outside};

/// What is known of the files.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub(super) vault: Sealed,
    pub(super) identity: Sealed,
    /// Whether the identity was found beside a vault that was named.
    pub(super) beside: bool,
    /// How much a passphrase costs here.
    pub(super) cost: Cost,
    pub(super) config: Seen,
    /// What the settings file says: remarks on its lines, or why it cannot be taken at all.
    pub(super) settings: Result<Vec<String>, Failure>,
    pub(super) state: Seen,
    /// The vaults of which there is a mark.
    pub(super) marks: usize,
    pub(super) backups: Result<Backups, String>,
    pub(super) leftovers: Vec<PathBuf>,
    /// Values in the clear that were handed to bots by processes that are gone.
    pub(super) handed: Vec<PathBuf>,
    /// Refreshes that were cut off.
    pub(super) refreshes: Result<usize, String>,
    pub(super) holding: Holding,
    pub(super) now: Time,
}

/// A name and what is there.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) path: PathBuf,
    pub(super) entry: Result<Option<Entry>, io::ErrorKind>,
}

/// A file that should be an age file.
#[derive(Clone, Debug)]
pub(super) struct Sealed {
    pub(super) seen: Seen,
    pub(super) outside: Option<Inner>,
}

/// What such a file turns out to be.
#[derive(Clone, Debug)]
pub(super) enum Inner {
    /// An age file.
    Age(Outside),
    /// Text in the clear, as an identity may be.
    Clear,
    /// Neither, or it cannot be read: why.
    Damaged(String),
}

/// The backups there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Backups {
    pub(super) number: usize,
    /// Those that could not be read when they were replaced.
    pub(super) unreadable: usize,
    pub(super) newest: Option<Time>,
}

impl Seen {
    fn there(&self) -> Option<Entry> {
        self.entry.ok().flatten()
    }

    /// What keeps a plain file from being one.
    fn odd(&self, label: &str) -> Option<Said> {
        let shown = path(&self.path);
        let kind = match self.entry {
            Ok(Some(entry)) if entry.kind != Kind::File => entry.kind,
            Err(error) => {
                let what = format!("the {label} cannot be looked at");
                let said = Said::trouble(what).because(format!("{shown}: {error}"));
                return Some(said.try_this("look at owners and modes of the folders above it"));
            }
            Ok(_) => return None,
        };
        let (what, because) = match kind {
            Kind::Link => ("is a link", "a link could lead anywhere, so it is not followed"),
            Kind::Folder => ("is a folder", "a file is wanted there"),
            Kind::File | Kind::Other => ("is not a plain file", "nothing else is read"),
        };
        Some(
            Said::trouble(format!("the {label} {what}: {shown}"))
                .because(because)
                .try_this("name the file itself"),
        )
    }
}

impl Files {
    fn has_vault(&self) -> bool {
        self.vault.seen.there().is_some()
    }
}

/// The rows.
pub(super) static TOPIC: Topic<Files> = Topic {
    word: "files",
    label: "Files",
    facts: |facts| &facts.files,
    rows: &[
        Examination {
            name: "vault",
            doc: "where the vault is, its size, mode, owner and last save",
            look: vault,
        },
        Examination {
            name: "recipients",
            doc: "how many keys open the vault; one alone is a risk",
            look: recipients,
        },
        Examination { name: "identity", doc: "whether the identity is there and private", look: identity },
        Examination { name: "passphrase", doc: "what a guess at the passphrase costs", look: passphrase },
        Examination { name: "settings", doc: "what is odd in config.toml", look: settings },
        Examination {
            name: "state",
            doc: "whether the folder of marks and journals is private",
            look: state,
        },
        Examination { name: "backups", doc: "how many saves are kept beside the vault", look: backups },
        Examination { name: "leftovers", doc: "files that killed processes left behind", look: leftovers },
        Examination { name: "refreshes", doc: "refreshes of tokens that were cut off", look: refreshes },
        Examination { name: "lock", doc: "who is saving right now", look: lock },
    ],
};

fn vault(files: &Files) -> Vec<Said> {
    let seen = &files.vault.seen;
    if let Some(odd) = seen.odd("vault") {
        return vec![odd];
    }
    let (shown, Some(entry)) = (path(&seen.path), seen.there()) else {
        let said =
            Said::note("there is no vault yet").because(format!("{} does not exist", path(&seen.path)));
        return vec![
            said.try_this("birdkeep init makes one, --vault names another, birdkeep demo needs none"),
        ];
    };
    if let Some(Inner::Damaged(why)) = &files.vault.outside {
        let said = Said::trouble(format!("the vault is damaged: {shown}")).because(why);
        return vec![said.try_this("birdkeep restore --list shows the backups")];
    }
    let mut all = vec![Said::ok(format!(
        "{shown}: {}, mode {}, written {}",
        bytes(entry.size),
        entry.octal(),
        ago(files.now.since(entry.modified))
    ))];
    if !entry.ours {
        let said = Said::warning("the vault belongs to another user").because("the next save makes it yours");
        all.push(said.try_this("look whether this is the vault you mean, and who else saves it"));
    }
    let chmod = format!("chmod 600 {}", argument(&seen.path));
    if entry.others_write() {
        let said = Said::warning(format!("others can write to the vault (mode {})", entry.octal()));
        all.push(said.because("they can damage it, or put back an older one").try_this(chmod));
    } else if entry.others_read() {
        let said = Said::note(format!("others can read the vault (mode {})", entry.octal()));
        all.push(said.because("it is sealed, so this tells them little").try_this(chmod));
    }
    all
}

fn recipients(files: &Files) -> Vec<Said> {
    let Some(Inner::Age(outside)) = &files.vault.outside else { return Vec::new() };
    if outside.others > 0 || outside.recipients == 0 {
        let said = Said::trouble("the vault is sealed in a way that birdkeep does not use");
        let because = "it takes age X25519 keys (age1…) alone: no passphrase, no SSH, no plugin";
        return vec![said.because(because).try_this("birdkeep restore --list shows the backups")];
    }
    if outside.recipients == 1 {
        let said = Said::warning("one key alone opens the vault")
            .because("there is no recovery key: who loses the identity or its passphrase loses everything");
        return vec![said.try_this(format!(
            "keep a copy of {} and its passphrase away from this machine; a new vault can get a recovery key: \
             birdkeep init --recovery-key FILE",
            path(&files.identity.seen.path)
        ))];
    }
    vec![Said::ok(format!("{} open the vault", counted(outside.recipients, "key")))]
}

fn identity(files: &Files) -> Vec<Said> {
    let seen = &files.identity.seen;
    if let Some(odd) = seen.odd("identity") {
        return vec![odd];
    }
    let (shown, Some(entry)) = (path(&seen.path), seen.there()) else {
        if !files.has_vault() {
            return Vec::new();
        }
        let said = Said::trouble("the identity is missing");
        let said =
            said.because(format!("{} does not exist, and nothing else opens the vault", path(&seen.path)));
        return vec![said.try_this("copy it back from where you keep it, or name it with --identity")];
    };
    let mut all = vec![exposure(files, entry).unwrap_or_else(|| {
        match &files.identity.outside {
            Some(Inner::Damaged(why)) => Said::trouble(format!("the identity is damaged: {shown}"))
                .because(why)
                .try_this("copy it back from where you keep it, or use the recovery key"),
            Some(Inner::Clear) => Said::ok(format!("{shown}: not encrypted, mode {}", entry.octal())),
            _ => Said::ok(format!("{shown}: encrypted, mode {}", entry.octal())),
        }
    })];
    if files.beside {
        let said = Said::note("the identity was found beside the vault that was named");
        let said = said.because("whoever put one there could have put both");
        all.push(said.try_this("--identity names your own"));
    }
    all
}

/// Who else gets at the identity.
fn exposure(files: &Files, entry: Entry) -> Option<Said> {
    let seen = &files.identity.seen;
    let chmod = format!("chmod 600 {}", argument(&seen.path));
    let mode = format!("mode {}", entry.octal());
    let open = entry.mode & 0o077 != 0;
    match &files.identity.outside {
        Some(Inner::Clear) if open => Some(
            Said::trouble(format!("the identity is not encrypted, and others can get at it ({mode})"))
                .because("whoever reads it opens the vault; birdkeep refuses it so")
                .try_this(chmod),
        ),
        Some(Inner::Clear) if !entry.ours => Some(
            Said::trouble("the identity is not encrypted, and belongs to another user")
                .because("its owner opens the vault; birdkeep refuses it so")
                .try_this(format!("make it yours: {}", path(&seen.path))),
        ),
        _ if open => Some(
            Said::warning(format!("others can get at the identity ({mode}): {}", path(&seen.path)))
                .because("who has a copy can guess at its passphrase for as long as it takes")
                .try_this(chmod),
        ),
        _ if !entry.ours => Some(
            Said::warning(format!("the identity belongs to another user: {}", path(&seen.path)))
                .because("its owner can replace it")
                .try_this("look whether this is the identity you mean"),
        ),
        _ => None,
    }
}

fn passphrase(files: &Files) -> Vec<Said> {
    let cost = files.cost;
    vec![match &files.identity.outside {
        Some(Inner::Clear) => Said::note("no passphrase protects the identity")
            .because("its mode alone keeps others out; for a server that is meant so")
            .try_this("birdkeep passwd seals it"),
        Some(Inner::Age(Outside { factor: Some(factor), .. })) => {
            let (factor, written, accepted) = (*factor, cost.written(), cost.accepted());
            if factor > accepted {
                Said::trouble(format!("the passphrase costs scrypt factor {factor}"))
                    .because(format!("at most {accepted} is accepted here: it would take too much memory"))
                    .try_this("seal the identity anew where it was made, with stock age or an older birdkeep")
            } else if factor < written {
                Said::warning(format!("guesses at the passphrase are cheap: scrypt factor {factor}"))
                    .because(format!(
                        "{written} is written today; every step less halves the cost of a guess"
                    ))
                    .try_this("birdkeep passwd seals it anew; the passphrase may stay the same")
            } else {
                // scrypt's block size is 8: 2^factor blocks of 1 KiB.
                let memory = bytes(1_u64 << (u32::from(factor) + 10).min(63));
                Said::ok(format!(
                    "a guess at the passphrase takes {memory} of memory (scrypt factor {factor})"
                ))
            }
        }
        Some(Inner::Age(_)) => Said::trouble("the identity is sealed, but not under a passphrase")
            .because("birdkeep opens passphrase files and plain identities alone")
            .try_this("name another with --identity"),
        Some(Inner::Damaged(_)) | None => return Vec::new(),
    }]
}

fn settings(files: &Files) -> Vec<Said> {
    let shown = path(&files.config.path);
    let mut all: Vec<Said> = match &files.settings {
        Err(failure) => vec![Said::failure(Level::Trouble, failure)],
        Ok(remarks) => remarks
            .iter()
            .map(|remark| Said::warning(remark).try_this(format!("correct that line of {shown}")))
            .collect(),
    };
    match files.config.there() {
        None if all.is_empty() => all.push(Said::ok("no settings file: the defaults hold")),
        Some(entry) if entry.others_write() => {
            let said = Said::warning(format!("others can change the settings (mode {})", entry.octal()));
            let said =
                said.because("no setting can weaken a limit below its floor, but keys and colours are yours");
            all.push(said.try_this(format!("chmod 600 {}", argument(&files.config.path))));
        }
        _ if all.is_empty() => all.push(Said::ok(format!("{shown}: every line is taken as it stands"))),
        _ => {}
    }
    all
}

fn state(files: &Files) -> Vec<Said> {
    let shown = path(&files.state.path);
    vec![match files.state.entry {
        Err(error) => Said::trouble("the state folder cannot be looked at")
            .because(format!("{shown}: {error}"))
            .try_this("look at owners and modes of the folders above it"),
        Ok(None) if files.has_vault() => Said::note("this machine remembers nothing of the vault yet")
            .because("until it does, an older copy put in its place would not be noticed")
            .try_this("open it once: birdkeep list"),
        Ok(None) => return Vec::new(),
        Ok(Some(entry)) if entry.kind != Kind::Folder => {
            Said::trouble(format!("the state folder is none: {shown}"))
                .because("marks and journals have no place")
                .try_this("move away what is there")
        }
        Ok(Some(entry)) if entry.mode & 0o077 != 0 || !entry.ours => {
            let why =
                if entry.ours { format!("mode {}", entry.octal()) } else { "another user’s".to_owned() };
            Said::trouble(format!("the state folder is not private ({why}): {shown}"))
                .because("others could put back an older mark, so birdkeep refuses it")
                .try_this(format!("chmod 700 {}, and make sure it is yours", argument(&files.state.path)))
        }
        Ok(Some(entry)) => {
            Said::ok(format!("{shown}: mode {}, {} known", entry.octal(), counted(files.marks, "vault")))
        }
    }]
}

fn backups(files: &Files) -> Vec<Said> {
    if !files.has_vault() {
        return Vec::new();
    }
    match &files.backups {
        Err(why) => vec![
            Said::warning("the backups cannot be looked at")
                .because(why)
                .try_this("look at owner and mode of that folder"),
        ],
        Ok(Backups { number: 0, .. }) => vec![
            Said::note("there are no backups yet")
                .because("every save keeps the one before it; the last ten stay"),
        ],
        Ok(found) => {
            let newest = found.newest.map(|at| format!(", newest: {}", ago(files.now.since(at))));
            let newest = newest.unwrap_or_default();
            let mut all = vec![Said::ok(format!("{}{newest}", counted(found.number, "backup")))];
            if found.unreadable > 0 {
                let what = format!("{} could not be read when replaced", counted(found.unreadable, "backup"));
                let said = Said::note(what).because("a damaged vault was saved over, and kept");
                all.push(said.try_this("birdkeep restore --list shows them"));
            }
            all
        }
    }
}

fn leftovers(files: &Files) -> Vec<Said> {
    let unadopted = |left: &&PathBuf| left.extension().is_some_and(|end| end == "new");
    let (new, temp): (Vec<_>, Vec<_>) = files.leftovers.iter().partition(unadopted);
    let mut all = Vec::new();
    if let Some(first) = temp.first() {
        let said =
            Said::note(format!("{} of killed processes: {}", counted(temp.len(), "temp file"), path(first)));
        all.push(said.because("they are sealed, and of no use").try_this("the next save removes them"));
    }
    if let Some(new) = new.first() {
        let said = Said::note(format!("a change of the passphrase was cut off: {}", path(new)));
        let said = said.because("the identity still opens with the passphrase from before");
        all.push(said.try_this("birdkeep passwd begins anew"));
    }
    if let Some(first) = files.handed.first() {
        let number = counted(files.handed.len(), "file");
        let said = Said::warning(format!(
            "values of bots in the clear: {number} of killed processes: {}",
            path(first)
        ));
        let said = said.because("birdkeep run --file removes its file at the end, but not when it is killed");
        all.push(said.try_this("end the bot if it still runs; the next birdkeep run --file removes them"));
    }
    if all.is_empty() && files.has_vault() {
        all.push(Said::ok("nothing was left behind by killed processes"));
    }
    all
}

fn refreshes(files: &Files) -> Vec<Said> {
    match &files.refreshes {
        Err(why) => vec![
            Said::trouble("the journals of refreshes cannot be looked at")
                .because(why)
                .try_this("look at owner and mode of that folder"),
        ],
        Ok(0) => Vec::new(),
        Ok(number) => vec![
            Said::warning(format!("refreshes of tokens that are under way or were cut off: {number}"))
                .because("X may have answered what nobody has read yet")
                .try_this("whatever opens the vault takes it up: birdkeep list"),
        ],
    }
}

fn lock(files: &Files) -> Vec<Said> {
    vec![match &files.holding {
        Holding::NoFile => return Vec::new(),
        Holding::Nobody => Said::ok("nobody is saving"),
        Holding::Somebody(who) => {
            let who = who.as_ref().map(|who| format!(" ({who})")).unwrap_or_default();
            Said::note(format!("another birdkeep is saving{who}")).try_this("if it hangs, end that process")
        }
        Holding::NoLocks => Said::warning("the vault’s file system knows no locks")
            .because("two saves at once would not wait for each other")
            .try_this("do not save from two places at the same time"),
        Holding::Unreadable => Said::warning("vault.lock cannot be opened")
            .because("it is a link, or not yours to read")
            .try_this("look at owner and mode of vault.lock beside the vault"),
    }]
}

#[cfg(test)]
mod tests;
