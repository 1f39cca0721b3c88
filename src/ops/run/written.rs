//! Values as text, for bots that read a file instead of their environment.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::domain::fields::Field;
use crate::domain::secret::Secret;
use crate::exchange::dotenv;
use crate::failure::{Failure, Kind};

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `NAME=value`, a line each.
    Dotenv,
    /// One object of names and texts.
    Json,
}

/// `values` as text.
///
/// # Errors
/// [`Kind::Usage`] where a value cannot stand in a line: what follows it would be read as another variable.
pub fn written(form: Form, values: &[(String, Field, Secret)]) -> Result<Secret, Failure> {
    match form {
        Form::Dotenv => lines(values),
        Form::Json => Ok(object(values)),
    }
}

fn lines(values: &[(String, Field, Secret)]) -> Result<Secret, Failure> {
    let mut text = Zeroizing::new(String::new());
    for (name, field, value) in values {
        let value = value.expose();
        let quote = dotenv::quote_for(value).ok_or_else(|| {
            Failure::new(
                Kind::Usage,
                format!("{name} cannot be written as a line"),
                format!("the {field} holds a line break, a quote or a hidden character, which readers disagree about"),
                "use --format json, or set that value anew",
            )
        })?;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}={quote}{value}{quote}");
    }
    Ok(Secret::new(text.as_str()))
}

fn object(values: &[(String, Field, Secret)]) -> Secret {
    let object: serde_json::Map<String, serde_json::Value> =
        values.iter().map(|(name, _, value)| (name.clone(), value.expose().into())).collect();
    // Names and texts always have a form in JSON.
    let text = Zeroizing::new(serde_json::to_string(&object).unwrap_or_default());
    Secret::new(format!("{}\n", *text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, dotenv: Option<&str>, json: &str) {
        let values = [("X_API_KEY".to_owned(), Field::ApiKey, Secret::new(value))];
        let lines = written(Form::Dotenv, &values);
        assert_eq!(lines.as_ref().ok().map(Secret::expose), dotenv, "{value:?}");
        if let Err(refused) = lines {
            assert!(!refused.to_string().contains(value), "a refusal says nothing of the value");
        }
        assert_eq!(written(Form::Json, &values).expect("it has a form").expose(), json);
    }

    #[test]
    fn what_readers_would_take_for_another_line_is_refused() {
        check("made-up%2F=", Some("X_API_KEY=made-up%2F=\n"), "{\"X_API_KEY\":\"made-up%2F=\"}\n");
        check("made up", Some("X_API_KEY='made up'\n"), "{\"X_API_KEY\":\"made up\"}\n");
        check("made\nUP=1", None, "{\"X_API_KEY\":\"made\\nUP=1\"}\n");
        check("made\rup", None, "{\"X_API_KEY\":\"made\\rup\"}\n");
        check("made\0up", None, "{\"X_API_KEY\":\"made\\u0000up\"}\n");
    }
}
