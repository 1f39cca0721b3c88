//! What puts a cause right: one row each. The screen does it with one key, the command line prints the command.

use crate::domain::document::{Document, Lookup};
use crate::domain::id::{Owner, ProfileId};
use crate::domain::phrase::shell_word;

/// What puts a cause right. The words in [`REMEDIES`] are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is a row of REMEDIES, which says what it is")]
pub enum Remedy {
    Nothing,
    RaisePermission,
    IssueAccess,
    LogIn,
    Refresh,
    RotateBearer,
    EditProfile,
    EditApp,
    OpenPage,
    CheckAgain,
    SetClock,
}

/// One row of [`REMEDIES`].
#[derive(Debug)]
pub struct RemedyRow {
    /// Which remedy.
    pub remedy: Remedy,
    /// The stable word of machine output.
    pub word: &'static str,
    /// What the screen does about it, after the name of the key.
    pub does: &'static str,
    /// Whether it is about the profile's app.
    pub of_app: bool,
    /// The command, with `NAME` for the profile or app; `None`: no command does it.
    pub command: Option<&'static str>,
}

/// Every remedy.
pub const REMEDIES: &[RemedyRow] = &[
    row(Remedy::Nothing, "nothing", "has nothing to do", None),
    row(
        Remedy::RaisePermission,
        "raise_permission",
        "opens the console",
        Some("birdkeep authorize NAME --oauth1"),
    ),
    row(Remedy::IssueAccess, "issue_access", "logs in", Some("birdkeep authorize NAME --oauth1")),
    row(Remedy::LogIn, "log_in", "logs in", Some("birdkeep authorize NAME --oauth2")),
    row(Remedy::Refresh, "refresh", "refreshes it", Some("birdkeep token NAME > /dev/null")),
    RemedyRow {
        of_app: true,
        ..row(
            Remedy::RotateBearer,
            "rotate_bearer",
            "rotates the bearer token",
            Some("birdkeep rotate NAME bearer"),
        )
    },
    row(Remedy::EditProfile, "edit_profile", "opens the form", Some("birdkeep edit NAME")),
    RemedyRow {
        of_app: true,
        ..row(Remedy::EditApp, "edit_app", "opens the form", Some("birdkeep edit NAME"))
    },
    row(Remedy::OpenPage, "open_page", "opens the page", None),
    row(Remedy::CheckAgain, "check_again", "checks again", Some("birdkeep check NAME")),
    row(Remedy::SetClock, "set_clock", "checks again", Some("birdkeep check NAME")),
];

const fn row(
    remedy: Remedy,
    word: &'static str,
    does: &'static str,
    command: Option<&'static str>,
) -> RemedyRow {
    RemedyRow { remedy, word, does, of_app: false, command }
}

impl Remedy {
    /// This remedy's row.
    pub fn row(self) -> &'static RemedyRow {
        &REMEDIES[self as usize]
    }

    /// Reads the stable word.
    pub fn parse(word: &str) -> Option<Self> {
        REMEDIES.iter().find(|row| row.word == word).map(|row| row.remedy)
    }

    /// Whom it is about: the profile, or the app it is used through.
    pub fn target(self, document: &Document, profile: ProfileId) -> Owner {
        let app = || document.app_of(document.profile(profile)?).map(|app| app.id.into());
        self.row().of_app.then(app).flatten().unwrap_or_else(|| profile.into())
    }

    /// The command that does it, ready for a shell.
    pub fn command(self, document: &Document, profile: ProfileId) -> Option<String> {
        let name = addressed(document, self.target(document, profile))?;
        Some(self.row().command?.replace("NAME", &name))
    }
}

/// How a command line names `owner`: with its kind where the other kind has the same name, quoted where a shell would
/// read more into it.
fn addressed(document: &Document, owner: Owner) -> Option<String> {
    let name = document.name_of(owner)?.as_str();
    let both = matches!(document.look_up(name), Lookup::Both(..));
    let kind = match (both, owner) {
        (false, _) => "",
        (true, Owner::App(_)) => "app:",
        (true, Owner::Profile(_)) => "profile:",
    };
    Some(shell_word(&format!("{kind}{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::app::App;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::id::AppId;
    use crate::domain::names::Name;
    use crate::domain::profile::Profile;
    use crate::domain::time::Time;

    #[test]
    fn the_table_is_in_the_order_of_the_enum_and_its_words_are_stable() {
        for (i, row) in REMEDIES.iter().enumerate() {
            assert_eq!(row.remedy as usize, i, "{}", row.word);
            assert_eq!(Remedy::parse(row.word), Some(row.remedy));
            assert!(row.command.is_none_or(|command| command.contains(" NAME")), "{}", row.word);
        }
    }

    #[test]
    fn a_command_names_whom_it_is_about_so_that_a_shell_and_birdkeep_take_it() {
        let id = ProfileId::from_random([1; 16]);
        for (app, profile, remedy, wanted) in [
            ("bots", "wiki", Remedy::IssueAccess, "birdkeep authorize wiki --oauth1"),
            ("bots", "wiki", Remedy::RotateBearer, "birdkeep rotate bots bearer"),
            ("wiki", "wiki", Remedy::EditApp, "birdkeep edit app:wiki"),
            ("wiki", "Wiki", Remedy::EditProfile, "birdkeep edit profile:Wiki"),
            ("bots", "it's $HOME", Remedy::LogIn, "birdkeep authorize 'it'\\''s $HOME' --oauth2"),
            ("bots", "vær", Remedy::CheckAgain, "birdkeep check 'vær'"),
        ] {
            let name = |text| Name::parse(text).expect("a name");
            let mut document = Document::new(FingerprintKey::new([1; 32]));
            let app = App::new(AppId::from_random([2; 16]), name(app), Time::default());
            let used = Profile { app: Some(app.id), ..Profile::new(id, name(profile), Time::default()) };
            document.insert_app(app);
            document.insert_profile(used);
            assert_eq!(remedy.command(&document, id).as_deref(), Some(wanted));
        }
        let document = Document::new(FingerprintKey::new([1; 32]));
        assert_eq!(Remedy::Refresh.command(&document, id), None);
    }
}
