//! `run`: what a bot is handed, what it is not, and that it ends, is signalled and speaks as it would without us.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::bench::{BIRDKEEP, Bench, Ran};

/// `wiki` of [`Bench::with_a_bot`], with everything an app and a bot may have but OAuth 2.0 tokens.
fn bench() -> Bench {
    let bench = Bench::with_a_bot();
    let app = "bearer_token=made-up-bearer%2F\nclient_id=made-up-id\nclient_secret=made-up-client\n";
    for line in app.lines() {
        let (field, value) = line.split_once('=').expect("a field and a value");
        bench.pipe(&["app", "set", "bots", field], value).ends(0);
    }
    bench
}

/// [`bench`] with `poet` and `vaer`, of whom `vaer` has the tag `weather`.
fn flock() -> Bench {
    let bench = bench();
    for name in ["poet", "vaer"] {
        let values = format!("access_token=1448-{name}\naccess_secret=made-up-{name}\n");
        bench.pipe(&["add", name, "--app", "bots"], values).ends(0);
    }
    bench.pipe(&["set", "vaer", "tags"], "weather").ends(0);
    bench
}

/// The variables `printenv` prints.
fn variables(ran: &Ran) -> BTreeMap<String, String> {
    let lines = ran.out.lines().filter_map(|line| line.split_once('='));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Those of them that are a bot's credentials under the names of the default preset.
fn credentials(ran: &Ran) -> Vec<(String, String)> {
    variables(ran).into_iter().filter(|(name, _)| name.starts_with("X_")).collect()
}

fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_bot_gets_its_credentials_and_nothing_of_ours() {
    let mut bench = bench();
    bench.set("BIRDKEEP_VAULT", bench.vault().to_string_lossy());
    bench.set("OTHER", "stays");
    let ran = bench.run(&["run", "wiki", "--", "printenv"]).ends(0);
    assert_eq!(
        credentials(&ran),
        pairs(&[
            ("X_ACCESS_TOKEN", "1447-made-up"),
            ("X_ACCESS_TOKEN_SECRET", "made-up-access"),
            ("X_API_KEY", "made-up-key"),
            ("X_API_SECRET", "made-up-secret"),
            ("X_BEARER_TOKEN", "made-up-bearer%2F"),
            ("X_CLIENT_ID", "made-up-id"),
        ])
    );
    let found = variables(&ran);
    let ours: Vec<&String> = found.keys().filter(|name| name.starts_with("BIRDKEEP")).collect();
    assert_eq!(ours, ["BIRDKEEP_PROFILE"]);
    assert_eq!((found["BIRDKEEP_PROFILE"].as_str(), found["OTHER"].as_str()), ("wiki", "stays"));
    assert_eq!(ran.err, "", "there is nothing to say");
}

#[test]
fn names_and_fields_are_chosen() {
    let bench = bench();
    let of = |args: &[&str]| {
        let ran = bench.run(&[&["run", "wiki"], args, &["--clean-env", "--", "printenv"]].concat()).ends(0);
        let usual = ["PATH", "HOME", "BIRDKEEP_PROFILE"];
        variables(&ran).into_keys().filter(|name| !usual.contains(&name.as_str())).collect::<Vec<_>>()
    };
    let tweepy = ["ACCESS_KEY", "ACCESS_SECRET", "BEARER_TOKEN", "CONSUMER_KEY", "CONSUMER_SECRET"];
    assert_eq!(of(&["--names", "tweepy"]), tweepy);
    assert_eq!(of(&["--only", "bearer_token,api-key"]), ["X_API_KEY", "X_BEARER_TOKEN"]);
    assert_eq!(of(&["--only", "client_secret"]), ["X_CLIENT_SECRET"]);
    assert_eq!(of(&["--map", "CS=client_secret", "--map", "T=access_token"]), ["CS", "T"]);
    for (args, code) in [
        (&["--names", "smoke"][..], 2),
        (&["--map", "CS"], 2),
        (&["--map", "CS=api_key", "--names", "x"], 2),
        (&["--only", "nothing"], 2),
        (&["--names", "gotwi", "--only", "bearer_token"], 2),
        (&["--only", "oauth2_access_token"], 1),
        (&["--fd", "--file"], 2),
    ] {
        let ran = bench.run(&[&["run", "wiki"], args, &["--", "echo", "it ran"]].concat()).ends(code);
        assert_eq!(ran.out, "", "{args:?}");
    }
}

#[test]
fn variables_of_these_names_come_from_the_vault_or_not_at_all() {
    let mut bench = Bench::with_a_bot();
    for name in ["X_API_KEY", "X_BEARER_TOKEN"] {
        bench.set(name, "somebody-elses");
    }
    let ran = bench.run(&["run", "wiki", "--", "printenv"]).ends(0);
    assert_eq!(variables(&ran)["X_API_KEY"], "made-up-key");
    assert!(!variables(&ran).contains_key("X_BEARER_TOKEN"), "the bot would have mixed two accounts");
    let ran = ran.says("X_API_KEY, X_BEARER_TOKEN were set outside");
    assert!(!ran.err.contains("somebody-elses"));
    let quiet = bench.run(&["run", "wiki", "--quiet", "--keep", "X_BEARER_TOKEN", "--", "printenv"]).ends(0);
    assert_eq!((variables(&quiet)["X_BEARER_TOKEN"].as_str(), quiet.err.as_str()), ("somebody-elses", ""));
}

#[test]
fn a_bot_ends_as_it_would_without_us() {
    let bench = bench();
    let run = |line: &str| bench.run(&["run", "wiki", "--", "/bin/sh", "-c", line]);
    assert_eq!(run("exit 42").ends(42).err, "");
    let mut command = bench.command(BIRDKEEP);
    let status =
        command.args(["run", "wiki", "--", "/bin/sh", "-c", "kill -9 $$"]).status().expect("it starts");
    assert_eq!(status.signal(), Some(9), "it is the bot that was killed");
    // What stands behind the command is handed over as it is.
    let ran = bench.run(&["run", "wiki", "--", "printf", "%s|", "$HOME", "`id`", "a b", "--fd", ""]).ends(0);
    assert_eq!(ran.out, "$HOME|`id`|a b|--fd||");
    for stdin in ["<&-", "</dev/null"] {
        let ran = bench.shell(&format!("birdkeep run wiki -- wc -c {stdin}")).ends(0);
        assert_eq!(ran.out.trim(), "0");
    }
}

#[test]
fn what_cannot_be_run_is_told_as_shells_tell_it() {
    let bench = bench();
    let text = bench.write("bot.py", "print(1)\n");
    let script = bench.write("bot", "#!/nowhere/python\n");
    std::fs::set_permissions(Path::new(&script), std::fs::Permissions::from_mode(0o700)).expect("ours");
    for (program, code, why) in [
        ("no-such-bot", 127, "there is no program of that name"),
        ("/nowhere/bot", 127, "there is no program of that name"),
        ("", 127, "there is no program of that name"),
        (text.as_str(), 126, "may not be executed"),
        ("/", 126, "may not be executed"),
        (script.as_str(), 126, "the program its first line names is not there"),
    ] {
        for watched in [&[][..], &["--redact"], &["--all"]] {
            let code = if watched == ["--all"] && program == script { 1 } else { code };
            let ran = bench.run(&[&["run", "wiki"], watched, &["--", program]].concat()).ends(code).says(why);
            assert!(ran.err.contains("  try: "), "{}", ran.err);
        }
    }
    bench.run(&["run", "nobody", "--", "true"]).ends(1);
    bench.run(&["run", "bots", "--", "true"]).ends(2).says("add --all");
    bench.run(&["run", "--", "true"]).ends(2);
    bench.run(&["run", "wiki", "true"]).ends(2);
}

/// Starts `birdkeep run wiki ARGS`, and waits until it has said “ready”.
fn ready(bench: &Bench, args: &[&str]) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = bench.start(&[&["run", "wiki"], args].concat());
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut line = String::new();
    while !line.ends_with("ready\n") {
        line.clear();
        assert_ne!(out.read_line(&mut line).expect("it speaks"), 0, "it ended too early");
    }
    (child, out)
}

/// A bot that says which signal it got, and ends with 5.
const LISTENING: &str = "for s in TERM USR1; do trap \"echo got $s; exit 5\" $s; done; echo ready; \
                         while :; do sleep 0.01; done";

#[test]
fn signals_reach_the_bot_once_whoever_has_to_stay_for_it() {
    let bench = bench();
    for way in [&[][..], &["--file"], &["--redact"], &["--fd"]] {
        // Not what a job in the background may have to ignore: that is ignored by its bots as well.
        for (signal, name) in [(Signal::TERM, "TERM"), (Signal::USR1, "USR1")] {
            let (mut child, mut out) = ready(&bench, &[way, &["--", "/bin/sh", "-c", LISTENING]].concat());
            kill_process(Pid::from_child(&child), signal).expect("it lives");
            let mut said = String::new();
            out.read_to_string(&mut said).expect("it ends");
            assert_eq!(said, format!("got {name}\n"), "{way:?}");
            assert_eq!(child.wait().expect("it ends").code(), Some(5), "{way:?}");
        }
    }
    let (mut child, _out) = ready(&bench, &["--file", "--", "/bin/sh", "-c", "echo ready; kill -KILL $$"]);
    assert_eq!(child.wait().expect("it ends").code(), Some(128 + 9));
}

#[test]
fn mask_limits_and_signals_are_as_they_were_found() {
    let bench = bench();
    let status =
        "umask; ulimit -c; grep -E '^Sig(Blk|Ign)' /proc/self/status; ls -l /proc/self/fd | grep -c ' -> '";
    // Of the signals only those that programs know: what stands above 31 is the C library's own.
    let known = |line: &str| match line.split_once(":\t") {
        Some((mask, hex)) => {
            format!("{mask} {:x}", u64::from_str_radix(hex, 16).expect("a mask") & 0x7fff_ffff)
        }
        None => line.to_owned(),
    };
    let found = |line: &str| {
        let ran = bench.shell(&format!("umask 0027; ulimit -S -c 16; trap '' HUP XFSZ; {line}")).ends(0);
        ran.out.lines().map(known).collect::<Vec<_>>()
    };
    let alone = found(&format!("sh -c {status:?}"));
    for way in ["", "--file", "--redact", "--fd"] {
        // The pipe of --fd is one descriptor more.
        let status = if way == "--fd" { format!("exec 3<&-; {status}") } else { status.to_owned() };
        let ran = found(&format!("birdkeep run wiki {way} -- sh -c {status:?}"));
        assert_eq!(ran, alone, "{way}");
    }
    assert_eq!(alone[..3], ["0027", "16", "SigBlk 0"], "the shell has set what it was told to");
    let among_others = found("birdkeep run --all -- sh -c 'umask; ulimit -c'");
    assert_eq!(among_others, ["wiki | 0027", "wiki | 16"]);
}

#[test]
fn no_secret_stands_in_an_argument() {
    let bench = bench();
    for way in [&[][..], &["--file"], &["--fd", "--format", "json"]] {
        let line = "cat /proc/$$/cmdline /proc/$PPID/cmdline | tr '\\0' ' '; echo ready; read wait";
        let args = [&["run", "wiki"], way, &["--", "/bin/sh", "-c", line]].concat();
        let ran = bench.pipe(&args, "go\n").ends(0);
        assert!(ran.out.contains("/bin/sh") && !ran.out.contains("made-up"), "{}", ran.out);
    }
}

#[test]
fn values_can_go_through_a_pipe() {
    let bench = bench();
    let read = "test -z \"$X_API_KEY\" && echo $BIRDKEEP_FD $BIRDKEEP_FILE && cat <&3 && cat /dev/fd/3";
    let dotenv = "3 /dev/fd/3\nX_API_KEY=made-up-key\nX_API_SECRET=made-up-secret\nX_ACCESS_TOKEN=1447-made-up\n\
                  X_ACCESS_TOKEN_SECRET=made-up-access\nX_BEARER_TOKEN=made-up-bearer%2F\nX_CLIENT_ID=made-up-id\n";
    assert_eq!(bench.run(&["run", "wiki", "--fd", "--", "sh", "-c", read]).ends(0).out, dotenv);
    let json =
        ["run", "wiki", "--fd", "--format", "json", "--only", "api_key", "--", "sh", "-c", "cat /dev/fd/3"];
    assert_eq!(bench.run(&json).ends(0).json()["X_API_KEY"], "made-up-key");
    let taken =
        bench.shell("birdkeep run wiki --fd -- sh -c 'echo $BIRDKEEP_FD; cat <&3' 3</dev/null").ends(0);
    assert_eq!(taken.out, "4\n", "what somebody else hands on is left alone");
    let all =
        bench.run(&["run", "--all", "--fd", "--only", "api_key", "--", "sh", "-c", "cat $BIRDKEEP_FILE"]);
    assert_eq!(all.ends(0).out, "wiki | X_API_KEY=made-up-key\n");
}

#[test]
fn values_can_be_in_a_file_that_goes_with_the_bot() {
    let mut bench = bench();
    let runtime = bench.path("runtime");
    std::fs::create_dir(&runtime).expect("a folder");
    std::fs::set_permissions(&runtime, std::fs::Permissions::from_mode(0o700)).expect("ours");
    let line =
        "test -z \"$X_API_KEY\"; stat -c %a $BIRDKEEP_FILE; cat $BIRDKEEP_FILE; echo $BIRDKEEP_FILE; exit 3";
    let args = ["run", "wiki", "--file", "--only", "api_key", "--", "sh", "-c", line];
    for named in [false, true] {
        if named {
            bench.set("XDG_RUNTIME_DIR", runtime.to_string_lossy());
        }
        let ran = bench.run(&args).ends(3);
        let lines: Vec<&str> = ran.out.lines().collect();
        assert_eq!(lines[..2], ["600", "X_API_KEY=made-up-key"]);
        assert_eq!(Path::new(lines[2]).starts_with(&runtime), named, "{}", lines[2]);
        assert!(!Path::new(lines[2]).exists(), "it goes with the bot");
    }
    let value = "made\"up'key";
    bench.pipe(&["app", "set", "bots", "api_key"], value).ends(0);
    let ran = bench.run(&args).ends(2).says("--format json");
    assert!(ran.out.is_empty() && !ran.err.contains(value));
}

#[test]
fn an_expired_token_is_refreshed_first_and_the_rest_runs_without_x() {
    let mut bench = Bench::new();
    let roster = r#"{"seed":"s","apps":[{"name":"bots"}],"profiles":[
        {"name":"wiki","handle":"wiki","app":"bots","trouble":"oauth2-expired"},
        {"name":"late","handle":"late","app":"bots","trouble":"oauth2-expired"},
        {"name":"never","handle":"never","app":"bots","trouble":"oauth2-expired"}]}"#;
    let roster = bench.write("roster.json", roster);
    let played = bench.played(&["--roster", &roster]);
    bench.pipe(&["import", "-", "--from", "json"], &played.roster).ends(0);
    bench.set("BIRDKEEP_X_API", played.base.clone());
    let old = bench.run(&["get", "wiki", "oauth2_access_token"]).ends(0).out;
    let ran = bench.run(&["run", "wiki", "--", "printenv", "X_OAUTH2_ACCESS_TOKEN"]).ends(0);
    let new = ran.out.trim().to_owned();
    assert_ne!(new, old);
    assert_eq!(bench.run(&["get", "wiki", "oauth2_access_token"]).ends(0).out, new);
    let ran = ran.says("good until ").says("birdkeep token wiki");
    assert!(!ran.err.contains(&new));
    let late = ["run", "late", "--redact", "--quiet", "--", "sh", "-c", "echo it is $X_OAUTH2_ACCESS_TOKEN"];
    let masked = bench.run(&late).ends(0).out;
    assert_eq!(masked, "it is ••••••••\n", "also a token that was new when it was handed over");
    drop(played);
    let again = bench.run(&["run", "wiki", "--quiet", "--", "printenv", "X_OAUTH2_ACCESS_TOKEN"]).ends(0);
    assert_eq!(
        (again.out.trim(), again.err.as_str()),
        (new.as_str(), ""),
        "a token that lives costs no request"
    );
    // Whoever has another way in is run without; whoever needs this one is not run.
    let only = ["run", "never", "--only", "oauth2_access_token", "--", "echo", "it ran"];
    assert_eq!(bench.run(&only).ends(5).out, "");
    let has_another = bench.run(&["get", "never", "access_token"]).code == 0;
    let ran = bench.run(&["run", "never", "--", "echo", "it ran"]).ends(if has_another { 0 } else { 5 });
    assert_eq!(ran.out.is_empty(), !has_another, "{}", ran.err);
}

#[test]
fn several_bots_speak_by_name_and_are_summed_up() {
    let bench = flock();
    let line = "echo $X_ACCESS_TOKEN; echo oops >&2; test $BIRDKEEP_PROFILE != poet || exit 3";
    for jobs in ["1", "3"] {
        let ran = bench.run(&["run", "--all", "-j", jobs, "--", "sh", "-c", line]).ends(1);
        let mut lines: Vec<&str> = ran.out.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["poet | 1448-poet", "vaer | 1448-vaer", "wiki | 1447-made-up"]);
        for said in ["vaer | oops\n", "poet  exit 3", "vaer  ok", "wiki  ok", "2 of 3 profiles ok"] {
            assert!(ran.err.contains(said), "{said:?} in\n{}", ran.err);
        }
    }
    let one = bench.run(&["run", "--tag", "weather", "--", "echo", "fog"]).ends(0);
    assert_eq!(one.out, "vaer | fog\n");
    assert_eq!(
        bench.run(&["run", "wiki", "vaer", "--", "echo", "fog"]).ends(0).out,
        "vaer | fog\nwiki | fog\n"
    );
    assert_eq!(bench.run(&["run", "--all", "bots", "--", "true"]).ends(0).out, "");
    bench.run(&["run", "--tag", "smoke", "--", "true"]).ends(1);
    let ran = bench.run(&["run", "--all", "--fail-fast", "--", "sh", "-c", line]).ends(1);
    assert_eq!(ran.out, "poet | 1448-poet\n", "nobody follows one that failed");
    assert!(ran.err.contains("vaer  not begun"), "{}", ran.err);
    let none = bench.run(&["run", "--all", "--only", "oauth2_access_token", "--", "true"]).ends(1);
    assert!(none.err.contains("wiki  not run: there is nothing"), "{}", none.err);
}

#[test]
fn all_bots_are_asked_to_end_once_and_killed_the_second_time() {
    let bench = flock();
    let line = "trap 'echo asked' TERM; echo ready; while :; do sleep 0.01; done";
    let mut child = bench.start(&["run", "--all", "-j", "3", "--", "/bin/sh", "-c", line]);
    let mut out = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let mut three = |text: &str| {
        let found = out.by_ref().map_while(Result::ok).filter(|line| line.ends_with(text)).take(3).count();
        assert_eq!(found, 3, "{text}");
    };
    three("| ready");
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::TERM).expect("it lives");
    three("| asked");
    kill_process(pid, Signal::TERM).expect("it lives");
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(128 + 15));
    let err = String::from_utf8(ended.stderr).expect("it is text");
    assert_eq!(err.matches("signal 9").count(), 3, "{err}");
    assert_eq!(out.map_while(Result::ok).count(), 0, "each was asked once");
}

#[test]
fn secrets_are_masked_where_a_bot_lets_them_slip() {
    let bench = bench();
    let line = "echo key $X_API_KEY; printf %s $X_API_SECRET | base64; printf '%s' made-up- >&2; printf key\\\\n >&2; \
                echo 'made-up-bearer%2F made-up-bearer/ made-up-client'; echo plain";
    let ran = bench.run(&["run", "wiki", "--redact", "--", "sh", "-c", line]).ends(0);
    assert_eq!(ran.out, "key ••••••••\n••••••••\n•••••••• •••••••• ••••••••\nplain\n");
    assert_eq!(ran.err, "••••••••\n");
    let all = bench.run(&["run", "--all", "--redact", "--quiet", "--", "sh", "-c", line]).ends(0);
    assert!(!all.all().contains("made-up") && all.out.contains("wiki | key ••••••••"), "{}", all.all());
}

#[test]
fn the_vault_is_neither_locked_nor_open_while_a_bot_runs() {
    let bench = bench();
    for way in [&[][..], &["--file"], &["--all"]] {
        let (mut child, _out) =
            ready(&bench, &[way, &["--", "/bin/sh", "-c", "echo ready; read wait"]].concat());
        // --all gives no input, so that one may have ended.
        bench.pipe(&["set", "wiki", "notes"], "written meanwhile").ends(0);
        drop(child.stdin.take());
        child.wait().expect("it ends");
    }
    let file = bench.write("passphrase", "made up");
    let by = |descriptor: &str| {
        bench.shell(&format!("{descriptor} birdkeep run wiki --passphrase-fd 3 -- cat /dev/fd/3"))
    };
    let refused = by(&format!("exec 3<{file};")).ends(2).says("would inherit the passphrase");
    assert_eq!(refused.out, "");
    let mut command = bench.command(BIRDKEEP);
    command.args(["run", "wiki", "--", "ls", "-l", "/proc/self/fd"]).stdin(Stdio::null());
    let listed = command.output().expect("it runs");
    let listed = String::from_utf8(listed.stdout).expect("it is text");
    assert!(!listed.contains("birdkeep") && !listed.contains("vault"), "{listed}");
}

#[test]
fn a_bot_tells_when_it_was_last_run_and_runs_where_that_cannot_be_kept() {
    let bench = bench();
    let last = || {
        let shown = bench.run(&["show", "wiki", "--json"]).ends(0).json();
        shown["last_run_at"].as_str().map(str::to_owned)
    };
    assert_eq!(last(), None);
    bench.run(&["run", "wiki", "--", "true"]).ends(0);
    assert!(last().is_some_and(|at| at.ends_with('Z')));
    assert!(bench.run(&["show", "wiki"]).ends(0).out.contains("last run"));
    let noted = |(path, _): &(PathBuf, Vec<u8>)| path.to_string_lossy().contains(".ran/");
    let noted: Vec<_> = bench.files().into_iter().filter(noted).collect();
    let [(path, bytes)] = noted.as_slice() else { panic!("{noted:?}") };
    assert!(bytes.is_empty() && !path.to_string_lossy().contains("wiki"), "{}", path.display());
    // A file where the folder should be.
    let folder = path.parent().expect("it has one");
    std::fs::remove_dir_all(folder).expect("ours");
    std::fs::write(folder, "in the way").expect("ours");
    assert_eq!(bench.run(&["run", "wiki", "--", "echo", "ran"]).ends(0).out, "ran\n");
    assert_eq!(last(), None);
}

#[test]
fn a_vault_that_another_machine_has_saved_is_judged_before_a_bot_is_run() {
    let bench = bench();
    bench.run(&["run", "wiki", "--", "true"]).ends(0);
    let (vault, old) = (bench.vault(), std::fs::read(bench.vault()).expect("it is there"));
    bench.pipe(&["set", "wiki", "notes"], "newer").ends(0);
    std::fs::write(&vault, old).expect("ours");
    for args in [&["run", "wiki", "--", "true"][..], &["get", "wiki", "access_token"]] {
        bench.run(args).ends(4).says("rolled back");
    }
}
