//! What the vault itself knows of whether its values still work, without asking X: what X has killed, what it may
//! have killed, and who stopped with it. All of it is worked out from history and rotations; none of it is stored.

use super::credential::Held;
use super::document::Document;
use super::fields::{Credential, Field};
use super::id::{AppId, Owner, ProfileId};
use super::profile::Profile;
use super::rotation::{Rotation, Stage};
use super::time::Time;
use super::verdict::State;

/// What stands against an app or a profile, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// X has killed what it ran on, at this time, and nothing has taken its place.
    Dead(Time),
    /// Its app got a new API key at this time, which killed its access token: it needs a new login.
    Down(Time),
    /// X may have killed a stored value: its rotation stands past that point.
    InDoubt(Credential),
}

impl Mark {
    /// How what it stands against stands.
    pub const fn state(self) -> State {
        match self {
            Self::Dead(_) | Self::Down(_) => State::Failed,
            Self::InDoubt(_) => State::Attention,
        }
    }

    /// For a narrow column: one or two words.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Dead(_) => "revoked",
            Self::Down(_) => "needs login",
            Self::InDoubt(_) => "may be dead",
        }
    }

    /// The stable word of machine output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dead(_) => "dead",
            Self::Down(_) => "down",
            Self::InDoubt(_) => "in-doubt",
        }
    }

    /// The sentence.
    pub fn sentence(self) -> String {
        match self {
            Self::Dead(at) => format!("dead at X since {}, and nothing has taken its place", at.day()),
            Self::Down(at) => {
                format!("down since {}: the app got a new API key, so this bot has to log in again", at.day())
            }
            Self::InDoubt(credential) => {
                let label = credential.row().label;
                format!("X may have killed the stored value of “{label}”: its rotation is not finished")
            }
        }
    }
}

/// What stands against `owner`.
pub fn mark(document: &Document, owner: Owner) -> Option<Mark> {
    let held = document.held(owner)?;
    let own = dead(held, owner).map(Mark::Dead);
    let down = || match owner {
        Owner::Profile(id) => down_since(document, document.profile(id)?).map(Mark::Down),
        Owner::App(_) => None,
    };
    let doubt = || in_doubt(held).map(Mark::InDoubt);
    own.or_else(down).or_else(doubt)
}

/// Since when nothing of its own works: its last values were killed, and none is left that could do instead.
fn dead(held: &Held, owner: Owner) -> Option<Time> {
    let runs_on: &[Field] = match owner {
        Owner::App(_) => &[Field::ApiKey, Field::BearerToken],
        Owner::Profile(_) => &[Field::AccessToken, Field::Oauth2AccessToken],
    };
    if runs_on.iter().any(|field| held.slot(*field).is_some()) {
        return None;
    }
    runs_on.iter().filter_map(|field| held.dead_since(*field)).max()
}

fn in_doubt(held: &Held) -> Option<Credential> {
    held.rotations.iter().find(|rotation| rotation.may_be_dead()).map(|rotation| rotation.credential)
}

/// The profiles of `app` that wait for a new login since its API key was replaced, by name. Nobody is down once that
/// rotation has ended.
pub fn down(document: &Document, app: AppId) -> Vec<ProfileId> {
    let mut down: Vec<&Profile> =
        document.profiles_of(app).filter(|profile| down_since(document, profile).is_some()).collect();
    down.sort_by_cached_key(|profile| profile.name.key());
    down.into_iter().map(|profile| profile.id).collect()
}

fn down_since(document: &Document, profile: &Profile) -> Option<Time> {
    let app = document.app_of(profile)?;
    let since = killed_at(&app.held)?;
    (profile.held.slot(Field::AccessToken)?.since() < since).then_some(since)
}

/// When the access tokens of an app died: those issued before its new key pair, as long as the rotation that brought
/// it is under way.
fn killed_at(held: &Held) -> Option<Time> {
    let rotation: &Rotation = held.rotation(Credential::Api)?;
    match rotation.stage {
        // X accepts the new pair, so the old one is dead; the new one is not in its place yet.
        Stage::Promote => held.candidate(Field::ApiKey).map(|candidate| candidate.at),
        Stage::Bearer | Stage::Logins => held.slot(Field::ApiKey).map(|slot| slot.changed_at),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::app::App;
    use crate::domain::credential::{Candidate, Origin, Retired, Slot};
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::names::Name;
    use crate::domain::rotation::Way;
    use crate::domain::secret::Secret;

    fn at(seconds: i64) -> Time {
        Time::from_unix(seconds)
    }

    fn slot(field: Field, changed: i64) -> Slot {
        Slot { field, secret: Secret::new("made-up"), changed_at: at(changed), issued_at: None }
    }

    fn app() -> App {
        let name = Name::parse("bots").expect("a name");
        let mut app = App::new(AppId::from_random([1; 16]), name, at(0));
        app.held.put(slot(Field::ApiKey, 100));
        app
    }

    fn bot(number: u8, issued: Option<i64>) -> Profile {
        let name = Name::parse(&format!("bot-{number}")).expect("a name");
        let mut profile = Profile::new(ProfileId::from_random([number; 16]), name, at(0));
        profile.app = Some(AppId::from_random([1; 16]));
        if let Some(issued) = issued {
            profile.held.put(slot(Field::AccessToken, issued));
        }
        profile
    }

    fn document(app: App, profiles: Vec<Profile>) -> Document {
        let mut document = Document::new(FingerprintKey::new([1; 32]));
        document.insert_app(app);
        for profile in profiles {
            document.insert_profile(profile);
        }
        document
    }

    #[test]
    fn bots_are_down_from_the_new_key_until_their_own_login() {
        for (stage, down_ones) in [
            (Stage::Verify, vec![]),
            // The new pair came at 200, and nobody can have logged in with it yet.
            (Stage::Promote, vec!["bot-2", "bot-3"]),
            (Stage::Bearer, vec!["bot-2"]),
            (Stage::Logins, vec!["bot-2"]),
        ] {
            let mut app = app();
            let secret = Secret::new("made-up-next");
            let candidate = Candidate { field: Field::ApiKey, secret, at: at(200), origin: Origin::Rotation };
            app.held.candidates.push(candidate);
            app.held.rotations.push(Rotation::begin(Credential::Api, at(90)).at(stage, at(200)));
            let id = app.id;
            let document = document(app, vec![bot(3, Some(100)), bot(2, Some(99)), bot(4, None)]);
            let names = down(&document, id).into_iter().filter_map(|id| document.profile(id));
            assert_eq!(names.map(|p| p.name.to_string()).collect::<Vec<_>>(), down_ones, "{stage:?}");
        }
        let over = document(app(), vec![bot(2, Some(1))]);
        assert_eq!(down(&over, AppId::from_random([1; 16])), []);
    }

    #[test]
    fn a_mark_is_the_worst_there_is() {
        let retired = |field, dead_at| Retired {
            field,
            secret: Secret::new("made-up-old"),
            since: at(1),
            until: at(50),
            origin: Origin::Revoke,
            dead_at,
        };
        let revoking = |credential| Rotation::begin(credential, at(1)).by(Way::Revoke);
        let mut dead = bot(2, None);
        dead.held.history.push(retired(Field::AccessToken, Some(at(50))));
        let mut replaced = bot(3, Some(60));
        replaced.held.history.push(retired(Field::AccessToken, Some(at(50))));
        let mut removed = bot(4, None);
        removed.held.history.push(retired(Field::AccessToken, None));
        let mut other = dead.clone();
        other.id = ProfileId::from_random([5; 16]);
        other.held.put(slot(Field::Oauth2AccessToken, 1));
        let mut asked = bot(6, Some(60));
        asked.held.rotations.push(revoking(Credential::Access).at(Stage::Invalidate, at(2)));
        let mut thinking = bot(7, Some(60));
        thinking.held.rotations.push(revoking(Credential::Access));
        let wanted = [
            (dead, Some(Mark::Dead(at(50)))),
            (replaced, None),
            (removed, None),
            (other, None),
            (asked, Some(Mark::InDoubt(Credential::Access))),
            (thinking, None),
        ];
        for (profile, wanted) in wanted {
            let (name, id) = (profile.name.to_string(), profile.id);
            assert_eq!(mark(&document(app(), vec![profile]), id.into()), wanted, "{name}");
        }
    }
}
