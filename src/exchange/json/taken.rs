//! The members of a JSON object, taken one by one: what is wrong with one of them is said of it alone.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::CHANGED_AT;
use crate::domain::fields::Field;
use crate::domain::names::{HandleError, Name, NameError, UserId};
use crate::domain::permission::Scopes;
use crate::domain::time::Time;
use crate::exchange::members::Members;
use crate::exchange::rows::{self, BadValue, Value};

/// Why a row is left out. Never quotes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    #[error("is not an object")]
    NotObject,
    #[error("has no name")]
    NoName,
    #[error("cannot be used: {0}")]
    Name(NameError),
    #[error("has the same key twice")]
    Twice,
    #[error("cannot be taken: “{0}” {1}")]
    Key(&'static str, What),
}

/// What is wrong with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum What {
    #[error("is not text")]
    NotText,
    #[error("is not a list of texts")]
    NotList,
    #[error("is not an object")]
    NotObject,
    #[error("is not a time such as 2026-01-31T12:00:00Z")]
    NotTime,
    #[error("has a changed_at that is not a time such as 2026-01-31T12:00:00Z")]
    ChangedAt,
    #[error("cannot be used: {0}")]
    Name(NameError),
    #[error("cannot be used: {0}")]
    Handle(HandleError),
    #[error("is not a number of 1 to 20 digits")]
    UserId,
    #[error("is none of read, read-write, read-write-directmessages")]
    Permission,
    #[error("[{0}] is no need birdkeep knows")]
    Need(usize),
    #[error("{0}")]
    Value(BadValue),
}

impl<'a> Members<'a> {
    /// The members of `raw`, each key once.
    pub(super) fn of(raw: &'a RawValue) -> Result<Self, Wrong> {
        let members: Self = serde_json::from_str(raw.get()).map_err(|_may_quote| Wrong::NotObject)?;
        if members.has_twice() { Err(Wrong::Twice) } else { Ok(members) }
    }

    fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(word, _)| word == key).map(|(_, raw)| *raw)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn name(&self) -> Result<Name, Wrong> {
        let raw = self.get("name").ok_or(Wrong::NoName)?;
        let text = text(raw).map_err(|what| Wrong::Key("name", what))?.ok_or(Wrong::NoName)?;
        Name::parse(&text).map_err(Wrong::Name)
    }

    /// The object under `key`; `None` where there is none, or `null`.
    pub(super) fn object(&self, key: &'static str) -> Result<Option<Self>, Wrong> {
        match self.get(key) {
            Some(raw) if raw.get() != "null" => Self::of(raw).map(Some).map_err(|wrong| match wrong {
                Wrong::NotObject => Wrong::Key(key, What::NotObject),
                other => other,
            }),
            _ => Ok(None),
        }
    }

    /// The values under `keys`, each with its time of change.
    pub(super) fn values(&self, keys: &[(&'static str, Field)]) -> Result<Vec<Value>, Wrong> {
        let mut values = Vec::new();
        for (word, field) in keys {
            let wrong = |what| Wrong::Key(word, what);
            let Some(raw) = self.get(word) else { continue };
            let (pasted, inner) = pasted(raw).map_err(wrong)?;
            let outer = self.get(&format!("{word}{CHANGED_AT}")).map(time).transpose();
            let outer = outer.map_err(|_not_a_time| wrong(What::ChangedAt))?.flatten();
            let Some(pasted) = pasted else { continue };
            let value = rows::value(*field, &pasted).map_err(|bad| wrong(What::Value(bad)))?;
            values.extend(value.map(|value| Value { changed_at: outer.or(inner), ..value }));
        }
        Ok(values)
    }
}

/// A value: text, or an object of text and time.
fn pasted(raw: &RawValue) -> Result<(Option<Cow<'_, str>>, Option<Time>), What> {
    if !raw.get().starts_with('{') {
        return Ok((borrowed(raw)?, None));
    }
    let members = Members::of(raw).map_err(|_may_quote| What::NotObject)?;
    let changed_at = members.get("changed_at").map(time).transpose();
    let changed_at = changed_at.map_err(|_not_a_time| What::ChangedAt)?.flatten();
    let value = members.get("value").map(borrowed).transpose()?.flatten();
    Ok((value, changed_at))
}

fn borrowed(raw: &RawValue) -> Result<Option<Cow<'_, str>>, What> {
    /// Borrows where the text has no escapes; `Option<Cow<str>>` alone would always copy.
    #[derive(serde::Deserialize)]
    #[serde(transparent)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    let text: Option<Text<'_>> = serde_json::from_str(raw.get()).map_err(|_may_quote| What::NotText)?;
    Ok(text.map(|text| text.0))
}

/// Text; `None` for `null`.
pub(super) fn text(raw: &RawValue) -> Result<Option<String>, What> {
    Ok(borrowed(raw)?.map(Cow::into_owned))
}

/// A list of texts; `None` for `null`.
pub(super) fn list(raw: &RawValue) -> Result<Option<Vec<String>>, What> {
    serde_json::from_str(raw.get()).map_err(|_may_quote| What::NotList)
}

/// A time: RFC 3339, or whole seconds since 1970.
pub(super) fn time(raw: &RawValue) -> Result<Option<Time>, What> {
    if let Ok(seconds) = raw.get().parse::<i64>() {
        return Ok(Some(Time::from_unix(seconds)));
    }
    let text = text(raw).map_err(|_not_text| What::NotTime)?;
    text.map(|text| Time::parse(&text).ok_or(What::NotTime)).transpose()
}

/// An account's id: text, or a number, which is how people write it.
pub(super) fn user_id(raw: &RawValue) -> Result<Option<UserId>, What> {
    let digits = if raw.get().starts_with('"') { text(raw)? } else { Some(raw.get().to_owned()) };
    let digits = digits.filter(|digits| digits != "null");
    digits.map(|digits| UserId::parse(&digits).ok_or(What::UserId)).transpose()
}

/// Scopes: as X writes them, or as a list.
pub(super) fn scopes(raw: &RawValue) -> Result<Option<Scopes>, What> {
    if raw.get().starts_with('[') {
        return Ok(list(raw)?.map(|list| Scopes::parse(&list.join(" "))));
    }
    Ok(text(raw)?.map(|text| Scopes::parse(&text)))
}
