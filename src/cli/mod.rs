//! The command line: one file a command. Standard output carries only the result.
use std::io::Write as _;

use serde_json::json;

pub mod action;
pub mod activity;
pub mod args;
mod ask;
pub mod cache;
pub mod comment;
pub mod config;
pub mod connection;
pub mod create;
pub mod delete;
pub mod demo;
mod doctor;
pub mod download;
mod edits;
pub mod find;
pub mod get;
pub mod link;
pub mod list;
pub mod manual;
pub mod membrane;
pub mod open;
pub mod output;
mod paging;
mod ran;
mod record;
pub mod related;
pub mod request;
mod run_log;
pub mod sentence;
pub mod shell;
mod table;
pub mod types;
pub mod update;
pub mod value;

use self::{
    args::Command,
    output::{Format, Out},
    sentence::{Fault, Stop, status},
    shell::Shell,
};
use crate::text::shown::Shown;

/// Runs a command; gives the exit status.
pub async fn run(command: Command, shell: &Shell, out: &mut Out) -> u8 {
    let format = out.format;
    // On the heap: some commands are large conversations.
    let ended = Box::pin(dispatch(command, shell, out)).await;
    conclude(ended, format)
}

/// The exit status of how a command ended, once the user was told.
pub fn conclude(ended: Result<(), Stop>, format: Format) -> u8 {
    match ended {
        Ok(()) | Err(Stop::Pipe) => status::DONE,
        Err(Stop::Fault(fault)) => {
            tell(&fault, format);
            fault.code
        }
    }
}

async fn dispatch(command: Command, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    match command {
        Command::Demo(demo) => demo::run(demo, shell, out).await,
        Command::Connection(command) => connection::run(command, shell, out).await,
        Command::Type(command) => types::run(command, shell, out).await,
        Command::List(list) => list::run(list, shell, out).await,
        Command::Get(get) => get::run(get, shell, out).await,
        Command::Find(find) => find::run(find, shell, out).await,
        Command::Related(related) => related::run(related, shell, out).await,
        Command::Activity(activity) => activity::run(activity, shell, out).await,
        Command::Create(create) => create::run(create, shell, out).await,
        Command::Update(update) => update::run(update, shell, out).await,
        Command::Delete(delete) => delete::run(delete, shell, out).await,
        Command::Link(link) => link::run(link, true, shell, out).await,
        Command::Unlink(link) => link::run(link, false, shell, out).await,
        Command::Action(command) => action::run(command, shell, out).await,
        Command::Request(request) => request::run(request, shell, out).await,
        Command::Cache(command) => cache::run(command, shell, out).await,
        Command::Doctor => doctor::run(shell, out).await,
        Command::Config(command) => config::run(&command, shell, out),
        Command::Membrane(command) => membrane::run(command, shell, out).await,
        Command::Open(open) => open::run(open, shell, out).await,
        Command::Completions(completions) => manual::complete(&completions, out),
        Command::Man(man) => manual::man(&man, out),
        Command::Comment(comment) => comment::run(comment, shell, out).await,
        Command::Download(download) => download::run(download, shell, out).await,
        Command::Undo(_) | Command::History(_) | Command::Push(_) | Command::Changes(_) => {
            Err(Fault::new("unsupported", status::FAILED, "This command is not built yet.").into())
        }
    }
}

/// Tells what is wrong on standard error: a sentence, and JSON where JSON was asked for.
pub fn tell(fault: &Fault, format: Format) {
    note(&format!("ficha: {}", fault.message));
    for cause in fault.causes.iter().skip(1) {
        note(&format!("  because: {cause}"));
    }
    if let Some(hint) = &fault.hint {
        note(&format!("  {hint}"));
    }
    if matches!(format, Format::Json | Format::Ndjson) {
        print_to_stderr(&json!({ "error": fault }).to_string());
    } else if let Some(run) = &fault.run {
        run_log::tell(run);
    }
}

/// A line on standard error, made harmless.
pub fn note(text: &str) {
    for line in text.lines() {
        print_to_stderr(Shown::line(line).as_str());
    }
}

fn print_to_stderr(text: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}
