//! Masks secrets in what a program says, however it is cut into pieces. Pure.
//!
//! A secret is known in the forms it is usually written in: as it is, in base64 wherever it stands in what was encoded,
//! as part of an address, and in JSON. What is not recognised: a secret that the program itself breaks into pieces or
//! encodes in yet another way. A help against accidents in logs, not a wall against a hostile program.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::domain::secret::Secret;

/// What stands in the place of a secret. No form of one has this character.
const INSTEAD: &[u8] = "••••••••".as_bytes();
/// Shorter texts are no secrets, and turn up in ordinary ones.
const SHORTEST: usize = 8;
/// How many bytes that may begin a secret are shown when nothing follows them for a while: a prompt, a progress bar.
const EARLY: usize = 3;
/// What an address leaves as it is (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The forms of some secrets.
pub struct Mask {
    /// By their first byte, the longest first.
    forms: Vec<Vec<Box<[u8]>>>,
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mask(…)")
    }
}

/// How a place in a text may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Here {
    /// No secret begins here.
    Nothing,
    /// A secret of so many bytes.
    Secret(usize),
    /// What follows will tell.
    Perhaps,
}

impl Mask {
    /// A mask for `secrets`; those of less than eight bytes are not masked.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Arc<Self> {
        let mut forms = vec![Vec::new(); 256];
        for form in secrets.into_iter().flat_map(|secret| written(secret.expose())) {
            if let Some(first) = form.first() {
                forms[usize::from(*first)].push(form.into_boxed_slice());
            }
        }
        for same in &mut forms {
            same.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            same.dedup();
        }
        Arc::new(Self { forms })
    }

    /// For one stream of bytes.
    pub fn stream(self: &Arc<Self>) -> Masked {
        Masked { mask: Arc::clone(self), held: Vec::new(), shown: 0 }
    }

    fn here(&self, rest: &[u8], last: bool) -> Here {
        let Some(first) = rest.first() else { return Here::Nothing };
        for form in &self.forms[usize::from(*first)] {
            if rest.starts_with(form) {
                return Here::Secret(form.len());
            }
            if !last && form.starts_with(rest) {
                return Here::Perhaps;
            }
        }
        Here::Nothing
    }
}

/// A stream of bytes whose secrets are masked.
#[derive(Debug)]
pub struct Masked {
    mask: Arc<Mask>,
    /// What may be the beginning of a secret.
    held: Vec<u8>,
    /// How much of that has been shown already.
    shown: usize,
}

impl Masked {
    /// Takes the next bytes, and gives what can be shown.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        self.go_on(false)
    }

    /// Nothing has come for a while: gives the few bytes that somebody may wait for. Should a secret come of them after
    /// all, the rest of it is masked.
    pub fn idle(&mut self) -> Vec<u8> {
        if self.held.len() > EARLY {
            return Vec::new();
        }
        let given = self.held[self.shown..].to_vec();
        self.shown = self.held.len();
        given
    }

    /// Whether [`Masked::idle`] would give anything.
    pub fn is_waiting(&self) -> bool {
        self.shown < self.held.len() && self.held.len() <= EARLY
    }

    /// There is nothing more: gives the rest.
    pub fn end(&mut self) -> Vec<u8> {
        self.go_on(true)
    }

    fn go_on(&mut self, last: bool) -> Vec<u8> {
        let (mut given, mut at) = (Vec::with_capacity(self.held.len()), 0);
        while at < self.held.len() {
            match self.mask.here(&self.held[at..], last) {
                Here::Perhaps => break,
                Here::Secret(length) => {
                    given.extend_from_slice(INSTEAD);
                    at += length;
                }
                Here::Nothing => {
                    if at >= self.shown {
                        given.push(self.held[at]);
                    }
                    at += 1;
                }
            }
        }
        self.held.drain(..at);
        self.shown = self.shown.saturating_sub(at);
        given
    }
}

/// The forms a secret is written in.
fn written(secret: &str) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::new();
    if secret.len() < SHORTEST {
        return forms;
    }
    let unescaped = percent_decode_str(secret).decode_utf8().ok();
    let plain = [Some(secret), unescaped.as_deref()];
    for text in plain.into_iter().flatten().filter(|text| text.len() >= SHORTEST) {
        let escaped = utf8_percent_encode(text, RESERVED).to_string();
        // Names and texts always have a form in JSON.
        let json = serde_json::to_string(text).unwrap_or_default();
        let json = json.trim_matches('"');
        forms.extend([text.into(), lower_escapes(&escaped).into(), escaped.into()].map(String::into_bytes));
        forms.extend([json.to_owned(), json.replace('/', "\\/")].map(String::into_bytes));
        forms.extend(
            [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].map(|way| way.encode(text).into_bytes()),
        );
        forms.extend((0..3).flat_map(|before| inside(text, before)));
    }
    forms
}

/// `%2F` as `%2f`.
fn lower_escapes(escaped: &str) -> String {
    let mut parts = escaped.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        text.extend(["%", &code.to_ascii_lowercase(), rest]);
    }
    text
}

/// The characters of a base64 text that `secret` alone decides, where `before` bytes (or three more, or six …) stand
/// before it, as in `Basic` with key and secret.
fn inside(secret: &str, before: usize) -> [Vec<u8>; 2] {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret.as_bytes());
    let (from, to) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    [STANDARD_NO_PAD, URL_SAFE_NO_PAD]
        .map(|way| way.encode(&bytes).into_bytes().get(from..to).unwrap_or_default().to_vec())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BEARER: &str = "AAAAmade-up%2Fbearer%2Btoken%3Dx";

    fn masked(secrets: &[&str], chunks: &[&str]) -> String {
        let secrets: Vec<Secret> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        let mut stream = Mask::new(&secrets).stream();
        let mut out: Vec<u8> = chunks.iter().flat_map(|chunk| stream.take(chunk.as_bytes())).collect();
        out.extend(stream.end());
        String::from_utf8(out).expect("text stays text")
    }

    #[test]
    fn a_secret_is_masked_in_every_usual_form() {
        let basic = STANDARD.encode(format!("made-up-key:{BEARER}:x"));
        let unescaped = "AAAAmade-up/bearer+token=x";
        for said in [
            BEARER.to_owned(),
            unescaped.to_owned(),
            STANDARD.encode(BEARER),
            URL_SAFE_NO_PAD.encode(BEARER),
            STANDARD.encode(unescaped),
            utf8_percent_encode(BEARER, NON_ALPHANUMERIC).to_string().replace("%2D", "-"),
            "AAAAmade-up%2fbearer%2btoken%3dx".to_owned(),
            "AAAAmade-up\\/bearer+token=x".to_owned(),
        ] {
            assert_eq!(masked(&[BEARER], &["a ", &said, " b"]), "a •••••••• b", "{said}");
        }
        let shown = masked(&[BEARER], &[&basic]);
        assert!(shown.contains("••••••••") && shown.len() < basic.len(), "{shown}");
        assert_eq!(masked(&["made \"up\" é"], &["{\"a\":\"made \\\"up\\\" é\"}"]), "{\"a\":\"••••••••\"}");
    }

    #[test]
    fn the_longest_of_several_wins_and_neighbours_are_masked_each() {
        let two = ["made-up-1", "made-up-123"];
        assert_eq!(masked(&two, &["made-up-", "123"]), "••••••••");
        assert_eq!(masked(&two, &["made-up-12"]), "••••••••2");
        assert_eq!(masked(&two, &["made-up-1made-up-123"]), "••••••••••••••••");
        assert_eq!(masked(&["short"], &["short"]), "short");
        assert_eq!(masked(&[], &["anything"]), "anything");
    }

    #[test]
    fn a_prompt_does_not_wait_for_what_never_comes() {
        let mut stream = Mask::new(&[Secret::new("ma:made-up")]).stream();
        assert_eq!(stream.take(b"your name, ma"), b"your name, ");
        assert!(stream.is_waiting());
        assert_eq!(stream.idle(), b"ma");
        assert!(!stream.is_waiting());
        assert_eq!(stream.idle(), b"");
        assert_eq!(stream.take(b"de"), b"de", "it was none, and is not shown twice");
        assert_eq!((stream.take(b"ma"), stream.idle()), (vec![], b"ma".to_vec()));
        assert_eq!(
            stream.take(b":made-up!"),
            "••••••••!".as_bytes(),
            "it was one, and the rest of it is masked"
        );
        assert_eq!(stream.take(b"ma:ma"), b"");
        assert!(!stream.is_waiting(), "more than a few bytes are held back for as long as it takes");
    }

    /// Secrets of few letters, so that they overlap, repeat and begin with each other.
    fn secrets() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("[ab/+%=-]{8,12}", 1..4)
    }

    /// Text in which secrets, their beginnings and other text follow each other, cut anywhere.
    fn said() -> impl Strategy<Value = (Vec<String>, Vec<u8>, Vec<usize>)> {
        secrets().prop_flat_map(|secrets| {
            let whole = proptest::sample::select(secrets.clone());
            let cut = (proptest::sample::select(secrets.clone()), 0..12_usize)
                .prop_map(|(secret, end)| secret.chars().take(end).collect());
            let piece = prop_oneof![whole, cut, "[ab/+%= \\n-]{0,6}", Just("•".to_owned())];
            let text =
                proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().into_bytes());
            (Just(secrets), text, proptest::collection::vec(0..9_usize, 0..40))
        })
    }

    /// What is shown of `text`, handed over in pieces of these sizes; after a piece of size 0 nothing comes for a while.
    fn shown(mask: &Arc<Mask>, text: &[u8], sizes: &[usize]) -> Vec<u8> {
        let (mut stream, mut rest, mut out) = (mask.stream(), text, Vec::new());
        for size in sizes {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            out.extend(if piece.is_empty() { stream.idle() } else { stream.take(piece) });
            rest = after;
        }
        out.extend(stream.take(rest));
        out.extend(stream.end());
        out
    }

    fn holds(text: &[u8], form: &[u8]) -> bool {
        text.windows(form.len()).any(|window| window == form)
    }

    proptest! {
        #[test]
        fn no_secret_is_shown_and_nothing_else_is_changed((secrets, text, sizes) in said()) {
            let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();
            let mask = Mask::new(&secrets);
            let out = shown(&mask, &text, &sizes);
            for form in mask.forms.iter().flatten() {
                prop_assert!(!holds(&out, form), "{:?} in {:?}", form, String::from_utf8_lossy(&out));
            }
            if !mask.forms.iter().flatten().any(|form| holds(&text, form)) {
                prop_assert_eq!(&out, &text);
            }
            let pieces: Vec<usize> = sizes.iter().copied().filter(|size| *size > 0).collect();
            prop_assert_eq!(shown(&mask, &text, &pieces), shown(&mask, &text, &[]), "pieces change nothing");
        }
    }
}
