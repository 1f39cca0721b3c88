//! Rotation as a saved checklist: which stages a credential goes through, by which way, and who acts in each.

use super::fields::Credential;
use super::permission::Scopes;
use super::time::Time;

/// One stage of a rotation. A rotation is saved after each, so that it resumes where it was. Every way goes through
/// its stages in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// What will stop working; nothing has changed yet.
    Review,
    /// X is asked to kill the current value. From here on the old value may be dead.
    Invalidate,
    /// X is asked for a new value, which is stored as a candidate.
    Fetch,
    /// A person logs in as the account; what X issues then is stored as a candidate.
    Login,
    /// A person regenerates the value in X's console.
    Console,
    /// A person pastes the new value, which is recognised and stored as a candidate.
    Paste,
    /// The candidate is tried on a read-only call, bound to the expected account.
    Verify,
    /// Candidate becomes current, the old value history, in one save.
    Promote,
    /// The bearer token that belongs to the new API key and secret is fetched, tried and put in place.
    Bearer,
    /// Each bot of the app logs in again: a new API key kills every access token of the app.
    Logins,
}

/// Who acts in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// birdkeep, unattended.
    Birdkeep,
    /// A person.
    Person,
}

/// One row of [`STAGES`].
#[derive(Debug)]
pub struct StageRow {
    /// Which stage.
    pub stage: Stage,
    /// The stable word of files.
    pub word: &'static str,
    /// What a checklist shows.
    pub title: &'static str,
    /// Who acts.
    pub actor: Actor,
}

/// Every stage.
pub const STAGES: &[StageRow] = &[
    StageRow { stage: Stage::Review, word: "review", title: "See what will stop", actor: Actor::Person },
    StageRow {
        stage: Stage::Invalidate,
        word: "invalidate",
        title: "Ask X to kill the old value",
        actor: Actor::Birdkeep,
    },
    StageRow {
        stage: Stage::Fetch,
        word: "fetch",
        title: "Fetch a new value from X",
        actor: Actor::Birdkeep,
    },
    StageRow { stage: Stage::Login, word: "login", title: "Log in as the account", actor: Actor::Person },
    StageRow {
        stage: Stage::Console,
        word: "console",
        title: "Regenerate it in X's console",
        actor: Actor::Person,
    },
    StageRow { stage: Stage::Paste, word: "paste", title: "Paste the new value", actor: Actor::Person },
    StageRow {
        stage: Stage::Verify,
        word: "verify",
        title: "Try the new value on a read-only call",
        actor: Actor::Birdkeep,
    },
    StageRow { stage: Stage::Promote, word: "promote", title: "Put it in place", actor: Actor::Birdkeep },
    StageRow {
        stage: Stage::Bearer,
        word: "bearer",
        title: "Fetch the bearer token that goes with it",
        actor: Actor::Birdkeep,
    },
    StageRow { stage: Stage::Logins, word: "logins", title: "Log each bot in again", actor: Actor::Person },
];

impl Stage {
    /// This stage's row.
    pub fn row(self) -> &'static StageRow {
        &STAGES[self as usize]
    }

    /// Reads the stable word.
    pub fn parse(word: &str) -> Option<Self> {
        STAGES.iter().find(|row| row.word == word).map(|row| row.stage)
    }
}

/// How a credential is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// X kills the old value and hands over a new one, both by API.
    Request,
    /// A person regenerates it in X's console and pastes it.
    Console,
    /// The account logs in again.
    Login,
    /// X is asked to kill the old value first, since it hands back the same one as long as that is valid; then the
    /// account logs in again.
    Renew,
    /// X is asked to kill it, and nothing takes its place.
    Revoke,
}

impl Way {
    /// Every way with its stable word.
    pub const WORDS: [(Self, &'static str); 5] = [
        (Self::Request, "request"),
        (Self::Console, "console"),
        (Self::Login, "login"),
        (Self::Renew, "renew"),
        (Self::Revoke, "revoke"),
    ];

    /// The stable word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(way, _)| *way == self).map_or("console", |(_, word)| word)
    }

    /// Reads the stable word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(way, _)| *way)
    }

    /// The way of a rotation of which a file names none: birdkeep 0.1 knew one way for each.
    pub fn unnamed(credential: Credential, stage: Stage) -> Self {
        match (credential, stage) {
            (Credential::Bearer, Stage::Console | Stage::Paste) | (Credential::Access, _) => Self::Console,
            (credential, _) => usual(credential),
        }
    }
}

/// One row of [`WAYS`].
#[derive(Debug)]
pub struct WayRow {
    /// What is replaced.
    pub credential: Credential,
    /// How.
    pub way: Way,
    /// The stages, in order.
    pub stages: &'static [Stage],
    /// The stage from which on X may have killed the old value.
    pub dies: Stage,
}

const PASTED: &[Stage] = &[Stage::Review, Stage::Console, Stage::Paste, Stage::Verify, Stage::Promote];
const LOGGED_IN: &[Stage] = &[Stage::Review, Stage::Login, Stage::Verify, Stage::Promote];
const REVOKED: &[Stage] = &[Stage::Review, Stage::Invalidate];

/// Every way of every credential, the usual one first.
///
/// Sources: X's pages on its console and on revoking, 2026-08; xurl's source for what a new OAuth 2.0 login does to
/// the grant before it. That a new API key kills every access token of the app is said by several independent
/// reports and contradicted by none; X's own page says less.
pub const WAYS: &[WayRow] = &[
    WayRow {
        credential: Credential::Api,
        way: Way::Console,
        stages: &[
            Stage::Review,
            Stage::Console,
            Stage::Paste,
            Stage::Verify,
            Stage::Promote,
            Stage::Bearer,
            Stage::Logins,
        ],
        dies: Stage::Console,
    },
    WayRow {
        credential: Credential::Bearer,
        way: Way::Request,
        stages: &[Stage::Review, Stage::Invalidate, Stage::Fetch, Stage::Verify, Stage::Promote],
        dies: Stage::Invalidate,
    },
    WayRow { credential: Credential::Bearer, way: Way::Console, stages: PASTED, dies: Stage::Console },
    WayRow { credential: Credential::Bearer, way: Way::Revoke, stages: REVOKED, dies: Stage::Invalidate },
    WayRow { credential: Credential::Client, way: Way::Console, stages: PASTED, dies: Stage::Console },
    // A login alone kills nothing: X hands back the same pair as long as it is valid.
    WayRow { credential: Credential::Access, way: Way::Login, stages: LOGGED_IN, dies: Stage::Verify },
    WayRow {
        credential: Credential::Access,
        way: Way::Renew,
        stages: &[Stage::Review, Stage::Invalidate, Stage::Login, Stage::Verify, Stage::Promote],
        dies: Stage::Invalidate,
    },
    WayRow { credential: Credential::Access, way: Way::Console, stages: PASTED, dies: Stage::Console },
    WayRow { credential: Credential::Access, way: Way::Revoke, stages: REVOKED, dies: Stage::Invalidate },
    WayRow { credential: Credential::Oauth2, way: Way::Login, stages: LOGGED_IN, dies: Stage::Login },
    WayRow { credential: Credential::Oauth2, way: Way::Revoke, stages: REVOKED, dies: Stage::Invalidate },
];

/// The way `credential` is replaced unless a person wants another.
pub fn usual(credential: Credential) -> Way {
    WAYS.iter().find(|row| row.credential == credential).map_or(Way::Console, |row| row.way)
}

/// The row of `way` for `credential`; `None` where it cannot be replaced that way.
pub fn way(credential: Credential, way: Way) -> Option<&'static WayRow> {
    WAYS.iter().find(|row| (row.credential, row.way) == (credential, way))
}

/// The stages of the usual way of `credential`, in order.
pub fn plan(credential: Credential) -> &'static [Stage] {
    way(credential, usual(credential)).map_or(&[], |row| row.stages)
}

/// A rotation under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// What is being rotated.
    pub credential: Credential,
    /// How.
    pub way: Way,
    /// The stage to do next.
    pub stage: Stage,
    /// When it was begun.
    pub started_at: Time,
    /// When the last stage was reached.
    pub moved_at: Time,
    /// What X granted with the candidate, where a login brought an OAuth 2.0 pair: X never says it again.
    pub granted: Option<Granted>,
}

/// What X says of an OAuth 2.0 pair when it issues it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// What it may do.
    pub scopes: Scopes,
    /// When the access token expires.
    pub expires_at: Option<Time>,
}

impl Rotation {
    /// A rotation of `credential` that has done nothing yet.
    pub fn begin(credential: Credential, now: Time) -> Self {
        let (way, stage) = (usual(credential), Stage::Review);
        Self { credential, way, stage, started_at: now, moved_at: now, granted: None }
    }

    /// This rotation at `stage`.
    #[must_use]
    pub fn at(&self, stage: Stage, now: Time) -> Self {
        Self { stage, moved_at: now, ..self.clone() }
    }

    /// This rotation by another way.
    #[must_use]
    pub fn by(&self, way: Way) -> Self {
        Self { way, ..self.clone() }
    }

    /// The stages it goes through, in order.
    pub fn plan(&self) -> &'static [Stage] {
        way(self.credential, self.way).map_or(&[], |row| row.stages)
    }

    /// The stage after the present one; `None` when that was the last.
    pub fn next(&self) -> Option<Stage> {
        let plan = self.plan();
        let at = plan.iter().position(|stage| *stage == self.stage)?;
        plan.get(at + 1).copied()
    }

    /// Whether X may have killed the stored value. After the promotion another one is stored.
    pub fn may_be_dead(&self) -> bool {
        let dies = way(self.credential, self.way).map(|row| row.dies);
        dies.is_some_and(|dies| (dies..=Stage::Promote).contains(&self.stage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::CREDENTIALS;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (i, row) in STAGES.iter().enumerate() {
            assert_eq!(row.stage as usize, i);
            assert_eq!(Stage::parse(row.word), Some(row.stage));
        }
    }

    #[test]
    fn every_way_keeps_the_order_of_the_table_and_reviews_first() {
        for row in WAYS {
            let name = format!("{} by {}", row.credential.row().word, row.way.word());
            assert_eq!(row.stages.first(), Some(&Stage::Review), "{name}");
            assert!(row.stages.is_sorted(), "{name}");
            assert!(row.stages.contains(&row.dies), "{name}");
            let alike = |other: &&WayRow| (other.credential, other.way) == (row.credential, row.way);
            assert_eq!(WAYS.iter().filter(alike).count(), 1, "{name}");
            assert_eq!(Way::parse(row.way.word()), Some(row.way));
        }
    }

    #[test]
    fn what_takes_the_place_of_another_is_verified_first() {
        for row in WAYS.iter().filter(|row| row.way != Way::Revoke) {
            let at = |stage| row.stages.iter().position(|other| *other == stage);
            let name = format!("{} by {}", row.credential.row().word, row.way.word());
            assert!(at(Stage::Verify).is_some() && at(Stage::Verify) < at(Stage::Promote), "{name}");
        }
    }

    #[test]
    fn every_credential_has_a_way_and_what_x_revokes_has_one_more() {
        for row in CREDENTIALS {
            assert!(!plan(row.credential).is_empty(), "{}", row.word);
            let by_api =
                matches!(row.credential, Credential::Bearer | Credential::Access | Credential::Oauth2);
            assert_eq!(way(row.credential, Way::Revoke).is_some(), by_api, "{}", row.word);
        }
    }

    #[test]
    fn a_rotation_walks_its_way_and_ends() {
        for row in WAYS {
            let mut rotation = Rotation::begin(row.credential, Time::from_unix(0)).by(row.way);
            let mut seen = vec![rotation.stage];
            while let Some(stage) = rotation.next() {
                rotation = rotation.at(stage, Time::from_unix(1));
                seen.push(stage);
            }
            assert_eq!(seen, row.stages);
        }
    }

    #[test]
    fn a_stored_value_is_in_doubt_from_the_moment_x_may_have_killed_it_until_another_is_stored() {
        let begun = |credential| Rotation::begin(credential, Time::from_unix(0));
        for (credential, way, sure, doubtful) in [
            (Credential::Bearer, Way::Request, Stage::Review, Some(Stage::Invalidate)),
            (Credential::Bearer, Way::Console, Stage::Review, Some(Stage::Console)),
            (Credential::Access, Way::Login, Stage::Login, Some(Stage::Verify)),
            (Credential::Access, Way::Renew, Stage::Review, Some(Stage::Invalidate)),
            (Credential::Oauth2, Way::Login, Stage::Review, Some(Stage::Login)),
            (Credential::Api, Way::Console, Stage::Review, Some(Stage::Promote)),
            (Credential::Api, Way::Console, Stage::Logins, None),
        ] {
            let at = |stage| begun(credential).by(way).at(stage, Time::from_unix(1)).may_be_dead();
            assert!(!at(sure), "{credential:?} by {way:?} at {sure:?}");
            assert!(doubtful.is_none_or(at), "{credential:?} by {way:?} at {doubtful:?}");
        }
    }
}
