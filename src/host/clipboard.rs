//! The desktop's clipboard: flagged as sensitive, emptied only while it is still ours, looked at afterwards.

use std::fmt;

use super::{Cleared, Clipboard, ClipboardError};
use crate::domain::secret::Secret;

/// What a person calls it.
const NAME: &str = "the desktop clipboard";

/// The desktop's clipboard, opened at the first copy.
///
/// Under X11 the contents are served by this process and go with it, so the connection is kept open.
#[derive(Default)]
pub struct DesktopClipboard {
    #[cfg(feature = "desktop-clipboard")]
    open: std::sync::Mutex<Option<arboard::Clipboard>>,
}

impl fmt::Debug for DesktopClipboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DesktopClipboard(…)")
    }
}

#[cfg(feature = "desktop-clipboard")]
mod desktop {
    #[cfg(any(target_os = "macos", target_os = "ios"))]
    use arboard::SetExtApple as _;
    #[cfg(all(unix, not(any(target_os = "macos", target_os = "ios"))))]
    use arboard::SetExtLinux as _;

    use super::{Cleared, Clipboard, ClipboardError, DesktopClipboard, NAME, Secret};

    impl DesktopClipboard {
        fn with<T>(
            &self,
            act: impl FnOnce(&mut arboard::Clipboard) -> Result<T, arboard::Error>,
        ) -> Result<T, ClipboardError> {
            let mut open = self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if open.is_none() {
                *open = Some(arboard::Clipboard::new().map_err(|_no_desktop| ClipboardError::Absent)?);
            }
            let Some(clipboard) = open.as_mut() else { return Err(ClipboardError::Absent) };
            act(clipboard).map_err(|_may_quote_contents| ClipboardError::Refused)
        }
    }

    /// What is there now; `None` when it is empty or no text.
    fn text(clipboard: &mut arboard::Clipboard) -> Result<Option<Secret>, arboard::Error> {
        match clipboard.get_text() {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(arboard::Error::ContentNotAvailable | arboard::Error::ConversionFailure) => Ok(None),
            Err(error) => Err(error),
        }
    }

    impl Clipboard for DesktopClipboard {
        fn set(&self, secret: &Secret) -> Result<(), ClipboardError> {
            self.with(|clipboard| clipboard.set().exclude_from_history().text(secret.expose()))
        }

        fn clear_if(&self, secret: &Secret) -> Result<Cleared, ClipboardError> {
            self.with(|clipboard| {
                if text(clipboard)?.as_ref() != Some(secret) {
                    return Ok(Cleared::NotOurs);
                }
                // Some clipboard histories store what was there at the moment it is cleared: let that be harmless.
                clipboard.set().exclude_from_history().text(" ")?;
                clipboard.clear()?;
                let back = text(clipboard)?.as_ref() == Some(secret);
                Ok(if back { Cleared::StillThere } else { Cleared::Gone })
            })
        }

        fn name(&self) -> &'static str {
            NAME
        }
    }
}

#[cfg(not(feature = "desktop-clipboard"))]
impl Clipboard for DesktopClipboard {
    fn set(&self, _: &Secret) -> Result<(), ClipboardError> {
        Err(ClipboardError::Absent)
    }

    fn clear_if(&self, _: &Secret) -> Result<Cleared, ClipboardError> {
        Err(ClipboardError::Absent)
    }

    fn name(&self) -> &'static str {
        NAME
    }
}
