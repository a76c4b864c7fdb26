//! What can be typed: one definition for parsing, help, completions and man pages.
use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::{
    Arg, ArgAction, ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand,
};

use super::output::Format;
use crate::config::parse_duration;

/// Every CRM, one keyboard.
///
/// Without a command the terminal browser opens; with one, ficha does that one thing and prints
/// the result, for people on a terminal and for scripts in a pipe.
#[derive(Debug, Parser)]
#[command(name = "ficha", version, after_help = EXIT_CODES, subcommand_precedence_over_arg = true, max_term_width = 100)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to open: TYPE, TYPE/ID, a record's web address, or words to search for
    #[arg(value_name = "OPEN")]
    pub open: Option<String>,
    /// The command.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_CODES: &str = "Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict or duplicate, \
5 not signed in or not allowed, 6 no network or time-out, 7 rate limited, 8 refused by validation, \
9 partly done, 130 interrupted.";

/// What holds for every command.
#[derive(Args, Clone, Debug, Default)]
pub struct Global {
    /// The connection to use.
    #[arg(short, long, global = true, value_name = "NAME", action = ArgAction::Append, help = "The connection to use (else FICHA_CONNECTION, else the only one)")]
    pub connection: Vec<String>,
    /// The settings file.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "The settings file (else FICHA_CONFIG)"
    )]
    pub config: Option<PathBuf>,
    /// How to print [default: table on a terminal, plain else]
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub output: Option<Format>,
    /// Which fields to print, in this order
    #[arg(long, global = true, value_name = "A,B", value_delimiter = ',')]
    pub columns: Option<Vec<String>>,
    /// No colours.
    #[arg(long, global = true, help = "No colours (also NO_COLOR)")]
    pub no_color: bool,
    /// Ask nothing of the network: only what was seen before
    #[arg(long, global = true)]
    pub offline: bool,
    /// Refuse to write
    #[arg(long, global = true)]
    pub read_only: bool,
    /// How long one answer may take: 500ms, 20s, 1m
    #[arg(long, global = true, value_name = "DUR", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
    /// Say more; twice: every exchange, without secrets
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "each says in its help what it is")]
pub enum Command {
    /// The built-in company, to try things on
    Demo(super::demo::Demo),
    /// Connections: the logins that ficha knows
    #[command(subcommand, visible_alias = "connections")]
    Connection(super::connection::Connections),
    /// Entity types of a connection
    #[command(subcommand, name = "type", visible_alias = "types")]
    Type(super::types::Types),
    /// Records of a type
    List(super::list::List),
    /// One record, or those whose ids come in
    Get(super::get::Get),
    /// Search records by their text
    Find(super::find::Find),
    /// Records behind a link of a record
    Related(super::related::Related),
    /// What happened around a record
    Activity(super::activity::Activity),
    /// Say something on a record
    Comment(super::comment::Comment),
    /// Save the file that a record holds
    Download(super::download::Download),
    /// Make a record
    Create(super::create::Create),
    /// Change fields of a record
    Update(super::update::Update),
    /// Delete records
    Delete(super::delete::Delete),
    /// Link records
    Link(super::link::Link),
    /// Unlink records
    Unlink(super::link::Link),
    /// Actions by their key: what an agent or a script can run
    #[command(subcommand, visible_alias = "actions")]
    Action(super::action::Actions),
    /// Send a request of your own with the connection's login
    Request(super::request::Request),
    /// What was kept for offline use
    #[command(subcommand)]
    Cache(super::cache::Cache),
    /// Check everything that can be wrong
    Doctor,
    /// The settings
    #[command(subcommand)]
    Config(super::config::Settings),
    /// Show one record by its web address or TYPE/ID
    Open(super::open::Open),
    /// Completions for a shell
    Completions(super::manual::Completions),
    /// The manual page, or all of them into a folder
    Man(super::manual::Man),
    #[command(hide = true)]
    Undo(NotYet),
    #[command(hide = true)]
    History(NotYet),
    #[command(hide = true)]
    Push(NotYet),
    #[command(hide = true)]
    Changes(NotYet),
    /// Membrane: sign in once, find apps, connect them
    #[command(subcommand)]
    Membrane(super::membrane::Membrane),
}

/// A command that is named already and not built yet.
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub struct NotYet {
    /// Whatever stands behind it.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub rest: Vec<String>,
}

/// The whole definition; [`Cli`] alone lacks `--json`.
///
/// `--json` is short for `-o json` everywhere but in `request`, where it carries the body: so it
/// cannot be a global flag of [`Global`].
pub fn definition() -> clap::Command {
    with_json(Cli::command())
}

fn with_json(command: clap::Command) -> clap::Command {
    let command = if command.get_name() == "request" {
        command
    } else {
        let help = "Same as -o json";
        command.arg(Arg::new(JSON).long("json").action(ArgAction::SetTrue).help(help))
    };
    command.mut_subcommands(with_json)
}

const JSON: &str = "as-json";

/// Reads what was typed.
///
/// Errors: clap's, which holds help, version, and what is wrong.
pub fn parse<T: Into<std::ffi::OsString> + Clone>(
    typed: impl IntoIterator<Item = T>,
) -> Result<Cli, clap::Error> {
    let mut definition = definition();
    let matches = definition.try_get_matches_from_mut(joined(typed))?;
    let mut cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut definition))?;
    if cli.global.output.is_none() && has_json(&matches) {
        cli.global.output = Some(Format::Json);
    }
    Ok(cli)
}

/// A connection's name behind its flag, as one word: it may be a command's too (`membrane`), and
/// those go before values.
fn joined<T: Into<OsString>>(typed: impl IntoIterator<Item = T>) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let mut typed = typed.into_iter().map(Into::into);
    while let Some(word) = typed.next() {
        let is_flag = word == "-c" || word == "--connection";
        // Behind `--` nothing is a flag.
        let is_over = words.iter().any(|word| word == "--");
        match (is_flag && !is_over).then(|| typed.next()) {
            Some(Some(name)) => {
                let mut whole = OsString::from("--connection=");
                whole.push(name);
                words.push(whole);
            }
            Some(None) | None => words.push(word),
        }
    }
    words
}

fn has_json(matches: &ArgMatches) -> bool {
    // Not `get_flag`: `request` has no such flag.
    let here = matches.try_get_one::<bool>(JSON).ok().flatten().is_some_and(|on| *on);
    here || matches.subcommand().is_some_and(|(_, inner)| has_json(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        definition().debug_assert();
    }

    #[test]
    fn json_is_an_output_everywhere_and_a_body_in_request() {
        for typed in [vec!["ficha", "--json", "doctor"], vec!["ficha", "type", "list", "--json"]] {
            assert_eq!(parse(typed).unwrap().global.output, Some(Format::Json));
        }
        let cli = parse(["ficha", "request", "Account", "--json", "{}"]).unwrap();
        assert_eq!(cli.global.output, None);
    }

    #[test]
    fn a_connection_may_be_named_like_a_command() {
        for typed in [
            vec!["ficha", "-c", "membrane", "membrane", "status"],
            vec!["ficha", "membrane", "--connection", "membrane", "status"],
            vec!["ficha", "membrane", "status", "-c", "membrane"],
            vec!["ficha", "-cmembrane", "membrane", "status"],
        ] {
            let cli = parse(typed).unwrap();
            assert_eq!(cli.global.connection, ["membrane"]);
            assert!(matches!(cli.command, Some(Command::Membrane(_))));
        }
        assert!(parse(["ficha", "-c"]).is_err());
    }

    #[test]
    fn a_word_that_is_a_command_is_a_command_and_any_other_is_to_be_opened() {
        assert!(parse(["ficha", "doctor"]).unwrap().command.is_some());
        let cli = parse(["ficha", "-c", "acme", "Account/65f"]).unwrap();
        assert_eq!(
            (cli.open.as_deref(), cli.global.connection),
            (Some("Account/65f"), vec!["acme".to_owned()])
        );
    }
}
