//! The tables of the README, read off the tables of the program.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::CommandFactory as _;

use super::Line;
use super::names::properties::PROPERTIES;
use crate::config::SETTINGS;
use crate::domain::actions::ACTIONS;
use crate::domain::custody::STANDINGS;
use crate::domain::fields::{FIELDS, OwnerKind};
use crate::domain::needs::{self, NEEDS};
use crate::domain::permission::Level;
use crate::domain::verdict::CAUSES;
use crate::ops::{doctor, run, transfer};

/// Commands, fields, needs, states, names for bots, formats, variables, examinations and settings as Markdown tables.
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
    let presets = needs::PRESETS.iter().map(|row| {
        let needs: Vec<String> = row.needs.iter().map(|need| format!("`{}`", need.row().word)).collect();
        (format!("`{}`", row.word), needs.join(" "))
    });
    table(&mut out, "Presets of needs", ["preset", "stands for"], presets);
    actions(&mut out);
    let standings = STANDINGS.iter().map(|row| {
        let next = row.next.map_or_else(String::new, |next| format!("; {next}"));
        (format!("`{}`", row.word), format!("{}{next}", row.doc))
    });
    table(&mut out, "Refresh tokens", ["state", "means"], standings);
    table(&mut out, "Names for `run`", ["`--names`", "variables"], names());
    formats(&mut out);
    let variables = doctor::VARIABLES.iter().map(|(name, doc)| (format!("`{name}`"), (*doc).to_owned()));
    table(&mut out, "Variables", ["variable", "names"], variables);
    let examinations = doctor::TOPICS.iter().flat_map(|topic| topic.examinations());
    let examinations = examinations.map(|(name, doc)| (format!("`{name}`"), doc.to_owned()));
    table(&mut out, "What `doctor` looks at", ["examination", "looks at"], examinations);
    let settings = SETTINGS
        .iter()
        .map(|row| (format!("`{} = {}`", row.key, row.default), format!("{}; {}", row.doc, row.range)));
    table(&mut out, "Settings", ["`config.toml`, with its defaults", "does"], settings);
    out
}

/// What each action takes. A ban stands where no credential would help.
fn actions(out: &mut String) {
    let _ = writeln!(
        out,
        "\n### Actions\n\n| action | to | access token | OAuth 2.0 scopes | bearer | request |\n|---|---|---|---|---|---|"
    );
    for row in ACTIONS {
        let ban = row.ban.map_or_else(String::new, |ban| format!(" (banned {})", ban.since));
        let level = row.level.map_or("–", Level::label);
        let scopes = row.scopes.map_or_else(|| "–".to_owned(), |scopes| format!("`{}`", scopes.join(" ")));
        let bearer = if row.bearer { "yes" } else { "–" };
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "| `{}` | {}{ban} | {level} | {scopes} | {bearer} | `{}` |",
            row.word, row.label, row.endpoint
        );
    }
    let bans: BTreeSet<&str> = ACTIONS.iter().filter_map(|row| row.ban).map(|ban| ban.sentence).collect();
    for ban in bans {
        let _ = writeln!(out, "\n{ban}.");
    }
}

/// The causes of verdicts as a Markdown table: what birdkeep looks at, and what puts it right.
pub fn causes() -> String {
    let mut out = String::from("### Causes\n\n| cause | means | evidence | next step |\n|---|---|---|---|\n");
    for row in CAUSES {
        let command = row.remedy.row().command.map(|command| format!(" (`{command}`)")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ =
            writeln!(out, "| `{}` | {} | {} | {}{command} |", row.word, row.what, row.evidence, row.try_this);
    }
    out.push('\n');
    out
}

/// Every preset with its variables, and where they were found.
fn names() -> impl Iterator<Item = (String, String)> {
    run::PRESETS.iter().map(|row| {
        let variables: Vec<String> =
            row.names.iter().map(|(field, name)| format!("`{name}` {field}")).collect();
        (format!("`{}`", row.word), format!("{}: {} (source: {})", row.doc, variables.join(", "), row.source))
    })
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
    fn every_command_has_a_first_line_and_examples() {
        let mut line = Line::command();
        line.build();
        let mut seen = 0;
        let mut queue: Vec<&clap::Command> = vec![&line];
        while let Some(command) = queue.pop() {
            if command.get_name() == "help" {
                continue;
            }
            queue.extend(command.get_subcommands());
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(about.len() > 8, "{} has no help", command.get_name());
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let titled = after.starts_with("Example:\n") || after.starts_with("Examples:\n");
            let first = after.split("\n\n").next().unwrap_or_default();
            let shown = first.lines().skip(1).all(|line| line.starts_with("  "));
            assert!(titled && shown && first.contains("birdkeep "), "{} has no examples", command.get_name());
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
            "| `dm_bot` | `read` `dm_read` `dm_send` |",
            "| `like` | like (banned 2026-04) | Read and write |",
            "`dotenv`",
            "`CONSUMER_KEY` api_key",
            "`idle_lock = \"5m\"`",
        ] {
            assert!(text.contains(word), "{word} is missing in\n{text}");
        }
    }
}
