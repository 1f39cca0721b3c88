//! Keys bound otherwise by the settings. A key given to one action is taken from the others of its screen.

use std::collections::HashMap;

use super::keys::{Key, KeyRow};
use crate::config::KeySetting;
use crate::domain::text::visible_within;

/// The keys of actions that are not those of their tables.
#[derive(Clone, Debug, Default)]
pub struct Keymap(HashMap<(&'static str, &'static str), &'static [Key]>);

impl Keymap {
    /// Reads the settings against every row there is. What cannot be taken is said, one sentence each, and left out.
    pub fn new(settings: &[KeySetting], rows: &[KeyRow]) -> (Self, Vec<String>) {
        let mut map: HashMap<_, Vec<Key>> = HashMap::new();
        let mut remarks = Vec::new();
        for setting in settings {
            match read(setting, rows) {
                Ok((row, keys)) => drop(map.insert((row.screen, row.action), keys)),
                Err(remark) => remarks.push(remark),
            }
        }
        let given = map.clone();
        for row in rows.iter().filter(|row| !given.contains_key(&(row.screen, row.action))) {
            let taken = |key: &Key| {
                given.iter().any(|((screen, _), keys)| *screen == row.screen && keys.contains(key))
            };
            if row.keys.iter().any(taken) {
                let left = row.keys.iter().copied().filter(|key| !taken(key)).collect();
                map.insert((row.screen, row.action), left);
            }
        }
        // Made once when the screen starts and needed until the process ends, like the tables themselves.
        (Self(map.into_iter().map(|(row, keys)| (row, &*keys.leak())).collect()), remarks)
    }

    /// The keys of an action: those of the settings, or else those of its table.
    pub fn keys(&self, screen: &'static str, action: &'static str, table: &'static [Key]) -> &'static [Key] {
        if self.0.is_empty() { table } else { self.0.get(&(screen, action)).copied().unwrap_or(table) }
    }
}

fn read<'a>(setting: &KeySetting, rows: &'a [KeyRow]) -> Result<(&'a KeyRow, Vec<Key>), String> {
    let KeySetting { screen, action, keys } = setting;
    let place = visible_within(&format!("keys.{screen}.{action}"), 48);
    let row = rows.iter().find(|row| row.screen == screen && row.action == action);
    let row = row.ok_or_else(|| format!("config.toml: {place}: there is no such action"))?;
    let read: Option<Vec<Key>> = keys.iter().map(|key| Key::parse(key)).collect();
    match read {
        Some(keys) if !keys.is_empty() => Ok((row, keys)),
        Some(_) => Err(format!("config.toml: {place}: an action keeps at least one key")),
        None => Err(format!("config.toml: {place}: keys are written as the footer does: c, ^R, F2, Space")),
    }
}
