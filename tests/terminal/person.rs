//! A person at a terminal: a home of their own, an X that is played for them, and what they do there, step by step.
//!
//! Every step ends when the screen shows what it led to. Values that nobody asked to see are watched for in every
//! frame, see [`Person::saw_nothing`]. What is done with the keyboard is counted, see [`Presses`].

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::Term;
use crate::support::home::{self, Played};

/// The app and the bot of the story: they are in the demo's roster, so that X honours their values.
pub(crate) const APP: &str = "flock-prod";
pub(crate) const BOT: &str = "haiku-toaster";

/// Cells of a value that nothing else on a screen or in a file could be.
const TELLING: usize = 12;

pub(crate) struct Person {
    home: TempDir,
    x: Played,
    pub(crate) term: Term,
    size: (u16, u16),
    pub(crate) presses: Presses,
    /// What opens the vault, once there is one.
    pub(crate) passphrase: String,
    /// What must not be seen: a name for it, and the value.
    secrets: Vec<(String, String)>,
}

/// What somebody did with the keyboard since they sat down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Presses {
    pub(crate) keys: usize,
    /// What was typed as text, in characters.
    pub(crate) characters: usize,
    pub(crate) pastes: usize,
    began: Instant,
}

impl fmt::Display for Presses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { keys, characters, pastes, began } = self;
        let seconds = began.elapsed().as_secs_f32();
        write!(f, "{keys} keys, {characters} characters typed, {pastes} pastes, {seconds:.1} s by the clock")
    }
}

impl Person {
    /// Before a first run in a terminal of `size`.
    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self::among(size, &[], |_, _| "")
    }

    /// The same where X knows who stands in a file of the demo's form, `--roster FILE`. What the person has beforehand
    /// `brings` puts below the home folder, given that and the roster as X honours it; it says in which folder there
    /// the program is started.
    pub(crate) fn among(
        size: (u16, u16),
        roster: &[&str],
        brings: impl FnOnce(&Path, &Value) -> &'static str,
    ) -> Self {
        let home = tempfile::tempdir().expect("a temp folder");
        let mut birdkeep = Command::new(env!("CARGO_BIN_EXE_birdkeep"));
        birdkeep.env_clear().env("HOME", home.path());
        let x = Played::start(birdkeep, roster);
        let known = serde_json::from_str(&x.roster).expect("the roster is JSON");
        let folder = home.path().join(brings(home.path(), &known));
        let env = [("BIRDKEEP_X_API", x.base.as_str())];
        let term = Term::start_in(&folder, &[], size, home.path(), &env);
        let presses = Presses { keys: 0, characters: 0, pastes: 0, began: Instant::now() };
        Self { home, x, term, size, presses, passphrase: String::new(), secrets: Vec::new() }
    }

    /// Presses keys, one for each character.
    pub(crate) fn presses(&mut self, keys: &str) -> &mut Term {
        self.presses.keys += keys.chars().count();
        self.term.keys(keys)
    }

    /// Types a text.
    pub(crate) fn types(&mut self, text: &str) -> &mut Term {
        self.presses.characters += text.chars().count();
        self.term.keys(text)
    }

    /// Pastes a text.
    pub(crate) fn pastes(&mut self, text: &str) -> &mut Term {
        self.presses.pastes += 1;
        self.term.paste(text)
    }

    /// A value of the app or the bot that X honours; from now on nobody may see it unasked.
    pub(crate) fn value(&mut self, field: &str) -> String {
        let roster: Value = serde_json::from_str(&self.x.roster).expect("the roster is JSON");
        let named = |list: &str, name: &str| {
            let list = roster[list].as_array().expect("a list");
            list.iter().find(|one| one["name"] == name).expect("the roster has it").clone()
        };
        let (app, bot) = (named("apps", APP), named("profiles", BOT));
        let value = app[field].as_str().or(bot[field].as_str()).expect("it has one").to_owned();
        self.keeps(field, &value);
        value
    }

    /// From now on nobody may see any value of the roster.
    pub(crate) fn keeps_all(&mut self) {
        let roster: Value = serde_json::from_str(&self.x.roster).expect("the roster is JSON");
        for one in ["apps", "profiles"].iter().flat_map(|list| roster[*list].as_array().expect("a list")) {
            for field in ["api_key", "api_secret", "access_token", "access_secret"] {
                if let Some(value) = one[field].as_str() {
                    self.secrets.push((format!("{field} of {}", one["name"]), value.to_owned()));
                }
            }
        }
        self.watch();
    }

    /// From now on nobody may see `value` unasked.
    pub(crate) fn keeps(&mut self, what: &str, value: &str) {
        self.secrets.push((what.to_owned(), value.to_owned()));
        self.watch();
    }

    /// Watches for every value; what was seen before is forgotten.
    fn watch(&self) {
        let marks: Vec<String> = self.secrets.iter().flat_map(|(_, value)| marks(value)).collect();
        self.term.watch(marks.iter().map(String::as_str));
    }

    /// No frame since the last look held a value that nobody asked to see.
    #[track_caller]
    pub(crate) fn saw_nothing(&self) {
        assert_eq!(self.what_was_seen(), [""; 0], "seen unasked");
    }

    /// The names of what was seen: a value itself does not belong into the output of a test.
    fn what_was_seen(&self) -> Vec<&str> {
        let spotted = self.term.spotted();
        let seen = |value: &str| marks(value).iter().any(|mark| spotted.contains(mark));
        self.secrets.iter().filter(|(_, value)| seen(value)).map(|(what, _)| what.as_str()).collect()
    }

    /// Through the first page: takes the words that are offered and asks for a recovery key.
    pub(crate) fn makes_a_vault(&mut self) {
        self.makes_a_vault_through("n", "Handle");
    }

    /// The same through the door with this key, up to what is `behind` it.
    pub(crate) fn makes_a_vault_through(&mut self, door: &str, behind: &str) {
        self.term.shows("Start by hand");
        self.presses(door).until("words", |screen| words(screen).is_some());
        let words = words(&self.term.screen()).expect("they are there");
        self.presses("\r").shows("Make a recovery key");
        self.presses("\r").shows("type the passphrase again");
        self.keeps("the passphrase", &words);
        self.types(&words);
        self.passphrase = words;
        self.presses("\r").shows("Its last six characters");
        self.saw_nothing();
        let key = recovery_key(&self.term.screen());
        assert_eq!(key.len(), 74, "an age identity has 74 characters");
        self.types(&key[68..]);
        self.presses("\r").hides("Its last six characters").shows(behind);
        self.keeps("the recovery key", &key);
    }

    /// The form of the app: its name and key typed, the fields below pasted one after the other.
    pub(crate) fn adds_the_app(&mut self, pasted: &[&str]) {
        let key = self.value("api_key");
        // Out of the walk through the console, and to the form.
        self.term.keys("\x1b").hides("Its account").keys("2n").shows("Something new").keys("n");
        self.term.shows("Callback URL");
        self.term.keys(APP).keys("\t\t\t").keys(&key);
        for field in pasted {
            let value = self.value(field);
            self.term.keys("\t").paste(&value);
        }
        self.term.keys("\x13").shows("saved: new app");
        self.saw_nothing();
    }

    /// The form of the bot: name and handle typed, both tokens pasted as a block.
    pub(crate) fn adds_the_bot(&mut self) {
        let [token, secret] = ["access_token", "access_secret"].map(|field| self.value(field));
        self.term.keys("1n").shows("Something new").keys("n").shows("Handle");
        self.term.keys(BOT).keys("\t@demo_toaster");
        self.term.paste(&format!("ACCESS_TOKEN={token}\nACCESS_TOKEN_SECRET={secret}\n"));
        self.term.shows("pasted into Access token").keys("\x13").shows("saved: new profile");
        self.term.shows("1 Profiles").shows(BOT);
        self.saw_nothing();
    }

    /// Asks X about the bot; the verdict is a good one.
    pub(crate) fn checks(&mut self) {
        self.term.keys("c").shows("fine").shows("checked 1 profile with");
        self.saw_nothing();
    }

    /// Looks at a value with `keys`; nothing but that value is seen, and not for long.
    #[track_caller]
    pub(crate) fn reveals(&mut self, keys: &str, what: &str) {
        let value = self.secrets.iter().find(|(name, _)| name == what).expect("it is kept").1.clone();
        let [begins, _] = marks(&value);
        self.saw_nothing();
        self.term.keys(keys).until(what, |screen| screen.contains(&begins));
        self.term.keys("\x1b").until("it to be hidden", |screen| !screen.contains(&begins));
        assert_eq!(self.what_was_seen(), [what]);
        self.watch();
    }

    /// Moves the cursor down until its line says `text`.
    pub(crate) fn moves_to(&mut self, text: &str) {
        let here = |screen: &str| screen.lines().any(|line| line.contains('▌') && line.contains(text));
        for _ in 0..20 {
            if here(&self.term.screen()) {
                return;
            }
            self.term.keys("\x1b[B").settles(Duration::from_millis(60));
        }
        assert!(here(&self.term.screen()), "no line with the cursor says {text:?}:\n{}", self.term.screen());
    }

    /// Rotates the bearer token of the app, from the list of apps to the end of the wizard.
    pub(crate) fn rotates_the_bearer(&mut self) {
        self.term.keys("2").shows("bots").keys("R").shows("Which credential?");
        self.moves_to("Bearer token");
        self.term.keys("\r").shows("Begin the rotation");
        // Consent given too fast is not taken, so it is given until it is.
        while self.term.screen().contains("Begin the rotation") {
            self.term.keys("y").settles(Duration::from_millis(200));
        }
        self.term.shows("is new.");
        self.saw_nothing();
        self.term.keys("\r").hides("is new.").shows(APP);
    }

    pub(crate) fn locks_and_unlocks(&mut self) {
        self.term.keys("L").shows("Locked").hides(BOT).hides(APP);
        self.term.keys(&self.passphrase).keys("\r").hides("Locked").shows("1 Profiles").shows(BOT);
        self.saw_nothing();
    }

    /// The program once more, in a terminal of its own.
    pub(crate) fn starts_again(&mut self) {
        self.term = Term::start(&[], self.size, self.home.path(), &[("BIRDKEEP_X_API", &self.x.base)]);
        self.watch();
        self.term.shows("Passphrase").keys(&self.passphrase).keys("\r");
    }

    pub(crate) fn quits(&mut self) {
        assert_eq!(self.term.ends_by("\x03"), 0);
        self.term.is_left_clean();
    }

    /// Another process: `birdkeep ARGS` with `input`, opened with the passphrase; gives what it wrote.
    pub(crate) fn elsewhere(&self, args: &[&str], input: &str) -> String {
        use std::io::Write as _;
        let passphrase = tempfile::NamedTempFile::new().expect("a temp file");
        std::fs::write(passphrase.path(), &self.passphrase).expect("there is room");
        let mut child = Command::new(env!("CARGO_BIN_EXE_birdkeep"))
            .args(args)
            .env_clear()
            .envs([("HOME", self.home.path()), ("BIRDKEEP_PASSPHRASE_FILE", passphrase.path())])
            .env("BIRDKEEP_X_API", &self.x.base)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("it writes UTF-8")
    }

    /// Another program in a terminal of the same size.
    pub(crate) fn runs(&self, program: &str, args: &[&str]) -> Term {
        Term::run(program, args, self.size, self.home.path(), &[])
    }

    /// A file below the home folder, by its name.
    pub(crate) fn file(&self, name: &str) -> String {
        let mut files = home::files(self.home.path()).into_iter().map(|(path, _)| path);
        let found = files.find(|path| path.file_name().is_some_and(|file| file == name));
        found.expect("it was written").to_str().expect("a plain path").to_owned()
    }

    /// No secret stands in a file, in what a process is called with, or in what went to the terminal but for `shown`.
    #[track_caller]
    pub(crate) fn left_no_secret_behind(&self, shown: &[&str]) {
        let mut places = home::files(self.home.path());
        for file in ["cmdline", "environ"] {
            let path = std::path::PathBuf::from(format!("/proc/{}/{file}", self.term.pid()));
            // Gone with the process, or of another system.
            places.extend(std::fs::read(&path).ok().map(|bytes| (path, bytes)));
        }
        let printed = printed(&self.term.raw());
        for (what, value) in &self.secrets {
            for mark in marks(value) {
                for (path, bytes) in &places {
                    let found = bytes.windows(mark.len()).any(|at| at == mark.as_bytes());
                    assert!(!found, "{what} stands in {}", path.display());
                }
                let asked_for = shown.contains(&what.as_str());
                assert!(asked_for || !printed.contains(&mark), "{what} went to the terminal");
            }
        }
    }
}

/// How a value begins and ends, blanks left out: enough to know it by. What stands before the dash of an access token
/// is the number of an account, which is no secret.
fn marks(value: &str) -> [String; 2] {
    let solid: String = value.split_whitespace().collect();
    let solid = match solid.split_once('-') {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => rest.to_owned(),
        _ => solid,
    };
    assert!(solid.len() >= TELLING, "too short to be known by");
    [solid[..TELLING].to_owned(), solid[solid.len() - TELLING..].to_owned()]
}

/// What a program wrote, without its escape sequences and blanks.
fn printed(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\x1b' {
            out.extend(Some(c).filter(|c| !c.is_whitespace()));
            continue;
        }
        match chars.next() {
            Some('[') => while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
            Some(']') => {
                // Ends with BEL or with ESC and a backslash.
                let end = chars.find(|c| matches!(c, '\x07' | '\x1b'));
                end.filter(|end| *end == '\x1b').and_then(|_| chars.next());
            }
            _ => {}
        }
    }
    out
}

/// The six words that the first page offers, on one line or two.
fn words(screen: &str) -> Option<String> {
    let lines = screen.lines().skip_while(|line| !line.contains("Six random words")).skip(1);
    let lines = lines.take_while(|line| !line.contains("My own"));
    let all = lines.flat_map(str::split_whitespace).filter(|word| word.chars().all(char::is_alphabetic));
    let words: Vec<&str> = all.collect();
    (words.len() == 6).then(|| words.join(" "))
}

/// The recovery key on its page, where it stands in groups.
fn recovery_key(screen: &str) -> String {
    let from = screen.find("AGE-SECRET-KEY-1").expect("it begins so");
    let solid = |c: &char| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '-';
    screen[from..]
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .flat_map(str::chars)
        .filter(solid)
        .take(74)
        .collect()
}

#[test]
fn what_a_program_printed_is_read_without_its_escapes() {
    let raw = b"\x1b[?2026h\x1b[3;4Hmade\x1b[0;31mup \x1b]52;c;bWFkZXVw\x07value\x1b]8;;x\x1b\\!";
    assert_eq!(printed(raw), "madeupvalue!");
    assert_eq!(marks("1447-madeup-value-of-nobody"), ["madeup-value", "ue-of-nobody"]);
}
