//! Puts one question: held back or sent, in its turn, and put again where X stumbled.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::hub::Hub;
use super::windows::Place;
use super::{Cancel, Report};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::time::Time;
use crate::failure::{Failure, Kind};
use crate::x::checks::{Answers, Asking, CheckRow, Values};
use crate::x::sign::Stamp;
use crate::x::wire::{Request, Response, SendError};

/// A question of [`crate::x::checks::CHECKS`], and who puts it.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) row: &'static CheckRow,
    pub(super) values: &'a Values,
    /// A fingerprint of the values.
    pub(super) who: Fingerprint,
    pub(super) place: Place,
}

/// Puts the questions of one check.
#[derive(Debug)]
pub(super) struct Asker {
    hub: Arc<Hub>,
    cancel: Cancel,
    sent: AtomicUsize,
    retries: AtomicUsize,
    trouble: Mutex<Option<Failure>>,
}

impl Asker {
    pub(super) fn new(hub: Arc<Hub>, cancel: Cancel) -> Self {
        let (sent, retries) = (AtomicUsize::default(), AtomicUsize::default());
        Self { hub, cancel, sent, retries, trouble: Mutex::default() }
    }

    /// Puts a question until the answer is clear: where it can mean "asked too often", once more after a pause.
    pub(super) async fn ask_until_clear(&self, question: &Question<'_>, answers: &Mutex<Answers>) {
        let mut tries = 0;
        loop {
            let Some(answer) = self.ask(question, &mut tries, &|| {}).await else { return };
            let doubtful = {
                let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                (question.row.hear)(&mut answers, answer);
                (question.row.doubtful)(&answers)
            };
            if !doubtful {
                return;
            }
            tokio::time::sleep(self.hub.pace.again).await;
        }
    }

    /// Puts a question, and again where X stumbled; `None` where a value it takes is not stored. `started` is called
    /// whenever a request goes out or is held back; `tries` counts what went out.
    pub(super) async fn ask(
        &self,
        question: &Question<'_>,
        tries: &mut u32,
        started: &(dyn Fn() + Sync),
    ) -> Option<Result<Response, SendError>> {
        let Hub { world, health, pace, .. } = self.hub.as_ref();
        // Whether it can be asked at all is known before a turn is waited for.
        let stamp = Stamp::new([0; 16], Time::from_const(1));
        let _asked = (question.row.ask)(question.values, &Asking { base: &world.x_base, stamp: &stamp })?;
        loop {
            let answer = self.once(question, *tries, started).await;
            *tries += 1;
            health.heard(&answer, *tries);
            let mut dice = [0; 2];
            // Without randomness nothing is signed either: that is said where it matters.
            let _ = world.entropy.fill(&mut dice);
            let Some(pause) = health.pause(&answer, *tries, pace, u16::from_ne_bytes(dice)) else {
                return Some(answer);
            };
            tokio::time::sleep(pause).await;
            if health.is_hopeless() {
                return Some(answer);
            }
        }
    }

    async fn once(
        &self,
        question: &Question<'_>,
        tries: u32,
        started: &(dyn Fn() + Sync),
    ) -> Result<Response, SendError> {
        let Hub { world, windows, line, .. } = self.hub.as_ref();
        let now = || world.clock.now();
        let (place, who) = (question.place, question.who);
        let held = |hold| {
            started();
            SendError::HeldBack(hold)
        };
        let (turn, pass) = loop {
            let insist = windows.ready(place, who, now).await.map_err(held)?;
            let turn = line.turn().await;
            // Much may have been heard while others were served.
            if let Some(pass) = windows.pass(place, who, now(), insist).map_err(held)? {
                break (turn, pass);
            }
        };
        started();
        // Built now, so that its signature is fresh.
        let request = self.request(question)?;
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.retries.fetch_add(usize::from(tries > 0), Ordering::Relaxed);
        let answer = turn.send(world.transport.as_ref(), request).await;
        pass.heard(&answer, now());
        answer
    }

    fn request(&self, question: &Question<'_>) -> Result<Request, SendError> {
        let stamp = self.stamp()?;
        let asking = Asking { base: &self.hub.world.x_base, stamp: &stamp };
        (question.row.ask)(question.values, &asking).ok_or(SendError::Forbidden)?.map_err(Into::into)
    }

    fn stamp(&self) -> Result<Stamp, SendError> {
        let mut random = [0; 16];
        if let Err(error) = self.hub.world.entropy.fill(&mut random) {
            let failure = Failure::new(
                Kind::Network,
                "nothing can be asked of X",
                format!("{error}, and a signature takes some"),
                "look at this machine: it has no working source of randomness",
            );
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
            self.cancel.cancel();
            return Err(SendError::NotConnected);
        }
        Ok(Stamp::new(random, self.hub.world.clock.now()))
    }

    /// Puts into `report` what was sent, and what kept anything from being sent.
    pub(super) fn account(&self, report: &mut Report) {
        report.requests = self.sent.load(Ordering::Relaxed);
        report.retries = self.retries.load(Ordering::Relaxed);
        report.trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
