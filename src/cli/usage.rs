//! What is wrong with a command line, in the same three lines as everything else. Arguments are not repeated:
//! people paste keys there.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::output::Out;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};

/// Prints a help page, or says what is wrong.
pub(super) fn answer(error: &clap::Error) -> ExitCode {
    let mut out = Out::new();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        out.line(error.render().to_string().trim_end());
        return out.finish().map_or_else(|failure| ended(&mut out, &failure), |()| ExitCode::SUCCESS);
    }
    ended(&mut out, &failure(error))
}

fn ended(out: &mut Out, failure: &Failure) -> ExitCode {
    out.failure(failure);
    ExitCode::from(failure.kind.exit_code())
}

fn failure(error: &clap::Error) -> Failure {
    let given = text(error, ContextKind::InvalidArg);
    // What begins with a dash is an option, and what clap knows is in angle brackets; the rest may be a secret.
    let named = given.clone().filter(|text| text.starts_with(['-', '<']));
    let named = named.map(|text| visible_within(text.split('=').next().unwrap_or_default(), 40));
    let (what, because) = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            (format!("there is no command “{}”", visible_within(&word, 40)), suggestion(error))
        }
        ErrorKind::UnknownArgument => match named {
            Some(option) => (format!("there is no option {option} here"), suggestion(error)),
            None => (
                "there is an argument too many".to_owned(),
                "values are never taken from arguments, where every user of this machine could see them"
                    .to_owned(),
            ),
        },
        ErrorKind::MissingRequiredArgument => {
            ("something is missing".to_owned(), format!("{} is wanted", given.unwrap_or_default()))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            ("a command is missing".to_owned(), "this one needs to know what to do".to_owned())
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::InvalidUtf8 => {
            (format!("{} cannot be read", named.unwrap_or_else(|| "a value".to_owned())), possible(error))
        }
        ErrorKind::ArgumentConflict => {
            let other = text(error, ContextKind::PriorArg).unwrap_or_default();
            (
                "two of these exclude each other".to_owned(),
                format!("{} and {other}", given.unwrap_or_default()),
            )
        }
        _ => (
            "the command line cannot be read".to_owned(),
            named.unwrap_or_else(|| "it is not complete".to_owned()),
        ),
    };
    Failure::new(Kind::Usage, what, because, usage(error))
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}

fn suggestion(error: &clap::Error) -> String {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg];
    match kinds.into_iter().find_map(|kind| text(error, kind)) {
        Some(text) => format!("perhaps you mean {text}"),
        None => "none like it is known".to_owned(),
    }
}

fn possible(error: &clap::Error) -> String {
    match text(error, ContextKind::ValidValue).filter(|values| !values.is_empty()) {
        Some(values) => format!("it is one of {values}"),
        None => "it is of the wrong kind".to_owned(),
    }
}

/// The usage line, and where to read more.
fn usage(error: &clap::Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let line =
        usage.lines().map(str::trim).find(|line| line.starts_with("birdkeep") || line.starts_with("Usage:"));
    let line = line.unwrap_or_default().trim_start_matches("Usage:").trim();
    if line.is_empty() { "birdkeep --help".to_owned() } else { format!("{line}   (--help shows more)") }
}
