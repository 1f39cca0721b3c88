//! X's endpoints, one file each: a function that builds the request and one that reads the answer.

pub mod access_token;
pub mod invalidate_token;
pub mod oauth2_token;
pub mod request_token;
pub mod revoke_access;
pub mod revoke_grant;
pub mod usage_tweets;
pub mod user_token;
pub mod users_me;
