//! `ficha download TYPE ID FILE`.
use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;

use super::{
    output::Out,
    sentence::{Fault, Stop},
    shell::{Shell, surprise},
};
use crate::{
    action::files,
    domain::{
        action::{Action, File, Outcome},
        error::Error,
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
    let path = save(&to, &file).await?;
    let shown = path.display().to_string();
    if out.is_json() {
        let media_type = file.media_type;
        out.json(&json!({"path": shown, "size": file.content.len(), "media_type": media_type}))?;
    } else {
        out.text(&format!("{shown}\n"))?;
    }
    Ok(())
}

/// Where it shall be: as named, or in a folder as the server calls it.
fn place(to: &Path, file: &File) -> PathBuf {
    let name = file_name::harmless(&file.name);
    if to.as_os_str().is_empty() || to.is_dir() { to.join(name) } else { to.into() }
}

/// Writes a new file: what stands there already is never written over.
async fn save(to: &Path, file: &File) -> Result<PathBuf, Stop> {
    let place = place(to, file);
    let saved = files::save(&place.to_string_lossy(), &file.content, files::Taken::Refused).await;
    saved.map_err(|error| {
        let fault = Fault::of(&error, "");
        let is_taken = matches!(error, Error::Usage { .. });
        if is_taken { fault.hint("Name another one: --to PATH").into() } else { fault.into() }
    })
}
