//! One row held against what is there: what it adds, what it would change.

use std::collections::BTreeSet;

use crate::domain::app::App;
use crate::domain::credential::{Held, Origin};
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit, Property};
use crate::domain::fields::{self, Field};
use crate::domain::id::{AppId, Owner};
use crate::domain::names::Name;
use crate::domain::needs::Need;
use crate::domain::profile::{Oauth2Grant, Profile};
use crate::domain::time::Time;
use crate::exchange::rows::{AppRow, ProfileRow, Value};

/// Seconds an OAuth 2.0 access token lives.
const TWO_HOURS: i64 = 7_200;

/// What a row would do to an app or a profile that is there.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// What it adds, as people call it.
    pub added: Vec<&'static str>,
    /// What it has another value for.
    pub different: Vec<&'static str>,
    /// The edits that take all of it in.
    pub edits: Vec<Edit>,
}

/// What a row says about one property.
enum Says {
    Nothing,
    Addition,
    Another,
}

impl Difference {
    fn property(&mut self, owner: Owner, was: Property, to: Property, says: &Says) {
        match says {
            Says::Nothing => return,
            Says::Addition => push(&mut self.added, to.label()),
            Says::Another => push(&mut self.different, to.label()),
        }
        self.edits.push(Edit::SetProperty { owner, was, to });
    }

    fn values(&mut self, document: &Document, owner: Owner, values: &[Value], now: Time) {
        let held = document.held(owner);
        let secret = |field| held.and_then(|held| held.secret(field));
        for value in values {
            let label = value.field.row().label;
            match secret(value.field) {
                Some(present) if *present == value.secret => {}
                Some(_) => self.different.push(label),
                None => self.added.push(label),
            }
        }
        let wanted = values.iter().map(|value| (value.field, Some(value.secret.clone())));
        let edits = edit::set_fields(document, owner, wanted, Origin::Import, now);
        self.edits.extend(edits.into_iter().map(|edit| dated(edit, values, held, now)));
    }
}

fn push(labels: &mut Vec<&'static str>, label: &'static str) {
    if !labels.contains(&label) {
        labels.push(label);
    }
}

/// Gives a value its own time of change where it replaces nothing: history must not run backwards.
fn dated(edit: Edit, values: &[Value], held: Option<&Held>, now: Time) -> Edit {
    match edit {
        Edit::SetField { owner, field, was, to, origin, at, .. } => {
            let value = values.iter().find(|value| value.field == field);
            let first = held.is_none_or(|held| held.secret(field).is_none());
            let at = value.filter(|_| first).map_or(at, |value| changed_at(value, now));
            let issued_at = value.and_then(issued_at);
            Edit::SetField { owner, field, was, to, issued_at, origin, at }
        }
        other => other,
    }
}

/// When a value was changed: as the file says, if that is not in the future.
pub(super) fn changed_at(value: &Value, now: Time) -> Time {
    value.changed_at.filter(|at| *at <= now).unwrap_or(now)
}

/// When X issued a value, where the value itself tells.
pub(super) fn issued_at(value: &Value) -> Option<Time> {
    let told = matches!(value.field, Field::Oauth2AccessToken | Field::Oauth2RefreshToken);
    let ms = fields::oauth2_issued_ms(value.secret.expose()).filter(|_| told)?;
    Some(Time::from_unix(ms / 1000))
}

/// What `row` would do to `app`.
pub(super) fn app(document: &Document, app: &App, row: &AppRow, now: Time) -> Difference {
    let (mut found, owner) = (Difference::default(), Owner::from(app.id));
    found.values(document, owner, &row.values, now);
    found.property(
        owner,
        Property::CallbackUrl(app.callback_url.clone()),
        Property::CallbackUrl(row.callback_url.clone()),
        &optional(app.callback_url.as_ref(), row.callback_url.as_ref()),
    );
    found.property(
        owner,
        Property::Permission(app.permission),
        Property::Permission(row.permission),
        &optional(app.permission.as_ref(), row.permission.as_ref()),
    );
    notes(&mut found, owner, &app.notes, row.notes.as_deref());
    found
}

/// What `row`, whose app is `app`, would do to `profile`. Lists are added to; with `whole` they become the file's.
pub(super) fn profile(
    document: &Document,
    profile: &Profile,
    row: &ProfileRow,
    app: Option<AppId>,
    (whole, now): (bool, Time),
) -> Difference {
    let (mut found, owner) = (Difference::default(), Owner::from(profile.id));
    found.values(document, owner, &row.values, now);
    found.property(
        owner,
        Property::Handle(profile.handle.clone()),
        Property::Handle(row.handle.clone()),
        &optional(profile.handle.as_ref(), row.handle.as_ref()),
    );
    found.property(
        owner,
        Property::UserId(profile.user_id.clone()),
        Property::UserId(row.user_id.clone()),
        &optional(profile.user_id.as_ref(), row.user_id.as_ref()),
    );
    found.property(
        owner,
        Property::App(profile.app),
        Property::App(app),
        &optional(profile.app.as_ref(), app.as_ref()),
    );
    grant(&mut found, profile, row);
    if let Some(needs) = &row.needs {
        let wanted: BTreeSet<Need> = needs.iter().copied().collect();
        elements(&mut found, owner, (&profile.needs, &wanted, whole), Property::Need);
    }
    if let Some(tags) = &row.tags {
        let wanted: BTreeSet<Name> = tags.iter().cloned().collect();
        elements(&mut found, owner, (&profile.tags, &wanted, whole), Property::Tag);
    }
    if let Some(lines) = &row.deployed {
        let missing = lines.iter().filter(|line| !profile.deployed.contains(line));
        let all: Vec<String> = profile.deployed.iter().chain(missing).cloned().collect();
        let to = if whole { lines.clone() } else { all };
        let says = if to == profile.deployed { Says::Nothing } else { Says::Addition };
        let was = Property::Deployed(profile.deployed.clone());
        found.property(owner, was, Property::Deployed(to), &says);
    }
    notes(&mut found, owner, &profile.notes, row.notes.as_deref());
    found
}

fn optional<T: PartialEq>(present: Option<&T>, wanted: Option<&T>) -> Says {
    match (present, wanted) {
        (_, None) => Says::Nothing,
        (None, Some(_)) => Says::Addition,
        (Some(present), Some(wanted)) if present == wanted => Says::Nothing,
        (Some(_), Some(_)) => Says::Another,
    }
}

fn notes(found: &mut Difference, owner: Owner, present: &str, wanted: Option<&str>) {
    let wanted = wanted.unwrap_or_default();
    let says = match present {
        _ if wanted.is_empty() || wanted == present => Says::Nothing,
        "" => Says::Addition,
        _ => Says::Another,
    };
    found.property(owner, Property::Notes(present.to_owned()), Property::Notes(wanted.to_owned()), &says);
}

fn elements<T: Ord + Clone>(
    found: &mut Difference,
    owner: Owner,
    (present, wanted, whole): (&BTreeSet<T>, &BTreeSet<T>, bool),
    property: fn(T, bool) -> Property,
) {
    for element in wanted.difference(present) {
        let element = |held| property(element.clone(), held);
        found.property(owner, element(false), element(true), &Says::Addition);
    }
    for element in present.difference(wanted).filter(|_| whole) {
        let element = |held| property(element.clone(), held);
        found.property(owner, element(true), element(false), &Says::Another);
    }
}

/// Scopes and expiry go with the tokens: new tokens bring their own.
fn grant(found: &mut Difference, profile: &Profile, row: &ProfileRow) {
    let brings_tokens = row.values.iter().any(|value| {
        value.field == Field::Oauth2AccessToken && profile.held.secret(value.field) != Some(&value.secret)
    });
    let Some(wanted) = grant_of(row) else { return };
    let was = profile.oauth2.clone();
    let present = was.clone().unwrap_or_default();
    let to = if brings_tokens {
        Oauth2Grant { sequence: present.sequence + 1, spent: present.spent, ..wanted }
    } else {
        let same_scopes = row.scopes.is_none() || wanted.scopes == present.scopes;
        let same_expiry = row.expires_at.is_none() || wanted.expires_at == present.expires_at;
        if same_scopes && same_expiry {
            return;
        }
        let fresh =
            (same_scopes || present.scopes.is_empty()) && (same_expiry || present.expires_at.is_none());
        push(if fresh { &mut found.added } else { &mut found.different }, "OAuth 2.0 grant");
        Oauth2Grant {
            scopes: if same_scopes { present.scopes } else { wanted.scopes },
            expires_at: if same_expiry { present.expires_at } else { wanted.expires_at },
            ..present
        }
    };
    found.edits.push(Edit::SetGrant { owner: profile.id.into(), was, to: Some(to) });
}

/// The grant a row speaks of; a token tells its own age where the file does not.
pub(super) fn grant_of(row: &ProfileRow) -> Option<Oauth2Grant> {
    let token = row.values.iter().find(|value| value.field == Field::Oauth2AccessToken);
    if token.is_none() && row.scopes.is_none() && row.expires_at.is_none() {
        return None;
    }
    let told = token.and_then(issued_at).map(|issued| issued.shifted(TWO_HOURS));
    Some(Oauth2Grant {
        scopes: row.scopes.clone().unwrap_or_default(),
        expires_at: row.expires_at.or(told),
        sequence: 1,
        ..Oauth2Grant::default()
    })
}
