//! `ficha connection …`.
mod change;
pub(super) mod login;
mod secret;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    output::{Format, Out},
    sentence::{Fault, Stop},
    shell::Shell,
    types::object,
};
use crate::{
    domain::{
        check::{CheckState, CheckStep},
        connection::{Auth, Connection, Hue},
        secret::SecretSource,
    },
    secrets::Store,
};

/// `ficha connection`.
#[derive(Debug, Subcommand)]
pub enum Connections {
    /// All of them
    List,
    /// One more
    Add(Add),
    /// Change one; what is not named stays
    Edit(Edit),
    /// Try one: address, product, login, rights
    Test {
        /// Which
        name: String,
    },
    /// Forget one, with the secret that ficha keeps for it
    Remove {
        /// Which
        name: String,
    },
    /// Sign in anew, maybe with another secret
    Login(Login),
    /// End the session
    Logout {
        /// Which
        name: String,
    },
}

/// `ficha connection add`.
#[derive(Args, Debug)]
pub struct Add {
    /// Its name
    name: String,
    /// The product: espocrm, vtiger, vtiger-cloud, syncro, membrane
    #[arg(long, default_value = "espocrm")]
    kind: String,
    /// The site.
    #[arg(
        long,
        help = "The site: https://crm.example; a Syncro's subdomain is enough, Membrane's own is known"
    )]
    url: Option<String>,
    /// Through Membrane: the sign-in's name and the connection's id there; no secret is needed
    #[arg(long, value_name = "NAME/ID")]
    via: Option<String>,
    #[command(flatten)]
    parts: Parts,
    #[command(flatten)]
    secret: SecretArgs,
}

/// `ficha connection edit`.
#[derive(Args, Debug)]
pub struct Edit {
    /// Which
    name: String,
    /// Another name
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    /// The site.
    #[arg(long, help = "The site: https://crm.example")]
    url: Option<String>,
    /// Writing is allowed again
    #[arg(long, conflicts_with = "read_only")]
    writable: bool,
    #[command(flatten)]
    parts: Parts,
    #[command(flatten)]
    secret: SecretArgs,
}

/// What a connection says besides its address.
#[derive(Args, Debug)]
struct Parts {
    /// How to sign in: api-key, hmac, password; access-key; token; at Membrane oauth, token, workspace-key, cli
    #[arg(long)]
    auth: Option<Auth>,
    /// The user, with password; at Membrane the tenant's key
    #[arg(long)]
    user: Option<String>,
    /// The API key, with hmac; at Membrane the workspace's key: no secret
    #[arg(long)]
    key: Option<String>,
    /// Mark it as production
    #[arg(long)]
    production: bool,
    /// red, amber, green, teal, blue, violet, grey
    #[arg(long)]
    color: Option<Hue>,
}

/// Where the secret comes from, and where it goes. Never the secret itself.
#[derive(Args, Debug)]
struct SecretArgs {
    /// The secret comes in on standard input
    #[arg(long, group = "from")]
    secret_stdin: bool,
    /// The secret is in an environment variable
    #[arg(long, value_name = "V", group = "from")]
    secret_env: Option<String>,
    /// A command prints the secret
    #[arg(long, value_name = "C", group = "from")]
    secret_command: Option<String>,
    /// The secret is in a file of mode 0600
    #[arg(long, value_name = "F", group = "from")]
    secret_file: Option<String>,
    /// Where ficha keeps it [default: the keyring where one answers, else a file]
    #[arg(long, value_name = "keyring|file")]
    store: Option<Store>,
}

/// `ficha connection login`.
#[derive(Args, Debug)]
pub struct Login {
    /// Which
    name: String,
    /// A new secret comes in on standard input
    #[arg(long)]
    secret_stdin: bool,
    /// The second factor's code
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
}

/// Runs it.
pub async fn run(command: Connections, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    match command {
        Connections::List => list(shell, out),
        Connections::Add(add) => change::add(add, shell, out),
        Connections::Edit(edit) => change::edit(edit, shell, out),
        Connections::Remove { name } => change::remove(&name, shell, out),
        Connections::Test { name } => test(&name, shell, out).await,
        Connections::Login(login) => login::login(login, shell, out).await,
        Connections::Logout { name } => login::logout(&name, shell, out).await,
    }
}

fn list(shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let all = shell.layer.connections();
    let usable = all.iter().map(|(_, one)| {
        object(json!({
            "name": one.name,
            "kind": one.kind,
            "url": one.url,
            "auth": one.auth,
            "user": one.user,
            "secret": secret_place(one),
            "via": one.via.as_ref().map(|via| format!("{}/{}", via.connection, via.id)),
            "read_only": one.read_only,
            "production": one.production,
            "color": one.color,
            "problem": null,
        }))
    });
    let broken = shell
        .config
        .problems
        .iter()
        .filter(|problem| problem.is_error && problem.connection.is_some());
    let broken = broken
        .map(|problem| object(json!({"name": problem.connection, "problem": problem.message})));
    let rows: Vec<_> = usable.chain(broken).collect();
    if rows.is_empty() && !out.is_json() {
        shell.note("There is no connection yet. Add one: ficha connection add NAME --kind espocrm --url https://…");
        return Ok(());
    }
    out.rows(
        "connections",
        &["name", "kind", "url", "auth", "user", "secret", "read_only", "problem"],
        rows,
    )?;
    Ok(())
}

/// Where a connection's secret is, where it has one.
fn secret_place(connection: &Connection) -> Option<String> {
    let has_one = connection.via.is_none() && connection.auth.has_secret();
    has_one.then(|| place(&connection.secret))
}

/// Where a secret is kept, for people. A command's line may itself tell too much.
pub fn place(source: &SecretSource) -> String {
    match source {
        SecretSource::Keyring(_) => "keyring".to_owned(),
        SecretSource::Command(_) => "command".to_owned(),
        SecretSource::Env(name) => format!("env {name}"),
        SecretSource::File(path) => format!("file {path}"),
    }
}

async fn test(name: &str, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let (_, connection) = shell.find(name)?;
    let steps = std::sync::Mutex::new(Vec::new());
    let keep = |step: CheckStep| {
        steps.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(step);
    };
    let tried = shell.layer.test(&connection, None, keep).await;
    let steps = steps.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let rows: Vec<_> = steps.iter().map(|step| object(document(step, name))).collect();
    if out.format == Format::Json {
        let user = tried.as_ref().ok().map(
            |me| json!({"id": me.id, "login": me.login, "name": me.name, "admin": me.is_admin}),
        );
        let steps: Vec<_> = rows.into_iter().map(serde_json::Value::Object).collect();
        out.json(&json!({"connection": name, "ok": tried.is_ok(), "user": user, "steps": steps}))?;
    } else {
        out.rows("steps", &["step", "state", "ms", "note"], rows)?;
    }
    match tried {
        Ok(_) => Ok(()),
        Err(failure) => Err(Fault::of_failure(&failure, name).into()),
    }
}

fn document(step: &CheckStep, name: &str) -> serde_json::Value {
    let what = format!("{:?}", step.check).to_lowercase();
    match &step.state {
        CheckState::Passed(ms, note) => {
            json!({"step": what, "state": "passed", "ms": ms, "note": note})
        }
        CheckState::Failed(error) => {
            json!({"step": what, "state": "failed", "note": Fault::of(error, name).message})
        }
        CheckState::NotReached => json!({"step": what, "state": "not reached"}),
    }
}
