//! Where files stand: the XDG folders, or the platform's own.
use std::path::{Path, PathBuf};

use super::Environment;

/// Where files stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The settings file.
    pub config: PathBuf,
    /// Whether the user named the settings file, so that it must be there.
    pub is_named: bool,
    /// Cached pages and records: deleting it loses nothing.
    pub cache: PathBuf,
    /// Drafts, journal, saved views.
    pub data: PathBuf,
    /// Log and session tokens.
    pub state: PathBuf,
}

impl Paths {
    /// The usual places; `named` is `--config`, which wins over `FICHA_CONFIG`.
    pub fn find(environment: &Environment, named: Option<&Path>) -> Self {
        let named = named.map(Path::to_path_buf).or_else(|| environment.config.clone());
        let usual = Self::usual();
        Self { is_named: named.is_some(), config: named.unwrap_or(usual.config), ..usual }
    }

    fn usual() -> Self {
        let Some(folders) = directories::ProjectDirs::from("", "", "ficha") else {
            return Self::below(&std::env::temp_dir().join("ficha"));
        };
        let state = folders.state_dir().unwrap_or_else(|| folders.data_local_dir());
        Self {
            config: folders.config_dir().join("config.toml"),
            is_named: false,
            cache: folders.cache_dir().to_path_buf(),
            data: folders.data_dir().to_path_buf(),
            state: state.to_path_buf(),
        }
    }

    /// Everything below one folder: for a user without a home, and for tests.
    pub fn below(folder: &Path) -> Self {
        Self {
            config: folder.join("config.toml"),
            is_named: false,
            cache: folder.join("cache"),
            data: folder.join("data"),
            state: folder.join("state"),
        }
    }

    /// The folder of the settings file; secret files are relative to it.
    pub fn config_folder(&self) -> &Path {
        match self.config.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        }
    }

    /// The cache's database.
    pub fn cache_file(&self) -> PathBuf {
        self.cache.join("cache.db")
    }

    /// The journal's database.
    pub fn journal_file(&self) -> PathBuf {
        self.data.join("journal.db")
    }

    /// The log.
    pub fn log_file(&self) -> PathBuf {
        self.state.join("ficha.log")
    }
}
