//! `ficha cache status` and `ficha cache clear`.
use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::{output::Out, sentence::Stop, shell::Shell, types::object};

/// `ficha cache`.
#[derive(Debug, Subcommand)]
pub enum Cache {
    /// What is kept, and how much
    Status,
    /// Forget it: everything, or with -c one connection's
    Clear,
}

/// Runs it.
pub async fn run(command: Cache, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    match command {
        Cache::Status => status(shell, out).await,
        Cache::Clear => clear(shell, out).await,
    }
}

async fn status(shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let mut status = shell.kept.status().await;
    let all = shell.layer.connections();
    if let Some(held) = status.get_mut("connections").and_then(Json::as_array_mut) {
        for one in held {
            let identity = one.get("identity").and_then(Json::as_str).unwrap_or_default();
            let known = all.iter().find(|(_, connection)| connection.identity() == identity);
            let name = known.map(|(_, connection)| connection.name.clone());
            super::get::put(one, "connection", json!(name));
            // Its parts are told by the name; the raw key is of no use to anybody.
            if let Some(one) = one.as_object_mut() {
                one.remove("identity");
            }
        }
    }
    if out.is_json() {
        out.json(&status)?;
        return Ok(());
    }
    let path = status.get("path").and_then(Json::as_str).unwrap_or("in memory");
    let bytes = status.get("bytes").and_then(Json::as_u64).unwrap_or(0);
    shell.note(&format!("{path}: {bytes} bytes"));
    let held = status.get("connections").and_then(Json::as_array).cloned().unwrap_or_default();
    let rows = held.into_iter().map(object).collect();
    out.rows("connections", &["connection", "pages", "records", "oldest", "newest"], rows)?;
    Ok(())
}

async fn clear(shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let named = !shell.global.connection.is_empty();
    let connection = if named { Some(shell.connection()?.1) } else { None };
    let identity = connection.as_ref().map(crate::domain::connection::Connection::identity);
    shell.kept.clear(identity).await;
    if out.is_json() {
        out.json(
            &json!({"cleared": connection.map_or_else(|| "everything".to_owned(), |one| one.name)}),
        )?;
    } else {
        shell.note("The cache was cleared.");
    }
    Ok(())
}
