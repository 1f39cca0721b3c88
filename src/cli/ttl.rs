//! The option of commands that hand on an OAuth 2.0 access token.

use std::time::Duration;

use crate::ops::token::{MAX_TTL, MIN_TTL};

/// How long a token has to live for yet.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct MinTtl {
    /// How many seconds an OAuth 2.0 access token has to live for yet, at most 3600
    #[arg(
        long,
        value_name = "S",
        default_value_t = MIN_TTL,
        value_parser = clap::value_parser!(u64).range(..=MAX_TTL)
    )]
    min_ttl: u64,
}

impl MinTtl {
    /// The same as a span of time.
    pub(super) const fn span(self) -> Duration {
        Duration::from_secs(self.min_ttl)
    }
}
