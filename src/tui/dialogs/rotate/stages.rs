//! How the stages of a rotation stand.

use crate::domain::fields::Credential;
use crate::domain::rotation::{Actor, Rotation, Stage, plan};
use crate::tui::widgets::stepper::{Mark, Step};

/// What is being done at the present stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Nothing: it waits for somebody.
    Waiting,
    /// It is under way.
    Running,
    /// It did not work out.
    Failed,
}

/// The stages of a rotation of `credential` and how they stand. `None`: it has not begun.
pub(super) fn steps(credential: Credential, rotation: Option<&Rotation>, doing: Doing) -> Vec<Step> {
    let stages = route(credential, rotation);
    let at = rotation.map_or(0, |rotation| stages.iter().position(|s| *s == rotation.stage).unwrap_or(0));
    let step = |(number, stage): (usize, &Stage)| {
        let row = stage.row();
        let mark = match (number.cmp(&at), doing) {
            (std::cmp::Ordering::Less, _) => Mark::Done,
            (std::cmp::Ordering::Greater, _) => Mark::Later,
            (std::cmp::Ordering::Equal, Doing::Waiting) => Mark::Waiting,
            (std::cmp::Ordering::Equal, Doing::Running) => Mark::Running,
            (std::cmp::Ordering::Equal, Doing::Failed) => Mark::Failed,
        };
        let who = if row.actor == Actor::Person { "you" } else { "birdkeep" };
        Step { mark, title: row.title, who }
    };
    stages.iter().enumerate().map(step).collect()
}

/// The same when all of them are done.
pub(super) fn done(credential: Credential) -> Vec<Step> {
    let steps = steps(credential, None, Doing::Waiting);
    steps.into_iter().map(|step| Step { mark: Mark::Done, ..step }).collect()
}

/// The stages it goes through: the plan, or the way round where X kills nothing by API.
fn route(credential: Credential, rotation: Option<&Rotation>) -> &'static [Stage] {
    rotation.map_or(plan(credential), Rotation::plan)
}

/// Whether `next` is done by birdkeep at once, since the rotation has moved on from `before` to it. A rotation that
/// fell back waits for a person, or it would go round in circles.
pub(super) fn goes_on(before: Option<Stage>, next: Stage) -> bool {
    // Every way goes through its stages in the order of the table.
    before.is_none_or(|before| next > before) && next.row().actor == Actor::Birdkeep
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;

    fn at(credential: Credential, stage: Stage) -> Rotation {
        Rotation::begin(credential, Time::from_unix(0)).at(stage, Time::from_unix(1))
    }

    fn marks(credential: Credential, stage: Stage, doing: Doing) -> String {
        let mark = |step: &Step| match step.mark {
            Mark::Done => '+',
            Mark::Running => '~',
            Mark::Waiting => '>',
            Mark::Failed => 'x',
            Mark::Later => '.',
        };
        steps(credential, Some(&at(credential, stage)), doing).iter().map(mark).collect()
    }

    #[test]
    fn stages_before_the_present_one_are_done() {
        for (credential, stage, doing, wanted) in [
            (Credential::Bearer, Stage::Review, Doing::Waiting, ">...."),
            (Credential::Bearer, Stage::Invalidate, Doing::Running, "+~..."),
            (Credential::Bearer, Stage::Fetch, Doing::Failed, "++x.."),
            (Credential::Bearer, Stage::Promote, Doing::Running, "++++~"),
            (Credential::Access, Stage::Console, Doing::Waiting, "+>..."),
        ] {
            assert_eq!(marks(credential, stage, doing), wanted, "{credential:?} {stage:?}");
        }
        assert!(done(Credential::Access).iter().all(|step| step.mark == Mark::Done));
    }

    #[test]
    fn only_what_moves_on_goes_on_by_itself() {
        for (before, next, wanted) in [
            (None, Stage::Invalidate, true),
            (Some(Stage::Review), Stage::Fetch, true),
            (Some(Stage::Invalidate), Stage::Fetch, true),
            (Some(Stage::Verify), Stage::Fetch, false),
            (Some(Stage::Fetch), Stage::Fetch, false),
            (Some(Stage::Invalidate), Stage::Console, false),
            (Some(Stage::Console), Stage::Paste, false),
            (Some(Stage::Paste), Stage::Verify, true),
            (Some(Stage::Console), Stage::Verify, true),
            (Some(Stage::Verify), Stage::Paste, false),
        ] {
            assert_eq!(goes_on(before, next), wanted, "{before:?} {next:?}");
        }
    }
}
