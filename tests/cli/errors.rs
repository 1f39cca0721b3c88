//! Exit codes, and that nothing on disk changes when something goes wrong.

use crate::bench::Bench;

#[test]
fn every_exit_code_has_its_trouble() {
    let bench = Bench::with_a_bot();
    bench.run(&["list"]).ends(0);
    bench.run(&["list", "nothing-like-it"]).ends(1);
    bench.run(&["lsit"]).ends(2).says("there is no command “lsit”");
    bench.run(&["list", "--jsno"]).ends(2).says("there is no option --jsno here");
    bench.run(&["check", "wiki", "--passphrase-fd", "x"]).ends(2);
    bench.run(&[]).ends(2).says("the screen needs a terminal");
    bench.run(&["edit", "wiki"]).ends(2).says("the screen needs a terminal");
}

#[test]
fn a_vault_that_is_not_for_us_cannot_be_unlocked() {
    let bench = Bench::with_a_bot();
    bench.plain_identity();
    bench.run(&["list"]).ends(3).says("does not open the vault");
}

#[test]
fn a_damaged_vault_is_told_and_left_alone() {
    let bench = Bench::with_a_bot();
    let whole = std::fs::read(bench.vault()).expect("it is there");
    let mut flipped = whole.clone();
    let last = flipped.len() - 20;
    flipped[last] ^= 1;
    for bytes in [&flipped[..], &whole[..whole.len() - 1], &whole[..10], b""] {
        std::fs::write(bench.vault(), bytes).expect("there is room");
        let before = bench.kept();
        bench.run(&["list"]).ends(4).says("restore --list");
        bench.pipe(&["set", "wiki", "notes"], "x").ends(4);
        assert_eq!(bench.kept(), before);
    }
}

#[test]
fn an_older_vault_put_back_is_noticed() {
    let bench = Bench::with_a_bot();
    let old = std::fs::read(bench.vault()).expect("it is there");
    bench.pipe(&["set", "wiki", "notes"], "newer").ends(0);
    std::fs::write(bench.vault(), old).expect("there is room");
    bench.run(&["list"]).ends(4).says("rolled back");
}

#[test]
fn a_vault_of_a_stranger_can_be_looked_at_and_not_used() {
    let bench = Bench::with_a_bot();
    // The same keys on a machine that has seen nothing of it: whoever brought the identity is not known here.
    let other = bench.path("brought");
    std::fs::create_dir(&other).expect("a folder");
    let copy =
        |from: std::path::PathBuf, to: &str| std::fs::copy(from, other.join(to)).expect("there is room");
    copy(bench.vault(), "vault.age");
    copy(bench.path("config/birdkeep/identity.age"), "identity.age");
    let mut bench = Bench::empty();
    bench.set("BIRDKEEP_VAULT", other.join("vault.age").to_string_lossy());
    bench.run(&["list", "--json"]).ends(0);
    for args in [
        &["get", "wiki", "api_key"][..],
        &["check", "--all"],
        &["export", "wiki", "--to", "json", "--confirm", "wiki"],
        &["rename", "wiki", "x"],
    ] {
        bench.run(args).ends(4).says("BIRDKEEP_TRUST=");
    }
    let said = bench.run(&["get", "wiki", "api_key"]).err;
    let key = said.rsplit("BIRDKEEP_TRUST=").next().map(str::trim).expect("it names the key").to_owned();
    bench.set("BIRDKEEP_TRUST", key);
    assert_eq!(bench.run(&["get", "wiki", "api_key"]).ends(0).out, "made-up-key");
}

#[test]
fn a_file_that_cannot_grow_is_not_saved_and_kills_nobody() {
    let bench = Bench::with_a_bot();
    let before = std::fs::read(bench.vault()).expect("it is there");
    // Without a handler for SIGXFSZ the limit would end the program with a signal.
    let ran = bench.shell("ulimit -f 0; echo note | birdkeep set wiki notes");
    assert_eq!(ran.code, 6, "{}", ran.err);
    assert_eq!(std::fs::read(bench.vault()).expect("it is there"), before);
    assert_eq!(bench.run(&["show", "wiki", "--json"]).ends(0).json()["notes"], "");
}

#[test]
fn an_answer_that_cannot_be_written_is_no_success() {
    let bench = Bench::with_a_bot();
    if std::path::Path::new("/dev/full").exists() {
        bench.shell("birdkeep get wiki access_token > /dev/full").ends(6).says("the output is not complete");
        bench.shell("birdkeep list --json > /dev/full").ends(6);
    }
}

#[test]
fn settings_are_read_and_never_quoted() {
    let bench = Bench::with_a_bot();
    bench.write("config/birdkeep/config.toml", "idle_lock = \"9d\"\ncolour = \"made-up-secret\"\n");
    let ran = bench.run(&["list"]).ends(0);
    assert!(ran.err.contains("line 1: idle_lock may be 30s to 1h"), "{}", ran.err);
    assert!(ran.err.contains("line 2: there is no setting “colour”"), "{}", ran.err);
    bench.write("config/birdkeep/config.toml", "idle_lock = 1\napi_key = made-up-secret\n");
    let ran = bench.run(&["list"]).ends(2).says("line 2 of config.toml is not TOML");
    assert!(!ran.all().contains("made-up-secret"));
}
