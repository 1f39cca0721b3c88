//! X in a box: verifies signatures for real, answers with X's bodies and headers, fails by name.
//!
//! [`world`] holds what X knows, with [`logins`] and [`grants`] under way; [`console`] is what a person does to an app;
//! [`roster`] fills it and the demo's vault from one file. [`routes`] answers whom [`callers`] knows, [`faults`] spoils
//! answers. [`transport`] carries requests to it in process, [`server`] over loopback HTTP.
//!
//! # Logging in without a browser
//!
//! The login pages are plain HTML: a person clicks, a script adds to the address. `answer=yes` or `answer=no` is the
//! button, `as=HANDLE` the account that is logged in. Without it that is the account of `screen_name` where
//! `force_login=true` comes along, and else the app's owner: a browser's own session, which is how the wrong account gets
//! to say yes. `granted=SCOPES` lets an OAuth 2.0 page grant less than was asked for. The answer is a redirect to the
//! callback (302), or for a PIN a page with `<code id="pin">1234567</code>`.
//!
//! ```text
//! curl -sL "$ADDRESS&as=demo_ducks&answer=yes"
//! ```
//!
//! Nothing here is used to check real credentials, and nothing of `x::sign` is used here: the two must agree by
//! the specification alone.

pub mod answers;
pub mod asked;
pub mod callers;
pub mod console;
pub mod faults;
pub mod grants;
pub mod logins;
pub mod mint;
pub mod nonces;
pub mod oauth;
pub mod roster;
pub mod routes;
pub mod server;
pub mod transport;
pub mod world;

pub use roster::Roster;
pub use world::Sim;

#[cfg(test)]
mod tests;
