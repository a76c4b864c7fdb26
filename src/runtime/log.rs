//! The log: a file, never the screen. Methods, paths, statuses and times; no values, no secrets.
use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
    sync::Mutex,
};

use tracing_subscriber::{filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// A log that has grown so far, bytes, is begun anew; the old one stays beside it.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Writes the log to that file from now on.
///
/// Errors: it cannot be opened; then nothing is logged.
pub fn begin(path: &Path, level: LevelFilter) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::metadata(path).is_ok_and(|it| it.len() > LONGEST) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = Mutex::new(options.open(path)?);
    let lines = fmt::layer().with_ansi(false).with_target(false).with_writer(file);
    // A second call in one process (tests) keeps the first log.
    let _ = tracing_subscriber::registry().with(lines).with(level).try_init();
    Ok(())
}
