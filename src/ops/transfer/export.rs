//! The vault as rows, for a file that other programs or people read: what goes into it, what stays out and why.

use std::collections::BTreeSet;

use super::{format, words, writable};
use crate::domain::app::App;
use crate::domain::credential::{Held, Slot};
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::Owner;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::exchange::rows::{AppRow, Called, Place, ProfileRow, Rows, Unwritable, Value};
use crate::exchange::writing::{Holds, Reader, Style, Writer, take_field};
use crate::exchange::{Format, writing};
use crate::failure::{Failure, Kind};
use crate::ops::run::Preset;

/// What no bot needs: who has these can make tokens, or end everybody else's.
const ON_REQUEST: [Field; 2] = [Field::ClientSecret, Field::Oauth2RefreshToken];

/// What is to be written.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// The names of variables; `None`: ours.
    pub names: Option<&'static Preset>,
    /// These fields alone; empty: what is usual for the format.
    pub only: Vec<Field>,
    /// How much, where no field is named.
    pub reach: Reach,
}

/// How much of what is stored is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// What the readers of the format need.
    #[default]
    Usual,
    /// Refresh tokens and client secrets too.
    Everything,
}

/// What goes into a text and what does not. Holds no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The format's word.
    pub format: &'static str,
    /// Whether the values stand in it.
    pub holds: Holds,
    /// What is stored and left out because no reader needs it.
    pub withheld: Vec<Field>,
    /// What is stored and has no place in the format, in a person's words.
    pub dropped: Vec<&'static str>,
    /// Whether a refresh token goes along.
    pub gives_away: bool,
}

impl Outline {
    /// What a person should know before it is written, in whole sentences.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.withheld.is_empty() {
            let labels: Vec<&str> = self.withheld.iter().map(|field| field.row().label).collect();
            notes.push(format!("left out, since no bot needs it: {}", labels.join(", ")));
        }
        if !self.dropped.is_empty() {
            notes.push(format!("{} has no place for: {}", self.format, self.dropped.join(", ")));
        }
        if self.gives_away {
            notes.push(
                "a refresh token goes along: X takes each once, so whoever uses it first owns it from then on, and \
                 birdkeep's copy is dead"
                    .to_owned(),
            );
        }
        notes
    }
}

/// What writing `owners` in the format of this word would put into it.
///
/// # Errors
/// As [`export`], but for values that the format cannot hold.
pub fn outline(document: &Document, owners: &[Owner], word: &str, order: &Order) -> Result<Outline, Failure> {
    prepare(document, owners, word, order).map(|(_, _, outline)| outline)
}

/// Writes `owners` in the format of this word; profiles bring their apps with them.
///
/// # Errors
/// [`Kind::Usage`] for an unknown format, for fields and values that it cannot hold, for names it has not;
/// [`Kind::Found`] when there is nothing to write.
pub fn export(
    document: &Document,
    owners: &[Owner],
    word: &str,
    order: &Order,
) -> Result<(Secret, Outline), Failure> {
    let (rows, writer, outline) = prepare(document, owners, word, order)?;
    let style = Style { names: order.names.map(|preset| preset.names) };
    let text = (writer.write)(&rows, &style).map_err(|error| unwritable(&error, outline.format))?;
    Ok((text, outline))
}

/// What a person types before `owners` are written in plain text: the name of the one, or how many they are.
pub fn name_to_type(document: &Document, owners: &[Owner]) -> String {
    match owners {
        [one] => document.name_of(*one).map(ToString::to_string).unwrap_or_default(),
        several if several.iter().all(|owner| matches!(owner, Owner::Profile(_))) => {
            format!("{} profiles", several.len())
        }
        several => format!("{} entries", several.len()),
    }
}

/// The name of a file for `owners` in this format.
pub fn file_name(document: &Document, owners: &[Owner], writer: &Writer) -> String {
    let name = match owners {
        [one] => document.name_of(*one).cloned(),
        _ => None,
    };
    let name = name.map_or_else(|| "bots".to_owned(), |name| writing::slug(&Called::Named(name)));
    writer.file.replace("{name}", &name)
}

fn prepare(
    document: &Document,
    owners: &[Owner],
    word: &str,
    order: &Order,
) -> Result<(Rows, &'static Writer, Outline), Failure> {
    let format = format(word)?;
    let writer = format.write.as_ref().ok_or_else(|| not_written(format))?;
    fits(format, writer, order)?;
    let mut rows = rows(document, owners);
    let mut withheld = Vec::new();
    for field in Field::all() {
        let named = order.only.contains(&field);
        let chosen = named || order.only.is_empty();
        // What has no place in the format is told as that.
        let usual = writer.reader == Reader::Keeper
            || !ON_REQUEST.contains(&field)
            || !writer.fields.contains(&field);
        if !chosen {
            take_field(&mut rows, field);
        } else if !named && !usual && order.reach == Reach::Usual && take_field(&mut rows, field) {
            withheld.push(field);
        }
    }
    let mut dropped = writer.fit(&mut rows);
    if let Some(preset) = order.names {
        let nameless = Field::all().filter(|field| preset.names.iter().all(|(named, _)| named != field));
        dropped.extend(nameless.filter(|field| take_field(&mut rows, *field)).map(|field| field.row().label));
    }
    if !rows.holds_values() && writer.reader == Reader::Bot {
        return Err(nothing(&withheld));
    }
    let refresh = |value: &Value| value.field == Field::Oauth2RefreshToken;
    let gives_away = rows.profiles.iter().flat_map(|row| &row.values).any(refresh);
    let outline = Outline { format: format.word, holds: writer.holds, withheld, dropped, gives_away };
    Ok((rows, writer, outline))
}

/// Whether the format has names to choose, and a place for every field that was named.
fn fits(format: &Format, writer: &Writer, order: &Order) -> Result<(), Failure> {
    if order.names.is_some() && !writer.variables {
        let with: Vec<&str> = writable()
            .filter(|format| format.write.as_ref().is_some_and(|writer| writer.variables))
            .map(|format| format.word)
            .collect();
        return Err(Failure::new(
            Kind::Usage,
            format!("{} has no names to choose", format.word),
            "its names are its own",
            format!("leave --names out; it is for {}", with.join(", ")),
        ));
    }
    for field in &order.only {
        if !writer.fields.contains(field) {
            return Err(Failure::new(
                Kind::Usage,
                format!("{} has no place for {field}", format.word),
                "nothing was written",
                "leave that field out, or take another format",
            ));
        }
        if let Some(preset) = order.names
            && preset.names.iter().all(|(named, _)| named != field)
        {
            return Err(Failure::new(
                Kind::Usage,
                format!("nobody knows what to call {field}"),
                format!("the names of “{}” have none for it", preset.word),
                "leave that field out, or take other names",
            ));
        }
    }
    Ok(())
}

fn not_written(format: &Format) -> Failure {
    Failure::new(
        Kind::Usage,
        format!("birdkeep does not write {}", format.word),
        "it only reads this format",
        format!("the formats it writes are {}", words(writable()).join(", ")),
    )
}

fn nothing(withheld: &[Field]) -> Failure {
    if withheld.is_empty() {
        let because = "no value is stored that this format has a place for";
        return Failure::new(
            Kind::Found,
            "there is nothing to write",
            because,
            "birdkeep show NAME shows what there is",
        );
    }
    let words: Vec<&str> = withheld.iter().map(|field| field.row().word).collect();
    Failure::new(
        Kind::Found,
        "there is nothing to write",
        format!("of what is stored, {} goes along only where it is asked for", words.join(", ")),
        "add --all-fields",
    )
}

fn unwritable(error: &Unwritable, word: &str) -> Failure {
    let try_this = match error {
        Unwritable::Unsafe { .. } => "export it as json, which can hold every value",
        Unwritable::SameSuffix(..) | Unwritable::Twice(..) => "rename one of them, or export them one by one",
        Unwritable::Lacks { .. } => "leave it out, or export it as dotenv or json",
        Unwritable::OneToken(..) | Unwritable::OneOnly => "export the profiles one by one",
    };
    Failure::new(
        Kind::Usage,
        format!("this cannot be written as {word}"),
        visible_within(&error.to_string(), 400),
        try_this,
    )
}
/// Apps and profiles in the order of their names.
fn rows(document: &Document, owners: &[Owner]) -> Rows {
    let owners: BTreeSet<Owner> = owners.iter().copied().collect();
    let mut profiles: Vec<&Profile> =
        document.profiles().filter(|profile| owners.contains(&profile.id.into())).collect();
    let used: BTreeSet<Owner> = profiles.iter().filter_map(|profile| profile.app).map(Owner::from).collect();
    let mut apps: Vec<&App> = document
        .apps()
        .filter(|app| owners.contains(&app.id.into()) || used.contains(&app.id.into()))
        .collect();
    apps.sort_by_key(|app| app.name.key());
    profiles.sort_by_key(|profile| profile.name.key());
    Rows {
        apps: apps.into_iter().map(app).collect(),
        profiles: profiles.into_iter().map(|row| profile(document, row)).collect(),
        remarks: Vec::new(),
    }
}

fn app(app: &App) -> AppRow {
    AppRow {
        place: Place::File,
        name: Called::Named(app.name.clone()),
        values: values(&app.held),
        callback_url: app.callback_url.clone(),
        permission: app.permission,
        notes: Some(app.notes.clone()).filter(|notes| !notes.is_empty()),
    }
}

fn profile(document: &Document, profile: &Profile) -> ProfileRow {
    let grant = profile.oauth2.as_ref();
    ProfileRow {
        place: Place::File,
        name: Called::Named(profile.name.clone()),
        implied: false,
        handle: profile.handle.clone(),
        user_id: profile.user_id.clone(),
        app: document.app_of(profile).map(|app| Called::Named(app.name.clone())),
        values: values(&profile.held),
        scopes: grant.map(|grant| grant.scopes.clone()).filter(|scopes| !scopes.is_empty()),
        expires_at: grant.and_then(|grant| grant.expires_at),
        needs: Some(profile.needs.iter().copied().collect()).filter(|needs: &Vec<_>| !needs.is_empty()),
        tags: Some(profile.tags.iter().cloned().collect()).filter(|tags: &Vec<_>| !tags.is_empty()),
        deployed: Some(profile.deployed.clone()).filter(|lines| !lines.is_empty()),
        notes: Some(profile.notes.clone()).filter(|notes| !notes.is_empty()),
    }
}

fn values(held: &Held) -> Vec<Value> {
    let value = |slot: &Slot| Value {
        field: slot.field,
        secret: slot.secret.clone(),
        changed_at: Some(slot.changed_at),
    };
    held.slots().iter().map(value).collect()
}
