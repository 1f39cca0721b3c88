//! The nine stored values: one row each, with name, key, owner and shape.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// One of the nine stored values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is a row of FIELDS, which says what it is")]
pub enum Field {
    ApiKey,
    ApiSecret,
    BearerToken,
    ClientId,
    ClientSecret,
    AccessToken,
    AccessSecret,
    Oauth2AccessToken,
    Oauth2RefreshToken,
}

/// What X issues and kills as one; never split by rotation or merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credential {
    /// API key and secret.
    Api,
    /// The app's bearer token.
    Bearer,
    /// OAuth 2.0 client id and secret.
    Client,
    /// OAuth 1.0a access token and secret.
    Access,
    /// OAuth 2.0 access and refresh token.
    Oauth2,
}

/// Whether the app or the profile holds a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerKind {
    /// Stored once per app.
    App,
    /// Stored per profile.
    Profile,
}

/// One row of [`FIELDS`].
#[derive(Debug)]
pub struct FieldRow {
    /// Which field.
    pub field: Field,
    /// The stable word of files and commands.
    pub word: &'static str,
    /// As the console writes it.
    pub label: &'static str,
    /// With its article, for sentences: "an API key".
    pub phrase: &'static str,
    /// The letter after `y` and `r`.
    pub letter: char,
    /// Who holds it.
    pub held_by: OwnerKind,
    /// Which credential it is part of.
    pub credential: Credential,
    /// Whether it is public by nature (a client id is, as far as OAuth is concerned; we mask it all the same).
    pub secret: bool,
    /// The shape X issues today.
    pub strict: fn(&str) -> bool,
    /// Shapes X has issued before.
    pub lenient: fn(&str) -> bool,
}

/// Every field, in the order people see them. Shapes: X's docs, test fixtures and public samples, 2026-09.
pub const FIELDS: &[FieldRow] = &[
    FieldRow {
        field: Field::ApiKey,
        word: "api_key",
        label: "API key",
        phrase: "an API key",
        letter: 'k',
        held_by: OwnerKind::App,
        credential: Credential::Api,
        secret: true,
        strict: |v| alphanumeric(v, 25, 25),
        lenient: |v| alphanumeric(v, 18, 30),
    },
    FieldRow {
        field: Field::ApiSecret,
        word: "api_secret",
        label: "API key secret",
        phrase: "an API key secret",
        letter: 'K',
        held_by: OwnerKind::App,
        credential: Credential::Api,
        secret: true,
        strict: |v| alphanumeric(v, 50, 50),
        lenient: |v| alphanumeric(v, 35, 60),
    },
    FieldRow {
        field: Field::BearerToken,
        word: "bearer_token",
        label: "Bearer token",
        phrase: "a bearer token",
        letter: 'b',
        held_by: OwnerKind::App,
        credential: Credential::Bearer,
        secret: true,
        strict: bearer,
        lenient: bearer,
    },
    FieldRow {
        field: Field::ClientId,
        word: "client_id",
        label: "Client ID",
        phrase: "an OAuth 2.0 client ID",
        letter: 'i',
        held_by: OwnerKind::App,
        credential: Credential::Client,
        secret: false,
        strict: |v| url_safe(v, 34, 34) && decoded(v).is_some_and(|d| d.ends_with(":ci")),
        lenient: |v| url_safe(v, 20, 60),
    },
    FieldRow {
        field: Field::ClientSecret,
        word: "client_secret",
        label: "Client secret",
        phrase: "an OAuth 2.0 client secret",
        letter: 'I',
        held_by: OwnerKind::App,
        credential: Credential::Client,
        secret: true,
        strict: |v| url_safe(v, 50, 50) && !access_token(v),
        lenient: |v| url_safe(v, 40, 60) && !access_token(v),
    },
    FieldRow {
        field: Field::AccessToken,
        word: "access_token",
        label: "Access token",
        phrase: "an access token",
        letter: 't',
        held_by: OwnerKind::Profile,
        credential: Credential::Access,
        secret: true,
        strict: |v| v.len() == 50 && access_token(v),
        lenient: access_token,
    },
    FieldRow {
        field: Field::AccessSecret,
        word: "access_secret",
        label: "Access token secret",
        phrase: "an access token secret",
        letter: 'T',
        held_by: OwnerKind::Profile,
        credential: Credential::Access,
        secret: true,
        strict: |v| alphanumeric(v, 45, 45),
        lenient: |v| alphanumeric(v, 35, 50),
    },
    FieldRow {
        field: Field::Oauth2AccessToken,
        word: "oauth2_access_token",
        label: "OAuth 2.0 access token",
        phrase: "an OAuth 2.0 access token",
        letter: 'o',
        held_by: OwnerKind::Profile,
        credential: Credential::Oauth2,
        secret: true,
        strict: |v| oauth2_kind(v) == Some("at"),
        lenient: |v| url_safe(v, 80, 110) && oauth2_kind(v).is_none_or(|k| k == "at"),
    },
    FieldRow {
        field: Field::Oauth2RefreshToken,
        word: "oauth2_refresh_token",
        label: "OAuth 2.0 refresh token",
        phrase: "an OAuth 2.0 refresh token",
        letter: 'O',
        held_by: OwnerKind::Profile,
        credential: Credential::Oauth2,
        secret: true,
        strict: |v| oauth2_kind(v) == Some("rt"),
        lenient: |v| url_safe(v, 80, 110) && oauth2_kind(v).is_none_or(|k| k == "rt"),
    },
];

/// One row of [`CREDENTIALS`].
#[derive(Debug)]
pub struct CredentialRow {
    /// Which credential.
    pub credential: Credential,
    /// The stable word of `rotate NAME …`.
    pub word: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// Its fields, the one that names it first.
    pub fields: &'static [Field],
}

/// Every credential.
pub const CREDENTIALS: &[CredentialRow] = &[
    CredentialRow {
        credential: Credential::Api,
        word: "api",
        label: "API key and secret",
        fields: &[Field::ApiKey, Field::ApiSecret],
    },
    CredentialRow {
        credential: Credential::Bearer,
        word: "bearer",
        label: "Bearer token",
        fields: &[Field::BearerToken],
    },
    CredentialRow {
        credential: Credential::Client,
        word: "client",
        label: "OAuth 2.0 client ID and secret",
        fields: &[Field::ClientId, Field::ClientSecret],
    },
    CredentialRow {
        credential: Credential::Access,
        word: "access",
        label: "Access token and secret",
        fields: &[Field::AccessToken, Field::AccessSecret],
    },
    CredentialRow {
        credential: Credential::Oauth2,
        word: "oauth2",
        label: "OAuth 2.0 access and refresh token",
        fields: &[Field::Oauth2AccessToken, Field::Oauth2RefreshToken],
    },
];

impl Field {
    /// Every field, in the order of [`FIELDS`].
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().map(|row| row.field)
    }

    /// The fields that an app or a profile holds.
    pub fn of(kind: OwnerKind) -> impl Iterator<Item = Self> {
        FIELDS.iter().filter(move |row| row.held_by == kind).map(|row| row.field)
    }

    /// This field's row.
    pub fn row(self) -> &'static FieldRow {
        &FIELDS[self as usize]
    }

    /// Who holds it.
    pub fn held_by(self) -> OwnerKind {
        self.row().held_by
    }

    /// Which credential it is part of.
    pub fn credential(self) -> Credential {
        self.row().credential
    }

    /// Reads the stable word; `-` and `_` are the same.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase().replace('-', "_");
        FIELDS.iter().find(|row| row.word == word).map(|row| row.field)
    }

    /// The field whose letter follows `y` or `r`.
    pub fn of_letter(letter: char) -> Option<Self> {
        FIELDS.iter().find(|row| row.letter == letter).map(|row| row.field)
    }

    /// What is odd about `value` for this field: a warning, never a refusal.
    pub fn doubt(self, value: &str) -> Option<Doubt> {
        let row = self.row();
        if (row.strict)(value) {
            return None;
        }
        // Two secrets of 50 letters look alike; only a shape that cannot be ours is another field's.
        match recognise(value).as_slice() {
            [other, ..] if *other != self && !(row.lenient)(value) => Some(Doubt::LooksLike(*other)),
            [other] if *other != self && other.row().secret != row.secret => Some(Doubt::LooksLike(*other)),
            _ if value.chars().any(char::is_whitespace) => Some(Doubt::WhiteSpace),
            _ if (row.lenient)(value) => Some(Doubt::OldShape),
            _ => Some(Doubt::UnknownShape),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.row().word)
    }
}

impl Credential {
    /// This credential's row.
    pub fn row(self) -> &'static CredentialRow {
        &CREDENTIALS[self as usize]
    }

    /// Its fields.
    pub fn fields(self) -> &'static [Field] {
        self.row().fields
    }

    /// Who holds it.
    pub fn held_by(self) -> OwnerKind {
        match self {
            Self::Api | Self::Bearer | Self::Client => OwnerKind::App,
            Self::Access | Self::Oauth2 => OwnerKind::Profile,
        }
    }

    /// Reads the stable word.
    pub fn parse(word: &str) -> Option<Self> {
        CREDENTIALS.iter().find(|row| row.word == word).map(|row| row.credential)
    }
}

/// What is odd about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It has the shape of another field.
    LooksLike(Field),
    /// White space inside: a copy that went wrong.
    WhiteSpace,
    /// A length X issued in earlier years.
    OldShape,
    /// No shape known for this field.
    UnknownShape,
}

impl Doubt {
    /// The sentence for `field`.
    pub fn sentence(self, field: Field) -> String {
        let own = field.row().phrase;
        match self {
            Self::LooksLike(other) => format!("this looks like {}, not {own}", other.row().phrase),
            Self::WhiteSpace => format!("{own} has no white space inside: was it copied whole?"),
            Self::OldShape => format!("an unusual length for {own}: X issued such ones years ago"),
            Self::UnknownShape => format!("this does not look like {own}"),
        }
    }
}

/// The fields whose shape of today `value` has, most likely first. Two for 50 alphanumerics, none for most texts.
pub fn recognise(value: &str) -> Vec<Field> {
    Field::all().filter(|field| (field.row().strict)(value)).collect()
}

/// `pasted` without what copying adds around a value: white space, quotes, zero-width characters.
pub fn trimmed(pasted: &str) -> &str {
    pasted.trim_matches(|c: char| {
        c.is_ascii_whitespace()
            || matches!(c, '"' | '\'' | '`' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
    })
}

/// When X issued an OAuth 2.0 token, in milliseconds since the epoch, as the token itself tells.
pub fn oauth2_issued_ms(value: &str) -> Option<i64> {
    oauth2_told(value)?.1
}

/// The numeric app id inside a bearer token. Undocumented: a hint, never a gate.
///
/// The 59 base64 characters before `=` decode to 16 zero bytes, the id as a little-endian `u64`, 20 bytes.
pub fn bearer_app_id(value: &str) -> Option<u64> {
    let plain = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
    let head = plain.split('=').next().filter(|head| head.len() == 59)?;
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD.decode(head).ok()?;
    let zeros = bytes.get(..16)?.iter().all(|b| *b == 0);
    let id = u64::from_le_bytes(bytes.get(16..24)?.try_into().ok()?);
    (zeros && id > 0).then_some(id)
}

fn alphanumeric(v: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&v.len()) && v.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn url_safe(v: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&v.len())
        && v.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// 15 or more `A`, then 60 or more of the base64 alphabet, perhaps %-escaped.
fn bearer(v: &str) -> bool {
    v.len() - v.trim_start_matches('A').len() >= 15
        && v.len() >= 75
        && v.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'%' | b'+' | b'/' | b'='))
}

/// 1 to 20 digits, `-`, 25 to 45 alphanumerics.
fn access_token(v: &str) -> bool {
    v.split_once('-').is_some_and(|(id, tail)| {
        (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()) && alphanumeric(tail, 25, 45)
    })
}

/// `at`, `rt` or `ac` of `<45 characters>:<epoch ms>:1:<0|1>:<kind>:1`.
fn oauth2_kind(v: &str) -> Option<&'static str> {
    oauth2_told(v).map(|(kind, _)| kind)
}

/// The kind of an OAuth 2.0 token, and when it was issued in milliseconds. Every value of a vault is asked, so nothing is
/// put on the heap.
fn oauth2_told(v: &str) -> Option<(&'static str, Option<i64>)> {
    let fits = url_safe(v, 80, 110);
    let mut room = Zeroizing::new([0; 96]);
    let length = fits.then(|| URL_SAFE_NO_PAD.decode_slice(v, room.as_mut_slice()).ok()).flatten()?;
    let text = std::str::from_utf8(room.get(..length)?).ok()?;
    let mut parts = text.split(':');
    let (_, issued) = (parts.next()?, parts.next()?);
    let kind = parts.nth(2)?;
    let whole = parts.next().is_some() && parts.next().is_none();
    let kind = ["at", "rt", "ac"].into_iter().find(|known| whole && *known == kind)?;
    Some((kind, issued.parse().ok()))
}

fn decoded(v: &str) -> Option<String> {
    URL_SAFE_NO_PAD.decode(v).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

#[cfg(test)]
mod tests;
