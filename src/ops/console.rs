//! What X's console is like, as data: X changes labels and addresses, so they stand in `assets/console.json`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::fields::{Credential, Field};
use crate::domain::rotation::Stage;

/// How a person regenerates a credential in X's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where.
    pub url: String,
    /// What to do there, step by step.
    pub steps: Vec<String>,
}

/// One step from nothing to a bot that X knows. Its texts have gaps, see [`filled`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its stable word, for drafts.
    pub word: String,
    /// What it is about.
    pub title: String,
    /// For which apps it is.
    #[serde(default)]
    pub app: ForApp,
    /// For whose account it is.
    #[serde(default)]
    pub account: ForAccount,
    /// Where it is done; `None`: by a login.
    #[serde(default)]
    pub url: Option<String>,
    /// What to do there, one thing after the other.
    pub does: Vec<String>,
    /// What shows that it is done.
    pub look: String,
    /// What is typed in there.
    #[serde(default)]
    pub copy: Vec<Suggestion>,
    #[serde(default)]
    paste: Vec<String>,
    #[serde(default)]
    optional: Vec<String>,
    later: (String, String),
}

/// For which apps a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ForApp {
    /// For all.
    #[default]
    Any,
    /// For one that has yet to be made.
    New,
    /// For one that is in the vault.
    Known,
}

/// For whose account a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ForAccount {
    /// For all.
    #[default]
    Any,
    /// For the account that owns the app: X's console issues its tokens.
    Owner,
    /// For any other: it logs in.
    Other,
}

/// A text to be copied into the console. None of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// What it is there.
    pub label: String,
    /// The text, with gaps.
    pub text: String,
}

impl Step {
    /// The values that it brings.
    pub fn paste(&self) -> Vec<Field> {
        self.paste.iter().filter_map(|word| Field::parse(word)).collect()
    }

    /// True where it is done without this value as well.
    pub fn can_lack(&self, field: Field) -> bool {
        self.optional.iter().any(|word| word == field.row().word)
    }

    /// Where it is done later, and what is done there: a command of ours, or the console's address for what no command
    /// can do. With gaps.
    pub fn later(&self) -> (&str, &str) {
        (&self.later.0, &self.later.1)
    }
}

/// What goes into the gaps of a text: the name of the gap and what stands in for it.
pub type Gaps = [(&'static str, String)];

/// `text` with its gaps filled: `{app}` becomes what `gaps` says of `app`.
pub fn filled(text: &str, gaps: &Gaps) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((gap, behind)) = after.split_once('}') else {
            rest = after;
            continue;
        };
        out.push_str(gaps.iter().find(|(name, _)| *name == gap).map_or("", |(_, text)| text.as_str()));
        rest = behind;
    }
    out + rest
}

/// Every gap that texts may have.
pub const GAPS: [&str; 8] = ["app", "bot", "handle", "needs", "level", "because", "callback", "website"];

/// From nothing to a bot that X knows, in order: the steps of every way.
pub fn walk() -> &'static [Step] {
    &GUIDE.walk
}

/// The steps for an app and an account.
pub fn way(app: ForApp, account: ForAccount) -> impl Iterator<Item = &'static Step> {
    let fits = move |step: &&Step| {
        [ForApp::Any, app].contains(&step.app) && [ForAccount::Any, account].contains(&step.account)
    };
    walk().iter().filter(fits)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    /// The month in which somebody compared this with the console.
    checked: String,
    walk: Vec<Step>,
    pages: Vec<PageJson>,
    texts: Vec<TextJson>,
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
    fn every_step_says_what_to_do_where_and_what_to_bring() {
        for step in walk() {
            let word = &step.word;
            assert!(!step.title.is_empty() && !step.does.is_empty() && !step.look.is_empty(), "{word}");
            match &step.url {
                Some(url) => assert!(url.starts_with("https://") && !url.contains(' '), "{word}: {url}"),
                None => assert_eq!(step.account, ForAccount::Other, "{word} needs an address"),
            }
            assert_eq!(step.paste().len(), step.paste.len(), "{word} wants a value that nobody knows");
            assert!(step.optional.iter().all(|word| step.paste.contains(word)), "{word}");
            let (place, what) = step.later();
            let is_page = step.url.as_deref() == Some(place) && step.paste.is_empty();
            assert!((place.starts_with("birdkeep ") || is_page) && !what.is_empty(), "{word}");
        }
        let words: std::collections::BTreeSet<_> = walk().iter().map(|step| &step.word).collect();
        assert_eq!(words.len(), walk().len(), "a draft knows a step by its word");
    }

    #[test]
    fn every_value_is_brought_by_one_step_that_fits_its_holder() {
        let of = |field: Field| walk().iter().filter(|step| step.paste().contains(&field)).count();
        for field in Field::all() {
            // OAuth 2.0 tokens come by a login.
            let wanted = usize::from(field.credential() != Credential::Oauth2);
            assert_eq!(of(field), wanted, "{field}");
        }
    }

    #[test]
    fn the_permission_comes_before_any_token_on_every_way() {
        for (app, account) in [
            (ForApp::New, ForAccount::Owner),
            (ForApp::New, ForAccount::Other),
            (ForApp::Known, ForAccount::Owner),
            (ForApp::Known, ForAccount::Other),
        ] {
            let steps: Vec<_> = way(app, account).collect();
            let at = |words: &[&str]| steps.iter().position(|step| words.contains(&step.word.as_str()));
            let (permission, token) = (at(&["permission", "level"]), at(&["tokens", "login"]));
            assert!(permission.is_some() && permission < token, "{app:?} {account:?}");
            let brings: Vec<Field> = steps.iter().flat_map(|step| step.paste()).collect();
            assert_eq!(brings.contains(&Field::ApiKey), app == ForApp::New);
            assert_eq!(brings.contains(&Field::AccessToken), account == ForAccount::Owner);
        }
    }

    #[test]
    fn every_gap_is_one_that_can_be_filled() {
        let gaps: Vec<_> = GAPS.iter().map(|gap| (*gap, "x".to_owned())).collect();
        for step in walk() {
            let copies = step.copy.iter().map(|suggestion| &suggestion.text);
            let texts = step.does.iter().chain(copies).chain([&step.look, &step.later.0, &step.later.1]);
            for text in texts {
                let braces = text.matches('{').count();
                let known = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
                assert_eq!(known.filter(|(gap, _)| GAPS.contains(gap)).count(), braces, "{text}");
                assert!(!filled(text, &gaps).contains(['{', '}']), "{text}");
            }
        }
        let gaps = [("app", "X".to_owned()), ("bot", "Y".to_owned())];
        assert_eq!(filled("a {app} of {bot}, {nothing}{", &gaps), "a X of Y, ");
    }

    #[test]
    fn every_page_has_a_whole_address() {
        for page in CREDENTIALS.iter().filter_map(|row| page(row.credential)) {
            assert!(page.url.starts_with("https://") && !page.url.contains(char::is_whitespace), "{page:?}");
        }
    }
}
