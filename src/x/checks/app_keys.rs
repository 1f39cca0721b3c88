//! Does X accept the app's key and secret?

use super::{Answers, CheckRow};
use crate::domain::fields::OwnerKind;
use crate::x::endpoints::oauth2_token;
use crate::x::reply::Reply;

/// This question's row.
pub const ROW: CheckRow = CheckRow {
    name: "app_keys",
    question: "Does X accept the app's key and secret?",
    request: oauth2_token::REQUEST,
    per: OwnerKind::App,
    ask: |values, asking| Some(Ok(oauth2_token::request(asking.base, values.app_pair()?))),
    hear: |answers, answer| {
        answers.app_keys = Some(oauth2_token::read(answer));
        answers.app_keys_tries = answers.app_keys_tries.saturating_add(1);
    },
    doubtful,
};

/// Code 99 means a wrong pair or "asked too often", and X does not say which.
fn doubtful(answers: &Answers) -> bool {
    let code = answers.app_keys.as_ref().and_then(Reply::said).and_then(|said| said.code);
    code == Some(99) && answers.app_keys_tries < 2
}
