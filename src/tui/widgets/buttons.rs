//! The two buttons under a question: Cancel, which is lit at first, and consent, which stands last.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::tui::ctx::Ctx;
use crate::tui::keys::Ready;
use crate::tui::theme::Theme;
use crate::tui::widgets::text::cells;

/// For how long a question that has just appeared takes no consent.
pub const DEAF: Duration = Duration::from_millis(150);

/// Cells between the buttons.
const GAP: u16 = 2;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Leaves everything as it is.
    Cancel,
    /// Does it.
    Consent,
}

impl Button {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Cancel => Self::Consent,
            Self::Consent => Self::Cancel,
        }
    }
}

/// What stands on the buttons, each with its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buttons {
    /// `n Cancel`.
    pub cancel: &'static str,
    /// `y Begin`.
    pub consent: &'static str,
}

/// Whether consent may be given to a question that is there since `since`: not within its first moment, nor right
/// after a paste, whose last line may look like a key.
///
/// # Errors
/// That it was too fast.
pub fn awake(since: Duration, ctx: &Ctx) -> Ready {
    let fresh = |then: Duration| ctx.moment.boot.saturating_sub(then) < DEAF;
    if fresh(since) || ctx.pasted.is_some_and(fresh) {
        return Err("that was too fast to be meant: press it again");
    }
    Ok(())
}

impl Buttons {
    /// Draws them at the right of the first row of `area`.
    pub fn view(self, theme: &Theme, frame: &mut Frame, area: Rect, lit: Button) {
        for (button, text, place) in self.placed(area) {
            let style = if button == Button::Consent { theme.accent } else { theme.base };
            let (text, style) = if button == lit {
                (format!("[{text}]"), theme.title.patch(style))
            } else {
                (format!(" {text} "), style)
            };
            frame.render_widget(Line::from(Span::styled(text, style)), place);
        }
    }

    /// The button at this place.
    pub fn hit(self, area: Rect, at: Position) -> Option<Button> {
        self.placed(area).into_iter().find(|(.., place)| place.contains(at)).map(|(button, ..)| button)
    }

    fn placed(self, area: Rect) -> [(Button, &'static str, Rect); 2] {
        let width = |text: &str| u16::try_from(cells(text) + 2).unwrap_or(u16::MAX);
        let row = Rect { height: area.height.min(1), ..area };
        let consent = width(self.consent).min(row.width);
        let cancel = width(self.cancel).min((row.width - consent).saturating_sub(GAP));
        let consent = Rect { x: row.right() - consent, width: consent, ..row };
        let cancel = Rect { x: consent.x.saturating_sub(GAP + cancel).max(row.x), width: cancel, ..row };
        [(Button::Cancel, self.cancel, cancel), (Button::Consent, self.consent, consent)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_button_is_hit_where_it_stands_and_consent_is_last() {
        let buttons = Buttons { cancel: "n Cancel", consent: "y Begin" };
        let area = Rect::new(3, 5, 40, 1);
        let seen: String = (0..50)
            .map(|x| match buttons.hit(area, Position::new(x, 5)) {
                Some(Button::Cancel) => 'n',
                Some(Button::Consent) => 'y',
                None => '.',
            })
            .collect();
        assert_eq!(seen, format!("{}nnnnnnnnnn..yyyyyyyyy.......", ".".repeat(22)));
        assert_eq!(buttons.hit(area, Position::new(30, 6)), None);
    }

    #[test]
    fn no_width_is_too_small() {
        let buttons = Buttons { cancel: "n Cancel", consent: "y Begin" };
        for width in 0..30 {
            let area = Rect::new(1, 1, width, 1);
            for (.., place) in buttons.placed(area) {
                assert!(place.is_empty() || (place.x >= area.x && place.right() <= area.right()), "{width}");
            }
        }
    }
}
