//! Phrases that several topics use.

use std::path::Path;

use crate::domain::phrase::shell_word;
use crate::domain::text::{visible, visible_within};

/// A path, for a sentence.
pub(super) fn path(path: &Path) -> String {
    visible_within(&path.to_string_lossy(), 300)
}

/// A path, for a command line that a person copies.
pub(super) fn argument(path: &Path) -> String {
    shell_word(&visible(&path.to_string_lossy()))
}

/// A number of bytes, in the unit a person would use.
pub(super) fn bytes(count: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = UNITS.iter().find(|(size, _)| count >= *size);
    unit.map_or_else(|| format!("{count} bytes"), |(size, unit)| format!("{} {unit}", count / size))
}

/// The first few of many: “wiki, poet and 4 more”.
pub(super) fn some(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).map(|name| visible_within(name, 64)).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_be_copied_into_a_shell() {
        for (text, wanted) in [
            ("/home/wren/vault.age", "/home/wren/vault.age"),
            ("/home/wren/my bots/vault.age", "'/home/wren/my bots/vault.age'"),
            ("/x/it's;rm -rf", "'/x/it'\\''s;rm -rf'"),
            ("/x/\u{1b}[2J", "'/x/\\x1b[2J'"),
            ("", "''"),
        ] {
            assert_eq!(argument(Path::new(text)), wanted);
        }
    }

    #[test]
    fn numbers_are_said_as_a_person_would() {
        assert_eq!(
            [0, 1_023, 12_345, 3 << 20, u64::MAX].map(bytes)[..3],
            ["0 bytes", "1023 bytes", "12 KiB"]
        );
        let names = |number: usize| (0..number).map(|n| format!("bot-{n}")).collect::<Vec<_>>();
        assert_eq!(some(&names(2)), "bot-0, bot-1");
        assert_eq!(some(&names(5)), "bot-0, bot-1, bot-2 and 2 more");
    }
}
