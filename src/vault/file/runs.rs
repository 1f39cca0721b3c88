//! When bots were last run: an empty file each, whose own time says when.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{StoreError, make_folder, names_in, trouble};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::time::Time;

/// Notes in `folder` that `bot` was run at `at`.
pub(super) fn note(folder: &Path, bot: Fingerprint, at: Time) -> Result<(), StoreError> {
    make_folder(folder)?;
    let path = folder.join(bot.to_string());
    // Neither a link nor a pipe that somebody has put there is of any use, and nobody waits for one.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags)
        .open(&path);
    let since = Duration::from_secs(u64::try_from(at.unix()).unwrap_or_default());
    let noted = file.and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH + since));
    noted.map_err(|error| trouble("writing", &path, error))
}

/// What is noted in `folder`.
pub(super) fn noted(folder: &Path) -> Vec<(Fingerprint, Time)> {
    let when = |bot: Fingerprint| {
        let meta = fs::symlink_metadata(folder.join(bot.to_string())).ok()?;
        let since = meta.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some((bot, Time::from_unix(i64::try_from(since.as_secs()).ok()?)))
    };
    names_in(folder, Fingerprint::parse).unwrap_or_default().into_iter().filter_map(when).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::secret::Secret;

    const NOW: Time = Time::from_const(1_795_000_000);

    #[test]
    fn what_was_noted_last_is_told_and_a_folder_that_cannot_be_written_is_an_error() {
        let state = tempfile::tempdir().expect("a folder");
        let folder = state.path().join("ran");
        assert!(noted(&folder).is_empty());
        let key = FingerprintKey::new([1; 32]);
        let [wiki, poet] = ["wiki", "poet"].map(|name| key.of(&Secret::new(name)));
        for (bot, at) in [(wiki, NOW), (poet, NOW), (wiki, NOW.shifted(60))] {
            note(&folder, bot, at).expect("noted");
        }
        fs::write(folder.join("README"), "not ours").expect("written");
        let mut found = noted(&folder);
        found.sort();
        let mut wanted = vec![(wiki, NOW.shifted(60)), (poet, NOW)];
        wanted.sort();
        assert_eq!(found, wanted);
        fs::write(state.path().join("file"), "no folder").expect("written");
        assert!(note(&state.path().join("file"), wiki, NOW).is_err());
        std::os::unix::fs::symlink("/dev/null", folder.join(key.of(&Secret::new("link")).to_string()))
            .expect("a link");
        assert!(note(&folder, key.of(&Secret::new("link")), NOW).is_err());
    }
}
