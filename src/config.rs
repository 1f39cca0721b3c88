//! Settings: what a person may change. They can neither execute anything nor weaken a limit below its floor.

use std::time::Duration;

use toml::de::{DeTable, DeValue};

use crate::domain::text::visible_within;
use crate::domain::time;
use crate::failure::{Failure, Kind};

/// Which colours the screen uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// The terminal's own 16 colours.
    #[default]
    Terminal,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// Black, white and bold.
    Contrast,
    /// No colour at all.
    None,
}

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Idle time until the screen locks; 30 s to 1 h.
    pub idle_lock: Duration,
    /// Time until the screen locks whatever happens; at most 8 h.
    pub hard_lock: Duration,
    /// How long a revealed value stays on screen; at most 60 s.
    pub reveal: Duration,
    /// How long a copied value stays in the clipboard; at most 120 s.
    pub clipboard: Duration,
    /// Requests to X in flight at once; 1 to 128.
    pub concurrency: usize,
    /// Age of a verdict after which it counts as stale.
    pub stale_after: Duration,
    /// Days after which a new app's values are due for rotation.
    pub rotation_days: u16,
    /// Days after which a replaced value is forgotten with the next save.
    pub history_days: u16,
    /// Colours.
    pub theme: ThemeName,
    /// Borders and glyphs of ASCII only.
    pub ascii: bool,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Other keys for actions of the screen, as written; the screen says which of them it cannot take.
    pub keys: Vec<KeySetting>,
}

/// Other keys for one action: `[keys.main]`, `check = ["c", "^R"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySetting {
    /// The screen's word.
    pub screen: String,
    /// The action's word.
    pub action: String,
    /// The keys, as the footer writes them.
    pub keys: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            idle_lock: Duration::from_secs(300),
            hard_lock: Duration::from_secs(8 * 3600),
            reveal: Duration::from_secs(10),
            clipboard: Duration::from_secs(15),
            concurrency: 32,
            stale_after: Duration::from_secs(24 * 3600),
            rotation_days: 90,
            history_days: 30,
            theme: ThemeName::Terminal,
            ascii: false,
            mouse: true,
            keys: Vec::new(),
        }
    }
}

/// One row of [`SETTINGS`].
pub struct Setting {
    /// Its key in `config.toml`.
    pub key: &'static str,
    /// What holds without it, as it would be written there.
    pub default: &'static str,
    /// What it may be.
    pub range: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Takes a value, moved to the nearest bound where it lies outside.
    apply: fn(&mut Settings, &DeValue<'_>) -> Result<Taken, NotOne>,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Setting({})", self.key)
    }
}

/// How a value was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    AsWritten,
    AtTheBound,
}

/// The value is none that this setting knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NotOne;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// The words of the themes.
const THEMES: [(&str, ThemeName); 5] = [
    ("terminal", ThemeName::Terminal),
    ("dark", ThemeName::Dark),
    ("light", ThemeName::Light),
    ("contrast", ThemeName::Contrast),
    ("none", ThemeName::None),
];

/// Every setting. A limit can be made stricter at will, and weaker only as far as its bound.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "idle_lock",
        default: "\"5m\"",
        range: "30s to 1h",
        doc: "idle time until the screen locks",
        apply: |settings, value| span(value, 30, HOUR, &mut settings.idle_lock),
    },
    Setting {
        key: "hard_lock",
        default: "\"8h\"",
        range: "5m to 8h",
        doc: "time until the screen locks, whatever happens on it",
        apply: |settings, value| span(value, 5 * MINUTE, 8 * HOUR, &mut settings.hard_lock),
    },
    Setting {
        key: "reveal",
        default: "\"10s\"",
        range: "1s to 60s",
        doc: "how long a revealed value stays on the screen",
        apply: |settings, value| span(value, 1, MINUTE, &mut settings.reveal),
    },
    Setting {
        key: "clipboard",
        default: "\"15s\"",
        range: "1s to 120s",
        doc: "how long a copied value stays in the clipboard",
        apply: |settings, value| span(value, 1, 2 * MINUTE, &mut settings.clipboard),
    },
    Setting {
        key: "concurrency",
        default: "32",
        range: "1 to 128",
        doc: "requests to X in flight at once",
        apply: |settings, value| number(value, 1, 128, &mut settings.concurrency),
    },
    Setting {
        key: "stale_after",
        default: "\"24h\"",
        range: "1m to 365d",
        doc: "age from which a verdict counts as stale",
        apply: |settings, value| span(value, MINUTE, 365 * DAY, &mut settings.stale_after),
    },
    Setting {
        key: "rotation_days",
        default: "90",
        range: "1 to 3650",
        doc: "days after which the values of a new app are due for rotation",
        apply: |settings, value| number(value, 1, 3650, &mut settings.rotation_days),
    },
    Setting {
        key: "history_days",
        default: "30",
        range: "1 to 3650",
        doc: "days after which a replaced value is forgotten, with the next save",
        apply: |settings, value| number(value, 1, 3650, &mut settings.history_days),
    },
    Setting {
        key: "theme",
        default: "\"terminal\"",
        range: "terminal, dark, light, contrast, none",
        doc: "colours; `terminal` uses the terminal's own sixteen",
        apply: |settings, value| {
            let word = value.as_str().ok_or(NotOne)?;
            settings.theme = THEMES.iter().find(|(known, _)| *known == word).ok_or(NotOne)?.1;
            Ok(Taken::AsWritten)
        },
    },
    Setting {
        key: "ascii",
        default: "false",
        range: "true, false",
        doc: "borders and glyphs of ASCII only",
        apply: |settings, value| flag(value, &mut settings.ascii),
    },
    Setting {
        key: "mouse",
        default: "true",
        range: "true, false",
        doc: "whether the mouse is used",
        apply: |settings, value| flag(value, &mut settings.mouse),
    },
    Setting {
        key: "keys",
        default: "{}",
        range: "a table per screen of actions and their keys, such as main = { check = \"c\" }",
        doc: "other keys for actions of the screen",
        apply: |settings, value| keys(value, &mut settings.keys),
    },
];

/// Settings read from a file, and what there is to say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The settings in force.
    pub settings: Settings,
    /// One sentence per line that was not taken as it stands. Visible text, without the value.
    pub remarks: Vec<String>,
}

/// Reads the text of `config.toml`. A line that makes no sense is reported and its default holds.
///
/// # Errors
/// [`Kind::Usage`], naming the line, when the text is not TOML.
pub fn read(text: &str) -> Result<Loaded, Failure> {
    // The parser's own text is not shown: it quotes the file, and people paste keys into wrong files.
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        Failure::new(
            Kind::Usage,
            "the settings file cannot be read",
            format!("line {line} of config.toml is not TOML"),
            "correct that line; text stands in double quotes: idle_lock = \"5m\"",
        )
    })?;
    let mut lines: Vec<_> = table.into_inner().into_iter().collect();
    lines.sort_by_key(|(key, _)| key.span().start);
    let mut loaded = Loaded::default();
    for (key, value) in lines {
        let line = line_of(text, key.span().start);
        let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key.get_ref().as_ref()) else {
            let name = visible_within(key.get_ref(), 40);
            loaded.remarks.push(format!("config.toml line {line}: there is no setting “{name}”"));
            continue;
        };
        let remark = match (setting.apply)(&mut loaded.settings, value.get_ref()) {
            Ok(Taken::AsWritten) => continue,
            Ok(Taken::AtTheBound) => "lies outside, so the nearest bound holds",
            Err(NotOne) => "cannot be read, so the default holds",
        };
        loaded.remarks.push(format!(
            "config.toml line {line}: {} may be {}; this value {remark}",
            setting.key, setting.range
        ));
    }
    Ok(loaded)
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// Per screen, per action: one key or several.
fn keys(value: &DeValue<'_>, into: &mut Vec<KeySetting>) -> Result<Taken, NotOne> {
    let mut read = Vec::new();
    for (screen, actions) in value.as_table().ok_or(NotOne)? {
        for (action, keys) in actions.get_ref().as_table().ok_or(NotOne)? {
            let keys: Option<Vec<String>> = match keys.get_ref() {
                DeValue::String(key) => Some(vec![key.to_string()]),
                DeValue::Array(keys) => {
                    keys.iter().map(|key| key.get_ref().as_str().map(ToOwned::to_owned)).collect()
                }
                _ => None,
            };
            read.push(KeySetting {
                screen: screen.get_ref().to_string(),
                action: action.get_ref().to_string(),
                keys: keys.ok_or(NotOne)?,
            });
        }
    }
    *into = read;
    Ok(Taken::AsWritten)
}

fn flag(value: &DeValue<'_>, into: &mut bool) -> Result<Taken, NotOne> {
    *into = value.as_bool().ok_or(NotOne)?;
    Ok(Taken::AsWritten)
}

fn number<N: TryFrom<u64>>(
    value: &DeValue<'_>,
    least: u64,
    most: u64,
    into: &mut N,
) -> Result<Taken, NotOne> {
    let (number, taken) = bounded(integer(value).ok_or(NotOne)?, least, most);
    *into = N::try_from(number).map_err(|_too_large| NotOne)?;
    Ok(taken)
}

/// A number of seconds, or a text such as `30s`, `5m`, `1h`, `90d`.
fn span(value: &DeValue<'_>, least: u64, most: u64, into: &mut Duration) -> Result<Taken, NotOne> {
    let seconds = match value.as_str() {
        Some(text) => time::span(text).ok_or(NotOne)?.as_secs(),
        None => integer(value).ok_or(NotOne)?,
    };
    let (seconds, taken) = bounded(seconds, least, most);
    *into = Duration::from_secs(seconds);
    Ok(taken)
}

fn bounded(number: u64, least: u64, most: u64) -> (u64, Taken) {
    let kept = number.clamp(least, most);
    (kept, if kept == number { Taken::AsWritten } else { Taken::AtTheBound })
}

/// A whole number that is not negative; one too large for 64 bits is as large as can be.
fn integer(value: &DeValue<'_>) -> Option<u64> {
    let integer = value.as_integer().filter(|integer| integer.radix() == 10)?;
    time::whole(&integer.as_str().replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn loaded(text: &str) -> Loaded {
        read(text).expect("this is TOML")
    }

    #[test]
    fn the_defaults_in_the_table_are_the_defaults_in_force() {
        for setting in SETTINGS {
            let text = format!("{} = {}", setting.key, setting.default);
            assert_eq!(loaded(&text), Loaded::default(), "{text}");
        }
        assert_eq!(loaded(""), Loaded::default());
    }

    #[test]
    fn keys_are_read_per_screen_and_action() {
        let wanted = |keys: &[&str]| KeySetting {
            screen: "main".to_owned(),
            action: "check".to_owned(),
            keys: keys.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(loaded("[keys.main]\ncheck = \"z\"").settings.keys, [wanted(&["z"])]);
        assert_eq!(loaded("[keys.main]\ncheck = [\"z\", \"^R\"]").settings.keys, [wanted(&["z", "^R"])]);
        for wrong in
            ["keys = 3", "[keys]\nmain = \"x\"", "[keys.main]\ncheck = 3", "[keys.main]\ncheck = [3]"]
        {
            let loaded = loaded(wrong);
            assert!(loaded.settings.keys.is_empty() && loaded.remarks.len() == 1, "{wrong}");
        }
    }

    #[test]
    fn settings_are_taken() {
        let text =
            "idle_lock = \"2m\"\nreveal = 5\nconcurrency = 4\ntheme = \"dark\"\nascii = true\nmouse = false";
        let wanted = Settings {
            idle_lock: Duration::from_secs(120),
            reveal: Duration::from_secs(5),
            concurrency: 4,
            theme: ThemeName::Dark,
            ascii: true,
            mouse: false,
            ..Settings::default()
        };
        assert_eq!(loaded(text), Loaded { settings: wanted, remarks: vec![] });
    }

    #[test]
    fn no_limit_can_be_weakened_past_its_bound() {
        let text = "idle_lock = \"9d\"\nhard_lock = 999999999\nreveal = \"1h\"\nclipboard = \"1d\"\n\
                    concurrency = 100000";
        let Loaded { settings, remarks } = loaded(text);
        assert_eq!(settings.idle_lock, Duration::from_secs(3600));
        assert_eq!(settings.hard_lock, Duration::from_secs(8 * 3600));
        assert_eq!(settings.reveal, Duration::from_secs(60));
        assert_eq!(settings.clipboard, Duration::from_secs(120));
        assert_eq!(settings.concurrency, 128);
        assert_eq!(remarks.len(), 5);
        assert!(remarks[0].starts_with("config.toml line 1: idle_lock may be 30s to 1h"), "{}", remarks[0]);
    }

    #[test]
    fn what_makes_no_sense_is_reported_by_line_and_never_quoted() {
        let text =
            "# comment\nunknown_key = 1\ntheme = \"made-up-secret\"\nreveal = -4\nidle_lock = \"5 years\"";
        let Loaded { settings, remarks } = loaded(text);
        assert_eq!(settings, Settings::default());
        assert_eq!(remarks.len(), 4);
        assert_eq!(
            remarks.iter().filter(|r| r.contains("line 2: there is no setting “unknown_key”")).count(),
            1
        );
        assert!(!remarks.join("").contains("made-up-secret"));
    }

    #[test]
    fn what_is_not_toml_is_refused_with_its_line_alone() {
        let failure = read("idle_lock = \"5m\"\napi_key = made-up-secret\n").expect_err("not TOML");
        assert!(failure.because.contains("line 2"), "{failure}");
        assert!(!failure.to_string().contains("made-up-secret"));
    }

    #[test]
    fn nothing_in_a_hostile_file_reaches_the_terminal_as_it_is() {
        let remarks = loaded("\"a\\u001b[2J\" = 1").remarks;
        assert!(remarks[0].contains("\\x1b"), "{remarks:?}");
    }
}
