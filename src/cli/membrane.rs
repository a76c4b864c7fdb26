//! `ficha membrane …`: signing in once, finding apps, connecting them.
use clap::{Args, Subcommand};
use serde_json::{Map, Value as Json, json};

use super::{
    connection::login::told,
    open,
    output::Out,
    record::word,
    sentence::{Fault, Stop, status, usage},
    shell::{Shell, surprise},
    types::object,
};
use crate::{
    config,
    domain::{
        action::{Action, Outcome, Ran, Request, Run},
        connection::{Auth, Connection, ConnectionId, Kind, Via},
        error::Error,
        query::{Filter, Query},
        record::{Record, RecordId},
        schema::EntityName,
        secret::SecretSource,
        sign_in::SignInStep,
    },
};

/// `ficha membrane`.
#[derive(Debug, Subcommand)]
pub enum Membrane {
    /// Sign in, in the browser
    Login(Login),
    /// Complete a sign-in that was begun with login --headless
    Complete {
        /// The code that the browser shows, or the address where it ended; - for standard input
        code: String,
    },
    /// Who is signed in
    Status,
    /// End the sign-in, here and at Membrane
    Logout,
    /// Look for an app
    Search {
        /// Its name, or a part of it
        #[arg(required = true)]
        text: Vec<String>,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: u32,
    },
    /// Connect an app, or mend a connection: it ends in the browser
    Connect(Connect),
}

/// `ficha membrane login`.
#[derive(Args, Debug)]
pub struct Login {
    /// Print the address and end; complete takes the code
    #[arg(long)]
    headless: bool,
    /// Where Membrane is, if not at its usual place
    #[arg(long)]
    url: Option<String>,
    /// Sign in as a person of the platform, to the workspace of this key
    #[arg(long, value_name = "KEY")]
    workspace: Option<String>,
    /// As this tenant of the workspace
    #[arg(long, value_name = "KEY", requires = "workspace")]
    tenant: Option<String>,
}

/// `ficha membrane connect`.
#[derive(Args, Debug)]
pub struct Connect {
    /// The connector's key or id, or the app's address
    #[arg(required_unless_present = "reconnect")]
    connector: Option<String>,
    /// Mend this connection instead of making one
    #[arg(long, value_name = "ID", conflicts_with = "connector")]
    reconnect: Option<String>,
    /// What Membrane shall call it
    #[arg(long)]
    name: Option<String>,
    /// Add it to the settings under this name
    #[arg(long = "as", value_name = "NAME")]
    add: Option<String>,
    /// Open no browser: only print the address
    #[arg(long)]
    no_browser: bool,
}

/// Runs it.
pub async fn run(command: Membrane, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    if let Membrane::Login(login) = command {
        return self::login(login, shell, out).await;
    }
    let (id, connection) = sign_in_of(shell)?;
    let name = connection.name.as_str();
    match command {
        Membrane::Login(_) => Err(surprise()),
        Membrane::Complete { code } => complete(&code, id, name, shell, out).await,
        Membrane::Status => self::status(id, &connection, shell, out).await,
        Membrane::Logout => logout(id, name, shell, out).await,
        Membrane::Search { text, limit } => search(&text.join(" "), limit, shell, out).await,
        Membrane::Connect(connect) => self::connect(connect, id, name, shell, out).await,
    }
}

/// The sign-in that is meant: named, or the only one.
fn sign_in_of(shell: &Shell) -> Result<(ConnectionId, Connection), Stop> {
    let is_sign_in = |one: &Connection| one.kind == Kind::Membrane && one.via.is_none();
    if let Some(name) = named(shell) {
        let (id, connection) = shell.find(&name)?;
        return match &connection.via {
            Some(via) => shell.find(&via.connection),
            None if is_sign_in(&connection) => Ok((id, connection)),
            None => Err(usage(format!("{name} is no sign-in to Membrane.")).into()),
        };
    }
    let all = shell.layer.connections();
    let sign_ins: Vec<_> = all.into_iter().filter(|(_, one)| is_sign_in(one)).collect();
    match sign_ins.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(usage("There is no sign-in to Membrane yet.")
            .hint("Sign in: ficha membrane login")
            .into()),
        several => {
            let names: Vec<_> = several.iter().map(|(_, one)| one.name.as_str()).collect();
            let fault = usage("There are several sign-ins to Membrane; say which.");
            Err(fault.hint(format!("-c NAME, one of: {}", names.join(", "))).into())
        }
    }
}

fn named(shell: &Shell) -> Option<String> {
    let typed = shell.global.connection.first().cloned();
    typed.or_else(|| shell.environment.connection.clone())
}

impl Login {
    /// What a connection that is there has in place of what was named.
    fn differs(&self, known: &Connection) -> Option<String> {
        let named = [
            ("the address", &self.url, Some(&known.url)),
            ("the workspace", &self.workspace, known.key.as_ref()),
            ("the tenant", &self.tenant, known.user.as_ref()),
        ];
        named.into_iter().find_map(|(what, wish, is)| {
            wish.as_ref().filter(|wish| Some(*wish) != is)?;
            Some(
                is.map_or_else(
                    || format!("not {what} that was named"),
                    |is| format!("{what} {is}"),
                ),
            )
        })
    }
}

async fn login(login: Login, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let (id, connection) = match sign_in_of(shell) {
        Ok((id, known)) => match login.differs(&known) {
            None => (id, known),
            Some(what) => {
                let fault = usage(format!("{} has {what}.", known.name));
                let hint = format!("ficha connection edit {} …, or -c NEW", known.name);
                return Err(fault.hint(hint).into());
            }
        },
        Err(stop) => first(&login, stop, shell)?,
    };
    let name = &connection.name;
    if connection.auth != Auth::Oauth {
        let fault = usage(format!("{name} signs in by {}, not in the browser.", connection.auth));
        return Err(fault.hint(format!("ficha connection login {name}")).into());
    }
    if login.headless {
        return begin(id, name, shell, out).await;
    }
    login_by_browser(id, name, shell, out).await
}

/// The first sign-in makes its connection.
fn first(login: &Login, stop: Stop, shell: &Shell) -> Result<(ConnectionId, Connection), Stop> {
    let name = named(shell).unwrap_or_else(|| "membrane".to_owned());
    if shell.layer.find(&name).is_some() || shell.config.problem_of(&name).is_some() {
        return Err(stop);
    }
    let usual = Kind::Membrane.usual_url().unwrap_or_default();
    let url = login.url.as_deref().unwrap_or(usual).trim_end_matches('/');
    config::check_url(url).map_err(|why| usage(format!("The connection {why}.")))?;
    let (key, user) = (login.workspace.clone(), login.tenant.clone());
    let connection = Connection { user, key, ..new(&name, Kind::Membrane, url, None) };
    config::add_connection(&shell.config.paths, &connection)?;
    shell.note(&format!("Connection {name} was added: {url}."));
    let id = shell.layer.add(connection.clone());
    Ok((id, connection))
}

fn new(name: &str, kind: Kind, url: &str, via: Option<Via>) -> Connection {
    Connection {
        name: name.to_owned(),
        kind,
        url: url.to_owned(),
        auth: Auth::usual(kind),
        user: None,
        key: None,
        secret: SecretSource::Keyring(true),
        read_only: false,
        production: false,
        color: None,
        via,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: false,
    }
}

/// Prints where to go; what is needed later is kept beside the tokens, mode 0600.
async fn begin(id: ConnectionId, name: &str, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let begun = shell.layer.begin_sign_in(id).await;
    let url = begun.map_err(|failure| Fault::of_failure(&failure, name))?;
    if out.is_json() {
        out.json(&json!({"connection": name, "url": url}))?;
    } else {
        shell.note("Open this address, sign in, and take the code:");
        out.text(&format!("{url}\n"))?;
        shell.note(&format!("Then: ficha -c {name} membrane complete CODE"));
    }
    Ok(())
}

async fn complete(
    code: &str,
    id: ConnectionId,
    name: &str,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let code = if code == "-" { super::shell::standard_input()? } else { code.to_owned() };
    let signed_in = shell.layer.sign_in(id, Some(code.trim().to_owned())).await;
    let again = "Begin again: ficha membrane login --headless";
    let me = signed_in.map_err(|failure| Fault::of_failure(&failure, name).hint(again))?;
    told(&me, name, shell, out)
}

/// Signs in by the browser, which is opened where there is one; the address is printed too.
pub(super) async fn login_by_browser(
    id: ConnectionId,
    name: &str,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let step = |step: SignInStep| match step {
        SignInStep::Open(url) => {
            shell.note(&format!("Sign in here: {url}"));
            if let Err(Stop::Fault(fault)) = open::browse(&url, shell) {
                shell.note(&fault.message);
            }
        }
        SignInStep::Returned => shell.note("The browser came back."),
    };
    let signed_in = shell.layer.sign_in_by_browser(id, step).await;
    let elsewhere = "No browser here? ficha membrane login --headless";
    let me = signed_in.map_err(|failure| Fault::of_failure(&failure, name).hint(elsewhere))?;
    told(&me, name, shell, out)
}

async fn status(
    id: ConnectionId,
    connection: &Connection,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let name = connection.name.as_str();
    let asked = shell.run(id, name, Action::Whoami).await;
    let outcome = asked.as_ref().ok().map(|answer| &answer.outcome);
    let me = if let Some(Outcome::Me(me)) = outcome { Some(me) } else { None };
    let row = object(json!({
        "connection": name,
        "url": connection.url,
        "auth": connection.auth,
        "signed_in": me.is_some(),
        "user": me.map(|me| me.name.clone()),
    }));
    out.rows("membrane", &["connection", "url", "auth", "signed_in", "user"], vec![row])?;
    asked.map(|_| ())
}

async fn logout(id: ConnectionId, name: &str, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let ended = shell.layer.sign_out(id).await;
    ended.map_err(|failure| Fault::of_failure(&failure, name))?;
    if out.is_json() {
        out.json(&json!({ "connection": name }))?;
    } else {
        shell.note(&format!("Signed out of {name}."));
    }
    Ok(())
}

fn entity(name: &str) -> Result<EntityName, Stop> {
    EntityName::try_from(name).map_err(|error| Error::bug(error.to_string()).into())
}

/// Connectors by their meaning, then apps that have none among them: these are connected by their
/// address. M§2.
async fn search(text: &str, limit: u32, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let (id, connection) = sign_in_of(shell)?;
    let filter = Some(Filter::Words(text.to_owned()));
    let query = Query { filter, ..Query::all(entity("Connector")?, limit) };
    let answer = shell.run(id, &connection.name, Action::List(query)).await?;
    let Outcome::Page(page) = answer.outcome else { return Err(surprise()) };
    let mut rows: Vec<Map<String, Json>> = page.records.values().map(connector).collect();
    let apps = apps(text, limit, (id, &connection.name), shell).await?;
    let is_known =
        |id: Option<&str>| id.is_some_and(|id| page.records.contains_key(&RecordId::from(id)));
    let others =
        apps.iter().filter(|app| !is_known(app.get("defaultConnectorId").and_then(Json::as_str)));
    let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(rows.len());
    rows.extend(others.take(room).map(app));
    out.rows("connectors", &["key", "name", "kind", "id", "url", "description"], rows)?;
    Ok(())
}

fn connector(record: &Record) -> Map<String, Json> {
    object(json!({
        "id": record.id.as_str(),
        "key": word(record, "key"),
        "name": word(record, "name"),
        "kind": "connector",
        "url": word(record, "appUri"),
        "description": word(record, "description"),
    }))
}

fn app(found: &Json) -> Map<String, Json> {
    let text = |name: &str| found.get(name).and_then(Json::as_str);
    object(json!({
        "id": text("id"),
        "key": text("key"),
        "name": text("name"),
        "kind": "app",
        "url": text("appUri"),
        "description": text("description"),
    }))
}

/// A workspace where apps are not listed has connectors all the same.
async fn apps(
    text: &str,
    limit: u32,
    (id, name): (ConnectionId, &str),
    shell: &Shell,
) -> Result<Vec<Json>, Stop> {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let request = Request {
        method: "GET".to_owned(),
        path: "external-apps".to_owned(),
        query: vec![pair("search", text.to_owned()), pair("limit", limit.to_string())],
        headers: Vec::new(),
        body: None,
    };
    let answer = shell.run(id, name, Action::Send(request)).await?;
    let Outcome::Json(reply) = answer.outcome else { return Err(surprise()) };
    let items = reply.json.as_ref().and_then(|json| json.get("items")).and_then(Json::as_array);
    Ok(items.filter(|_| reply.status == 200).cloned().unwrap_or_default())
}

async fn connect(
    connect: Connect,
    id: ConnectionId,
    name: &str,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let place = At { id, name, shell };
    if let Some(new) = &connect.add {
        config::check_name(new).map_err(|why| usage(format!("A connection {why}.")))?;
        if shell.layer.find(new).is_some() || shell.config.problem_of(new).is_some() {
            return Err(usage(format!("There is a connection {new:?} already.")).into());
        }
    }
    let begun = place.begin(&connect).await?;
    let ran = place.completed(begun, &connect).await?;
    let Some((_, made)) = ran.record else {
        let message = "Membrane says that it is done, but not with which connection.";
        let fault = Fault::new("unreadable", status::FAILED, message);
        return Err(fault.hint(format!("See them: ficha list Connection -c {name}")).into());
    };
    let added = match &connect.add {
        Some(new) => Some(place.add(new, &made, &connect).await?),
        None => None,
    };
    if out.is_json() {
        out.json(&json!({"membrane": name, "id": made.as_str(), "connection": added}))?;
    } else {
        shell.note(&format!("Connected: {}.", made.as_str()));
        shell.note(&match added {
            Some(new) => format!("Connection {new} was added. Try it: ficha -c {new}"),
            None => format!(
                "Add it: ficha connection add NAME --kind KIND --via {name}/{}",
                made.as_str()
            ),
        });
    }
    Ok(())
}

/// A sign-in, and what is asked of it.
struct At<'a> {
    id: ConnectionId,
    name: &'a str,
    shell: &'a Shell,
}

impl At<'_> {
    async fn ran(&self, run: Run) -> Result<Ran, Stop> {
        let answer = self.shell.run(self.id, self.name, Action::Run(run)).await?;
        let Outcome::Ran(ran) = answer.outcome else { return Err(surprise()) };
        Ok(ran)
    }

    async fn begin(&self, connect: &Connect) -> Result<Ran, Stop> {
        let run = |key: &str, target: Option<&str>, input: Json| -> Result<Run, Stop> {
            let entity = entity("Connection")?;
            let target = target.map(|id| (entity, RecordId::from(id)));
            Ok(Run { key: key.to_owned(), target, input, is_write: true })
        };
        let mut input = json!({});
        if let Some(name) = &connect.name {
            input["name"] = json!(name);
        }
        let run = match (&connect.reconnect, &connect.connector) {
            (Some(id), _) => run("reconnect", Some(id), input)?,
            (None, Some(url)) if url.contains("://") => {
                input["appUrl"] = json!(url);
                run("ensure-connection", None, input)?
            }
            (None, connector) => {
                input["connector"] = json!(connector);
                run("connect", None, input)?
            }
        };
        self.ran(run).await
    }

    /// Opens what is to be opened, and waits until somebody has signed in there.
    async fn completed(&self, begun: Ran, connect: &Connect) -> Result<Ran, Stop> {
        let text = |name: &str| begun.output.get(name).and_then(Json::as_str);
        if let Some(url) = text("url") {
            self.shell.note(&format!("Sign in to the app here: {url}"));
            if !connect.no_browser
                && let Err(Stop::Fault(fault)) = open::browse(url, self.shell)
            {
                self.shell.note(&fault.message);
            }
        }
        let (key, target, input) = match (text("requestId"), &begun.record) {
            (Some(request), _) => ("await-connection", None, json!({ "requestId": request })),
            (None, Some(made)) => ("await", Some(made.clone()), json!({})),
            (None, None) => return Ok(begun),
        };
        let key = key.to_owned();
        self.ran(Run { key, target, input, is_write: false }).await
    }

    /// A connection of ours: to the product that it is, else to an app by its actions.
    async fn add(&self, new: &str, made: &RecordId, connect: &Connect) -> Result<String, Stop> {
        let get = Action::Get { entity: entity("Connection")?, id: made.clone() };
        let answer = self.shell.run(self.id, self.name, get).await?;
        let Outcome::Record(record) = answer.outcome else { return Err(surprise()) };
        let words = [connect.connector.clone(), word(&record, "key"), word(&record, "app")];
        let kind = words.into_iter().flatten().find_map(|word| product(&word));
        let via = Via { connection: self.name.to_owned(), id: made.as_str().to_owned() };
        let connection = self::new(new, kind.unwrap_or(Kind::Membrane), "", Some(via));
        config::add_connection(&self.shell.config.paths, &connection)?;
        Ok(new.to_owned())
    }
}

/// The product of ours that a connector's key or an app's name means.
fn product(word: &str) -> Option<Kind> {
    let plain = word.to_lowercase().replace(' ', "-");
    Kind::built().filter(|kind| *kind != Kind::Membrane).find(|kind| {
        plain == kind.to_string() || plain == kind.product().to_lowercase().replace(' ', "-")
    })
}
