//! The ways of a login: one row each.

use crate::domain::fields::Credential;

/// How a login goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// OAuth 1.0a; the page shows a PIN.
    Pin,
    /// OAuth 1.0a; the browser comes back to this machine.
    Callback,
    /// OAuth 2.0; the browser comes back to this machine.
    PkceCallback,
    /// OAuth 2.0; a person pastes the address that the browser was sent to.
    PkcePaste,
}

/// What a login waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A PIN.
    Pin,
    /// A pasted address.
    Paste,
    /// Nothing from a person: the redirect is heard.
    Redirect,
}

/// One row of [`WAYS`].
#[derive(Debug)]
pub struct WayRow {
    /// Which way.
    pub way: Way,
    /// What a person chooses.
    pub label: &'static str,
    /// What it issues.
    pub credential: Credential,
    /// What it waits for.
    pub wants: Wants,
    /// What a person does in it.
    pub doc: &'static str,
}

/// Every way, the usual one of each credential first.
pub const WAYS: &[WayRow] = &[
    WayRow {
        way: Way::Pin,
        label: "PIN (OAuth 1.0a)",
        credential: Credential::Access,
        wants: Wants::Pin,
        doc: "log in on any machine, and type the PIN that X shows",
    },
    WayRow {
        way: Way::Callback,
        label: "browser on this machine (OAuth 1.0a)",
        credential: Credential::Access,
        wants: Wants::Redirect,
        doc: "log in here; X sends the browser back to birdkeep",
    },
    WayRow {
        way: Way::PkceCallback,
        label: "browser on this machine (OAuth 2.0)",
        credential: Credential::Oauth2,
        wants: Wants::Redirect,
        doc: "log in here; X sends the browser back to birdkeep",
    },
    WayRow {
        way: Way::PkcePaste,
        label: "browser elsewhere (OAuth 2.0)",
        credential: Credential::Oauth2,
        wants: Wants::Paste,
        doc: "log in on any machine, and paste the address that X sends the browser to, within half a minute",
    },
];

impl Way {
    /// This way's row.
    pub fn row(self) -> &'static WayRow {
        &WAYS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (i, row) in WAYS.iter().enumerate() {
            assert_eq!((row.way as usize, row.way.row().label), (i, row.label));
        }
    }
}
