//! What a shell and `man` get: completion scripts and pages. None of it looks for a vault.

use std::os::unix::fs::PermissionsExt as _;

use crate::bench::Bench;

#[test]
fn scripts_are_printed_for_every_shell_and_bash_takes_its_own() {
    let bench = Bench::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = bench.run(&["completions", shell]).ends(0);
        assert!(ran.out.contains("authorize") && ran.err.is_empty(), "{shell}");
    }
    bench.run(&["completions", "tcsh"]).ends(2).says("bash, elvish, fish, powershell, zsh");
    let asked = "eval \"$(birdkeep completions bash)\"; COMP_WORDS=(birdkeep set wiki acc); COMP_CWORD=3; \
                 _birdkeep birdkeep acc wiki; echo \"${COMPREPLY[@]}\"";
    let bash = bench
        .command("bash")
        .arg("-c")
        .arg(asked.replace("birdkeep completions", "$BIRDKEEP completions"))
        .env("BIRDKEEP", crate::bench::BIRDKEEP)
        .output();
    match bash {
        Ok(output) => {
            let words = String::from_utf8(output.stdout).expect("text");
            assert_eq!(
                words.trim(),
                "access_token access_secret",
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Err(_) => {
            assert!(!std::path::Path::new("/bin/bash").exists(), "there is a bash, and it did not start");
        }
    }
    assert!(bench.files().is_empty());
}

#[test]
fn pages_are_printed_one_by_one_or_written_for_everybody_to_read() {
    let bench = Bench::empty();
    assert!(bench.run(&["man"]).ends(0).out.contains(".SH ENVIRONMENT"));
    assert!(bench.run(&["man", "app", "add"]).ends(0).out.contains("birdkeep\\-app\\-add"));
    bench.run(&["man", "nonsense"]).ends(2).says("there is no command");
    let folder = bench.path("man1");
    let out = folder.to_string_lossy().into_owned();
    bench.run(&["man", "--out", &out]).ends(6).says("a folder that is there");
    std::fs::create_dir(&folder).expect("a folder");
    for _ in ["once", "again"] {
        bench.run(&["man", "--out", &out]).ends(0).says("man pages are written");
    }
    let page = std::fs::metadata(folder.join("birdkeep-doctor.1")).expect("it is there");
    assert_eq!(page.permissions().mode() & 0o777, 0o644);
}
