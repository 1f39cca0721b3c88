//! Every reader against files that want to break it: no panic, a bounded time, a sentence without a value.

use proptest::prelude::*;

use crate::domain::text::is_hidden;
use crate::exchange::rows::{OWN_ROWS_MAX, Place, REMARKS_MAX, ROWS_MAX, Rows, Unreadable};
use crate::exchange::{FORMATS, read, text};

/// What no message may hold.
const CANARY: &str = "canaryvalue";

/// Bytes as they come, each with what it is.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: String| text.into_bytes();
    let many = |count: usize, line: fn(usize) -> String| {
        (0..count).map(line).collect::<Vec<_>>().concat().into_bytes()
    };
    let big = 32 << 10;
    let bomb = (1..30).fold("a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, n| {
        format!("{text}a{n}: &a{n} [{}]\n", format!("*a{},", n - 1).repeat(9))
    });
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    vec![
        ("empty", vec![]),
        ("one long line", text("x".repeat(big))),
        ("one long value", text(format!("consumer_key = '{}'", CANARY.repeat(big / 16)))),
        ("many short lines", text("X_API_KEY=canaryvalue\n".repeat(big / 22))),
        ("many values of one shape", text(format!("{}\n", "S".repeat(50)).repeat(big / 51))),
        ("many names", many(500, |n| format!("X_ACCESS_TOKEN_A{n}={n}-canaryvalue\n"))),
        ("many braces", text("{".repeat(big))),
        ("many brackets", text("[".repeat(big))),
        ("many parentheses", text("Client(".repeat(big / 8))),
        ("many dashes", text("- ".repeat(big / 2))),
        ("many quotes", text("\"".repeat(big))),
        ("many open backticks", text("\\`x\n".repeat(big / 4))),
        ("many open quotes", text("a='\n".repeat(big / 4))),
        ("many triple quotes", text("'''".repeat(big / 3))),
        ("many open comments", text("/* ".repeat(big / 3))),
        ("many colons", text("a: ".repeat(big / 3))),
        ("many commas", text(format!("api_key,api_secret\n{}", ",".repeat(big)))),
        ("many sections", many(500, |n| format!("[s{n}]\napi_key = canaryvalue{n}\n"))),
        ("an anchor bomb", text(bomb)),
        ("an anchor in itself", text("profiles: &a [*a]\napi_key: canaryvalue\n".to_owned())),
        (
            "deep json",
            text(format!("{}\"api_key\":\"canaryvalue\"{}", "{\"a\":".repeat(10_000), "}".repeat(10_000))),
        ),
        ("deep flow yaml", text(format!("a: {}api_key: canaryvalue", "[".repeat(10_000)))),
        ("json cut in a key", text("{\"api_key\": \"canaryvalue\",\n \"api_s".to_owned())),
        ("one line of values", text("X_API_KEY=canaryvalue ".repeat(big / 22))),
        ("many lines that say nothing", text("canaryvalue\n".repeat(big / 12))),
        ("a quote over all lines", text(format!("X_API_KEY=\"{}", "canaryvalue\n".repeat(big / 12)))),
        ("quotes over lines", text("X_API_KEY=\"canaryvalue\n\"\nX_API_SECRET='can\nary'\n".to_owned())),
        (
            "many keys",
            [many(1, |_| "{".to_owned()), many(2_000, |n| format!("\"k{n}\":1,")), b"\"a\":0}".to_vec()]
                .concat(),
        ),
        ("many documents", text("---\napi_key: canaryvalue\n".repeat(500))),
        (
            "a secret that is none",
            text(
                "apiVersion: v1\nkind: Secret\ndata: [canaryvalue]\n---\nkind: Secret\nmetadata: 1\n\
                 data: {api_key: canaryvalue, tls.crt: //79}\n"
                    .to_owned(),
            ),
        ),
        ("deep yaml", many(300, |n| format!("{}a:\n", " ".repeat(n)))),
        ("broken json", text("{\"api_key\": \"canaryvalue".to_owned())),
        ("broken yaml", text("profiles:\n  a: [canaryvalue\n b: {\n".to_owned())),
        (
            "keys that stand twice",
            text("{\"api_key\":\"canaryvalue\",\"api_key\":\"canaryvalue2\"}".to_owned()),
        ),
        ("a lone surrogate", text("{\"api_key\":\"canaryvalue\\ud800\"}".to_owned())),
        ("NULs", b"X_API_KEY=canaryvalue\0\0\n".to_vec()),
        ("latin-1", b"X_API_KEY=canaryvalue\xe9\n".to_vec()),
        ("a mark", b"\xef\xbb\xbfX_API_KEY=canaryvalue\r\n".to_vec()),
        (
            "marks inside",
            text("\u{feff}X_API_KEY=\u{feff}canaryvalue\u{feff}\n\u{feff}X_API_SECRET=b".to_owned()),
        ),
        ("UTF-16", [&b"\xff\xfe"[..], &utf16("X_API_KEY=canaryvalue\r\n")].concat()),
        ("UTF-16 without a mark", utf16("X_API_KEY=canaryvalue\r\n")),
        ("carriage returns alone", text("X_API_KEY=canaryvalue\rX_API_SECRET=canaryvalue\r".to_owned())),
        (
            "escapes",
            text(
                "X_API_KEY=\x1b[2Jcanaryvalue\n\x1b]0;x\x07: canaryvalue\n[\x1b[2J]\napi_key=b\n".to_owned(),
            ),
        ),
        (
            "bidi",
            text("X_API_KEY\u{202e}=canaryvalue\n\u{202e}: {api_key: canaryvalue\u{202e}}\n".to_owned()),
        ),
        (
            "odd secrets",
            text("X_API_KEY=\"a=b#c'd\\\"e\"\nX_API_SECRET='x\"=# '\nACCESS_TOKEN=\"a\\nb\"\n".to_owned()),
        ),
        ("a key for a name", text(format!("{0}={0}\n{0}: {{{0}: {0}}}\n", "K".repeat(25)))),
    ]
}

/// Whether a place is in a file of so many lines; what is about all of it has none.
fn is_there(error: &Unreadable, lines: usize) -> bool {
    match *error {
        Unreadable::Syntax { line, column, .. }
        | Unreadable::Cycle { line, column }
        | Unreadable::Deep { line, column, .. } => (1..=lines).contains(&line) && column > 0,
        Unreadable::Shape(_) => true,
    }
}

/// What was said of a file, and by whom; the rows are fine as they are.
fn said(rows: &Rows) -> Vec<String> {
    rows.remarks.iter().map(ToString::to_string).collect()
}

#[test]
fn no_hostile_file_breaks_a_reader_or_is_quoted() {
    for (what, bytes) in files() {
        let decoded = match text::decode(&bytes) {
            Ok(text) => text,
            Err(error) => {
                assert!(!error.to_string().contains(CANARY));
                continue;
            }
        };
        let lines = 1 + decoded.expose().matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count();
        let mut outcomes: Vec<_> =
            FORMATS.iter().map(|format| (format.word, format.read(decoded.expose()))).collect();
        outcomes.push(match read(None, decoded.expose()) {
            Ok((rows, format)) => (format.word, Ok(rows)),
            Err((error, format)) => (format.word, Err(error)),
        });
        for (word, outcome) in outcomes {
            let said = outcome.as_ref().map_or_else(|error| vec![error.to_string()], said);
            for line in &said {
                assert!(!line.contains(CANARY) && !line.chars().any(is_hidden), "{word} of {what}: {line:?}");
                assert!(!line.contains(&"K".repeat(25)), "{word} of {what}: {line:?}");
            }
            let rows = match outcome {
                Ok(rows) => rows,
                Err(error) => {
                    assert!(is_there(&error, lines), "{word} of {what}: {error} of {lines} lines");
                    continue;
                }
            };
            for remark in &rows.remarks {
                let there = !matches!(remark.place, Place::Line(line) if line == 0 || line > lines);
                assert!(there, "{word} of {what}: {remark} of {lines} lines");
            }
            // What comes of a file is no more than stands in it: two rows and a remark for a value, which takes a few bytes.
            let made = rows.apps.len() + rows.profiles.len() + rows.remarks.len();
            assert!(made <= 2 + decoded.expose().len() / 2, "{word} of {what}: {made}");
            assert!(rows.remarks.len() <= REMARKS_MAX + 1, "{word} of {what}");
        }
    }
}

#[test]
fn what_begins_like_json_and_is_too_deep_is_told_by_its_place_before_any_reader_sees_it() {
    let deep = format!("{{\n\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for name in [None, Some("bots.json"), Some(".env"), Some("bot.py")] {
        let (error, format) = read(name, &deep).expect_err("it is too deep");
        assert_eq!(
            (error.to_string().as_str(), format.word),
            ("line 2, column 68 is nested deeper than 64 levels", "nested")
        );
    }
}

#[test]
fn what_holds_more_rows_than_any_flock_is_refused_by_every_reader_of_many() {
    let many = |line: fn(usize) -> String| (0..=ROWS_MAX + 1).map(line).collect::<String>();
    let own = vec!["{}"; OWN_ROWS_MAX + 1].join(",");
    for (word, most, file) in [
        ("json", OWN_ROWS_MAX, format!("{{\"profiles\":[{own}]}}")),
        ("json", OWN_ROWS_MAX, format!("{{\"apps\":[{own}]}}")),
        ("dotenv", ROWS_MAX, many(|n| format!("X_API_KEY_A{n}={n}k\n"))),
        ("csv", ROWS_MAX, format!("name,api_key\n{}", many(|n| format!("b{n},k\n")))),
        ("ini", ROWS_MAX, many(|n| format!("[b{n}]\napi_key=k\n"))),
    ] {
        let error = crate::exchange::by_word(word).expect("a row").read(&file).expect_err("too many");
        assert_eq!(
            error.to_string(),
            format!("it holds more than {most} apps or profiles; split it into several files")
        );
    }
}

#[test]
fn thousands_of_bad_lines_are_counted_and_not_listed() {
    let text = format!("X_API_KEY=made-up\n{}", "nonsense\n".repeat(5_000));
    let rows = crate::exchange::by_word("dotenv").expect("a row").read(&text).expect("a key is in it");
    assert_eq!(rows.remarks.len(), REMARKS_MAX);
    let last = rows.remarks.last().map(ToString::to_string);
    assert_eq!(last.as_deref(), Some("line 1001: is not NAME=value (and so on, at 4000 more places)"));
}

#[test]
fn a_hundred_megabytes_are_refused_with_a_sentence() {
    let long = "X_API_KEY=made-up\n".repeat(100 << 20 >> 4);
    let (error, _) = read(Some("big.env"), &long).expect_err("it is too long");
    assert_eq!(error.to_string(), "it is longer than 16 MiB, longer than any file of credentials");
}

/// Pieces that files of credentials are made of, put together anyhow.
const PIECES: &[&str] = &[
    "X_API_KEY",
    "consumer_secret",
    "appKey",
    "profiles:",
    "apps:",
    "oauth1:",
    "alice",
    "token",
    "bearer_tokens",
    "=",
    ":",
    "=>",
    " ",
    "\n",
    "\r\n",
    "\t",
    "  ",
    "- ",
    "\"",
    "'",
    "`",
    "'''",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ";",
    "#",
    "//",
    "/*",
    "*/",
    "&a",
    "*a",
    "|",
    ">",
    "---",
    "!",
    "%",
    "?",
    "new TwitterApi",
    "tweepy.Client",
    "define",
    "1447-abc",
    "\u{feff}",
    "\u{202e}",
    "é",
    "漢",
    "\u{0}",
    "null",
    "<<",
    "[Tweet]",
    "export ",
    "$env:",
    "AAAA%3D",
    "0123",
    "\u{1f468}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_breaks_a_reader(picks in prop::collection::vec(0..PIECES.len(), 0..60), noise in any::<String>(), at in 0..60_usize) {
        let mut pieces: Vec<&str> = picks.iter().map(|pick| PIECES[*pick]).collect();
        pieces.insert(at.min(pieces.len()), &noise);
        for text in [pieces.concat(), noise.clone()] {
            for format in FORMATS {
                let said = format.read(&text).map_or_else(|error| vec![error.to_string()], |rows| said(&rows));
                prop_assert!(said.iter().all(|line| !line.chars().any(is_hidden)), "{}: {said:?}", format.word);
            }
            let _ = read(None, &text);
            let _ = read(Some(".env"), &text);
        }
    }

    #[test]
    fn no_bytes_break_the_decoder(bytes in any::<Vec<u8>>()) {
        let _ = text::decode(&bytes);
    }
}
