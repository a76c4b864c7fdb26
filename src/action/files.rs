//! Files of this machine: those that are sent with a record, and those that come from one. The one
//! room of the layer that touches the disk.
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::io::AsyncWriteExt as _;

use crate::domain::{
    action::Action,
    change::Edits,
    error::Error,
    value::{Upload, Value},
};

/// No larger file is sent: it is held in memory, and no product takes more at once.
const LARGEST: u64 = 64 * 1024 * 1024;
/// A name that is taken is tried with so many numbers behind it.
const NAMES: u32 = 999;

/// The action with the files that its values name read.
///
/// Errors: [`Error::Invalid`] with the field's name where a file cannot be read or is too large.
#[expect(clippy::wildcard_enum_match_arm, reason = "two actions bring values")]
pub(super) async fn load(action: Action) -> Result<Action, Error> {
    Ok(match action {
        Action::Create { entity, edits, despite_duplicates } => {
            Action::Create { entity, edits: read_all(edits).await?, despite_duplicates }
        }
        Action::Update { base, edits, resolved } => {
            Action::Update { base, edits: read_all(edits).await?, resolved }
        }
        other => other,
    })
}

async fn read_all(mut edits: Edits) -> Result<Edits, Error> {
    for (name, value) in &mut edits {
        if let Value::Upload(upload) = value
            && upload.content.is_none()
        {
            *upload = read(name, &upload.path).await?;
        }
    }
    Ok(edits)
}

async fn read(field: &str, path: &str) -> Result<Upload, Error> {
    let refused = |reason: String| Error::Invalid { field: Some(field.to_owned()), reason };
    let place = at_home(path);
    let cannot = |error: std::io::Error| refused(format!("{path} cannot be read: {error}"));
    let about = tokio::fs::metadata(&place).await.map_err(cannot)?;
    if !about.is_file() {
        return Err(refused(format!("{path} is no file")));
    }
    if about.len() > LARGEST {
        let most = LARGEST / (1024 * 1024);
        return Err(refused(format!("{path} is larger than {most} MB, the most that is sent")));
    }
    let content: Arc<[u8]> = tokio::fs::read(&place).await.map_err(cannot)?.into();
    Ok(Upload { path: path.to_owned(), content: Some(content) })
}

/// What is done where a file stands already: it is never written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The new one's name gets a number.
    Numbered,
    /// The new one is not written: a script must find what it named.
    Refused,
}

/// Writes a new file. Where it is then.
///
/// Errors: [`Error::Disk`]; [`Error::Usage`] where the name is taken and that is refused.
pub async fn save(path: &str, content: &[u8], taken: Taken) -> Result<PathBuf, Error> {
    let wanted = at_home(path);
    for number in 1..=NAMES {
        let place = numbered(&wanted, number);
        let opened = tokio::fs::OpenOptions::new().write(true).create_new(true).open(&place).await;
        match opened {
            Ok(file) => return write(file, place, content).await,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                if taken == Taken::Refused {
                    let reason = format!("{} is there already", place.display());
                    return Err(Error::Usage { reason });
                }
            }
            Err(error) => return Err(disk(&place, &error)),
        }
    }
    Err(Error::Disk { reason: format!("{} and all names like it are taken", wanted.display()) })
}

async fn write(
    mut file: tokio::fs::File,
    place: PathBuf,
    content: &[u8],
) -> Result<PathBuf, Error> {
    let written = match file.write_all(content).await {
        Ok(()) => file.sync_all().await,
        error => error,
    };
    if let Err(error) = written {
        // Half a file looks like a whole one.
        let _ = tokio::fs::remove_file(&place).await; // the first error is told
        return Err(disk(&place, &error));
    }
    Ok(place)
}

fn disk(place: &Path, error: &std::io::Error) -> Error {
    Error::Disk { reason: format!("{} cannot be written: {error}", place.display()) }
}

/// `report.pdf`, then `report (2).pdf`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 1 {
        return path.to_owned();
    }
    let stem = path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let name = match path.extension() {
        Some(ending) => format!("{stem} ({number}).{}", ending.to_string_lossy()),
        None => format!("{stem} ({number})"),
    };
    path.with_file_name(name)
}

/// `~/` as people type it.
fn at_home(path: &str) -> PathBuf {
    let home = || directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    match path.strip_prefix("~/") {
        Some(rest) => home().map_or_else(|| PathBuf::from(path), |home| home.join(rest)),
        None => PathBuf::from(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_that_stands_there_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.txt");
        let path = path.to_str().unwrap();
        let first = save(path, b"one", Taken::Refused).await.unwrap();
        let second = save(path, b"two", Taken::Numbered).await.unwrap();
        let third = save(path, b"three", Taken::Refused).await;
        assert!(matches!(third, Err(Error::Usage { .. })), "{third:?}");
        assert!(second.ends_with("log (2).txt"), "{second:?}");
        assert_eq!(std::fs::read(first).unwrap(), b"one");
    }

    #[tokio::test]
    async fn a_file_is_read_with_the_record_it_goes_with_and_a_missing_one_is_refused_by_field() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf").to_str().unwrap().to_owned();
        std::fs::write(&path, b"%PDF").unwrap();
        let upload = |path: &str| {
            let upload = Upload { path: path.to_owned(), content: None };
            Edits::from_iter([("file".to_owned(), Value::Upload(upload))])
        };
        let read = read_all(upload(&path)).await.unwrap();
        let Value::Upload(read) = &read["file"] else { unreachable!() };
        assert_eq!(read.content.as_deref(), Some(&b"%PDF"[..]));
        let gone = read_all(upload("/nonexistent/file")).await;
        assert!(matches!(gone, Err(Error::Invalid { field: Some(it), .. }) if it == "file"));
    }
}
