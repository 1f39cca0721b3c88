//! What git keeps: found wherever it is, told with the commit that brought it, and never obeyed.

use std::fs;
use std::process::Command;

use super::{Leaky, git, places};

#[test]
fn a_value_added_and_removed_again_is_in_the_history() {
    let leaky = Leaky::new();
    leaky.git(&["init", "-q", "-b", "main"]);
    let key = leaky.value("api_key").to_owned();
    leaky.commit("README", "hello");
    let first = leaky.commit("bot.env", format!("one\nX_API_KEY={key}\n"));
    leaky.commit("bot.env", format!("one\ntwo\nX_API_KEY={key}\n"));
    leaky.commit("bot.env", "one\n");
    leaky.scan(&[]).ends(0).says("birdkeep scan --git");
    let found = leaky.found(&["--git"]);
    assert_eq!(places(&found), ["bot.env:2:11 api_key"]);
    let past = &found[0]["git"];
    assert_eq!((past["commit"].as_str(), past["versions"].as_u64()), (Some(first.as_str()), Some(2)));
    assert_eq!(
        (past["in_head"].as_bool(), past["committed_at"].as_str()),
        (Some(false), Some("2026-11-01T12:00:00Z"))
    );
    let ran = leaky.scan(&["--git"]).ends(1).says("rotate first");
    let line = format!("  bot.env:2:11  git since {}, 2026-11-01 · 2 versions · not in HEAD\n", &first[..8]);
    assert!(ran.out.contains(&line), "{}", ran.out);
    leaky.scan_in(&leaky.work().join("sub"), &["--git"], b"").ends(1);
}

#[test]
fn branches_merges_stashes_tags_messages_and_the_next_commit_are_history() {
    let leaky = Leaky::new();
    let of = |word: &str| leaky.value(word).to_owned();
    leaky.git(&["init", "-q", "-b", "main"]);
    leaky.commit("README", "hello\n");
    leaky.git(&["checkout", "-q", "-b", "side"]);
    leaky.commit("side.env", of("api_key"));
    leaky.git(&["checkout", "-q", "main"]);
    leaky.commit("main.txt", "main\n");
    // A merge may bring what neither side has.
    leaky.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    leaky.git(&["rm", "-q", "-f", "side.env"]);
    leaky.put("merged.env", of("api_secret"));
    leaky.git(&["add", "-A"]);
    leaky.git(&["commit", "-q", "-m", "merge"]);
    leaky.git(&["rm", "-q", "merged.env"]);
    leaky.git(&["commit", "-q", "-m", "remove"]);
    for word in ["bearer_token", "client_secret"] {
        // Two stashes: only the newest has a name of its own.
        leaky.put("stashed.env", of(word));
        leaky.git(&["stash", "push", "-q", "-u"]);
    }
    leaky.git(&["tag", "-a", "v1", "-m", &of("access_secret")]);
    leaky.git(&["commit", "-q", "--allow-empty", "-m", &format!("mention {}", of("access_token"))]);
    leaky.put("staged.env", of("oauth2_access_token"));
    leaky.git(&["add", "staged.env"]);
    fs::remove_file(leaky.work().join("staged.env")).expect("it is there");
    leaky.put("unstaged.env", of("oauth2_refresh_token"));
    let found = leaky.found(&["--git"]);
    let mut lines: Vec<String> = found
        .iter()
        .map(|one| {
            let git = &one["git"];
            let kind = git["kind"].as_str().unwrap_or("file");
            let staged = if git["staged"] == true { " staged" } else { "" };
            format!(
                "{} {} {kind}{staged}",
                one["field"].as_str().unwrap_or("-"),
                one["path"].as_str().unwrap_or("-")
            )
        })
        .collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "access_secret - tag",
            "access_token - commit",
            "api_key side.env blob",
            "api_secret merged.env blob",
            "bearer_token stashed.env blob",
            "client_secret stashed.env blob",
            "oauth2_access_token staged.env blob staged",
            "oauth2_refresh_token unstaged.env file",
        ]
    );
    let staged = leaky.found(&["--staged"]);
    assert_eq!(places(&staged), ["staged.env:1:1 oauth2_access_token"]);
    leaky.scan(&["--staged"]).ends(1);
    leaky.git(&["rm", "-q", "--cached", "staged.env"]);
    leaky.scan(&["--staged"]).ends(0);
}

#[test]
fn bare_empty_sha256_and_odd_repositories_are_read() {
    let leaky = Leaky::new();
    let key = leaky.value("api_key").to_owned();
    leaky.git(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    leaky.scan(&["--git"]).ends(0);
    leaky.put("new.env", &key);
    leaky.git(&["add", "."]);
    assert_eq!(leaky.found(&["--staged"]).len(), 1, "before the first commit");
    leaky.commit("leak.env", &key);
    leaky.git(&["update-ref", "refs/odd/-x;$(id)", "HEAD"]);
    leaky.git(&["rm", "-q", "leak.env", "new.env"]);
    leaky.git(&["commit", "-q", "-m", "clean"]);
    let odd = leaky.bench.path("-odd; $(id)");
    git(
        leaky.bench.path("").as_path(),
        &["clone", "-q", "--bare", &leaky.work().to_string_lossy(), &odd.to_string_lossy()],
    );
    let ran = leaky.scan_in(&leaky.bench.path(""), &["--git=-odd; $(id)", "--json"], b"").ends(1);
    let found = ran.json()["findings"].as_array().expect("a list").clone();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["git"]["commit"].as_str().map(str::len), Some(64));
    assert_eq!(ran.json()["looked_at"]["files"], 0, "a bare repository has no files of its own");
}

#[test]
fn what_no_commit_leads_to_and_what_is_not_here_is_named() {
    let leaky = Leaky::new();
    leaky.git(&["init", "-q", "-b", "main"]);
    leaky.commit("README", "hello");
    leaky.put("lost.env", leaky.value("api_key"));
    leaky.git(&["hash-object", "-w", "lost.env"]);
    fs::remove_file(leaky.work().join("lost.env")).expect("it is there");
    let inner = leaky.bench.path("inner");
    fs::create_dir_all(&inner).expect("a new folder");
    git(&inner, &["init", "-q", "-b", "main"]);
    git(&inner, &["commit", "-q", "--allow-empty", "-m", "inner"]);
    leaky.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        &inner.to_string_lossy(),
        "vendor",
    ]);
    leaky.git(&["commit", "-q", "-m", "submodule"]);
    let ran = leaky.scan(&["--git"]).ends(0);
    assert!(
        ran.err.contains("not looked at: 1 object that no branch, tag, stash or reflog leads to"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("submodules have repositories of their own: vendor"), "{}", ran.err);
    let shallow = leaky.bench.path("shallow");
    let from = format!("file://{}", leaky.work().display());
    git(&leaky.bench.path(""), &["clone", "-q", "--depth", "1", &from, &shallow.to_string_lossy()]);
    leaky.scan_in(&shallow, &["--git"], b"").ends(0).says("the clone is shallow");
}

#[test]
fn a_hostile_repository_makes_nothing_run() {
    let leaky = Leaky::new();
    leaky.git(&["init", "-q", "-b", "main"]);
    leaky.put(".gitattributes", "* diff=evil filter=evil\n");
    let commit = leaky.commit("leak.env", leaky.value("api_key"));
    let proof = leaky.work().join("proof");
    let run = format!("touch {}", proof.display());
    for key in [
        "core.fsmonitor",
        "core.pager",
        "pager.log",
        "core.sshCommand",
        "core.askPass",
        "core.editor",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "gpg.program",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "core.alternateRefsCommand",
        "remote.origin.uploadpack",
        "alias.log",
        "alias.cat-file",
    ] {
        leaky.git(&["config", key, &run]);
    }
    for (key, value) in [
        ("log.showSignature", "true"),
        ("core.hooksPath", "hooks"),
        ("remote.origin.url", "ext::sh -c touch% proof"),
        ("remote.origin.promisor", "true"),
        ("protocol.ext.allow", "always"),
        ("extensions.partialClone", "origin"),
    ] {
        leaky.git(&["config", key, value]);
    }
    fs::create_dir_all(leaky.work().join("hooks")).expect("a new folder");
    for hook in ["post-index-change", "reference-transaction", "pre-commit"] {
        leaky.put(&format!("hooks/{hook}"), format!("#!/bin/sh\n{run}\n"));
        let made = Command::new("chmod").arg("+x").arg(leaky.work().join("hooks").join(hook)).status();
        assert!(made.expect("there is chmod").success());
    }
    // An object that only the promisor has: git would fetch it.
    let tree = leaky.work().join(".git/objects");
    let blob = leaky.git(&["-c", "core.fsmonitor=false", "rev-parse", &format!("{commit}:leak.env")]);
    let _ = fs::remove_file(&proof);
    for args in [&["--git"][..], &["--staged"], &["--respect-gitignore"]] {
        let ran = leaky.scan(args);
        assert!(!proof.exists(), "{args:?} ran something: {}", ran.all());
        assert!(ran.code == 1 || args[0] == "--staged", "{args:?}: {}", ran.all());
    }
    fs::remove_file(tree.join(&blob[..2]).join(&blob[2..])).expect("a loose object");
    leaky.scan(&["--git"]).says("1 object of the history that are not here");
    assert!(!proof.exists(), "it was fetched");
}

#[test]
fn without_git_and_outside_of_a_repository_it_says_what_to_do() {
    let leaky = Leaky::new();
    leaky.scan(&["--git"]).ends(2).says("there is no git repository in this folder or above it");
    leaky.scan(&["--git", "nowhere"]).ends(2).says("nowhere is no folder");
    let mut leaky = leaky;
    leaky.bench.set("PATH", leaky.work().to_string_lossy().into_owned());
    leaky.scan(&["--git"]).ends(2).says("there is no git on this machine");
    leaky.scan(&[]).ends(0);
}

#[test]
fn a_damaged_history_is_not_called_clean() {
    let leaky = Leaky::new();
    leaky.git(&["init", "-q", "-b", "main"]);
    let commit = leaky.commit("README", "hello");
    let tree = leaky.git(&["rev-parse", &format!("{commit}^{{tree}}")]);
    let object = leaky.work().join(".git/objects").join(&tree[..2]).join(&tree[2..]);
    fs::remove_file(object).expect("a loose object");
    let ran = leaky.scan(&["--git"]);
    assert!(ran.code != 0 || ran.err.contains("are not here"), "{}", ran.all());
}
