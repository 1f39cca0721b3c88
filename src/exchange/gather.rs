//! Values that a reader has found, gathered into apps and profiles: what belongs together, what is said twice, and
//! what is no value at all.
//!
//! Every reader but that of the exchange format hands its finds over here one by one. An [`Account`] is what belongs
//! to one bot; one inside another shares its app.

mod assemble;
mod odd;

use std::collections::BTreeMap;

pub(super) use odd::Odd;

use super::rows::{Called, Place, ROWS_MAX, Rows, quoted};
use crate::domain::fields::{self, Field};
use crate::domain::labels::Label;
use crate::domain::names::Name;
use crate::domain::text::visible_within;
use crate::domain::time::Time;

/// One of the accounts of a [`Gather`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Account(usize);

/// A value, as a reader finds it.
pub(super) struct Given<'a> {
    /// Where.
    pub(super) place: Place,
    /// What the file calls it; empty where it has no name.
    pub(super) name: &'a str,
    /// What it is.
    pub(super) label: Label,
    /// Whether its name can be nobody else's than X's.
    pub(super) sure: bool,
    /// The value, as it stands.
    pub(super) value: &'a str,
}

/// A value that was taken, and from where.
struct Taken {
    place: Place,
    text: String,
    sure: bool,
}

/// Everything of one account.
struct Held {
    called: Called,
    within: Option<Account>,
    taken: BTreeMap<Label, Taken>,
    /// What its app is called, where the file says so.
    app: Option<Name>,
    expires_at: Option<Time>,
}

/// Everything a reader has found so far.
#[derive(Default)]
pub(super) struct Gather {
    rows: Rows,
    accounts: Vec<Held>,
    index: BTreeMap<(Option<Account>, Called), Account>,
    /// Whether more accounts came than are taken.
    full: bool,
}

impl Gather {
    /// The account of this name within another: the one there is, or a new one.
    pub(super) fn account(&mut self, within: Option<Account>, called: Called) -> Account {
        if let Some(account) = self.index.get(&(within, called.clone())) {
            return *account;
        }
        // The one that a file names none for comes beside them.
        if self.accounts.len() > ROWS_MAX {
            self.full = true;
            return Account(usize::MAX);
        }
        let account = Account(self.accounts.len());
        self.index.insert((within, called.clone()), account);
        self.accounts.push(Held { called, within, taken: BTreeMap::new(), app: None, expires_at: None });
        account
    }

    /// The account of a file that names none.
    pub(super) fn unnamed(&mut self) -> Account {
        self.account(None, Called::Unnamed)
    }

    /// One more account without a name.
    pub(super) fn another(&mut self, within: Option<Account>) -> Account {
        let number = self.accounts.len() + 1;
        self.account(within, Called::Numbered(number))
    }

    /// An account by a name that the file gives, if that can be a name; else one more without.
    pub(super) fn named(&mut self, within: Option<Account>, name: &str) -> Account {
        match Name::parse(name.trim()) {
            // A key of X where a name should be is no name to show.
            Ok(name) if fields::recognise(name.as_str()).is_empty() => {
                self.account(within, Called::Guess(name))
            }
            _ => self.another(within),
        }
    }

    /// Names the app of an account.
    pub(super) fn app(&mut self, account: Account, name: Name) {
        if let Some(held) = self.accounts.get_mut(account.0) {
            held.app = Some(name);
        }
    }

    /// Says when the OAuth 2.0 access token of an account expires.
    pub(super) fn expires(&mut self, account: Account, at: Time) {
        if let Some(held) = self.accounts.get_mut(account.0) {
            held.expires_at = Some(at);
        }
    }

    /// Takes a value in, or says why not.
    pub(super) fn take(&mut self, account: Account, given: &Given<'_>) {
        let value = fields::trimmed(given.value);
        let name = || match given.name {
            "" => "this value".to_owned(),
            name => visible_within(name, 40),
        };
        match Odd::of(value) {
            Some(Odd::Nothing) => return,
            Some(odd) if odd.is_harmless() => {
                return self.rows.note(given.place, format!("{} {odd}", name()));
            }
            Some(odd) => return self.rows.left_out(given.place, format!("{} {odd}", name())),
            None => {}
        }
        let label = resolved(given.label, value);
        let Some(held) = self.accounts.get_mut(account.0) else { return };
        let taken = Taken { place: given.place, text: value.to_owned(), sure: given.sure };
        match held.taken.get(&label) {
            Some(first) if first.text == taken.text => {}
            Some(first) if first.sure == taken.sure => {
                let text = format!("{} gives another value than {} for the same thing", name(), first.place);
                self.rows.left_out(given.place, text);
            }
            Some(first) if first.sure => {
                let text = format!("{} is passed over: a name with prefix says something else", name());
                self.rows.note(given.place, text);
            }
            _ => {
                held.taken.insert(label, taken);
            }
        }
    }

    /// The same, but a second value for the same thing begins one more account. Gives the account that has it.
    pub(super) fn take_or_begin(&mut self, account: Account, given: &Given<'_>) -> Account {
        let value = fields::trimmed(given.value);
        let label = resolved(given.label, value);
        let held = self.accounts.get(account.0);
        let other = |held: &&Held| held.taken.get(&label).is_some_and(|first| first.text != value);
        let account = match held.filter(other) {
            Some(held) if Odd::of(value).is_none() => {
                let within = held.within.or(Some(account));
                self.another(within)
            }
            _ => account,
        };
        self.take(account, given);
        account
    }

    /// A name nobody knows with a value everybody would recognise deserves a word; other programs' values do not.
    pub(super) fn pass_over(&mut self, place: Place, name: &str, value: &str) {
        // Forty-five or fifty letters may be anything; these shapes are X's own.
        const SPEAKING: &[Field] = &[
            Field::AccessToken,
            Field::BearerToken,
            Field::ClientId,
            Field::Oauth2AccessToken,
            Field::Oauth2RefreshToken,
        ];
        let recognised = fields::recognise(fields::trimmed(value));
        let Some(field) = recognised.iter().find(|field| SPEAKING.contains(field)) else { return };
        // What stands in the place of a name may be a value itself.
        let name = if fields::recognise(name).is_empty() { quoted(name) } else { "a value".to_owned() };
        let phrase = field.row().phrase;
        self.rows.note(place, format!("{name} looks like {phrase}, but its name is not known"));
    }

    /// Says that something could not be taken.
    pub(super) fn left_out(&mut self, place: Place, text: impl Into<String>) {
        self.rows.left_out(place, text);
    }

    /// Says something worth knowing.
    pub(super) fn note(&mut self, place: Place, text: impl Into<String>) {
        self.rows.note(place, text);
    }

    /// True while there is neither a value nor anything to say.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.remarks.is_empty() && !self.has_values()
    }

    /// True once there is a value.
    pub(super) fn has_values(&self) -> bool {
        self.accounts.iter().any(|held| !held.taken.is_empty())
    }
}

/// Names for a user's token are used for both kinds, so its shape decides.
fn resolved(label: Label, value: &str) -> Label {
    match label {
        Label::UserToken if (Field::Oauth2AccessToken.row().strict)(value) => {
            Label::Field(Field::Oauth2AccessToken)
        }
        Label::UserToken => Label::Field(Field::AccessToken),
        label => label,
    }
}
