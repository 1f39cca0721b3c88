//! `init`, `passwd` and where passphrases come from.

use std::os::unix::fs::PermissionsExt as _;

use crate::bench::Bench;

#[test]
fn init_without_a_terminal_asks_nothing_and_takes_each_source_of_a_passphrase() {
    let mut bench = Bench::empty();
    bench.run(&["list"]).ends(2).says("there is no vault yet");
    bench.run(&["init"]).ends(2).says("--passphrase-fd");
    assert!(bench.files().is_empty(), "nothing was made");
    let phrase = bench.write("phrase", "made up for tests\n");

    let recovery = bench.path("recovery.txt");
    let line = format!("birdkeep init --passphrase-fd 3 --recovery-key {} 3<{phrase}", recovery.display());
    bench.shell(&line).ends(0).says("recovery key is written");
    let text = std::fs::read_to_string(&recovery).expect("it was written");
    assert!(text.contains("AGE-SECRET-KEY-1"));
    for path in [recovery, bench.vault(), bench.path("config/birdkeep/identity.age")] {
        let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
    bench.set("BIRDKEEP_PASSPHRASE_FILE", phrase.clone());
    bench.run(&["list"]).ends(0);
    bench.run(&["init"]).ends(2).says("there is a vault already");
    bench.set("BIRDKEEP_PASSPHRASE_FILE", "");
    bench.set("BIRDKEEP_PASSPHRASE_COMMAND", format!("cat '{phrase}'"));
    bench.run(&["list"]).ends(0);
    bench.set("BIRDKEEP_PASSPHRASE_COMMAND", "printf wrong");
    bench.run(&["list"]).ends(3).says("wrong passphrase");
    bench.set("BIRDKEEP_PASSPHRASE_COMMAND", "");
    bench.run(&["list"]).ends(3).says("the vault is locked");
}

#[test]
fn the_passphrase_can_be_changed_without_a_terminal() {
    let bench = Bench::empty();
    let (old, new) = (bench.write("old", "made up, old"), bench.write("new", "made up, new\n"));
    bench.shell(&format!("birdkeep init --passphrase-fd 3 3<{old}")).ends(0);
    bench.shell(&format!("birdkeep passwd --passphrase-fd 3 3<{old}")).ends(2).says("--new-passphrase-fd");
    let line = format!("birdkeep passwd --passphrase-fd 3 --new-passphrase-fd 4 3<{old} 4<{new}");
    bench.shell(&line).ends(0).says("older copies of the identity file");
    bench.shell(&format!("birdkeep list --passphrase-fd 3 3<{old}")).ends(3);
    bench.shell(&format!("birdkeep list --passphrase-fd 3 3<{new}")).ends(0);
}

#[test]
fn a_recovery_key_never_replaces_a_file_and_nothing_is_made_without_its_place() {
    let bench = Bench::empty();
    bench.plain_identity();
    let taken = bench.write("taken", "mine");
    bench.run(&["init", "--recovery-key", &taken]).ends(6).says("there is such a file already");
    assert_eq!(std::fs::read_to_string(&taken).expect("it is still there"), "mine");
    assert!(!bench.vault().exists());
    let folder = bench.path("nowhere/key").to_string_lossy().into_owned();
    bench.run(&["init", "--recovery-key", &folder]).ends(6);
    assert!(!bench.vault().exists());
}

#[test]
fn sources_that_give_nothing_are_told_apart_from_wrong_passphrases() {
    let mut bench = Bench::empty();
    bench.set("BIRDKEEP_PASSPHRASE_FILE", bench.write("empty", "\n"));
    bench.run(&["init"]).ends(2).says("the passphrase is empty");
    bench.set("BIRDKEEP_PASSPHRASE_FILE", "/nowhere/at/all");
    bench.run(&["init"]).ends(2).says("BIRDKEEP_PASSPHRASE_FILE cannot be read");
    bench.run(&["init", "--passphrase-fd", "9"]).ends(2).says("file descriptor 9 cannot be read");
    bench.set("BIRDKEEP_PASSPHRASE_FILE", "");
    bench.set("BIRDKEEP_PASSPHRASE_COMMAND", "false");
    bench.run(&["init"]).ends(2).says("without a shell");
}

#[test]
fn vault_and_identity_can_be_named_and_an_identity_beside_a_vault_is_found() {
    let mut bench = Bench::empty();
    bench.plain_identity();
    let identity = bench.path("config/birdkeep/identity.age");
    let (vault, beside) = (bench.path("team.age"), bench.path("identity.age"));
    std::fs::rename(&identity, &beside).expect("the same disk");
    let vault = vault.to_string_lossy().into_owned();
    bench.run(&["init", "--vault", &vault]).ends(0);
    bench.run(&["list", "--vault", &vault]).ends(0);
    bench.set("BIRDKEEP_VAULT", vault);
    bench.run(&["list"]).ends(0);
    let other = bench.path("other.txt");
    std::fs::rename(&beside, &other).expect("the same disk");
    bench.run(&["list"]).ends(3).says("the identity is missing");
    bench.set("BIRDKEEP_IDENTITY", other.to_string_lossy());
    bench.run(&["list"]).ends(0);
}
