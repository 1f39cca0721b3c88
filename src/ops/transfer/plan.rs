//! Works out what an import would do, row by row, and the edits that do it.

use std::collections::BTreeMap;

use super::differ::{self, Difference};
use super::identities::Identities;
use super::report::{Fate, Preview, RowReport};
use crate::domain::app::App;
use crate::domain::credential::Slot;
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit};
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::Name;
use crate::domain::profile::Profile;
use crate::domain::time::Time;
use crate::exchange::rows::{self, AppRow, Called, Place, ProfileRow, Remark, Rows, Value, Weight, quoted};
use crate::failure::{Failure, Kind};
use crate::ops::World;

/// What becomes of a value that differs from the one there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replace {
    /// The row is left out and reported.
    #[default]
    No,
    /// The file's value is taken; the old one goes into history. Lists become the file's.
    Yes,
}

/// How to take rows in.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// What becomes of different values.
    pub replace: Replace,
    /// What to call the profile of a file that names none.
    pub name: Option<Name>,
}

/// Holds `rows` against `document`. Nothing is changed.
///
/// # Errors
/// When this machine gives no randomness for ids.
pub fn preview(world: &World, document: &Document, rows: Rows, rules: &Rules) -> Result<Preview, Failure> {
    let mut planner = Planner {
        world,
        rules,
        now: world.clock.now(),
        known: Identities::of(document),
        apps: BTreeMap::new(),
        profiles: BTreeMap::new(),
        new_apps: Vec::new(),
        document: document.clone(),
        preview: Preview { remarks: rows.remarks, ..Preview::default() },
    };
    for row in rows.apps {
        planner.app(&row)?;
    }
    for row in rows.profiles {
        planner.profile(&row)?;
    }
    planner.preview.remarks.sort_by_key(|remark| remark.place);
    Ok(planner.preview)
}

struct Planner<'a> {
    world: &'a World,
    rules: &'a Rules,
    now: Time,
    /// Who is who in the vault.
    known: Identities,
    /// What each app of the file is in the vault.
    apps: BTreeMap<String, AppId>,
    /// Which profiles the file has spoken of, and where.
    profiles: BTreeMap<ProfileId, Place>,
    /// Apps that come from the file.
    new_apps: Vec<AppId>,
    /// The vault with the edits so far.
    document: Document,
    preview: Preview,
}

impl Planner<'_> {
    fn app(&mut self, row: &AppRow) -> Result<(), Failure> {
        let name = self.app_name(&row.name);
        let by_name = || self.document.app_named(&name).filter(|_| self.tells_name(&row.name));
        let by_value = self.known.app(&self.document, &row.values, &row.name);
        let Some(id) = by_value.or_else(|| by_name().map(|app| app.id)) else {
            let id = AppId::from_random(self.random()?);
            let app = self.new_app(id, &name, row);
            self.new_apps.push(id);
            self.apps.insert(key(&row.name), id);
            self.known.add_app(&self.document, &app);
            self.doubts(row.place, &row.values);
            self.report(row.place, "app", app.name.clone(), Fate::Added, labels(&row.values));
            self.take(Edit::AddApp(Box::new(app)));
            return Ok(());
        };
        self.apps.insert(key(&row.name), id);
        let Some(app) = self.document.app(id) else { return Ok(()) };
        let (present, difference) = (app.name.clone(), differ::app(&self.document, app, row, self.now));
        if present.key() != name.key() && matches!(row.name, Called::Named(_)) {
            let (file, vault) = (quoted(name.as_str()), quoted(present.as_str()));
            self.note(row.place, format!("{file} has the API key of {vault}, so it is the same app"));
        }
        self.settle(row.place, "app", present, difference, &row.values);
        Ok(())
    }

    fn profile(&mut self, row: &ProfileRow) -> Result<(), Failure> {
        let Ok(app) = self.app_of(row) else { return Ok(()) };
        let id = self.profile_there(row, app);
        let first = id.and_then(|id| self.profiles.get(&id).copied());
        if let Some(profile) = id.and_then(|id| self.document.profile(id)) {
            let rules = (self.rules.replace == Replace::Yes, self.now);
            let difference = differ::profile(&self.document, profile, row, app, rules);
            let (id, name) = (profile.id, profile.name.clone());
            // The same account twice is one profile; what speaks twice of one by its name is a mistake.
            let alike = difference.different.is_empty() && !matches!(row.name, Called::Named(_));
            if let Some(first) = first.filter(|_| !alike) {
                self.left_out(row.place, format!("{first} is about the same profile"));
                return Ok(());
            }
            self.profiles.insert(id, row.place);
            self.settle(row.place, "profile", name, difference, &row.values);
            return Ok(());
        }
        // A file with an app's values alone says nothing new about an app that is known.
        if row.implied && app.is_some_and(|app| !self.new_apps.contains(&app)) {
            return Ok(());
        }
        let id = ProfileId::from_random(self.random()?);
        let profile = self.new_profile(id, row, app);
        self.known.add_profile(&self.document, &profile);
        self.profiles.insert(id, row.place);
        self.doubts(row.place, &row.values);
        self.report(row.place, "profile", profile.name.clone(), Fate::Added, labels(&row.values));
        self.take(Edit::AddProfile(Box::new(profile)));
        Ok(())
    }

    /// The app a row speaks of. An error has been reported.
    fn app_of(&mut self, row: &ProfileRow) -> Result<Option<AppId>, Reported> {
        let Some(called) = &row.app else { return Ok(None) };
        let in_file = self.apps.get(&key(called)).copied();
        let in_vault = || match called {
            Called::Named(name) => self.document.app_named(name).map(|app| app.id),
            _ => None,
        };
        if let Some(id) = in_file.or_else(in_vault) {
            return Ok(Some(id));
        }
        let profile = quoted(self.profile_name(row).as_str());
        let app = match called {
            Called::Named(name) => quoted(name.as_str()),
            _ => "of its variables".to_owned(),
        };
        let text = format!("{profile} cannot be taken: there is no app {app}, neither here nor in the vault");
        self.left_out(row.place, text);
        Err(Reported)
    }

    /// The profile of the vault that a row speaks of. A name that is only a guess counts less than what X knows.
    fn profile_there(&self, row: &ProfileRow, app: Option<AppId>) -> Option<ProfileId> {
        let by_name = |name: &Name| self.document.profile_named(name).map(|profile| profile.id);
        if let Called::Named(name) = &row.name {
            return by_name(name);
        }
        self.known.profile(&self.document, row, app).or_else(|| match &row.name {
            Called::Suffix(suffix) => self.known.suffix(suffix),
            _ if self.tells_name(&row.name) || row.handle.is_some() => by_name(&self.profile_name(row)),
            _ => None,
        })
    }

    /// Whether there is a name for it, and not only a word in place of one.
    fn tells_name(&self, called: &Called) -> bool {
        match called {
            Called::Named(_) | Called::Suffix(_) | Called::Guess(_) => true,
            Called::Numbered(_) => false,
            Called::Unnamed => self.rules.name.is_some(),
        }
    }

    /// Takes a difference in, or leaves the row alone.
    fn settle(&mut self, place: Place, kind: &'static str, name: Name, found: Difference, values: &[Value]) {
        let Difference { added, different, edits } = found;
        if edits.is_empty() {
            return self.report(place, kind, name, Fate::Same, Vec::new());
        }
        if !different.is_empty() && self.rules.replace == Replace::No {
            return self.report(place, kind, name, Fate::Different, different);
        }
        let changed: Vec<Value> = values
            .iter()
            .filter(|value| {
                let label = value.field.row().label;
                added.contains(&label) || different.contains(&label)
            })
            .cloned()
            .collect();
        self.doubts(place, &changed);
        self.report(place, kind, name, Fate::Changed, [added, different].concat());
        for edit in edits {
            self.take(edit);
        }
    }

    fn take(&mut self, edit: Edit) {
        // It was made for this document, so it fits; if it did not, the save would say so.
        let _ = edit::apply(&mut self.document, &edit);
        self.preview.edits.push(edit);
    }

    fn new_app(&self, id: AppId, name: &Name, row: &AppRow) -> App {
        let mut app = App::new(id, self.document.free_app_name(name, None), self.now);
        app.rotation_days = self.world.settings.rotation_days;
        app.callback_url.clone_from(&row.callback_url);
        app.permission = row.permission;
        app.notes = row.notes.clone().unwrap_or_default();
        row.values.iter().for_each(|value| app.held.put(slot(value, self.now)));
        app
    }

    fn new_profile(&self, id: ProfileId, row: &ProfileRow, app: Option<AppId>) -> Profile {
        let name = self.profile_name(row);
        let mut profile = Profile::new(id, self.document.free_profile_name(&name, None), self.now);
        profile.handle.clone_from(&row.handle);
        profile.user_id.clone_from(&row.user_id);
        profile.app = app;
        profile.needs = row.needs.iter().flatten().copied().collect();
        profile.tags = row.tags.iter().flatten().cloned().collect();
        profile.deployed = row.deployed.clone().unwrap_or_default();
        profile.notes = row.notes.clone().unwrap_or_default();
        profile.oauth2 = differ::grant_of(row);
        row.values.iter().for_each(|value| profile.held.put(slot(value, self.now)));
        profile
    }

    fn profile_name(&self, row: &ProfileRow) -> Name {
        match &row.name {
            Called::Named(name) | Called::Guess(name) => name.clone(),
            Called::Suffix(suffix) => named(&suffix.to_lowercase()),
            Called::Numbered(number) => named(&format!("bot-{number}")),
            Called::Unnamed => {
                let handle = row.handle.as_ref().map(|handle| named(handle.as_str()));
                self.rules.name.clone().or(handle).unwrap_or_else(|| named("imported"))
            }
        }
    }

    /// A file that names no app gets one that is called like its bot.
    fn app_name(&self, called: &Called) -> Name {
        let of_bot = |bot: &str| named(&format!("{bot}-app"));
        match called {
            Called::Named(name) => name.clone(),
            Called::Guess(name) => of_bot(name.as_str()),
            Called::Suffix(suffix) => of_bot(&suffix.to_lowercase()),
            Called::Numbered(number) => of_bot(&format!("bot-{number}")),
            Called::Unnamed => of_bot(self.rules.name.as_ref().map_or("imported", Name::as_str)),
        }
    }

    /// What is odd about values that are about to be taken: worth a word, never a refusal.
    fn doubts(&mut self, place: Place, values: &[Value]) {
        for value in values {
            if let Some(doubt) = value.field.doubt(value.secret.expose()) {
                self.note(place, format!("{}: {}", value.field.row().label, doubt.sentence(value.field)));
            }
        }
    }

    fn report(&mut self, place: Place, kind: &'static str, name: Name, fate: Fate, what: Vec<&'static str>) {
        self.preview.rows.push(RowReport { place, kind, name, fate, what });
    }

    fn note(&mut self, place: Place, text: String) {
        rows::say(&mut self.preview.remarks, Remark::new(place, Weight::Note, text));
    }

    fn left_out(&mut self, place: Place, text: String) {
        rows::say(&mut self.preview.remarks, Remark::new(place, Weight::LeftOut, text));
    }

    fn random(&self) -> Result<[u8; 16], Failure> {
        let mut bytes = [0; 16];
        self.world.entropy.fill(&mut bytes).map_err(|error| {
            Failure::new(Kind::NotSaved, "nothing was imported", error.to_string(), "try again in a moment")
        })?;
        Ok(bytes)
    }
}

/// The row has been reported already.
struct Reported;

/// What a file means by the same app: names that differ in case alone are the same.
fn key(called: &Called) -> String {
    match called {
        Called::Named(name) => format!("name {}", name.key()),
        Called::Guess(name) => format!("guess {}", name.key()),
        Called::Suffix(suffix) => format!("suffix {suffix}"),
        Called::Numbered(number) => format!("number {number}"),
        Called::Unnamed => String::new(),
    }
}

fn slot(value: &Value, now: Time) -> Slot {
    Slot {
        field: value.field,
        secret: value.secret.clone(),
        changed_at: differ::changed_at(value, now),
        issued_at: differ::issued_at(value),
    }
}

fn labels(values: &[Value]) -> Vec<&'static str> {
    values.iter().map(|value| value.field.row().label).collect()
}

/// `text` as a name; what cannot be one becomes a plain word.
fn named(text: &str) -> Name {
    let short: String = text.chars().take(60).collect();
    Name::parse(&short)
        .or_else(|_| Name::parse("imported"))
        .unwrap_or_else(|_| unreachable!("a plain word is a name"))
}
