//! Sorts what was pasted: a whole `.env` block, console text or bare values, by name first and by shape then.

use super::rows::{About, Plain};
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::labels::Label;
use crate::domain::names::{Handle, UserId};
use crate::domain::pasted::{self, Found};
use crate::domain::secret::Secret;

/// Pasted values, each with its place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted {
    /// For rows of this form.
    pub(super) put: Vec<(About, Secret)>,
    /// Those that the other kind holds: an app's in a profile's form, a profile's in an app's.
    pub(super) other: Vec<(Field, Secret)>,
    /// Fields that came with a second value: the block is about several accounts. The first value counts.
    pub(super) twice: Vec<Field>,
}

/// Sorts `text` for the form of an app or a profile. `None`: it is one value, or nothing that could be sorted; it
/// belongs where the focus is.
pub(super) fn sort(text: &str, kind: OwnerKind) -> Option<Sorted> {
    let found = pasted::read(text, &[]);
    if let [Found { label: None, .. }] = found.as_slice() {
        return None;
    }
    let mut sorted = Sorted::default();
    for Found { what, value, .. } in found {
        match what {
            Some(Label::Field(field)) => sorted.add(field, value, kind),
            Some(Label::CallbackUrl) => sorted.add_plain(Plain::CallbackUrl, value, kind),
            Some(Label::Handle) => sorted.add_plain(Plain::Handle, value, kind),
            Some(Label::UserId) => sorted.add_plain(Plain::UserId, value, kind),
            // A form has no row for scopes.
            Some(Label::UserToken | Label::Scopes) | None => {}
        }
    }
    (!sorted.put.is_empty() || !sorted.other.is_empty()).then_some(sorted)
}

impl Sorted {
    fn fields(&self) -> impl Iterator<Item = Field> {
        let put = self.put.iter().filter_map(|(about, _)| match about {
            About::Field(field) => Some(*field),
            _ => None,
        });
        put.chain(self.other.iter().map(|(field, _)| *field))
    }

    /// True if there is a value of a field in it.
    pub(super) fn has_fields(&self) -> bool {
        self.fields().next().is_some()
    }

    fn add(&mut self, field: Field, value: &str, kind: OwnerKind) {
        let secret = Secret::new(value);
        let known =
            self.put.iter().find(|(about, _)| *about == About::Field(field)).map(|(_, secret)| secret);
        let known = known.or_else(|| self.other.iter().find(|(other, _)| *other == field).map(|(_, s)| s));
        match known {
            Some(known) if *known != secret => self.twice.push(field),
            Some(_) => {}
            None if field.held_by() == kind => self.put.push((About::Field(field), secret)),
            None => self.other.push((field, secret)),
        }
    }

    fn add_plain(&mut self, plain: Plain, value: &str, kind: OwnerKind) {
        let fits = match plain {
            Plain::CallbackUrl => kind == OwnerKind::App && value.contains("://"),
            Plain::Handle => kind == OwnerKind::Profile && Handle::parse(value).is_ok(),
            Plain::UserId => kind == OwnerKind::Profile && UserId::parse(value).is_some(),
            _ => false,
        };
        let about = About::Plain(plain);
        if fits && !self.put.iter().any(|(other, _)| *other == about) {
            self.put.push((about, Secret::new(value)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::dialogs::edit::samples::*;

    fn sorted(text: &str, kind: OwnerKind) -> Sorted {
        sort(text, kind).expect("something to sort")
    }

    /// The words of what went where: rows of the form, then those of the other kind after a bar.
    fn words(sorted: &Sorted) -> String {
        let word = |about: &About| match about {
            About::Field(field) => field.row().word.to_owned(),
            About::Plain(plain) => format!("{plain:?}"),
            About::Save => String::new(),
        };
        let put: Vec<_> = sorted.put.iter().map(|(about, _)| word(about)).collect();
        let other: Vec<_> = sorted.other.iter().map(|(field, _)| field.row().word).collect();
        format!("{} | {}", put.join(" "), other.join(" "))
    }

    #[test]
    fn values_go_by_their_names() {
        let (key, secret, token, token_secret) = (api_key(), api_secret(), access_token(), access_secret());
        for (text, kind, wanted) in [
            (format!("X_API_KEY={key}\nX_API_SECRET={secret}"), OwnerKind::App, "api_key api_secret | "),
            (
                format!(
                    "export TWITTER_ACCESS_TOKEN=\"{token}\"\nexport TWITTER_ACCESS_TOKEN_SECRET='{token_secret}'"
                ),
                OwnerKind::Profile,
                "access_token access_secret | ",
            ),
            (
                format!(
                    "{{\n  \"appKey\": \"{key}\",\n  \"appSecret\": \"{secret}\",\n  \"accessToken\": \"{token}\"\n}}"
                ),
                OwnerKind::Profile,
                "access_token | api_key api_secret",
            ),
            (
                format!("API Key\n{key}\nAPI Key Secret\n{secret}\n\nBearer Token:\n{}", bearer()),
                OwnerKind::App,
                "api_key api_secret bearer_token | ",
            ),
            (
                format!(
                    "# bot\nX_ACCESS_TOKEN={}\nREFRESH_TOKEN={} # old\nX_HANDLE=@wiki",
                    oauth2("at"),
                    oauth2("rt")
                ),
                OwnerKind::Profile,
                "oauth2_access_token oauth2_refresh_token Handle | ",
            ),
            (
                format!("client id: {}\nredirect_uri: http://127.0.0.1:8080/callback", client_id()),
                OwnerKind::App,
                "client_id CallbackUrl | ",
            ),
            (format!("X_ACCESS_TOKEN_ALICE={token}\nHOME=/root"), OwnerKind::Profile, "access_token | "),
            (format!("API_KEY={token}\nUSER_ID=1447"), OwnerKind::Profile, "access_token UserId | "),
        ] {
            assert_eq!(words(&sorted(&text, kind)), wanted, "{text}");
        }
    }

    #[test]
    fn values_without_names_go_by_their_shapes() {
        let (key, secret, token, token_secret) = (api_key(), api_secret(), access_token(), access_secret());
        for (text, kind, wanted) in [
            (format!("{key}\n{secret}\n"), OwnerKind::App, "api_key api_secret | "),
            (format!("{}\n{secret}\n", client_id()), OwnerKind::App, "client_id client_secret | "),
            (
                format!("{secret}\n{}\n", api_secret().replace('s', "t")),
                OwnerKind::App,
                "api_secret client_secret | ",
            ),
            (format!("{token}\t{token_secret}"), OwnerKind::Profile, "access_token access_secret | "),
            (
                format!("{key} {secret} {token} {token_secret}"),
                OwnerKind::Profile,
                "access_token access_secret | api_key api_secret",
            ),
        ] {
            assert_eq!(words(&sorted(&text, kind)), wanted, "{text}");
        }
    }

    #[test]
    fn one_value_and_what_is_no_value_belong_where_the_focus_is() {
        for text in [
            api_key(),
            format!("  \"{}\"\n", access_token()),
            bearer(),
            "some words\nand more of them".to_owned(),
            "https://example.org/callback".to_owned(),
            "note: buy milk".to_owned(),
            format!("GITHUB_TOKEN={}", "g".repeat(25)),
            String::new(),
        ] {
            assert_eq!(sort(&text, OwnerKind::Profile), None, "{text}");
        }
    }

    #[test]
    fn a_second_account_is_told_of_and_the_first_one_counts() {
        let text = format!(
            "X_ACCESS_TOKEN_A={}\nX_ACCESS_TOKEN_B={}",
            access_token(),
            access_token().replace('a', "b")
        );
        let sorted = sorted(&text, OwnerKind::Profile);
        assert_eq!(sorted.put, [(About::Field(Field::AccessToken), Secret::new(access_token()))]);
        assert_eq!(sorted.twice, [Field::AccessToken]);
        let again = format!("{0}\n{0}", access_token());
        assert!(sort(&again, OwnerKind::Profile).expect("a token").twice.is_empty());
    }

    #[test]
    fn values_come_without_what_copying_adds() {
        let text = format!("X_API_KEY = \"{}\" \r\nX_API_SECRET={};", api_key(), api_secret());
        let values: Vec<_> = sorted(&text, OwnerKind::App).put.into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, [Secret::new(api_key()), Secret::new(api_secret())]);
    }
}
