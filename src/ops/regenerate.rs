//! Plays the person at X's console, where the console is played too: in the demo.

use super::World;
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field};
use crate::domain::id::{AppId, Owner};
use crate::domain::secret::Secret;
pub use crate::host::Setup;

/// What a person copies from the console after pressing *Regenerate* there, a line per value with its label before it,
/// as the console writes them. `None`: this world's console is X's own, and only a person can go there.
pub fn regenerate(
    world: &World,
    document: &Document,
    owner: Owner,
    credential: Credential,
) -> Option<Secret> {
    let held = |field| document.slot(owner, field).map(|slot| (field, slot.secret.clone()));
    let held: Vec<(Field, Secret)> = Field::all().filter_map(held).collect();
    let shown = world.browser.regenerate(credential, &held);
    let lines = shown.iter().map(|(field, value)| format!("{}: {}\n", field.row().label, value.expose()));
    (!shown.is_empty()).then(|| Secret::new(lines.collect::<String>()))
}

/// What a person copies from the console of `app`, which is set up there: those of `fields` that it shows, a line per
/// value as for [`regenerate`]. `None`: this world's console is X's own.
pub fn set_up(
    world: &World,
    document: &Document,
    app: AppId,
    setup: &Setup,
    fields: &[Field],
) -> Option<Secret> {
    let key = document.slot(app.into(), Field::ApiKey).map(|slot| &slot.secret);
    let shown = world.browser.set_up(key, setup);
    let wanted = shown.iter().filter(|(field, _)| fields.contains(field));
    let lines = wanted.map(|(field, value)| format!("{}: {}\n", field.row().label, value.expose()));
    (!shown.is_empty()).then(|| Secret::new(lines.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::world;

    #[test]
    fn the_real_console_is_for_people_alone() {
        let document = Document::new(crate::domain::fingerprint::FingerprintKey::new([0; 32]));
        let app = AppId::from_random([1; 16]);
        assert_eq!(regenerate(&world(), &document, app.into(), Credential::Bearer), None);
        let setup = Setup {
            name: "made-up".to_owned(),
            level: crate::domain::permission::Level::Read,
            callback: String::new(),
            account: None,
        };
        assert_eq!(set_up(&world(), &document, app, &setup, &[Field::ApiKey]), None);
    }
}
