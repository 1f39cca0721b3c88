//! What surrounds the program: who runs it, with which variables, and who could replace it.

use std::path::PathBuf;
use std::time::Duration;

use super::files::Seen;
use super::words::{argument, path};
use super::{Examination, Said, Topic};
use crate::domain::text::visible_within;
use crate::domain::time::age;
use crate::host::probe::entry::Entry;
use crate::host::probe::git::Tracked;

/// What is known of the surroundings.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    pub(super) version: &'static str,
    /// Whether this is a build for working on birdkeep.
    pub(super) debug: bool,
    /// The program, if others can write to it or put another in its place.
    pub(super) replaceable: Option<PathBuf>,
    pub(super) root: bool,
    /// Who called `sudo`.
    pub(super) sudo: Option<String>,
    /// The umask before the program changed its own.
    pub(super) umask: Option<String>,
    /// The names of all variables that begin with `BIRDKEEP_`.
    pub(super) variables: Vec<String>,
    /// The file of the passphrase, where one is named.
    pub(super) passphrase_file: Option<(Seen, Option<Tracked>)>,
    /// Idle time until the screen locks, and the time until it locks whatever happens.
    pub(super) locks: (Duration, Duration),
    /// What the desktop calls itself.
    pub(super) session: Option<String>,
}

/// The variables there are, and what each does. Their values are never shown.
pub const VARIABLES: &[(&str, &str)] = &[
    ("BIRDKEEP_VAULT", "the vault file"),
    ("BIRDKEEP_IDENTITY", "the identity file"),
    ("BIRDKEEP_PASSPHRASE_FILE", "a file that holds the passphrase"),
    ("BIRDKEEP_PASSPHRASE_COMMAND", "a command that prints the passphrase; run without a shell"),
    ("BIRDKEEP_TRUST", "a signing key to believe"),
    ("BIRDKEEP_X_API", "another address in the place of X's: this machine's own alone"),
    ("BIRDKEEP_PROFILE", "the bot's name; `run` sets it for the bot"),
    ("BIRDKEEP_FD", "where the bot finds its values; `run --fd` sets it for the bot"),
    ("BIRDKEEP_FILE", "where the bot finds its values; `run --fd` and `--file` set it for the bot"),
];

/// The rows.
pub(super) static TOPIC: Topic<Environment> = Topic {
    word: "environment",
    label: "Around the program",
    facts: |facts| &facts.environment,
    rows: &[
        Examination {
            name: "program",
            doc: "which birdkeep this is, and whether others could replace it",
            look: program,
        },
        Examination { name: "user", doc: "whether it runs as root", look: user },
        Examination { name: "umask", doc: "the umask it was started with", look: umask },
        Examination {
            name: "variables",
            doc: "which BIRDKEEP_ variables are set, and which nobody reads",
            look: variables,
        },
        Examination {
            name: "passphrase-file",
            doc: "whether BIRDKEEP_PASSPHRASE_FILE is private",
            look: passphrase_file,
        },
        Examination { name: "locks", doc: "when the screen locks", look: locks },
    ],
};

fn program(environment: &Environment) -> Vec<Said> {
    let version = environment.version;
    let mut all = vec![if environment.debug {
        Said::note(format!("birdkeep {version}, built for working on it"))
            .because("it is slow, and checks more of itself")
            .try_this("cargo build --release")
    } else {
        Said::ok(format!("birdkeep {version}"))
    }];
    if let Some(program) = &environment.replaceable {
        let said = Said::warning(format!("others can replace the program: {}", path(program)));
        let said = said.because("another one in its place would be given the passphrase");
        all.push(said.try_this(format!("chmod go-w {}, and the folders above it", argument(program))));
    }
    all
}

fn user(environment: &Environment) -> Vec<Said> {
    vec![match (environment.root, &environment.sudo) {
        (true, Some(sudo)) => Said::warning(format!("running as root, for {}", visible_within(sudo, 40)))
            .because("what is saved now belongs to root, and that user cannot save it again")
            .try_this("leave out sudo"),
        (true, None) => {
            Said::note("running as root").because("nothing protects root’s memory from root’s programs")
        }
        (false, _) => Said::ok("running as an ordinary user"),
    }]
}

fn umask(environment: &Environment) -> Vec<Said> {
    let umask = environment.umask.iter();
    umask.map(|umask| Said::ok(format!("files are made private; the umask was {umask} before"))).collect()
}

fn variables(environment: &Environment) -> Vec<Said> {
    let known = |name: &&String| VARIABLES.iter().any(|(known, _)| known == name);
    let (known, unknown): (Vec<_>, Vec<_>) = environment.variables.iter().partition(known);
    let odd = |name: &String| {
        let name = visible_within(name, 60);
        let said = Said::warning(format!("{name} is set, and nothing reads it"));
        let words = VARIABLES.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
        if name.contains("PASS") || name.contains("SECRET") || name.contains("KEY") {
            said.because("every program started from here sees what it holds").try_this(
                "unset it; a passphrase comes from BIRDKEEP_PASSPHRASE_FILE or BIRDKEEP_PASSPHRASE_COMMAND",
            )
        } else {
            said.because("it may be a slip of the pen").try_this(format!("unset it, or use one of {words}"))
        }
    };
    let mut all: Vec<Said> = unknown.into_iter().map(odd).collect();
    if !known.is_empty() {
        let names: Vec<&str> = known.into_iter().map(String::as_str).collect();
        all.push(Said::ok(format!("set: {}", names.join(", "))));
    } else if all.is_empty() {
        all.push(Said::ok("no BIRDKEEP_ variable is set"));
    }
    all
}

fn passphrase_file(environment: &Environment) -> Vec<Said> {
    let Some((seen, tracked)) = &environment.passphrase_file else { return Vec::new() };
    let chmod = format!("chmod 600 {}", argument(&seen.path));
    let there = |entry: Entry| {
        if entry.mode & 0o077 != 0 {
            let said = Said::trouble(format!("others can get at the passphrase (mode {})", entry.octal()));
            return said.because("BIRDKEEP_PASSPHRASE_FILE names a file that is not private").try_this(chmod);
        }
        if tracked.as_ref().is_some_and(|tracked| tracked.added == Some(true) || !tracked.ignored) {
            let said =
                Said::trouble("the file of the passphrase lies in a git work tree that does not ignore it");
            return said
                .because("one “git add .” is enough to publish it")
                .try_this("move it out of the work tree");
        }
        Said::ok("the file of the passphrase is private")
    };
    vec![match seen.entry {
        Ok(Some(entry)) => there(entry),
        Ok(None) => Said::trouble("BIRDKEEP_PASSPHRASE_FILE names what is not there")
            .because("every command that opens the vault will stop")
            .try_this("unset it, or correct it"),
        Err(error) => Said::trouble("the file of the passphrase cannot be looked at")
            .because(error.to_string())
            .try_this("look at owners and modes of the folders above it"),
    }]
}

fn locks(environment: &Environment) -> Vec<Said> {
    let span = |time: Duration| age(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    let (idle, hard) = environment.locks;
    let session = environment.session.as_ref().map(|name| format!(" on {}", visible_within(name, 40)));
    let (idle, hard, session) = (span(idle), span(hard), session.unwrap_or_default());
    vec![Said::ok(format!(
        "the screen{session} locks after {idle} without a key, and after {hard} whatever happens"
    ))]
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::super::tests::{one, said};
    use super::*;
    use crate::domain::time::Time;
    use crate::host::probe::entry::Kind;

    fn fine() -> Environment {
        Environment {
            version: "1.2.3",
            debug: false,
            replaceable: None,
            root: false,
            sudo: None,
            umask: Some("022".into()),
            variables: Vec::new(),
            passphrase_file: None,
            locks: (Duration::from_secs(300), Duration::from_secs(28_800)),
            session: None,
        }
    }

    fn file(mode: u32, tracked: Option<Tracked>) -> Environment {
        let entry = Entry { kind: Kind::File, size: 9, mode, ours: true, modified: Time::default() };
        let seen = Seen { path: "/c/pass".into(), entry: Ok(Some(entry)) };
        Environment { passphrase_file: Some((seen, tracked)), ..fine() }
    }

    #[test]
    fn the_surroundings_are_judged_one_by_one() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let loose = Tracked { root: "/c".into(), added: Some(false), ignored: false };
        let rows: &[(&str, Environment, Level, &str)] = &[
            ("program", fine(), Level::Ok, "birdkeep 1.2.3"),
            ("program", Environment { debug: true, ..fine() }, Level::Note, "--release"),
            ("user", fine(), Level::Ok, "ordinary"),
            ("user", Environment { root: true, ..fine() }, Level::Note, "root"),
            (
                "user",
                Environment { root: true, sudo: Some("wren".into()), ..fine() },
                Level::Warning,
                "for wren",
            ),
            ("umask", fine(), Level::Ok, "022"),
            ("variables", fine(), Level::Ok, "no BIRDKEEP_"),
            (
                "variables",
                Environment { variables: set(&["BIRDKEEP_VAULT"]), ..fine() },
                Level::Ok,
                "BIRDKEEP_VAULT",
            ),
            (
                "variables",
                Environment { variables: set(&["BIRDKEEP_VALUT"]), ..fine() },
                Level::Warning,
                "slip",
            ),
            (
                "variables",
                Environment { variables: set(&["BIRDKEEP_PASSPHRASE"]), ..fine() },
                Level::Warning,
                "every program started from here",
            ),
            ("passphrase-file", file(0o600, None), Level::Ok, "private"),
            ("passphrase-file", file(0o640, None), Level::Trouble, "chmod 600 /c/pass"),
            ("passphrase-file", file(0o600, Some(loose)), Level::Trouble, "git add ."),
            ("locks", fine(), Level::Ok, "after 5 m without a key, and after 8 h"),
        ];
        for (name, environment, level, words) in rows {
            let (found, text) = one(&TOPIC, name, environment);
            assert!(found == *level && text.contains(words), "{name} {found:?}: {text}");
        }
        let replaced = Environment { replaceable: Some("/usr/local/bin/birdkeep".into()), ..fine() };
        assert_eq!(said(&TOPIC, "program", &replaced)[1].0, Level::Warning);
    }
}
