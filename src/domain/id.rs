//! Ids of things in a vault: random, never reused, never shown as a name.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// From 16 random bytes (RFC 9562, version 4).
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }

            /// Reads the text form.
            pub fn parse(text: &str) -> Option<Self> {
                uuid::Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A vault.
    VaultId
);
id!(
    /// An X developer app.
    AppId
);
id!(
    /// A profile.
    ProfileId
);
id!(
    /// A machine that refreshes OAuth 2.0 grants.
    HolderId
);
id!(
    /// One attempt to refresh a grant.
    AttemptId
);

/// Who holds a field: an app or a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// An X developer app.
    App(AppId),
    /// A profile.
    Profile(ProfileId),
}

impl From<AppId> for Owner {
    fn from(id: AppId) -> Self {
        Self::App(id)
    }
}

impl From<ProfileId> for Owner {
    fn from(id: ProfileId) -> Self {
        Self::Profile(id)
    }
}
