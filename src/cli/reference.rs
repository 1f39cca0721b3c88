//! The tables of the README, read off the tables of the program.

use std::fmt::Write as _;

use clap::CommandFactory as _;

use super::Line;
use super::names::properties::PROPERTIES;
use crate::config::SETTINGS;
use crate::domain::custody::STANDINGS;
use crate::domain::fields::{FIELDS, OwnerKind};
use crate::domain::needs::NEEDS;
use crate::ops::transfer;

/// Commands, fields, needs, states, formats and settings as Markdown tables.
pub fn reference() -> String {
    let mut out = String::new();
    table(&mut out, "Commands", ["command", "does"], commands());
    let fields = FIELDS.iter().map(|row| {
        let held_by = if row.held_by == OwnerKind::App { "app" } else { "profile" };
        (format!("`{}`", row.word), format!("{} ({held_by})", row.label))
    });
    table(&mut out, "Fields", ["field", "is"], fields);
    let properties = PROPERTIES.iter().map(|row| (format!("`{}`", row.word), row.doc.to_owned()));
    table(&mut out, "Properties", ["property", "is"], properties);
    let needs = NEEDS.iter().map(|row| (format!("`{}`", row.word), row.label.to_owned()));
    table(&mut out, "Needs", ["need", "is"], needs);
    let standings = STANDINGS.iter().map(|row| {
        let next = row.next.map_or_else(String::new, |next| format!("; {next}"));
        (format!("`{}`", row.word), format!("{}{next}", row.doc))
    });
    table(&mut out, "Refresh tokens", ["state", "means"], standings);
    formats(&mut out);
    let settings = SETTINGS
        .iter()
        .map(|row| (format!("`{} = {}`", row.key, row.default), format!("{}; {}", row.doc, row.range)));
    table(&mut out, "Settings", ["`config.toml`, with its defaults", "does"], settings);
    out
}

/// Every format: what it is, whether it is read and written, where such files are looked for.
fn formats(out: &mut String) {
    // Writing to a String cannot fail.
    let _ =
        writeln!(out, "\n### Formats\n\n| format | is | read | written | found at |\n|---|---|---|---|---|");
    let yes = |whether: bool| if whether { "yes" } else { "" };
    for format in transfer::every_format() {
        let (read, written) = (yes(format.is_read()), yes(format.write.is_some()));
        let places: Vec<String> = format.found.iter().map(|place| format!("`{place}`")).collect();
        let _ = writeln!(
            out,
            "| `{}` | {} | {read} | {written} | {} |",
            format.word,
            format.doc,
            places.join(" ")
        );
    }
}

/// Usage and first help line of every command, subcommands too.
fn commands() -> Vec<(String, String)> {
    let mut line = Line::command();
    line.build();
    let mut rows = Vec::new();
    for command in line.get_subcommands().filter(|command| command.get_name() != "help") {
        let inner: Vec<_> = command.get_subcommands().filter(|inner| inner.get_name() != "help").collect();
        if inner.is_empty() {
            rows.push(row(command));
        }
        rows.extend(inner.into_iter().map(row));
    }
    rows
}

fn row(command: &clap::Command) -> (String, String) {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().replace("birdkeep ", "").replace('|', "\\|");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    (format!("`{usage}`"), about)
}

fn table(
    out: &mut String,
    title: &str,
    heading: [&str; 2],
    rows: impl IntoIterator<Item = (String, String)>,
) {
    let gap = if out.is_empty() { "" } else { "\n" };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{gap}### {title}\n\n| {} | {} |\n|---|---|", heading[0], heading[1]);
    for (word, doc) in rows {
        let _ = writeln!(out, "| {word} | {doc} |");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_first_line_and_an_example() {
        let mut line = Line::command();
        line.build();
        let mut seen = 0;
        let mut queue: Vec<&clap::Command> = line.get_subcommands().collect();
        while let Some(command) = queue.pop() {
            if command.get_name() == "help" {
                continue;
            }
            queue.extend(command.get_subcommands());
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(about.len() > 8, "{} has no help", command.get_name());
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains("birdkeep "), "{} has no example", command.get_name());
            seen += 1;
        }
        assert!(seen > 20, "only {seen} commands were seen");
    }

    #[test]
    fn no_command_takes_a_secret_as_an_argument() {
        let mut line = Line::command();
        line.build();
        line.debug_assert();
    }

    #[test]
    fn the_tables_name_what_there_is() {
        let text = reference();
        for word in [
            "`list [OPTIONS] [QUERY]`",
            "`app add",
            "`api_key`",
            "`dm_send`",
            "`dotenv`",
            "`idle_lock = \"5m\"`",
        ] {
            assert!(text.contains(word), "{word} is missing in\n{text}");
        }
    }
}
