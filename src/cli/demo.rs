//! `ficha demo --serve`. Without `--serve` it is the terminal browser's, and bootstrap's.
use std::time::Duration;

use clap::Args;

use super::{
    output::Out,
    sentence::Stop,
    shell::{DemoOptions, Shell},
};
use crate::config::parse_duration;

/// `ficha demo`.
#[derive(Args, Clone, Debug)]
pub struct Demo {
    /// Serve it on 127.0.0.1 and print how to reach it, until interrupted
    #[arg(long)]
    pub serve: bool,
    /// So many records in all
    #[arg(long, value_name = "N")]
    records: Option<u32>,
    /// Makes data and failures repeat
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Before each answer: 200ms
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    latency: Option<Duration>,
    /// The port; a free one without it
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Failures: '429:10%,drop:1%'
    #[arg(long, value_name = "SPEC")]
    fail: Option<String>,
}

impl Demo {
    /// How the company shall be.
    pub fn options(&self) -> DemoOptions {
        DemoOptions {
            records: self.records,
            seed: self.seed,
            latency: self.latency,
            fail: self.fail.clone(),
            port: self.port,
        }
    }
}

/// Serves until interrupted.
pub async fn run(demo: Demo, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let started = (shell.demo)(demo.options()).await?;
    // One line, whatever the terminal: programs read it.
    out.text(&format!("{}\n", started.introduction))?;
    interrupted().await;
    drop(started.alive);
    Ok(())
}

/// Ends with SIGINT or SIGTERM.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut ended) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = ended.recv() => {}
            }
            return;
        }
    }
    // Without a handler the signal itself ends the program.
    let _ = tokio::signal::ctrl_c().await;
}
