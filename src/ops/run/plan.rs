//! Which stored values go to a bot, under which names. Pure.

use super::presets::Preset;
use crate::domain::document::Document;
use crate::domain::fields::Field;
use crate::domain::id::ProfileId;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};

/// What renews others or opens an app for good: only for whoever names it.
const ON_REQUEST: [Field; 2] = [Field::ClientSecret, Field::Oauth2RefreshToken];

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What the values are to be called.
    pub names: Names,
    /// Only these; empty: what is usual.
    pub only: Vec<Field>,
}

/// What values are to be called.
#[derive(Clone, Debug)]
pub enum Names {
    /// As a program or custom has it.
    Of(&'static Preset),
    /// As somebody says, each by itself.
    Map(Vec<(String, Field)>),
}

/// Which values a profile is to be run with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is handed over: name and field.
    pub set: Vec<(String, Field)>,
    /// What is stored and was not named.
    pub withheld: Vec<(String, Field)>,
    /// What is not stored.
    pub missing: Vec<(String, Field)>,
    /// Fields that somebody named: for these there is no going without.
    pub named: Vec<Field>,
}

impl Ask {
    fn rows(&self) -> Vec<(String, Field)> {
        match &self.names {
            Names::Of(preset) => {
                preset.names.iter().map(|(field, name)| ((*name).to_owned(), *field)).collect()
            }
            Names::Map(map) => map.clone(),
        }
    }

    /// The fields that somebody named.
    fn named(&self) -> Vec<Field> {
        match &self.names {
            Names::Of(_) => self.only.clone(),
            Names::Map(map) => map.iter().map(|(_, field)| *field).collect(),
        }
    }
}

/// Reads the name of a variable; `None` for what no program could read, and for birdkeep's own.
pub fn variable(name: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let fits =
        name.len() <= 128 && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit());
    (fits && !name.is_empty() && !name.starts_with("BIRDKEEP_")).then_some(name)
}

/// What `profile` is to be run with.
///
/// # Errors
/// [`Kind::Usage`] where a named field has no name, [`Kind::Found`] where there is nothing to hand over.
pub fn plan(document: &Document, profile: ProfileId, ask: &Ask) -> Result<Plan, Failure> {
    let (rows, named) = (ask.rows(), ask.named());
    nameless(&rows, ask)?;
    let mut plan = Plan { named, ..Plan::default() };
    for row in rows.into_iter().filter(|(_, field)| ask.only.is_empty() || ask.only.contains(field)) {
        let field = row.1;
        if !has(document, profile, field) {
            plan.missing.push(row);
        } else if ON_REQUEST.contains(&field) && !plan.named.contains(&field) {
            plan.withheld.push(row);
        } else {
            plan.set.push(row);
        }
    }
    if plan.set.is_empty() { Err(nothing(document, profile, &plan)) } else { Ok(plan) }
}

/// Whether there is something to hand over as `field`: a refresh token is as good as the access token it brings.
fn has(document: &Document, profile: ProfileId, field: Field) -> bool {
    let stored = |field| document.slot(profile.into(), field).is_some_and(|slot| !slot.secret.is_empty());
    stored(field) || (field == Field::Oauth2AccessToken && stored(Field::Oauth2RefreshToken))
}

/// Every secret a bot is used through, handed over or not: what may not be read in what it says.
pub fn secrets(document: &Document, profile: ProfileId) -> Vec<Secret> {
    Field::all()
        .filter(|field| field.row().secret)
        .filter_map(|field| document.slot(profile.into(), field).map(|slot| slot.secret.clone()))
        .collect()
}

fn nameless(rows: &[(String, Field)], ask: &Ask) -> Result<(), Failure> {
    let nameless = ask.only.iter().find(|field| rows.iter().all(|(_, other)| other != *field));
    let Some(field) = nameless else { return Ok(()) };
    let whose = match &ask.names {
        Names::Of(preset) => format!("the names of “{}” have none for {field}", preset.word),
        Names::Map(_) => format!("--map has no name for {field}"),
    };
    Err(Failure::new(
        Kind::Usage,
        format!("nobody knows what to call {field}"),
        whose,
        format!("name it: --map SOME_NAME={field}; it takes the place of --names"),
    ))
}

fn nothing(document: &Document, profile: ProfileId, plan: &Plan) -> Failure {
    let name =
        document.name_of(profile.into()).map_or_else(String::new, |name| visible_within(name.as_str(), 64));
    let words = |rows: &[(String, Field)]| {
        rows.iter().map(|(_, field)| field.row().word).collect::<Vec<_>>().join(", ")
    };
    let (because, try_this) = if plan.withheld.is_empty() {
        (
            format!("it has none of {}", words(&plan.missing)),
            format!("birdkeep show {name} shows what it has"),
        )
    } else {
        let withheld = words(&plan.withheld);
        let only: Vec<String> = plan.withheld.iter().map(|(_, field)| format!("--only {field}")).collect();
        (
            format!("of what it has, {withheld} is for those alone who name it"),
            format!("add {}", only.join(" ")),
        )
    };
    Failure::new(Kind::Found, format!("there is nothing of “{name}” to hand over"), because, try_this)
}

#[cfg(test)]
mod tests {
    use super::super::presets::by_word;
    use super::*;
    use crate::domain::app::App;
    use crate::domain::credential::Slot;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::id::AppId;
    use crate::domain::names::Name;
    use crate::domain::profile::Profile;
    use crate::domain::time::Time;

    const BOT: [u8; 16] = [1; 16];

    /// A bot, used through an app, that holds `fields`.
    fn document(fields: &[Field]) -> Document {
        let name = |text| Name::parse(text).expect("a name");
        let mut app = App::new(AppId::from_random([9; 16]), name("bots"), Time::default());
        let mut bot = Profile::new(ProfileId::from_random(BOT), name("wiki"), Time::default());
        bot.app = Some(app.id);
        for field in fields {
            let secret = Secret::new(format!("made-up-{field}"));
            let slot = Slot { field: *field, secret, changed_at: Time::default(), issued_at: None };
            match field.held_by() {
                crate::domain::fields::OwnerKind::App => app.held.put(slot),
                crate::domain::fields::OwnerKind::Profile => bot.held.put(slot),
            }
        }
        let mut document = Document::new(FingerprintKey::new([0; 32]));
        document.insert_app(app);
        document.insert_profile(bot);
        document
    }

    fn planned(fields: &[Field], preset: &str, only: &[Field]) -> Result<Plan, Failure> {
        let names = Names::Of(by_word(preset).expect("a preset"));
        let ask = Ask { names, only: only.to_vec() };
        plan(&document(fields), ProfileId::from_random(BOT), &ask)
    }

    fn names(rows: &[(String, Field)]) -> Vec<&str> {
        rows.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn a_bot_gets_what_it_has_but_what_renews() {
        let all: Vec<Field> = Field::all().collect();
        let plan = planned(&all, "x", &[]).expect("it has everything");
        assert_eq!(
            names(&plan.set),
            [
                "X_API_KEY",
                "X_API_SECRET",
                "X_ACCESS_TOKEN",
                "X_ACCESS_TOKEN_SECRET",
                "X_BEARER_TOKEN",
                "X_OAUTH2_ACCESS_TOKEN",
                "X_CLIENT_ID"
            ]
        );
        assert_eq!(names(&plan.withheld), ["X_CLIENT_SECRET", "X_OAUTH2_REFRESH_TOKEN"]);
        let plan = planned(&[Field::BearerToken], "gotwi", &[]).expect_err("gotwi reads no bearer token");
        assert_eq!(plan.kind, Kind::Found);
        let plan = planned(&[Field::ApiKey, Field::ApiSecret], "tweepy", &[]).expect("it has an app");
        assert_eq!(names(&plan.missing), ["ACCESS_KEY", "ACCESS_SECRET", "BEARER_TOKEN"]);
    }

    #[test]
    fn what_renews_is_for_those_who_name_it() {
        let client = [Field::ClientId, Field::ClientSecret];
        let xurl = planned(&client, "xurl", &client).expect("both are named");
        assert_eq!(names(&xurl.set), ["CLIENT_ID", "CLIENT_SECRET"]);
        let refused = planned(&[Field::ClientSecret], "xurl", &[]).expect_err("nobody has named it");
        assert_eq!(refused.try_this, "add --only client_secret");
        let map = vec![("RT".to_owned(), Field::Oauth2RefreshToken)];
        let ask = Ask { names: Names::Map(map), only: vec![] };
        let refresh = document(&[Field::Oauth2RefreshToken]);
        let plan = plan(&refresh, ProfileId::from_random(BOT), &ask).expect("it is named");
        assert_eq!(names(&plan.set), ["RT"]);
    }

    #[test]
    fn a_named_field_without_a_name_is_refused() {
        let refused =
            planned(&[Field::ApiKey], "gotwi", &[Field::BearerToken]).expect_err("it has no name there");
        assert_eq!(refused.kind, Kind::Usage);
        assert!(refused.try_this.contains("--map SOME_NAME=bearer_token"), "{refused}");
    }

    #[test]
    fn a_refresh_token_is_as_good_as_the_access_token_it_brings() {
        let plan = planned(&[Field::Oauth2RefreshToken], "x", &[]).expect("it can be refreshed");
        assert_eq!(names(&plan.set), ["X_OAUTH2_ACCESS_TOKEN"]);
    }

    #[test]
    fn names_of_variables_are_those_that_programs_can_read() {
        for good in ["X", "_x", "MY_BOT_2", "path"] {
            assert_eq!(variable(good), Some(good));
        }
        for bad in ["", "2X", "A-B", "A B", "A=B", "É", "BIRDKEEP_FD", "A\n", &"X".repeat(129)] {
            assert_eq!(variable(bad), None, "{bad:?}");
        }
    }
}
