//! `import` and `export`.

use crate::bench::Bench;

const TWO: &str = r#"{"apps":[{"name":"bots","api_key":"made-up-key","api_secret":"made-up-secret"}],
 "profiles":[{"name":"wiki","handle":"wiki","app":"bots","access_token":"1-made-up","access_secret":"made-up","needs":["post"]},
             {"name":"poet","app":"bots","access_token":"2-made-up"}]}"#;

#[test]
fn json_goes_round_and_the_second_time_changes_nothing() {
    let bench = Bench::new();
    let ran = bench.pipe(&["import", "-", "--from", "json"], TWO).ends(0);
    assert_eq!(ran.out, "json: 3 added\n");
    let before = std::fs::read(bench.vault()).expect("it is there");
    let ran = bench.pipe(&["import", "-"], TWO).ends(0);
    assert_eq!(ran.out, "json: 3 there already\n");
    assert_eq!(std::fs::read(bench.vault()).expect("it is there"), before, "the file was not even written");
    let export = bench.run(&["export", "--all", "--to", "json", "--yes"]).ends(0);
    let other = Bench::new();
    other.pipe(&["import", "-"], &export.out).ends(0);
    assert_eq!(other.run(&["export", "--all", "--to", "json", "--yes"]).ends(0).out, export.out);
}

#[test]
fn an_env_file_goes_round_too() {
    let bench = Bench::new();
    bench.pipe(&["import", "-"], TWO).ends(0);
    let env = bench.run(&["export", "wiki", "--to", "dotenv"]).ends(0).out;
    assert!(env.contains("X_API_KEY=made-up-key\n") && env.contains("X_ACCESS_TOKEN=1-made-up\n"), "{env}");
    let file = bench.write(".env", &env);
    assert_eq!(bench.run(&["import", &file]).ends(0).out, "dotenv: 2 there already\n");
    let other = Bench::new();
    let file = other.write("daily.env", &env);
    other.run(&["import", &file]).ends(0);
    assert_eq!(other.run(&["get", "daily", "api_secret"]).ends(0).out, "made-up-secret");
    let file = other.write("more.env", "X_API_KEY=made-up-key\nX_ACCESS_TOKEN=9-x\n");
    other.run(&["import", &file, "--name", "named"]).ends(0);
    assert_eq!(
        other.run(&["app", "list", "--json"]).json().as_array().map(Vec::len),
        Some(1),
        "one key, one app"
    );
    other.run(&["show", "named"]).ends(0);
}

#[test]
fn bad_rows_are_reported_and_good_ones_taken() {
    let bench = Bench::new();
    let text = r#"{"profiles":[{"name":"good"},{"handle":"x"},{"name":"bad","handle":"not a handle"},{"name":"x","colour":1}]}"#;
    let ran = bench.pipe(&["import", "-"], text).ends(1);
    assert!(ran.err.contains("profiles[1]: has no name"), "{}", ran.err);
    assert!(ran.err.contains("profiles[2]: “bad” cannot be taken"), "{}", ran.err);
    assert!(ran.err.contains("“colour” is no key of a profile"), "{}", ran.err);
    assert_eq!(ran.out, "json: 2 added, 2 not taken\n");
    let ran = bench.pipe(&["import", "-", "--from", "dotenv"], "X_API_KEY=k\nmade-up-secret-alone\n").ends(1);
    assert!(ran.err.contains("line 2") && !ran.all().contains("made-up-secret-alone"), "{}", ran.err);
}

#[test]
fn a_dry_run_changes_nothing_and_says_so() {
    let bench = Bench::new();
    let before = bench.kept();
    let ran = bench.pipe(&["import", "-", "--dry-run"], TWO).ends(0);
    assert_eq!(ran.out, "json: 3 would be added; nothing was changed\n");
    assert!(ran.err.contains("add profile “wiki”"), "{}", ran.err);
    assert_eq!(bench.kept(), before);
}

#[test]
fn another_value_needs_replace_and_the_old_one_goes_into_history() {
    let bench = Bench::new();
    bench.pipe(&["import", "-"], TWO).ends(0);
    let other = TWO.replace("2-made-up", "2-new");
    let ran = bench.pipe(&["import", "-"], &other).ends(1);
    assert!(ran.err.contains("leave profile “poet” as it is: another value for Access token"), "{}", ran.err);
    assert_eq!(bench.run(&["get", "poet", "access_token"]).out, "2-made-up");
    bench.pipe(&["import", "-", "--replace"], &other).ends(0);
    assert_eq!(bench.run(&["get", "poet", "access_token"]).out, "2-new");
    assert!(bench.pipe(&["identify"], "2-made-up").ends(0).out.contains("replaced"));
}

#[test]
fn files_that_are_none_get_a_sentence_each() {
    let bench = Bench::new();
    let before = bench.kept();
    for (name, bytes, said) in [
        ("empty", &b""[..], "it is empty"),
        ("binary", b"PK\x03\x04\0\0", "NUL bytes"),
        ("latin1", b"X_API_KEY=\xe9", "not UTF-8"),
        ("utf16", b"X\0_\0A\0=\0k\0", "UTF-16"),
        ("sealed", b"age-encryption.org/v1\n\xff", "encrypted with age"),
        ("broken.json", b"{\"apps\":[", "is not JSON"),
        ("list.json", b"[]", "none of its keys"),
        ("other.env", b"PATH=/bin\n", "none of its variables"),
    ] {
        let file = bench.write(name, bytes);
        bench.run(&["import", &file]).ends(2).says(said);
        std::fs::remove_file(file).expect("it is there");
    }
    bench.run(&["import", "/nowhere/at/all"]).ends(2).says("there is no such file");
    bench.run(&["import", "/"]).ends(2).says("it is a folder");
    bench.pipe(&["import", "-", "--from", "yaml"], "x").ends(2).says("the formats are json, xurl, twurl");
    assert_eq!(bench.kept(), before);
}

#[test]
fn text_in_other_coats_is_read() {
    let bench = Bench::new();
    let utf16: Vec<u8> = "\u{feff}X_ACCESS_TOKEN=1-a\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bench.pipe(&["import", "-", "--name", "one"], utf16).ends(0);
    bench.pipe(&["import", "-", "--name", "two"], "\u{feff}X_ACCESS_TOKEN=2-b\r\n").ends(0);
    assert_eq!(bench.run(&["get", "one", "access_token"]).out, "1-a");
    assert_eq!(bench.run(&["get", "two", "access_token"]).out, "2-b");
}

#[test]
fn an_export_asks_for_consent_and_writes_private_files_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::with_a_bot();
    bench.run(&["export", "--all", "--to", "json"]).ends(2).says("--yes");
    bench.run(&["export", "--to", "json"]).ends(2);
    bench.run(&["export", "wiki", "--to", "yaml"]).ends(2).says("the formats are");
    let file = bench.path("out.env");
    let name = file.to_string_lossy().into_owned();
    let ran = bench.run(&["export", "wiki", "--to", "dotenv", "--output", &name]).ends(0);
    assert_eq!(ran.out, "");
    let mode = std::fs::metadata(&file).expect("it was written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    bench.run(&["export", "wiki", "--to", "dotenv", "--output", &name]).ends(6).says("never replaces a file");
    bench.pipe(&["set", "wiki", "access_secret"], "it's").ends(0);
    bench.run(&["export", "wiki", "--to", "dotenv"]).ends(2).says("export it as json");
}

#[test]
fn ten_thousand_rows_are_imported_and_listed() {
    let rows: Vec<String> = (0..10_000)
        .map(|n| {
            format!(r#"{{"name":"bot-{n}","app":"bots","access_token":"{n}-t","access_secret":"s{n}"}}"#)
        })
        .collect();
    let text = format!(r#"{{"apps":[{{"name":"bots","api_key":"k"}}],"profiles":[{}]}}"#, rows.join(","));
    let bench = Bench::new();
    assert_eq!(bench.pipe(&["import", "-"], &text).ends(0).out, "json: 10001 added\n");
    assert_eq!(bench.run(&["list", "bot-77", "--json"]).json().as_array().map(Vec::len), Some(111));
}
