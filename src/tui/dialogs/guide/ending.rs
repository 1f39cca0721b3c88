//! The end of the walk: what is saved, and what X is asked then.

use super::{Guide, document};
use crate::domain::app::App;
use crate::domain::credential::Origin;
use crate::domain::document::Document;
use crate::domain::edit::{self, Edit, Property};
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::id::Owner;
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::ops::authorize::CALLBACK;
use crate::ops::check::{self, Plan};
use crate::ops::console::ForApp;
use crate::tui::ctx::Ctx;

/// A way to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Save what is not saved, then ask X.
    Check,
    /// Save and ask nobody.
    Save,
    /// There is nothing to save and nothing to ask.
    Leave,
}

impl Guide {
    /// The edits that are to be saved: new things whole, what is there already by its fields.
    pub(super) fn edits(&self, ctx: &Ctx) -> Vec<Edit> {
        let Ok(document) = document(ctx) else { return Vec::new() };
        let mut edits = self.app_edits(document, ctx);
        edits.extend(self.bot_edits(document, ctx.moment.now));
        edits
    }

    fn values(&self, kind: OwnerKind) -> Vec<(Field, Option<Secret>)> {
        let own = self.got.values.iter().filter(|(field, _)| field.held_by() == kind);
        own.map(|(field, value)| (*field, Some(value.clone()))).collect()
    }

    fn app_edits(&self, document: &Document, ctx: &Ctx) -> Vec<Edit> {
        let (owner, now) = (Owner::App(self.app), ctx.moment.now);
        let done =
            |word: &str| self.way().iter().any(|step| step.word == word) && !self.skipped.contains(word);
        let level = self.bot.level().0;
        if let Some(app) = document.app(self.app) {
            let mut edits = edit::set_fields(document, owner, self.values(OwnerKind::App), Origin::Edit, now);
            // What somebody noted before knows better than a walk that saw to "this or more".
            if app.permission.is_none() && done("level") {
                let (was, to) = (Property::Permission(None), Property::Permission(Some(level)));
                edits.push(Edit::SetProperty { owner, was, to });
            }
            return edits;
        }
        let Some(name) = self.bot.called().filter(|_| self.for_app == ForApp::New) else { return Vec::new() };
        let mut app = App::new(self.app, name, now);
        app.rotation_days = ctx.settings.rotation_days;
        app.permission = done("permission").then_some(level);
        app.callback_url = done("addresses").then(|| CALLBACK.to_owned());
        let mut alone = Document::new(document.fingerprints.clone());
        alone.insert_app(app);
        let set = edit::set_fields(&alone, owner, self.values(OwnerKind::App), Origin::Edit, now);
        let whole = edit::apply_all(&alone, &set).ok().and_then(|whole| whole.app(self.app).cloned());
        whole.map(|app| Edit::AddApp(Box::new(app))).into_iter().collect()
    }

    fn bot_edits(&self, document: &Document, now: Time) -> Vec<Edit> {
        let owner = Owner::Profile(self.profile);
        if document.profile(self.profile).is_some() {
            return edit::set_fields(document, owner, self.values(OwnerKind::Profile), Origin::Edit, now);
        }
        let Some(name) = self.bot.name() else { return Vec::new() };
        let mut profile = Profile::new(self.profile, name, now);
        profile.app = Some(self.app);
        profile.handle = self.bot.handle();
        profile.needs = self.bot.needs();
        let mut alone = Document::new(document.fingerprints.clone());
        alone.insert_profile(profile);
        let set = edit::set_fields(&alone, owner, self.values(OwnerKind::Profile), Origin::Edit, now);
        let whole = edit::apply_all(&alone, &set).ok().and_then(|whole| whole.profile(self.profile).cloned());
        whole.map(|profile| Edit::AddProfile(Box::new(profile))).into_iter().collect()
    }

    /// What asking X takes once all is saved.
    pub(super) fn plan(&self, ctx: &Ctx) -> Plan {
        let saved = document(ctx).ok().and_then(|document| edit::apply_all(document, &self.edits(ctx)).ok());
        saved.map(|saved| check::plan(&saved, &[self.profile])).unwrap_or_default()
    }

    /// The ways to end, the usual one first.
    pub(super) fn ways(&self, ctx: &Ctx) -> Vec<Way> {
        let to_save = !self.edits(ctx).is_empty();
        let to_ask = self.plan(ctx).requests > 0;
        match (to_save, to_ask) {
            (true, true) => vec![Way::Check, Way::Save],
            (true, false) => vec![Way::Save],
            (false, true) => vec![Way::Check, Way::Leave],
            (false, false) => vec![Way::Leave],
        }
    }
}
