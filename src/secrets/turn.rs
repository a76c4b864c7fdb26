//! One sign-in at a time, over all processes: a locked file a connection. The system gives a
//! lock back when its process ends, however it ends.
use std::{
    fs::{self, TryLockError},
    io,
    path::Path,
};

use crate::domain::secret::Turn;

/// Tries to lock that file; it is made where it is missing, and holds nothing.
pub(super) fn take(path: &Path) -> Turn {
    let file = match open(path) {
        Ok(file) => file,
        Err(error) => return unlockable(path, &error),
    };
    match file.try_lock() {
        Ok(()) => Turn::Ours(Box::new(file)),
        Err(TryLockError::WouldBlock) => Turn::Theirs,
        Err(TryLockError::Error(error)) => unlockable(path, &error),
    }
}

/// A turn that nobody can dispute.
pub(super) fn unshared() -> Turn {
    Turn::Ours(Box::new(()))
}

/// Some file systems know no locks: then two sign-ins at once are better than none.
fn unlockable(path: &Path, error: &io::Error) -> Turn {
    tracing::warn!(%error, path = %path.display(), "sign-ins cannot be locked");
    unshared()
}

fn open(path: &Path) -> io::Result<fs::File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::File::options().create(true).truncate(false).write(true).open(path)
}

/// Removes the file of a connection that is gone.
pub(super) fn forget(path: &Path) {
    // One that stays is empty and harms nobody.
    let _ = fs::remove_file(path);
}
