//! Current values, candidates, replaced values and rotations, as they stand in a file.

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::read::{Absent, As, ByKey, Entries, FromText as _, Row, Rows, object};
use super::write::Object;
use crate::domain::credential::{Candidate, Held, Origin, Part, Retired, Slot};
use crate::domain::fields::{Credential, Field};
use crate::domain::permission::Scopes;
use crate::domain::rotation::{self, Granted, Rotation, Stage, Way};
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::domain::unknown::Unknown;

/// The keys of an owner under which all this stands.
pub(super) const KEYS: [&str; 4] = ["fields", "candidates", "history", "rotations"];

object! {
    /// A current value.
    ValueJson { value: As<Secret>, changed_at: As<Time>, issued_at: Option<As<Time>> }
}
object! {
    /// A value waiting to be verified.
    CandidateJson { field: As<Box<str>>, value: As<Secret>, at: As<Time>, origin: As<Box<str>> }
}
object! {
    /// A replaced value.
    RetiredJson {
        field: As<Box<str>>,
        value: As<Secret>,
        since: As<Time>,
        until: As<Time>,
        origin: As<Box<str>>,
        dead_at: Option<As<Time>>,
    }
}
object! {
    /// A rotation under way.
    RotationJson {
        credential: As<Box<str>>,
        way: Option<As<Box<str>>>,
        stage: As<Box<str>>,
        started_at: As<Time>,
        moved_at: As<Time>,
        scope: Option<As<Scopes>>,
        expires_at: Option<As<Time>>,
    }
}
impl Absent for ValueJson {}

/// The object `fields`: one member per current value.
#[derive(Default)]
pub(super) struct Fields {
    slots: Vec<Slot>,
    unknown: Vec<(Part, Unknown)>,
    others: String,
}

impl Entries for Fields {
    fn entry<'de, A: MapAccess<'de>>(&mut self, key: Box<str>, map: &mut A) -> Result<(), A::Error> {
        let Some(field) = Field::from_text(&key) else {
            let raw: &RawValue = map.next_value()?;
            let comma = if self.others.is_empty() { "" } else { "," };
            self.others.extend([comma, &serde_json::Value::from(&*key).to_string(), ":", raw.get()]);
            return Ok(());
        };
        let ValueJson { value: As(secret), changed_at: As(changed_at), issued_at, unknown } =
            map.next_value()?;
        remember(&mut self.unknown, || Part::Value(field, secret.clone()), unknown);
        self.slots.push(Slot { field, secret, changed_at, issued_at: issued_at.map(|at| at.0) });
        Ok(())
    }
}

impl Row for (Candidate, Unknown) {
    fn row(raw: &str) -> Result<Option<Self>, serde_json::Error> {
        let row: CandidateJson = serde_json::from_str(raw)?;
        let (Some(field), Some(origin)) = (Field::from_text(&row.field.0), Origin::parse(&row.origin.0))
        else {
            return Ok(None);
        };
        Ok(Some((Candidate { field, secret: row.value.0, at: row.at.0, origin }, row.unknown)))
    }
}

impl Row for (Retired, Unknown) {
    fn row(raw: &str) -> Result<Option<Self>, serde_json::Error> {
        let row: RetiredJson = serde_json::from_str(raw)?;
        let (Some(field), Some(origin)) = (Field::from_text(&row.field.0), Origin::parse(&row.origin.0))
        else {
            return Ok(None);
        };
        let (since, until) = (row.since.0, row.until.0);
        let dead_at = row.dead_at.map(|at| at.0);
        Ok(Some((Retired { field, secret: row.value.0, since, until, origin, dead_at }, row.unknown)))
    }
}

impl Row for (Rotation, Unknown) {
    fn row(raw: &str) -> Result<Option<Self>, serde_json::Error> {
        let row: RotationJson = serde_json::from_str(raw)?;
        let (Some(credential), Some(stage)) =
            (Credential::parse(&row.credential.0), Stage::parse(&row.stage.0))
        else {
            return Ok(None);
        };
        let named = match row.way {
            Some(As(word)) => Way::parse(&word),
            None => Some(Way::unnamed(credential, stage)),
        };
        // A way that does not lead past this stage is one that only a newer birdkeep knows.
        let leads =
            |way: &Way| rotation::way(credential, *way).is_some_and(|row| row.stages.contains(&stage));
        let Some(way) = named.filter(leads) else { return Ok(None) };
        let (started_at, moved_at) = (row.started_at.0, row.moved_at.0);
        let expires_at = row.expires_at.map(|at| at.0);
        let granted = row.scope.map(|As(scopes)| Granted { scopes, expires_at });
        Ok(Some((Rotation { credential, way, stage, started_at, moved_at, granted }, row.unknown)))
    }
}

/// What was read of all four keys.
pub(super) struct HeldJson {
    pub(super) fields: ByKey<Fields>,
    pub(super) candidates: Rows<(Candidate, Unknown)>,
    pub(super) history: Rows<(Retired, Unknown)>,
    pub(super) rotations: Rows<(Rotation, Unknown)>,
}

impl HeldJson {
    /// What the owner holds; whole entries that were not understood go into the owner's `unknown`.
    pub(super) fn held(self, owner: &mut Unknown) -> Held {
        let mut held = Held::default();
        let Fields { slots, unknown, others } = self.fields.0;
        if !others.is_empty() {
            owner.0.insert("fields".into(), Secret::new(others));
        }
        for slot in slots {
            held.put(slot);
        }
        held.unknown = unknown;
        for (candidate, unknown) in self.candidates.split("candidates", owner) {
            let part = || Part::Value(candidate.field, candidate.secret.clone());
            remember(&mut held.unknown, part, unknown);
            held.candidates.push(candidate);
        }
        for (retired, unknown) in self.history.split("history", owner) {
            let part = || Part::Value(retired.field, retired.secret.clone());
            remember(&mut held.unknown, part, unknown);
            held.history.push(retired);
        }
        for (rotation, unknown) in self.rotations.split("rotations", owner) {
            remember(&mut held.unknown, || Part::Rotation(rotation.credential), unknown);
            held.rotations.push(rotation);
        }
        held
    }
}

fn remember(all: &mut Vec<(Part, Unknown)>, part: impl FnOnce() -> Part, unknown: Unknown) {
    if !unknown.0.is_empty() {
        all.push((part(), unknown));
    }
}

/// Writes what an owner holds.
pub(super) fn write(object: &mut Object<'_>, held: &Held, others: &Unknown) {
    if !held.slots().is_empty() || others.0.contains_key("fields") {
        object.object("fields", |fields| {
            for slot in held.slots() {
                fields.object(slot.field.row().word, |value| {
                    value.text("value", slot.secret.expose());
                    value.shown("changed_at", slot.changed_at);
                    value.some("issued_at", slot.issued_at);
                    write_unknown(value, held, || Part::Value(slot.field, slot.secret.clone()));
                });
            }
            fields.others("fields", others);
        });
    }
    object.list("candidates", held.candidates.iter(), others, |out, candidate| {
        Object::write(out, |row| {
            row.text("field", candidate.field.row().word);
            row.text("value", candidate.secret.expose());
            row.shown("at", candidate.at);
            row.text("origin", candidate.origin.word());
            write_unknown(row, held, || Part::Value(candidate.field, candidate.secret.clone()));
        });
    });
    object.list("history", held.history.iter(), others, |out, retired| {
        Object::write(out, |row| {
            row.text("field", retired.field.row().word);
            row.text("value", retired.secret.expose());
            row.shown("since", retired.since);
            row.shown("until", retired.until);
            row.text("origin", retired.origin.word());
            row.some("dead_at", retired.dead_at);
            write_unknown(row, held, || Part::Value(retired.field, retired.secret.clone()));
        });
    });
    object.list("rotations", held.rotations.iter(), others, |out, rotation| {
        Object::write(out, |row| {
            row.text("credential", rotation.credential.row().word);
            let unnamed = Way::unnamed(rotation.credential, rotation.stage);
            row.some("way", (rotation.way != unnamed).then(|| rotation.way.word()));
            row.text("stage", rotation.stage.row().word);
            row.shown("started_at", rotation.started_at);
            row.shown("moved_at", rotation.moved_at);
            if let Some(granted) = &rotation.granted {
                row.shown("scope", &granted.scopes);
                row.some("expires_at", granted.expires_at);
            }
            write_unknown(row, held, || Part::Rotation(rotation.credential));
        });
    });
}

fn write_unknown(object: &mut Object<'_>, held: &Held, part: impl FnOnce() -> Part) {
    if !held.unknown.is_empty()
        && let Some(unknown) = held.unknown_of(&part())
    {
        object.unknown(unknown, &[]);
    }
}
