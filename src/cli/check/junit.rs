//! What is known, as CI systems read it: one test case per profile.
//!
//! A bot that X refuses has failed, and so has one that cannot do what it is meant to: somebody has to act. Where
//! nothing is known its case is skipped, since X being down is no fault of four hundred bots; the exit code still
//! tells.

use std::fmt::Write as _;

use super::{Known, Source, Verdict};
use crate::cli::output::{Out, xml};
use crate::domain::document::Document;
use crate::domain::id::ProfileId;
use crate::domain::phrase::ago;
use crate::domain::time::Time;
use crate::domain::verdict::State;

/// Prints it.
pub(super) fn print(out: &mut Out, known: &Known<'_>, now: Time) {
    let cases: Vec<Case> = known
        .verdicts
        .iter()
        .map(|verdict| Case::judged(known.document, *verdict))
        .chain(known.not_asked.iter().map(|id| Case::not_asked(known.document, *id)))
        .collect();
    for line in document(&cases, now).lines() {
        out.line(line);
    }
}

/// One test case.
struct Case {
    class: String,
    name: String,
    end: End,
    /// For whoever looks closer.
    note: String,
}

enum End {
    Passed,
    Failed { kind: &'static str, message: &'static str, text: String },
    Skipped(String),
}

impl Case {
    fn new(document: &Document, id: ProfileId, end: End, note: String) -> Self {
        let profile = document.profile(id);
        let app = profile.and_then(|profile| document.app_of(profile));
        Self {
            class: app.map_or_else(|| "no app".to_owned(), |app| app.name.to_string()),
            name: profile.map(|profile| profile.name.to_string()).unwrap_or_default(),
            end,
            note,
        }
    }

    fn judged(document: &Document, told: Verdict<'_>) -> Self {
        let verdict = &told.finding.verdict;
        let row = verdict.cause.row();
        let end = match verdict.state() {
            State::Ok => End::Passed,
            State::Failed | State::Attention => {
                let link = row.link.map_or_else(String::new, |link| format!("\nsee: {link}"));
                let text = format!("because: {}\ntry: {}{link}", verdict.because(), row.try_this);
                End::Failed { kind: row.word, message: row.what, text }
            }
            State::Unknown => End::Skipped(format!("{}: {}", row.what, verdict.because())),
        };
        let from = if told.source == Source::Asked { "X was asked" } else { "from an earlier check" };
        let note = format!("checked at {} ({}): {from}", told.finding.checked_at, ago(told.age));
        Self::new(document, told.finding.profile, end, note)
    }

    fn not_asked(document: &Document, id: ProfileId) -> Self {
        Self::new(document, id, End::Skipped("X was not asked".to_owned()), String::new())
    }

    fn write(&self, text: &mut String) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "    <testcase classname=\"{}\" name=\"{}\">",
            xml::escaped(&self.class),
            xml::escaped(&self.name)
        );
        let _ = match &self.end {
            End::Passed => Ok(()),
            End::Failed { kind, message, text: why } => {
                let why: Vec<String> = why.lines().map(xml::escaped).collect();
                writeln!(
                    text,
                    "      <failure type=\"{}\" message=\"{}\">{}</failure>",
                    xml::escaped(kind),
                    xml::escaped(message),
                    why.join("\n")
                )
            }
            End::Skipped(why) => writeln!(text, "      <skipped message=\"{}\"/>", xml::escaped(why)),
        };
        if !self.note.is_empty() {
            let _ = writeln!(text, "      <system-out>{}</system-out>", xml::escaped(&self.note));
        }
        text.push_str("    </testcase>\n");
    }
}

fn document(cases: &[Case], now: Time) -> String {
    let of = |wanted: fn(&End) -> bool| cases.iter().filter(|case| wanted(&case.end)).count();
    let failures = of(|end| matches!(end, End::Failed { .. }));
    let skipped = of(|end| matches!(end, End::Skipped(_)));
    let counts =
        format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"", cases.len());
    let timestamp = now.to_string();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"birdkeep\" {counts}>\n  \
         <testsuite name=\"birdkeep check\" {counts} timestamp=\"{}\">\n",
        xml::escaped(timestamp.trim_end_matches('Z'))
    );
    for case in cases {
        case.write(&mut text);
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}
