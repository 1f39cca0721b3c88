//! Colours by role and glyphs by role. Nobody else names a colour.

use ratatui::style::{Color, Modifier, Style};

use super::notice::Tone;
use crate::config::{Settings, ThemeName};
use crate::domain::verdict::State;

/// Colours and glyphs in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Plain text.
    pub base: Style,
    /// What matters less.
    pub dim: Style,
    /// The one accent.
    pub accent: Style,
    /// Titles of panes.
    pub title: Style,
    /// Borders.
    pub border: Style,
    /// The border of the pane with the focus.
    pub focus: Style,
    /// The line the cursor is on.
    pub cursor: Style,
    /// The same in a pane without the focus.
    pub cursor_away: Style,
    /// The name in the line the cursor is on: what an action would work on.
    pub pick: Style,
    /// Keys in footer and help.
    pub key: Style,
    /// Letters a filter has found.
    pub hit: Style,
    /// Fine.
    pub good: Style,
    /// To be watched.
    pub warn: Style,
    /// Broken.
    pub bad: Style,
    /// A value in plain.
    pub reveal: Style,
    /// The banner: the demo, or another address.
    pub banner: Style,
    /// A code that a phone reads: dark on light whatever the theme, or it reads nothing.
    pub code: Style,
    /// Glyphs.
    pub glyphs: &'static Glyphs,
}

/// Glyphs by role. Every one is one cell wide.
#[derive(Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// A profile that is fine.
    pub ok: &'static str,
    /// One that needs attention.
    pub attention: &'static str,
    /// One that fails.
    pub failed: &'static str,
    /// One nothing is known of.
    pub unknown: &'static str,
    /// Something X forbids, whatever one holds.
    pub banned: &'static str,
    /// In front of the line the cursor is on.
    pub cursor: &'static str,
    /// In front of a marked line.
    pub mark: &'static str,
    /// One character of a mask.
    pub mask: &'static str,
    /// The part of a bar that is done.
    pub full: &'static str,
    /// The part that is not.
    pub empty: &'static str,
    /// Between parts of a line.
    pub dot: &'static str,
    /// Something due.
    pub due: &'static str,
    /// Leads somewhere.
    pub arrow: &'static str,
    /// For nothing.
    pub none: &'static str,
    /// Shows a field's text goes on.
    pub ellipsis: &'static str,
    /// Frames of the spinner.
    pub spinner: &'static [&'static str],
    /// Whether borders are drawn with ASCII.
    pub ascii: bool,
}

const UNICODE: Glyphs = Glyphs {
    ok: "✓",
    attention: "!",
    failed: "✗",
    unknown: "·",
    banned: "⊘",
    cursor: "▌",
    mark: "●",
    mask: "•",
    full: "▓",
    empty: "░",
    dot: "·",
    due: "⚠",
    arrow: "→",
    none: "–",
    ellipsis: "…",
    spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
    ascii: false,
};

const ASCII: Glyphs = Glyphs {
    ok: "+",
    attention: "!",
    failed: "x",
    unknown: ".",
    banned: "#",
    cursor: ">",
    mark: "*",
    mask: "*",
    full: "#",
    empty: "-",
    dot: "-",
    due: "!",
    arrow: ">",
    none: "-",
    ellipsis: "~",
    spinner: &["|", "/", "-", "\\"],
    ascii: true,
};

/// The colours of one theme. `None` leaves the terminal's own.
struct Palette {
    dim: Option<Color>,
    accent: Option<Color>,
    good: Option<Color>,
    warn: Option<Color>,
    bad: Option<Color>,
    border: Option<Color>,
    cursor_back: Option<Color>,
    away_back: Option<Color>,
}

/// One row per theme. The default keeps to the terminal's own 16 colours and sets no background.
const PALETTES: &[(ThemeName, Palette)] = &[
    (
        ThemeName::Terminal,
        Palette {
            dim: None,
            accent: Some(Color::Cyan),
            good: Some(Color::Green),
            warn: Some(Color::Yellow),
            bad: Some(Color::Red),
            border: None,
            cursor_back: None,
            away_back: None,
        },
    ),
    (
        ThemeName::Dark,
        Palette {
            dim: Some(Color::Indexed(245)),
            accent: Some(Color::Indexed(117)),
            good: Some(Color::Indexed(114)),
            warn: Some(Color::Indexed(221)),
            bad: Some(Color::Indexed(210)),
            border: Some(Color::Indexed(239)),
            cursor_back: Some(Color::Indexed(237)),
            away_back: Some(Color::Indexed(235)),
        },
    ),
    (
        ThemeName::Light,
        Palette {
            dim: Some(Color::Indexed(242)),
            accent: Some(Color::Indexed(25)),
            good: Some(Color::Indexed(28)),
            warn: Some(Color::Indexed(130)),
            bad: Some(Color::Indexed(124)),
            border: Some(Color::Indexed(250)),
            cursor_back: Some(Color::Indexed(254)),
            away_back: Some(Color::Indexed(255)),
        },
    ),
    (
        ThemeName::Contrast,
        Palette {
            dim: None,
            accent: None,
            good: None,
            warn: None,
            bad: None,
            border: None,
            cursor_back: None,
            away_back: None,
        },
    ),
    (
        ThemeName::None,
        Palette {
            dim: None,
            accent: None,
            good: None,
            warn: None,
            bad: None,
            border: None,
            cursor_back: None,
            away_back: None,
        },
    ),
];

impl Theme {
    /// The theme of `settings`.
    pub fn new(settings: &Settings) -> Self {
        let (name, palette) = PALETTES
            .iter()
            .find(|(name, _)| *name == settings.theme)
            .map_or((ThemeName::Terminal, &PALETTES[0].1), |(name, palette)| (*name, palette));
        let paint = |color: Option<Color>, plain: Modifier| match color {
            Some(color) => Style::new().fg(color),
            None => Style::new().add_modifier(plain),
        };
        let loud = name == ThemeName::Contrast;
        let bold = Modifier::BOLD;
        // In high contrast nothing is dim; elsewhere dim is a colour or the terminal's own faint.
        let faint = if loud { Modifier::empty() } else { Modifier::DIM };
        let bar = |back: Option<Color>, plain: Modifier| match back {
            Some(back) => Style::new().bg(back).add_modifier(bold),
            None => Style::new().add_modifier(plain),
        };
        let reversed = match name {
            ThemeName::Contrast | ThemeName::None => Modifier::REVERSED,
            _ => bold,
        };
        Self {
            base: Style::new(),
            dim: paint(palette.dim, faint),
            accent: paint(palette.accent, bold),
            title: Style::new().add_modifier(bold),
            border: paint(palette.border, faint),
            focus: paint(palette.accent, Modifier::empty()),
            cursor: bar(palette.cursor_back, reversed),
            cursor_away: bar(palette.away_back, Modifier::empty()),
            pick: match palette.cursor_back {
                Some(_) => paint(palette.accent, bold).add_modifier(bold),
                None => paint(palette.accent, bold).add_modifier(bold | Modifier::REVERSED),
            },
            key: paint(palette.accent, bold).add_modifier(bold),
            hit: paint(palette.accent, Modifier::UNDERLINED).add_modifier(Modifier::UNDERLINED),
            good: paint(palette.good, Modifier::empty()),
            warn: paint(palette.warn, bold),
            bad: paint(palette.bad, bold).add_modifier(bold),
            reveal: paint(palette.warn, Modifier::UNDERLINED),
            banner: paint(palette.warn, Modifier::REVERSED).add_modifier(Modifier::REVERSED),
            code: match name {
                ThemeName::None => Style::new().add_modifier(Modifier::REVERSED),
                _ => Style::new().fg(Color::Indexed(16)).bg(Color::Indexed(231)),
            },
            glyphs: if settings.ascii { &ASCII } else { &UNICODE },
        }
    }

    /// Glyph and colour of a state.
    pub const fn state(&self, state: State) -> (&'static str, Style) {
        match state {
            State::Failed => (self.glyphs.failed, self.bad),
            State::Attention => (self.glyphs.attention, self.warn),
            State::Unknown => (self.glyphs.unknown, self.dim),
            State::Ok => (self.glyphs.ok, self.good),
        }
    }

    /// The colour of a notice.
    pub const fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Good => self.good,
            Tone::Plain => self.base,
            Tone::Warn => self.warn,
            Tone::Bad => self.bad,
        }
    }

    /// A mask of `cells` cells: the same for every value.
    pub fn mask(&self, cells: usize) -> String {
        self.glyphs.mask.repeat(cells)
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn every_theme_has_its_row_and_every_glyph_one_cell() {
        for (name, _) in PALETTES {
            let theme = Theme::new(&Settings { theme: *name, ..Settings::default() });
            assert_ne!(theme.cursor, theme.base, "{name:?}: the cursor must be seen");
        }
        for set in [&UNICODE, &ASCII] {
            let glyphs = [
                set.ok,
                set.attention,
                set.failed,
                set.unknown,
                set.banned,
                set.cursor,
                set.mark,
                set.mask,
                set.full,
                set.empty,
                set.dot,
                set.due,
                set.arrow,
                set.none,
                set.ellipsis,
            ];
            for glyph in glyphs.iter().chain(set.spinner) {
                assert_eq!(glyph.width(), 1, "{glyph}");
                assert!(!set.ascii || glyph.is_ascii(), "{glyph}");
            }
        }
    }

    #[test]
    fn without_colour_no_style_has_one() {
        let theme = Theme::new(&Settings { theme: ThemeName::None, ..Settings::default() });
        for style in [
            theme.dim,
            theme.accent,
            theme.good,
            theme.warn,
            theme.bad,
            theme.cursor,
            theme.reveal,
            theme.banner,
        ] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}
