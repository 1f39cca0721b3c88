//! What was pasted, put where it belongs.

use crate::domain::fields::{Credential, Doubt, Field, recognise, trimmed};
use crate::domain::secret::Secret;

/// What was pasted, sorted.
#[derive(Debug)]
pub(super) struct Pasted {
    /// One value per field of the credential, in their order.
    pub(super) values: Vec<(Field, Secret)>,
    /// What was put right or looks unusual: one sentence each.
    pub(super) notes: Vec<String>,
}

/// The pasted values in the order of the credential's fields, each where its shape says it belongs, with a sentence
/// for each that was put right or looks unusual.
///
/// # Errors
/// A value that is missing, broken, or another field's, in words.
pub(super) fn recognised(credential: Credential, values: Vec<(Field, Secret)>) -> Result<Pasted, String> {
    let fields = credential.fields();
    let (mut sorted, mut notes) = (Vec::new(), Vec::new());
    for (given, value) in values {
        let text = trimmed(value.expose());
        if text.is_empty() {
            continue;
        }
        let shape = recognise(text).into_iter().find(|shape| fields.contains(shape));
        let field = shape.unwrap_or(given);
        match field.doubt(text) {
            _ if !fields.contains(&field) => {
                return Err(format!("{} is no part of {}", given.row().phrase, credential.row().label));
            }
            Some(doubt @ (Doubt::LooksLike(_) | Doubt::WhiteSpace)) => return Err(doubt.sentence(field)),
            Some(doubt) => notes.push(doubt.sentence(field)),
            None if field != given => {
                notes.push(format!("put {} where it belongs, by its shape", field.row().phrase));
            }
            None => {}
        }
        sorted.push((field, Secret::new(text)));
    }
    let mut whole = Vec::new();
    for field in fields {
        let mut found = sorted.iter().filter(|(other, _)| other == field);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => whole.push((*field, value.clone())),
            (None, _) => return Err(format!("{} is still missing", field.row().phrase)),
            (Some(_), Some(_)) => return Err(format!("{} was pasted twice", field.row().phrase)),
        }
    }
    Ok(Pasted { values: whole, notes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (String, String) {
        (format!("1900000000000000001-{}", "m".repeat(30)), "s".repeat(45))
    }

    fn read(values: &[(Field, &str)]) -> Result<Vec<(Field, String)>, String> {
        let values = values.iter().map(|(field, value)| (*field, Secret::new(*value))).collect();
        let pasted = recognised(Credential::Access, values)?;
        Ok(pasted.values.into_iter().map(|(field, value)| (field, value.expose().to_owned())).collect())
    }

    #[test]
    fn values_are_taken_as_they_are_in_either_order() {
        let (token, secret) = pair();
        let wanted = Ok(vec![(Field::AccessToken, token.clone()), (Field::AccessSecret, secret.clone())]);
        assert_eq!(read(&[(Field::AccessToken, &token), (Field::AccessSecret, &secret)]), wanted);
        assert_eq!(read(&[(Field::AccessSecret, &secret), (Field::AccessToken, &token)]), wanted);
        assert_eq!(read(&[(Field::AccessToken, &secret), (Field::AccessSecret, &token)]), wanted, "swapped");
        let spaced = format!(" \"{token}\"\n");
        assert_eq!(read(&[(Field::AccessToken, &spaced), (Field::AccessSecret, &secret)]), wanted);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let (token, secret) = pair();
        let (key, split) = ("k".repeat(25), format!("{} {}", &token[..20], &token[20..]));
        let (first, second) = (token.as_str(), secret.as_str());
        for (values, wanted) in [
            (vec![(Field::AccessToken, first)], "an access token secret is still missing"),
            (vec![(Field::AccessToken, first), (Field::AccessSecret, "")], "still missing"),
            (vec![(Field::AccessToken, first), (Field::AccessSecret, first)], "was pasted twice"),
            (vec![(Field::AccessToken, &key), (Field::AccessSecret, second)], "looks like an API key"),
            (vec![(Field::AccessToken, &split), (Field::AccessSecret, second)], "white space"),
            (vec![(Field::BearerToken, "AAAA"), (Field::AccessSecret, second)], "no part of"),
        ] {
            let error = read(&values).expect_err("something is wrong");
            assert!(error.contains(wanted), "{error}");
            assert!(!error.contains("mmm") && !error.contains("sss"), "no value in a sentence: {error}");
        }
    }
}
