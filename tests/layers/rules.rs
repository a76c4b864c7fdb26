//! The table of docs/ARCHITECTURE.md §3. Changing it is a commit of its own, with its reason.

/// What a module and those inside it may do. The longest that fits a module holds.
pub struct Rule {
    /// `app`, or for an exception `app::edit`.
    pub module: &'static str,
    /// Modules at the crate's root.
    pub may_name: &'static [&'static str],
    /// Crates and paths outside.
    must_not: &'static [&'static [&'static str]],
    /// What it may name in spite of that.
    except: &'static [&'static str],
}

impl Rule {
    /// Whether a path outside the crate is forbidden.
    pub fn is_banned(&self, name: &str) -> bool {
        let banned = self.must_not.iter().copied().flatten().any(|banned| reaches(name, banned));
        banned && !self.except.iter().any(|except| begins(name, except))
    }
}

const TERMINAL: &[&str] = &["ratatui", "ratatui_textarea", "crossterm", "terminal_colorsaurus"];
const TOKIO: &[&str] = &["tokio"];
const HTTP: &[&str] = &["reqwest", "axum", "rustls"];
const STORE: &[&str] = &["rusqlite"];
const FILES: &[&str] = &["std::fs", "tokio::fs", "tempfile", "fs4", "directories"];
const ENVIRONMENT: &[&str] = &["std::env", "std::process", "tokio::process"];
const SPAWN: &[&str] = &[
    "tokio::spawn",
    "tokio::task::spawn",
    "tokio::task::spawn_blocking",
    "tokio::task::spawn_local",
    "tokio::task::JoinSet",
    "tokio::runtime",
    "std::thread",
];
const CLOCKS: &[&str] = &[
    "std::time::Instant",
    "std::time::SystemTime",
    "tokio::time::Instant",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
];
const CORE: &[&[&str]] = &[TERMINAL, TOKIO, HTTP, STORE, FILES, ENVIRONMENT, SPAWN, CLOCKS];

const ALL: &[&str] = &[
    "domain",
    "text",
    "app",
    "net",
    "ui",
    "providers",
    "sqlite",
    "cache",
    "journal",
    "ledger",
    "secrets",
    "config",
    "action",
    "runtime",
    "cli",
    "demo",
    "bootstrap",
];

const fn new(
    module: &'static str,
    may_name: &'static [&'static str],
    must_not: &'static [&'static [&'static str]],
) -> Rule {
    Rule { module, may_name, must_not, except: &[] }
}

const ACTION: &[&str] = &["domain", "net", "providers", "cache", "journal"];
const RUNTIME: &[&str] = &[
    "domain",
    "text",
    "app",
    "net",
    "ui",
    "providers",
    "cache",
    "journal",
    "secrets",
    "config",
    "action",
];

pub const RULES: &[Rule] = &[
    new("domain", &[], CORE),
    new("text", &[], CORE),
    new("app", &["domain", "text"], CORE),
    // It wraps the text-area crate, which knows editing better than we do.
    Rule {
        module: "app::edit",
        may_name: &["domain", "text"],
        must_not: CORE,
        except: &["ratatui_textarea"],
    },
    // It waits for sockets, so it needs tokio and its timers; what it does is asked of it.
    new("net", &["domain"], &[TERMINAL, STORE, FILES, ENVIRONMENT, SPAWN, CLOCKS]),
    new("ui", &["domain", "text", "app"], &[TOKIO, HTTP, STORE, FILES, ENVIRONMENT, SPAWN, CLOCKS]),
    new("providers", &["domain", "net", "text"], CORE),
    // How a file is opened, its tables are brought up to date and a thread owns it, since SQLite
    // blocks, is said once, in `sqlite`; what is kept is theirs.
    new("sqlite", &["domain"], &[TERMINAL, TOKIO, HTTP, ENVIRONMENT, CLOCKS]),
    new("cache", &["domain", "sqlite"], &[TERMINAL, HTTP, ENVIRONMENT, SPAWN, CLOCKS]),
    new("journal", &["domain", "sqlite"], &[TERMINAL, HTTP, ENVIRONMENT, SPAWN, CLOCKS]),
    // What processes share of an allowance is a file under a lock; what is in it says net.
    new("ledger", &["domain", "net"], &[TERMINAL, TOKIO, HTTP, STORE, ENVIRONMENT, SPAWN, CLOCKS]),
    // Secrets come from files, commands, the environment and the keyring.
    new("secrets", &["domain"], &[TERMINAL, HTTP, STORE, CLOCKS]),
    new("config", &["domain", "text"], &[TERMINAL, TOKIO, HTTP, STORE, SPAWN, CLOCKS]),
    new("action", ACTION, &[TERMINAL, HTTP, STORE, FILES, ENVIRONMENT, SPAWN, CLOCKS]),
    // Files that are sent with a record, and those that come from one: the one room that has them.
    Rule {
        module: "action::files",
        may_name: ACTION,
        must_not: &[TERMINAL, HTTP, STORE, FILES, ENVIRONMENT, SPAWN, CLOCKS],
        except: &["tokio::fs", "directories", "tempfile"],
    },
    // A renewal outlives those who asked for it, so the session may spawn.
    new("action::session", ACTION, &[TERMINAL, HTTP, STORE, FILES, ENVIRONMENT, CLOCKS]),
    new("runtime", RUNTIME, &[HTTP, STORE, SPAWN]),
    new("runtime::executor", RUNTIME, &[HTTP, STORE]),
    // The CLI is the TUI's twin, not its part: it sees neither views nor the terminal.
    new(
        "cli",
        &["domain", "text", "net", "providers", "secrets", "config", "action"],
        &[TERMINAL, HTTP, STORE, SPAWN],
    ),
    // Apart from the codec that it serves to test: else that would be tested against itself.
    new("demo", &["domain", "text"], &[TERMINAL]),
    new("bootstrap", ALL, &[SPAWN]),
    // The loop has a thread for itself, so the composition makes the threads of the work.
    new("bootstrap::browser", ALL, &[]),
    // The settings' files, the keyring and their lock block: they get a thread of their own.
    new("bootstrap::port", ALL, &[]),
    new("lib", ALL, &[]),
    new("main", ALL, &[STORE, HTTP]),
];

/// How high a module stands; it names nothing above it.
pub fn level(module: &str) -> u8 {
    match module.split("::").next().unwrap_or_default() {
        "domain" | "text" => 0,
        "app" | "net" | "sqlite" => 1,
        "ui" | "providers" | "cache" | "journal" | "ledger" | "secrets" | "config" => 2,
        "action" => 3,
        "runtime" | "cli" | "demo" => 4,
        _ => 5,
    }
}

/// The rule that holds for a module.
pub fn rule(module: &str) -> Option<&'static Rule> {
    let fits = |rule: &&Rule| begins(module, rule.module);
    RULES.iter().filter(fits).max_by_key(|rule| rule.module.len())
}

/// `a::b::c` begins with `a::b`, not with `a::bc`.
pub fn begins(path: &str, with: &str) -> bool {
    path.strip_prefix(with).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Names it, something in it, or by a glob everything beside it.
fn reaches(name: &str, banned: &str) -> bool {
    let glob = name.strip_suffix("::*");
    begins(name, banned) || glob.is_some_and(|above| begins(banned, above))
}
