//! Against a channel that speaks the product's sign-in (E§2), with a paused clock.
use std::{
    collections::{HashMap, VecDeque},
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use tokio::time::timeout;

use super::*;
use crate::domain::{
    connection::{Auth, Kind},
    secret::{SecretSource, Turn},
};

/// Answers to `App/user` with the given token after a second; elsewhere it takes only tokens
/// that begin with `fresh`.
#[derive(Clone, Default)]
struct Fake(Arc<Shared_>);

#[derive(Default)]
struct Shared_ {
    sign_ins: AtomicUsize,
    sent: AtomicUsize,
    gives: Mutex<String>,
    refuses: Mutex<bool>,
    /// Each sign-in gives another token, and each answer takes a second.
    is_slow: Mutex<bool>,
    /// Exchanges under way, by login; and the most that one login ever had.
    busy: Mutex<HashMap<String, usize>>,
    most: AtomicUsize,
    /// Before anything else these are answered.
    first: Mutex<VecDeque<Result<Response, Error>>>,
}

fn status(status: u16, body: &str) -> Response {
    Response { status, headers: vec![], body: body.as_bytes().to_vec() }
}

fn forged(exchange: &Exchange, name: &str) -> String {
    let found = exchange.secret_headers.iter().find(|(header, _)| header == name);
    found.map(|(_, secret)| secret.reveal().to_owned()).unwrap_or_default()
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

impl Channel for Fake {
    async fn send(&self, exchange: Exchange) -> Result<Response, Error> {
        let first = self.0.first.lock().unwrap().pop_front();
        if let Some(first) = first {
            return first;
        }
        let by_token =
            exchange.headers.iter().any(|(name, _)| name == "Espo-Authorization-By-Token");
        let key = forged(&exchange, "Espo-Authorization");
        let gives = self.0.gives.lock().unwrap().clone();
        if exchange.path == ["App", "user"] && !by_token && !key.is_empty() {
            let number = self.0.sign_ins.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_secs(1)).await;
            if *self.0.refuses.lock().unwrap() {
                return Ok(status(401, ""));
            }
            let is_slow = *self.0.is_slow.lock().unwrap();
            let token = if is_slow { format!("{gives}-{number}") } else { gives };
            return Ok(status(200, &format!(r#"{{"token":"{token}"}}"#)));
        }
        self.0.sent.fetch_add(1, Ordering::Relaxed);
        if *self.0.is_slow.lock().unwrap() {
            let _work = Work::begin(self, &key);
            sleep(Duration::from_secs(1)).await;
        }
        // All of them begin with the same twelve letters: nine bytes.
        let is_right =
            key.starts_with(&base64("ada:fresh")) || forged(&exchange, "X-Api-Key") == "fresh";
        Ok(if is_right { status(200, r#"{"id":"1"}"#) } else { status(401, "") })
    }

    fn address(&self, exchange: &Exchange) -> String {
        format!("https://crm/api/v1/{}", exchange.path.join("/"))
    }
}

/// An exchange under way.
struct Work<'a>(&'a Fake, &'a str);

impl<'a> Work<'a> {
    fn begin(fake: &'a Fake, key: &'a str) -> Self {
        let mut busy = fake.0.busy.lock().unwrap();
        let count = busy.entry(key.to_owned()).or_default();
        *count += 1;
        fake.0.most.fetch_max(*count, Ordering::Relaxed);
        Self(fake, key)
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        *self.0.0.busy.lock().unwrap().entry(self.1.to_owned()).or_default() -= 1;
    }
}

/// A store with one secret and maybe a token.
#[derive(Default)]
struct Store {
    secret: String,
    token: Mutex<Option<Secret>>,
    reads: AtomicUsize,
    /// Another process is signing in, until it was asked for its turn so often.
    theirs: Mutex<u32>,
}

impl SecretStore for Store {
    fn read(&self, _: &str, _: &SecretSource) -> Result<Secret, Error> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(Secret::new(&self.secret))
    }

    fn token(&self, _: &str) -> Option<Secret> {
        self.token.lock().unwrap().clone()
    }

    fn keep_token(&self, _: &str, token: Option<&Secret>) {
        *self.token.lock().unwrap() = token.cloned();
    }

    fn take_turn(&self, _: &str) -> Turn {
        let mut theirs = self.theirs.lock().unwrap();
        if *theirs == 0 {
            return Turn::Ours(Box::new(()));
        }
        *theirs -= 1;
        if *theirs == 0 {
            // The other one is done, and leaves its token.
            *self.token.lock().unwrap() = Some(Secret::new("fresh"));
        }
        Turn::Theirs
    }
}

static NOW: AtomicU32 = AtomicU32::new(0);

fn clock() -> Timestamp {
    let started = Timestamp::from_second(1_764_000_000).unwrap();
    started + jiff::SignedDuration::from_secs(i64::from(NOW.load(Ordering::Relaxed)))
}

fn still() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn connection(auth: Auth) -> Connection {
    Connection {
        name: "acme".into(),
        kind: Kind::Espocrm,
        url: "https://crm".into(),
        auth,
        user: Some("ada".into()),
        key: None,
        secret: SecretSource::Keyring(true),
        read_only: false,
        production: false,
        color: None,
        via: None,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: false,
    }
}

struct World {
    session: Session<Fake>,
    fake: Fake,
    store: Arc<Store>,
}

fn world(auth: Auth, kept: &str, gives: &str) -> World {
    let fake = Fake::default();
    gives.clone_into(&mut fake.0.gives.lock().unwrap());
    let token = Mutex::new(Some(Secret::new(kept)).filter(|kept| !kept.is_empty()));
    let store = Arc::new(Store { secret: kept_secret(auth, kept), token, ..Store::default() });
    let (connection, channel, secrets) = (connection(auth), fake.clone(), Arc::clone(&store) as _);
    let place = Place { connection, channel, secrets, clock: still, given: None };
    World { session: Session::new(place), fake, store }
}

fn kept_secret(auth: Auth, kept: &str) -> String {
    match auth {
        Auth::Password => "password".to_owned(),
        Auth::ApiKey
        | Auth::Hmac
        | Auth::AccessKey
        | Auth::Token
        | Auth::Oauth
        | Auth::WorkspaceKey
        | Auth::Cli => kept.to_owned(),
    }
}

impl World {
    /// One exchange with the session's login, as a conversation would send it.
    async fn get(&self) -> Result<u16, Error> {
        let last = Last::default();
        let response = self.session.send(Exchange::get(["Account", "1"]), &last).await;
        response.map(|response| response.status)
    }

    fn sign_ins(&self) -> usize {
        self.fake.0.sign_ins.load(Ordering::Relaxed)
    }

    fn sent(&self) -> usize {
        self.fake.0.sent.load(Ordering::Relaxed)
    }
}

fn unauthorized() -> Result<u16, Error> {
    Err(Error::Unauthorized { reason: String::new() })
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_before_the_first_action() {
    let world = world(Auth::Password, "", "fresh");
    assert_eq!(world.store.reads.load(Ordering::Relaxed), 0);
    assert_eq!(world.get().await, Ok(200));
    assert_eq!(world.store.reads.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn five_actions_at_once_share_one_renewal() {
    let world = world(Auth::Password, "ended", "fresh");
    let outcomes = join_all((0..5).map(|_| world.get())).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(world.sign_ins(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_kept_for_the_next_run_and_used_by_it() {
    let first = world(Auth::Password, "", "fresh");
    assert_eq!(first.get().await, Ok(200));
    let kept = first.store.token.lock().unwrap().clone().unwrap();
    let second = world(Auth::Password, kept.reveal(), "other");
    assert_eq!(second.get().await, Ok(200));
    assert_eq!(second.sign_ins(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_another_process_renewed_is_taken_instead_of_a_sign_in() {
    let world = world(Auth::Password, "ended", "other");
    world.session.logins().at(0).login =
        Some(Login::Token { user: "ada".into(), token: Secret::new("ended") });
    *world.store.token.lock().unwrap() = Some(Secret::new("fresh"));
    assert_eq!(world.get().await, Ok(200));
    assert_eq!(world.sign_ins(), 0);
}

#[tokio::test(start_paused = true)]
async fn while_another_process_signs_in_it_is_waited_for_and_its_token_taken() {
    let world = world(Auth::Password, "ended", "other");
    *world.store.theirs.lock().unwrap() = 3;
    assert_eq!(world.get().await, Ok(200));
    assert_eq!(world.sign_ins(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_never_ends_its_sign_in_is_not_waited_for_for_ever() {
    let world = world(Auth::Password, "", "fresh");
    *world.store.theirs.lock().unwrap() = u32::MAX;
    assert_eq!(world.get().await, Ok(200));
    assert_eq!(world.sign_ins(), 1);
}

/// Where a login carries one exchange at a time, and there may be three of them.
fn one_by_one() -> World {
    let mut world = world(Auth::Password, "", "fresh");
    *world.fake.0.is_slow.lock().unwrap() = true;
    let (connection, channel) = (connection(Auth::Password), world.fake.clone());
    let secrets = Arc::clone(&world.store) as _;
    let place = Place { connection, channel, secrets, clock: still, given: None };
    world.session = Session::of_logins(place, 3, super::Books::default());
    world
}

#[tokio::test(start_paused = true)]
async fn exchanges_that_would_have_to_wait_open_further_logins_and_no_login_carries_two() {
    let world = one_by_one();
    let outcomes = join_all((0..9).map(|_| world.get())).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Ok(200)), "{outcomes:?}");
    let busy = world.fake.0.busy.lock().unwrap().len();
    assert_eq!((world.sign_ins(), busy), (3, 3));
    assert_eq!(world.fake.0.most.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn exchanges_one_after_the_other_need_one_login() {
    let world = one_by_one();
    for _ in 0..5 {
        assert_eq!(world.get().await, Ok(200));
    }
    assert_eq!(world.sign_ins(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_exchange_that_is_given_up_gives_its_login_back() {
    let world = one_by_one();
    assert_eq!(world.get().await, Ok(200));
    let given_up = (0..4).map(|_| timeout(Duration::from_millis(300), world.get()));
    assert!(join_all(given_up).await.iter().all(Result::is_err));
    let outcomes = join_all((0..4).map(|_| world.get())).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Ok(200)), "{outcomes:?}");
    assert_eq!(world.fake.0.most.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_further_login_that_is_not_given_leaves_the_first_at_work() {
    let world = one_by_one();
    assert_eq!(world.get().await, Ok(200));
    *world.fake.0.refuses.lock().unwrap() = true;
    let outcomes = join_all((0..4).map(|_| world.get())).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Ok(200)), "{outcomes:?}");
    assert_eq!(world.sign_ins(), 2, "it is not asked for again");
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_ends_every_login() {
    let world = one_by_one();
    join_all((0..9).map(|_| world.get())).await;
    let sent = world.sent();
    assert!(world.session.sign_out().await.is_ok());
    assert_eq!(world.sent() - sent, 3);
    assert_eq!(world.get().await, Ok(200));
    assert_eq!(world.sign_ins(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_goes_away_does_not_abort_the_renewal() {
    let world = world(Auth::Password, "ended", "fresh");
    let (gone, waited) =
        tokio::join!(timeout(Duration::from_millis(500), world.get()), world.get());
    assert!(gone.is_err() && waited.is_ok(), "{gone:?} {waited:?}");
    assert_eq!(world.sign_ins(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_only_waiter_may_go_away_too() {
    let world = world(Auth::Password, "ended", "fresh");
    assert!(timeout(Duration::from_millis(500), world.get()).await.is_err());
    assert_eq!(world.get().await, Ok(200));
    assert_eq!(world.sign_ins(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_sign_in_is_not_repeated_until_the_user_tries_again() {
    let world = world(Auth::Password, "", "fresh");
    *world.fake.0.refuses.lock().unwrap() = true;
    assert!(world.get().await.is_err() && world.get().await.is_err());
    assert_eq!(world.sign_ins(), 1);
    *world.fake.0.refuses.lock().unwrap() = false;
    assert!(world.session.sign_in(None).await.is_ok());
    assert_eq!(world.get().await, Ok(200));
    assert_eq!(world.sign_ins(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_new_token_that_is_refused_too_is_the_answer() {
    let world = world(Auth::Password, "ended", "wrong");
    assert_eq!(world.get().await, unauthorized());
    assert_eq!(world.get().await, unauthorized());
    assert_eq!((world.sign_ins(), world.sent()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_does_not_hammer() {
    let world = world(Auth::ApiKey, "wrong", "");
    assert_eq!(world.get().await, unauthorized());
    assert_eq!(world.get().await, unauthorized());
    assert_eq!(world.sent(), 1);
    world.session.retry_sign_in(None);
    assert_eq!(world.get().await, unauthorized());
    assert_eq!(world.sent(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_found_nobody_may_be_repeated() {
    let world = world(Auth::Password, "", "fresh");
    world.fake.0.first.lock().unwrap().push_back(Err(Error::Timeout));
    assert_eq!(world.get().await, Err(Error::Timeout));
    assert_eq!(world.get().await, Ok(200));
}

#[tokio::test(start_paused = true)]
async fn a_lock_out_is_waited_for_and_not_asked_into() {
    let mut world = world(Auth::ApiKey, "fresh", "");
    let secrets = Arc::clone(&world.store) as _;
    let (connection, channel) = (connection(Auth::ApiKey), world.fake.clone());
    world.session = Session::new(Place { connection, channel, secrets, clock, given: None });
    let wait = Duration::from_secs(60);
    world.session.remember(&Error::LockedOut { wait });
    assert_eq!(world.get().await, Err(Error::LockedOut { wait }));
    assert_eq!(world.sent(), 0);
    NOW.store(61, Ordering::Relaxed);
    assert_eq!(world.get().await, Ok(200));
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_again_and_the_attempts_are_counted() {
    let world = world(Auth::ApiKey, "fresh", "");
    let busy =
        [Ok(status(429, "")), Ok(status(503, "")), Err(Error::Offline { reason: "reset".into() })];
    world.fake.0.first.lock().unwrap().extend(busy);
    assert_eq!(world.get().await, Ok(200));
    let exchanges = world.session.trail().exchanges();
    assert_eq!(exchanges.iter().map(|e| e.attempts).collect::<Vec<_>>(), [4]);
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_of_exchanges_holds_no_secret() {
    let world = world(Auth::Password, "", "fresh");
    assert_eq!(world.get().await, Ok(200));
    let exchanges = format!("{:?}", world.session.trail().exchanges());
    for secret in ["password", "fresh", &base64("ada:password"), &base64("ada:fresh")] {
        assert!(!exchanges.contains(secret), "{secret}: {exchanges}");
    }
    assert!(exchanges.contains("App/user") && exchanges.contains("Account/1"), "{exchanges}");
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_forgets_the_kept_token_even_without_a_network() {
    let world = world(Auth::Password, "fresh", "other");
    world.fake.0.first.lock().unwrap().push_back(Err(Error::Timeout));
    assert!(world.session.sign_out().await.is_err());
    assert!(world.store.token.lock().unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_write_that_landed_never_looks_failed_because_its_read_back_broke() {
    let mut answers = Vec::new();
    let next = |input: Input| match input {
        Input::Go => {
            Step::Send(Box::new(Exchange::new(crate::net::exchange::Method::Post, ["Contact"])))
        }
        Input::Answer(response) => {
            answers.push(response.status);
            let read_back = Step::Send(Box::new(Exchange::get(["Contact", "1"])));
            if answers.len() == 1 { read_back } else { Step::Done(Ok(())) }
        }
        Input::Answers(_) => panic!("one was sent"),
    };
    let send = |exchange: Exchange| async move {
        if exchange.is_safe { Err(Error::Timeout) } else { Ok(status(200, "{}")) }
    };
    assert_eq!(drive(next, send, |()| {}).await, Ok(()));
    assert_eq!(answers, [200, Response::lost().status]);
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_at_once_is_answered_in_the_order_in_which_it_was_asked() {
    let mut seen = Vec::new();
    let next = |input: Input| match input {
        Input::Go => Step::SendAll((0..4).map(|n| Exchange::get([n.to_string()])).collect()),
        Input::Answers(answers) => {
            seen = answers.into_iter().map(|answer| answer.body).collect();
            Step::Done(Ok(()))
        }
        Input::Answer(_) => panic!("several were sent"),
    };
    let send = |exchange: Exchange| async move {
        let number: u64 = exchange.path.concat().parse().unwrap();
        sleep(Duration::from_secs(4 - number)).await;
        Ok(status(200, &exchange.path.concat()))
    };
    let done = timeout(Duration::from_millis(4_500), drive(next, send, |()| {})).await;
    assert_eq!(done, Ok(Ok(())), "none waits for another");
    assert_eq!(seen, [b"0", b"1", b"2", b"3"]);
}
