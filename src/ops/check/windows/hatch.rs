//! One endpoint, asked through one app: may the next request go?

use std::collections::BTreeMap;

use crate::domain::fingerprint::Fingerprint;
use crate::domain::time::Time;
use crate::x::hold::{Hold, Why};
use crate::x::limit::{Limits, Whose};
use crate::x::wire::{Response, SendError};

/// So many times in a row X may say "too often" without naming a window; then it is left alone.
pub(super) const ENOUGH: u32 = 3;

/// What is known. At first nothing: then no more are under way at once than X may refuse.
#[derive(Debug, Default)]
pub(super) struct Hatch {
    under_way: u64,
    /// Something else than such a refusal has come of a request, and none since.
    open: bool,
    in_a_row: u32,
    /// The latest moment that such a refusal named all the same.
    named: Option<Time>,
    /// The windows that the whole app uses up: what is left, and until when.
    shared: BTreeMap<&'static str, (u64, Time)>,
    /// Who has used up a window of their own.
    own: BTreeMap<Fingerprint, Hold>,
}

/// What the hatch says to the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Go,
    /// The answer to another request decides.
    Wait,
    Shut(Hold),
}

impl Hatch {
    /// Somebody asks by hand. If nobody else does, the first answers are waited for again.
    pub(super) fn begin(&mut self, now: Time) {
        if self.in_a_row >= ENOUGH || self.under_way == 0 {
            self.open = false;
            self.in_a_row = 0;
            self.named = None;
        }
        self.shared.retain(|_, (_, until)| *until > now);
        self.own.retain(|_, hold| lasts(hold, now));
    }

    pub(super) fn recall(&mut self, who: Fingerprint, hold: Hold) {
        self.own.insert(who, hold);
    }

    pub(super) fn look(&self, who: Fingerprint, now: Time) -> Look {
        let own = self.own.get(&who).filter(|hold| lasts(hold, now));
        if let Some(hold) = own.copied().or_else(|| self.used_up(now)).or_else(|| self.given_up(now)) {
            return Look::Shut(hold);
        }
        let unproven = !self.open && self.under_way >= u64::from(ENOUGH - self.in_a_row);
        // Of those under way X may have counted some already: near the end it goes one by one.
        let short = self.left(now).any(|(_, (left, _))| self.under_way >= left);
        if unproven || short { Look::Wait } else { Look::Go }
    }

    pub(super) const fn go(&mut self) {
        self.under_way += 1;
    }

    pub(super) const fn leave(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    pub(super) fn hear(&mut self, who: Fingerprint, answer: &Result<Response, SendError>, now: Time) {
        // Silence and X's own trouble say nothing about how often; they hold nobody up either.
        let Ok(response) = answer else {
            self.open |= self.in_a_row == 0;
            return;
        };
        let limits = Limits::read(response);
        for window in limits.windows.iter().filter(|window| window.whose == Whose::App) {
            if let (Some(left), Some(until)) = (window.remaining, window.believable(now)) {
                // Answers overtake each other: of one window the lowest number counts.
                let known = self.shared.get(window.name).filter(|(_, same)| *same == until);
                let left = known.map_or(left, |(known, _)| left.min(*known));
                self.shared.insert(window.name, (left, until));
            }
        }
        let own = limits.shut(now).filter(|(window, _)| window.whose == Whose::Asker);
        let own = own.max_by_key(|(_, until)| *until);
        if let Some((window, until)) = own {
            self.own.insert(who, Hold { why: Why::UsedUp(window.name), until: Some(until) });
        }
        if response.status == 429 && limits.shut(now).next().is_none() {
            self.open = false;
            self.in_a_row = self.in_a_row.saturating_add(1);
            self.named = self.named.max(limits.again_at(now));
        } else if response.status >= 500 {
            self.open |= self.in_a_row == 0;
        } else {
            self.open = true;
            self.in_a_row = 0;
            self.named = None;
        }
    }

    fn left(&self, now: Time) -> impl Iterator<Item = (&'static str, (u64, Time))> {
        self.shared.iter().map(|(name, left)| (*name, *left)).filter(move |(_, (_, until))| *until > now)
    }

    fn used_up(&self, now: Time) -> Option<Hold> {
        let empty = self.left(now).filter(|(_, (left, _))| *left == 0);
        let (name, (_, until)) = empty.max_by_key(|(_, (_, until))| *until)?;
        Some(Hold { why: Why::UsedUp(name), until: Some(until) })
    }

    fn given_up(&self, now: Time) -> Option<Hold> {
        let until = self.named.filter(|at| *at > now);
        (self.in_a_row >= ENOUGH).then_some(Hold { why: Why::AgainAndAgain(self.in_a_row), until })
    }
}

fn lasts(hold: &Hold, now: Time) -> bool {
    hold.until.is_some_and(|until| until > now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::secret::Secret;

    const NOW: Time = Time::from_const(1_795_000_000);
    const LATER: &str = "1795000900";

    fn who(name: &str) -> Fingerprint {
        FingerprintKey::new([1; 32]).of(&Secret::new(name))
    }

    fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
        Response {
            status,
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: Secret::new(""),
            received_at: NOW,
        }
    }

    /// A hatch that heard these answers, each to another asker: `a`, `b`, …
    fn after(answers: &[Response]) -> Hatch {
        let mut hatch = Hatch::default();
        for (response, name) in answers.iter().zip('a'..) {
            hatch.go();
            hatch.hear(who(&name.to_string()), &Ok(response.clone()), NOW);
            hatch.leave();
        }
        hatch
    }

    fn shut(why: Why, until: Option<i64>) -> Look {
        Look::Shut(Hold { why, until: until.map(|seconds| NOW.shifted(seconds)) })
    }

    #[test]
    fn before_the_first_answer_few_are_under_way_and_after_it_all_may_be() {
        let mut hatch = Hatch::default();
        for _ in 0..ENOUGH {
            assert_eq!(hatch.look(who("x"), NOW), Look::Go);
            hatch.go();
        }
        assert_eq!(hatch.look(who("x"), NOW), Look::Wait);
        hatch.hear(who("a"), &Ok(answer(200, &[])), NOW);
        for _ in 0..500 {
            assert_eq!(hatch.look(who("x"), NOW), Look::Go);
            hatch.go();
        }
    }

    #[test]
    fn what_each_answer_means_for_the_others_and_for_the_one_who_got_it() {
        let own = ("x-rate-limit-remaining", "0");
        let own_reset = ("x-rate-limit-reset", LATER);
        let app = ("x-app-limit-24hour-remaining", "0");
        let app_reset = ("x-app-limit-24hour-reset", LATER);
        let own_shut = shut(Why::UsedUp("the 15-minute window"), Some(900));
        let app_shut = shut(Why::UsedUp("the app's 24 hours"), Some(900));
        for (what, response, others, same) in [
            ("200", answer(200, &[]), Look::Go, Look::Go),
            ("401", answer(401, &[]), Look::Go, Look::Go),
            ("own window, used up", answer(429, &[own, own_reset]), Look::Go, own_shut),
            ("own window, last request", answer(200, &[own, own_reset]), Look::Go, own_shut),
            ("the app's window", answer(429, &[app, app_reset]), app_shut, app_shut),
            ("the app's window, last request", answer(200, &[app, app_reset]), app_shut, app_shut),
            (
                "a window that begins now",
                answer(200, &[app, ("x-app-limit-24hour-reset", "1795000000")]),
                Look::Go,
                Look::Go,
            ),
            (
                "a window of 20 days",
                answer(200, &[app, ("x-app-limit-24hour-reset", "1796728000")]),
                Look::Go,
                Look::Go,
            ),
        ] {
            let hatch = after(&[response]);
            assert_eq!(hatch.look(who("another"), NOW), others, "{what}");
            assert_eq!(hatch.look(who("a"), NOW), same, "{what}");
            assert_eq!(hatch.look(who("a"), NOW.shifted(900)), Look::Go, "{what}, after the reset");
        }
    }

    #[test]
    fn too_often_without_a_window_shuts_after_three_in_a_row_until_somebody_asks_again() {
        let bare = || answer(429, &[]);
        let mut two = after(&[bare(), bare()]);
        assert_eq!(two.look(who("x"), NOW), Look::Go);
        two.go();
        assert_eq!(two.look(who("x"), NOW), Look::Wait, "one more refusal would be enough");
        assert_eq!(after(&[bare(), bare(), answer(200, &[]), bare()]).look(who("x"), NOW), Look::Go);

        let mut three = after(&[bare(), bare(), bare()]);
        assert_eq!(three.look(who("x"), NOW), shut(Why::AgainAndAgain(3), None));
        assert_eq!(three.look(who("x"), NOW.shifted(86_400)), shut(Why::AgainAndAgain(3), None));
        three.begin(NOW);
        assert_eq!(three.look(who("x"), NOW), Look::Go);

        let soon = || answer(429, &[("retry-after", "120")]);
        let said = after(&[bare(), soon(), bare()]);
        assert_eq!(said.look(who("x"), NOW), shut(Why::AgainAndAgain(3), Some(120)));
    }

    #[test]
    fn silence_and_trouble_of_xs_own_say_nothing_about_how_often() {
        let (bare, down) = (|| answer(429, &[]), || answer(503, &[]));
        let between = after(&[bare(), down(), bare(), down(), bare()]);
        assert_eq!(between.look(who("x"), NOW), shut(Why::AgainAndAgain(3), None));
        for first in [Ok(down()), Err(SendError::Broken), Err(SendError::Timeout)] {
            let mut hatch = Hatch::default();
            hatch.hear(who("a"), &first, NOW);
            for _ in 0..100 {
                assert_eq!(hatch.look(who("x"), NOW), Look::Go);
                hatch.go();
            }
        }
    }

    #[test]
    fn asking_again_by_hand_opens_no_window_before_its_time() {
        let app = [("x-app-limit-24hour-remaining", "0"), ("x-app-limit-24hour-reset", LATER)];
        let mut hatch = after(&[answer(429, &app)]);
        hatch.begin(NOW.shifted(899));
        assert!(matches!(hatch.look(who("x"), NOW.shifted(899)), Look::Shut(_)));
        hatch.begin(NOW.shifted(900));
        assert_eq!(hatch.look(who("x"), NOW.shifted(900)), Look::Go);
    }

    #[test]
    fn near_the_end_of_a_shared_window_no_more_are_under_way_than_are_left() {
        let left = [("x-app-limit-24hour-remaining", "2"), ("x-app-limit-24hour-reset", LATER)];
        let mut hatch = after(&[answer(200, &left)]);
        for _ in 0..2 {
            assert_eq!(hatch.look(who("x"), NOW), Look::Go);
            hatch.go();
        }
        assert_eq!(hatch.look(who("x"), NOW), Look::Wait);
    }
}
