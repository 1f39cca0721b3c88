//! Whose token is it, and what may it do?

use super::{Asking, CheckRow, JudgedBy, Values};
use crate::domain::fields::OwnerKind;
use crate::x::endpoints::users_me;
use crate::x::sign::SignError;
use crate::x::wire::Request;

/// This question's row.
pub const ROW: CheckRow = CheckRow {
    name: "account",
    question: "Whose token is it, and what may it do?",
    request: users_me::REQUEST,
    per: OwnerKind::Profile,
    ask,
    hear: |answers, answer| answers.account = Some(users_me::read(answer)),
    doubtful: |_| false,
};

fn ask(values: &Values, asking: &Asking<'_>) -> Option<Result<Request, SignError>> {
    match values.judged_by() {
        JudgedBy::AccessPair => {
            let (app, access) = (values.app_pair()?, values.access_pair()?);
            Some(users_me::signed(asking.base, app, access, asking.stamp))
        }
        JudgedBy::Oauth2 => {
            let token = values.oauth2_access_token.as_ref()?;
            Some(Ok(users_me::with_oauth2(asking.base, token)))
        }
        JudgedBy::Bearer => None,
    }
}
