//! `ficha config path`, `check` and `show`.
use clap::Subcommand;
use serde_json::json;

use super::{
    output::{Format, Out},
    sentence::{Fault, Stop, status},
    shell::Shell,
    types::object,
};
use crate::config::show_origin;

/// `ficha config`.
#[derive(Debug, Subcommand)]
pub enum Settings {
    /// Where the settings stand
    Path,
    /// What is wrong with them
    Check,
    /// All of them as they hold
    Show {
        /// And where each comes from
        #[arg(long)]
        origin: bool,
    },
}

/// Runs it.
pub fn run(command: &Settings, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    match command {
        Settings::Path => path(shell, out),
        Settings::Check => check(shell, out),
        Settings::Show { origin } => show(*origin, shell, out),
    }
}

fn path(shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let paths = &shell.config.paths;
    if out.is_json() {
        out.json(&json!({
            "config": paths.config,
            "cache": paths.cache_file(),
            "journal": paths.journal_file(),
            "log": paths.log_file(),
        }))?;
    } else {
        out.text(&format!("{}\n", paths.config.display()))?;
    }
    Ok(())
}

fn check(shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let problems = &shell.config.problems;
    let rows = problems.iter().map(|problem| {
        object(json!({
            "level": if problem.is_error { "error" } else { "warning" },
            "line": problem.line,
            "message": problem.message,
        }))
    });
    if !problems.is_empty() || out.is_json() {
        out.rows("problems", &["level", "line", "message"], rows.collect())?;
    }
    let errors = problems.iter().filter(|problem| problem.is_error).count();
    if errors == 0 {
        if out.format != Format::Json {
            shell.note(&format!("{} warnings, no errors.", problems.len()));
        }
        return Ok(());
    }
    let message = format!("The settings have {errors} errors.");
    Err(Fault::new("usage", status::FAILED, message).hint("Mend them: ficha config path").into())
}

fn show(origin: bool, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let rows = show_origin(&shell.config).into_iter().map(|setting| {
        object(json!({"name": setting.name, "value": setting.value, "origin": setting.origin}))
    });
    let columns: &[&str] = if origin { &["name", "value", "origin"] } else { &["name", "value"] };
    let rows = rows.map(|mut row| {
        if !origin {
            row.remove("origin");
        }
        row
    });
    out.rows("settings", columns, rows.collect())?;
    Ok(())
}
