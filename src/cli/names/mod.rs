//! What the words of a command line stand for: names of apps and profiles, fields; [`properties`] and [`lines`].

pub(super) mod lines;
pub(super) mod properties;

use super::output::mid;
use crate::domain::document::{Document, Lookup};
use crate::domain::fields::{FIELDS, Field, OwnerKind};
use crate::domain::id::{AppId, Owner};
use crate::domain::names::Name;
use crate::domain::search::Search;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};

/// What `NAME`, `app:NAME` or `profile:NAME` stands for.
///
/// # Errors
/// [`Kind::Found`] where there is nothing of that name, [`Kind::Usage`] where there are two.
pub(super) fn owner(document: &Document, text: &str) -> Result<Owner, Failure> {
    match document.look_up(text) {
        Lookup::Found(owner) => Ok(owner),
        Lookup::Nothing => Err(unknown(document, text)),
        Lookup::Both(..) => Err(Failure::new(
            Kind::Usage,
            format!("“{}” is both an app and a profile", shown(text)),
            "one word cannot say which",
            format!("say app:{0} or profile:{0}", shown(text)),
        )),
    }
}

/// The app called `text`, with or without `app:`.
///
/// # Errors
/// As [`owner`]; [`Kind::Usage`] where it is a profile.
pub(super) fn app(document: &Document, text: &str) -> Result<AppId, Failure> {
    match document.look_up(&with(text, "app")) {
        Lookup::Found(Owner::App(id)) => Ok(id),
        _ => match owner(document, text)? {
            Owner::App(id) => Ok(id),
            Owner::Profile(_) => Err(not_an_app(text)),
        },
    }
}

fn with(text: &str, kind: &str) -> String {
    if text.contains(':') { text.to_owned() } else { format!("{kind}:{text}") }
}

fn not_an_app(text: &str) -> Failure {
    Failure::new(
        Kind::Usage,
        format!("“{}” is a profile", shown(text)),
        "this command wants an app",
        "birdkeep app list shows the names",
    )
}

fn unknown(document: &Document, text: &str) -> Failure {
    let like = text.rsplit(':').next().unwrap_or(text);
    let mut search = Search::new(like);
    let names = document.profiles().map(|p| &p.name).chain(document.apps().map(|a| &a.name));
    let close: Vec<String> = names
        .filter(|name| !like.is_empty() && (search.finds(name.as_str(), "") || one_slip(name.as_str(), like)))
        .take(3)
        .map(|name| format!("“{}”", shown(name.as_str())))
        .collect();
    let try_this = if close.is_empty() {
        "birdkeep list and birdkeep app list show the names".to_owned()
    } else {
        format!("perhaps {}", close.join(" or "))
    };
    Failure::new(
        Kind::Found,
        format!("there is no “{}”", shown(text)),
        "neither a profile nor an app has that name",
        try_this,
    )
}

/// True when one letter was left out, put in, exchanged or swapped with its neighbour.
fn one_slip(name: &str, typed: &str) -> bool {
    let (name, typed): (Vec<char>, Vec<char>) =
        (name.to_lowercase().chars().collect(), typed.to_lowercase().chars().collect());
    let start = name.iter().zip(&typed).take_while(|(a, b)| a == b).count();
    let (name, typed) = (&name[start..], &typed[start..]);
    let end = name.iter().rev().zip(typed.iter().rev()).take_while(|(a, b)| a == b).count();
    let (name, typed) = (&name[..name.len() - end], &typed[..typed.len() - end]);
    match (name, typed) {
        ([] | [_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// A new name.
///
/// # Errors
/// [`Kind::Usage`] saying what is wrong with it.
pub(super) fn new_name(text: &str) -> Result<Name, Failure> {
    Name::parse(text).map_err(|error| {
        Failure::new(
            Kind::Usage,
            format!("“{}” cannot be a name", shown(text)),
            error.to_string(),
            "use letters, digits, “-” and “_”, at most 64 characters",
        )
    })
}

/// A new name for something of `kind` that nothing else has.
///
/// # Errors
/// As [`new_name`]; [`Kind::Usage`] when it is taken.
pub(super) fn free_name(document: &Document, kind: OwnerKind, text: &str) -> Result<Name, Failure> {
    let name = new_name(text)?;
    let (taken, what) = match kind {
        OwnerKind::App => (document.app_named(&name).is_some(), "an app"),
        OwnerKind::Profile => (document.profile_named(&name).is_some(), "a profile"),
    };
    if taken {
        return Err(Failure::new(
            Kind::Usage,
            format!("there is {what} “{}” already", shown(text)),
            "names are unique without regard to case",
            "choose another name, or change what is there with “birdkeep set”",
        ));
    }
    Ok(name)
}

/// The field of this word.
///
/// # Errors
/// [`Kind::Usage`] with the words there are.
pub(super) fn field(word: &str) -> Result<Field, Failure> {
    Field::parse(word).ok_or_else(|| {
        let words: Vec<&str> = FIELDS.iter().map(|row| row.word).collect();
        Failure::new(
            Kind::Usage,
            format!("there is no field “{}”", shown(word)),
            format!("the fields are {}", words.join(", ")),
            "use one of them; “birdkeep show NAME” shows the rest",
        )
    })
}

/// Who holds `field` for `owner`: a profile's app keys are its app's.
///
/// # Errors
/// [`Kind::Usage`] for a profile without an app, and for an app asked for a profile's field.
pub(super) fn holder(document: &Document, owner: Owner, field: Field) -> Result<Owner, Failure> {
    document.holder(owner, field).ok_or_else(|| {
        let name = shown_name(document, owner);
        let label = mid(field.row().label);
        match owner {
            Owner::Profile(_) => Failure::new(
                Kind::Usage,
                format!("“{name}” has no app"),
                format!("the {label} is held by the app a profile is used through"),
                format!("birdkeep set {name} app, then try again"),
            ),
            Owner::App(_) => Failure::new(
                Kind::Usage,
                format!("an app has no {label}"),
                format!("“{name}” is an app; that value belongs to each of its profiles"),
                "name the profile",
            ),
        }
    })
}

/// The name of `owner`, as visible text.
pub(super) fn shown_name(document: &Document, owner: Owner) -> String {
    document.name_of(owner).map_or_else(|| "?".to_owned(), |name| shown(name.as_str()))
}

/// What kind of owner it is.
pub(super) const fn kind_of(owner: Owner) -> OwnerKind {
    match owner {
        Owner::App(_) => OwnerKind::App,
        Owner::Profile(_) => OwnerKind::Profile,
    }
}

/// `text` as visible text, short.
pub(super) fn shown(text: &str) -> String {
    visible_within(text, 64)
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
    fn a_slip_is_answered_with_what_was_meant() {
        let (document, _) = document();
        for typed in ["wiki", "wiki-dayly", "wikidaily", "wiki-dialy", "Wiki-daily2", "app:wiki-daily"] {
            let failure = owner(&document, typed).expect_err("no such name");
            assert_eq!(failure.try_this, "perhaps “wiki-daily”", "{typed}");
            assert_eq!(failure.kind, Kind::Found);
        }
        let failure = owner(&document, "\u{1b}[2J").expect_err("no such name");
        assert!(!failure.to_string().contains('\u{1b}'));
    }
}
