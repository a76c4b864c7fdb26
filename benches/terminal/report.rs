//! What was measured, as the tables of docs/PERFORMANCE.md.
use std::time::Duration;

use super::{ROWS, keys::Keys, process::Cost, window::Window};

/// What was measured.
#[derive(Debug, Default)]
pub struct Report {
    notes: Vec<String>,
    starts: Vec<String>,
    keys: Vec<String>,
    more: Vec<String>,
    load: String,
}

impl Report {
    pub fn new(records: u32) -> Self {
        let notes = vec![format!("{records} contacts; 120x40, truecolour.")];
        Self { notes, load: load(), ..Self::default() }
    }

    pub fn note(&mut self, text: &str) {
        self.notes.push(text.to_owned());
    }

    /// From the start of the process to its first frame, and to rows.
    pub fn start(&mut self, name: &str, window: &mut Window) {
        let rows = window.wait_for(ROWS, Duration::from_secs(30));
        let ms = |at: Option<std::time::Instant>| {
            at.map_or("-".to_owned(), |at| {
                format!("{:.1}", (at - window.begun).as_secs_f64() * 1_000.0)
            })
        };
        self.starts.push(format!("| {name} | {} | {} |", ms(window.first()), ms(rows)));
    }

    pub fn keys(&mut self, name: &str, [ficha, floor]: &[Keys; 2]) {
        for (who, keys) in [("ficha", ficha), ("plain list", floor)] {
            self.keys.push(format!(
                "| {name} | {who} | {:.2} | {:.2} | {} | {} | {} |",
                keys.share(50),
                keys.share(95),
                keys.bytes_a_key(),
                keys.cpu_a_key(),
                keys.missed(),
            ));
        }
        self.keys.push(format!(
            "| | **ratio** | **{:.2}** | **{:.2}** | | | |",
            ficha.share(50) / floor.share(50),
            ficha.share(95) / floor.share(95),
        ));
    }

    pub fn flood(&mut self, took: &[(Duration, String); 2]) {
        for (name, (took, rows)) in ["ficha", "plain list"].iter().zip(took) {
            let ms = took.as_secs_f64() * 1_000.0;
            self.more.push(format!(
                "500 keys in one write: {name}: {ms:.1} ms until the last change, then rows {rows}."
            ));
        }
    }

    pub fn rest(&mut self, name: &str, before: &Cost, now: &Cost, bytes: u64) {
        self.more.push(format!(
            "10 s at rest: {name}: {} context switches, {:.2} ms CPU, {bytes} bytes; {} threads, RSS {:.1} MB, PSS {:.1} MB.",
            now.switches.saturating_sub(before.switches),
            now.cpu.saturating_sub(before.cpu).as_secs_f64() * 1_000.0,
            now.threads,
            megabytes(now.resident),
            megabytes(now.proportional),
        ));
    }

    pub fn print(&self) {
        println!("load average: {} before, {} after\n", self.load, load());
        self.notes.iter().for_each(|note| println!("{note}"));
        println!("\n| start | first frame ms | rows ms |\n| --- | --- | --- |");
        self.starts.iter().for_each(|line| println!("{line}"));
        println!(
            "\n| key | program | p50 ms | p95 ms | bytes a key | CPU µs a key | missed |\n| --- | --- | --- | --- | --- | --- | --- |"
        );
        self.keys.iter().for_each(|line| println!("{line}"));
        println!();
        self.more.iter().for_each(|line| println!("{line}"));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn megabytes(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1_024.0
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
