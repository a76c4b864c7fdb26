//! Signing in: shared by all who wait for it, one at a time over all processes, and one login
//! more where the server takes the exchanges of one login one after another.
use futures_util::FutureExt as _;
use jiff::SignedDuration;

use super::{Last, Session, drive, logins::Renewal};
use crate::{
    action::login,
    domain::error::Error,
    net::channel::Channel,
    providers::{Credentials, Login, Occasion},
};

/// A login that ends within so long is renewed already.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);

/// The login that is kept for the next run.
const FIRST: usize = 0;

impl<C: Channel> Session<C> {
    /// The login at that place, signed in.
    pub(super) async fn login(&self, index: usize) -> Result<Login, Error> {
        let now = (self.0.place.clock)();
        let renewal = {
            let mut logins = self.logins();
            if let Some(error) = logins.locked_out(now).or_else(|| logins.refused.clone()) {
                return Err(error);
            }
            let signed = logins.at(index);
            let known = signed.login.clone().filter(|_| signed.renewal.is_none());
            match known {
                Some(known) if !self.is_ending(&known) => return Ok(known),
                ending => signed.renewal.get_or_insert_with(|| self.renewal(index, ending)).clone(),
            }
        };
        renewal.await
    }

    /// Another one than that, which the server says has ended.
    pub(super) async fn renew(&self, index: usize, ended: &Login) -> Result<Login, Error> {
        let renewal = {
            let mut logins = self.logins();
            if let Some(error) = &logins.refused {
                return Err(error.clone());
            }
            let signed = logins.at(index);
            match &signed.login {
                Some(known) if known != ended => return Ok(known.clone()), // another one was quicker
                Some(_) | None => {}
            }
            let ended = Some(ended.clone());
            signed.renewal.get_or_insert_with(|| self.renewal(index, ended)).clone()
        };
        renewal.await
    }

    /// A task of its own: whoever waits may go away, the renewal runs on for the others.
    #[expect(clippy::disallowed_methods, reason = "a renewal outlives those who asked for it")]
    fn renewal(&self, index: usize, ended: Option<Login>) -> Renewal {
        let session = self.clone();
        let task = tokio::spawn(async move {
            let result = session.obtain(index, ended).await;
            let is_refusal = result.as_ref().is_err_and(login::is_refusal);
            if let Err(error) = &result {
                session.remember(error);
            }
            session.logins().settle(index, &result, is_refusal);
            session.open_another();
            result
        });
        let panicked = |_| Err(Error::bug("the task that signs in panicked"));
        task.map(move |joined| joined.unwrap_or_else(panicked)).boxed().shared()
    }

    /// Opens one login more if an exchange waits for one and the server gains by it. Nobody
    /// waits for this: whatever becomes free first is taken.
    #[expect(clippy::disallowed_methods, reason = "it is for whoever waits then")]
    pub(super) fn open_another(&self) {
        if !self.logins().begin_opening(self.0.limit) {
            return;
        }
        let session = self.clone();
        tokio::spawn(async move {
            let opened = session.another().await;
            if let Err(error) = &opened {
                tracing::info!(?error, "no further login was given");
            }
            if session.logins().end_opening(opened.ok()) {
                session.0.free.add_permits(1);
                session.open_another();
            }
        });
    }

    async fn another(&self) -> Result<Login, Error> {
        let credentials = login::credentials(&self.0.place, None).await?;
        let _one_at_a_time = self.0.signing_in.lock().await;
        let _turn = login::turn(&self.0.place).await;
        self.ask(credentials, None).await
    }

    /// The stored token if it is another one than the ended: a second process may have renewed
    /// it, or be about to. Else a new one.
    async fn obtain(&self, index: usize, ended: Option<Login>) -> Result<Login, Error> {
        let place = &self.0.place;
        let code = self.logins().code.take();
        if !self.0.provider.signs_in(&place.connection) {
            return login::credentials(place, code).await.map(Login::Credentials);
        }
        let has_code = code.is_some();
        let is_good =
            |kept: &Login| !has_code && ended.as_ref() != Some(kept) && !self.is_ending(kept);
        if let Some(kept) = self.kept(index).await.filter(is_good) {
            return Ok(kept);
        }
        let credentials = login::credentials(place, code).await?;
        let _one_at_a_time = self.0.signing_in.lock().await;
        let _turn = login::turn(place).await;
        let kept = self.kept(index).await;
        if let Some(kept) = kept.clone().filter(is_good) {
            return Ok(kept);
        }
        let login = self.ask(credentials, kept.or(ended)).await?;
        if let (FIRST, Login::Token { token, .. }) = (index, &login) {
            login::keep(place, Some(token)).await;
        }
        Ok(login)
    }

    /// The conversation of a sign-in.
    async fn ask(&self, credentials: Credentials, before: Option<Login>) -> Result<Login, Error> {
        let mut hidden = vec![credentials.secret.clone()];
        hidden.extend(before.iter().flat_map(|before| self.0.provider.secrets(before)));
        let occasion = Occasion { now: (self.0.place.clock)(), before };
        let Some(mut sign_in) = self.0.provider.sign_in(&credentials, &occasion) else {
            return Ok(Login::Credentials(credentials));
        };
        let last = Last::default();
        let send = |exchange| self.carry(exchange, &hidden, &last);
        drive(|input| sign_in.next(input), send, |_| {}).await
    }

    /// What another run, or another process, left for this place.
    async fn kept(&self, index: usize) -> Option<Login> {
        let is_kept = index == FIRST && self.0.provider.signs_in(self.connection());
        if is_kept { login::kept(&self.0.place).await } else { None }
    }

    /// What a sign-out ends besides what is signed in: the token that another run left.
    pub(super) async fn left(&self) -> Option<Login> {
        self.kept(FIRST).await
    }

    fn is_ending(&self, login: &Login) -> bool {
        let ends = self.0.provider.ends_at(login);
        ends.is_some_and(|ends| ends.duration_since((self.0.place.clock)()) <= AHEAD)
    }
}
