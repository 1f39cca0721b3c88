//! X in a box: verifies signatures for real, answers with X's bodies and headers, fails by name.
//!
//! [`world`] holds what X knows, with [`logins`] and [`grants`] under way; [`console`] is what a person does to an app;
//! [`roster`] fills it and the demo's vault from one file. [`routes`] answers whom [`callers`] knows, [`faults`] spoils
//! answers. [`transport`] carries requests to it in process, [`server`] over loopback HTTP.
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
