//! Why the journal is not where it should be.
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::domain::error::Error;

/// What is wrong with the journal's file, which is left exactly as it is. This run keeps its
/// journal in memory: drafts end with it, and the user has to be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It cannot be read.
    #[error("{path} is broken and was left as it is; drafts of this run are not kept")]
    Broken {
        /// The file.
        path: PathBuf,
    },
    /// A newer ficha made it.
    #[error(
        "{path} was made by a newer ficha (version {version}); drafts of this run are not kept"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its tables.
        version: i64,
    },
    /// It cannot be written.
    #[error("{path} cannot be written ({reason}); drafts of this run are not kept")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Another process holds it for too long.
    #[error("{path} is locked by another process; drafts of this run are not kept")]
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
        let broken = [ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase, ErrorCode::Unknown];
        if matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) {
            Self::Locked { path }
        } else if code.is_none_or(|code| broken.contains(&code)) {
            Self::Broken { path }
        } else {
            Self::Unwritable { path, reason: error.to_string() }
        }
    }

    /// What the system says about a file.
    pub(super) fn from_io(path: &Path, error: &std::io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), reason: error.to_string() }
    }
}

/// What the user can do about a failed write: make room, or look after the disk.
pub(super) fn disk(error: &rusqlite::Error) -> Error {
    tracing::warn!(code = ?error.sqlite_error_code(), "the journal failed");
    let reason = match error.sqlite_error() {
        Some(error) => error.to_string(),
        None => "the journal cannot be written".to_owned(),
    };
    Error::Disk { reason }
}
