//! The way to X and back, with its weather; every refresh token that goes out is noted.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use birdkeep::domain::secret::Secret;
use birdkeep::domain::time::Time;
use birdkeep::host::Clock as _;
use birdkeep::host::quiet::QuietClock;
use birdkeep::sim::Sim;
use birdkeep::sim::asked::Asked;
use birdkeep::sim::faults::What;
use birdkeep::vault::{Keyring, Place};
use birdkeep::x::wire::{Request, Response, SendError, Sending, Transport, Unseen, Witness};

use crate::Dice;
use crate::disk::Disk;
use crate::faults::Faults;

/// How X says that it does not know the client.
const STRANGER: &str =
    r#"{"error":"unauthorized_client","error_description":"Missing valid authorization header"}"#;

/// What happens on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Fair,
    /// The answer comes in so many pieces.
    Pieces(usize),
    Unreachable,
    /// The connection breaks, and X has not heard of it.
    LostThere,
    /// The connection breaks, and X has done it.
    LostBack,
    /// It breaks after so many thousandths of the answer.
    Cut(usize),
    /// X is over capacity, and has not done it.
    Down,
    /// X is over capacity, and has done it all the same.
    DownLate,
    /// X does not know the client.
    Stranger,
}

impl Weather {
    pub(crate) fn of(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..50 => Self::Fair,
            50..62 => Self::Pieces(2 + dice.below(6)),
            62..66 => Self::Unreachable,
            66..73 => Self::LostThere,
            73..81 => Self::LostBack,
            81..91 => Self::Cut(dice.below(1_001)),
            91..94 => Self::Down,
            94..97 => Self::DownLate,
            _ => Self::Stranger,
        }
    }
}

/// A refresh token that went out.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) token: String,
    pub(crate) at: Time,
    pub(crate) x: Did,
    pub(crate) arrived: Arrived,
    /// The vault on disk held another one.
    pub(crate) stale: bool,
}

/// What X did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Nothing: it has not heard of it, or could not.
    Nothing,
    /// It refused the client before it looked at the token.
    Untouched,
    /// It replaced the token.
    Replaced,
    /// It had replaced the token before.
    KnewItSpent,
}

/// How much of an answer that tells something has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrived {
    NotAll,
    /// All of it.
    All,
    /// And whoever was shown it came back, so that it is in the journal, or cannot be.
    Witnessed,
}

/// The way of one process.
pub(crate) struct Way {
    pub(crate) sim: Arc<Sim>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) weather: Weather,
    pub(crate) clock: Arc<QuietClock>,
    pub(crate) disk: Disk,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) log: Arc<Mutex<Vec<Sent>>>,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Way")
    }
}

impl Way {
    fn log(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Sent)) {
        if let Some(last) = self.log().last_mut() {
            change(last);
        }
    }

    fn carry(&self, request: &Request, witness: &mut dyn Witness) -> Result<Response, SendError> {
        let asked = Asked::of(request).expect("an address");
        let Some(token) = asked.field("refresh_token").map(ToOwned::to_owned) else {
            return self.honest(&asked).ok_or(SendError::Broken);
        };
        self.faults.passes();
        if self.weather == Weather::Unreachable {
            return Err(SendError::NotConnected);
        }
        let secret = Secret::new(token.as_str());
        let spent_before = self.sim.is_spent(&secret);
        let stale = value_on_disk(&self.disk, &self.keyring, "oauth2_refresh_token").as_ref() != Some(&token);
        let x = if spent_before { Did::KnewItSpent } else { Did::Nothing };
        self.log().push(Sent { token, at: self.clock.now(), x, arrived: Arrived::NotAll, stale });
        match self.weather {
            Weather::LostThere => return Err(SendError::Broken),
            Weather::Down => return self.deliver(self.answer(503, "over capacity"), witness),
            Weather::Stranger => {
                self.note(|sent| sent.x = Did::Untouched);
                return self.deliver(self.answer(401, STRANGER), witness);
            }
            _ => {}
        }
        let response = self.honest(&asked);
        if !spent_before && self.sim.is_spent(&secret) {
            self.note(|sent| sent.x = Did::Replaced);
        }
        self.faults.passes();
        let Some(response) = response else { return Err(SendError::Broken) };
        match self.weather {
            Weather::LostBack => Err(SendError::Broken),
            Weather::DownLate => self.deliver(self.answer(503, "over capacity"), witness),
            _ => self.deliver(response, witness),
        }
    }

    fn answer(&self, status: u16, body: &str) -> Response {
        Response { status, headers: Vec::new(), body: Secret::new(body), received_at: self.clock.now() }
    }

    fn honest(&self, asked: &Asked) -> Option<Response> {
        match self.sim.answer(asked).what {
            What::Answer(answer) => Some(Response {
                status: answer.status,
                headers: answer.headers,
                body: Secret::new(answer.body),
                received_at: self.clock.now(),
            }),
            _ => None,
        }
    }

    fn deliver(&self, response: Response, witness: &mut dyn Witness) -> Result<Response, SendError> {
        let body = response.body.clone();
        let bytes = body.expose().as_bytes();
        let (arrives, pieces) = match self.weather {
            Weather::Cut(part) => (bytes.len() * part / 1_000, 1),
            Weather::Pieces(pieces) => (bytes.len(), pieces),
            _ => (bytes.len(), 1),
        };
        let whole = arrives == bytes.len();
        let size = arrives.div_ceil(pieces).max(1);
        let last = bytes[..arrives].chunks(size).count();
        for (number, piece) in bytes[..arrives].chunks(size).enumerate() {
            // What X says when it is over capacity tells nothing.
            let all = whole && number + 1 == last && response.status != 503;
            let note = |arrived| self.note(|sent| sent.arrived = if all { arrived } else { sent.arrived });
            note(Arrived::All);
            witness.piece(response.status, piece);
            note(Arrived::Witnessed);
            self.faults.passes();
        }
        if whole && !matches!(self.weather, Weather::Cut(_)) { Ok(response) } else { Err(SendError::Broken) }
    }
}

impl Transport for Way {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move { self.carry(&request, &mut Unseen) })
    }

    fn send_witnessed<'a>(&'a self, request: Request, witness: &'a mut dyn Witness) -> Sending<'a> {
        Box::pin(async move { self.carry(&request, witness) })
    }
}

/// A value of the one bot as the vault on disk holds it.
pub(crate) fn value_on_disk(disk: &Disk, keyring: &Keyring, field: &str) -> Option<String> {
    let file = disk.files().places.get(&Place::Vault).cloned()?;
    let plain = keyring.open(&file).ok()?;
    let text = std::str::from_utf8(&plain).ok()?;
    let rest = text.split_once(&format!("\"{field}\":{{\"value\":\""))?.1;
    rest.split('"').next().map(ToOwned::to_owned)
}
