//! The whole program in process: keys in, screens out. Settings, stores and the demo's server
//! are the real ones; the terminal and the desktop are not. Nothing sleeps: a story waits for
//! what it expects to see.
use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use ficha::{
    app::msg::{Msg, Size},
    bootstrap::{self, World},
    cli::args::Global,
    config::{self, Config, Environment, Paths},
    demo::{self, Demo, Options},
    domain::{error::Error, rate::Urgency},
    ledger::Shared,
    net::budget::{Ledger as _, Spent},
    providers::syncro,
    runtime::{self, Job, Raw, Shell},
};
use futures_util::{
    StreamExt,
    stream::{BoxStream, poll_fn},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
    time::timeout,
};

use super::{
    keys::keys,
    screen,
    terminal::{Frame, Watcher, watched},
};

/// Nothing on this machine takes so long; a story that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(10);

const TAKEN: &str = "the keys are taken";

/// Someone's machine: a folder of settings and stores, and maybe a CRM to talk to.
pub struct House {
    folder: TempDir,
    demo: Option<Demo>,
}

impl House {
    /// Nothing is set up.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), demo: None }
    }

    /// A demo's server with 120 contacts, and no connection to it.
    pub async fn beside_crm() -> Self {
        let mut house = Self::empty();
        let options = Options { records: 120, ..Options::new(bootstrap::clock()) };
        house.demo = Some(demo::start(options).await.unwrap());
        house
    }

    /// A demo's server with 120 contacts, and a connection `acme` to it.
    pub async fn with_crm() -> Self {
        let house = Self::beside_crm().await;
        let espocrm = &house.demo().introduction().espocrm;
        house.connect("acme", &espocrm.url, &espocrm.api_key);
        house
    }

    /// The same server, and a connection `acme` to its Vtiger (`vtiger`, `vtiger-cloud`) as its
    /// administrator, or as somebody who is none.
    pub async fn with_vtiger(kind: &str, is_admin: bool) -> Self {
        let house = Self::beside_crm().await;
        let introduction = house.demo().introduction();
        let there = match kind {
            "vtiger" => introduction.vtiger.clone(),
            _ => introduction.vtiger_cloud.clone(),
        };
        let (user, key) = if is_admin {
            (there.user, there.access_key)
        } else {
            (there.limited_user, there.limited_access_key)
        };
        house.connect_to("acme", kind, &there.url, "access-key", &key);
        house.set(&format!("user = \"{user}\"\n"));
        house
    }

    /// The server.
    pub fn demo(&self) -> &Demo {
        self.demo.as_ref().unwrap()
    }

    /// A demo's server, and a connection `desk` to its Syncro.
    pub async fn with_desk() -> Self {
        let mut house = Self::empty();
        let options = Options { records: 300, ..Options::new(bootstrap::clock()) };
        house.demo = Some(demo::start(options).await.unwrap());
        let syncro = &house.demo().introduction().syncro;
        house.connect_to("desk", "syncro", &syncro.url, "token", &syncro.token);
        house
    }

    /// Adds a connection by API key to the settings.
    pub fn connect(&self, name: &str, url: &str, key: &str) {
        self.connect_to(name, "espocrm", url, "api-key", key);
    }

    /// Adds a connection to the settings.
    pub fn connect_to(&self, name: &str, kind: &str, url: &str, auth: &str, key: &str) {
        let file = self.folder.path().join(format!("{name}.key"));
        std::fs::write(&file, key).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
        self.set(&format!(
            "[connections.{name}]\nkind = \"{kind}\"\nurl = \"{url}\"\nauth = \"{auth}\"\n\
             secret = {{ file = \"{name}.key\" }}\n"
        ));
    }

    /// Adds to the settings.
    pub fn set(&self, text: &str) {
        let file = self.folder.path().join("config.toml");
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        std::fs::write(file, before + text).unwrap();
    }

    /// Its folder.
    pub fn path(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The settings as they are now.
    pub fn config(&self) -> Config {
        config::load(Paths::below(self.folder.path()))
    }

    /// `ficha -c acme OPEN` in a terminal of that size.
    pub async fn open(&self, open: &str, width: u16, height: u16) -> Story {
        let global = Global { connection: vec!["acme".to_owned()], ..Global::default() };
        self.start(global, Some(open).filter(|it| !it.is_empty()), width, height).await
    }

    /// `ficha` with any arguments.
    pub async fn start(
        &self,
        global: Global,
        open: Option<&str>,
        width: u16,
        height: u16,
    ) -> Story {
        let environment = Environment {
            term: "xterm-256color".to_owned(),
            locale: "en_US.UTF-8".to_owned(),
            ..Environment::default()
        };
        Story::start(&self.config(), &environment, &global, open, (width, height)).await
    }

    /// What somebody else does at the server, at once: the status and the JSON.
    pub async fn elsewhere(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let espocrm = &self.demo().introduction().espocrm;
        let url = format!("{}/api/v1/{path}", espocrm.url);
        let request =
            client().request(method.parse().unwrap(), url).header("X-Api-Key", &espocrm.api_key);
        send(request, body.map(|it| it.to_string())).await
    }

    /// What somebody else does at the server's Vtiger, through its cloud's paths: the result.
    pub async fn at_vtiger(&self, operation: &str, params: &[(&str, &str)]) -> Value {
        let there = &self.demo().introduction().vtiger_cloud;
        let writes = ["create", "revise", "delete", "add_related"].contains(&operation);
        let url = format!("{}/restapi/v1/vtiger/default/{operation}", there.url);
        let pairs = params.iter().copied();
        let text =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = if writes {
            let form = "application/x-www-form-urlencoded";
            client().post(url).header("Content-Type", form).body(text)
        } else {
            client().get(format!("{url}?{text}"))
        };
        let request = request.basic_auth(&there.user, Some(&there.access_key));
        let (status, said) = send(request, None).await;
        assert!(status == 200 && said["success"] == true, "{operation}: {status} {said}");
        said["result"].clone()
    }

    /// Switches of the server's Vtiger: `{"php": 8}`, `{"end_sessions": true}`.
    pub async fn switch_vtiger(&self, wish: Value) {
        let url = format!("{}/_demo/vtiger", self.demo().introduction().espocrm.url);
        let (status, said) = send(client().post(url), Some(wish.to_string())).await;
        assert_eq!(status, 200, "{said}");
    }

    /// What somebody else does at the Syncro, at once: the status and the JSON.
    pub async fn at_syncro(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let syncro = &self.demo().introduction().syncro;
        let url = format!("{}/api/v1/{path}", syncro.url);
        let request = client().request(method.parse().unwrap(), url).bearer_auth(&syncro.token);
        send(request, body.map(|it| it.to_string())).await
    }

    /// How often the Syncro may be asked from now on.
    pub async fn limit(&self, most: &Value) {
        let url = format!("{}/_demo/syncro/limit", self.demo().introduction().espocrm.url);
        let (status, said) = send(client().post(url), Some(most.to_string())).await;
        assert!(status < 300, "{status} {said}");
    }

    /// What the Syncro printed and e-mailed.
    pub async fn left_the_house(&self) -> Vec<Value> {
        let url = format!("{}/_demo/syncro/sent", self.demo().introduction().espocrm.url);
        let (_, said) = send(client().get(url), None).await;
        said["sent"].as_array().cloned().unwrap()
    }

    /// Another process asks the Syncro so often, so many seconds ago.
    pub fn spend(&self, often: u32, ago_s: i64) {
        let host = self.demo().introduction().espocrm.url.replace("http://", "");
        let ledger = Shared::new(self.config().paths.state.clone());
        let at = bootstrap::clock() - SignedDuration::from_secs(ago_s);
        ledger.change(&format!("{}-{host}", syncro::BUDGET.name), &mut |spent| {
            *spent = Spent::default();
            for _ in 0..often {
                syncro::BUDGET.take(spent, at, Urgency::Save);
            }
        });
    }

    /// The requests that the server got, with all that it wrote down of them.
    pub async fn log(&self) -> Vec<Value> {
        let url = format!("{}/_demo/log", self.demo().introduction().espocrm.url);
        let (_, log) = send(client().get(url), None).await;
        log["requests"].as_array().cloned().unwrap_or_default()
    }

    /// From now on the server fails so; `""` = it works again.
    pub async fn fail(&self, plan: &str) {
        let url = format!("{}/_demo/faults", self.demo().introduction().espocrm.url);
        let (status, said) = send(client().post(url), Some(fault_body(plan))).await;
        assert!(status < 300, "{status} {said}");
    }

    /// Every sign-in to the demo's Membrane ends now, and cannot be renewed.
    pub async fn end_sign_ins(&self) {
        let url = format!("{}/_demo/membrane", self.demo().introduction().espocrm.url);
        let body = serde_json::json!({ "end_sign_ins": true }).to_string();
        let (status, said) = send(client().post(url), Some(body)).await;
        assert!(status < 300, "{status} {said}");
    }

    /// The requests that the server got, as `GET /api/v1/Contact`.
    pub async fn requests(&self) -> Vec<String> {
        let all = self.log().await;
        let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
        all.iter().map(|one| format!("{} {}", text(one, "method"), text(one, "path"))).collect()
    }
}

fn fault_body(plan: &str) -> String {
    serde_json::json!({ "spec": plan }).to_string()
}

/// Speaks to the demo as anybody else does.
pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default(); // the first one stays
    reqwest::Client::builder().tls_certs_only([]).no_proxy().build().unwrap()
}

async fn send(request: reqwest::RequestBuilder, body: Option<String>) -> (u16, Value) {
    let request = match body {
        Some(body) => request.header("Content-Type", "application/json").body(body),
        None => request,
    };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null))
}

type Editor = Box<dyn FnMut(&str) -> Option<String> + Send>;

/// What a story's desktop was asked.
#[derive(Default)]
pub struct Desktop {
    /// Copied, in order.
    pub copies: Vec<String>,
    /// Pages opened, in order.
    pub pages: Vec<String>,
    /// The user's own editor; `None` = there is none.
    pub editor: Option<Editor>,
    /// How often the program went to the shell.
    pub suspended: usize,
}

struct Fake {
    keys: Arc<Mutex<UnboundedReceiver<Raw>>>,
    taken: Arc<AtomicUsize>,
    desktop: Arc<Mutex<Desktop>>,
}

impl Shell for Fake {
    type Input = BoxStream<'static, Raw>;

    fn input(&mut self) -> Self::Input {
        let (keys, taken) = (self.keys.clone(), self.taken.clone());
        let count = move |_: &Raw| {
            taken.fetch_add(1, SeqCst);
        };
        poll_fn(move |cx| locked(&keys).poll_recv(cx)).inspect(count).boxed()
    }

    fn now(&self) -> Timestamp {
        bootstrap::clock()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        locked(&self.desktop).copies.push(text.to_owned());
        Ok(())
    }

    fn browse(&mut self, url: &str) -> io::Result<()> {
        locked(&self.desktop).pages.push(url.to_owned());
        Ok(())
    }

    fn hand_over(&mut self, job: &Job) -> Result<Option<String>, Error> {
        let mut desktop = locked(&self.desktop);
        match job {
            Job::Edit(_, text, _) => match &mut desktop.editor {
                Some(edit) => Ok(edit(text)),
                None => Err(Error::Disk { reason: "no editor is set".to_owned() }),
            },
            Job::Suspend => {
                desktop.suspended += 1;
                Ok(None)
            }
            Job::Copy(_) | Job::Browse(_) | Job::Redraw | Job::Quit => Ok(None),
        }
    }

    fn frame(&mut self, _begins: bool) -> io::Result<()> {
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A run of the program.
pub struct Story {
    /// What the desktop was asked.
    pub desktop: Arc<Mutex<Desktop>>,
    /// What the program asks of the world: another client of the same connections.
    pub world: World,
    input: UnboundedSender<Raw>,
    sent: usize,
    watcher: Watcher,
    running: JoinHandle<io::Result<usize>>,
}

impl Story {
    #[expect(clippy::disallowed_methods, reason = "the story itself is the shell")]
    async fn start(
        config: &Config,
        environment: &Environment,
        global: &Global,
        open: Option<&str>,
        (width, height): (u16, u16),
    ) -> Self {
        let open = open.map(str::to_owned);
        let composed = bootstrap::compose(global, open, config, environment, None).await.unwrap();
        let (look, wrong) = bootstrap::look(config, environment, global.no_color);
        assert!(wrong.is_empty(), "{wrong:?}");
        let (mut backend, watcher) = watched(width, height);
        let (input, keys) = unbounded_channel();
        let desktop = Arc::<Mutex<Desktop>>::default();
        let keys = Arc::new(Mutex::new(keys));
        let shell = Fake { keys, taken: watcher.taken.clone(), desktop: desktop.clone() };
        let (state, mut first, world) = (composed.state, composed.first, composed.world);
        first.insert(0, Msg::Resized(Size { width, height }));
        let port = world.clone();
        let running = tokio::spawn(async move {
            runtime::run(&mut backend, state, &look, shell, port, first).await
        });
        Self { desktop, world, input, sent: 0, watcher, running }
    }

    /// Presses keys (`j j enter ctrl-s "text"`), and waits until a frame was drawn behind them.
    pub async fn press(&mut self, line: &str) {
        let raws: Vec<Raw> = keys(line).into_iter().map(Raw::Key).collect();
        self.feed(raws).await;
    }

    /// As [`Self::press`], each key with a frame of its own, as slow fingers do.
    pub async fn press_slowly(&mut self, line: &str) {
        for key in keys(line) {
            self.feed(vec![Raw::Key(key)]).await;
        }
    }

    /// Pastes text.
    pub async fn paste(&mut self, text: &str) {
        self.feed(vec![Raw::Paste(text.to_owned())]).await;
    }

    /// Gives the terminal another size.
    pub async fn resize(&mut self, width: u16, height: u16) {
        self.watcher.resize(width, height);
        self.feed(vec![Raw::Resized(Size { width, height })]).await;
    }

    async fn feed(&mut self, raws: Vec<Raw>) {
        self.sent += raws.len();
        for raw in raws {
            let _ = self.input.send(raw); // a program that has ended takes no more
        }
        let sent = self.sent;
        self.until(TAKEN, |frame| frame.taken >= sent).await;
    }

    /// Waits until the screen shows the text.
    pub async fn sees(&mut self, text: &str) -> String {
        self.until(&format!("the screen shows {text:?}"), |frame| {
            screen::text(&frame.cells).contains(text)
        })
        .await
    }

    /// Waits until the screen shows all of these.
    pub async fn sees_all(&mut self, texts: &[&str]) -> String {
        self.until(&format!("the screen shows {texts:?}"), |frame| {
            let screen = screen::text(&frame.cells);
            texts.iter().all(|text| screen.contains(text))
        })
        .await
    }

    /// Waits until the screen shows the text no more.
    pub async fn sees_no(&mut self, text: &str) -> String {
        self.until(&format!("the screen no longer shows {text:?}"), |frame| {
            !screen::text(&frame.cells).contains(text)
        })
        .await
    }

    /// Waits until a frame is as wished; its text.
    pub async fn until(&mut self, wish: &str, fits: impl Fn(&Frame) -> bool) -> String {
        let mut frames = self.watcher.frames.clone();
        let waited = timeout(PATIENCE, frames.wait_for(fits)).await;
        match waited {
            Ok(Ok(frame)) => screen::text(&frame.cells),
            // It ended by these keys: nothing is drawn behind them.
            Ok(Err(_)) if wish == TAKEN => String::new(),
            Ok(Err(_)) => self.fail(&format!("the program ended before {wish}")),
            Err(_) => self.fail(&format!("waited {PATIENCE:?} in vain until {wish}")),
        }
    }

    /// The screen as it is now.
    pub fn screen(&self) -> String {
        screen::text(&self.watcher.frames.borrow().cells)
    }

    /// The newest frame.
    pub fn frame(&self) -> Frame {
        self.watcher.frames.borrow().clone()
    }

    /// The page that was opened as the nth, once it was: a frame may be drawn before that.
    pub async fn page(&mut self, nth: usize) -> String {
        self.asked(move |desktop| desktop.pages.get(nth).cloned()).await
    }

    /// What was copied as the nth, once it was.
    pub async fn copied(&mut self, nth: usize) -> String {
        self.asked(move |desktop| desktop.copies.get(nth).cloned()).await
    }

    async fn asked(&mut self, pick: impl Fn(&Desktop) -> Option<String>) -> String {
        let desktop = self.desktop.clone();
        let asked = async {
            loop {
                let text = pick(&locked(&desktop));
                match text {
                    Some(text) => return text,
                    None => tokio::task::yield_now().await,
                }
            }
        };
        match timeout(PATIENCE, asked).await {
            Ok(text) => text,
            Err(_) => self.fail("the desktop was not asked"),
        }
    }

    /// Fails the test with what is on the screen.
    pub fn fail(&self, why: &str) -> ! {
        let line = "─".repeat(40);
        panic!("{why}; this is on the screen:\n{line}\n{}\n{line}", self.screen())
    }

    /// Fails unless the screen shows the text now.
    pub fn shows(&self, text: &str) {
        if !self.screen().contains(text) {
            self.fail(&format!("{text:?} is not shown"));
        }
    }

    /// Fails if the screen shows the text now.
    pub fn shows_no(&self, text: &str) {
        if self.screen().contains(text) {
            self.fail(&format!("{text:?} is shown"));
        }
    }

    /// The line of the screen that holds the text.
    pub fn line(&self, text: &str) -> String {
        let screen = self.screen();
        let line = screen.lines().find(|line| line.contains(text));
        line.map_or_else(|| self.fail(&format!("no line holds {text:?}")), str::to_owned)
    }

    /// Quits by its key and waits for the end: the frames drawn.
    pub async fn quit(mut self, keys: &str) -> usize {
        self.press(keys).await;
        match timeout(PATIENCE, &mut self.running).await {
            Ok(ended) => ended.unwrap().unwrap(),
            Err(_) => self.fail("it does not end"),
        }
    }

    /// Keys, and the system wants it to end before it has done anything else; waits for the end.
    pub async fn ends_by_signal(mut self, line: &str) {
        let keys = keys(line).into_iter().map(Raw::Key);
        for raw in keys.chain([Raw::Quit]) {
            let _ = self.input.send(raw); // it takes what it takes
        }
        let ended = timeout(PATIENCE, &mut self.running).await;
        ended.unwrap_or_else(|_| self.fail("it does not end")).unwrap().unwrap();
    }

    /// Kills it: nothing of it runs on, nothing is waited for.
    pub async fn kill(self) {
        self.running.abort();
        let _ = self.running.await; // cancelled
    }
}
