//! Writes single settings back: under a lock, read again first, through symlinks, atomically,
//! and without touching a line that does not change.
use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::{Paths, connections};
use crate::domain::{connection::Connection, error::Error};

/// Adds `[connections.NAME]` at the end.
///
/// Errors: `Usage` when the name is bad or taken, `Disk`.
pub fn add_connection(paths: &Paths, connection: &Connection) -> Result<(), Error> {
    connections::check_name(&connection.name)
        .map_err(|why| usage(format!("a connection {why}")))?;
    change(paths, |document| {
        if connections_of(document)?.contains_key(&connection.name) {
            return Err(usage(format!("there is a connection {:?} already", connection.name)));
        }
        let mut table = connections::to_table(connection);
        // At the very end, behind a comment that stands there.
        table.set_position(Some(isize::MAX));
        let before = document.trailing().as_str().unwrap_or_default().to_owned();
        let gap = if document.to_string().is_empty() { "" } else { "\n" };
        table.decor_mut().set_prefix(format!("{before}{gap}"));
        document.set_trailing("");
        connections_of(document)?.insert(&connection.name, Item::Table(table));
        Ok(())
    })
}

/// Sets what the connection `name` says to that; a new name renames it. What else stands in its
/// table, and its comments, stay.
///
/// Errors: `Usage` when there is none of that name or the new one is taken, `Disk`.
pub fn replace_connection(paths: &Paths, name: &str, connection: &Connection) -> Result<(), Error> {
    connections::check_name(&connection.name)
        .map_err(|why| usage(format!("a connection {why}")))?;
    change(paths, |document| {
        let all = connections_of(document)?;
        if connection.name != name {
            rename(all, name, &connection.name)?;
        }
        let old = all
            .get_mut(&connection.name)
            .and_then(Item::as_table_like_mut)
            .ok_or_else(|| usage(format!("there is no connection {name:?} in the settings")))?;
        let new = connections::to_table(connection);
        for gone in connections::NAMES.iter().filter(|written| !new.contains_key(written)) {
            old.remove(gone);
        }
        for (key, item) in new {
            let Item::Value(value) = item else { continue };
            set(old, &key, value);
        }
        Ok(())
    })
}

/// Takes `[connections.NAME]` away.
///
/// Errors: `Usage` when there is none, `Disk`.
pub fn remove_connection(paths: &Paths, name: &str) -> Result<(), Error> {
    change(paths, |document| {
        let gone = connections_of(document)?.remove(name);
        gone.map(|_| ())
            .ok_or_else(|| usage(format!("there is no connection {name:?} in the settings")))
    })
}

/// Sets one value by its path: `["settings", "mouse"]`. Missing sections are made.
///
/// Errors: `Usage` when something of the path is no section, `Disk`.
pub fn set_value(paths: &Paths, path: &[&str], value: Value) -> Result<(), Error> {
    let Some((name, sections)) = path.split_last() else {
        return Err(Error::bug("a setting without a name was to be written"));
    };
    change(paths, |document| {
        let mut table: &mut dyn TableLike = document.as_table_mut();
        for section in sections {
            let item = table.entry(section).or_insert_with(toml_edit::table);
            table = item
                .as_table_like_mut()
                .ok_or_else(|| usage(format!("{section} is no section of the settings")))?;
        }
        set(table, name, value);
        Ok(())
    })
}

/// The value with the comment that stands behind the old one.
fn set(table: &mut dyn TableLike, name: &str, mut value: Value) {
    if let Some(old) = table.get(name).and_then(Item::as_value) {
        if means_the_same(old, &value) {
            return;
        }
        *value.decor_mut() = old.decor().clone();
    }
    match table.get_mut(name) {
        Some(item) => *item = Item::Value(value),
        None => {
            table.insert(name, Item::Value(value));
        }
    }
}

/// However they are quoted or spaced.
fn means_the_same(old: &Value, new: &Value) -> bool {
    match (old.as_inline_table(), new.as_inline_table()) {
        (Some(old), Some(new)) => {
            let same = |(key, value): (&str, &Value)| {
                old.get(key).is_some_and(|old| means_the_same(old, value))
            };
            old.len() == new.len() && new.iter().all(same)
        }
        _ => match (old.as_str(), new.as_str()) {
            (Some(old), Some(new)) => old == new,
            _ => old.to_string().trim() == new.to_string().trim(),
        },
    }
}

fn rename(all: &mut dyn TableLike, from: &str, to: &str) -> Result<(), Error> {
    if all.contains_key(to) {
        return Err(usage(format!("there is a connection {to:?} already")));
    }
    let moved = all
        .remove(from)
        .ok_or_else(|| usage(format!("there is no connection {from:?} in the settings")))?;
    all.insert(to, moved);
    Ok(())
}

fn connections_of(document: &mut DocumentMut) -> Result<&mut dyn TableLike, Error> {
    let item = document.entry("connections").or_insert_with(|| {
        let mut table = Table::new();
        // No bare [connections] header: only [connections.NAME] appear.
        table.set_implicit(true);
        Item::Table(table)
    });
    item.as_table_like_mut().ok_or_else(|| usage("connections is no section of the settings"))
}

/// Reads, changes and writes the file while no other ficha does.
fn change(
    paths: &Paths,
    edit: impl FnOnce(&mut DocumentMut) -> Result<(), Error>,
) -> Result<(), Error> {
    let disk = |what: &'static str| {
        move |error: io::Error| Error::Disk {
            reason: format!("the settings cannot be {what}: {error}"),
        }
    };
    let _lock = lock(paths).map_err(disk("locked"))?;
    let target = target(&paths.config).map_err(disk("found"))?;
    let text = match fs::read_to_string(&target) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(disk("read")(error)),
    };
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        usage(format!("the settings must be mended by hand first: {}", error.message()))
    })?;
    edit(&mut document)?;
    let new = document.to_string();
    if new == text { Ok(()) } else { replace(&target, &new).map_err(disk("written")) }
}

/// A lock beside our state: the settings file itself is replaced, and its folder is not ours.
fn lock(paths: &Paths) -> io::Result<fs::File> {
    fs::create_dir_all(&paths.state)?;
    let file = fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(paths.state.join("config.lock"))?;
    file.lock()?;
    Ok(file)
}

/// The file behind symlinks, even where it does not exist yet.
fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..16 {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its symlinks lead in a circle"))
}

fn replace(target: &Path, text: &str) -> io::Result<()> {
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = fs::metadata(target) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(target).map(|_| ()).map_err(|error| error.error)
}

fn usage(reason: impl Into<String>) -> Error {
    Error::Usage { reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::load,
        domain::{
            connection::{Auth, Kind},
            secret::SecretSource,
        },
    };

    fn acme() -> Connection {
        Connection {
            name: "acme".to_owned(),
            kind: Kind::Espocrm,
            url: "https://crm.acme.example".to_owned(),
            auth: Auth::ApiKey,
            user: None,
            key: None,
            secret: SecretSource::Keyring(true),
            read_only: false,
            production: false,
            color: None,
            via: None,
            time_zone: None,
            scripts: Vec::new(),
            is_demo: false,
        }
    }

    fn paths_with(text: &str) -> (tempfile::TempDir, Paths) {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        fs::write(&paths.config, text).unwrap();
        (folder, paths)
    }

    #[test]
    fn a_connection_added_is_a_connection_read() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(&folder.path().join("deep/er"));
        add_connection(&paths, &acme()).unwrap();
        assert_eq!(load(paths.clone()).connections, [acme()]);
        let text = fs::read_to_string(&paths.config).unwrap();
        assert!(text.starts_with("[connections.acme]\n"), "{text}");
        assert!(matches!(add_connection(&paths, &acme()), Err(Error::Usage { .. })));
    }

    #[test]
    fn what_does_not_change_stays_byte_for_byte() {
        let text = "# mine\n[settings]\nmouse   = true # yes\n\n[connections.old] # first\n\
                    kind = 'espocrm' # k\nurl='https://old.example'   # u\nfuture = [ 1, 2 ] # 张伟\n";
        let (_folder, paths) = paths_with(text);
        let mut changed = load(paths.clone()).connections.remove(0);
        changed.url = "https://new.example".to_owned();
        replace_connection(&paths, "old", &changed).unwrap();
        let new = fs::read_to_string(&paths.config).unwrap();
        let kept = "# mine\n[settings]\nmouse   = true # yes\n\n[connections.old] # first\n\
                    kind = 'espocrm' # k\nurl=\"https://new.example\"   # u\nfuture = [ 1, 2 ] # 张伟\n";
        // Auth and secret had been left to their defaults: they are written out behind the rest.
        assert!(new.starts_with(kept), "{new}");
    }

    #[test]
    fn setting_a_value_keeps_its_comment_and_makes_missing_sections() {
        let (_folder, paths) = paths_with("[settings]\nmouse = true # m\n");
        set_value(&paths, &["settings", "mouse"], false.into()).unwrap();
        set_value(&paths, &["settings", "cache", "max_age"], "1d".into()).unwrap();
        let text = fs::read_to_string(&paths.config).unwrap();
        assert_eq!(text, "[settings]\nmouse = false # m\n\n[settings.cache]\nmax_age = \"1d\"\n");
    }

    #[test]
    fn a_removed_connection_takes_nothing_else_along() {
        let (_folder, paths) = paths_with(
            "[connections.a]\nkind='espocrm'\nurl='https://a.example'\n\n# about b\n[connections.b]\nkind='espocrm'\nurl='https://b.example'\n",
        );
        remove_connection(&paths, "a").unwrap();
        let text = fs::read_to_string(&paths.config).unwrap();
        assert!(
            text.contains("# about b\n[connections.b]") && !text.contains("a.example"),
            "{text}"
        );
        assert!(remove_connection(&paths, "a").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_stays_one_and_the_mode_is_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        let real = folder.path().join("dotfiles.toml");
        fs::write(&real, "# here\n").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("dotfiles.toml", &paths.config).unwrap();
        add_connection(&paths, &acme()).unwrap();
        assert!(fs::symlink_metadata(&paths.config).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::read_to_string(&real).unwrap().starts_with("# here\n"));
    }

    #[test]
    fn two_writers_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        std::thread::scope(|scope| {
            for n in 0..8 {
                let (paths, mut connection) = (paths.clone(), acme());
                connection.name = format!("c{n}");
                scope.spawn(move || add_connection(&paths, &connection).unwrap());
            }
        });
        assert_eq!(load(paths).connections.len(), 8);
    }

    #[test]
    fn a_broken_file_is_left_alone() {
        let (_folder, paths) = paths_with("[settings\n");
        assert!(matches!(add_connection(&paths, &acme()), Err(Error::Usage { .. })));
        assert_eq!(fs::read_to_string(&paths.config).unwrap(), "[settings\n");
    }
}
