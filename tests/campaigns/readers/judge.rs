//! What must hold of every reader for every file, and of every writer for what was read.

use std::collections::BTreeSet;

use birdkeep::domain::fields::{Field, recognise};
use birdkeep::domain::names::{Handle, Name};
use birdkeep::domain::text::is_hidden;
use birdkeep::exchange::rows::{AppRow, Called, Place, REMARKS_MAX, ROWS_MAX, Rows, Unreadable};
use birdkeep::exchange::writing::{Holds, Style};
use birdkeep::exchange::{self, FORMATS, Format, text};

/// What came of one file.
#[derive(Default)]
pub(crate) struct Verdict {
    /// How many readers gave rows with values.
    pub(crate) read: usize,
    /// How many refused.
    pub(crate) refused: usize,
    /// How many times something was written and read again.
    pub(crate) round: usize,
    /// What does not hold.
    pub(crate) wrong: Vec<String>,
}

/// Reads a file as the program does, then as every format.
pub(crate) fn judge(name: &str, bytes: &[u8]) -> Verdict {
    let mut verdict = Verdict::default();
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(error) => {
            verdict.refused += 1;
            verdict.said("the decoder", &error.to_string());
            return verdict;
        }
    };
    let file = File::of(text.expose());
    for name in [Some(name), None] {
        match exchange::read(name, file.text) {
            Ok((rows, format)) => verdict.rows(format, &file, rows),
            Err((error, format)) => verdict.error(format, &file, &error),
        }
    }
    for format in FORMATS.iter().filter(|format| format.is_read()) {
        match format.read(file.text) {
            Ok(rows) => verdict.rows(format, &file, rows),
            Err(error) => verdict.error(format, &file, &error),
        }
    }
    verdict
}

/// A text with what is asked of it again and again.
struct File<'a> {
    text: &'a str,
    lines: usize,
    /// Without what formats put into a value or take out of it.
    squeezed: String,
    /// The same, escapes written out first.
    written_out: String,
    /// The same, base64 decoded.
    decoded: String,
}

impl<'a> File<'a> {
    fn of(text: &'a str) -> Self {
        let lines = 1 + text.matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count();
        let decoded: String = text
            .split(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c))
            .filter_map(decoded)
            .collect();
        Self {
            text,
            lines,
            squeezed: squeezed(text),
            written_out: squeezed(&written_out(text)),
            decoded: squeezed(&decoded),
        }
    }

    /// Whether a value stands in the file.
    fn holds(&self, value: &str) -> bool {
        let value = squeezed(value);
        [&self.squeezed, &self.written_out, &self.decoded].iter().any(|text| text.contains(&value))
    }
}

/// Without quotes, backslashes and white space: what is doubled, escaped or folded is the same then.
fn squeezed(text: &str) -> String {
    let kept =
        |c: &char| !c.is_whitespace() && !"'\"`\\\u{2018}\u{2019}\u{201a}\u{201b}\u{feff}".contains(*c);
    text.chars().filter(kept).collect()
}

/// `\u0041`, `\x41`, `\U00000041` written out, and pairs of surrogates; the other escapes of YAML that give no control
/// character as well.
fn written_out(text: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let digits = match rest.as_bytes() {
            [b'\\', b'x', ..] => 2,
            [b'\\', b'u', ..] => 4,
            [b'\\', b'U', ..] => 8,
            _ => 0,
        };
        let code = rest.get(2..2 + digits).filter(|_| digits > 0);
        if let Some(code) = code.and_then(|code| u32::from_str_radix(code, 16).ok()) {
            match char::from_u32(code) {
                Some(c) => units.extend(c.encode_utf16(&mut [0; 2]).iter()),
                None => units.extend(u16::try_from(code)),
            }
            rest = &rest[2 + digits..];
            continue;
        }
        units.extend(c.encode_utf16(&mut [0; 2]).iter());
        rest = &rest[c.len_utf8()..];
    }
    String::from_utf16_lossy(&units)
}

/// The text of a word of base64.
fn decoded(word: &str) -> Option<String> {
    use base64::Engine as _;
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(word).ok()?).ok()
}

impl Verdict {
    /// What a person is told: visible and short.
    fn said(&mut self, who: &str, line: &str) {
        if line.chars().any(is_hidden) || line.chars().count() > 400 {
            self.wrong.push(format!("{who} says {line:?}"));
        }
    }

    fn error(&mut self, format: &Format, file: &File<'_>, error: &Unreadable) {
        self.refused += 1;
        self.said(format.word, &error.to_string());
        let place = match *error {
            Unreadable::Syntax { line, column, .. }
            | Unreadable::Cycle { line, column }
            | Unreadable::Deep { line, column, .. } => Some((line, column)),
            // About the file as a whole.
            Unreadable::Shape(_) => None,
        };
        if place.is_some_and(|(line, column)| line == 0 || line > file.lines || column == 0) {
            self.wrong.push(format!("{}: no such place: {error} of {} lines", format.word, file.lines));
        }
    }

    fn rows(&mut self, format: &Format, file: &File<'_>, rows: Rows) {
        let word = format.word;
        let values = || {
            rows.apps
                .iter()
                .flat_map(|row| &row.values)
                .chain(rows.profiles.iter().flat_map(|row| &row.values))
        };
        let secrets: BTreeSet<&str> = values().map(|value| value.secret.expose()).collect();
        for secret in &secrets {
            if !file.holds(secret) {
                self.wrong.push(format!("{word}: {secret:?} stands nowhere in the file"));
            }
        }
        let asides = rows.profiles.iter().filter_map(|row| row.handle.as_ref().map(Handle::as_str));
        for aside in asides.chain(rows.apps.iter().filter_map(|row| row.callback_url.as_deref())) {
            if !file.holds(aside) {
                self.wrong.push(format!("{word}: {aside:?} stands nowhere in the file"));
            }
        }
        for remark in &rows.remarks {
            let line = remark.to_string();
            self.said(word, &line);
            let there = match remark.place {
                Place::Line(line) => (1..=file.lines).contains(&line),
                Place::App(_) | Place::Profile(_) => word == "json",
                Place::File => true,
            };
            if !there {
                self.wrong.push(format!("{word}: no such place: {line}"));
            }
            let quoted = |secret: &&&str| {
                secret.len() >= 15 && line.contains(**secret) && file.text.matches(**secret).count() == 1
            };
            if secrets.iter().any(|secret| quoted(&secret)) {
                self.wrong.push(format!("{word}: a value is quoted: {line}"));
            }
        }
        if rows.remarks.len() > REMARKS_MAX + 1 || rows.apps.len().max(rows.profiles.len()) > ROWS_MAX + 1 {
            self.wrong.push(format!(
                "{word}: {} remarks, {} profiles",
                rows.remarks.len(),
                rows.profiles.len()
            ));
        }
        if rows.holds_values() {
            self.read += 1;
            self.round(format, rows);
        }
    }

    /// Writes what was read in every format that is read back, and reads that.
    fn round(&mut self, from: &Format, rows: Rows) {
        let rows = named(rows);
        for format in FORMATS.iter().filter(|format| format.is_read()) {
            let Some(writer) = format.write.as_ref().filter(|writer| writer.holds == Holds::Values) else {
                continue;
            };
            let mut fitting = rows.clone();
            writer.fit(&mut fitting);
            let Ok(text) = (writer.write)(&fitting, &Style::default()) else { continue };
            if !fitting.holds_values() {
                continue;
            }
            self.round += 1;
            let back = match format.read(text.expose()) {
                Ok(back) => back,
                Err(error) => {
                    let story = format!("{} from {}: {error}\n{}", format.word, from.word, text.expose());
                    self.wrong.push(story);
                    continue;
                }
            };
            let lost: Vec<_> = held(&fitting).difference(&held(&back)).cloned().collect();
            let new: Vec<_> = held(&back).difference(&held(&fitting)).cloned().collect();
            if !lost.is_empty() || !new.is_empty() {
                let said: Vec<_> = back.remarks.iter().map(ToString::to_string).collect();
                let story =
                    format!("{} from {}: lost {lost:?}, new {new:?}, said {said:?}", format.word, from.word);
                self.wrong.push(story);
            }
            if format.word == "json" && plain(&fitting) != plain(&back) {
                self.wrong.push(format!("json from {}: not the same rows", from.word));
            }
        }
    }
}

/// The rows as a vault would hold them: every app and profile by a name of its own.
fn named(mut rows: Rows) -> Rows {
    let name =
        |kind: &str, at: usize| Called::Named(Name::parse(&format!("{kind}-{at}")).expect("a plain word"));
    rows.remarks.clear();
    let apps: Vec<Called> = rows.apps.iter().map(|row| row.name.clone()).collect();
    for (at, row) in rows.apps.iter_mut().enumerate() {
        row.name = name("app", at);
    }
    for (at, row) in rows.profiles.iter_mut().enumerate() {
        let app = row.app.take().and_then(|app| apps.iter().position(|other| *other == app));
        row.app = app.map(|at| name("app", at));
        row.name = name("bird", at);
    }
    rows
}

/// Every value with its field. What is stored where it does not belong, by its shape, is read where it does.
fn held(rows: &Rows) -> BTreeSet<(Field, String)> {
    let of_apps = rows.apps.iter().flat_map(|row| &row.values);
    let values = of_apps.chain(rows.profiles.iter().flat_map(|row| &row.values));
    let field = |field: Field, text: &str| match recognise(text).as_slice() {
        [Field::Oauth2AccessToken] if field == Field::AccessToken => Field::Oauth2AccessToken,
        _ => field,
    };
    values
        .map(|value| (field(value.field, value.secret.expose()), value.secret.expose().to_owned()))
        .collect()
}

/// The rows without where they stood.
fn plain(rows: &Rows) -> Rows {
    let mut rows = rows.clone();
    rows.apps.iter_mut().for_each(|row: &mut AppRow| row.place = Place::File);
    for row in &mut rows.profiles {
        (row.place, row.implied) = (Place::File, false);
    }
    rows.remarks.clear();
    rows
}
