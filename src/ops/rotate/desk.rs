//! What every stage works with: the vault, and X.

use std::time::Duration;

use super::Ledger;
use crate::domain::app::App;
use crate::domain::credential::Held;
use crate::domain::document::Document;
use crate::domain::fields::{Credential, Field, OwnerKind};
use crate::domain::id::Owner;
use crate::domain::names::UserId;
use crate::domain::profile::Profile;
use crate::domain::rotation::{Rotation, Stage};
use crate::domain::secret::Secret;
use crate::domain::verdict::{Cause, Verdict};
use crate::failure::{Failure, Kind};
use crate::ops::World;
use crate::ops::ask;
use crate::x::checks::Answers;
use crate::x::diagnose::judge_app;
use crate::x::sign::{Pair, SignError, Stamp};
use crate::x::wire::{Request, Response, SendError};

pub(super) use crate::ops::ask::failure;

/// What X says only to a user token it knows: yes, or something about permission, money, limits and plans.
const KNOWN: &[Cause] = &[
    Cause::Ok,
    Cause::LevelTooLow,
    Cause::LevelUnknown,
    Cause::MissingField,
    Cause::NoCredits,
    Cause::SpendCap,
    Cause::UsageCap,
    Cause::RateLimited,
    Cause::NotEnrolled,
    Cause::UserNotEnrolled,
    Cause::TokenOlderThanPermission,
    Cause::ScopeMissing,
    Cause::EndpointNotInPlan,
    Cause::WriteRestricted,
];

/// One stage under way.
pub(super) struct Desk<'w, S> {
    pub(super) world: &'w World,
    pub(super) session: S,
    pub(super) owner: Owner,
    pub(super) credential: Credential,
    pub(super) pause: Duration,
}

impl<'w, S: Ledger> Desk<'w, S> {
    /// Sits down to rotate `credential` of `owner`; an app's credential asked of a profile is its app's.
    pub(super) fn open(
        pause: Duration,
        world: &'w World,
        session: S,
        owner: Owner,
        credential: Credential,
    ) -> Result<Self, Failure> {
        let holder = credential.fields().first().and_then(|field| session.document().holder(owner, *field));
        let live = holder.filter(|holder| session.document().held(*holder).is_some());
        match live {
            Some(owner) => Ok(Self { world, session, owner, credential, pause }),
            None => Err(Failure::new(
                Kind::Usage,
                format!("there is no “{}” to rotate here", credential.row().label),
                match credential.held_by() {
                    OwnerKind::App => "the profile is attached to no app",
                    OwnerKind::Profile => "an app has no token of its own: its profiles have",
                },
                "name the app or profile that holds it",
            )),
        }
    }

    pub(super) fn document(&self) -> &Document {
        self.session.document()
    }

    pub(super) fn held(&self) -> Option<&Held> {
        self.document().held(self.owner)
    }

    /// The current value of a field of the credential.
    pub(super) fn stored(&self, field: Field) -> Option<Secret> {
        self.held()?.secret(field).cloned()
    }

    /// The app: the owner itself, or the profile's.
    pub(super) fn app(&self) -> Option<&App> {
        match self.owner {
            Owner::App(id) => self.document().app(id),
            Owner::Profile(id) => self.document().app_of(self.document().profile(id)?),
        }
    }

    /// The app's name, for a sentence.
    pub(super) fn app_name(&self) -> String {
        self.app().map(|app| app.name.to_string()).unwrap_or_default()
    }

    /// The owner, where it is a profile.
    pub(super) fn profile(&self) -> Option<&Profile> {
        match self.owner {
            Owner::App(_) => None,
            Owner::Profile(id) => self.document().profile(id),
        }
    }

    /// The account of the profile, where it is known: stored with it, or the prefix of its token.
    pub(super) fn account(&self) -> Option<UserId> {
        let profile = self.profile()?;
        let prefix = || UserId::of_access_token(profile.held.secret(Field::AccessToken)?.expose());
        profile.user_id.clone().or_else(prefix)
    }

    pub(super) fn rotation(&self) -> Option<&Rotation> {
        self.held()?.rotation(self.credential)
    }

    /// The rotation as it stands; one that has not begun stands at its first stage.
    pub(super) fn begun(&self) -> Rotation {
        let now = self.world.clock.now();
        self.rotation().cloned().unwrap_or_else(|| Rotation::begin(self.credential, now))
    }

    /// The stage to do next.
    pub(super) fn stage(&self) -> Stage {
        self.rotation().map_or(Stage::Review, |rotation| rotation.stage)
    }

    pub(super) fn name(&self) -> String {
        self.document().name_of(self.owner).map(ToString::to_string).unwrap_or_default()
    }

    // Asking X.

    /// Sends one request, built with a fresh stamp.
    pub(super) async fn send(
        &self,
        make: impl FnOnce(&Stamp) -> Result<Request, SignError>,
    ) -> Result<Response, SendError> {
        ask::ask(self.world, make).await
    }

    /// The bearer token X hands over for the app's key and secret: that it does is the proof that it accepts them.
    pub(super) async fn live_bearer(&self) -> Result<Secret, Failure> {
        let answers = self.ask_app_keys().await?;
        let bearer = answers.app_keys.as_ref().and_then(|reply| reply.given()).cloned();
        bearer.ok_or_else(|| {
            let verdict = judge_app(&answers);
            failure(verdict.keys, &verdict.evidence)
        })
    }

    pub(super) async fn ask_app_keys(&self) -> Result<Answers, Failure> {
        let (key, secret) = self.app_pair()?;
        Ok(ask::app_keys(self.world, Pair { id: &key, secret: &secret }, self.pause).await)
    }

    /// The app's key and secret.
    pub(super) fn app_pair(&self) -> Result<(Secret, Secret), Failure> {
        let held = self.app().map(|app| &app.held);
        let of = |field| held.and_then(|held| held.secret(field)).cloned();
        of(Field::ApiKey)
            .zip(of(Field::ApiSecret))
            .ok_or_else(|| self.lacks("the API key and secret of the app are not both stored"))
    }

    /// The app's OAuth 2.0 client: its id, and its secret where it is a confidential one.
    pub(super) fn client(&self) -> Result<(Secret, Option<Secret>), Failure> {
        let held = self.app().map(|app| &app.held);
        let of = |field| held.and_then(|held| held.secret(field)).cloned();
        let id = of(Field::ClientId).ok_or_else(|| self.lacks("the app's client ID is not stored"))?;
        Ok((id, of(Field::ClientSecret)))
    }

    fn lacks(&self, because: &str) -> Failure {
        let what = format!("“{}” cannot be rotated", self.credential.row().label);
        Failure::new(Kind::Usage, what, because, "edit the app and fill it in")
    }

    /// A mistake in what was asked for.
    pub(super) fn usage(&self, because: &str, try_this: &str) -> Failure {
        let what = format!(
            "the rotation of “{}” of “{}” stays where it is",
            self.credential.row().label,
            self.name()
        );
        Failure::new(Kind::Usage, what, because, try_this)
    }

    /// The newest candidates of the credential, one per field. Only a refresh token may be missing: X issues one where
    /// the login asked for it.
    pub(super) fn candidates(&self) -> Result<Vec<(Field, Secret)>, Failure> {
        let missing = || self.usage("there is no new value to try", "abandon this rotation and begin again");
        let mut values = Vec::new();
        for field in self.credential.fields() {
            match self.held().and_then(|held| held.candidate(*field)) {
                Some(candidate) => values.push((*field, candidate.secret.clone())),
                None if *field == Field::Oauth2RefreshToken => {}
                None => return Err(missing()),
            }
        }
        Ok(values)
    }
}

/// Whether X knows a user token, by the verdict on it.
pub(super) fn is_known(verdict: &Verdict) -> bool {
    KNOWN.contains(&verdict.cause)
}

/// The failure that a verdict amounts to.
pub(super) fn failure_of(verdict: &Verdict) -> Failure {
    failure(verdict.cause, &verdict.evidence)
}

/// The value of one field among several.
pub(super) fn value(values: &[(Field, Secret)], field: Field) -> Option<Secret> {
    values.iter().find(|(other, _)| *other == field).map(|(_, value)| value.clone())
}

/// That new tokens are another account's.
pub(super) fn wrong_account(because: String) -> Failure {
    Failure::new(
        Kind::Found,
        "the new values belong to another account",
        because,
        "bring those of this bot's own account: log out of the other one first",
    )
}
