//! The terminal browser, composed: settings, stores, connections, terminal, loop.
use ratatui::backend::Backend as _;
use std::{io::IsTerminal as _, sync::Arc};
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::filter::LevelFilter;

use super::{
    clock, connections,
    keys::Keys,
    limits, look,
    port::{Parts as PortParts, World},
};
use crate::{
    action::{Layer, Parts},
    app::{
        msg::{Goal, Msg, Size},
        state::State,
        world::Settings,
    },
    cache::Cache,
    cli::{self, args::Global, sentence::status, shell::DemoOptions},
    config::{self, Config, Environment},
    domain::connection::ConnectionId,
    journal::Journal,
    ledger::Shared,
    net::budget::InMemory,
    runtime::{self, log, outside::Outside, sheet, terminal},
    secrets::Secrets,
};

/// The terminal browser: on the settings' connections, or on the built-in company.
pub async fn browse(
    global: Global,
    open: Option<String>,
    config: Config,
    environment: Environment,
    demo: Option<DemoOptions>,
) -> u8 {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        cli::note("ficha: The browser needs a terminal. In a pipe use a command: ficha --help");
        return status::USAGE;
    }
    // The demo leaves nothing on the disk, not even a log.
    if demo.is_none()
        && let Err(error) = log::begin(&config.paths.log_file(), log_level(&environment))
    {
        cli::note(&format!("ficha: nothing is logged: {error}"));
    }
    let workers = match workers() {
        Ok(workers) => workers,
        Err(error) => {
            cli::note(&format!("ficha: no threads can be started: {error}"));
            return status::FAILED;
        }
    };
    let code = match compose(&global, open, &config, &environment, demo).await {
        Ok(composed) => {
            let world = composed.world.on(workers.handle());
            show(Composed { world, ..composed }, &config, &environment, &global).await
        }
        Err(reason) => {
            cli::note(&format!("ficha: {reason}"));
            status::FAILED
        }
    };
    // What still runs there holds nothing that must be saved.
    workers.shutdown_background();
    code
}

/// Two: one may be reading a long answer while another one comes.
fn workers() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).thread_name("ficha-work").enable_all().build()
}

fn log_level(environment: &Environment) -> LevelFilter {
    environment.log.as_deref().and_then(|it| it.parse().ok()).unwrap_or(LevelFilter::INFO)
}

/// The browser, ready to run: what [`runtime::run`] needs besides a terminal.
pub struct Composed {
    /// What it asks of the world.
    pub world: World,
    /// What it shows at first.
    pub state: State,
    /// What is to happen first.
    pub first: Vec<Msg>,
}

/// Opens the stores and puts everything together, without a terminal.
///
/// Errors: a connection that is named and not there, a demo that cannot start; in a sentence.
pub async fn compose(
    global: &Global,
    open: Option<String>,
    config: &Config,
    environment: &Environment,
    demo: Option<DemoOptions>,
) -> Result<Composed, String> {
    let (paths, is_demo) = (&config.paths, demo.is_some());
    let mut problems: Vec<String> = config.problems.iter().map(|it| it.message.clone()).collect();
    let (cache, journal) = if is_demo {
        (Cache::in_memory(), Journal::in_memory())
    } else {
        stores(config, &mut problems)
    };
    let secrets = Arc::new(Secrets::new(paths.config_folder(), &paths.state, config::variable));
    let keys = Arc::new(Keys::new(secrets.clone()));
    let layer = Layer::new(Parts {
        connections: if is_demo { Vec::new() } else { connections(config, global) },
        secrets: keys.clone(),
        cache,
        clock,
        timeout: global.timeout.unwrap_or(config.settings.timeout),
        offline: (global.offline || config.settings.offline) && !is_demo,
    });
    // The demo leaves nothing on the disk.
    layer.count_in(if is_demo {
        Arc::new(InMemory::default())
    } else {
        Arc::new(Shared::new(config.paths.state.clone()))
    });
    let paths = config.paths.clone();
    let world = World::new(PortParts {
        layer: layer.clone(),
        journal,
        secrets,
        keys,
        paths,
        clock,
        demo: std::sync::Mutex::default(),
    });
    let mut first = Vec::new();
    if let Some(options) = demo {
        let id = world.demo(options).await.map_err(|error| format!("the demo: {error:?}"))?;
        first.push(Msg::Go(Goal::List(id, None)));
    } else {
        first.extend(goal(global, open, config, environment, &layer)?);
    }
    let (keymap, wrong) = look::keymap(config);
    problems.extend(wrong);
    first.extend(problems.into_iter().map(Msg::Told));
    let state =
        State::new(keymap, settings(config, global, environment, is_demo), layer.connections());
    Ok(Composed { world, state, first })
}

fn stores(config: &Config, problems: &mut Vec<String>) -> (Cache, Journal) {
    let (cache, broken) = Cache::open(&config.paths.cache_file(), limits(&config.settings.cache));
    problems.extend(broken.map(|it| it.to_string()));
    let instance = format!("{}-{}", std::process::id(), clock().as_nanosecond());
    let (journal, broken) = Journal::open(&config.paths.journal_file(), &instance);
    problems.extend(broken.map(|it| it.to_string()));
    (cache, journal)
}

fn settings(
    config: &Config,
    global: &Global,
    environment: &Environment,
    is_demo: bool,
) -> Settings {
    Settings {
        page_size: config.settings.page_size,
        follow: config.settings.follow,
        is_offline: (global.offline || config.settings.offline) && !is_demo,
        config_path: config.paths.config.display().to_string(),
        log_path: config.paths.log_file().display().to_string(),
        downloads: downloads(),
        is_remote: environment.is_ssh && environment.browser.is_none(),
        secrets_place: "the keyring where one answers, else a file of mode 0600".to_owned(),
    }
}

/// What was named on the command line: a connection, and what to open there.
fn goal(
    global: &Global,
    open: Option<String>,
    config: &Config,
    environment: &Environment,
    layer: &Layer,
) -> Result<Vec<Msg>, String> {
    let named = global.connection.last().cloned().or_else(|| environment.connection.clone());
    let set = Some(config.settings.connection.clone()).filter(|it| !it.is_empty());
    let all = layer.connections();
    let id = match (named.or(set), all.as_slice()) {
        (Some(name), _) => {
            let unknown = || {
                format!(
                    "There is no connection {name}. ficha connection list shows those there are."
                )
            };
            Some(layer.find(&name).ok_or_else(unknown)?)
        }
        (None, [(only, _)]) if open.is_some() => Some(*only),
        (None, _) => None,
    };
    Ok(match (id, open) {
        (Some(id), Some(text)) => vec![Msg::Go(opened(id, &text))],
        (Some(id), None) => vec![Msg::Go(Goal::List(id, None))],
        (None, Some(text)) => vec![Msg::Go(Goal::Find(text))],
        (None, None) => Vec::new(),
    })
}

/// TYPE, TYPE/ID, a record's web address, or words.
fn opened(id: ConnectionId, text: &str) -> Goal {
    let after = text.split_once('#').map_or(text, |(_, after)| after);
    let parts: Vec<_> = after.split('/').filter(|part| *part != "view").collect();
    let capital = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
    match parts.as_slice() {
        [name] if capital(name) => match (*name).try_into() {
            Ok(entity) => Goal::List(id, Some(entity)),
            Err(_) => Goal::Find(text.to_owned()),
        },
        [name, record] if capital(name) && !record.is_empty() => match (*name).try_into() {
            Ok(entity) => Goal::Record(id, entity, (*record).into()),
            Err(_) => Goal::Find(text.to_owned()),
        },
        _ => Goal::Find(text.to_owned()),
    }
}

/// Takes the terminal, runs the loop, gives it back.
async fn show(
    composed: Composed,
    config: &Config,
    environment: &Environment,
    global: &Global,
) -> u8 {
    let Composed { world, state, mut first } = composed;
    let (look, wrong) = look::look(config, environment, global.no_color);
    first.extend(wrong.into_iter().map(Msg::Told));
    let ended = async {
        let taken = terminal::Taken::take(config.settings.mouse)?;
        let (mut screen, sheet) = sheet::screen();
        let size = screen.size()?;
        first.insert(0, Msg::Resized(Size { width: size.width, height: size.height }));
        let pick = |set: &str, or: Option<&String>| {
            if set.is_empty() { or.cloned().unwrap_or_default() } else { set.to_owned() }
        };
        let shell = Outside {
            taken,
            sheet,
            clock,
            copies: config.settings.clipboard != config::Clipboard::None,
            browser: pick(&config.settings.browser, environment.browser.as_ref()),
            editor: pick(&config.settings.editor, environment.editor.as_ref()),
            panics: environment.panics,
        };
        runtime::run(&mut screen, state, &look, shell, world, first).await
    }
    .await;
    terminal::give_back();
    match ended {
        Ok(_) => status::DONE,
        Err(error) => {
            cli::note(&format!("ficha: the terminal cannot be used: {error}"));
            status::FAILED
        }
    }
}

/// Where the desktop keeps what is downloaded; at home where it does not say.
fn downloads() -> String {
    let known = directories::UserDirs::new();
    let folder = known.as_ref().and_then(directories::UserDirs::download_dir);
    folder.map_or_else(|| "~".to_owned(), |folder| folder.display().to_string())
}
