//! Requests as the user wrote them: the path is an operation.
use super::{
    World,
    call::{Flavour, OPEN},
};
use crate::{
    domain::{action::Request, error::Error},
    net::exchange::Response,
    providers::{Step, send},
};

/// Headers that are the login's own.
const LOGIN: [&str; 2] = ["authorization", "cookie"];

/// One exchange, whatever it answers.
#[derive(Debug)]
pub struct Send(pub Request);

impl Send {
    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        let mut request = self.0.clone();
        let base = match world.flavour {
            Flavour::Cloud => super::CLOUD_PATH,
            Flavour::Open => {
                operation(&mut request)?;
                super::BASE_PATH
            }
        };
        send::Send(request).next(answers.first(), &LOGIN, base)
    }
}

/// An operation is a parameter there, which may stand in the address of a POST too. A1.
fn operation(request: &mut Request) -> Result<(), Error> {
    if request.query.iter().any(|(name, _)| name == "sessionName") {
        let reason = "sessionName belongs to the connection's login".to_owned();
        return Err(Error::Usage { reason });
    }
    let path = request.path.trim_matches('/');
    if path != OPEN {
        let operation = path.strip_prefix(OPEN).unwrap_or(path).trim_matches('/').to_owned();
        request.query.insert(0, ("operation".to_owned(), operation));
        OPEN.clone_into(&mut request.path);
    }
    Ok(())
}
