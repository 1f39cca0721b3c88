//! The ways in: how a credential becomes an `Authorization` header, and how new ones are come by.

pub mod app_only;
pub mod callback;
pub mod client;
pub mod form;
pub mod issued;
pub mod pin;
pub mod pkce;
pub mod redirect;
pub mod refresh;
pub mod scopes;
