//! Where the passphrase comes from: `--passphrase-fd`, `BIRDKEEP_PASSPHRASE_FILE`, `BIRDKEEP_PASSPHRASE_COMMAND`, or
//! a hidden prompt. The first that is given is used; none is tried after another.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::input;
use super::output::Out;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::host::files;
use crate::ops::{World, init, unlock};

/// The longest passphrase that is read, in bytes.
const MOST: u64 = 64 * 1024;

/// How often a person is asked.
const TRIES: usize = 3;

/// Opens what is there with its passphrase. Who mistypes it is asked again; a source that needs nobody is taken at
/// its word.
///
/// # Errors
/// What `open` says; [`Kind::Locked`] when no passphrase is to be had, [`Kind::Usage`] when its source cannot be read.
pub(super) fn opening<T>(
    out: &mut Out,
    descriptor: Option<u32>,
    mut open: impl FnMut(&mut Out, &Secret) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if let Some(passphrase) = from_source(descriptor)? {
        return open(out, &passphrase);
    }
    if !input::has_person() {
        return Err(nowhere());
    }
    let mut left = TRIES;
    loop {
        left -= 1;
        let passphrase = input::hidden("Passphrase")?;
        match open(out, &passphrase) {
            Err(failure) if left > 0 && unlock::is_mistyped(&failure) => {
                out.warn(&format!("{}: try again", failure.what));
            }
            outcome => return outcome,
        }
    }
}

/// The passphrase from one of the three sources that need nobody; `None` when none is given.
///
/// # Errors
/// [`Kind::Usage`] when the source cannot be read or is empty.
pub(super) fn from_source(descriptor: Option<u32>) -> Result<Option<Secret>, Failure> {
    let env = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let found = match descriptor {
        Some(number) => Some((from_descriptor(number)?, format!("file descriptor {number}"))),
        None => match (env("BIRDKEEP_PASSPHRASE_FILE"), env("BIRDKEEP_PASSPHRASE_COMMAND")) {
            (Some(path), _) => Some((from_file(Path::new(&path))?, "BIRDKEEP_PASSPHRASE_FILE".to_owned())),
            (None, Some(line)) => {
                let line = line.to_string_lossy().into_owned();
                Some((from_command(&line)?, "BIRDKEEP_PASSPHRASE_COMMAND".to_owned()))
            }
            (None, None) => None,
        },
    };
    let Some((passphrase, source)) = found else { return Ok(None) };
    let passphrase = input::without_newline(&passphrase);
    if passphrase.is_empty() {
        return Err(Failure::new(
            Kind::Usage,
            "the passphrase is empty",
            format!("{source} gave nothing"),
            "look at that source",
        ));
    }
    Ok(Some(passphrase))
}

/// A new passphrase, typed twice; Enter takes the suggested one.
///
/// # Errors
/// [`Kind::Usage`] when the two differ, three times.
pub(super) fn chosen(out: &mut Out, world: &World) -> Result<Secret, Failure> {
    let suggested = init::suggest_passphrase(world);
    out.once(&["A passphrase of six random words, if you like it:", "", suggested.expose(), ""])?;
    for _ in 0..3 {
        let typed = input::hidden("New passphrase (Enter takes the suggested one)")?;
        let passphrase = if typed.is_empty() { suggested.clone() } else { typed };
        if input::hidden("Once more, to be sure")? == passphrase {
            out.note(&format!("strength: {}", init::strength(&passphrase).word()));
            return Ok(passphrase);
        }
        out.warn("the two are not the same");
    }
    let because = "three times the two were not the same";
    Err(Failure::new(Kind::Usage, "nothing was done", because, "try again, slowly"))
}

/// What file descriptor `number` holds.
///
/// # Errors
/// [`Kind::Usage`] when it cannot be read.
pub(super) fn from_descriptor(number: u32) -> Result<Secret, Failure> {
    let source = format!("file descriptor {number}");
    let bytes = files::read_descriptor(number, MOST).map_err(|error| input::unreadable(error, &source))?;
    input::text(&bytes, &source)
}

fn from_file(path: &Path) -> Result<Secret, Failure> {
    let source = "the file of BIRDKEEP_PASSPHRASE_FILE";
    let bytes = files::read(path, MOST).map_err(|error| input::unreadable(error, source))?;
    input::text(&bytes, source)
}

/// What a command prints. There is no shell: the line is split into words (see [`words`]) and run as they are.
fn from_command(line: &str) -> Result<Secret, Failure> {
    let failed = |because: String| {
        Failure::new(
            Kind::Usage,
            "no passphrase came from BIRDKEEP_PASSPHRASE_COMMAND",
            because,
            "run that command by hand; it is started without a shell, so pipes and variables do nothing",
        )
    };
    let words = words(line).ok_or_else(|| failed("a quote in it is not closed".to_owned()))?;
    let (program, arguments) = words.split_first().ok_or_else(|| failed("it is empty".to_owned()))?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(format!("it could not be started: {}", error.kind())))?;
    let printed = child.stdout.take().map(|stdout| files::read_from(stdout.take(MOST + 1), MOST));
    let ended = child.wait().map_err(|error| failed(format!("it was lost: {}", error.kind())))?;
    if !ended.success() {
        return Err(failed(format!("it ended with {ended}")));
    }
    let printed =
        printed.and_then(Result::ok).ok_or_else(|| failed("what it printed cannot be read".to_owned()))?;
    input::text(&printed, "what BIRDKEEP_PASSPHRASE_COMMAND printed")
}

/// Splits a command line at white space. `'…'` and `"…"` keep it together; in double quotes and outside of quotes a
/// backslash takes the next character as it is. Nothing is expanded. `None`: a quote is not closed.
fn words(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word): (Vec<String>, Option<String>) = (Vec::new(), None);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' => word.get_or_insert_default().extend(until(&mut chars, '\'')?),
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => word.push(chars.next()?),
                        c => word.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

/// The characters before `end`, which is passed over.
fn until(chars: &mut std::str::Chars<'_>, end: char) -> Option<Vec<char>> {
    let mut found = Vec::new();
    loop {
        match chars.next()? {
            c if c == end => return Some(found),
            c => found.push(c),
        }
    }
}

fn nowhere() -> Failure {
    Failure::new(
        Kind::Locked,
        "the vault is locked",
        "there is no terminal to ask for the passphrase, and no other source is given",
        "give it with --passphrase-fd, BIRDKEEP_PASSPHRASE_FILE or BIRDKEEP_PASSPHRASE_COMMAND",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_without_a_shell() {
        for (line, wanted) in [
            ("pass show birdkeep", Some(vec!["pass", "show", "birdkeep"])),
            ("  a   b ", Some(vec!["a", "b"])),
            ("a 'b c' \"d \\\" e\" f\\ g", Some(vec!["a", "b c", "d \" e", "f g"])),
            ("a '' b", Some(vec!["a", "", "b"])),
            ("echo $HOME; `ls` | wc", Some(vec!["echo", "$HOME;", "`ls`", "|", "wc"])),
            ("", Some(vec![])),
            ("a 'b", None),
            ("a \"b", None),
            ("a \\", None),
        ] {
            let wanted = wanted.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(words(line), wanted, "{line}");
        }
    }

    #[test]
    fn a_command_gives_what_it_prints() {
        let printed = from_command("printf '%s\\n' 'made up'").expect("it prints");
        assert_eq!(printed.expose(), "made up\n");
        for bad in ["false", "/nowhere/at/all", "", "a 'b", "head -c 100000 /dev/zero"] {
            let failure = from_command(bad).expect_err(bad);
            assert_eq!(failure.kind, Kind::Usage, "{bad}");
        }
    }
}
