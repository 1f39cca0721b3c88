//! X's endpoints, one file each: a function that builds the request and one that reads the answer.

pub mod invalidate_token;
pub mod oauth2_token;
pub mod usage_tweets;
pub mod users_me;
