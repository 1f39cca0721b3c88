//! What every writer writes is read back, by our readers and by the real tools; what it cannot hold is said or refused.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use crate::domain::fields::{self, Field, OwnerKind};
use crate::domain::names::{Handle, Name};
use crate::domain::permission::Scopes;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::exchange::gather::Odd;
use crate::exchange::rows::{self, AppRow, Called, Place, ProfileRow, Rows, Unwritable};
use crate::exchange::writing::{Aside, Holds, Style, Writer};
use crate::exchange::{FORMATS, Format, by_word};

/// Texts that some format or other gives a meaning.
const NASTY: &[&str] = &[
    "made-up",
    "it's",
    "say \"hi\"",
    "back\\slash",
    "a'b\"c\\d",
    "$HOME",
    "$(id)",
    "`id`",
    "a #b",
    "#a",
    "a b",
    "a=b",
    "a,b;c",
    "=1+1",
    "-x",
    "@x",
    "0123",
    "1e10",
    "no",
    "a: b",
    "- a",
    "%41",
    "~/x",
    "!x!",
    "\\n",
    "’curly‘",
    "漢字é",
    "&*a",
    "{a}",
    "a|b>c",
    "//a/*b*/",
    "\\'",
    "a''b",
];

/// A value as one can be stored: what an import takes, and a reader does not take for a placeholder.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        (0..NASTY.len()).prop_map(|at| NASTY[at].to_owned()),
        "[ -~]{1,12}",
        "[A-Za-z0-9%_-]{20,50}",
    ];
    prop::collection::vec(piece, 1..3).prop_map(|pieces| pieces.concat()).prop_filter("storable", |text| {
        let trimmed = fields::trimmed(text);
        let told = Odd::of(trimmed).is_none() && fields::recognise(trimmed).is_empty();
        trimmed == text && told && matches!(rows::value(Field::ApiKey, text), Ok(Some(_)))
    })
}

fn values(kind: OwnerKind) -> impl Strategy<Value = Vec<rows::Value>> {
    let fields: Vec<Field> = Field::of(kind).collect();
    let all = fields.len();
    (prop::collection::vec(nasty(), all), prop::collection::vec(any::<bool>(), all)).prop_map(
        move |(texts, has)| {
            let values = fields.iter().zip(texts).zip(has);
            values
                .filter(|((field, _), has)| *has || matches!(field, Field::ApiKey | Field::AccessToken))
                .map(|((field, text), _)| rows::Value {
                    field: *field,
                    secret: Secret::new(text),
                    changed_at: Some(Time::from_unix(1_700_000_000)),
                })
                .collect()
        },
    )
}

fn name(text: &str) -> Called {
    Called::Named(Name::parse(text).expect("a valid name"))
}

/// One app with `profiles` bots on it.
fn made_up(profiles: usize) -> impl Strategy<Value = Rows> {
    let bots = prop::collection::vec((values(OwnerKind::Profile), any::<bool>()), profiles);
    (values(OwnerKind::App), bots).prop_map(|(values, bots)| {
        let app = AppRow {
            place: Place::File,
            name: name("bots"),
            values,
            callback_url: Some("http://127.0.0.1:8080/x?a=b&c=d".to_owned()),
            permission: None,
            notes: Some("two\nlines, 'quoted'".to_owned()),
        };
        let bot = |(number, (values, known)): (usize, (Vec<rows::Value>, bool))| ProfileRow {
            values,
            app: Some(name("bots")),
            handle: known.then(|| Handle::parse(&format!("bird_{number}")).expect("a valid handle")),
            scopes: Some(Scopes::parse("tweet.read users.read")),
            expires_at: Some(Time::from_unix(1_800_000_000)),
            notes: Some("n".to_owned()),
            ..ProfileRow::empty(name(&format!("bot-{number}")), Place::File)
        };
        Rows { apps: vec![app], profiles: bots.into_iter().enumerate().map(bot).collect(), remarks: vec![] }
    })
}

/// Every value with its field; for one profile this is all there is to know.
fn held(rows: &Rows) -> BTreeSet<(Field, String)> {
    let of_apps = rows.apps.iter().flat_map(|row| &row.values);
    let values = of_apps.chain(rows.profiles.iter().flat_map(|row| &row.values));
    values.map(|value| (value.field, value.secret.expose().to_owned())).collect()
}

/// The values of each profile with its app's.
fn by_profile(rows: &Rows) -> BTreeSet<Vec<(Field, String)>> {
    let profiles = rows.profiles.iter().filter(|row| !row.implied).map(|row| {
        let app = rows.apps.iter().find(|app| Some(&app.name) == row.app.as_ref());
        let values = app.into_iter().flat_map(|app| &app.values).chain(&row.values);
        let mut values: Vec<_> =
            values.map(|value| (value.field, value.secret.expose().to_owned())).collect();
        values.sort();
        values
    });
    profiles.collect()
}

fn written() -> impl Iterator<Item = (&'static Format, &'static Writer)> {
    FORMATS.iter().filter_map(|format| Some((format, format.write.as_ref()?)))
}

/// Writes what fits and reads it again; `None` where it is refused, which is checked to be for a reason.
fn back(format: &Format, writer: &Writer, rows: &Rows) -> Option<(Rows, Rows)> {
    let mut fitting = rows.clone();
    writer.fit(&mut fitting);
    let text = match (writer.write)(&fitting, &Style::default()) {
        Ok(text) => text,
        Err(error) => {
            for (_, value) in held(rows).iter().filter(|(_, value)| value.len() > 4) {
                assert!(!error.to_string().contains(value.as_str()), "{}: {error}", format.word);
            }
            return None;
        }
    };
    let back = format.read(text.expose());
    Some((fitting, back.unwrap_or_else(|error| panic!("{}: {error}\n{}", format.word, text.expose()))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn one_profile_comes_back_from_every_format_that_is_read(rows in made_up(1)) {
        for (format, writer) in written().filter(|(format, _)| format.is_read()) {
            let Some((fitting, back)) = back(format, writer, &rows) else {
                prop_assert!(["dotenv", "docker"].contains(&format.word), "{} refuses", format.word);
                continue;
            };
            prop_assert_eq!(held(&fitting), held(&back), "{}", format.word);
            prop_assert!(back.remarks.iter().all(|remark| remark.weight == rows::Weight::Note), "{}", format.word);
            let keeps = |aside: Aside| writer.keeps.contains(&aside);
            let (profile, app) = (&back.profiles[0], &back.apps[0]);
            prop_assert_eq!(&fitting.apps[0].callback_url, &app.callback_url, "{}", format.word);
            if keeps(Aside::Handle) && format.word != "xurl" {
                let handle = fitting.profiles[0].handle.clone();
                // These know an account by one name.
                let named = matches!(format.word, "twurl").then(|| Handle::parse("bot-0").ok()).flatten();
                prop_assert_eq!(handle.or(named), profile.handle.clone(), "{}", format.word);
            }
        }
    }

    #[test]
    fn several_profiles_come_back_as_several(rows in made_up(3)) {
        for (format, writer) in written().filter(|(format, _)| format.is_read() && format.word != "xurl") {
            let Some((fitting, back)) = back(format, writer, &rows) else { continue };
            prop_assert_eq!(by_profile(&fitting), by_profile(&back), "{}", format.word);
        }
    }
}

#[test]
fn a_shell_and_the_languages_read_what_is_meant() {
    for (word, tool, script) in TOOLS {
        // A few pieces in each value, all pieces in all. These are for formats with quotes: `dotenv` refuses some.
        let pieces: Vec<&str> =
            NASTY.iter().copied().filter(|text| *word != "dotenv" || !text.contains(['\'', '\\'])).collect();
        let fields: Vec<Field> = Field::all().collect();
        let texts: Vec<String> =
            pieces.chunks(pieces.len().div_ceil(fields.len())).map(<[_]>::concat).collect();
        let values: Vec<_> = fields.into_iter().zip(texts.iter().map(String::as_str)).collect();
        let writer = by_word(word).and_then(|format| format.write.as_ref()).expect("it is written");
        let mut rows = plain(&values);
        writer.fit(&mut rows);
        let text = write(word, &rows).expect("it can hold these");
        let Some(said) = said(tool, script, &text) else { continue };
        for (field, value) in held(&rows) {
            let kept = said.split('\0').any(|part| part == value);
            assert!(kept, "{word}: {field} is lost in\n{text}\n---\n{said}");
        }
    }
}

/// Formats with a tool that reads them, and what has it print every text it understood, a NUL behind each. The text comes
/// over standard input.
const TOOLS: &[(&str, &str, &str)] = &[
    (
        "shell",
        "bash",
        "eval \"$(cat)\"; env -0 | while IFS= read -r -d '' v; do printf '%s\\0' \"${v#*=}\"; done",
    ),
    (
        "direnv",
        "bash",
        "eval \"$(cat)\"; env -0 | while IFS= read -r -d '' v; do printf '%s\\0' \"${v#*=}\"; done",
    ),
    (
        "dotenv",
        "bash",
        "set -a; eval \"$(cat)\"; env -0 | while IFS= read -r -d '' v; do printf '%s\\0' \"${v#*=}\"; done",
    ),
    ("tweepy", "python3", PYTHON),
    ("xdk", "python3", PYTHON),
    (
        "node-twitter-api-v2",
        "node",
        "let t=require('fs').readFileSync(0,'utf8').replace(/^import.*$/m,'');\
         class TwitterApi{constructor(o){for(const v of typeof o==='string'?[o]:Object.values(o))process.stdout.write(v+'\\0')}};\
         new Function('TwitterApi',t+';if(typeof refreshToken!==\"undefined\")process.stdout.write(refreshToken+\"\\\\0\")')(TwitterApi)",
    ),
    ("twurl", "python3", YAML),
    ("xurl", "python3", YAML),
    ("kubernetes", "python3", KUBERNETES),
    (
        "csv",
        "python3",
        "import csv,sys,io\nfor r in csv.reader(io.StringIO(sys.stdin.read(),newline='')):\n for c in r: print(c,end='\\0')",
    ),
    (
        "json",
        "python3",
        "import json,sys\ndef w(n):\n if isinstance(n,str): print(n,end='\\0')\n elif isinstance(n,dict): [w(v) for v in n.values()]\n elif isinstance(n,list): [w(v) for v in n]\nw(json.load(sys.stdin))",
    ),
];

/// Every literal text of a program.
const PYTHON: &str = "import ast,sys\nfor n in ast.walk(ast.parse(sys.stdin.read())):\n if isinstance(n,ast.Constant) and isinstance(n.value,str): print(n.value,end='\\0')";

const YAML: &str = "import sys\ntry:\n import yaml\nexcept ImportError:\n sys.exit(77)\ndef w(n):\n if isinstance(n,str): print(n,end='\\0')\n elif isinstance(n,dict): [w(v) for kv in n.items() for v in kv]\n elif isinstance(n,list): [w(v) for v in n]\n else: pass\nfor d in yaml.safe_load_all(sys.stdin.read()): w(d)";

/// The same with what stands in base64.
const KUBERNETES: &str = "import sys,base64\ntry:\n import yaml\nexcept ImportError:\n sys.exit(77)\nfor d in yaml.safe_load_all(sys.stdin.read()):\n for v in d['data'].values(): print(base64.b64decode(v).decode(),end='\\0')";

/// What a tool says of a text; `None` where there is no such tool here.
#[expect(clippy::print_stderr, reason = "whoever runs the tests is told what was not tried")]
fn said(tool: &str, script: &str, text: &str) -> Option<String> {
    let mut command = Command::new(tool);
    let flag = if tool == "node" { "-e" } else { "-c" };
    command.arg(flag).arg(script).env_clear().env("LC_ALL", "C.UTF-8").env("PYTHONUTF8", "1");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", std::env::var_os("HOME").unwrap_or_default());
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        eprintln!("{tool} is not here: what it reads was not tried");
        return None;
    };
    child.stdin.take()?.write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    if output.status.code() == Some(77) {
        eprintln!("{tool} lacks a module: what it reads was not tried");
        return None;
    }
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} says {error}\n{text}");
    Some(String::from_utf8(output.stdout).expect("it writes UTF-8"))
}

fn plain(values: &[(Field, &str)]) -> Rows {
    let of = |kind: OwnerKind| {
        let values = values.iter().filter(move |(field, _)| field.row().held_by == kind);
        values
            .map(|(field, text)| rows::Value { field: *field, secret: Secret::new(*text), changed_at: None })
            .collect()
    };
    let app = AppRow {
        place: Place::File,
        name: name("bots"),
        values: of(OwnerKind::App),
        callback_url: None,
        permission: None,
        notes: None,
    };
    let bot = ProfileRow {
        values: of(OwnerKind::Profile),
        app: Some(name("bots")),
        ..ProfileRow::empty(name("wiki"), Place::File)
    };
    Rows { apps: vec![app], profiles: vec![bot], remarks: vec![] }
}

fn write(word: &str, rows: &Rows) -> Result<String, Unwritable> {
    let writer = by_word(word).and_then(|format| format.write.as_ref()).expect("it is written");
    (writer.write)(rows, &Style::default()).map(|text| text.expose().to_owned())
}

#[test]
fn each_format_has_its_own_quotes() {
    let odd = plain(&[(Field::ApiKey, "it's\\"), (Field::AccessToken, "1-made-up")]);
    for (word, line) in [
        ("shell", "export X_API_KEY='it'\\''s\\'\n"),
        ("direnv", "export X_ACCESS_TOKEN='1-made-up'\n"),
        ("fish", "set -gx X_API_KEY 'it\\'s\\\\'\n"),
        ("powershell", "$env:X_API_KEY = 'it''s\\'\n"),
        ("kubernetes", "  X_API_KEY: \"aXQnc1w=\"\n"),
        ("kubernetes", "metadata:\n  name: \"wiki\"\n"),
        ("tweepy", "    consumer_key=\"it's\\\\\",\n"),
        ("node-twitter-api-v2", "  appKey: \"it's\\\\\",\n"),
        ("xdk", "    api_key=\"it's\\\\\",\n    callback=None,\n"),
        ("twurl", "    \"it's\\\\\":\n      username: \"wiki\"\n"),
        ("csv", "\"it's\\\""),
    ] {
        let text = write(word, &odd).expect("it can hold these");
        assert!(text.contains(line), "{word}: {line:?} is not in\n{text}");
    }
}

#[test]
fn what_a_format_cannot_hold_is_refused_by_profile_and_field_and_never_quoted() {
    let hidden = "canary\nvalue";
    for (format, writer) in written().filter(|(_, writer)| writer.holds == Holds::Values) {
        let rows = plain(&[(Field::ApiKey, "k"), (Field::AccessToken, hidden)]);
        let outcome = write(format.word, &rows);
        if ["json", "xurl", "twurl", "kubernetes"].contains(&format.word) {
            let text = outcome.expect("it writes everything out");
            assert!(!text.contains(hidden), "{}", format.word);
        } else {
            let error = outcome.expect_err("a line cannot hold it").to_string();
            assert!(error.contains("Access token of “wiki”") && !error.contains("canary"), "{error}");
        }
        assert!(!writer.fields.is_empty());
    }
    for value in ["a b", "a$b", "a#b", "a\"b", "a\\b"] {
        let rows = plain(&[(Field::AccessToken, value)]);
        assert!(write("docker", &rows).is_err(), "{value}");
    }
    let formula = Rows { profiles: vec![ProfileRow::empty(name("=cmd()"), Place::File)], ..Rows::default() };
    assert!(write("csv", &formula).is_err());
}

#[test]
fn scripts_hold_no_value_and_are_scripts() {
    let rows = plain(&[(Field::ApiKey, "canary-key"), (Field::AccessToken, "canary-token")]);
    for (word, line) in [
        ("github", "hand 'profile:wiki' api_key gh secret set X_API_KEY\n"),
        ("gitlab", "hand 'profile:wiki' access_token glab variable set X_ACCESS_TOKEN --masked --raw\n"),
        (
            "systemd",
            "hand 'profile:wiki' api_key sudo systemd-creds encrypt --name=x_api_key - /etc/credstore.encrypted/wiki.x_api_key\n",
        ),
    ] {
        let text = write(word, &rows).expect("a script holds no value");
        assert!(text.contains(line) && !text.contains("canary"), "{text}");
        // With programs that only tell what they were given.
        let tools = "birdkeep() { printf 'value of %s' \"$3\"; }; gh() { echo \"$*: $(cat)\"; }; glab() { gh \"$@\"; }; sudo() { gh \"$@\"; };";
        if let Some(said) = said("sh", &format!("{tools} eval \"$(cat)\""), &text) {
            assert!(
                said.contains(": value of api_key\n") && said.contains(": value of access_token\n"),
                "{said}"
            );
        }
        // One that has no value sets nothing.
        let none = "birdkeep() { return 1; }; gh() { echo set; }; glab() { gh; }; sudo() { gh; };";
        let script = format!("{none} t=$(cat); (eval \"$t\"); true");
        if let Some(said) = said("sh", &script, &text) {
            assert_eq!(said, "", "{word}");
        }
    }
}

#[test]
fn rows_that_find_no_place_beside_each_other_are_refused() {
    let mut two = plain(&[(Field::ApiKey, "k"), (Field::AccessToken, "1-a")]);
    two.profiles.push(ProfileRow { name: name("WIKI_"), ..two.profiles[0].clone() });
    two.profiles.push(ProfileRow { name: name("wiki-"), ..two.profiles[0].clone() });
    assert!(matches!(write("shell", &two), Err(Unwritable::SameSuffix(..))));
    assert!(matches!(write("kubernetes", &two), Err(Unwritable::Twice(..))));
    assert!(matches!(write("xurl", &two), Err(Unwritable::OneToken(..))));
    assert!(matches!(write("tweepy", &two), Err(Unwritable::OneOnly)));
    let keyless = plain(&[(Field::AccessToken, "1-a")]);
    let error = write("twurl", &keyless).expect_err("there is no key to file it under").to_string();
    assert_eq!(error, "“wiki” has no API key, and this format keeps everything under one");
}
