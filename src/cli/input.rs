//! What people and pipes say to a command: secrets, answers, names typed as consent.
//!
//! A secret comes from a hidden prompt or from standard input, never from an argument.

use std::io::{self, BufRead as _, IsTerminal as _};

use super::output::Out;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::host::files::{self, FileError};
use crate::host::keyboard::{self, Hushed};

/// The most that is read as one value or as a list of them, in bytes.
const MOST: u64 = 1024 * 1024;

/// True when somebody sits at the other end: answers come from a keyboard, and questions are seen.
pub(super) fn has_person() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// True when standard input is a keyboard.
pub(super) fn is_keyboard() -> bool {
    io::stdin().is_terminal()
}

/// All of standard input, as text.
///
/// # Errors
/// [`Kind::Usage`] for what is too long or no text.
pub(super) fn piped() -> Result<Secret, Failure> {
    let bytes =
        files::read_from(io::stdin().lock(), MOST).map_err(|error| unreadable(error, "standard input"))?;
    text(&bytes, "standard input")
}

/// Bytes as text.
///
/// # Errors
/// [`Kind::Usage`] for what is no text.
pub(super) fn text(bytes: &[u8], source: &str) -> Result<Secret, Failure> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(Secret::new(text)),
        _ => Err(Failure::new(
            Kind::Usage,
            format!("{source} holds no text"),
            "it is not UTF-8, or there are NUL bytes in it",
            "send the value itself, as text",
        )),
    }
}

/// The three lines for something that could not be read.
pub(super) fn unreadable(error: FileError, source: &str) -> Failure {
    let try_this = match error {
        FileError::Absent => "look at the name",
        FileError::Denied => "look at its owner and mode",
        FileError::TooLong(_) => "this cannot be the right one",
        _ => "try again",
    };
    Failure::new(Kind::Usage, format!("{source} cannot be read"), error.to_string(), try_this)
}

/// `text` without its one trailing newline.
pub(super) fn without_newline(text: &Secret) -> Secret {
    let text = text.expose();
    let cut = text.strip_suffix('\n').map_or(text, |cut| cut.strip_suffix('\r').unwrap_or(cut));
    Secret::new(cut)
}

/// Asks for a secret without showing it.
///
/// # Errors
/// [`Kind::Usage`] when there is nobody to ask.
pub(super) fn hidden(prompt: &str) -> Result<Secret, Failure> {
    let typed = typed_unseen(&format!("{prompt}: "));
    if typed.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
        keyboard::interrupt();
    }
    typed.map(Secret::new).map_err(|error| {
        Failure::new(
            Kind::Usage,
            "nothing could be asked",
            format!("the terminal answered: {}", error.kind()),
            "run it in a terminal, or send the value on standard input",
        )
    })
}

fn typed_unseen(question: &str) -> io::Result<String> {
    let hushed = Hushed::new()?;
    hushed.say(question)?;
    let config = rpassword::ConfigBuilder::new().input_reader(hushed.keys()?).output_discard().build();
    let typed = rpassword::read_password_with_config(config);
    hushed.say("\n")?;
    typed
}

/// One value: from a hidden prompt, or all of standard input but its trailing newline.
///
/// # Errors
/// As [`hidden`] and [`piped`].
pub(super) fn value(prompt: &str) -> Result<Secret, Failure> {
    if is_keyboard() { hidden(prompt) } else { piped().map(|text| without_newline(&text)) }
}

/// A line that may be seen; empty at the end of input.
///
/// # Errors
/// [`Kind::Usage`] when the keyboard cannot be read.
pub(super) fn line(out: &mut Out, prompt: &str) -> Result<String, Failure> {
    out.ask(prompt);
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    read.map_err(|error| unreadable(error.into(), "the keyboard"))?;
    Ok(line.trim().to_owned())
}

/// Goes on only with consent to what `this` says: `--yes`, or “y” on a terminal.
///
/// # Errors
/// [`Kind::Usage`] when it is refused, or there is nobody to ask.
pub(super) fn consent(out: &mut Out, given: Given, this: &str) -> Result<(), Failure> {
    if given == Given::Yes {
        return Ok(());
    }
    if !has_person() {
        return Err(nobody(this, "--yes"));
    }
    match line(out, &format!("{this}. Go on? [y/N] "))?.to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(refused("it was not answered with “y”")),
    }
}

/// Goes on only with a name typed: `--confirm NAME`, or on a terminal.
///
/// # Errors
/// [`Kind::Usage`] when another name is given, or there is nobody to ask.
pub(super) fn typed_name(out: &mut Out, given: Option<&str>, this: &str, name: &str) -> Result<(), Failure> {
    let typed = match given {
        Some(given) => given.to_owned(),
        None if has_person() => {
            out.note(this);
            line(out, &format!("type {name} to go on: "))?
        }
        None => return Err(nobody(this, &format!("--confirm {name}"))),
    };
    if typed == name { Ok(()) } else { Err(refused(&format!("the name to type is {name}"))) }
}

/// Whether consent came along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// `--yes`.
    Yes,
    /// It has to be asked for.
    No,
}

impl From<bool> for Given {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

fn nobody(this: &str, option: &str) -> Failure {
    Failure::new(
        Kind::Usage,
        "nothing was done: this needs consent",
        format!("{this}, and there is no terminal to ask on"),
        format!("add {option} if that is what you want"),
    )
}

fn refused(because: &str) -> Failure {
    Failure::new(Kind::Usage, "nothing was done", because, "run it again if you change your mind")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_trailing_newline_is_trimmed() {
        for (text, kept) in [
            ("a\n", "a"),
            ("a\r\n", "a"),
            ("a\n\n", "a\n"),
            ("a ", "a "),
            ("\n", ""),
            ("", ""),
            ("a\r", "a\r"),
        ] {
            assert_eq!(without_newline(&Secret::new(text)).expose(), kept, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(text(b"abc", "it").is_ok());
        assert!(text(b"a\0b", "it").is_err());
        assert!(text(b"\xff", "it").is_err());
    }
}
