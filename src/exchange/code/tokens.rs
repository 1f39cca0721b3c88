//! Code as far as it matters here: words, literal texts, brackets and what binds a name to a value. Comments are
//! passed over; what language it is does not matter.

use std::borrow::Cow;

/// One piece of code, with its line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) line: usize,
    pub(super) what: What<'a>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// An identifier, or the last part of a dotted one.
    Word(&'a str),
    /// A literal text, without its quotes.
    Text(Cow<'a, str>),
    /// `=`, `:`, `:=`, `=>`.
    Bind,
    Open(char),
    Close(char),
    Comma,
    /// An operator, a number.
    Other,
}

impl Token<'_> {
    /// What may be a name: a word, or a text that is a key.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.what {
            What::Word(word) => Some(word),
            What::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Every token of `text`.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut scanner = Scanner { rest: text, line: 1, long: true };
    std::iter::from_fn(move || scanner.next_token())
}

struct Scanner<'a> {
    rest: &'a str,
    line: usize,
    /// Whether texts of several lines are still looked for: one that is not closed ends that, or each of many would
    /// be searched to the end.
    long: bool,
}

impl<'a> Scanner<'a> {
    fn next_token(&mut self) -> Option<Token<'a>> {
        loop {
            let c = self.rest.chars().next()?;
            let line = self.line;
            let token = |what| Some(Token { line, what });
            match c {
                c if c.is_whitespace() => self.skip(c.len_utf8()),
                '#' => self.comment("\n"),
                '/' if self.rest.starts_with("//") => self.comment("\n"),
                '/' if self.rest.starts_with("/*") => self.comment("*/"),
                '"' | '\'' | '`' => return token(What::Text(self.literal(c))),
                c if c.is_alphabetic() || matches!(c, '_' | '$' | '@') => {
                    let word = self.word();
                    // `r'…'`, `f"…"`: what stands before a quote says how the text is written.
                    if word.len() > 2 || !self.rest.starts_with(['"', '\'']) {
                        return token(What::Word(word.trim_start_matches(['$', '@'])));
                    }
                }
                '(' | '[' | '{' => {
                    self.skip(1);
                    return token(What::Open(c));
                }
                ')' | ']' | '}' => {
                    self.skip(1);
                    return token(What::Close(c));
                }
                ',' => {
                    self.skip(1);
                    return token(What::Comma);
                }
                // `object.key`, `Module::name`, `?.`: the last part is the name.
                '.' | '?' | '!' => self.skip(1),
                ':' | '=' => return token(self.binding()),
                c => {
                    self.skip(c.len_utf8());
                    return token(What::Other);
                }
            }
        }
    }

    fn skip(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += gone.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = rest;
    }

    fn comment(&mut self, end: &str) {
        let length = self.rest.get(1..).and_then(|rest| rest.find(end)).map(|at| at + 1 + end.len());
        self.skip(length.unwrap_or(self.rest.len()));
    }

    fn word(&mut self) -> &'a str {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@');
        let end = self.rest.find(|c| !plain(c)).unwrap_or(self.rest.len());
        let (word, _) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.skip(end);
        word
    }

    fn binding(&mut self) -> What<'a> {
        let run = self.rest.find(|c| !matches!(c, ':' | '=' | '>')).unwrap_or(self.rest.len());
        let what = match self.rest.get(..run) {
            Some(":" | "=" | ":=" | "=>") => What::Bind,
            _ => What::Other,
        };
        self.skip(run);
        what
    }

    /// A literal text: with one quote up to the end of its line, with three up to the next three. What is not closed
    /// is no text but the rest of its line.
    fn literal(&mut self, quote: char) -> Cow<'a, str> {
        let triple: String = [quote; 3].iter().collect();
        if self.rest.starts_with(&triple) {
            self.skip(3);
            let end = self.rest.find(&triple);
            let text = self.rest.get(..end.unwrap_or(self.rest.len())).unwrap_or_default();
            self.skip(end.map_or(text.len(), |end| end + 3));
            return Cow::Borrowed(text);
        }
        self.skip(1);
        let (mut escaped, mut plain) = (false, true);
        for (at, c) in self.rest.char_indices() {
            match c {
                '\n' if quote != '`' || !self.long => break,
                c if c == quote && !escaped => {
                    let text = self.rest.get(..at).unwrap_or_default();
                    self.skip(at + 1);
                    return if plain { Cow::Borrowed(text) } else { Cow::Owned(unescaped(text)) };
                }
                '\\' => {
                    escaped = !escaped;
                    plain = false;
                }
                _ => escaped = false,
            }
        }
        self.long &= quote != '`';
        let line = self.rest.find('\n').unwrap_or(self.rest.len());
        self.skip(line);
        Cow::Borrowed("")
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
