//! The file, before `SQLite` touches it.
use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Opens the file for reading and writing, or makes it, and its folder, for the user's eyes only.
///
/// Errors: what the system says.
pub fn make(path: &Path) -> io::Result<File> {
    let mut folder = DirBuilder::new();
    let mut file = OpenOptions::new();
    folder.recursive(true);
    file.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        folder.mode(0o700);
        file.mode(0o600);
    }
    if let Some(parent) = path.parent() {
        folder.create(parent)?;
    }
    file.open(path)
}

/// Mode 0600, for a file that someone copied here with a wider one.
///
/// Errors: what the system says.
#[cfg(unix)]
pub fn narrow(file: &File) -> io::Result<()> {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// Elsewhere files have no such mode.
///
/// Errors: none.
#[cfg(not(unix))]
pub fn narrow(_: &File) -> io::Result<()> {
    Ok(())
}

/// The version that the file's header gives, without `SQLite` touching the file. 0 = new, `None` =
/// it is no file of `SQLite`'s.
///
/// Errors: it cannot be read.
pub fn peek(path: &Path) -> io::Result<Option<u32>> {
    let mut header = Vec::new();
    File::open(path)?.take(100).read_to_end(&mut header)?;
    if header.is_empty() {
        return Ok(Some(0));
    }
    let is_sqlite = header.starts_with(b"SQLite format 3\0") && header.len() == 100;
    let version = header.get(60..64).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    Ok(version.filter(|_| is_sqlite).map(u32::from_be_bytes))
}

/// The path with something behind its name: `cache.db-wal`.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
