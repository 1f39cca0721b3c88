//! The ways in: how a credential becomes an `Authorization` header, and how new ones are come by.

pub mod app_only;
