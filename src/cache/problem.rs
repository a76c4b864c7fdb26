//! Why the cache is not where it should be. Never fatal.
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// What is wrong with the cache's file. ficha runs on: from memory, or with a new file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It cannot be read, and someone has it open: this run keeps its cache in memory.
    #[error("{path} is broken and in use; this run keeps its cache in memory")]
    Broken {
        /// The file.
        path: PathBuf,
    },
    /// It could not be read and was set aside; a new file was begun.
    #[error("{path} was broken; it is now {aside}, and a new one was begun")]
    SetAside {
        /// The file.
        path: PathBuf,
        /// What the old file is called now.
        aside: PathBuf,
    },
    /// A newer ficha made it: this run keeps its cache in memory.
    #[error(
        "{path} was made by a newer ficha (version {version}); this run keeps its cache in memory"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its tables.
        version: i64,
    },
    /// It cannot be written: this run keeps its cache in memory.
    #[error("{path} cannot be written ({reason}); this run keeps its cache in memory")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Another process holds it for too long: this run keeps its cache in memory.
    #[error("{path} is locked by another process; this run keeps its cache in memory")]
    Locked {
        /// The file.
        path: PathBuf,
    },
}

impl Problem {
    /// What `SQLite` says about a file, by what it means for us.
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let code = error.sqlite_error_code();
        if matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) {
            Self::Locked { path }
        } else if matches!(
            code,
            Some(
                ErrorCode::ReadOnly
                    | ErrorCode::CannotOpen
                    | ErrorCode::PermissionDenied
                    | ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::FileLockingProtocolFailed
                    | ErrorCode::OutOfMemory
            )
        ) {
            Self::Unwritable { path, reason: error.to_string() }
        } else {
            Self::Broken { path }
        }
    }

    /// What the system says about a file.
    pub(super) fn from_io(path: &Path, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::WouldBlock {
            // Someone is setting it aside at this moment.
            return Self::Locked { path: path.to_owned() };
        }
        Self::Unwritable { path: path.to_owned(), reason: error.to_string() }
    }
}
