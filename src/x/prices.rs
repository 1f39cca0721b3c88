//! What X charges for the requests birdkeep makes.

use std::fmt;

/// When the prices of [`PRICES`] were read.
pub const PRICES_OF: &str = "2026-08";

/// One row of [`PRICES`].
#[derive(Debug)]
pub struct PriceRow {
    /// Method and path.
    pub request: &'static str,
    /// What a first answer of the day costs at most.
    pub cost: Cost,
    /// Why, in X's words.
    pub doc: &'static str,
}

/// Every request of a check. Source: X's pricing page, 2026-08. A refused request is not billed, and the same
/// resource is billed once per UTC day.
pub const PRICES: &[PriceRow] = &[
    PriceRow { request: "POST /oauth2/token", cost: Cost::micro(0), doc: "not billed" },
    PriceRow { request: "GET /2/users/me", cost: Cost::micro(10_000), doc: "“User: Read”, $0.010" },
    PriceRow { request: "GET /2/usage/tweets", cost: Cost::micro(0), doc: "not billed" },
];

/// What `request` costs at most; nothing if it has no row.
pub fn price(request: &str) -> Cost {
    PRICES.iter().find(|row| row.request == request).map_or(Cost::micro(0), |row| row.cost)
}

/// An amount in millionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(u64);

impl Cost {
    /// So many millionths of a dollar.
    pub const fn micro(amount: u64) -> Self {
        Self(amount)
    }

    /// The amount in millionths of a dollar.
    pub const fn as_micro(self) -> u64 {
        self.0
    }

    /// The amount in dollars, for machines.
    #[expect(clippy::cast_precision_loss, reason = "exact up to nine billion dollars")]
    pub const fn as_dollars(self) -> f64 {
        self.0 as f64 / 1_000_000.0
    }

    /// True when it costs nothing.
    pub const fn is_free(self) -> bool {
        self.0 == 0
    }

    /// This cost, `times` over.
    #[must_use]
    pub const fn times(self, times: usize) -> Self {
        Self(self.0.saturating_mul(times as u64))
    }
}

/// In dollars and cents, rounded up to a cent from one cent on: `$0.24`, `$0.001`.
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 >= 10_000 || self.0 == 0 {
            let cents = self.0.div_ceil(10_000);
            write!(f, "${}.{:02}", cents / 100, cents % 100)
        } else {
            write!(f, "$0.{}", format!("{:06}", self.0).trim_end_matches('0'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_like_amounts() {
        for (micro, text) in [
            (0, "$0.00"),
            (1_000, "$0.001"),
            (10_000, "$0.01"),
            (240_000, "$0.24"),
            (240_001, "$0.25"),
            (12_345_670_000, "$12345.67"),
        ] {
            assert_eq!(Cost::micro(micro).to_string(), text);
        }
        assert_eq!(price("GET /2/users/me").times(1_000).to_string(), "$10.00");
        assert!(price("DELETE /nothing").is_free());
        assert!((Cost::micro(240_000).as_dollars() - 0.24).abs() < 1e-9);
    }
}
