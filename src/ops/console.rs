//! What X's console is like, as data: X changes labels and addresses, so they stand in `assets/console.json`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::fields::{Credential, OwnerKind};
use crate::domain::rotation::Stage;

/// How a person regenerates a credential in X's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where.
    pub url: String,
    /// What to do there, step by step.
    pub steps: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    /// The month in which somebody compared this with the console.
    checked: String,
    beginning: Vec<BeginningJson>,
    pages: Vec<PageJson>,
    texts: Vec<TextJson>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BeginningJson {
    about: String,
    url: String,
    steps: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageJson {
    credential: String,
    url: String,
    steps: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextJson {
    credential: String,
    stage: String,
    lines: Vec<String>,
}

/// Read once. A test makes sure that it can be read.
static GUIDE: LazyLock<Guide> = LazyLock::new(|| read().unwrap_or_default());

fn read() -> serde_json::Result<Guide> {
    serde_json::from_str(include_str!("../../assets/console.json"))
}

/// The page for `credential`, where the console has one.
pub fn page(credential: Credential) -> Option<Page> {
    let word = credential.row().word;
    let found = GUIDE.pages.iter().find(|page| page.credential == word)?;
    Some(Page { url: found.url.clone(), steps: found.steps.clone() })
}

/// How a person makes a first app, or the first tokens of a profile.
pub fn beginning(kind: OwnerKind) -> Option<Page> {
    let word = match kind {
        OwnerKind::App => "app",
        OwnerKind::Profile => "profile",
    };
    let found = GUIDE.beginning.iter().find(|page| page.about == word)?;
    Some(Page { url: found.url.clone(), steps: found.steps.clone() })
}

/// What a person should know at `stage` of a rotation of `credential`, besides the steps of the [`page`].
pub fn text(credential: Credential, stage: Stage) -> &'static [String] {
    let (credential, stage) = (credential.row().word, stage.row().word);
    let found = GUIDE.texts.iter().find(|text| text.credential == credential && text.stage == stage);
    found.map(|text| text.lines.as_slice()).unwrap_or_default()
}

/// The month in which somebody compared all this with the console: `2026-08`.
pub fn checked() -> &'static str {
    &GUIDE.checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::CREDENTIALS;
    use crate::domain::rotation::{Actor, WAYS, Way};

    #[test]
    fn the_guide_can_be_read_and_is_about_what_there_is() {
        let guide = read().expect("assets/console.json is well formed");
        assert_eq!(guide.checked.len(), "2026-08".len());
        let pages = guide.pages.iter().map(|page| &page.credential);
        let texts = guide.texts.iter().map(|text| &text.credential);
        for word in pages.chain(texts) {
            assert!(Credential::parse(word).is_some(), "no credential is called {word}");
        }
        for text in &guide.texts {
            assert!(Stage::parse(&text.stage).is_some(), "no stage is called {}", text.stage);
            assert!(!text.lines.is_empty(), "{} {}", text.credential, text.stage);
        }
    }

    #[test]
    fn every_stage_with_a_person_has_its_text() {
        // Who revokes is asked by another dialog than the wizard.
        for row in WAYS.iter().filter(|row| row.way != Way::Revoke) {
            for stage in row.stages.iter().filter(|stage| stage.row().actor == Actor::Person) {
                let told = match stage {
                    Stage::Console => page(row.credential).is_some_and(|page| !page.steps.is_empty()),
                    stage => !text(row.credential, *stage).is_empty(),
                };
                assert!(told, "{} at the stage {}", row.credential.row().word, stage.row().word);
            }
        }
    }

    #[test]
    fn the_beginning_names_the_permission_before_the_tokens() {
        for kind in [OwnerKind::App, OwnerKind::Profile] {
            let page = beginning(kind).expect("a page in assets/console.json");
            assert!(page.url.starts_with("https://") && !page.steps.is_empty());
        }
        let steps = beginning(OwnerKind::App).expect("a page").steps;
        let at = |word: &str| steps.iter().position(|step| step.contains(word)).expect("such a step");
        assert!(at("permission") < at("Keys & Tokens"));
    }

    #[test]
    fn every_page_has_a_whole_address() {
        for page in CREDENTIALS.iter().filter_map(|row| page(row.credential)) {
            assert!(page.url.starts_with("https://") && !page.url.contains(char::is_whitespace), "{page:?}");
        }
    }
}
