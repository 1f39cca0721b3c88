//! `completions`: scripts that let a shell complete commands, options and the words they take.
//!
//! Where an argument takes a word of one of the program's tables, a row of [`WORDS`] says so. The line itself does not
//! know them as its only values, so that a mistyped one is explained by the command it is meant for.

use clap::builder::PossibleValue;
use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use super::Line;
use super::names::properties::PROPERTIES;
use super::session::{Cx, Outcome};
use crate::domain::fields::{CREDENTIALS, FIELDS};
use crate::ops::{run as bots, transfer};
use crate::sim::faults::FAULTS;

/// Print a completion script for a shell
///
/// It completes commands and options; in bash and zsh also field names, properties, credentials, formats and faults, in
/// fish those of options. Names of profiles and apps are not completed: they stand in the vault, encrypted, and a key
/// press must not open it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep completions bash > ~/.local/share/bash-completion/completions/birdkeep
  birdkeep completions zsh > ~/.zfunc/_birdkeep          (with ~/.zfunc in $fpath)
  birdkeep completions fish > ~/.config/fish/completions/birdkeep.fish")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

/// Words of one argument, with what each stands for.
type Words = Vec<(&'static str, &'static str)>;

/// One row of [`WORDS`].
struct Row {
    /// The name of the command, wherever it stands.
    command: &'static str,
    argument: &'static str,
    words: fn() -> Words,
}

const WORDS: &[Row] = &[
    Row { command: "get", argument: "field", words: fields },
    Row { command: "set", argument: "field", words: settable },
    Row { command: "rotate", argument: "credential", words: credentials },
    Row { command: "revoke", argument: "what", words: credentials },
    Row { command: "export", argument: "to", words: written },
    Row { command: "import", argument: "from", words: read },
    Row { command: "run", argument: "names", words: names },
    Row { command: "demo", argument: "fault", words: faults },
];

fn fields() -> Words {
    FIELDS.iter().map(|row| (row.word, row.label)).collect()
}

fn settable() -> Words {
    let properties = PROPERTIES.iter().map(|row| (row.word, row.doc));
    fields().into_iter().chain(properties).collect()
}

fn credentials() -> Words {
    CREDENTIALS.iter().map(|row| (row.word, row.label)).collect()
}

fn read() -> Words {
    transfer::formats().map(|format| (format.word, format.doc)).collect()
}

fn written() -> Words {
    transfer::writable().map(|format| (format.word, format.doc)).collect()
}

fn names() -> Words {
    bots::PRESETS.iter().map(|row| (row.word, row.doc)).collect()
}

fn faults() -> Words {
    FAULTS.iter().map(|row| (row.name, row.doc)).collect()
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Outcome {
    cx.out.line(script(args.shell).trim_end());
    Outcome::Fine
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut with_words(Line::command()), "birdkeep", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The same command line, and its subcommands, with the words that arguments take.
fn with_words(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let inner: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let command = WORDS.iter().filter(|row| row.command == name).fold(command, |command, row| {
        let values = (row.words)().into_iter().map(|(word, doc)| PossibleValue::new(word).help(doc));
        command.mut_arg(row.argument, |argument| argument.value_parser(values.collect::<Vec<_>>()))
    });
    inner.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_words))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    fn find<'a>(command: &'a Command, name: &str, found: &mut Vec<&'a Command>) {
        if command.get_name() == name {
            found.push(command);
        }
        command.get_subcommands().for_each(|inner| find(inner, name, found));
    }

    #[test]
    fn every_row_has_its_argument() {
        let line = Line::command();
        for row in WORDS {
            let mut found = Vec::new();
            find(&line, row.command, &mut found);
            assert!(!found.is_empty(), "there is no command {}", row.command);
            for command in found {
                let has = command.get_arguments().any(|argument| argument.get_id() == row.argument);
                assert!(has, "{} has no argument {}", row.command, row.argument);
            }
            assert!(!(row.words)().is_empty());
        }
    }

    #[test]
    fn every_shell_completes_commands_options_and_words() {
        let (everywhere, of_options, of_arguments) =
            (&["authorize", "no-browser", "doctor"], &["dotenv", "clock-skew"], &["access_secret", "handle"]);
        for shell in Shell::value_variants() {
            let script = script(*shell);
            let knows = |words: &[&str]| words.iter().all(|word| script.contains(word));
            // How much of it a shell's script can hold is up to clap_complete.
            let (options, arguments) = match shell {
                Shell::Bash | Shell::Zsh => (true, true),
                Shell::Fish => (true, false),
                _ => (false, false),
            };
            assert!(knows(everywhere), "{shell}");
            assert_eq!((knows(of_options), knows(of_arguments)), (options, arguments), "{shell}");
        }
    }
}
