use std::time::Duration;

use crate::domain::edit::Edit;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::host::git::Standing;
use crate::ops::testing::world;
use crate::ops::transfer::{self, AskGit, Find, Leftover, Manner, Named, Plan, Replace, Source};
use crate::tui::ctx::Presence;
use crate::tui::effect::{Effect, ImportSource, Job, Undo};
use crate::tui::message::{Created, NotSaved, Reply};
use crate::tui::screen::Door;
use crate::tui::testing::Robot;
use crate::tui::testing::flock::{CANARY, flock};

/// A file with a new bot, a bot whose token differs, one that is the same, and a line that is nothing.
const FILE: &str = "\
{\"apps\": [{\"name\": \"new-app\", \"api_key\": \"canary-key\"}],
 \"profiles\": [
  {\"name\": \"new-bird\", \"app\": \"new-app\", \"access_token\": \"canary-token\"},
  {\"name\": \"wiki-daily\", \"access_token\": \"canary-another\"},
  {\"name\": \"poet\", \"access_token\": \"canary-access_token-poet\"},
  {\"name\": \"nowhere\", \"app\": \"no-such-app\"}
]}";

/// The paste's preview, as the performer makes it.
fn preview(text: &str, replace: Replace) -> Plan {
    of_files(&[(None, text)], replace)
}

/// The same of several files.
fn of_files(files: &[(Option<&str>, &str)], replace: Replace) -> Plan {
    let source = |(file, text): &(Option<&str>, &str)| {
        let file = file.map(ToOwned::to_owned);
        Source::new(file.clone(), Ok(Named { text: Secret::new(*text), file_name: file, name: None }))
    };
    let manner = Manner { replace, ..Manner::default() };
    let sources = files.iter().map(source).collect();
    transfer::plan(&world(), &flock(16).document, sources, &manner).expect("it can be read")
}

fn robot() -> Robot {
    Robot::open(flock(16))
}

/// A robot that looks at the preview of [`FILE`].
fn looking() -> Robot {
    let mut robot = robot();
    robot.paste(FILE).answer(Reply::Previewed(Ok(preview(FILE, Replace::No))));
    robot.effects();
    robot.wait(Duration::from_secs(1));
    robot
}

fn pasted(text: &str, replace: Replace) -> Job {
    Job::PreviewImport { source: ImportSource::Pasted(Secret::new(text)), format: None, replace }
}

fn failure() -> Failure {
    Failure::new(Kind::Usage, "this cannot be read as json", "line 1, column 2 is not JSON", "correct it")
}

#[test]
fn a_paste_is_looked_at_at_once_and_nothing_is_saved() {
    let mut robot = robot();
    robot.paste(FILE);
    assert_eq!(robot.model.names(), ["main", "import"]);
    assert_eq!(robot.jobs(), [pasted(FILE, Replace::No)]);
}

#[test]
fn the_preview_says_what_becomes_of_every_row() {
    let robot = looking();
    let frame = robot.frame();
    for text in [
        "json: 1 different, 2 added, 1 same, 1 left out",
        "Nothing is saved yet; s saves 1 app and 1 profile.",
        "! different  profile “wiki-daily”: Access token",
        "+ added      profile “new-bird”: Access token",
        "= same       profile “poet”",
        "✗ left out   profiles[3]: “nowhere” cannot be taken",
    ] {
        assert!(frame.contains(text), "{text}\n{frame}");
    }
    assert!(!frame.contains(CANARY), "{frame}");
}

#[test]
fn the_pictures() {
    let mut robot = looking();
    insta::assert_snapshot!("preview_80x24", robot.size(80, 24).frame());
    insta::assert_snapshot!("preview_40x12", robot.size(40, 12).frame());
    let mut robot = self::robot();
    robot.keys("i");
    insta::assert_snapshot!("ask_40x12", robot.size(40, 12).frame());
}

#[test]
fn saving_takes_a_key_and_can_be_taken_back() {
    for key in ["s", "Enter"] {
        let mut robot = looking();
        robot.keys(key);
        let jobs = robot.jobs();
        let [Job::Save { edits, what, undo }] = jobs.as_slice() else { panic!("{key}: {jobs:?}") };
        assert_eq!((what.as_str(), *undo), ("import of 1 app and 1 profile", Undo::Offer));
        let added = |edit: &Edit| matches!(edit, Edit::AddApp(_) | Edit::AddProfile(_));
        assert!(edits.len() == 2 && edits.iter().all(added));
    }
}

#[test]
fn a_save_that_worked_closes_it_and_one_that_did_not_looks_again() {
    let mut robot = looking();
    robot.keys("s");
    let mut after = flock(17);
    after.vault.generation = 8;
    robot.answer(Reply::Saved(Ok(after)));
    assert_eq!(robot.model.names(), ["main"]);
    assert!(robot.sees("saved: import of 1 app and 1 profile"), "{}", robot.frame());

    let mut robot = looking();
    robot.keys("s").answer(Reply::Saved(Err(NotSaved { failure: failure(), conflicts: Vec::new() })));
    assert_eq!(robot.model.names(), ["main", "import"]);
    assert_eq!(robot.jobs().pop(), Some(pasted(FILE, Replace::No)));
}

#[test]
fn a_key_that_comes_with_the_paste_saves_nothing() {
    let mut robot = robot();
    robot.paste(FILE).answer(Reply::Previewed(Ok(preview(FILE, Replace::No))));
    robot.effects();
    robot.keys("Enter");
    assert!(robot.jobs().is_empty());
    robot.wait(Duration::from_secs(1)).keys("Enter");
    assert!(matches!(robot.jobs().as_slice(), [Job::Save { .. }]));
}

#[test]
fn replacing_is_looked_at_before_it_is_done() {
    let mut robot = looking();
    robot.keys("R");
    assert_eq!(robot.jobs(), [pasted(FILE, Replace::Yes)]);
    robot.keys("R");
    assert!(robot.jobs().is_empty(), "one look at a time");
    let mut robot = looking();
    robot.keys("R").answer(Reply::Previewed(Ok(preview(FILE, Replace::Yes))));
    assert!(robot.sees("~ changed    profile “wiki-daily”: Access token"), "{}", robot.frame());
    assert!(robot.sees("go into history"), "{}", robot.frame());
    robot.effects();
    robot.keys("R");
    assert_eq!(robot.jobs(), [pasted(FILE, Replace::No)]);
}

fn files(names: &[&str]) -> Job {
    let source = ImportSource::Files(names.iter().map(|name| (*name).to_owned()).collect());
    Job::PreviewImport { source, format: None, replace: Replace::No }
}

fn finds() -> Vec<Find> {
    let find = |path: &str, format, bytes| Find { path: path.to_owned(), format, bytes };
    vec![
        find("~/.twurlrc", "twurl", 612),
        find(".env", "dotenv", 230),
        find("credentials.txt", "twitterapi", 180),
    ]
}

#[test]
fn what_other_tools_have_left_is_listed_and_read_only_with_consent() {
    let mut robot = robot();
    robot.keys("i");
    assert_eq!(robot.jobs(), [Job::FindImports]);
    robot.keys("Esc i").answer(Reply::FoundImports(finds()));
    robot.effects();
    insta::assert_snapshot!("found_80x24", robot.size(80, 24).frame());
    insta::assert_snapshot!("found_40x12", robot.size(40, 12).frame());
    robot.size(80, 24).keys("Enter");
    assert!(robot.jobs().is_empty(), "the key that opened it is no consent");
    robot.wait(Duration::from_secs(1)).keys("j Space Enter");
    assert_eq!(robot.jobs(), [files(&["~/.twurlrc", "credentials.txt"])]);
    robot.keys("Esc j k Space j j Space Enter");
    assert!(robot.sees("no file is marked"), "{}", robot.frame());
    robot.keys("n").text("x.env").keys("Enter");
    assert_eq!(robot.jobs(), [files(&["x.env"])]);
}

#[test]
fn what_is_found_does_not_take_away_what_is_typed() {
    let mut robot = robot();
    robot.keys("i").text("~/q").answer(Reply::FoundImports(finds()));
    assert!(robot.sees("File  ~/q"), "{}", robot.frame());
    robot.keys("Esc");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn several_files_are_shown_one_after_the_other_and_what_still_holds_keys_is_said_afterwards() {
    let again = "{\"profiles\": [{\"name\": \"new-bird\", \"access_token\": \"canary-token\"}]}";
    let plan = of_files(&[(Some("a.json"), FILE), (Some("b.json"), again)], Replace::No);
    let mut robot = robot();
    robot.keys("i").answer(Reply::FoundImports(finds()));
    robot.wait(Duration::from_secs(1)).keys("Enter").answer(Reply::Previewed(Ok(plan)));
    robot.effects();
    for text in [
        "2 files: 1 different, 2 added, 2 same",
        "a.json (json)",
        "b.json (json)",
        "= same       profile “new-bird”",
    ] {
        assert!(robot.sees(text), "{text}\n{}", robot.frame());
    }
    robot.wait(Duration::from_secs(1)).keys("s");
    let look = |ask| Job::LookAtFiles { files: vec!["a.json".to_owned(), "b.json".to_owned()], ask };
    assert!(matches!(robot.wanted(), [.., Effect::Start(_, Job::Save { .. })]), "{:?}", robot.wanted());
    robot.answer(Reply::Saved(Ok(flock(17))));
    assert!(matches!(robot.wanted().last(), Some(Effect::Start(_, job)) if *job == look(AskGit::No)));
    let left = |git| {
        let leftover = |path: &str, mode| Leftover { path: path.to_owned(), mode, git };
        Reply::LookedAt(vec![leftover("a.json", Some(0o644)), leftover("b.json", None)])
    };
    robot.answer(left(None));
    assert!(robot.sees("mode 644"), "{}", robot.frame());
    robot.effects();
    robot.keys("c");
    assert!(matches!(robot.wanted(), [Effect::Start(_, job)] if *job == look(AskGit::Yes)));
    robot.answer(left(Some(Standing::Tracked)));
    insta::assert_snapshot!("left_80x24", robot.size(80, 24).frame());
    robot.keys("Enter");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn the_format_is_chosen_from_a_list() {
    let mut robot = looking();
    robot.keys("f");
    insta::assert_snapshot!("formats_80x24", robot.size(80, 24).frame());
    robot.keys("G Enter");
    let jobs = robot.jobs();
    assert!(matches!(jobs.as_slice(), [Job::PreviewImport { format: Some("text"), .. }]), "{jobs:?}");
    let mut robot = looking();
    robot.keys("f j Esc");
    assert!(robot.jobs().is_empty() && robot.sees("new-bird"), "{}", robot.frame());
}

#[test]
fn a_file_is_named_in_a_line() {
    let mut robot = robot();
    robot.keys("i").text("~/q.env").keys("Enter");
    assert_eq!(robot.jobs(), [Job::FindImports, files(&["~/q.env"])]);
    robot.answer(Reply::Previewed(Err(failure())));
    assert!(robot.model.names().contains(&"import"));
    robot.keys("Esc");
    assert!(robot.sees("~/q.env"), "the name is still there\n{}", robot.frame());
    robot.keys("Esc");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn a_pasted_path_is_a_name_and_any_other_paste_is_the_text() {
    let mut robot = robot();
    robot.keys("i").paste("'/srv/a=b/bots.json'\n");
    assert!(robot.sees("File  /srv/a=b/bots.json"), "{}", robot.frame());
    assert_eq!(robot.jobs(), [Job::FindImports]);
    let text = "X_API_KEY=made-up";
    robot.paste(text);
    assert_eq!(robot.jobs(), [pasted(text, Replace::No)]);
}

#[test]
fn one_bare_value_is_named_and_not_kept() {
    let token = format!("144712093100-{}", "a".repeat(37));
    let mut robot = robot();
    robot.paste(&format!(" {token}\n"));
    assert!(robot.jobs().is_empty());
    assert!(robot.sees("This looks like an access token."), "{}", robot.frame());
    assert!(robot.sees("paste it into “Access token”"), "{}", robot.frame());
    assert!(!robot.sees(&token));
    robot.wait(Duration::from_secs(1)).keys("s R Enter");
    assert!(robot.jobs().is_empty());
    robot.size(40, 12);
    assert!(robot.sees("This looks like"), "{}", robot.frame());
}

#[test]
fn what_cannot_be_read_is_told_and_can_be_read_as_something_else() {
    let mut robot = robot();
    robot.paste("{nonsense").answer(Reply::Previewed(Err(failure())));
    robot.effects();
    assert!(robot.sees("because line 1, column 2 is not JSON"), "{}", robot.frame());
    robot.wait(Duration::from_secs(1)).keys("s");
    assert!(robot.jobs().is_empty());
    robot.keys("f j Enter");
    let jobs = robot.jobs();
    assert!(matches!(jobs.as_slice(), [Job::PreviewImport { format: Some("json"), .. }]), "{jobs:?}");
}

#[test]
fn a_preview_of_an_older_look_is_not_taken() {
    let mut robot = looking();
    robot.keys("R");
    let first = robot.ticket().expect("a look was begun");
    robot.paste("X_API_KEY=made-up");
    let second = robot.ticket().expect("another look was begun");
    assert_ne!(first, second);
    robot.msg(crate::tui::message::Msg::Job(first, Reply::Previewed(Ok(preview(FILE, Replace::Yes)))));
    assert!(!robot.sees("wiki-daily"), "{}", robot.frame());
}

#[test]
fn a_vault_whose_writer_is_not_trusted_takes_nothing() {
    let mut snapshot = flock(16);
    snapshot.vault.trusted = false;
    let mut robot = Robot::open(snapshot);
    robot.paste(FILE).answer(Reply::Previewed(Ok(preview(FILE, Replace::No))));
    robot.effects();
    robot.wait(Duration::from_secs(1)).keys("s");
    assert!(robot.jobs().is_empty());
    assert!(robot.sees("not trusted"), "{}", robot.frame());
}

#[test]
fn nothing_new_is_nothing_to_save() {
    let text = "{\"profiles\": [{\"name\": \"poet\"}]}";
    let mut robot = robot();
    robot.paste(text).answer(Reply::Previewed(Ok(preview(text, Replace::No))));
    robot.effects();
    robot.wait(Duration::from_secs(1)).keys("s");
    assert!(robot.jobs().is_empty());
    assert!(robot.sees("nothing to save"), "{}", robot.frame());
}

/// The names of what the save that was asked for adds.
fn saved_names(robot: &mut Robot) -> Vec<String> {
    let jobs = robot.jobs();
    let Some(Job::Save { edits, .. }) = jobs.iter().find(|job| matches!(job, Job::Save { .. })) else {
        return Vec::new();
    };
    let name = |edit: &Edit| match edit {
        Edit::AddApp(app) => Some(format!("app {}", app.name)),
        Edit::AddProfile(profile) => Some(format!("profile {}", profile.name)),
        _ => None,
    };
    edits.iter().filter_map(name).collect()
}

#[test]
fn what_nothing_names_is_given_a_name_before_it_is_saved() {
    let text = "X_API_KEY=canary-key\nX_ACCESS_TOKEN=canary-token\n";
    let mut robot = robot();
    robot.paste(text).answer(Reply::Previewed(Ok(preview(text, Replace::No))));
    robot.wait(Duration::from_secs(1));
    assert!(robot.sees("profile “imported”") && robot.sees("e gives it a name"), "{}", robot.frame());
    robot.keys("e");
    insta::assert_snapshot!("names_80x24", robot.size(80, 24).frame());
    insta::assert_snapshot!("names_40x12", robot.size(40, 12).frame());
    robot.size(80, 24).keys("^U").text("tide-app").keys("Tab ^U").text("tide").keys("Enter");
    assert!(robot.sees("app “tide-app”") && robot.sees("profile “tide”"), "{}", robot.frame());
    assert!(!robot.sees("imported"), "{}", robot.frame());
    // The other rule looks at the source again; the names stay.
    robot.keys("R").answer(Reply::Previewed(Ok(preview(text, Replace::Yes))));
    robot.wait(Duration::from_secs(1)).effects();
    robot.keys("s");
    assert_eq!(saved_names(&mut robot), ["app tide-app", "profile tide"]);
}

#[test]
fn a_name_that_is_taken_or_is_none_is_not_taken_over() {
    let mut robot = looking();
    for (typed, why) in [("wiki-daily", "the vault has another profile"), ("a:b", "“:”"), ("", "empty")] {
        robot.keys("e Tab ^U").text(typed).keys("Enter");
        assert!(robot.sees(why), "{typed}: {}", robot.frame());
        robot.keys("s Esc");
    }
    assert!(robot.jobs().is_empty());
    // Esc has left the names as they were.
    robot.keys("s");
    assert_eq!(saved_names(&mut robot), ["app new-app", "profile new-bird"]);
}

#[test]
fn two_new_ones_can_change_names_but_not_share_one() {
    let text = "{\"profiles\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}";
    let mut robot = robot();
    robot.paste(text).answer(Reply::Previewed(Ok(preview(text, Replace::No))));
    robot.wait(Duration::from_secs(1)).effects();
    robot.keys("e ^U").text("B").keys("Enter");
    assert!(robot.sees("another new profile is called that"), "{}", robot.frame());
    robot.keys("Tab ^U").text("a").keys("Enter");
    robot.keys("e ^U").text("c").keys("Enter s");
    assert_eq!(saved_names(&mut robot), ["profile c", "profile a"]);
}

#[test]
fn before_the_first_vault_a_paste_waits_for_it() {
    let mut robot = Robot::new(Presence::Absent);
    robot.open_door(Door::Import(Some(Secret::new(FILE))));
    assert!(robot.jobs().is_empty());
    let init =
        Job::Init { passphrase: Secret::new("made up"), recovery: crate::tui::effect::RecoveryKey::Without };
    let ticket = robot.model.ctx.jobs.enter(&init, Duration::ZERO);
    let created = Created { snapshot: flock(0), recovery_key: None };
    robot.msg(crate::tui::message::Msg::Job(ticket, Reply::Created(Ok(created))));
    assert_eq!(robot.jobs(), [pasted(FILE, Replace::No)]);
    robot.keys("Esc");
    assert_eq!(robot.model.names(), ["main"]);
}

#[test]
fn a_long_preview_scrolls_and_no_size_is_too_small() {
    let profiles: Vec<String> = (0..80).map(|n| format!("{{\"name\": \"bird-{n:02}\"}}")).collect();
    let text = format!("{{\"profiles\": [{}]}}", profiles.join(","));
    let mut robot = robot();
    robot.paste(&text).answer(Reply::Previewed(Ok(preview(&text, Replace::No))));
    robot.keys("G");
    assert!(robot.sees("bird-79") && !robot.sees("bird-00"), "{}", robot.frame());
    robot.keys("g");
    assert!(robot.sees("bird-00") && !robot.sees("bird-79"), "{}", robot.frame());
    for (width, height) in [(20, 6), (21, 7), (40, 12), (200, 60), (6, 40), (1, 1)] {
        robot.size(width, height).keys("G PgUp j k R").frame();
        robot.answer(Reply::Previewed(Ok(preview(&text, Replace::No))));
        robot.frame();
    }
}

#[test]
fn nothing_of_a_paste_is_in_what_is_written_down_of_it() {
    let mut robot = looking();
    robot.keys("s");
    let text = format!("{:?} {:?}", robot.wanted(), robot.model);
    assert!(!text.contains("canary-token"), "{text}");
}
