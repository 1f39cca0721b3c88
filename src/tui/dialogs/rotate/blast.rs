//! Who stops when a credential dies, in words: names as far as there is room for them, and the places they run in.

use crate::domain::document::Document;
use crate::domain::fields::Credential;
use crate::domain::id::{Owner, ProfileId};
use crate::domain::text::visible_within;
use crate::tui::widgets::text::cells;

use super::choose::called;

/// The longest a name or a place is shown, in cells.
const NAME: usize = 32;
const PLACE: usize = 72;

/// Those that stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Blast {
    /// Their names; visible text.
    pub(super) names: Vec<String>,
    /// Where they run, each with the name of the bot; visible text.
    pub(super) places: Vec<(String, String)>,
    /// How many of them say nothing of where they run.
    pub(super) silent: usize,
}

impl Blast {
    /// The words for `profiles`.
    pub(super) fn of(document: &Document, profiles: &[ProfileId]) -> Self {
        let mut blast = Self::default();
        for profile in profiles.iter().filter_map(|id| document.profile(*id)) {
            let name = visible_within(profile.name.as_str(), NAME);
            let lines = profile.deployed.iter().filter(|line| !line.trim().is_empty());
            let before = blast.places.len();
            blast.places.extend(lines.map(|line| (visible_within(line, PLACE), name.clone())));
            blast.silent += usize::from(blast.places.len() == before);
            blast.names.push(name);
        }
        blast
    }

    /// What stops, before the names are listed.
    pub(super) fn sentence(&self, document: &Document, holder: Owner, credential: Credential) -> String {
        let name = document.name_of(holder).map(|name| visible_within(name.as_str(), NAME));
        let (name, called) = (name.unwrap_or_default(), called(credential));
        match (holder, self.names.len()) {
            (Owner::Profile(id), _) => {
                let handle = document.profile(id).and_then(|profile| profile.handle.as_ref());
                let handle = handle.map(|handle| format!(" ({handle})")).unwrap_or_default();
                format!("This stops one bot, {name}{handle}, wherever it runs, until it has the new value.")
            }
            (Owner::App(_), 0) => format!(
                "No bot lives on {called} of the app {name}: the bots here sign with tokens of their own. \
                 Whatever else uses it stops."
            ),
            (Owner::App(_), 1) => {
                format!(
                    "{} of the app {name} is used by this bot, which stops until it has the new one:",
                    upper(&called)
                )
            }
            (Owner::App(_), count) => format!(
                "{} of the app {name} is used by these {count} bots, which stop until they have the new one:",
                upper(&called)
            ),
        }
    }

    /// The names that fit into `room` cells, and how many more there are.
    pub(super) fn listed(&self, room: usize) -> String {
        listed(&self.names, room)
    }
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| format!("{}{}", first.to_ascii_uppercase(), chars.as_str())).unwrap_or_default()
}

fn listed(names: &[String], room: usize) -> String {
    let all = names.join(", ");
    if cells(&all) <= room {
        return all;
    }
    let mut text = String::new();
    for (number, name) in names.iter().enumerate() {
        let more = format!(" … and {} more", names.len() - number);
        let lead = if number == 0 { "" } else { ", " };
        // The first name is always there: a number alone tells nothing.
        if number > 0 && cells(&text) + cells(lead) + cells(name) + cells(&more) > room {
            text.push_str(&more);
            break;
        }
        text.push_str(lead);
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::AppId;
    use crate::tui::testing::flock::{flock, id};

    #[test]
    fn names_are_listed_as_far_as_there_is_room() {
        let names: Vec<String> = ["wiki", "poet", "duck"].map(str::to_owned).to_vec();
        for (room, wanted) in [
            (100, "wiki, poet, duck"),
            (16, "wiki, poet, duck"),
            (15, "wiki … and 2 more"),
            (24, "wiki, poet, duck"),
            (0, "wiki … and 2 more"),
        ] {
            assert_eq!(listed(&names, room), wanted, "{room}");
        }
        assert_eq!(listed(&[], 10), "");
        let many: Vec<String> = (0..400).map(|number| format!("bot-{number}")).collect();
        let text = listed(&many, 60);
        assert!(cells(&text) <= 60 && text.ends_with(" more"), "{text}");
    }

    #[test]
    fn the_sentence_counts_whom_it_stops() {
        let snapshot = flock(3);
        let document = &snapshot.document;
        let app = Owner::App(AppId::from_random([1; 16]));
        for (ids, wanted) in [
            (vec![], "No bot lives on the bearer token of the app bots-prod"),
            (vec![id(0)], "The bearer token of the app bots-prod is used by this bot, which stops"),
            (vec![id(0), id(1)], "The bearer token of the app bots-prod is used by these 2 bots, which stop"),
        ] {
            let sentence = Blast::of(document, &ids).sentence(document, app, Credential::Bearer);
            assert!(sentence.starts_with(wanted), "{sentence}");
        }
        let blast = Blast::of(document, &[id(0)]);
        let sentence = blast.sentence(document, id(0).into(), Credential::Access);
        assert!(sentence.contains("wiki-daily (@bot_0)"), "{sentence}");
    }

    #[test]
    fn places_are_told_with_their_bots_and_silence_is_counted() {
        let mut document = (*flock(2).document).clone();
        let mut quiet = document.profile(id(1)).expect("it is there").clone();
        quiet.deployed.clear();
        document.insert_profile(quiet);
        let blast = Blast::of(&document, &[id(0), id(1)]);
        assert_eq!(blast.places, [("perch-0:/srv/bots/wiki-daily".to_owned(), "wiki-daily".to_owned())]);
        assert_eq!(blast.silent, 1);
    }
}
