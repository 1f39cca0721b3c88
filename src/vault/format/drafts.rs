//! What was typed and not saved yet, as the drafts file holds it.

use serde::Deserialize;

use super::read::{As, Row, Rows};
use super::write::Object;
use crate::domain::secret::Secret;
use crate::domain::unknown::Unknown;

/// What one form holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Which form, in the words of the screen that wrote it.
    pub key: String,
    /// Its fields by name, as typed.
    pub fields: Vec<(String, Secret)>,
}

/// One form.
#[derive(Deserialize)]
struct DraftJson {
    key: As<String>,
    #[serde(default)]
    fields: Vec<FieldJson>,
}

/// One of its fields.
#[derive(Deserialize)]
struct FieldJson {
    name: As<String>,
    value: As<Secret>,
}

impl Row for Draft {
    fn row(raw: &str) -> Result<Option<Self>, serde_json::Error> {
        let draft: DraftJson = serde_json::from_str(raw)?;
        let fields = draft.fields.into_iter().map(|field| (field.name.0, field.value.0)).collect();
        Ok(Some(Self { key: draft.key.0, fields }))
    }
}

/// Reads the body of a drafts file; what makes no sense is no draft.
pub(in crate::vault) fn read_drafts(json: &str) -> Vec<Draft> {
    serde_json::from_str::<Rows<Draft>>(json).map(|rows| rows.rows).unwrap_or_default()
}

/// Writes the body of a drafts file.
pub(in crate::vault) fn write_drafts(out: &mut Vec<u8>, drafts: &[Draft]) {
    out.push(b'[');
    for (at, draft) in drafts.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        Object::write(out, |object| {
            object.text("key", &draft.key);
            object.list("fields", draft.fields.iter(), &Unknown::default(), |out, (name, value)| {
                Object::write(out, |field| {
                    field.text("name", name);
                    field.text("value", value.expose());
                });
            });
        });
    }
    out.push(b']');
}
