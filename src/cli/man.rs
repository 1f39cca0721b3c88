//! `man`: the help pages as man pages.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::Line;
use super::session::{Cx, Outcome};
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::host::files::{self, FileError};
use crate::ops::doctor::VARIABLES;

/// Print the man page of a command, or write all of them
///
/// Without COMMAND it is the page of birdkeep itself. With --out every page is written into a folder that is there, and
/// replaces one of the same name.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep man app add | man -l -
  birdkeep man --out /usr/local/share/man/man1")]
pub(super) struct Args {
    /// A command, such as check or app add
    #[arg(conflicts_with = "out")]
    command: Vec<String>,
    /// Write every page into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A man page.
struct Page {
    /// The words after `birdkeep`.
    words: Vec<String>,
    roff: String,
}

impl Page {
    fn file(&self) -> String {
        let name =
            std::iter::once("birdkeep").chain(self.words.iter().map(String::as_str)).collect::<Vec<_>>();
        format!("{}.1", name.join("-"))
    }
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let pages = pages();
    if let Some(folder) = &args.out {
        for page in &pages {
            let path = folder.join(page.file());
            files::replace_public(&path, page.roff.as_bytes()).map_err(|error| not_written(&path, error))?;
        }
        cx.out.note(&format!("{} man pages are written", pages.len()));
        return Ok(Outcome::Fine);
    }
    let page = pages.into_iter().find(|page| page.words == args.command).ok_or_else(|| {
        let words = visible_within(&args.command.join(" "), 80);
        Failure::new(
            Kind::Usage,
            format!("there is no command “{words}”"),
            "so it has no page",
            "birdkeep --help",
        )
    })?;
    cx.out.line(page.roff.trim_end());
    Ok(Outcome::Fine)
}

fn not_written(path: &Path, error: FileError) -> Failure {
    let shown = visible_within(&path.to_string_lossy(), 200);
    let because = format!("{shown}: {error}");
    Failure::new(
        Kind::NotSaved,
        "the man pages are not written",
        because,
        "name a folder that is there and yours",
    )
}

/// The page of every command, `birdkeep` first.
fn pages() -> Vec<Page> {
    let mut line = Line::command().disable_help_subcommand(true);
    line.build();
    let mut pages = Vec::new();
    add(&line, &[], &mut pages);
    pages
}

fn add(command: &Command, words: &[String], pages: &mut Vec<Page>) {
    pages.push(Page { words: words.to_vec(), roff: roff(command, words.is_empty()) });
    for inner in command.get_subcommands() {
        add(inner, &[words, &[inner.get_name().to_owned()]].concat(), pages);
    }
}

/// One page. What stands below the options on a help page are examples, then notes.
fn roff(command: &Command, top: bool) -> String {
    let below = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (examples, notes) = below.split_once("\n\n").unwrap_or((&below, ""));
    let man = Man::new(command.clone().after_help(""))
        .manual("birdkeep")
        .source(concat!("birdkeep ", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    let rendered = man.render_title(&mut page).and_then(|()| {
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        if command.has_subcommands() { man.render_subcommands_section(&mut page) } else { Ok(()) }
    });
    // Writing to memory does not fail.
    let _ = rendered;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    let (_, examples) = examples.split_once('\n').unwrap_or(("", examples));
    section(&mut page, "EXAMPLES", examples);
    section(&mut page, "NOTES", notes);
    if top {
        let width = VARIABLES.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let lines: Vec<String> =
            VARIABLES.iter().map(|(name, doc)| format!("  {name:width$}  {doc}")).collect();
        section(&mut page, "ENVIRONMENT", &lines.join("\n"));
    }
    ascii(&page)
}

/// Characters beyond ASCII by their numbers (`groff_char(7)`): not every reader of man pages takes them as they are.
fn ascii(page: &str) -> String {
    let number = |c: char| if c.is_ascii() { c.to_string() } else { format!("\\[u{:04X}]", u32::from(c)) };
    page.chars().map(number).collect()
}

/// A section whose lines stay as they are.
fn section(page: &mut String, title: &str, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    page.push_str(".SH ");
    page.push_str(title);
    page.push_str("\n.nf\n");
    for line in text.lines() {
        // A point or an apostrophe at the beginning would make it a command (`groff_man(7)`).
        let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
        let escaped = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
        page.push_str(guard);
        page.push_str(&escaped);
        page.push('\n');
    }
    page.push_str(".fi\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_examples() {
        let pages = pages();
        assert!(pages.len() > 25, "{}", pages.len());
        for page in &pages {
            for part in [".TH ", ".SH NAME", ".SH SYNOPSIS", ".SH EXAMPLES", "birdkeep"] {
                assert!(page.roff.contains(part), "{} has no {part}", page.file());
            }
            assert!(!page.roff.contains(".SH EXTRA") && page.roff.is_ascii(), "{}", page.file());
        }
        let names: Vec<String> = pages.iter().map(Page::file).collect();
        for name in ["birdkeep.1", "birdkeep-doctor.1", "birdkeep-app-add.1"] {
            assert!(names.contains(&name.to_owned()), "{names:?}");
        }
        assert!(pages[0].roff.contains("BIRDKEEP_X_API"));
        assert_eq!(ascii("“a”"), "\\[u201C]a\\[u201D]");
    }

    #[test]
    fn no_line_of_an_example_is_taken_for_a_command() {
        let mut page = String::new();
        section(&mut page, "EXAMPLES", ".so /etc/passwd\n  a 'b' \\ -c");
        assert_eq!(page, ".SH EXAMPLES\n.nf\n\\&.so /etc/passwd\n  a \\(aqb\\(aq \\e \\-c\n.fi\n");
    }
}
