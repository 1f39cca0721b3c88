//! What to do about a grant, from what is known about it: use the access token, ask X whose it is, present the
//! refresh token, or say why not. Pure.

use std::time::Duration;

use crate::domain::custody::{self, Custody, Standing};
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::id::HolderId;
use crate::domain::profile::Profile;
use crate::domain::rotation::{Stage, Way};
use crate::domain::time::Time;
use crate::vault::Step;

/// Seconds by which clocks of honest machines differ.
const SKEW: i64 = 600;
/// Seconds after the last save beyond which it is the clock that is to be doubted.
const LONG_AGO: i64 = 366 * 86_400;

/// What an access token is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It has to live for so long yet.
    Within(Duration),
    /// X refuses the one with this fingerprint, whatever its expiry says.
    Rejected(Fingerprint),
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// The access token is good enough.
    Use,
    /// It is all there is: the refresh token must not be touched while it lives.
    Spare,
    /// Ask X whose access token it is, before anything else.
    Verify,
    /// Present the refresh token, which was presented so often before.
    Present(u8),
}

/// Why nothing is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There are no OAuth 2.0 tokens.
    Nothing,
    /// There is an access token without a refresh token; it lives for so many seconds yet, as far as is known.
    NoRefreshToken(Option<i64>),
    /// There is no OAuth 2.0 client to refresh with.
    NoClient,
    /// Another machine holds the grant.
    Elsewhere,
    /// Only a login helps.
    Reauth,
    /// It came out of an older save, and the access token can tell nothing any more.
    Unverified,
    /// A newer birdkeep has said something about it.
    Newer(Box<str>),
    /// This machine's clock cannot be right.
    Clock,
    /// A new login has brought other tokens, or X was asked to kill these: its rotation is not finished.
    Rotating,
}

/// What is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) document: &'a Document,
    pub(super) profile: &'a Profile,
    /// This machine, if it ever held anything.
    pub(super) holder: Option<HolderId>,
    pub(super) now: Time,
    /// When the vault was saved.
    pub(super) saved_at: Time,
    pub(super) need: Need,
    /// Where the refresh token stands on this machine's trail.
    pub(super) step: Step,
}

/// What is left of an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Missing,
    Refused,
    Seconds(i64),
    NobodyKnows,
}

impl Facts<'_> {
    fn access(&self) -> Access {
        let Some(token) = self.profile.held.secret(Field::Oauth2AccessToken) else { return Access::Missing };
        if matches!(self.need, Need::Rejected(print) if self.document.fingerprints.of(token) == print) {
            return Access::Refused;
        }
        custody::expires_at(self.profile)
            .map_or(Access::NobodyKnows, |expires| Access::Seconds(expires.since(self.now)))
    }

    /// How many seconds are wanted.
    fn wanted(&self) -> i64 {
        match self.need {
            Need::Within(time) => i64::try_from(time.as_secs()).unwrap_or(i64::MAX).max(1),
            Need::Rejected(_) => 1,
        }
    }

    /// Whether the refresh token is one that nobody means to use any more.
    fn is_given_up(&self) -> bool {
        let rotation = self.profile.held.rotation(Credential::Oauth2);
        rotation.is_some_and(|rotation| {
            rotation.way == Way::Revoke || matches!(rotation.stage, Stage::Verify | Stage::Promote)
        })
    }

    fn clock_is_doubtful(&self) -> bool {
        let changed = self.profile.held.slots().iter().map(|slot| slot.changed_at);
        let latest = changed.fold(self.saved_at, Time::max);
        !(-SKEW..=LONG_AGO).contains(&self.now.since(latest))
    }
}

/// What to do.
///
/// # Errors
/// Why nothing can be done.
pub(super) fn decide(facts: &Facts<'_>) -> Result<Move, Refusal> {
    let access = facts.access();
    let custody =
        custody::of(facts.profile, &facts.document.fingerprints).map(|custody| known(facts, custody));
    let standing = custody.as_ref().map_or(&Standing::Good, |custody| &custody.standing);
    if matches!(access, Access::Seconds(left) if left >= facts.wanted()) {
        return Ok(if *standing == Standing::VerifyFirst { Move::Verify } else { Move::Use });
    }
    match custody {
        None => Err(match access {
            Access::Missing => Refusal::Nothing,
            Access::Refused | Access::NobodyKnows => Refusal::NoRefreshToken(None),
            Access::Seconds(left) => Refusal::NoRefreshToken(Some(left.max(0))),
        }),
        Some(custody) => refresh(facts, &custody, access),
    }
}

/// What this machine remembers is better than what an older save says.
fn known(facts: &Facts<'_>, custody: Custody) -> Custody {
    let standing = match (facts.step, custody.standing) {
        (Step::Newest, Standing::VerifyFirst) => Standing::Good,
        (Step::Spent, standing) => standing.max(Standing::Reauth),
        (_, standing) => standing,
    };
    Custody { standing, ..custody }
}

fn refresh(facts: &Facts<'_>, custody: &Custody, access: Access) -> Result<Move, Refusal> {
    let alive = matches!(access, Access::Seconds(1..));
    if facts.is_given_up() {
        return Err(Refusal::Rotating);
    }
    match &custody.standing {
        Standing::Reauth => return Err(Refusal::Reauth),
        Standing::Newer(word) => return Err(Refusal::Newer(word.clone())),
        _ => {}
    }
    if custody.holder.is_some_and(|holder| Some(holder) != facts.holder) {
        return Err(Refusal::Elsewhere);
    }
    let client = facts.document.app_of(facts.profile).and_then(|app| app.held.secret(Field::ClientId));
    match &custody.standing {
        Standing::VerifyFirst if alive || access == Access::NobodyKnows => Ok(Move::Verify),
        Standing::VerifyFirst => Err(Refusal::Unverified),
        // While the access token lives, X has not been asked in vain: the replay waits until nothing else is left.
        Standing::Ambiguous if alive => Ok(Move::Spare),
        _ if client.is_none() => Err(Refusal::NoClient),
        _ if facts.clock_is_doubtful() => Err(Refusal::Clock),
        Standing::Ambiguous => Ok(Move::Present(1)),
        _ => Ok(Move::Present(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::app::App;
    use crate::domain::credential::Slot;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::id::{AppId, ProfileId};
    use crate::domain::names::Name;
    use crate::domain::profile::Oauth2Grant;
    use crate::domain::secret::Secret;

    const NOW: Time = Time::from_const(1_795_000_000);
    const ME: [u8; 16] = [1; 16];

    /// A grant in one row: seconds left of the access token (`None`: there is none), standing, holder.
    struct Row(Option<i64>, Option<(Standing, Option<u8>)>);

    fn document(row: &Row) -> Document {
        let mut document = Document::new(FingerprintKey::new([9; 32]));
        let mut app = App::new(AppId::from_random([2; 16]), Name::parse("bots").expect("valid"), NOW);
        let slot = |field, changed_at| Slot { field, secret: Secret::new("x"), changed_at, issued_at: None };
        app.held.put(slot(Field::ClientId, NOW));
        let id = ProfileId::from_random([3; 16]);
        let mut profile = Profile::new(id, Name::parse("wiki").expect("valid"), NOW);
        profile.app = Some(app.id);
        let Row(left, stands) = row;
        if left.is_some() {
            profile.held.put(slot(Field::Oauth2AccessToken, NOW));
        }
        let about = document.fingerprints.of(&Secret::new("x"));
        let custody = stands.clone().map(|(standing, holder)| {
            profile.held.put(slot(Field::Oauth2RefreshToken, NOW));
            let holder = holder.map(|number| HolderId::from_random([number; 16]));
            Custody { about, holder, standing }
        });
        let expires_at = left.map(|left| NOW.shifted(left));
        profile.oauth2 = Some(Oauth2Grant { expires_at, custody, ..Oauth2Grant::default() });
        document.insert_app(app);
        document.insert_profile(profile);
        document
    }

    #[track_caller]
    fn check(row: &Row, wanted: &Result<Move, Refusal>) {
        let document = document(row);
        let profile = document.profiles().next().expect("one");
        let (need, holder) = (Need::Within(Duration::from_secs(300)), Some(HolderId::from_random(ME)));
        let facts =
            Facts { document: &document, profile, holder, now: NOW, saved_at: NOW, need, step: Step::Off };
        assert_eq!(decide(&facts), *wanted);
    }

    #[test]
    fn every_state_of_a_grant_has_its_move_or_its_refusal() {
        use Standing::{Ambiguous, Good, Reauth, VerifyFirst};
        let newer = || Standing::parse("on-holiday");
        let (mine, theirs) = (Some(1), Some(2));
        for (row, wanted) in [
            (Row(None, None), Err(Refusal::Nothing)),
            (Row(Some(400), None), Ok(Move::Use)),
            (Row(Some(200), None), Err(Refusal::NoRefreshToken(Some(200)))),
            (Row(Some(-5), None), Err(Refusal::NoRefreshToken(Some(0)))),
            (Row(Some(400), Some((Good, None))), Ok(Move::Use)),
            (Row(Some(300), Some((Good, mine))), Ok(Move::Use)),
            (Row(Some(299), Some((Good, mine))), Ok(Move::Present(0))),
            (Row(None, Some((Good, None))), Ok(Move::Present(0))),
            (Row(Some(299), Some((Good, theirs))), Err(Refusal::Elsewhere)),
            (Row(Some(400), Some((Good, theirs))), Ok(Move::Use)),
            (Row(Some(400), Some((VerifyFirst, mine))), Ok(Move::Verify)),
            (Row(Some(9), Some((VerifyFirst, None))), Ok(Move::Verify)),
            (Row(Some(0), Some((VerifyFirst, mine))), Err(Refusal::Unverified)),
            (Row(None, Some((VerifyFirst, mine))), Err(Refusal::Unverified)),
            (Row(Some(400), Some((Ambiguous, mine))), Ok(Move::Use)),
            (Row(Some(9), Some((Ambiguous, mine))), Ok(Move::Spare)),
            (Row(Some(0), Some((Ambiguous, mine))), Ok(Move::Present(1))),
            (Row(Some(0), Some((Ambiguous, theirs))), Err(Refusal::Elsewhere)),
            (Row(Some(400), Some((Reauth, mine))), Ok(Move::Use)),
            (Row(Some(9), Some((Reauth, mine))), Err(Refusal::Reauth)),
            (Row(Some(9), Some((newer(), mine))), Err(Refusal::Newer("on-holiday".into()))),
        ] {
            check(&row, &wanted);
        }
    }

    #[test]
    fn a_refresh_token_that_was_given_up_is_not_presented() {
        use crate::domain::rotation::Rotation;
        let begun = Rotation::begin(Credential::Oauth2, NOW);
        for (rotation, left, wanted) in [
            // The login has not happened yet: the bot lives on what it has.
            (begun.at(Stage::Login, NOW), 0, Ok(Move::Present(0))),
            (begun.at(Stage::Verify, NOW), 0, Err(Refusal::Rotating)),
            (begun.at(Stage::Verify, NOW), 400, Ok(Move::Use)),
            (begun.by(Way::Revoke).at(Stage::Invalidate, NOW), 0, Err(Refusal::Rotating)),
        ] {
            let document = document(&Row(Some(left), Some((Standing::Good, Some(1)))));
            let mut profile = document.profiles().next().expect("one").clone();
            profile.held.rotations.push(rotation.clone());
            let profile = &profile;
            let (need, holder) = (Need::Within(Duration::from_secs(300)), Some(HolderId::from_random(ME)));
            let facts = Facts {
                document: &document,
                profile,
                holder,
                now: NOW,
                saved_at: NOW,
                need,
                step: Step::Off,
            };
            assert_eq!(decide(&facts), wanted, "{rotation:?}");
        }
    }

    #[test]
    fn what_this_machine_remembers_is_better_than_what_an_older_save_says() {
        use Standing::{Good, VerifyFirst};
        for (left, standing, step, wanted) in [
            (0, VerifyFirst, Step::Newest, Ok(Move::Present(0))),
            (400, VerifyFirst, Step::Newest, Ok(Move::Use)),
            (0, VerifyFirst, Step::Spent, Err(Refusal::Reauth)),
            (400, VerifyFirst, Step::Spent, Ok(Move::Use)),
            (0, Good, Step::Spent, Err(Refusal::Reauth)),
            (0, Good, Step::Newest, Ok(Move::Present(0))),
        ] {
            let document = document(&Row(Some(left), Some((standing, Some(1)))));
            let profile = document.profiles().next().expect("one");
            let (need, holder) = (Need::Within(Duration::from_secs(300)), Some(HolderId::from_random(ME)));
            let facts = Facts { document: &document, profile, holder, now: NOW, saved_at: NOW, need, step };
            assert_eq!(decide(&facts), wanted, "{left} {step:?}");
        }
    }

    #[test]
    fn without_a_client_or_a_clock_nothing_is_presented() {
        let row = Row(Some(0), Some((Standing::Good, Some(1))));
        let mut document = document(&row);
        let profile = document.profiles().next().expect("one").clone();
        let holder = Some(HolderId::from_random(ME));
        let need = Need::Within(Duration::from_secs(300));
        for (now, wanted) in [
            (NOW.shifted(SKEW), Ok(Move::Present(0))),
            (NOW.shifted(-SKEW), Ok(Move::Use)),
            (NOW.shifted(LONG_AGO + 1), Err(Refusal::Clock)),
        ] {
            let facts = Facts {
                document: &document,
                profile: &profile,
                holder,
                now,
                saved_at: NOW,
                need,
                step: Step::Off,
            };
            assert_eq!(decide(&facts), wanted);
        }
        let late = NOW.shifted(SKEW + 1);
        let facts = Facts {
            document: &document,
            profile: &profile,
            holder,
            now: NOW,
            saved_at: late,
            need,
            step: Step::Off,
        };
        assert_eq!(decide(&facts), Err(Refusal::Clock), "it was saved in the future");
        let app = document.apps().next().expect("one").clone();
        document.insert_app(App { held: crate::domain::credential::Held::default(), ..app });
        let facts = Facts {
            document: &document,
            profile: &profile,
            holder,
            now: NOW,
            saved_at: NOW,
            need,
            step: Step::Off,
        };
        assert_eq!(decide(&facts), Err(Refusal::NoClient));
    }

    #[test]
    fn a_token_that_x_refuses_is_refreshed_as_long_as_it_is_the_one_in_the_vault() {
        let document = document(&Row(Some(7_000), Some((Standing::Good, Some(1)))));
        let profile = document.profiles().next().expect("one");
        let holder = Some(HolderId::from_random(ME));
        let key = &document.fingerprints;
        for (value, wanted) in [("x", Move::Present(0)), ("another", Move::Use)] {
            let need = Need::Rejected(key.of(&Secret::new(value)));
            let facts = Facts {
                document: &document,
                profile,
                holder,
                now: NOW,
                saved_at: NOW,
                need,
                step: Step::Off,
            };
            assert_eq!(decide(&facts), Ok(wanted));
        }
    }
}
