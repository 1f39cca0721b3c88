//! An X that answers as a test says, and as the simulator does to everything else.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use birdkeep::domain::secret::Secret;
use birdkeep::ops::World;
use birdkeep::sim::Sim;
use birdkeep::sim::asked::Asked;
use birdkeep::sim::transport::{InBox, Latency, RealTime};
use birdkeep::x::wire::{Request, Response, SendError, Sending, Transport};

use crate::support::{self, NOW, now};

pub(crate) const ME: &str = "/2/users/me";

/// What comes of a request.
pub(crate) enum Act {
    /// What the simulator says.
    Honest,
    Say(u16, Vec<(&'static str, String)>),
    Fail(SendError),
    /// Nothing, ever.
    Hang,
    /// A mistake in the program.
    Mistake,
}

type Script = dyn Fn(&Asked, usize) -> Act + Send + Sync;

/// Asks the script what comes of the `n`th request to a path, after the latency.
pub(crate) struct Scripted {
    sim: InBox,
    script: Box<Script>,
    latency: Duration,
    counts: Mutex<BTreeMap<String, usize>>,
    under_way: AtomicUsize,
    most: AtomicUsize,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

/// The script's end of a world.
#[derive(Clone, Debug)]
pub(crate) struct Heard(Arc<Scripted>);

/// A world at the other end of a script.
pub(crate) fn scripted(
    sim: &Arc<Sim>,
    latency: Duration,
    script: impl Fn(&Asked, usize) -> Act + Send + Sync + 'static,
) -> (World, Heard) {
    let scripted = Arc::new(Scripted {
        sim: InBox::new(sim.clone(), Latency::None, Arc::new(RealTime), now()),
        script: Box::new(script),
        latency,
        counts: Mutex::default(),
        under_way: AtomicUsize::default(),
        most: AtomicUsize::default(),
    });
    let heard = Heard(scripted);
    (support::world(heard.clone(), "https://api.x.com"), heard)
}

impl Heard {
    /// How many requests to this path there were.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.0.counts.lock().expect("no panic").get(path).copied().unwrap_or_default()
    }

    /// How many were under way at once, at most.
    pub(crate) fn most(&self) -> usize {
        self.0.most.load(Ordering::SeqCst)
    }
}

/// Counts down also where the request is dropped.
struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Heard {
    fn send(&self, request: Request) -> Sending<'_> {
        let here = &self.0;
        Box::pin(async move {
            let asked = Asked::of(&request).expect("an address");
            let nth = {
                let mut counts = here.counts.lock().expect("no panic");
                let count = counts.entry(asked.path.clone()).or_default();
                *count += 1;
                *count - 1
            };
            here.most.fetch_max(here.under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let _under_way = UnderWay(&here.under_way);
            tokio::time::sleep(here.latency).await;
            match (here.script)(&asked, nth) {
                Act::Honest => here.sim.send(request).await,
                Act::Say(status, headers) => Ok(Response {
                    status,
                    headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                    body: Secret::new(""),
                    received_at: NOW,
                }),
                Act::Fail(error) => Err(error),
                Act::Hang => std::future::pending().await,
                Act::Mistake => unreachable!("a made-up mistake"),
            }
        })
    }
}

/// The number of the bot that asks, in a large roster.
pub(crate) fn bot(asked: &Asked) -> usize {
    let header = asked.authorization.as_deref().unwrap_or_default();
    let account = header.split_once("oauth_token=\"").and_then(|(_, rest)| rest.split_once('-'));
    let (account, _) = account.expect("a signed question about an account");
    let number: usize = account.parse().expect("an account's id is a number");
    number % 1_000_000 - 1
}
