//! Findings for people: one block for each value, its places below it, and what to do about it.

use super::words::Rotation;
use super::{Told, words};
use crate::cli::output::{Out, Paint};
use crate::domain::phrase::counted;
use crate::ops::identify::Place;
use crate::ops::scan::{Finding, Object, Past, Spot, Subject, Where};

/// Everything that was found.
pub(super) fn print(out: &mut Out, told: &Told) {
    let findings = &told.report.findings;
    let blocks: Vec<&[Finding]> = findings.chunk_by(|a, b| a.subject == b.subject).collect();
    for (number, block) in blocks.iter().enumerate() {
        let Some(first) = block.first() else { continue };
        if number > 0 {
            out.line("");
        }
        heading(out, told, first.subject);
        for finding in *block {
            let place = place(told, finding);
            let remark = finding.writing.row().remark;
            let remark = if remark.is_empty() { String::new() } else { format!("  {remark}") };
            let more =
                if finding.more > 0 { format!("  and {} more here", finding.more) } else { String::new() };
            out.line(&format!("  {place}{remark}{more}"));
        }
        // What is rotated together is said once, behind the last of it.
        let own = advice(told, first.subject);
        let next = blocks.get(number + 1).and_then(|block| block.first());
        if next.is_none_or(|next| advice(told, next.subject) != own) {
            for line in own {
                out.line(&out.paint(Paint::Quiet, &format!("  {line}")));
            }
        }
    }
    if !blocks.is_empty() {
        out.note("");
    }
    let mut committed = findings.iter().filter(|finding| words::is_committed(finding));
    let first = committed.find_map(|finding| told.rotations_of(finding.subject).into_iter().next());
    if let Some(first) = first {
        out.note("rotate first: what was pushed stays known, also after rewriting the history");
        out.note(&format!("begin with: {}", first.command));
    }
}

fn heading(out: &mut Out, told: &Told, subject: Subject) {
    let holders = told.scan.holders(subject);
    let print = told.document.and(told.scan.print(subject)).map(|print| format!(" #{}", print.short()));
    let print = print.unwrap_or_default();
    let Some(first) = holders.first() else {
        let phrase = told.field(subject).row().phrase;
        let not_ours = if told.document.is_some() { ", not in this vault" } else { "" };
        out.line(&out.paint(Paint::Attention, &format!("looks like {phrase}{not_ours}{print}")));
        return;
    };
    let colour = if told.is_dead(subject) { Paint::Quiet } else { Paint::Failed };
    let name = format!("{}{print}", words::holder(first));
    out.line(&format!("{} ({})", out.paint(colour, &name), told.standing(first)));
    for other in holders.iter().skip(1) {
        out.line(&format!("  the same as {} ({})", words::holder(other), told.standing(other)));
    }
}

fn place(told: &Told, finding: &Finding) -> String {
    match &finding.place {
        Where::File(path, spot) => format!("{}{}", told.scan.shown(path), at(*spot)),
        Where::Name(path) => format!("{}  in its name", told.scan.shown(path)),
        Where::Past(past) => in_past(told, past),
    }
}

fn at(spot: Spot) -> String {
    if spot.binary {
        return format!("  byte {} (binary)", spot.offset);
    }
    format!(":{}:{}", spot.line, spot.column)
}

fn in_past(told: &Told, past: &Past) -> String {
    let object = short(&past.object);
    let place = match (&past.path, past.kind, &past.first) {
        (Some(path), ..) => format!("{}{}  git", told.scan.shown(path), at(past.spot)),
        (None, Object::Commit, Some((day, _))) => {
            return format!("commit {object} of {}, in its message or its names", day.day());
        }
        (None, kind, _) => format!("{} {object}{}  git", kind.word(), at(past.spot)),
    };
    format!("{place}{}", when(past))
}

/// Since when it is in the history, and whether it still is what people get.
fn when(past: &Past) -> String {
    let mut said = String::new();
    if let Some((day, commit)) = &past.first {
        said = format!(" since {}, {}", short(commit), day.day());
    }
    if past.versions > 1 {
        said = format!("{said} · {}", counted(past.versions, "version"));
    }
    if past.staged {
        said.push_str(" · staged");
    } else if past.path.is_some() && !past.in_head {
        said.push_str(" · not in HEAD");
    }
    said
}

/// As much of git's name for something as people need to find it.
fn short(object: &str) -> String {
    object.chars().take(8).collect()
}

/// What to do about a value, a line for each thing.
fn advice(told: &Told, subject: Subject) -> Vec<String> {
    let rotations = told.rotations_of(subject);
    if !rotations.is_empty() {
        let line = |(number, rotation): (usize, Rotation)| {
            let lead = if number == 0 { "rotate it:" } else { "and:" };
            format!("{lead} {}", rotation.command)
        };
        return rotations.into_iter().enumerate().map(line).collect();
    }
    let holders = told.scan.holders(subject);
    let one = match holders.first() {
        None => "if it is yours: birdkeep import brings it into the vault, then rotate it".to_owned(),
        Some(first) if !first.field.row().secret => {
            "a client ID is no secret by itself: nothing to rotate".to_owned()
        }
        Some(_) if told.is_dead(subject) => "nothing to rotate: X does not accept it any more".to_owned(),
        Some(first) if matches!(first.place, Place::Replaced(_)) => {
            "it was replaced already; X usually kills the old one at once".to_owned()
        }
        Some(_) => "deleted here, and perhaps alive at X: revoke it in X's console".to_owned(),
    };
    vec![one]
}

/// What was looked at, and what was not.
pub(super) fn remarks(out: &mut Out, told: &Told, with_git: bool) {
    let tally = &told.report.tally;
    for (path, why) in &tally.unreadable.first {
        out.warn(&format!("not read: {} ({why})", told.scan.shown(path)));
    }
    let unnamed = tally.unreadable.count - tally.unreadable.first.len() as u64;
    if unnamed > 0 {
        out.warn(&format!("not read: {unnamed} more"));
    }
    if let Some((first, _)) = tally.packed.first.first() {
        let files = counted(usize::try_from(tally.packed.count).unwrap_or(usize::MAX), "compressed file");
        out.note(&format!("{files} not opened, such as {}", told.scan.shown(first)));
    }
    for sentence in &tally.left {
        out.note(&format!("not looked at: {sentence}"));
    }
    if tally.repositories > 0 && !with_git {
        out.note("not looked at: the history in .git; birdkeep scan --git does");
    }
    out.note(&summary(told));
}

fn summary(told: &Told) -> String {
    let (findings, tally) = (&told.report.findings, &told.report.tally);
    let values = findings.chunk_by(|a, b| a.subject == b.subject).count();
    let places = findings.iter().map(|finding| 1 + finding.more).sum();
    let found = match values {
        0 => "nothing found".to_owned(),
        n => format!("{} in {}", counted(n, "value"), grouped(places, "place")),
    };
    let mut looked = Vec::new();
    if tally.files > 0 || tally.objects == 0 {
        looked.push(grouped(tally.files, "file"));
    }
    if tally.objects > 0 {
        looked.push(grouped(tally.objects, "version"));
    }
    format!("{found}; looked at {} ({})", looked.join(" and "), size(tally.bytes))
}

/// A number of things, in groups of three digits.
fn grouped(number: u64, thing: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text} {thing}{}", if number == 1 { "" } else { "s" })
}

fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, word)) => {
            let tenths = bytes / (unit / 10).max(1);
            format!("{}.{} {word}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(grouped(1, "file"), "1 file");
        assert_eq!(grouped(1_234_567, "file"), "1,234,567 files");
        assert_eq!(size(17), "17 bytes");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(31 * 1024 * 1024), "31.0 MiB");
    }
}
