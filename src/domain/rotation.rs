//! Rotation as a saved checklist: which stages a credential goes through, and who acts in each.

use super::fields::Credential;
use super::time::Time;

/// One stage of a rotation. A rotation is saved after each, so that it resumes where it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// What will stop working; nothing has changed yet.
    Review,
    /// X is asked to kill the current value. From here on the old value may be dead.
    Invalidate,
    /// X is asked for a new value, which is stored as a candidate.
    Fetch,
    /// A person regenerates the value in X's console.
    Console,
    /// A person pastes the new value, which is recognised and stored as a candidate.
    Paste,
    /// The candidate is tried on a read-only call, bound to the expected account.
    Verify,
    /// Candidate becomes current, the old value history, in one save.
    Promote,
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

/// The stages `credential` goes through, in order; empty where it is replaced by editing alone.
pub const fn plan(credential: Credential) -> &'static [Stage] {
    match credential {
        Credential::Bearer => {
            &[Stage::Review, Stage::Invalidate, Stage::Fetch, Stage::Verify, Stage::Promote]
        }
        Credential::Access => &[Stage::Review, Stage::Console, Stage::Paste, Stage::Verify, Stage::Promote],
        Credential::Api | Credential::Client | Credential::Oauth2 => &[],
    }
}

/// The way round where X kills no bearer by API: a person regenerates it in the console.
const BEARER_BY_HAND: &[Stage] =
    &[Stage::Review, Stage::Console, Stage::Paste, Stage::Verify, Stage::Promote];

/// A rotation under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// What is being rotated.
    pub credential: Credential,
    /// The stage to do next.
    pub stage: Stage,
    /// When it was begun.
    pub started_at: Time,
    /// When the last stage was reached.
    pub moved_at: Time,
}

impl Rotation {
    /// A rotation of `credential` that has done nothing yet.
    pub const fn begin(credential: Credential, now: Time) -> Self {
        Self { credential, stage: Stage::Review, started_at: now, moved_at: now }
    }

    /// This rotation at `stage`.
    #[must_use]
    pub fn at(&self, stage: Stage, now: Time) -> Self {
        Self { stage, moved_at: now, ..self.clone() }
    }

    /// The stages it goes through, in order: [`plan`], or the way round it is on.
    pub const fn plan(&self) -> &'static [Stage] {
        match (self.credential, self.stage) {
            (Credential::Bearer, Stage::Console | Stage::Paste) => BEARER_BY_HAND,
            (credential, _) => plan(credential),
        }
    }

    /// The stage after the present one; `None` when that was the last.
    pub fn next(&self) -> Option<Stage> {
        let plan = self.plan();
        let at = plan.iter().position(|stage| *stage == self.stage)?;
        plan.get(at + 1).copied()
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
    fn every_plan_verifies_before_it_promotes_and_reviews_first() {
        for row in CREDENTIALS {
            let plan = plan(row.credential);
            if plan.is_empty() {
                continue;
            }
            assert_eq!(plan.first(), Some(&Stage::Review), "{}", row.word);
            assert_eq!(plan[plan.len() - 2..], [Stage::Verify, Stage::Promote], "{}", row.word);
        }
    }

    #[test]
    fn a_rotation_walks_its_plan_and_ends() {
        let mut rotation = Rotation::begin(Credential::Bearer, Time::from_unix(0));
        let mut seen = vec![rotation.stage];
        while let Some(stage) = rotation.next() {
            rotation = rotation.at(stage, Time::from_unix(1));
            seen.push(stage);
        }
        assert_eq!(seen, plan(Credential::Bearer));
    }

    #[test]
    fn the_way_round_leads_back_to_the_plan() {
        let mut rotation = Rotation::begin(Credential::Bearer, Time::from_unix(0));
        rotation = rotation.at(Stage::Console, Time::from_unix(1));
        let mut seen = vec![rotation.stage];
        while let Some(stage) = rotation.next() {
            rotation = rotation.at(stage, Time::from_unix(2));
            seen.push(stage);
        }
        assert_eq!(seen, [Stage::Console, Stage::Paste, Stage::Verify, Stage::Promote]);
    }
}
