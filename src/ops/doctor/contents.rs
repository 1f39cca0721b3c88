//! What is in the vault, where it can be opened: trust, tokens, values that are due, gaps.

use std::collections::BTreeMap;

use super::words::some;
use super::{Examination, Level, Said, Topic};
use crate::domain::app::App;
use crate::domain::custody::{self, Standing};
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::freshness;
use crate::domain::id::{HolderId, Owner};
use crate::domain::phrase::{ago, counted};
use crate::domain::profile::Profile;
use crate::domain::secret::Secret;
use crate::domain::standing;
use crate::domain::time::Time;
use crate::failure::Failure;
use crate::ops::{trust, unlock};
use crate::vault::{self, Keyring, Loaded, Notice, Store, Trust};

/// Seconds by which the clocks of honest machines differ.
const SKEW: i64 = 600;

/// What is known of the contents.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    pub(super) looked: Looked,
    pub(super) now: Time,
    /// Days after which values are due where no app says.
    pub(super) rotation_days: u16,
    /// This machine as a holder of grants, if it is one.
    pub(super) holder: Option<HolderId>,
}

/// What came of looking.
#[derive(Clone, Debug)]
pub(super) enum Looked {
    /// There is no vault, or no identity.
    Nothing,
    /// Nobody gave the passphrase.
    Locked,
    /// It does not open.
    NotOpened(Failure),
    /// It is open.
    Open(Box<Loaded>),
}

impl Contents {
    /// Looks into the vault with `keyring`, without leaving a trace.
    pub(super) fn look(store: &dyn Store, keyring: Result<Keyring, Failure>) -> Looked {
        let opened = keyring.and_then(|keys| vault::peek(store, &keys).map_err(unlock::failure));
        opened.map_or_else(Looked::NotOpened, |loaded| Looked::Open(Box::new(loaded)))
    }

    fn document(&self) -> Option<&Document> {
        match &self.looked {
            Looked::Open(loaded) => Some(&loaded.document),
            _ => None,
        }
    }

    /// The names of the apps and profiles that `wanted` picks, apps first.
    fn names(&self, wanted: impl Fn(&Document, Owner) -> bool) -> Vec<String> {
        let Some(document) = self.document() else { return Vec::new() };
        let apps = document.apps_by_name().map(|app| Owner::from(app.id));
        let owners = apps.chain(document.profiles_by_name().map(|profile| profile.id.into()));
        let named = |owner: Owner| wanted(document, owner).then(|| document.name_of(owner)).flatten();
        owners.filter_map(named).map(ToString::to_string).collect()
    }

    /// The names of the profiles that `wanted` picks.
    fn profiles(&self, wanted: impl Fn(&Document, &Profile) -> bool) -> Vec<String> {
        self.names(|document, owner| match owner {
            Owner::Profile(id) => document.profile(id).is_some_and(|profile| wanted(document, profile)),
            Owner::App(_) => false,
        })
    }
}

/// Opens the identity, to look into the vault with it.
///
/// # Errors
/// A wrong passphrase, an identity that cannot be read.
pub fn open(store: &dyn Store, passphrase: Option<&Secret>) -> Result<Keyring, Failure> {
    vault::unlock(store, passphrase).map_err(unlock::failure)
}

/// The rows.
pub(super) static TOPIC: Topic<Contents> = Topic {
    word: "contents",
    label: "In the vault",
    facts: |facts| &facts.contents,
    rows: &[
        Examination {
            name: "opening",
            doc: "whether the vault opens, and grew from what was seen last",
            look: opening,
        },
        Examination { name: "signer", doc: "whether whoever saved it last is believed", look: signer },
        Examination { name: "saved-at", doc: "whether it was saved in the future", look: saved_at },
        Examination { name: "killed", doc: "bots that X has cut off, as the vault knows", look: killed },
        Examination { name: "rotations", doc: "rotations that are not finished", look: rotations },
        Examination {
            name: "refresh-tokens",
            doc: "refresh tokens in doubt, or held by another machine",
            look: tokens,
        },
        Examination { name: "due", doc: "values that are due for rotation", look: due },
        Examination {
            name: "user-ids",
            doc: "profiles whose account cannot be told from another",
            look: user_ids,
        },
        Examination { name: "no-app", doc: "profiles without an app", look: no_app },
        Examination { name: "duplicates", doc: "values that are stored twice", look: duplicates },
    ],
};

fn opening(contents: &Contents) -> Vec<Said> {
    vec![match &contents.looked {
        Looked::Nothing => return Vec::new(),
        Looked::Locked => {
            Said::note("not looked into: the identity is encrypted").try_this("birdkeep doctor --unlock")
        }
        Looked::NotOpened(failure) => Said::failure(Level::Trouble, failure),
        Looked::Open(loaded) => Said::ok(format!(
            "it opens: generation {}, {}, {}, saved {}",
            loaded.generation,
            counted(loaded.document.apps().count(), "app"),
            counted(loaded.document.profile_count(), "profile"),
            ago(contents.now.since(loaded.saved_at))
        )),
    }]
}

fn signer(contents: &Contents) -> Vec<Said> {
    let Looked::Open(loaded) = &contents.looked else { return Vec::new() };
    if let Trust::Unknown(stranger) = loaded.trust {
        return vec![Said::failure(Level::Trouble, &unlock::untrusted(&stranger.signer))];
    }
    // What there is to say of modes and owners stands with the files.
    let news = loaded.notices.iter().filter(|notice| !matches!(notice, Notice::Store(_)));
    let mut all = vec![Said::ok("it was saved by someone this machine believes")];
    all.extend(news.map(|notice| Said::note(trust::sentence(notice))));
    all
}

fn saved_at(contents: &Contents) -> Vec<Said> {
    let Looked::Open(loaded) = &contents.looked else { return Vec::new() };
    if loaded.saved_at.since(contents.now) <= SKEW {
        return Vec::new();
    }
    vec![
        Said::warning(format!("it was saved at {}, which is in the future", loaded.saved_at))
            .because("this machine's clock is wrong, or that of whoever saved it was")
            .try_this("look at the clock; values may seem younger than they are"),
    ]
}

/// A finding about `names`, unless there are none.
fn about(names: &[String], said: impl FnOnce(String, String) -> Said) -> Vec<Said> {
    if names.is_empty() { Vec::new() } else { vec![said(names.len().to_string(), some(names))] }
}

fn killed(contents: &Contents) -> Vec<Said> {
    let names = contents.names(|document, owner| standing::mark(document, owner).is_some());
    about(&names, |number, names| {
        Said::warning(format!("cut off by X, or perhaps so: {number} ({names})"))
            .because("a value was revoked or replaced, and nothing has taken its place yet")
            .try_this("birdkeep show NAME says what happened; birdkeep authorize NAME issues new tokens")
    })
}

fn rotations(contents: &Contents) -> Vec<Said> {
    let names =
        contents.names(|document, owner| document.held(owner).is_some_and(|held| !held.rotations.is_empty()));
    about(&names, |number, names| {
        Said::note(format!("rotations that are not finished: {number} ({names})"))
            .try_this("birdkeep rotate NAME CREDENTIAL goes on where it was")
    })
}

fn tokens(contents: &Contents) -> Vec<Said> {
    let stands = |wanted: &dyn Fn(&custody::Custody) -> bool| {
        contents.profiles(|document, profile| {
            custody::of(profile, &document.fingerprints).is_some_and(|custody| wanted(&custody))
        })
    };
    let dead = stands(&|custody| custody.standing == Standing::Reauth);
    let open = stands(&|custody| matches!(custody.standing, Standing::Ambiguous | Standing::VerifyFirst));
    let newer = stands(&|custody| matches!(custody.standing, Standing::Newer(_)));
    let elsewhere = stands(&|custody| custody.holder.is_some() && custody.holder != contents.holder);
    [
        about(&dead, |number, names| {
            Said::warning(format!("refresh tokens that are used up: {number} ({names})"))
                .because("X refuses them, or nobody can tell")
                .try_this("birdkeep authorize NAME logs the bot in again")
        }),
        about(&open, |number, names| {
            Said::note(format!("refresh tokens in doubt: {number} ({names})"))
                .because("a refresh was cut off, or they came out of an older save")
                .try_this("birdkeep token NAME finds out")
        }),
        about(&newer, |number, names| {
            Said::note(format!("refresh tokens that a newer birdkeep has marked: {number} ({names})"))
                .try_this("update birdkeep on this machine")
        }),
        about(&elsewhere, |number, names| {
            Said::ok(format!("refresh tokens that another machine renews: {number} ({names})"))
        }),
    ]
    .concat()
}

fn due(contents: &Contents) -> Vec<Said> {
    let (days, now) = (contents.rotation_days, contents.now);
    let names = contents.names(|document, owner| !freshness::due(document, owner, days, now).is_empty());
    about(&names, |number, names| {
        Said::note(format!("apps and profiles with values due for rotation: {number} ({names})"))
            .try_this("birdkeep list --json names them; birdkeep rotate NAME CREDENTIAL begins")
    })
}

fn user_ids(contents: &Contents) -> Vec<Said> {
    let names = contents.profiles(|_, profile| {
        profile.user_id.is_none() && profile.handle.is_none() && !profile.held.slots().is_empty()
    });
    about(&names, |number, names| {
        Said::note(format!("profiles with neither user id nor handle: {number} ({names})"))
            .because("tokens of another account in them would not be noticed")
            .try_this("birdkeep set NAME handle")
    })
}

fn no_app(contents: &Contents) -> Vec<Said> {
    let names = contents.profiles(|document, profile| document.app_of(profile).is_none());
    about(&names, |number, names| {
        Said::note(format!("profiles without an app: {number} ({names})"))
            .because("without the app's keys their tokens can be neither used nor checked")
            .try_this("birdkeep set NAME app")
    })
}

fn duplicates(contents: &Contents) -> Vec<Said> {
    let Some(document) = contents.document() else { return Vec::new() };
    let apps = document.apps_by_name().map(|app: &App| (&app.name, &app.held));
    let owners = apps.chain(document.profiles_by_name().map(|profile| (&profile.name, &profile.held)));
    let mut holders: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (name, held) in owners {
        for field in Field::all().filter(|field| field.row().secret) {
            if let Some(secret) = held.secret(field) {
                holders
                    .entry((field.row().word, document.fingerprints.of(secret)))
                    .or_default()
                    .push(name.to_string());
            }
        }
    }
    let twice = holders.into_iter().filter(|(_, names)| names.len() > 1);
    let said = |((field, _), names): ((&str, _), Vec<String>)| {
        Said::note(format!("the same {field} is stored {} times: {}", names.len(), some(&names)))
            .because("a rotation of one would kill the others without a word")
            .try_this("keep one app, and move the profiles to it: birdkeep set NAME app")
    };
    let mut all: Vec<Said> = twice.map(said).collect();
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    if more > 0 {
        all.push(Said::note(format!("and {more} more values that are stored twice")));
    }
    all
}

/// How many values that are stored twice are named.
const SHOWN: usize = 5;

#[cfg(test)]
mod tests;
