//! Findings for code hosts: a log in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS, with errata 1).

use serde_json::{Value, json};

use super::{Told, words};
use crate::domain::fields::{FIELDS, Field};
use crate::ops::scan::{Finding, Spot, Where};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log: one run, a rule for each field of the vault and each shape, a result for each finding.
pub(super) fn log(told: &Told) -> Value {
    let tally = &told.report.tally;
    let unread = tally.unreadable.first.iter().map(|(path, why)| format!("{}: {why}", told.scan.shown(path)));
    let left = tally.left.iter().map(|sentence| format!("not looked at: {sentence}"));
    let notes: Vec<Value> = unread
        .map(|text| ("warning", text))
        .chain(left.map(|text| ("note", text)))
        .map(|(level, text)| json!({"level": level, "message": {"text": text}}))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "birdkeep",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules(),
            }},
            "invocations": [{
                "executionSuccessful": tally.unreadable.count == 0,
                "toolExecutionNotifications": notes,
            }],
            "columnKind": "unicodeCodePoints",
            "results": told.report.findings.iter().map(|finding| result(told, finding)).collect::<Vec<_>>(),
        }],
    })
}

/// What was found, as a rule: a value of the vault, or the shape of one.
fn rule(field: Field, is_ours: bool) -> String {
    format!("{}/{}", if is_ours { "vault" } else { "shape" }, field.row().word)
}

fn rules() -> Vec<Value> {
    let one = |field: Field, is_ours: bool| {
        let phrase = field.row().phrase;
        let (short, help) = if is_ours {
            (
                format!("{phrase} of the vault"),
                "Rotate it with the command in the message: whoever saw it can use it.",
            )
        } else {
            (
                format!("looks like {phrase}"),
                "If it is yours, bring it into the vault with birdkeep import, and rotate it.",
            )
        };
        json!({
            "id": rule(field, is_ours),
            "shortDescription": {"text": short},
            "help": {"text": help},
            "defaultConfiguration": {"level": level(field, is_ours)},
            "properties": {"tags": ["security"]},
        })
    };
    [true, false].into_iter().flat_map(|ours| FIELDS.iter().map(move |row| one(row.field, ours))).collect()
}

fn level(field: Field, is_ours: bool) -> &'static str {
    match (field.row().secret, is_ours) {
        (false, _) => "note",
        (true, true) => "error",
        (true, false) => "warning",
    }
}

fn result(told: &Told, finding: &Finding) -> Value {
    let (field, ours) = (told.field(finding.subject), !told.scan.holders(finding.subject).is_empty());
    let index = FIELDS.iter().position(|row| row.field == field).unwrap_or(0);
    let level = if told.is_dead(finding.subject) { "note" } else { level(field, ours) };
    let mut result = json!({
        "ruleId": rule(field, ours),
        "ruleIndex": if ours { index } else { FIELDS.len() + index },
        "level": level,
        "message": {"text": message(told, finding)},
        "locations": [location(told, finding)],
    });
    if let Some(print) = told.document.and(told.scan.print(finding.subject)) {
        result["partialFingerprints"] = json!({"birdkeepValue/v1": print.to_string()});
    }
    if let Where::Past(past) = &finding.place {
        let commit = past.first.as_ref().map(|(_, commit)| commit);
        result["properties"] = json!({"commit": commit, "object": past.object, "versions": past.versions, "inHead": past.in_head});
    }
    result
}

fn message(told: &Told, finding: &Finding) -> String {
    let mut text = told.sentence(finding);
    if let Where::Past(past) = &finding.place
        && let Some((at, commit)) = &past.first
    {
        text = format!("{text}, in git since {commit} of {}", at.day());
    }
    let commands: Vec<String> =
        told.rotations_of(finding.subject).into_iter().map(|rotation| rotation.command).collect();
    if !commands.is_empty() {
        text = format!("{text}: {}", commands.join(", "));
    }
    text
}

fn location(told: &Told, finding: &Finding) -> Value {
    let spot = match &finding.place {
        Where::File(_, spot) => Some(*spot),
        Where::Past(past) => Some(past.spot),
        Where::Name(_) => None,
    };
    let Some(path) = words::path(finding) else {
        // No file: a commit's message, say. Code hosts refuse a result without a place.
        let object = match &finding.place {
            Where::Past(past) => format!("{} {}", past.kind.word(), past.object),
            Where::File(..) | Where::Name(_) => String::new(),
        };
        return json!({
            "physicalLocation": {"artifactLocation": {"uri": ".git"}},
            "logicalLocations": [{"fullyQualifiedName": object}],
        });
    };
    let mut place = json!({"artifactLocation": {"uri": uri(&told.scan.named(path), path.is_absolute())}});
    if let Some(spot) = spot {
        place["region"] = region(spot);
    }
    json!({"physicalLocation": place})
}

/// Binary files have no lines.
fn region(spot: Spot) -> Value {
    if spot.binary {
        return json!({"byteOffset": spot.offset});
    }
    json!({"startLine": spot.line, "startColumn": spot.column})
}

/// A path as a reference: relative ones stay relative to wherever the scan ran.
fn uri(path: &str, is_absolute: bool) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    let path = utf8_percent_encode(path, KEPT);
    if is_absolute { format!("file://{path}") } else { path.to_string() }
}
