//! One session a connection: drives conversations, signs in when it must, and signs in again
//! when the product says that the session ended. A refused sign-in is never repeated by itself:
//! that would lock the user out.
use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::sleep,
};

use self::logins::Logins;
use super::{login, trail::Trail};
use crate::{
    domain::{
        action::{Action, Failure, Outcome},
        connection::{Auth, Connection},
        error::Error,
        exchanged::Exchanged,
        rate::{Rate, Urgency},
        secret::{Secret, SecretStore},
    },
    net::{
        budget::Ledger,
        channel::{self, Channel},
        exchange::{Exchange, Response},
        redact::{self, Attempt},
        retry::{Decision, decide},
    },
    providers::{
        Context, Input, Login, Memory, Provider, Step,
        membrane::{self, oauth},
    },
};

mod logins;
mod renewal;
mod spending;

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
    logins: Mutex<Logins>,
    /// At most so many logins; with more than one each carries one exchange at a time.
    limit: usize,
    /// As many permits as logins are free. Only used where there may be several.
    free: Semaphore,
    /// Sign-ins of one user spoil each other: a new challenge voids the one before (Vtiger, A3).
    signing_in: tokio::sync::Mutex<()>,
    trail: Trail,
    /// Where it is counted how often the product was asked, once that is known.
    ledger: Books,
    /// What is left of the product's allowance, as far as that is known.
    rate: Mutex<Option<Rate>>,
}

/// Where allowances are counted: given once, by whoever composes the program.
pub type Books = Arc<OnceLock<Arc<dyn Ledger>>>;

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
        Self::counting(place, Books::default())
    }

    /// The same, and counts there how often the product is asked.
    pub fn counting(place: Place<C>, ledger: Books) -> Self {
        let limit = Provider::from(place.connection.kind).parallel_logins();
        Self::of_logins(place, limit, ledger)
    }

    fn of_logins(place: Place<C>, limit: usize, ledger: Books) -> Self {
        let provider = Provider::from(place.connection.kind);
        let via = place.connection.via.as_ref().map(|via| via.id.clone());
        let memory = Memory { membrane: membrane::Memory::new(via), ..Memory::default() };
        Self(Arc::new(Inner {
            provider,
            memory,
            place,
            logins: Mutex::default(),
            limit,
            free: Semaphore::new(1),
            signing_in: tokio::sync::Mutex::default(),
            trail: Trail::default(),
            ledger,
            rate: Mutex::default(),
        }))
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
        self.run_as(Urgency::Asked, action, context, partial).await
    }

    /// Runs one that is so urgent; a write is a save whatever is said.
    pub async fn run_as(
        &self,
        urgency: Urgency,
        action: Action,
        context: Context,
        partial: impl Fn(Outcome),
    ) -> Result<Outcome, Failure> {
        let last = Last::default();
        let urgency = if action.is_write() { Urgency::Save } else { urgency };
        let conversation = self.0.provider.start(action, context);
        let mut conversation = conversation.told(&self.0.memory);
        let send = |exchange| self.send(Exchange { urgency, ..exchange }, &last);
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
        if self.0.place.connection.via.is_some() {
            return Ok(());
        }
        self.retry_sign_in(code);
        let seat = self.seat().await;
        let login = self.login(seat.index).await;
        login.map(|_| ()).map_err(|error| self.failure(error, &Last::default()))
    }

    /// Begins a sign-in by the browser: what is to be opened. The code goes to the first redirect
    /// that the server takes; with it [`Self::sign_in`] completes what was begun, in this process
    /// or in another one.
    ///
    /// Errors: [`Error::Usage`] where the connection signs in otherwise.
    pub(super) async fn begin(
        &self,
        redirects: &[&str],
        random: &[u8; oauth::RANDOM],
    ) -> Result<oauth::Opening, Failure> {
        let place = &self.0.place;
        if place.connection.auth != Auth::Oauth || place.connection.via.is_some() {
            let reason = format!("{} does not sign in by the browser", place.connection.name);
            return Err(Error::Usage { reason }.into());
        }
        let site = channel::site(&place.connection.url)?;
        let kept = login::kept(place).await;
        let kept = kept.map(|kept| oauth::Kept::read(kept.secret())).unwrap_or_default();
        let mut beginning =
            oauth::Beginning::new(site.as_str().trim_end_matches('/'), redirects, random);
        let last = Last::default();
        let send = |exchange| self.carry(exchange, &[], &last);
        let opening = drive(|input| beginning.next(&input, &kept), send, |_| {}).await;
        let opening = opening.map_err(|error| self.failure(error, &last))?;
        login::keep(place, Some(&opening.kept)).await;
        Ok(opening)
    }

    /// A sign-in has exchanges of its own: then the newest one is what failed.
    fn failure(&self, error: Error, last: &Last) -> Failure {
        let exchange = taken(last).or_else(|| self.0.trail.exchanges().into_iter().next());
        Failure { error, exchange }
    }

    /// Forgets a refusal: the next action tries to sign in once more.
    pub fn retry_sign_in(&self, code: Option<String>) {
        let mut logins = self.logins();
        logins.refused = None;
        if code.is_some() {
            logins.forget();
        }
        logins.code = code;
    }

    /// Ends the tokens at the server, and forgets them here in any case.
    pub async fn sign_out(&self) -> Result<(), Failure> {
        let left = self.left().await;
        login::keep(&self.0.place, None).await;
        let mut logins = self.logins().forget();
        logins.extend(left.filter(|left| !logins.contains(left)));
        let mut result = Ok(());
        for login in logins {
            result = result.and(self.end(&login).await);
        }
        result
    }

    async fn end(&self, login: &Login) -> Result<(), Failure> {
        let Some(exchange) = self.0.provider.sign_out(login) else { return Ok(()) };
        let last = Last::default();
        match self.carry_as(&exchange, login, &last).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure { error, exchange: taken(&last) }),
        }
    }

    /// One exchange of another connection that goes through this one: with this login, tried
    /// once, and written into the other's trail. A login that is refused is renewed once.
    pub(super) async fn pass(&self, exchange: Exchange) -> Result<Response, Error> {
        let (provider, channel) = (self.0.provider, &self.0.place.channel);
        let seat = self.seat().await;
        let login = self.login(seat.index).await?;
        let response = channel.send(provider.authorize(exchange.clone(), &login)).await?;
        if !provider.is_signed_out(&exchange, &response) {
            return Ok(response);
        }
        if matches!(login, Login::Credentials(_)) {
            return Err(self.refused(&seat, &login, &response));
        }
        let login = self.renew(seat.index, &login).await?;
        let response = channel.send(provider.authorize(exchange.clone(), &login)).await?;
        if provider.is_signed_out(&exchange, &response) {
            return Err(self.refused(&seat, &login, &response));
        }
        Ok(response)
    }

    /// The whole address that an exchange goes to.
    pub(super) fn address(&self, exchange: &Exchange) -> String {
        self.0.place.channel.address(exchange)
    }

    /// Replayed once after a renewal: a second refusal is the answer, and it is remembered.
    async fn send(&self, exchange: Exchange, last: &Last) -> Result<Response, Error> {
        // The credentials are kept where it goes through.
        if self.0.place.connection.via.is_some() {
            return self.carry(exchange, &[], last).await;
        }
        let seat = self.seat().await;
        let login = self.login(seat.index).await?;
        let response = self.carry_as(&exchange, &login, last).await?;
        if !self.0.provider.is_signed_out(&exchange, &response) {
            return Ok(response);
        }
        if matches!(login, Login::Credentials(_)) {
            return Err(self.refused(&seat, &login, &response));
        }
        let login = self.renew(seat.index, &login).await?;
        let response = self.carry_as(&exchange, &login, last).await?;
        if self.0.provider.is_signed_out(&exchange, &response) {
            return Err(self.refused(&seat, &login, &response));
        }
        Ok(response)
    }

    /// A login for one exchange: the one that all share, or the first that becomes free.
    async fn seat(&self) -> Seat<'_, C> {
        if self.0.limit == 1 {
            return Seat { session: self, index: 0, permit: None };
        }
        let permit = match self.0.free.try_acquire() {
            Ok(permit) => Some(permit),
            Err(_) => self.queue().await,
        };
        let index = self.logins().claim();
        Seat { session: self, index, permit }
    }

    async fn queue(&self) -> Option<SemaphorePermit<'_>> {
        let waiting = Waiting::new(self);
        self.open_another();
        // It is never closed, so that there is a permit in the end.
        let permit = self.0.free.acquire().await.ok();
        drop(waiting);
        self.open_another(); // others may wait still
        permit
    }

    async fn carry_as(
        &self,
        exchange: &Exchange,
        login: &Login,
        last: &Last,
    ) -> Result<Response, Error> {
        self.0.provider.remember(login, &self.0.memory);
        let exchange = self.0.provider.authorize(exchange.clone(), login);
        self.carry(exchange, &self.0.provider.secrets(login), last).await
    }

    /// Further requests fail at once, until the user tries again.
    fn refused(&self, seat: &Seat<'_, C>, login: &Login, response: &Response) -> Error {
        let reason = response.header("x-status-reason").unwrap_or_default();
        let error = Error::Unauthorized { reason };
        let mut logins = self.logins();
        if logins.at(seat.index).login.as_ref() == Some(login) {
            logins.at(seat.index).login = None;
            logins.refused = Some(error.clone());
        }
        error
    }

    fn remember(&self, error: &Error) {
        if let Error::LockedOut { wait } = error {
            self.logins().lock_out((self.0.place.clock)(), *wait);
        }
        // Where only the conversation could tell: credentials that are sent as they are were
        // refused, and would be again.
        let mut logins = self.logins();
        let is_sent = matches!(logins.at(0).login, Some(Login::Credentials(_)));
        if is_sent && matches!(error, Error::Unauthorized { .. }) {
            logins.at(0).login = None;
            logins.refused = Some(error.clone());
        }
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
            self.spend(exchange).await;
            let result = self.0.place.channel.send(exchange.clone()).await;
            if let Ok(response) = &result {
                self.note_told(response);
            }
            let status = result.as_ref().map(|response| response.status);
            let after = result.as_ref().ok().and_then(Response::retry_after);
            let usual = || decide(exchange.is_safe, status, after, attempt);
            match self.hold(exchange, &result, attempt).await.unwrap_or_else(usual) {
                Decision::Retry(pause) => sleep(pause).await,
                Decision::GiveUp => return (result, attempt + 1),
            }
            attempt += 1;
        }
    }

    /// Never held across an await. A panic elsewhere leaves nothing half done in it.
    fn logins(&self) -> MutexGuard<'_, Logins> {
        self.0.logins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The login that an exchange goes with; given back when dropped, however that ends.
struct Seat<'a, C: Channel> {
    session: &'a Session<C>,
    index: usize,
    /// `None` = it is shared.
    permit: Option<SemaphorePermit<'a>>,
}

impl<C: Channel> Drop for Seat<'_, C> {
    fn drop(&mut self) {
        // Before the permit, which says that one is free.
        if self.permit.is_some() {
            self.session.logins().release(self.index);
        }
    }
}

/// An exchange that no login is free for; it counts until this is dropped.
struct Waiting<'a, C: Channel>(&'a Session<C>);

impl<'a, C: Channel> Waiting<'a, C> {
    fn new(session: &'a Session<C>) -> Self {
        session.logins().wait(true);
        Self(session)
    }
}

impl<C: Channel> Drop for Waiting<'_, C> {
    fn drop(&mut self) {
        self.0.logins().wait(false);
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
            Step::SendAll(exchanges) => {
                let answers = join_all(exchanges.into_iter().map(&send)).await.into_iter();
                let lost = |result: Result<_, _>| match result {
                    Err(_) if has_landed => Ok(Response::lost()),
                    result => result,
                };
                Input::Answers(answers.map(lost).collect::<Result<_, _>>()?)
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
