//! Writes a table: a line for each profile, with its app's values; RFC 4180.

use crate::domain::fields::{Field, OwnerKind};
use crate::domain::secret::Secret;
use crate::exchange::rows::{AppRow, ProfileRow, Rows, Unwritable};
use crate::exchange::writing::{Style, app_of, is_plain, lone_apps, shown, value};

/// The columns beside the fields.
const ASIDES: &[&str] = &["name", "app", "handle", "user_id", "scopes", "callback_url"];

/// Writes it. A column that would be empty is left out.
///
/// # Errors
/// A text with a line break or an invisible character; a name or an address that a spreadsheet would take for a formula.
pub(in crate::exchange) fn write(rows: &Rows, _: &Style) -> Result<Secret, Unwritable> {
    let profiles = rows.profiles.iter().map(|row| (app_of(rows, row), Some(row)));
    let lines: Vec<Vec<String>> = profiles
        .chain(lone_apps(rows).map(|app| (Some(app), None)))
        .map(|(app, profile)| line(app, profile))
        .collect::<Result<_, _>>()?;
    let headings: Vec<&str> =
        ASIDES.iter().copied().chain(Field::all().map(|field| field.row().word)).collect();
    let used: Vec<bool> = (0..headings.len())
        .map(|at| at == 0 || lines.iter().any(|line| line.get(at).is_some_and(|cell| !cell.is_empty())))
        .collect();
    let joined = |cells: Vec<&str>| {
        let cells = cells.into_iter().zip(&used).filter(|(_, used)| **used);
        cells.map(|(cell, _)| quoted(cell)).collect::<Vec<_>>().join(",")
    };
    let mut out = joined(headings) + "\r\n";
    for line in &lines {
        out += &joined(line.iter().map(String::as_str).collect());
        out += "\r\n";
    }
    Ok(Secret::new(out))
}

fn line(app: Option<&AppRow>, profile: Option<&ProfileRow>) -> Result<Vec<String>, Unwritable> {
    let name = profile.map(|row| shown(&row.name)).unwrap_or_default();
    let whose =
        if name.is_empty() { app.map(|app| shown(&app.name)).unwrap_or_default() } else { name.clone() };
    let asides = [
        ("the name", Some(name)),
        ("the name of the app", app.map(|app| shown(&app.name))),
        ("handle", profile.and_then(|row| Some(row.handle.as_ref()?.as_str().to_owned()))),
        ("user id", profile.and_then(|row| Some(row.user_id.as_ref()?.as_str().to_owned()))),
        ("scopes", profile.and_then(|row| row.scopes.as_ref().map(ToString::to_string))),
        ("callback URL", app.and_then(|app| app.callback_url.clone())),
    ];
    let mut cells = Vec::new();
    for (what, text) in asides {
        let text = text.unwrap_or_default();
        // In quotes or not, spreadsheets run these.
        if !is_plain(&text) || text.starts_with(['=', '+', '-', '@']) {
            return Err(Unwritable::Unsafe { what, name: whose });
        }
        cells.push(text);
    }
    for field in Field::all() {
        let values = match field.row().held_by {
            OwnerKind::App => app.map(|app| &app.values),
            OwnerKind::Profile => profile.map(|row| &row.values),
        };
        let text = values.and_then(|values| value(values, field)).unwrap_or_default();
        if !is_plain(text) {
            return Err(Unwritable::Unsafe { what: field.row().label, name: whose });
        }
        cells.push(text.to_owned());
    }
    Ok(cells)
}

fn quoted(cell: &str) -> String {
    let plain = !cell.contains([',', ';', '\t', '"', '\'']) && cell.trim() == cell;
    if plain { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
}
