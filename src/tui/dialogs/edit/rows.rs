//! The rows of the form, one per property or field: how each is typed in, read from a vault and checked.

use std::collections::BTreeSet;

use crate::domain::app::App;
use crate::domain::document::Document;
use crate::domain::edit::Property;
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::id::{AppId, Owner};
use crate::domain::names::{Handle, Name, UserId};
use crate::domain::needs::{NEEDS, Need};
use crate::domain::permission::Level;
use crate::domain::profile::Profile;
use crate::domain::text::visible_within;
use crate::tui::widgets::form::{Choice, Control, Lines, Pick, SecretLine, Toggles};
use crate::tui::widgets::input::{Input, Look};

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A plain property.
    Plain(Plain),
    /// One of the nine values.
    Field(Field),
    /// Saving.
    Save,
}

/// A plain property of an app or a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Name,
    Handle,
    UserId,
    App,
    Needs,
    Tags,
    Deployed,
    Notes,
    Permission,
    CallbackUrl,
    RotationDays,
}

/// Whether a property is one thing or a set, which is merged by element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    One,
    Set,
}

/// One row of the form.
#[derive(Clone, Copy)]
pub(super) struct RowSpec {
    pub(super) about: About,
    /// Its word in drafts.
    pub(super) word: &'static str,
    pub(super) label: &'static str,
    /// The heading above it, if it begins a group.
    pub(super) heading: &'static str,
    /// What there is to know about it, while it has the focus.
    pub(super) doc: &'static str,
    pub(super) shape: Shape,
    pub(super) control: fn() -> Control,
    /// The present value, as text.
    pub(super) read: fn(&Document, Owner) -> String,
    /// The properties that a text stands for, given those that are there now; or what is wrong with it.
    pub(super) wanted: fn(&str, &str) -> Result<Vec<Property>, String>,
}

impl std::fmt::Debug for RowSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RowSpec({})", self.word)
    }
}

const NAME: RowSpec = RowSpec {
    about: About::Plain(Plain::Name),
    word: "name",
    label: "Name",
    heading: "",
    doc: "How you and your commands call it",
    shape: Shape::One,
    control: plain_line,
    read: |document, owner| document.name_of(owner).map(ToString::to_string).unwrap_or_default(),
    wanted: |text, _| Ok(vec![Property::Name(Name::parse(text).map_err(|error| error.to_string())?)]),
};

const NOTES: RowSpec = RowSpec {
    about: About::Plain(Plain::Notes),
    word: "notes",
    label: "Notes",
    heading: "",
    doc: "Anything worth remembering; Enter begins a line",
    shape: Shape::One,
    control: lines,
    read: |document, owner| match owner {
        Owner::App(id) => document.app(id).map(|app| app.notes.clone()).unwrap_or_default(),
        Owner::Profile(id) => document.profile(id).map(|profile| profile.notes.clone()).unwrap_or_default(),
    },
    wanted: |text, _| Ok(vec![Property::Notes(text.trim_end().to_owned())]),
};

/// The plain rows of a profile before and after its fields.
const PROFILE: (&[RowSpec], &[RowSpec]) = (
    &[
        RowSpec { heading: "The bot", ..NAME },
        RowSpec {
            about: About::Plain(Plain::Handle),
            word: "handle",
            label: "Handle",
            doc: "The X account it posts as: @name",
            read: |document, owner| {
                profile(document, owner)
                    .and_then(|profile| profile.handle.as_ref())
                    .map(ToString::to_string)
                    .unwrap_or_default()
            },
            wanted: |text, _| {
                let handle = (!text.trim().is_empty()).then(|| Handle::parse(text)).transpose();
                Ok(vec![Property::Handle(handle.map_err(|error| error.to_string())?)])
            },
            ..NAME
        },
        RowSpec {
            about: About::Plain(Plain::UserId),
            word: "user_id",
            label: "User ID",
            heading: "",
            doc: "The number of the X account; an access token begins with it",
            read: |document, owner| {
                profile(document, owner)
                    .and_then(|profile| profile.user_id.as_ref())
                    .map(ToString::to_string)
                    .unwrap_or_default()
            },
            wanted: |text, _| {
                let id = UserId::parse(text);
                if id.is_none() && !text.trim().is_empty() {
                    return Err("a user ID is a number of 1 to 20 digits".to_owned());
                }
                Ok(vec![Property::UserId(id)])
            },
            ..NAME
        },
        RowSpec {
            about: About::Plain(Plain::App),
            word: "app",
            label: "App",
            heading: "",
            doc: "The developer app it is used through: Enter chooses one or makes a new one",
            control: || Control::Pick(Pick::default()),
            read: |document, owner| {
                profile(document, owner)
                    .and_then(|profile| profile.app)
                    .map(|app| app.to_string())
                    .unwrap_or_default()
            },
            wanted: |text, _| Ok(vec![Property::App(AppId::parse(text))]),
            ..NAME
        },
    ],
    &[
        RowSpec {
            about: About::Plain(Plain::Needs),
            word: "needs",
            label: "Needs",
            heading: "What it is for",
            doc: "What the bot is meant to do; a check holds its token against this",
            shape: Shape::Set,
            control: needs,
            read: |document, owner| {
                let words = |profile: &Profile| profile.needs.iter().map(|need| need.row().word).collect();
                profile(document, owner).map(words).map(|words: Vec<_>| words.join(",")).unwrap_or_default()
            },
            wanted: |text, _| {
                let on: BTreeSet<Need> = text.split(',').filter_map(Need::parse).collect();
                Ok(NEEDS.iter().map(|row| Property::Need(row.need, on.contains(&row.need))).collect())
            },
        },
        RowSpec {
            about: About::Plain(Plain::Tags),
            word: "tags",
            label: "Tags",
            doc: "Words to group and filter by, separated by commas",
            shape: Shape::Set,
            read: |document, owner| {
                let names = |profile: &Profile| profile.tags.iter().map(|tag| quoted(tag.as_str())).collect();
                profile(document, owner).map(names).map(|names: Vec<_>| names.join(", ")).unwrap_or_default()
            },
            wanted: wanted_tags,
            ..NAME
        },
        RowSpec {
            about: About::Plain(Plain::Deployed),
            word: "deployed",
            label: "Deployed at",
            doc: "Where its credentials are in use, one place per line: what to change after a rotation",
            control: lines,
            read: |document, owner| {
                profile(document, owner).map(|profile| profile.deployed.join("\n")).unwrap_or_default()
            },
            wanted: |text, _| {
                let places = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
                Ok(vec![Property::Deployed(places.map(str::to_owned).collect())])
            },
            ..NAME
        },
        NOTES,
    ],
);

/// The plain rows of an app before and after its fields.
const APP: (&[RowSpec], &[RowSpec]) = (
    &[
        RowSpec { heading: "The app", ..NAME },
        RowSpec {
            about: About::Plain(Plain::Permission),
            word: "permission",
            label: "App permissions",
            doc: "As set in the console. A token keeps the level it was issued with: set this before making tokens",
            control: permission,
            read: |document, owner| {
                let level = app(document, owner).and_then(|app| app.permission);
                level.map_or("", Level::word).to_owned()
            },
            wanted: |text, _| Ok(vec![Property::Permission(Level::parse(text))]),
            ..NAME
        },
        RowSpec {
            about: About::Plain(Plain::CallbackUrl),
            word: "callback_url",
            label: "Callback URL",
            doc: "Exactly as registered in the console; needed for logins only",
            read: |document, owner| {
                app(document, owner).and_then(|app| app.callback_url.clone()).unwrap_or_default()
            },
            wanted: |text, _| {
                let text = text.trim();
                Ok(vec![Property::CallbackUrl((!text.is_empty()).then(|| text.to_owned()))])
            },
            ..NAME
        },
    ],
    &[
        RowSpec {
            about: About::Plain(Plain::RotationDays),
            word: "rotation_days",
            label: "Rotate after",
            heading: "Keeping",
            doc: "Days after which its values count as due for rotation",
            read: |document, owner| {
                app(document, owner).map(|app| app.rotation_days.to_string()).unwrap_or_default()
            },
            wanted: |text, _| match text.trim().trim_end_matches(" days").parse() {
                Ok(days @ 1..=3650) => Ok(vec![Property::RotationDays(days)]),
                _ => Err("a number of days from 1 to 3650".to_owned()),
            },
            ..NAME
        },
        NOTES,
    ],
);

/// Pressed to save.
const SAVE: RowSpec = RowSpec {
    about: About::Save,
    word: "save",
    label: "",
    heading: "",
    doc: "Enter saves",
    shape: Shape::One,
    control: || Control::Button("Save"),
    read: |_, _| String::new(),
    wanted: |_, _| Ok(Vec::new()),
};

/// The rows of the form for an app or a profile, in order.
pub(super) fn rows(kind: OwnerKind) -> Vec<RowSpec> {
    let (before, after) = match kind {
        OwnerKind::App => APP,
        OwnerKind::Profile => PROFILE,
    };
    let fields = Field::of(kind).map(of_field);
    before.iter().copied().chain(fields).chain(after.iter().copied()).chain([SAVE]).collect()
}

/// One row per field, made of the field's own row.
fn of_field(field: Field) -> RowSpec {
    let heading = match field {
        Field::ApiKey => "OAuth 1.0a keys",
        Field::ClientId | Field::Oauth2AccessToken => "OAuth 2.0",
        Field::AccessToken => "OAuth 1.0a tokens",
        _ => "",
    };
    RowSpec {
        about: About::Field(field),
        word: field.row().word,
        label: field.row().label,
        heading,
        doc: "Paste it here; a whole .env block is sorted into the right rows",
        control: || Control::Secret(SecretLine::new(None)),
        ..SAVE
    }
}

fn plain_line() -> Control {
    Control::Line(Input::new(Look::Plain))
}

fn lines() -> Control {
    Control::Lines(Lines::with(""))
}

fn needs() -> Control {
    Control::Toggles(Toggles::needs())
}

fn permission() -> Control {
    let levels = Level::ALL.iter().map(|level| (level.word(), level.label()));
    Control::Choice(Choice::new([("", "not known")].into_iter().chain(levels).collect()))
}

/// What `text` makes of the tags that are there: every tag of either with whether it is wanted.
fn wanted_tags(text: &str, present: &str) -> Result<Vec<Property>, String> {
    let wanted = tags(text)?;
    // What is stored is valid.
    let gone = tags(present).unwrap_or_default().into_iter().filter(|tag| !wanted.contains(tag));
    let gone: Vec<Property> = gone.map(|tag| Property::Tag(tag, false)).collect();
    Ok(wanted.into_iter().map(|tag| Property::Tag(tag, true)).chain(gone).collect())
}

fn tags(text: &str) -> Result<Vec<Name>, String> {
    let parts = split(text).into_iter().filter(|part| !part.is_empty());
    parts
        .map(|part| Name::parse(&part).map_err(|error| format!("“{}”: {error}", visible_within(&part, 20))))
        .collect()
}

/// A tag as it is written among others: in quotes if it has a comma itself.
pub(super) fn quoted(tag: &str) -> String {
    if tag.contains([',', '"']) { format!("\"{}\"", tag.replace('"', "\"\"")) } else { tag.to_owned() }
}

/// `text` at its commas, those in quotes excepted.
pub(super) fn split(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut inside) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.next_if_eq(&'"').is_some() => part.push('"'),
            '"' if inside || part.trim().is_empty() => inside = !inside,
            ',' if !inside => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

fn profile(document: &Document, owner: Owner) -> Option<&Profile> {
    match owner {
        Owner::Profile(id) => document.profile(id),
        Owner::App(_) => None,
    }
}

fn app(document: &Document, owner: Owner) -> Option<&App> {
    match owner {
        Owner::App(id) => document.app(id),
        Owner::Profile(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_separated_by_commas_and_quoted_where_they_hold_one() {
        for (text, wanted) in [
            ("daily, quiet", vec!["daily", "quiet"]),
            ("  daily ,, ", vec!["daily"]),
            ("", vec![]),
            ("\"a, b\", c", vec!["a, b", "c"]),
            ("\"say \"\"hi\"\"\"", vec!["say \"hi\""]),
            ("don\"t", vec!["don\"t"]),
        ] {
            let names = tags(text).expect("good tags");
            assert_eq!(names.iter().map(Name::as_str).collect::<Vec<_>>(), wanted, "{text}");
            let written = names.iter().map(|name| quoted(name.as_str())).collect::<Vec<_>>().join(", ");
            assert_eq!(tags(&written).expect("good tags"), names, "{text}");
        }
        assert!(tags("a:b").expect_err("a colon").contains(':'));
    }

    #[test]
    fn every_row_has_a_word_of_its_own() {
        for kind in [OwnerKind::App, OwnerKind::Profile] {
            let words: BTreeSet<_> = rows(kind).iter().map(|row| row.word).collect();
            assert_eq!(words.len(), rows(kind).len());
        }
    }

    #[test]
    fn what_cannot_be_is_said_in_a_sentence() {
        let wrong = |kind, word: &str, text: &str| {
            let rows = rows(kind);
            let row = rows.iter().find(|row| row.word == word).expect("such a row");
            (row.wanted)(text, "").expect_err("a refusal")
        };
        assert_eq!(wrong(OwnerKind::Profile, "name", ""), "a name cannot be empty");
        assert_eq!(wrong(OwnerKind::Profile, "handle", "a b"), "a handle is 1 to 15 letters, digits or “_”");
        assert_eq!(wrong(OwnerKind::Profile, "user_id", "x"), "a user ID is a number of 1 to 20 digits");
        assert_eq!(wrong(OwnerKind::App, "rotation_days", "0"), "a number of days from 1 to 3650");
    }
}
