//! A secret in a file that nobody else can read.
use std::{fs, io, io::Read as _, io::Write as _, path::Path};

use crate::domain::secret::Secret;

/// A secret of more bytes is a mistake.
const MAX_BYTES: u64 = 64 * 1024;

/// Its first line.
///
/// Errors: why not, with what mends it.
pub(super) fn read(path: &Path) -> Result<Secret, String> {
    let shown = path.display();
    let wrong = |error: io::Error| format!("the file {shown} cannot be read: {error}");
    let file = fs::File::open(path).map_err(wrong)?;
    check_mode(&file.metadata().map_err(wrong)?, path)?;
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(wrong)?;
    Ok(Secret::new(text.lines().next().unwrap_or_default()))
}

#[cfg(unix)]
fn check_mode(metadata: &fs::Metadata, path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if !metadata.is_file() {
        return Err(format!("{} is no file", path.display()));
    }
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    let shown = path.display();
    Err(format!(
        "the file {shown} has mode {mode:o}, so others can reach the secret: chmod 600 '{shown}'"
    ))
}

#[cfg(not(unix))]
fn check_mode(_metadata: &fs::Metadata, _path: &Path) -> Result<(), String> {
    Ok(())
}

/// Writes it whole or not at all, mode 0600.
///
/// Errors: why not.
pub(super) fn write(path: &Path, secret: &Secret) -> Result<(), String> {
    let wrong =
        |error: io::Error| format!("the file {} cannot be written: {error}", path.display());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(wrong)?;
    // Made with mode 0600, and renamed over what stands there.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(wrong)?;
    file.write_all(secret.reveal().as_bytes()).map_err(wrong)?;
    file.write_all(b"\n").map_err(wrong)?;
    file.as_file().sync_all().map_err(wrong)?;
    file.persist(path).map(|_| ()).map_err(|error| wrong(error.error))
}

/// Removes it; one that is not there is gone already.
///
/// Errors: why not.
pub(super) fn remove(path: &Path) -> Result<(), String> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("the file {} cannot be removed: {error}", path.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
