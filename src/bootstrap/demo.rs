//! Starts the built-in company for who may not know it.
use crate::{
    cli::shell::{Boxed, DemoOptions, Started},
    demo::{self, Demo, Faults, Options},
    domain::error::Error,
};

/// Starts it on a free port of 127.0.0.1.
pub fn start(wanted: DemoOptions) -> Boxed<Result<Started, Error>> {
    Box::pin(async move { started(demo::start(options(wanted)?).await) })
}

/// The same, but back before its records are made: for the browser, which has a frame to draw.
pub async fn start_early(wanted: DemoOptions) -> Result<Started, Error> {
    started(demo::start_early(options(wanted)?).await)
}

fn started(demo: Result<Demo, demo::Error>) -> Result<Started, Error> {
    let demo = demo.map_err(|error| Error::Disk { reason: error.to_string() })?;
    let introduction =
        serde_json::to_value(demo.introduction()).map_err(|error| Error::bug(error.to_string()))?;
    Ok(Started { introduction, alive: Box::new(demo) })
}

/// What was asked for, over the usual.
pub fn options(wanted: DemoOptions) -> Result<Options, Error> {
    let mut options = Options::new(super::clock());
    options.records = wanted.records.unwrap_or(options.records);
    options.seed = wanted.seed.unwrap_or(options.seed);
    options.latency = wanted.latency.unwrap_or(options.latency);
    options.port = wanted.port.unwrap_or(options.port);
    if let Some(fail) = wanted.fail {
        options.faults =
            fail.parse::<Faults>().map_err(|error| Error::Usage { reason: error.to_string() })?;
    }
    Ok(options)
}
