//! Hostile text on screen: whatever teammates, files and X write, every frame shows it and does nothing else with it.

#[path = "support/hostile.rs"]
mod hostile;

use std::collections::BTreeSet;
use std::sync::Arc;

use birdkeep::domain::document::Document;
use birdkeep::domain::fields::OwnerKind;
use birdkeep::domain::names::{Handle, Name};
use birdkeep::domain::permission::Scopes;
use birdkeep::domain::profile::Oauth2Grant;
use birdkeep::domain::secret::Secret;
use birdkeep::domain::text::visible;
use birdkeep::domain::verdict::Finding;
use birdkeep::ops::snapshot::Snapshot;
use birdkeep::tui::ctx::Presence;
use birdkeep::tui::screen::Door;
use birdkeep::tui::testing::flock::{flock, id};
use birdkeep::tui::testing::{NOON, Robot};
use birdkeep::x::checks::Answers;
use birdkeep::x::diagnose::{Known, diagnose};
use birdkeep::x::endpoints::users_me;
use birdkeep::x::wire::Response;

/// What is typed to get around: every place, every dialog that shows something of the vault.
const WAYS: &[&str] = &[
    "",
    "Tab",
    "↓ ↓ ↓ ↓ ↓ ↓ ↓ ↓ ↓ ↓ ↓ ↓ ↓ ↓ ↓ ↓",
    "Esc 2",
    "Tab",
    "Esc 3",
    "4",
    "1 H",
    "Esc R",
    "Enter",
    "Esc Esc y",
    "Esc e",
    "PgDn",
    "Up Up",
    "Esc 2 e",
    "PgDn",
    "Esc ?",
    "Esc :",
    "Esc 1 d",
];

/// One bot and one app with `payload` wherever they hold foreign text, each place with a mark of its own before it.
fn snapshot(payload: &str) -> Snapshot {
    let mut snapshot = flock(1);
    let mut profile = snapshot.document.profile(id(0)).expect("the flock has it").clone();
    let mut app = snapshot.document.app_of(&profile).expect("it has one").clone();
    let mut document = Document::new(snapshot.document.fingerprints.clone());
    let marked = |mark: &str| format!("{mark}{payload}z");
    profile.notes = marked("QNOTE");
    profile.deployed = vec![marked("QPLACE")];
    profile.oauth2 = Some(Oauth2Grant { scopes: Scopes::parse(&marked("QSCOPE")), ..Oauth2Grant::default() });
    app.notes = marked("QAPP");
    app.callback_url = Some(marked("QCALL"));
    // A name or a tag that may be stored is shown; others are refused before.
    if let Ok(name) = Name::parse(&marked("QNAME")) {
        profile.name = name.clone();
        profile.tags.insert(name);
    }
    let body = serde_json::json!({"title": marked("QTITLE"), "detail": marked("QDETAIL"), "type": marked("QTYPE"), "status": 403});
    let answer = Response {
        status: 403,
        headers: vec![("x-access-level".to_owned(), marked("QLEVEL"))],
        body: Secret::new(body.to_string()),
        received_at: NOON,
    };
    let answers = Answers { account: Some(users_me::read(Ok(answer))), ..Answers::default() };
    let verdict = diagnose(&Known::alone(&profile, Some(&app), &answers, NOON));
    let judged = Vec::new();
    Arc::make_mut(&mut snapshot.findings)
        .profiles
        .insert(id(0), Finding { profile: id(0), verdict, checked_at: NOON, judged, tried: None });
    document.insert_app(app);
    document.insert_profile(profile);
    snapshot.document = Arc::new(document);
    snapshot.vault.name = marked("QVAULT");
    snapshot
}

/// Where foreign text stands, by the mark before it. Each is seen in some frame.
const MARKS: &[&str] = &["QAPP", "QCALL", "QDETAIL", "QNOTE", "QPLACE", "QTITLE", "QVAULT"];

/// What a frame showed.
#[derive(Default)]
struct Looks {
    frames: usize,
    seen: BTreeSet<&'static str>,
    breaches: Vec<String>,
}

impl Looks {
    /// Looks at every cell as the terminal gets it: nothing foreign, and after each mark what its text looks like when
    /// it is made visible. What ratatui leaves out would be missing there.
    fn at(&mut self, robot: &Robot, payload: &str, after: &str) {
        self.frames += 1;
        let buffer = robot.buffer();
        let shown = visible(format!("{payload}z").lines().next().unwrap_or_default());
        // More marks on one character paint over the lines around it.
        if buffer.content().iter().any(|cell| cell.symbol().chars().count() > 5) {
            self.breaches.push(format!("{payload:?} after {after}: a flood in one cell"));
        }
        for row in buffer.content().chunks(usize::from(buffer.area.width)) {
            let row: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            if let Some(odd) = hostile::foreign(&row) {
                self.breaches.push(format!("{payload:?} after {after}: {odd} in {row:?}"));
            }
            for mark in MARKS {
                for (at, _) in row.match_indices(mark) {
                    let rest = &row[at + mark.len()..];
                    let told = rest.chars().take_while(|c| !" …│".contains(*c)).take(8);
                    let same = told.clone().zip(shown.chars()).filter(|(a, b)| a == b).count();
                    // A short text ends where the next one may begin.
                    if same < told.count().min(shown.chars().count()) {
                        self.breaches
                            .push(format!("{payload:?} after {after}: {mark} is not {shown:?} in {row:?}"));
                    } else {
                        self.seen.insert(mark);
                    }
                }
            }
        }
    }
}

#[test]
fn no_frame_obeys_foreign_text_and_none_hides_it() {
    let mut looks = Looks::default();
    for payload in hostile::corpus() {
        assert!(Handle::parse(&payload).is_err(), "{payload:?} is no handle");
        let mut robot = Robot::new(Presence::Passphrase);
        robot.unlock(snapshot(&payload));
        looks.seen.clear();
        for way in WAYS {
            looks.at(robot.keys(way), &payload, way);
        }
        let seen = std::mem::take(&mut looks.seen);
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), sorted(MARKS), "{payload:?}");
        looks.at(robot.keys("Esc Esc /").paste(&payload), &payload, "a filter");
        for door in [Door::New { kind: OwnerKind::App, app: None }, Door::Import(None)] {
            looks.at(robot.open_door(door.clone()).paste(&payload), &payload, "a paste");
            robot.keys("Esc Esc Esc n");
        }
    }
    let Looks { frames, breaches, .. } = looks;
    assert!(breaches.is_empty(), "{} breaches in {frames} frames\n{}", breaches.len(), breaches.join("\n"));
}

fn sorted(marks: &[&'static str]) -> Vec<&'static str> {
    let mut marks = marks.to_vec();
    marks.sort_unstable();
    marks
}
