//! How the stages of a rotation stand.

use crate::domain::rotation::{Actor, Rotation, Stage};
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

/// The stages of a rotation and how they stand.
pub(super) fn steps(rotation: &Rotation, doing: Doing) -> Vec<Step> {
    let stages = rotation.plan();
    let at = stages.iter().position(|stage| *stage == rotation.stage).unwrap_or(0);
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
pub(super) fn done(rotation: &Rotation) -> Vec<Step> {
    let steps = steps(rotation, Doing::Waiting);
    steps.into_iter().map(|step| Step { mark: Mark::Done, ..step }).collect()
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
    use crate::domain::fields::Credential;
    use crate::domain::rotation::Way;
    use crate::domain::time::Time;

    fn at(credential: Credential, way: Way, stage: Stage) -> Rotation {
        Rotation::begin(credential, Time::from_unix(0)).by(way).at(stage, Time::from_unix(1))
    }

    fn marks(rotation: &Rotation, doing: Doing) -> String {
        let mark = |step: &Step| match step.mark {
            Mark::Done => '+',
            Mark::Running => '~',
            Mark::Waiting => '>',
            Mark::Failed => 'x',
            Mark::Later => '.',
        };
        steps(rotation, doing).iter().map(mark).collect()
    }

    #[test]
    fn stages_before_the_present_one_are_done() {
        use Credential::{Access, Api, Bearer};
        for (credential, way, stage, doing, wanted) in [
            (Bearer, Way::Request, Stage::Review, Doing::Waiting, ">...."),
            (Bearer, Way::Request, Stage::Invalidate, Doing::Running, "+~..."),
            (Bearer, Way::Request, Stage::Fetch, Doing::Failed, "++x.."),
            (Bearer, Way::Request, Stage::Promote, Doing::Running, "++++~"),
            (Bearer, Way::Console, Stage::Paste, Doing::Waiting, "++>.."),
            (Access, Way::Console, Stage::Console, Doing::Waiting, "+>..."),
            (Access, Way::Login, Stage::Login, Doing::Waiting, "+>.."),
            (Access, Way::Renew, Stage::Login, Doing::Waiting, "++>.."),
            (Api, Way::Console, Stage::Logins, Doing::Waiting, "++++++>"),
        ] {
            assert_eq!(marks(&at(credential, way, stage), doing), wanted, "{credential:?} {stage:?}");
        }
        let over = at(Access, Way::Login, Stage::Promote);
        assert!(done(&over).iter().all(|step| step.mark == Mark::Done));
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
            (Some(Stage::Promote), Stage::Bearer, true),
            (Some(Stage::Bearer), Stage::Logins, false),
            (Some(Stage::Login), Stage::Verify, true),
            (Some(Stage::Invalidate), Stage::Login, false),
            (Some(Stage::Login), Stage::Review, false),
        ] {
            assert_eq!(goes_on(before, next), wanted, "{before:?} {next:?}");
        }
    }
}
