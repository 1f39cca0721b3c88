//! What profiles may do, one column per action: in as many blocks as the width takes, never cut.

use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use super::{Out, Paint, Table};
use crate::domain::ability::{Holdings, May};
use crate::domain::actions::{ACTIONS, Action};
use crate::domain::profile::Profile;
use crate::domain::text::visible_within;

/// What the words in the cells mean.
const LEGEND: &str = "yes: may; NO: is meant to, and may not; no: may not; ?: not known; ban: X forbids it on self-serve \
                      plans. Why: birdkeep show NAME";
/// Cells between columns.
const GAP: usize = 2;
/// The least cells of a name, however narrow it gets.
const NAME: usize = 12;

/// One profile in the table.
pub(in crate::cli) struct Row<'a> {
    /// Which.
    pub(in crate::cli) profile: &'a Profile,
    /// How it stands, in a word or two.
    pub(in crate::cli) state: (String, Paint),
    /// What it holds.
    pub(in crate::cli) held: Holdings<'a>,
}

/// Writes the table, and beside it what its words mean.
pub(in crate::cli) fn print(out: &mut Out, rows: &[Row<'_>]) {
    if rows.is_empty() {
        return;
    }
    for (number, table) in tables(rows, out.columns()).iter().enumerate() {
        if number > 0 {
            out.line("");
        }
        table.print(out);
    }
    out.note(LEGEND);
}

fn tables(rows: &[Row<'_>], width: usize) -> Vec<Table> {
    let most = (width / 3).max(NAME);
    let names: Vec<String> = rows.iter().map(|row| visible_within(row.profile.name.as_str(), most)).collect();
    let widest = |texts: &mut dyn Iterator<Item = usize>, title: &str| texts.fold(title.width(), usize::max);
    let name = widest(&mut names.iter().map(|name| name.width()), "name");
    let state = widest(&mut rows.iter().map(|row| row.state.0.width()), "state");
    let table = |(number, block): (usize, Range<usize>)| {
        let actions = ACTIONS.get(block).unwrap_or_default();
        let heads = actions.iter().map(|row| row.word);
        let lead: &[&str] = if number == 0 { &["name", "state"] } else { &["name"] };
        let mut table = Table::new(&lead.iter().copied().chain(heads).collect::<Vec<_>>());
        for (row, name) in rows.iter().zip(&names) {
            let (text, paint) = &row.state;
            let state = (number == 0).then(|| (text.clone(), Some(*paint)));
            let cells = actions.iter().map(|action| cell(row, action.action));
            table.row(std::iter::once((name.clone(), None)).chain(state).chain(cells));
        }
        table
    };
    blocks(width.saturating_sub(name), GAP + state).into_iter().enumerate().map(table).collect()
}

/// Which actions stand beside each other in `room` cells, of which the first block has `less`. A group that fits into a
/// block is not torn.
fn blocks(room: usize, less: usize) -> Vec<Range<usize>> {
    let cells = |range: Range<usize>| -> usize {
        ACTIONS.get(range).unwrap_or_default().iter().map(|row| GAP + row.word.len()).sum()
    };
    let (mut blocks, mut start, mut left) = (Vec::new(), 0, room.saturating_sub(less));
    let mut at = 0;
    while at < ACTIONS.len() {
        let group = ACTIONS.iter().skip(at).take_while(|row| row.group == ACTIONS[at].group).count();
        let begins = at == 0 || ACTIONS[at - 1].group != ACTIONS[at].group;
        let whole = cells(at..at + group);
        let torn = begins && whole > left && whole <= room;
        if at > start && (torn || cells(at..at + 1) > left) {
            blocks.push(start..at);
            (start, left) = (at, room);
        }
        left = left.saturating_sub(cells(at..at + 1));
        at += 1;
    }
    blocks.push(start..at);
    blocks
}

fn cell(row: &Row<'_>, action: Action) -> (String, Option<Paint>) {
    let needed = row.profile.needs.iter().any(|need| need.actions().contains(&action));
    let (word, paint) = match (row.held.ability(action).may, needed) {
        (May::Yes, true) => ("yes", Some(Paint::Fine)),
        (May::Yes, false) => ("yes", None),
        (May::No, true) => ("NO", Some(Paint::Failed)),
        (May::No, false) => ("no", Some(Paint::Quiet)),
        (May::Unknown, true) => ("?", Some(Paint::Attention)),
        (May::Unknown, false) => ("?", Some(Paint::Quiet)),
        (May::Banned, true) => ("ban", Some(Paint::Attention)),
        (May::Banned, false) => ("ban", Some(Paint::Quiet)),
    };
    (word.to_owned(), paint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Document;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::id::ProfileId;
    use crate::domain::names::Name;
    use crate::domain::needs::Need;
    use crate::domain::permission::{Grant, Level};
    use crate::domain::time::Time;

    #[test]
    fn blocks_hold_every_action_once_and_fit() {
        for room in 0..400 {
            for less in [0, 10, 20] {
                let blocks = blocks(room, less);
                let all: Vec<usize> = blocks.iter().cloned().flatten().collect();
                assert_eq!(all, (0..ACTIONS.len()).collect::<Vec<_>>(), "{room}");
                for (number, block) in blocks.into_iter().enumerate() {
                    let room = if number == 0 { room.saturating_sub(less) } else { room };
                    let alone = block.len() == 1;
                    let cells: usize = ACTIONS[block].iter().map(|row| GAP + row.word.len()).sum();
                    assert!(cells <= room || alone, "{cells} in {room}");
                }
            }
        }
        assert_eq!(blocks(1_000, 20).len(), 1);
    }

    #[test]
    fn the_table_fits_the_width_and_says_what_is_lacking_from_what_is_banned() {
        let mut profile = Profile::new(
            ProfileId::from_random([1; 16]),
            Name::parse("wiki").expect("a name"),
            Time::default(),
        );
        profile.needs.extend([Need::Post, Need::DmSend, Need::Like]);
        let grant = Grant::Oauth1(Some(Level::ReadWrite));
        let state = ("level".to_owned(), Paint::Attention);
        let row = Row { profile: &profile, state, held: Holdings::granted(&grant, false) };
        let rows = [row];
        for width in [60, 80, 120] {
            let lines: Vec<String> = tables(&rows, width)
                .iter()
                .flat_map(|table| table.lines(|_, text| text.to_owned()))
                .collect();
            assert!(lines.iter().all(|line| line.width() <= width), "{lines:#?}");
            let text = lines.join("\n");
            for word in ACTIONS.iter().map(|row| row.word) {
                assert!(text.contains(word), "{word} is missing at {width}");
            }
        }
        let whole = tables(&rows, 1_000);
        let [table] = whole.as_slice() else { panic!("one block is enough") };
        let lines = table.lines(|_, text| text.to_owned());
        let cells: Vec<&str> = lines[1].split_whitespace().collect();
        assert_eq!(cells[..5], ["wiki", "level", "yes", "yes", "ban"]);
        assert_eq!(cells[2 + Action::DmSend as usize], "NO");
        assert_eq!(cells[2 + Action::DmRead as usize], "no");
        assert_eq!(cells.len(), 2 + ACTIONS.len());
        let empty = Document::new(FingerprintKey::new([1; 32]));
        assert_eq!(Holdings::of(&empty, &profile, None).ability(Action::Post).may, May::No);
    }
}
