//! Source code as it stands in tutorials and bots: assignments, object literals, keyword arguments and the calls of
//! well-known libraries, in Python, JavaScript and their relatives. Nothing is run; only literal texts are values.
//!
//! `consumer_key = '…'`, `{ appKey: "…" }`, `"api_key": "…"`, `:api_key => '…'`, `tweepy.Client(bearer_token="…")`,
//! `tweepy.OAuthHandler("…", "…")`.

mod tokens;
mod write;

#[cfg(test)]
mod tests;

use tokens::{Token, What};

pub(super) use write::{node, tweepy, xdk};

use super::gather::{Account, Gather, Given};
use super::names::{Bare, is_other, is_structure, known, speaks_of_x};
use super::rows::{Called, Place, Rows, Unreadable};
use crate::domain::fields::{self, Field};
use crate::domain::labels::Label;

/// What the arguments of well-known calls are when they have no names. `None`: nothing of ours.
const CALLS: &[(&str, &[Option<Label>])] = &[
    ("OAuth1UserHandler", KEY_SECRET_TOKEN_SECRET),
    ("OAuthHandler", KEY_SECRET_TOKEN_SECRET),
    ("OAuth1Session", KEY_SECRET_TOKEN_SECRET),
    ("TwitterAPI", KEY_SECRET_TOKEN_SECRET),
    ("Twython", KEY_SECRET_TOKEN_SECRET),
    ("TwitterOAuth", KEY_SECRET_TOKEN_SECRET),
    ("OAuth2AppHandler", KEY_SECRET_TOKEN_SECRET),
    ("AppAuthHandler", KEY_SECRET_TOKEN_SECRET),
    (
        "OAuth1",
        &[
            Some(Label::Field(Field::ApiKey)),
            Some(Label::Field(Field::ApiSecret)),
            None,
            Some(Label::UserToken),
            Some(Label::Field(Field::AccessSecret)),
        ],
    ),
    ("set_access_token", &[Some(Label::UserToken), Some(Label::Field(Field::AccessSecret))]),
    ("setAccessToken", &[Some(Label::UserToken), Some(Label::Field(Field::AccessSecret))]),
    ("OAuth2BearerHandler", &[Some(Label::Field(Field::BearerToken))]),
];

const KEY_SECRET_TOKEN_SECRET: &[Option<Label>] = &[
    Some(Label::Field(Field::ApiKey)),
    Some(Label::Field(Field::ApiSecret)),
    Some(Label::UserToken),
    Some(Label::Field(Field::AccessSecret)),
];

/// Calls of which the one unnamed argument is told by its shape.
const BY_SHAPE: &[&str] = &["TwitterApi", "Client"];

/// Calls with a name and a value: `define('CONSUMER_KEY', '…')`.
const NAME_AND_VALUE: &[&str] =
    &["define", "setdefault", "put", "set", "setProperty", "getenv", "get", "fetch"];

/// Reads it.
///
/// # Errors
/// When no literal in it has a known name.
pub(super) fn read(text: &str) -> Result<Rows, Unreadable> {
    let mut reader = Reader::new(text);
    reader.read(text);
    if reader.gather.is_empty() {
        return Err(Unreadable::Shape("no text in it is assigned to a name used for X's credentials"));
    }
    reader.gather.finish()
}

/// A bracket that is open.
struct Open<'a> {
    /// What stands before it: the function of a call, the key of an object.
    call: Option<&'a str>,
    /// The account that values inside belong to; `None`: another service's.
    account: Option<Account>,
    /// How many arguments without a name came before.
    argument: usize,
    /// The first argument, if that is a text.
    first: Option<String>,
}

struct Reader<'a> {
    gather: Gather,
    bare: Bare,
    open: Vec<Open<'a>>,
    /// What a second value for the same thing began.
    current: Option<Account>,
}

/// The deepest nesting that is followed.
const DEPTH_MAX: usize = 64;

impl<'a> Reader<'a> {
    fn new(text: &str) -> Self {
        let bare = if speaks_of_x(text) { Bare::Ours } else { Bare::Anybodys };
        Self { gather: Gather::default(), bare, open: Vec::new(), current: None }
    }

    fn read(&mut self, text: &'a str) {
        let whole = self.gather.unnamed();
        self.open.push(Open { call: None, account: Some(whole), argument: 0, first: None });
        // The last three tokens: `name`, `=`, `'value'`.
        let (mut name, mut binds): (Option<Token<'a>>, bool) = (None, false);
        for token in tokens::tokens(text) {
            match token.what {
                What::Bind => binds = name.is_some(),
                What::Open(bracket) => {
                    self.begin(bracket, name.take(), binds);
                    binds = false;
                }
                What::Close(bracket) => {
                    if self.open.len() > 1 {
                        self.open.pop();
                    }
                    // `os.environ['X_API_KEY'] = …`
                    name = name.filter(|name| bracket == ']' && matches!(name.what, What::Text(_)));
                    binds = false;
                }
                What::Comma => {
                    self.next_argument(name.take().filter(|_| !binds));
                    binds = false;
                }
                What::Text(ref value) if binds => {
                    if let Some(name) = name.take() {
                        self.named(&name, value, token.line);
                    }
                    binds = false;
                }
                What::Text(ref value) => {
                    self.unnamed(value, token.line);
                    name = Some(token);
                }
                What::Word(_) => (name, binds) = (Some(token), false),
                What::Other => (name, binds) = (None, false),
            }
        }
    }

    /// A bracket opens: after a name it is a call, after `key:` inside another brace an account.
    fn begin(&mut self, bracket: char, name: Option<Token<'a>>, binds: bool) {
        let account = self.open.last().map_or_else(|| Some(self.gather.unnamed()), |open| open.account);
        let inside = self.open.len() > 1;
        let word = name.as_ref().and_then(Token::word);
        let account = match (word, account) {
            (Some(key), _) if binds && is_other(key) => None,
            (Some(key), Some(account)) if binds && inside && bracket == '{' && !is_structure(key) => {
                self.current = None;
                Some(self.gather.named(Some(account), key))
            }
            (None, Some(account)) if bracket == '{' && self.is_in_list() => {
                self.current = None;
                Some(self.gather.another(Some(account)))
            }
            (_, account) => account,
        };
        let call = match name.map(|name| name.what) {
            Some(What::Word(word)) if bracket == '(' && !binds => Some(word),
            _ => None,
        };
        if self.open.len() < DEPTH_MAX {
            self.open.push(Open { call, account, argument: 0, first: None });
        }
    }

    /// Whether the innermost bracket is that of a list of objects.
    fn is_in_list(&self) -> bool {
        self.open.len() > 1 && self.open.last().is_some_and(|open| open.call.is_none())
    }

    fn next_argument(&mut self, before: Option<Token<'a>>) {
        if let Some(open) = self.open.last_mut() {
            open.argument += 1;
            if let Some(What::Text(text)) = before.map(|token| token.what) {
                open.first = Some(text.into_owned()).filter(|_| open.argument == 1);
            }
        }
    }

    /// A text that is assigned to a name.
    fn named(&mut self, name: &Token<'a>, value: &str, line: usize) {
        let Some(name) = name.word() else { return };
        self.give(name, value, line, None);
    }

    /// A text without a name: an argument of a call, perhaps.
    fn unnamed(&mut self, value: &str, line: usize) {
        let Some(open) = self.open.last() else { return };
        let Some(call) = open.call else { return };
        if let Some((_, arguments)) = CALLS.iter().find(|(name, _)| *name == call) {
            if let Some(Some(label)) = arguments.get(open.argument) {
                self.give("", value, line, Some(*label));
            }
        } else if BY_SHAPE.contains(&call) {
            if let [field, ..] = fields::recognise(fields::trimmed(value)).as_slice() {
                self.give("", value, line, Some(Label::Field(*field)));
            }
        } else if NAME_AND_VALUE.contains(&call)
            && open.argument == 1
            && let Some(name) = open.first.clone()
        {
            self.give(&name, value, line, None);
        }
    }

    fn give(&mut self, name: &str, value: &str, line: usize, label: Option<Label>) {
        let Some(account) = self.open.last().and_then(|open| open.account) else { return };
        let place = Place::Line(line);
        let known = known(name, value, self.bare);
        let Some(label) = label.or_else(|| known.as_ref().map(|known| known.label)) else {
            return self.gather.pass_over(place, name, value);
        };
        let given = Given { place, name, label, sure: true, value };
        match known.map(|known| known.account).filter(|suffix| !suffix.is_empty()) {
            Some(suffix) => {
                let account = self.gather.account(Some(account), Called::Suffix(suffix));
                self.gather.take(account, &given);
            }
            None => self.current = Some(self.gather.take_or_begin(self.current.unwrap_or(account), &given)),
        }
    }
}
