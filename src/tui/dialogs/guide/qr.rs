//! An address as a code for a phone, two modules to a cell.

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code; the standard wants four, phones are content with two.
const QUIET: usize = 2;

/// The lines of the code, all of one width. `None`: the text is too long for one.
pub(super) fn lines(text: &str) -> Option<Vec<String>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let side = code.width() + 2 * QUIET;
    let colors = code.to_colors();
    let dark = |x: usize, y: usize| {
        let (x, y) = (x.checked_sub(QUIET)?, y.checked_sub(QUIET)?);
        let inside = x < code.width() && y < code.width();
        inside.then(|| colors.get(y * code.width() + x) == Some(&Color::Dark))
    };
    let cell = |x, y| match (dark(x, y).unwrap_or_default(), dark(x, y + 1).unwrap_or_default()) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    Some((0..side).step_by(2).map(|y| (0..side).map(|x| cell(x, y)).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the module at `(x, y)` of the drawn code is dark.
    fn dark(lines: &[String], x: usize, y: usize) -> bool {
        let cell = lines[y / 2].chars().nth(x).expect("inside");
        matches!((cell, y % 2), ('█', _) | ('▀', 0) | ('▄', 1))
    }

    #[test]
    fn the_code_has_its_three_corners_and_is_quiet_around() {
        let lines = lines("https://console.x.com").expect("short enough");
        let side = lines[0].chars().count();
        assert_eq!(side, 25 + 2 * QUIET, "version 2");
        assert_eq!(lines.len(), side.div_ceil(2));
        let far = side - QUIET - 7;
        for (left, top) in [(QUIET, QUIET), (far, QUIET), (QUIET, far)] {
            for step in 0..7 {
                // The ring of a finder pattern, and the gap in it.
                assert!(dark(&lines, left + step, top) && dark(&lines, left, top + step));
            }
            assert!(!dark(&lines, left + 1, top + 1) && dark(&lines, left + 3, top + 3));
        }
        assert!((0..side).all(|at| !dark(&lines, at, 0) && !dark(&lines, 0, at) && !dark(&lines, at, 1)));
    }

    #[test]
    fn the_drawn_modules_are_those_of_the_code() {
        let text = "https://console.x.com";
        let code = QrCode::with_error_correction_level(text, EcLevel::L).expect("short enough");
        let lines = lines(text).expect("short enough");
        let colors = code.to_colors();
        for (at, color) in colors.iter().enumerate() {
            let (x, y) = (at % code.width() + QUIET, at / code.width() + QUIET);
            assert_eq!(dark(&lines, x, y), *color == Color::Dark, "{x} {y}");
        }
    }
}
