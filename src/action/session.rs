//! One session a connection: drives conversations, signs in when it must, and signs in again
//! when the product says that the session ended. A refused sign-in is never repeated by itself:
//! that would lock the user out.
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use jiff::Timestamp;
use tokio::time::sleep;

use super::{login, trail::Trail};
use crate::{
    domain::{
        action::{Action, Failure, Outcome},
        connection::Connection,
        error::Error,
        exchanged::Exchanged,
        secret::{Secret, SecretStore},
    },
    net::{
        channel::Channel,
        exchange::{Exchange, Response},
        redact::{self, Attempt},
        retry::{Decision, decide},
    },
    providers::{Context, Input, Login, Provider, Step, membrane::Memory},
};

type Renewal = Shared<BoxFuture<'static, Result<Login, Error>>>;

/// No server makes us wait longer than this between two exchanges of a conversation.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What a session is made of.
pub struct Place<C> {
    /// Whose session.
    pub connection: Connection,
    /// How exchanges travel.
    pub channel: C,
    /// Where the secret and the token are kept.
    pub secrets: Arc<dyn SecretStore>,
    /// The shell's clock.
    pub clock: fn() -> Timestamp,
    /// Instead of the kept secret: a connection that is not saved yet. Its token is not kept.
    pub given: Option<Secret>,
}

/// Cheap to clone; all clones share one sign-in.
pub struct Session<C>(Arc<Inner<C>>);

struct Inner<C> {
    provider: Provider,
    memory: Memory,
    place: Place<C>,
    signed_in: Mutex<SignedIn>,
    trail: Trail,
}

#[derive(Default)]
struct SignedIn {
    /// `None` = not tried yet. A refusal stays.
    login: Option<Result<Login, Error>>,
    renewal: Option<Renewal>,
    /// Everything is refused until then.
    locked_until: Option<Timestamp>,
    /// The second factor's code, for the next sign-in only.
    code: Option<String>,
}

impl<C> Clone for Session<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The last exchange of one run.
type Last = Mutex<Option<Arc<Exchanged>>>;

impl<C: Channel> Session<C> {
    /// Nothing is read or sent before the first action.
    pub fn new(place: Place<C>) -> Self {
        let provider = Provider::from(place.connection.kind);
        let memory = Memory::new(place.connection.via.as_ref().map(|via| via.id.clone()));
        let (signed_in, trail) = (Mutex::default(), Trail::default());
        Self(Arc::new(Inner { provider, memory, place, signed_in, trail }))
    }

    /// Whose session it is.
    pub fn connection(&self) -> &Connection {
        &self.0.place.connection
    }

    /// What was sent and received lately, and the last stamp of the structure.
    pub fn trail(&self) -> &Trail {
        &self.0.trail
    }

    /// Runs an action to its end, signing in where needed.
    pub async fn run(
        &self,
        action: Action,
        context: Context,
        partial: impl Fn(Outcome),
    ) -> Result<Outcome, Failure> {
        let last = Last::default();
        let conversation = self.0.provider.start(action, context);
        let mut conversation = conversation.told(&self.0.memory);
        let send = |exchange| self.send(exchange, &last);
        let result = drive(|input| conversation.next(input), send, partial).await;
        result.map_err(|error| {
            self.remember(&error);
            self.failure(error, &last)
        })
    }

    /// Sends an exchange without any login: to see whether somebody answers.
    pub async fn probe(&self, exchange: Exchange) -> Result<Response, Failure> {
        let last = Last::default();
        let response = self.carry(exchange, &[], &last).await;
        response.map_err(|error| Failure { error, exchange: taken(&last) })
    }

    /// Signs in anew, though the last try was refused; with a second factor's code if given.
    pub async fn sign_in(&self, code: Option<String>) -> Result<(), Failure> {
        self.retry_sign_in(code);
        let login = self.login().await;
        login.map(|_| ()).map_err(|error| self.failure(error, &Last::default()))
    }

    /// A sign-in has exchanges of its own: then the newest one is what failed.
    fn failure(&self, error: Error, last: &Last) -> Failure {
        let exchange = taken(last).or_else(|| self.0.trail.exchanges().into_iter().next());
        Failure { error, exchange }
    }

    /// Forgets a refusal: the next action tries to sign in once more.
    pub fn retry_sign_in(&self, code: Option<String>) {
        let mut signed_in = self.signed_in();
        if signed_in.login.as_ref().is_some_and(Result::is_err) || code.is_some() {
            signed_in.login = None;
        }
        signed_in.code = code;
    }

    /// Ends the token at the server, and forgets it here in any case.
    pub async fn sign_out(&self) -> Result<(), Failure> {
        let login = self.known_login().await;
        login::keep(&self.0.place, None).await;
        let Some(login) = login else { return Ok(()) };
        self.signed_in().login = None;
        let Some(exchange) = self.0.provider.sign_out(&login) else { return Ok(()) };
        let last = Last::default();
        let exchange = self.0.provider.authorize(exchange, &login);
        match self.carry(exchange, &secrets(&login), &last).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure { error, exchange: taken(&last) }),
        }
    }

    /// What a sign-out ends: this run's login, or the token that another run left.
    async fn known_login(&self) -> Option<Login> {
        let login = self.signed_in().login.clone();
        match login {
            Some(Ok(login)) => Some(login),
            Some(Err(_)) | None => login::kept(&self.0.place).await,
        }
    }

    /// Replayed once after a renewal: a second refusal is the answer, and it is remembered.
    async fn send(&self, exchange: Exchange, last: &Last) -> Result<Response, Error> {
        let login = self.login().await?;
        let response = self.carry_as(&exchange, &login, last).await?;
        if !self.0.provider.is_signed_out(&response) {
            return Ok(response);
        }
        if matches!(login, Login::Credentials(_)) {
            return Err(self.refused(&login, &response));
        }
        let login = self.renew(&login).await?;
        let response = self.carry_as(&exchange, &login, last).await?;
        if self.0.provider.is_signed_out(&response) {
            return Err(self.refused(&login, &response));
        }
        Ok(response)
    }

    async fn carry_as(
        &self,
        exchange: &Exchange,
        login: &Login,
        last: &Last,
    ) -> Result<Response, Error> {
        let exchange = self.0.provider.authorize(exchange.clone(), login);
        self.carry(exchange, &secrets(login), last).await
    }

    /// Further requests fail at once, until the user tries again.
    fn refused(&self, login: &Login, response: &Response) -> Error {
        let reason = response.header("x-status-reason").unwrap_or_default();
        let error = Error::Unauthorized { reason };
        let mut signed_in = self.signed_in();
        if signed_in.login.as_ref().and_then(|known| known.as_ref().ok()) == Some(login) {
            signed_in.login = Some(Err(error.clone()));
        }
        error
    }

    fn remember(&self, error: &Error) {
        if let Error::LockedOut { wait } = error {
            let now = (self.0.place.clock)();
            let until = jiff::SignedDuration::try_from(*wait).ok();
            let until = until.and_then(|wait| now.checked_add(wait).ok());
            let mut signed_in = self.signed_in();
            // A later answer within the same lock-out does not shorten it.
            signed_in.locked_until = signed_in.locked_until.max(until);
        }
    }

    fn lock_out(&self) -> Option<Error> {
        let now = (self.0.place.clock)();
        let mut signed_in = self.signed_in();
        let wait = Duration::try_from(signed_in.locked_until?.duration_since(now)).ok();
        let wait = wait.filter(|wait| !wait.is_zero());
        if wait.is_none() {
            signed_in.locked_until = None;
        }
        wait.map(|wait| Error::LockedOut { wait })
    }

    async fn login(&self) -> Result<Login, Error> {
        if let Some(locked_out) = self.lock_out() {
            return Err(locked_out);
        }
        let renewal = {
            let mut signed_in = self.signed_in();
            if let Some(known) = signed_in.login.clone().filter(|_| signed_in.renewal.is_none()) {
                return known;
            }
            signed_in.renewal.get_or_insert_with(|| self.spawn_renewal(None)).clone()
        };
        renewal.await
    }

    async fn renew(&self, ended: &Login) -> Result<Login, Error> {
        let renewal = {
            let mut signed_in = self.signed_in();
            let current = signed_in.login.clone();
            match current {
                Some(Ok(known)) if known == *ended => {}
                Some(other) => return other, // another one was quicker
                None => {}
            }
            let ended = Some(ended.clone());
            signed_in.renewal.get_or_insert_with(|| self.spawn_renewal(ended)).clone()
        };
        renewal.await
    }

    /// A task of its own: whoever waits may go away, the renewal runs on for the others.
    #[expect(clippy::disallowed_methods, reason = "a renewal outlives those who asked for it")]
    fn spawn_renewal(&self, ended: Option<Login>) -> Renewal {
        let session = self.clone();
        let task = tokio::spawn(async move {
            let result = session.obtain(ended).await;
            if let Err(error) = &result {
                session.remember(error);
            }
            let mut signed_in = session.signed_in();
            signed_in.renewal = None;
            signed_in.login = match &result {
                // Nobody refused anything: the next action may try again.
                Err(error) if !login::is_refusal(error) => None,
                result => Some(result.clone()),
            };
            result
        });
        let panicked = |_| Err(Error::bug("the task that signs in panicked"));
        task.map(move |joined| joined.unwrap_or_else(panicked)).boxed().shared()
    }

    /// The stored token if it is another one than the ended: a second process may have renewed
    /// it. Else a new one.
    async fn obtain(&self, ended: Option<Login>) -> Result<Login, Error> {
        let code = self.signed_in().code.take();
        let is_with_code = code.is_some();
        if let Some(kept) = login::kept(&self.0.place).await
            && !is_with_code
            && ended.as_ref() != Some(&kept)
        {
            return Ok(kept);
        }
        let credentials = login::credentials(&self.0.place, code).await?;
        let Some(mut sign_in) = self.0.provider.sign_in(&credentials) else {
            return Ok(Login::Credentials(credentials));
        };
        let last = Last::default();
        let hidden = [credentials.secret.clone()];
        let send = |exchange| self.carry(exchange, &hidden, &last);
        let login = drive(|input| sign_in.next(input), send, |_| {}).await?;
        if let Login::Token { token, .. } = &login {
            login::keep(&self.0.place, Some(token)).await;
        }
        Ok(login)
    }

    /// To the channel, repeated where that is harmless, and written into the trail.
    async fn carry(
        &self,
        exchange: Exchange,
        hidden: &[Secret],
        last: &Last,
    ) -> Result<Response, Error> {
        let at = (self.0.place.clock)();
        let (result, attempts) = self.attempt(&exchange).await;
        let took = (self.0.place.clock)().duration_since(at);
        let took = Duration::try_from(took).unwrap_or_default();
        let address = self.0.place.channel.address(&exchange);
        let attempt = Attempt { at, took, attempts };
        let answer = result.as_ref().ok();
        let shown = redact::exchanged(&exchange, &address, answer, attempt, hidden);
        let stamp = answer.and_then(|answer| self.0.provider.stamp(answer));
        let shown = self.0.trail.keep(shown, stamp, &self.0.place.connection.name);
        *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        result
    }

    async fn attempt(&self, exchange: &Exchange) -> (Result<Response, Error>, u32) {
        let mut attempt = 0;
        loop {
            let result = self.0.place.channel.send(exchange.clone()).await;
            let status = result.as_ref().map(|response| response.status);
            let after = result.as_ref().ok().and_then(Response::retry_after);
            match decide(exchange.is_safe, status, after, attempt) {
                Decision::Retry(pause) => sleep(pause).await,
                Decision::GiveUp => return (result, attempt + 1),
            }
            attempt += 1;
        }
    }

    /// Never held across an await. A panic elsewhere leaves nothing half done in it.
    fn signed_in(&self) -> MutexGuard<'_, SignedIn> {
        self.0.signed_in.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keyrings and commands block; `None` = it panicked.
#[expect(clippy::disallowed_methods, reason = "a session reads its own secret")]
pub(super) async fn in_worker<C, T: Send + 'static>(
    place: &Place<C>,
    work: impl FnOnce(&dyn SecretStore) -> T + Send + 'static,
) -> Option<T> {
    let secrets = Arc::clone(&place.secrets);
    tokio::task::spawn_blocking(move || work(secrets.as_ref())).await.ok()
}

fn taken(last: &Last) -> Option<Arc<Exchanged>> {
    last.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// What must not be shown of a login.
fn secrets(login: &Login) -> Vec<Secret> {
    match login {
        Login::Credentials(credentials) => vec![credentials.secret.clone()],
        Login::Token { token, .. } => vec![token.clone()],
    }
}

/// Runs any machine of the providers' shape to its end. Once a write has landed, a line that
/// breaks while it is read back is an answer like others ([`Response::lost`]): the machine knows
/// what landed, and a landed write never looks failed.
async fn drive<T, Sent>(
    mut next: impl FnMut(Input) -> Step<T>,
    send: impl Fn(Exchange) -> Sent,
    partial: impl Fn(T),
) -> Result<T, Error>
where
    Sent: Future<Output = Result<Response, Error>>,
{
    let (mut input, mut has_landed) = (Input::Go, false);
    loop {
        input = match next(input) {
            Step::Send(exchange) => {
                let (is_safe, tells_loss) = (exchange.is_safe, exchange.tells_loss);
                let response = match send(*exchange).await {
                    Err(_) if has_landed && is_safe => Response::lost(),
                    Err(Error::Unknown) if tells_loss => {
                        has_landed = true; // maybe: what is asked now must not hide that
                        Response::lost()
                    }
                    result => result?,
                };
                has_landed |= !is_safe && (200..300).contains(&response.status);
                Input::Answer(response)
            }
            Step::Wait(wait) => {
                sleep(wait.min(LONGEST_WAIT)).await;
                Input::Go
            }
            Step::Partial(outcome) => {
                partial(outcome);
                Input::Go
            }
            Step::Done(result) => return result,
        };
    }
}

#[cfg(test)]
mod tests;
