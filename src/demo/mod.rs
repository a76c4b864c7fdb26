//! The built-in company: the products' dialects on 127.0.0.1, written from their contracts.
//!
//! A real HTTP server over a real database, made anew from a seed each time, so that the program can be tried and tested
//! without anybody's account. Knows nothing of the providers: what both believe, the contract says.

mod books;
mod clock;
mod company;
pub mod espocrm;
pub mod faults;
mod http;
mod log;
pub mod membrane;
mod random;
mod server;
mod store;
mod syncro;
pub mod vtiger;
mod wire;

use base64::{Engine, engine::general_purpose::STANDARD};
use books::Books;
use clock::Clock;
use espocrm::Espo;
use espocrm::auth::Doorkeeper;
use espocrm::schema::Schema;
pub use faults::{BadFaults, Faults};
use indexmap::IndexMap;
use jiff::Timestamp;
use random::Random;
use serde::Serialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle, Runtime};
use wire::Door;

/// How the demo is to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many contacts; the other types follow. At most 200,000.
    pub records: u32,
    /// Data, keys and failures follow from it.
    pub seed: u64,
    /// Every answer comes so much later.
    pub latency: Duration,
    /// What goes wrong.
    pub faults: Faults,
    /// The moment that the data is made for.
    pub now: Timestamp,
    /// An `SQLite` file; in memory without one.
    pub data: Option<PathBuf>,
    /// The port; 0 takes a free one.
    pub port: u16,
}

impl Options {
    /// 1,500 contacts, seed 1, no failures, a free port.
    pub fn new(now: Timestamp) -> Options {
        Options {
            records: 1_500,
            seed: 1,
            latency: Duration::ZERO,
            faults: Faults::default(),
            now,
            data: None,
            port: 0,
        }
    }
}

/// Why the demo cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port is taken, or sockets are not allowed.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// No threads.
    #[error("cannot start the demo's threads: {0}")]
    Threads(std::io::Error),
    /// The database cannot be made.
    #[error("the demo's database: {0}")]
    Store(#[from] rusqlite::Error),
    /// The built-in schema cannot be read: a mistake in the program.
    #[error("the demo's schema: {0}")]
    Schema(String),
    /// The start was cut short.
    #[error("the demo's start was cut short")]
    Stopped,
}

/// How to reach the demo: the line that `ficha demo --serve` prints.
#[derive(Debug, Clone, Serialize)]
pub struct Introduction {
    /// The EspoCRM dialect.
    pub espocrm: Espocrm,
    /// The Vtiger dialect of open source.
    pub vtiger: Vtiger,
    /// Its cloud's dialect, over the same records.
    pub vtiger_cloud: Vtiger,
    /// The Syncro dialect.
    pub syncro: Syncro,
    /// The Membrane dialect.
    pub membrane: Membrane,
    /// How many records each entity type has.
    pub records: IndexMap<String, u64>,
}

/// How to reach one of the Vtiger dialects.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Vtiger {
    /// The site, without a slash at its end.
    pub url: String,
    /// An administrator.
    pub user: String,
    /// Their access key.
    pub access_key: String,
    /// Somebody who is none.
    pub limited_user: String,
    /// Their access key.
    pub limited_access_key: String,
}

/// How to reach the EspoCRM dialect.
#[derive(Debug, Clone, Serialize)]
pub struct Espocrm {
    /// The site, without a slash at its end.
    pub url: String,
    /// A key that may do nearly everything.
    pub api_key: String,
    /// A key with a narrow role.
    pub limited_api_key: String,
    /// The public half of the HMAC pair.
    pub hmac_key: String,
    /// Its secret half.
    pub hmac_secret: String,
    /// A person.
    pub user: String,
    /// Their password.
    pub password: String,
    /// A person with the same password who is asked for a code.
    pub two_factor_user: String,
    /// The code.
    pub two_factor_code: String,
    /// An administrator with the same password.
    pub admin_user: String,
}

/// How to reach the Syncro dialect.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Syncro {
    /// The site, without a slash at its end and without `/api/v1`.
    pub url: String,
    /// A token that may do everything.
    pub token: String,
    /// A token with few permissions.
    pub limited_token: String,
}

/// How to reach the Membrane dialect.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Membrane {
    /// The API's address, without a slash at its end.
    pub url: String,
    /// A tenant's long-lived token.
    pub token: String,
    /// The workspace's public half.
    pub workspace_key: String,
    /// What signs tokens.
    pub workspace_secret: String,
}

/// A running demo. Dropping it stops it.
#[derive(Debug)]
pub struct Demo {
    introduction: Introduction,
    runtime: Option<Runtime>,
}

impl Demo {
    /// Its threads, and nothing on them yet.
    fn empty() -> Result<(Demo, Handle), Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(8)
            .thread_name("ficha-demo")
            .enable_all()
            .build()
            .map_err(Error::Threads)?;
        let threads = runtime.handle().clone();
        Ok((Demo { introduction: Introduction::empty(), runtime: Some(runtime) }, threads))
    }

    /// How to reach it.
    pub fn introduction(&self) -> &Introduction {
        &self.introduction
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Makes the company and listens. The demo has threads of its own: it neither slows nor follows the caller's clock.
pub async fn start(options: Options) -> Result<Demo, Error> {
    let (mut demo, threads) = Demo::empty()?;
    let open = async {
        let (listener, port) = listen(options.port).await?;
        let (house, introduction) = build_house(options, port).await?;
        Handle::current().spawn(server::serve(Door(listener), Arc::new(house)));
        Ok::<_, Error>(introduction)
    };
    demo.introduction = threads.spawn(open).await.map_err(|_| Error::Stopped)??;
    Ok(demo)
}

/// As [`start`], but back as soon as the port is open, so that a screen can be drawn: what is asked before the company is
/// made waits there. The introduction then counts no records, and a company that cannot be made closes the port.
pub async fn start_early(options: Options) -> Result<Demo, Error> {
    let (mut demo, threads) = Demo::empty()?;
    let (wanted, seed) = (options.port, options.seed);
    let (listener, port) = threads.spawn(listen(wanted)).await.map_err(|_| Error::Stopped)??;
    demo.introduction = Introduction::of(seed, &address(port), IndexMap::new());
    threads.spawn(async move {
        match build_house(options, port).await {
            Ok((house, _)) => {
                let _ = server::serve(Door(listener), Arc::new(house)).await; // it never ends by itself
            }
            Err(error) => tracing::error!("the demo cannot be made: {error}"),
        }
    });
    Ok(demo)
}

async fn listen(port: u16) -> Result<(TcpListener, u16), Error> {
    let refused = |source| Error::Listen { port, source };
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await;
    let listener = listener.map_err(refused)?;
    let port = listener.local_addr().map_err(refused)?.port();
    Ok((listener, port))
}

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

async fn build_house(options: Options, port: u16) -> Result<(server::House, Introduction), Error> {
    let plan =
        Mutex::new((options.faults.clone(), Random::new(random::mix(options.seed ^ 0xFA17))));
    let latency = options.latency;
    let made = Handle::current().spawn_blocking(move || build(&options, port));
    let (dialects, introduction) = made.await.map_err(|_| Error::Stopped)??;
    let house = server::House { dialects, latency, port, log: log::Log::default(), plan };
    Ok((house, introduction))
}

/// Reads the schema and fills the database. Blocks.
fn build(options: &Options, port: u16) -> Result<(Vec<server::Wing>, Introduction), Error> {
    let schema = Schema::read().map_err(Error::Schema)?;
    let (db, fresh) = store::open(options.data.as_deref(), &schema)?;
    if fresh {
        company::fill(&db, options.seed, options.now, options.records)?;
        store::index(&db, &schema)?;
    }
    let types: Vec<&str> = schema
        .types
        .values()
        .filter(|one| !one.is("hidden"))
        .map(|one| one.name.as_str())
        .collect();
    let records = company::count_all(&db, &types)?.into_iter().collect();
    let users = company::staff::users(options.seed);
    let url = address(port);
    let introduction = Introduction::of(options.seed, &url, records);
    let door = Doorkeeper::new(users, options.seed);
    let books = Arc::new(Books::new(db, Clock::start(options.now), options.seed));
    let espo = Espo::new(schema, Arc::clone(&books), door, url.clone());
    let core = Arc::new(vtiger::Core::new(Arc::clone(&books)).map_err(Error::Schema)?);
    let wing = |prefix, dialect| server::Wing { prefix, dialect };
    let mut dialects = vec![
        wing(espocrm::PREFIX, Arc::new(espo) as Arc<dyn http::Dialect>),
        wing(vtiger::PREFIX, Arc::new(vtiger::Vtiger(Arc::clone(&core)))),
        wing(vtiger::cloud::PREFIX, Arc::new(vtiger::cloud::Cloud::new(core))),
        wing(syncro::PREFIX, Arc::new(syncro::Syncro::new(Arc::clone(&books)))),
    ];
    let membrane = membrane(&books, &introduction, &dialects, &url);
    dialects.push(wing(membrane::PREFIX, Arc::new(membrane)));
    Ok((dialects, introduction))
}

/// Membrane over the dialects that were made before it, with a login of its own at each.
fn membrane(
    books: &Arc<Books>,
    introduction: &Introduction,
    dialects: &[server::Wing],
    site: &str,
) -> membrane::Membrane {
    use membrane::Door;
    let Introduction { espocrm, vtiger, vtiger_cloud, syncro, .. } = introduction;
    let pair = format!("{}:{}", vtiger_cloud.user, vtiger_cloud.access_key);
    let basic = format!("Basic {}", STANDARD.encode(pair));
    let doors = [
        (
            espocrm::PREFIX,
            "espocrm",
            "EspoCRM",
            "",
            Door::Header("x-api-key", espocrm.api_key.clone()),
        ),
        (
            vtiger::PREFIX,
            "vtiger",
            "Vtiger",
            vtiger::PREFIX,
            Door::Vtiger(vtiger.user.clone(), vtiger.access_key.clone()),
        ),
        (
            vtiger::cloud::PREFIX,
            "vtiger-cloud",
            "Vtiger cloud",
            CLOUD_BASE,
            Door::Header("authorization", basic),
        ),
        (
            syncro::PREFIX,
            "syncro",
            "Syncro",
            SYNCRO_BASE,
            Door::Header("authorization", format!("Bearer {}", syncro.token)),
        ),
    ];
    let siblings = doors.into_iter().filter_map(|(prefix, key, name, base, door)| {
        let wing = dialects.iter().find(|wing| wing.prefix == prefix)?;
        let dialect = Arc::clone(&wing.dialect);
        let turn = Arc::default();
        Some(membrane::Sibling { key, name, prefix, base, door, dialect, turn })
    });
    membrane::Membrane::new(Arc::clone(books), site, siblings.collect())
}

/// Where the connectors' base addresses end: EspoCRM's before its API's path, the others' behind it.
const CLOUD_BASE: &str = "/vtiger-cloud/restapi/v1/vtiger/default";
const SYNCRO_BASE: &str = "/syncro/api/v1";

impl Membrane {
    fn of(seed: u64, site: &str) -> Membrane {
        let keys = membrane::Keys::new(seed);
        Membrane {
            url: format!("{site}{}", membrane::PREFIX),
            token: keys.token,
            workspace_key: keys.workspace_key,
            workspace_secret: keys.workspace_secret,
        }
    }
}

impl Introduction {
    fn empty() -> Introduction {
        Introduction {
            espocrm: Espocrm::of(&[], ""),
            vtiger: Vtiger::default(),
            vtiger_cloud: Vtiger::default(),
            syncro: Syncro::default(),
            membrane: Membrane::default(),
            records: IndexMap::new(),
        }
    }

    /// What is known before the company is made.
    fn of(seed: u64, site: &str, records: IndexMap<String, u64>) -> Introduction {
        Introduction {
            espocrm: Espocrm::of(&company::staff::users(seed), site),
            vtiger: Vtiger::of(seed, site, vtiger::PREFIX),
            vtiger_cloud: Vtiger::of(seed, site, vtiger::cloud::PREFIX),
            syncro: Syncro::of(seed, site),
            membrane: Membrane::of(seed, site),
            records,
        }
    }
}

impl Vtiger {
    fn of(seed: u64, site: &str, prefix: &str) -> Vtiger {
        let key = |user: &str| vtiger::door::access_key(seed, user);
        Vtiger {
            url: format!("{site}{prefix}"),
            user: vtiger::door::ADMIN.to_owned(),
            access_key: key(vtiger::door::ADMIN),
            limited_user: vtiger::door::LIMITED.to_owned(),
            limited_access_key: key(vtiger::door::LIMITED),
        }
    }
}

impl Syncro {
    fn of(seed: u64, site: &str) -> Syncro {
        let (token, limited_token) = syncro::tokens(seed);
        Syncro { url: format!("{site}{}", syncro::PREFIX), token, limited_token }
    }
}

impl Espocrm {
    fn of(users: &[espocrm::auth::User], url: &str) -> Espocrm {
        use espocrm::acl::Role;
        let find = |test: &dyn Fn(&espocrm::auth::User) -> bool| {
            users.iter().find(|user| test(user)).cloned()
        };
        let person = find(&|user| user.kind == "regular" && !user.two_factor);
        let hmac = find(&|user| !user.secret.is_empty());
        let key = |role: Role| {
            find(&|user| user.kind == "api" && user.role == role && user.secret.is_empty())
        };
        let name =
            |user: Option<espocrm::auth::User>| user.map(|user| user.user_name).unwrap_or_default();
        Espocrm {
            url: url.to_owned(),
            api_key: key(Role::Full).map(|user| user.api_key).unwrap_or_default(),
            limited_api_key: key(Role::Limited).map(|user| user.api_key).unwrap_or_default(),
            hmac_key: hmac.as_ref().map(|user| user.api_key.clone()).unwrap_or_default(),
            hmac_secret: hmac.map(|user| user.secret).unwrap_or_default(),
            password: person.as_ref().map(|user| user.password.clone()).unwrap_or_default(),
            user: name(person),
            two_factor_user: name(find(&|user| user.two_factor)),
            two_factor_code: espocrm::auth::TWO_FACTOR_CODE.to_owned(),
            admin_user: name(find(&|user| user.role == Role::Admin)),
        }
    }
}
