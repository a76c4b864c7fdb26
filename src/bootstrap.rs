//! Composition: arguments, settings, secrets, stores and connections become a command line or
//! the terminal browser. Nothing else knows all of them.
mod ask;
mod browser;
mod demo;
mod kept;
mod keys;
mod look;
mod port;

pub use browser::{Composed, compose};
pub use look::{keymap, look};
pub use port::World;

use std::{
    io::IsTerminal as _,
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
};

use jiff::{SignedDuration, Timestamp};

use crate::{
    action::{Layer, Parts},
    cache::{Cache, Limits},
    cli::{
        self,
        args::{Cli, Command, Global},
        output::{Format, Out},
        sentence::status,
        shell::Shell,
    },
    config::{self, CacheLimits, Config, Environment, Paths},
    ledger,
    secrets::Secrets,
};

/// What was typed, with the settings and the environment: all that a run needs.
pub struct Prepared {
    cli: Cli,
    config: Config,
    environment: Environment,
}

/// Reads arguments, environment and settings.
///
/// Errors: the exit status, when help was asked for or the arguments cannot be read; that was told.
pub fn prepare() -> Result<Prepared, ExitCode> {
    let cli = cli::args::parse(std::env::args_os()).map_err(|error| told_by_clap(&error))?;
    let environment = Environment::read();
    let config = config::load(Paths::find(&environment, cli.global.config.as_deref()));
    Ok(Prepared { cli, config, environment })
}

impl Prepared {
    /// Runs it; gives the exit status.
    pub async fn run(self) -> ExitCode {
        let Self { cli, config, environment } = self;
        ExitCode::from(run(cli, config, environment).await)
    }
}

async fn run(cli: Cli, config: Config, environment: Environment) -> u8 {
    let Cli { global, open, command } = cli;
    match command {
        None => browser::browse(global, open, config, environment, None).await,
        Some(Command::Demo(demo)) if !demo.serve => {
            browser::browse(global, None, config, environment, Some(demo.options())).await
        }
        Some(command) => run_command(command, global, config, environment).await,
    }
}

async fn run_command(
    command: Command,
    global: Global,
    mut config: Config,
    environment: Environment,
) -> u8 {
    let mut out = output(&global, &environment);
    let is_about_settings = matches!(command, Command::Config(_) | Command::Doctor);
    if is_about_settings {
        // The command line knows neither keys nor colours; what is wrong with them is told all the same.
        let problems = look::problems(&config);
        config.problems.extend(problems);
    } else {
        tell_problems(&config, global.verbose);
    }
    let cache = cache(&config, &command, global.verbose);
    let shell = shell(global, config, environment, cache.clone());
    // SIGINT keeps its usual effect: a handler could not end a read of standard input.
    let code = cli::run(command, &shell, &mut out).await;
    cache.settle().await;
    if shell.global.verbose > 1 {
        tell_exchanges(&shell);
    }
    code
}

/// Standard output, as wide as the terminal where it is one.
fn output(global: &Global, environment: &Environment) -> Out {
    let is_terminal = std::io::stdout().is_terminal();
    let size =
        || crossterm::terminal::size().ok().map(|(width, _)| width).filter(|width| *width > 0);
    let width = is_terminal.then(|| usize::from(environment.columns.or_else(size).unwrap_or(80)));
    let is_coloured = is_terminal && !global.no_color && !environment.is_colourless();
    Out::new(
        global.output,
        width,
        is_coloured,
        Box::new(std::io::BufWriter::new(std::io::stdout())),
    )
}

/// Problems of the settings go to standard error: errors always, warnings with `-v`.
fn tell_problems(config: &Config, verbose: u8) {
    for problem in &config.problems {
        // A broken connection is told when it is named.
        if (problem.is_error && problem.connection.is_none()) || verbose > 0 {
            let line = problem.line.map(|line| format!(" (line {line})")).unwrap_or_default();
            cli::note(&format!("ficha: {}{line}", problem.message));
        }
    }
}

/// The cache's file, except for commands that ask no CRM anything.
fn cache(config: &Config, command: &Command, verbose: u8) -> Cache {
    if matches!(
        command,
        Command::Demo(_) | Command::Completions(_) | Command::Man(_) | Command::Config(_)
    ) {
        return Cache::in_memory();
    }
    let (cache, problem) = Cache::open(&config.paths.cache_file(), limits(&config.settings.cache));
    if let (Some(problem), true) = (problem, verbose > 0) {
        cli::note(&format!("ficha: {problem}"));
    }
    cache
}

fn limits(chosen: &CacheLimits) -> Limits {
    let max_age = SignedDuration::try_from(chosen.max_age).unwrap_or(SignedDuration::MAX);
    Limits { max_bytes: chosen.max_bytes, max_age }
}

/// Everything a command needs.
fn shell(global: Global, config: Config, environment: Environment, cache: Cache) -> Shell {
    let paths = &config.paths;
    let secrets = Arc::new(Secrets::new(paths.config_folder(), &paths.state, config::variable));
    let layer = Layer::new(Parts {
        connections: connections(&config, &global),
        secrets: secrets.clone(),
        cache: cache.clone(),
        clock,
        timeout: global.timeout.unwrap_or(config.settings.timeout),
        offline: global.offline || config.settings.offline,
    });
    layer.count_in(Arc::new(ledger::Shared::new(config.paths.state.clone())));
    let kept = Arc::new(kept::OfCache(cache));
    Shell {
        layer,
        config,
        secrets,
        global,
        environment,
        clock,
        demo: demo::start,
        kept,
        type_secret: ask::secret,
        is_age_told: AtomicBool::new(false),
    }
}

/// The settings' connections; read-only where everything is.
fn connections(config: &Config, global: &Global) -> Vec<crate::domain::connection::Connection> {
    let all_read_only = global.read_only || config.settings.read_only;
    let mut connections = config.connections.clone();
    for connection in &mut connections {
        connection.read_only |= all_read_only;
    }
    connections
}

/// The shell's clock.
#[expect(clippy::disallowed_methods, reason = "the one clock that every other part is handed")]
pub fn clock() -> Timestamp {
    Timestamp::now()
}

/// What was sent and received, secrets removed: with `-vv`.
fn tell_exchanges(shell: &Shell) {
    for (id, _) in shell.layer.connections() {
        for exchange in shell.layer.exchanges(id).iter().rev() {
            let status =
                exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let took = exchange.took.as_millis();
            cli::note(&format!(
                "{} {} -> {status}, {took} ms, {} bytes",
                exchange.method, exchange.url, exchange.received_bytes
            ));
        }
    }
}

/// Help and version are results; anything else is wrong usage.
fn told_by_clap(error: &clap::Error) -> ExitCode {
    // A closed pipe is success, and there is nobody else to tell.
    let _ = error.print();
    if error.use_stderr() && wants_json() {
        let fault = cli::sentence::usage(error.kind().to_string());
        cli::tell(&fault, Format::Json);
    }
    ExitCode::from(if error.use_stderr() { status::USAGE } else { status::DONE })
}

/// As far as arguments that could not be read tell.
fn wants_json() -> bool {
    let typed: Vec<String> = std::env::args().collect();
    let is_json = |pair: &[String]| matches!(pair, [flag, format] if (flag == "-o" || flag == "--output") && (format == "json" || format == "ndjson"));
    typed.iter().any(|word| word == "-ojson" || word == "--output=json" || word == "--json")
        || typed.windows(2).any(is_json)
}
