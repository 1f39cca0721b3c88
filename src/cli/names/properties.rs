//! What can be set by a word: the nine fields, and the plain properties of apps and profiles.

use std::collections::BTreeSet;

use super::{app, shown};
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit, Property};
use crate::domain::fields::{FIELDS, Field, OwnerKind};
use crate::domain::id::Owner;
use crate::domain::names::{Handle, Name, NameError, UserId};
use crate::domain::needs::{self, NEEDS, Need, PRESETS};
use crate::domain::permission::Level;
use crate::failure::{Failure, Kind};

/// The longest notes, list of places or URL that is taken, in bytes.
const TEXT_MAX: usize = 64 * 1024;

/// What can be set by a word: a field, or a plain property.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Settable {
    /// One of the nine.
    Field(Field),
    /// A row of [`PROPERTIES`].
    Property(&'static PropertyRow),
}

/// One row of [`PROPERTIES`].
pub(in crate::cli) struct PropertyRow {
    /// The stable word.
    pub(in crate::cli) word: &'static str,
    /// Who has it.
    pub(in crate::cli) of: &'static [OwnerKind],
    /// What it is, and how its value is written.
    pub(in crate::cli) doc: &'static str,
    /// Reads a value, or clears it, as what it is now and what it becomes.
    read: Read,
}

impl std::fmt::Debug for PropertyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word)
    }
}

/// What a property is now, and what it becomes.
type Change = (Property, Property);
/// Reads a value, or (`None`) clears it.
type Read = fn(&Document, Owner, Option<&str>) -> Result<Vec<Change>, Unfit>;

/// Why a value does not fit a property.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum Unfit {
    #[error("a handle is 1 to 15 letters, digits or “_”")]
    Handle,
    #[error("a user id is a number of 1 to 20 digits")]
    UserId,
    #[error("there is no app of that name; birdkeep app list shows them")]
    App,
    #[error("{}", needs_are())]
    Need,
    #[error("{0}")]
    Tag(NameError),
    #[error("the permission is one of read, read-write, read-write-directmessages")]
    Permission,
    #[error("a callback URL begins with a scheme, such as http:// or myapp://, and holds no white space")]
    CallbackUrl,
    #[error("a number of days from 1 to 3650 is wanted")]
    Days,
    #[error("it is longer than 64 KiB")]
    TooLong,
}

fn needs_are() -> String {
    let words: Vec<&str> = NEEDS.iter().map(|row| row.word).collect();
    let presets: Vec<&str> = PRESETS.iter().map(|row| row.word).collect();
    format!("needs are of: {}; or a set of them: {}", words.join(", "), presets.join(", "))
}

const APP: &[OwnerKind] = &[OwnerKind::App];
const PROFILE: &[OwnerKind] = &[OwnerKind::Profile];
const BOTH: &[OwnerKind] = &[OwnerKind::App, OwnerKind::Profile];

/// Every plain property that can be set by a word.
pub(in crate::cli) const PROPERTIES: &[PropertyRow] = &[
    PropertyRow {
        word: "handle",
        of: PROFILE,
        doc: "the X account's handle, with or without @",
        read: |document, owner, text| {
            let handle =
                text.map(|text| Handle::parse(text).map_err(|_fixed_text| Unfit::Handle)).transpose()?;
            Ok(one(document, owner, Property::Handle(handle)))
        },
    },
    PropertyRow {
        word: "user_id",
        of: PROFILE,
        doc: "the X account's numeric id",
        read: |document, owner, text| {
            let id = text.map(|text| UserId::parse(text).ok_or(Unfit::UserId)).transpose()?;
            Ok(one(document, owner, Property::UserId(id)))
        },
    },
    PropertyRow {
        word: "app",
        of: PROFILE,
        doc: "the name of the app it is used through",
        read: |document, owner, text| {
            let id = text.map(|text| app(document, text).map_err(|_longer_text| Unfit::App)).transpose()?;
            Ok(one(document, owner, Property::App(id)))
        },
    },
    PropertyRow {
        word: "needs",
        of: PROFILE,
        doc: "what the bot is meant to do: needs or presets with commas or spaces between; replaces the list",
        read: |document, owner, text| {
            let words =
                text.unwrap_or_default().split([',', ' ', '\t', '\n']).filter(|word| !word.is_empty());
            let named = words.map(|word| needs::named(word).ok_or(Unfit::Need));
            let wanted: Vec<&[Need]> = named.collect::<Result<_, _>>()?;
            let wanted: BTreeSet<Need> = wanted.concat().into_iter().collect();
            let present = match owner {
                Owner::Profile(id) => document.profile(id).map(|p| p.needs.clone()).unwrap_or_default(),
                Owner::App(_) => BTreeSet::new(),
            };
            Ok(elements(&present, &wanted, |need, held| Property::Need(*need, held)))
        },
    },
    PropertyRow {
        word: "tags",
        of: PROFILE,
        doc: "labels with commas between; replaces the list",
        read: |document, owner, text| {
            let words =
                text.unwrap_or_default().split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
            let wanted: Result<BTreeSet<Name>, Unfit> =
                words.map(|word| Name::parse(word).map_err(Unfit::Tag)).collect();
            let present = match owner {
                Owner::Profile(id) => document.profile(id).map(|p| p.tags.clone()).unwrap_or_default(),
                Owner::App(_) => BTreeSet::new(),
            };
            Ok(elements(&present, &wanted?, |tag, held| Property::Tag(tag.clone(), held)))
        },
    },
    PropertyRow {
        word: "deployed",
        of: PROFILE,
        doc: "where its credentials are in use: one line per place; replaces the list",
        read: |document, owner, text| {
            let text = short(text.unwrap_or_default())?;
            let lines =
                text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
            Ok(one(document, owner, Property::Deployed(lines)))
        },
    },
    PropertyRow {
        word: "permission",
        of: APP,
        doc: "as set in the console: read, read-write or read-write-directmessages",
        read: |document, owner, text| {
            let level = text.map(|text| permission(text).ok_or(Unfit::Permission)).transpose()?;
            Ok(one(document, owner, Property::Permission(level)))
        },
    },
    PropertyRow {
        word: "callback_url",
        of: APP,
        doc: "as registered in the console",
        read: |document, owner, text| {
            let fits = |text: &str| {
                let scheme = text
                    .split_once("://")
                    .is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
                scheme && text.chars().all(|c| !c.is_whitespace() && !c.is_control())
            };
            let url =
                text.map(|text| Some(text).filter(|t| fits(t)).ok_or(Unfit::CallbackUrl)).transpose()?;
            let url = url.map(short).transpose()?.map(str::to_owned);
            Ok(one(document, owner, Property::CallbackUrl(url)))
        },
    },
    PropertyRow {
        word: "rotation_days",
        of: APP,
        doc: "days after which its values are due for rotation",
        read: |document, owner, text| {
            let days = text.map_or(Ok(crate::domain::app::ROTATION_DAYS), |text| {
                text.parse().ok().filter(|days| (1..=3650).contains(days)).ok_or(Unfit::Days)
            })?;
            Ok(one(document, owner, Property::RotationDays(days)))
        },
    },
    PropertyRow {
        word: "notes",
        of: BOTH,
        doc: "free text",
        read: |document, owner, text| {
            let notes = short(text.unwrap_or_default())?.to_owned();
            Ok(one(document, owner, Property::Notes(notes)))
        },
    },
];

/// The stable word, or what the console shows.
pub(in crate::cli) fn permission(text: &str) -> Option<Level> {
    let label = |level: &Level| level.label().eq_ignore_ascii_case(text.trim());
    Level::parse(text).or_else(|| Level::ALL.into_iter().find(label))
}

fn short(text: &str) -> Result<&str, Unfit> {
    if text.len() > TEXT_MAX { Err(Unfit::TooLong) } else { Ok(text) }
}

fn one(document: &Document, owner: Owner, to: Property) -> Vec<Change> {
    edit::property(document, owner, &to).map(|was| (was, to)).into_iter().collect()
}

fn elements<T: Ord>(
    present: &BTreeSet<T>,
    wanted: &BTreeSet<T>,
    property: fn(&T, bool) -> Property,
) -> Vec<Change> {
    let added = wanted.difference(present).map(|new| (property(new, false), property(new, true)));
    let removed = present.difference(wanted).map(|old| (property(old, true), property(old, false)));
    added.chain(removed).collect()
}

impl PropertyRow {
    /// The edits that give `owner` this value, or (`None`) clear it; none when it has it already.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the value does not fit.
    pub(in crate::cli) fn edits(
        &self,
        document: &Document,
        owner: Owner,
        text: Option<&str>,
    ) -> Result<Vec<Edit>, Failure> {
        let changes = (self.read)(document, owner, text).map_err(|error| {
            Failure::new(
                Kind::Usage,
                format!("this cannot be the value of {}", self.word),
                error.to_string(),
                "nothing was changed; correct it and try again",
            )
        })?;
        let edit = |(was, to)| Edit::SetProperty { owner, was, to };
        Ok(changes.into_iter().filter(|(was, to)| was != to).map(edit).collect())
    }
}

/// What the word stands for, for something of this kind. A profile may name its app's fields.
///
/// # Errors
/// [`Kind::Usage`] with the words there are.
pub(in crate::cli) fn settable(word: &str, kind: OwnerKind) -> Result<Settable, Failure> {
    let plain = word.trim().to_ascii_lowercase().replace('-', "_");
    if let Some(field) = Field::parse(&plain) {
        return Ok(Settable::Field(field));
    }
    let row = PROPERTIES.iter().find(|row| row.word == plain && row.of.contains(&kind));
    row.map(Settable::Property).ok_or_else(|| unknown_word(word, &plain, kind))
}

fn unknown_word(word: &str, plain: &str, kind: OwnerKind) -> Failure {
    if plain == "name" {
        return Failure::new(
            Kind::Usage,
            "a name is not set but changed",
            "everything else about it stays as it is",
            "birdkeep rename NAME NEW-NAME",
        );
    }
    let fields = FIELDS.iter().filter(|row| kind == OwnerKind::Profile || row.held_by == kind);
    let properties = PROPERTIES.iter().filter(|row| row.of.contains(&kind)).map(|row| row.word);
    let words: Vec<&str> = fields.map(|row| row.word).chain(properties).collect();
    Failure::new(
        Kind::Usage,
        format!("there is no field “{}”", shown(word)),
        format!("the words are {}", words.join(", ")),
        "use one of them",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::id::ProfileId;
    use crate::domain::profile::Profile;
    use crate::domain::time::Time;

    fn document() -> (Document, Owner) {
        let mut document = Document::new(FingerprintKey::new([0; 32]));
        let id = ProfileId::from_random([1; 16]);
        let name = Name::parse("wiki-daily").expect("a valid name");
        document.insert_profile(Profile::new(id, name, Time::default()));
        (document, id.into())
    }

    #[test]
    fn properties_are_read_by_their_word_and_set_once() {
        let (mut document, owner) = document();
        for (word, text, edits) in [
            ("handle", Some("@wiki"), 1),
            ("handle", Some("wiki"), 0),
            ("user_id", Some("12"), 1),
            ("needs", Some("post, media dm-send"), 3),
            ("needs", Some("post"), 2),
            ("needs", Some("poster dm-bot"), 4),
            ("needs", Some("poster"), 2),
            ("needs", Some("post"), 2),
            ("tags", Some("news, two words"), 2),
            ("tags", None, 2),
            ("deployed", Some("server-1\n\n server-2 "), 1),
            ("notes", Some("hello"), 1),
            ("notes", None, 1),
            ("handle", None, 1),
        ] {
            let Ok(Settable::Property(row)) = settable(word, OwnerKind::Profile) else { panic!("{word}") };
            let made = row.edits(&document, owner, text).expect("it fits");
            assert_eq!(made.len(), edits, "{word} {text:?}");
            document = edit::apply_all(&document, &made).expect("it fits");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_words_there_are() {
        let (document, owner) = document();
        for (word, text) in [
            ("handle", "not a handle"),
            ("user_id", "x"),
            ("app", "nobody"),
            ("needs", "fly"),
            ("tags", "a:b"),
        ] {
            let Ok(Settable::Property(row)) = settable(word, OwnerKind::Profile) else { panic!("{word}") };
            assert_eq!(row.edits(&document, owner, Some(text)).expect_err(word).kind, Kind::Usage);
        }
        assert!(settable("permission", OwnerKind::Profile).is_err());
        assert!(settable("name", OwnerKind::App).expect_err("not so").try_this.contains("rename"));
        assert!(matches!(settable("API-KEY", OwnerKind::App), Ok(Settable::Field(Field::ApiKey))));
    }
}
