//! Does the app's bearer token live?

use super::CheckRow;
use crate::domain::fields::OwnerKind;
use crate::x::endpoints::usage_tweets;

/// This question's row.
pub const ROW: CheckRow = CheckRow {
    name: "bearer",
    question: "Does the app's bearer token live?",
    request: usage_tweets::REQUEST,
    per: OwnerKind::App,
    ask: |values, asking| Some(Ok(usage_tweets::request(asking.base, values.bearer_token.as_ref()?))),
    hear: |answers, answer| answers.bearer = Some(usage_tweets::read(answer)),
    doubtful: |_| false,
};
