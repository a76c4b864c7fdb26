//! Files of documents. A8.
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value as Json;

use super::{World, done, errors, ids, send};
use crate::{
    domain::{
        action::{File, Outcome},
        error::Error,
        record::RecordId,
        schema::EntityName,
    },
    net::exchange::Response,
    providers::{Step, json::text},
};

/// A document's file. A8: it has an id of its own beside the document's.
#[derive(Debug)]
pub struct Download {
    id: RecordId,
    entity: EntityName,
    file: String,
    at: Fetch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fetch {
    Start,
    Document,
    File,
}

impl Download {
    /// Of that record; `file` is its field, or the file's own id.
    pub fn new(entity: EntityName, id: RecordId, file: String) -> Self {
        Self { id, entity, file, at: Fetch::Start }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        match (self.at, answers) {
            (Fetch::Start, _) if world.memory.broken.holds(OPERATION) => {
                Err(errors::cannot(READING))
            }
            (Fetch::Start, _) if ids::parts(&self.file).is_some() => Ok(self.fetch(world)),
            (Fetch::Start, _) => {
                let id = ids::whole(world.entity_type(&self.entity)?, &self.id);
                self.at = Fetch::Document;
                Ok(send(world.flavour.retrieve(id.as_str())))
            }
            (Fetch::Document, [response]) => {
                self.file = attachment(&errors::result(response, "retrieve")?)?;
                Ok(self.fetch(world))
            }
            (Fetch::File, [response]) => {
                if errors::is_mute(response) {
                    world.memory.broken.note(OPERATION);
                    return Err(errors::cannot(READING));
                }
                let files = errors::result(response, OPERATION)?;
                Ok(done(Outcome::File(file(&files)?)))
            }
            (Fetch::Document | Fetch::File, _) => {
                Err(Error::bug("a download was driven out of turn"))
            }
        }
    }

    fn fetch(&mut self, world: &World) -> Step {
        self.at = Fetch::File;
        let mut exchange = world.flavour.read(OPERATION, &[("id", &self.file)]);
        // A file in base64 within JSON is a third larger than itself.
        exchange.limit = 128 * 1024 * 1024;
        send(exchange)
    }
}

/// The operation, which is one of those that break on PHP 8. A12.
const OPERATION: &str = "files_retrieve";

/// What such a server cannot do.
const READING: &str = "reading files";

/// The newest of a document's files; those of the web are only named.
fn attachment(document: &Json) -> Result<String, Error> {
    if text(document, "filelocationtype") == Some("E") {
        let address = text(document, "filename").unwrap_or_default();
        return Err(Error::Unsupported { what: format!("the file is elsewhere: {address}") });
    }
    let ids = text(document, "imageattachmentids").unwrap_or_default();
    let mut ids = ids.split(',').map(str::trim);
    let newest = ids.rfind(|id| super::ids::parts(id).is_some());
    newest
        .map(str::to_owned)
        .ok_or_else(|| Error::NotFound { what: "a file of this document".to_owned() })
}

fn file(files: &Json) -> Result<File, Error> {
    let first = files.as_array().and_then(|files| files.first());
    let first = first.ok_or_else(|| Error::NotFound { what: "the file".to_owned() })?;
    let content = text(first, "filecontents").unwrap_or_default();
    let content = STANDARD.decode(content.trim()).map_err(|error| Error::Unreadable {
        path: "result[0].filecontents".to_owned(),
        reason: error.to_string(),
    })?;
    Ok(File {
        name: text(first, "filename").unwrap_or("file").to_owned(),
        media_type: text(first, "filetype").unwrap_or_default().to_owned(),
        content,
    })
}
