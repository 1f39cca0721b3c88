//! The simulator in process: a transport that never touches the network.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::asked::Asked;
use super::faults::What;
use super::world::Sim;
use crate::domain::secret::Secret;
use crate::x::wire::{Now, Request, Response, SendError, Sending, Transport, Unseen, Witness};

/// The longest answer that is passed on, as over HTTP.
const LONGEST: usize = 1 << 20;
/// How long silence lasts until it counts as none.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long an answer takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// No time at all.
    None,
    /// Always the same.
    Fixed(Duration),
    /// 200 to 800 ms, always the same for the same question.
    Lifelike,
}

impl Latency {
    /// The latency of one request.
    pub fn of(self, asked: &Asked) -> Duration {
        match self {
            Self::None => Duration::ZERO,
            Self::Fixed(time) => time,
            Self::Lifelike => {
                // FNV-1a over what makes the question, without nonce and signature, which change.
                let caller = asked.authorization.as_deref().unwrap_or_default();
                let who = match caller.strip_prefix("OAuth ") {
                    Some(signed) => signed
                        .split(',')
                        .find(|part| part.trim_start().starts_with("oauth_token="))
                        .unwrap_or_default(),
                    None => caller,
                };
                let hash =
                    asked.path.bytes().chain(who.trim().bytes()).fold(0xcbf2_9ce4_8422_2325, |h, b| {
                        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3_u64)
                    });
                Duration::from_millis(200 + (hash >> 16) % 601)
            }
        }
    }
}

/// Lets time pass, or only pretends to.
pub trait Sleeper: Send + Sync + fmt::Debug {
    /// Comes back after `time`.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Lets time pass, by tokio's clock.
#[derive(Clone, Copy, Debug)]
pub struct RealTime;

impl Sleeper for RealTime {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Never waits: for tests.
#[derive(Clone, Copy, Debug)]
pub struct NoTime;

impl Sleeper for NoTime {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {})
    }
}

/// Carries requests to a simulated X in the same process.
#[derive(Clone)]
pub struct InBox {
    sim: Arc<Sim>,
    latency: Latency,
    sleeper: Arc<dyn Sleeper>,
    now: Now,
}

impl fmt::Debug for InBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InBox").field("latency", &self.latency).finish_non_exhaustive()
    }
}

impl InBox {
    /// A way to `sim`; `now` is this side's clock, the one answers are received by.
    pub fn new(sim: Arc<Sim>, latency: Latency, sleeper: Arc<dyn Sleeper>, now: Now) -> Self {
        Self { sim, latency, sleeper, now }
    }

    async fn carry(&self, request: Request, witness: &mut dyn Witness) -> Result<Response, SendError> {
        let asked = Asked::of(&request).ok_or(SendError::Forbidden)?;
        drop(request);
        self.sleeper.sleep(self.latency.of(&asked)).await;
        let outcome = self.sim.answer(&asked);
        self.sleeper.sleep(outcome.after).await;
        match outcome.what {
            What::Answer(answer) if answer.body.len() > LONGEST => Err(SendError::TooLong),
            What::Answer(answer) => {
                witness.piece(answer.status, answer.body.as_bytes());
                Ok(Response {
                    status: answer.status,
                    headers: answer.headers,
                    body: Secret::new(answer.body),
                    received_at: (self.now)(),
                })
            }
            What::Unreachable => Err(SendError::NotConnected),
            What::Reset => Err(SendError::Broken),
            What::Cut(answer, after) => {
                let arrived = answer.body.as_bytes();
                witness.piece(answer.status, arrived.get(..after).unwrap_or(arrived));
                Err(SendError::Broken)
            }
            What::Silence => {
                self.sleeper.sleep(PATIENCE).await;
                Err(SendError::Timeout)
            }
        }
    }
}

impl Transport for InBox {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move { self.carry(request, &mut Unseen).await })
    }

    fn send_witnessed<'a>(&'a self, request: Request, witness: &'a mut dyn Witness) -> Sending<'a> {
        Box::pin(self.carry(request, witness))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str, authorization: &str) -> Asked {
        Asked::parts("GET", "https", "api.x.com", path, Vec::new(), Some(authorization.to_owned()))
    }

    #[test]
    fn lifelike_latency_depends_on_the_question_and_not_on_its_nonce() {
        let of = |path: &str, header: &str| Latency::Lifelike.of(&asked(path, header));
        let one = of("/2/users/me", "OAuth oauth_nonce=\"1\",oauth_token=\"7-a\",oauth_signature=\"x\"");
        let again = of("/2/users/me", "OAuth oauth_nonce=\"2\",oauth_token=\"7-a\",oauth_signature=\"y\"");
        assert_eq!(one, again);
        let all: Vec<_> =
            (0..50).map(|i| of("/2/users/me", &format!("OAuth oauth_token=\"{i}-a\"")).as_millis()).collect();
        assert!(all.iter().all(|ms| (200..=800).contains(ms)), "{all:?}");
        assert!(all.iter().max() > all.iter().min());
    }
}
