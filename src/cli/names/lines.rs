//! `FIELD=value` lines on standard input, and the edits that take them in.

use super::properties::{Settable, settable};
use super::{holder, shown_name};
use crate::cli::output::{Out, mid};
use crate::domain::credential::Origin;
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit};
use crate::domain::fields::{self, Field, OwnerKind};
use crate::domain::id::Owner;
use crate::domain::phrase::counted;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::failure::{Failure, Kind};
use crate::ops::transfer;

/// A word and its value.
pub(in crate::cli) type Pair = (Settable, Secret);

/// Reads `FIELD=value` lines. Empty lines and lines that begin with `#` are passed over.
///
/// # Errors
/// [`Kind::Usage`], naming the line, before anything is changed.
pub(in crate::cli) fn read(text: &Secret, kind: OwnerKind) -> Result<Vec<Pair>, Failure> {
    let mut pairs = Vec::new();
    for (at, line) in text.expose().lines().enumerate() {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let (word, value) = line.split_once('=').ok_or_else(|| {
            Failure::new(
                Kind::Usage,
                "nothing was changed",
                format!("line {} of standard input is not FIELD=value", at + 1),
                "write one value per line, for example access_token=…",
            )
        })?;
        pairs.push((settable(word, kind)?, Secret::new(value)));
    }
    Ok(pairs)
}

/// A value as it is stored, with a warning where it is odd.
///
/// # Errors
/// As [`taken`].
pub(in crate::cli) fn secret(out: &mut Out, field: Field, given: &Secret) -> Result<Secret, Failure> {
    let value = taken(out, field, given)?;
    if let Some(doubt) = field.doubt(value.expose()) {
        out.warn(&format!("{}: {}", mid(field.row().label), doubt.sentence(field)));
    }
    Ok(value)
}

/// A value without what copying adds around it.
///
/// # Errors
/// [`Kind::Usage`] for an empty value and for one with a line break or another control character in it.
pub(in crate::cli) fn taken(out: &mut Out, field: Field, given: &Secret) -> Result<Secret, Failure> {
    let label = mid(field.row().label);
    let refuse = |because: &str, try_this: &str| {
        Err(Failure::new(Kind::Usage, format!("the {label} was not taken"), because, try_this))
    };
    let value = match transfer::value(field, given.expose()) {
        Ok(Some(value)) => value,
        Ok(None) => return refuse("nothing was given", "give it again; --clear removes a value"),
        Err(bad) => return refuse(&format!("it {bad}"), "copy it once more, alone"),
    };
    if value.expose() != given.expose() {
        out.note(&format!("{label}: what stood around the value was left out"));
    }
    Ok(value)
}

/// The edits that give `owner` all of `pairs`. A profile's app keys go to its app.
///
/// # Errors
/// [`Kind::Usage`] for a value that does not fit; then nothing is changed.
pub(in crate::cli) fn edits(
    out: &mut Out,
    document: &Document,
    owner: Owner,
    pairs: &[Pair],
    now: Time,
) -> Result<Vec<Edit>, Failure> {
    let mut document = document.clone();
    let mut all = Vec::new();
    for (settable, given) in pairs {
        let edits = match settable {
            Settable::Field(field) => {
                let holder = holder(&document, owner, *field)?;
                let value = secret(out, *field, given)?;
                told_about_app(out, &document, (owner, holder), *field);
                edit::set_fields(&document, holder, [(*field, Some(value))], Origin::Edit, now)
            }
            Settable::Property(row) => {
                let text = fields::trimmed(given.expose());
                row.edits(&document, owner, Some(text).filter(|text| !text.is_empty()))?
            }
        };
        for edit in edits {
            // It was made for this document, so it fits; if it did not, the save would say so.
            let _ = edit::apply(&mut document, &edit);
            all.push(edit);
        }
    }
    Ok(all)
}

/// An app's value is shared: whoever sets it through one bot should know about the others.
pub(in crate::cli) fn told_about_app(
    out: &mut Out,
    document: &Document,
    (asked, holder): (Owner, Owner),
    field: Field,
) {
    if asked == holder {
        return;
    }
    if let Owner::App(id) = holder {
        let users = counted(document.profiles_of(id).count(), "profile");
        let (label, app) = (mid(field.row().label), shown_name(document, holder));
        out.note(&format!("the {label} is held by the app “{app}”, used by {users}"));
    }
}
