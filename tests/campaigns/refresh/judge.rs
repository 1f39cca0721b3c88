//! What may come of a case, and what must not.

use birdkeep::domain::custody::{self, Standing};
use birdkeep::domain::time::Time;

use crate::case::{EXPIRES, End, Ground, Played, Ran};
use crate::wire::{Arrived, Did, Sent, value_on_disk};

/// A case in which nothing is wrong.
pub(crate) struct Judged {
    pub(crate) end: End,
    /// X has replaced a token for a request that a fault could have hit.
    pub(crate) committed: bool,
    /// And that cost the login.
    pub(crate) lost: bool,
    /// Although all of the answer had arrived.
    pub(crate) heard: bool,
}

/// Judges a case.
///
/// # Errors
/// What is wrong, in one sentence.
pub(crate) fn judge(ground: &Ground, played: &Played) -> Result<Judged, String> {
    if let Some(ran) = played.runs.iter().find(|ran| matches!(ran, Ran::Panicked)) {
        return Err(format!("a process panicked: {ran:?}"));
    }
    for ran in &played.runs {
        match ran {
            Ran::Token { saved: false, .. } => return Err("a token was used that is not in the vault".into()),
            Ran::Token { live: false, .. } => {
                return Err("a token was handed out that X does not take".into());
            }
            Ran::Failed(failure) if failure.because.is_empty() || failure.try_this.is_empty() => {
                return Err(format!("a failure without a reason: {failure}"));
            }
            _ => {}
        }
    }
    sent(played)?;
    in_the_clear(ground, played)?;
    let session = played.last.as_ref().ok_or("the vault does not open any more")?;
    let profile = session.document().profile(ground.id).ok_or("the bot is gone")?;
    let standing = custody::of(profile, &session.document().fingerprints).map(|custody| custody.standing);
    let end = match (played.runs.last(), &standing) {
        (Some(Ran::Token { .. }), Some(Standing::Good)) => End::Token,
        (Some(Ran::Failed(_)), Some(Standing::Reauth | Standing::VerifyFirst)) => End::Reauth,
        other => return Err(format!("an end nobody can make sense of: {other:?}")),
    };
    outcome(played, end)
}

/// What went out.
fn sent(played: &Played) -> Result<(), String> {
    for (number, sent) in played.log.iter().enumerate() {
        if sent.stale {
            return Err(format!("request {number} presented a token that was not the vault's"));
        }
        let before: Vec<&Sent> =
            played.log[..number].iter().filter(|other| other.token == sent.token).collect();
        let touched = |other: &&&Sent| other.answer_was_open();
        match before.iter().filter(touched).count() {
            0 => {}
            1 if sent.at >= expiry_before(sent, before[0]) => {}
            1 => return Err(format!("request {number} was a replay while the access token lived")),
            _ => return Err(format!("request {number} presented a token for the third time")),
        }
    }
    let killed = played.sim.families_killed();
    let replayed = played.log.iter().filter(|sent| sent.x == Did::KnewItSpent).count();
    if killed > replayed.min(1) {
        return Err(format!("{killed} families killed by {replayed} replays"));
    }
    // A replay of a token that X has replaced: only where its answer was lost for good.
    for sent in played.log.iter().filter(|sent| sent.x == Did::KnewItSpent) {
        let first = played.log.iter().find(|other| other.token == sent.token && other.x == Did::Replaced);
        if first.is_none_or(|first| first.arrived == Arrived::Witnessed && !played.broken) {
            return Err("a spent token was presented although its answer had been written down".into());
        }
    }
    Ok(())
}

/// When the access token that went with a refresh token expires, at the earliest.
fn expiry_before(sent: &Sent, first: &Sent) -> Time {
    let began = Time::from_unix(1_795_000_000);
    // The roster's expires at a known time; any later one lives two hours from before the first presentation.
    if first.at.since(began) <= EXPIRES + 500 { began.shifted(EXPIRES) } else { sent.at }
}

/// No token stands anywhere in the clear.
fn in_the_clear(ground: &Ground, played: &Played) -> Result<(), String> {
    let now = |field| value_on_disk(&played.disk, &ground.keyring, field);
    let tokens = [Some(ground.access.clone()), Some(ground.refresh.clone()), now("oauth2_access_token")];
    let tokens: Vec<String> = tokens.into_iter().flatten().chain(now("oauth2_refresh_token")).collect();
    for file in played.disk.files().all() {
        for token in &tokens {
            if file.windows(token.len()).any(|window| window == token.as_bytes()) {
                return Err("a token stands on the disk in the clear".into());
            }
        }
    }
    Ok(())
}

fn outcome(played: &Played, end: End) -> Result<Judged, String> {
    let committed: Vec<&Sent> = played.log.iter().filter(|sent| sent.x == Did::Replaced).collect();
    let lost = end == End::Reauth && !committed.is_empty();
    let armed = played.disk.files().armed;
    if end == End::Reauth && !played.broken {
        match played.rolled_back {
            // What the vault was rolled back from is not there any more; what lay in a journal is.
            None if committed.last().is_some_and(|last| last.arrived == Arrived::Witnessed) => {
                return Err("an answer that was written down is lost".into());
            }
            None if committed.is_empty() && armed < 2 => {
                return Err("a login is asked for although X has replaced nothing".into());
            }
            _ => {}
        }
    }
    let heard = committed.last().is_some_and(|last| last.arrived != Arrived::NotAll);
    Ok(Judged { end, committed: !committed.is_empty(), lost, heard: heard && played.rolled_back.is_none() })
}

impl Sent {
    /// Whether nobody could know afterwards what X had done.
    fn answer_was_open(&self) -> bool {
        self.arrived != Arrived::Witnessed && self.x != Did::Untouched
    }
}
