//! Requests as the user wrote them. §4.
use super::run::{LARGEST, PATIENCE};
use crate::{
    domain::{action::Request, error::Error},
    net::exchange::{Exchange, Response},
    providers::{Step, send},
};

/// Headers that are the login's own.
const LOGIN: [&str; 2] = ["authorization", "cookie"];

/// One exchange, whatever it answers.
#[derive(Debug)]
pub struct Send(send::Send);

impl Send {
    /// To Membrane itself.
    pub fn new(request: Request) -> Self {
        Self(send::Send(request))
    }

    /// To the app behind a connection: below its proxy. §4.
    pub fn through(connection: &str, request: Request) -> Self {
        let path = request.path.trim().trim_start_matches('/');
        let path = format!("connections/{connection}/proxy/{path}");
        Self::new(Request { path, ..request })
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let step = self.0.next(answer, &LOGIN, &[])?;
        let Step::Send(exchange) = step else { return Ok(step) };
        let (timeout, limit) = (Some(PATIENCE), LARGEST);
        Ok(Step::Send(Box::new(Exchange { limit, timeout, ..*exchange })))
    }
}
