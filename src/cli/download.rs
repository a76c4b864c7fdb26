//! `ficha download TYPE ID FILE`.
use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;

use super::{
    output::Out,
    sentence::{Fault, Stop, status, usage},
    shell::{Shell, surprise},
};
use crate::{
    domain::{
        action::{Action, File, Outcome},
        record::RecordId,
    },
    text::file_name,
};

/// `ficha download`.
#[derive(Args, Debug)]
pub struct Download {
    /// The record's entity type: Document
    #[arg(value_name = "TYPE")]
    entity: String,
    /// The record
    id: String,
    /// The field that holds the file, or the file's own id
    file: String,
    /// Where to: a new file, a folder, or - for standard output [default: this folder, as the
    /// server calls it]
    #[arg(long, value_name = "PATH")]
    to: Option<PathBuf>,
}

/// Runs it.
pub async fn run(download: Download, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity = place.entity_type(&download.entity)?.name.clone();
    let id = RecordId::from(download.id.as_str());
    let action = Action::Download { entity, id, file: download.file };
    let Outcome::File(file) = shell.run(place.id, &place.name, action).await?.outcome else {
        return Err(surprise());
    };
    let to = download.to.unwrap_or_default();
    if to == Path::new("-") {
        io::stdout().lock().write_all(&file.content)?;
        return Ok(());
    }
    let path = save(&to, &file)?;
    let shown = path.display().to_string();
    if out.is_json() {
        let media_type = file.media_type;
        out.json(&json!({"path": shown, "size": file.content.len(), "media_type": media_type}))?;
    } else {
        out.text(&format!("{shown}\n"))?;
    }
    Ok(())
}

/// Writes a new file: what stands there already is never written over.
fn save(to: &Path, file: &File) -> Result<PathBuf, Stop> {
    let name = file_name::harmless(&file.name);
    let path = if to.as_os_str().is_empty() || to.is_dir() { to.join(name) } else { to.into() };
    let mut new = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(new) => new,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let fault = usage(format!("{} is there already.", path.display()));
            return Err(fault.hint("Name another one: --to PATH").into());
        }
        Err(error) => return Err(wrong(&path, &error)),
    };
    if let Err(error) = new.write_all(&file.content) {
        // Half a file is worse than none; where it cannot be removed the error says enough.
        let _ = fs::remove_file(&path);
        return Err(wrong(&path, &error));
    }
    Ok(path)
}

fn wrong(path: &Path, error: &io::Error) -> Stop {
    let message = format!("The file {} cannot be written: {error}.", path.display());
    Fault::new("disk", status::FAILED, message).into()
}
