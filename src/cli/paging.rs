//! Long lists, page by page.
use std::future::Future;

use serde_json::{Map, Value as Json, json};

use super::{
    record::Printer,
    sentence::{Fault, Stop, status},
    shell::{Shell, surprise},
};
use crate::domain::{
    action::{Answer, Outcome, Source},
    record::{Page, Total},
    schema::EntityType,
};

/// How many records are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// At most so many.
    Limit(u64),
    /// At most so many, since nobody named a number.
    Usual(u64),
    /// Every one.
    All,
}

/// The most that one page asks for; the provider keeps to the product's limit.
const PAGE: u32 = 200;

/// Prints a list page by page: `ask` reads `(offset, limit)`. Each record is printed once, though
/// the list may shift while it is read.
///
/// Errors: what stopped it; with status 9 where some was printed already.
pub async fn print_pages<F: Future<Output = Result<Answer, Stop>>>(
    mut printer: Printer<'_>,
    place: (&str, Option<&EntityType>),
    wanted: Wanted,
    now: impl Fn() -> jiff::Timestamp,
    ask: impl Fn(u64, u32) -> F,
) -> Result<(), Stop> {
    let mut offset = 0;
    let mut told = Told::default();
    loop {
        let room = room(wanted, printer.count());
        let limit = u32::try_from(room).unwrap_or(PAGE).min(PAGE);
        let answer = match ask(offset, limit).await {
            Ok(answer) => answer,
            Err(stop) if printer.count() > 0 => return partly(printer, told, stop),
            Err(stop) => return Err(stop),
        };
        let page = told.page(answer, now())?;
        printer.print(place.0, place.1, page.records.values(), room)?;
        let received = page.received.max(page.records.len() as u64);
        offset = page.offset.max(offset) + received;
        told.more = page.has_more;
        // A page of nothing that promises more would go on for ever.
        if !page.has_more || received == 0 || self::room(wanted, printer.count()) == 0 {
            break;
        }
    }
    if let Some(kept) = told.kept {
        super::note(&format!(
            "ficha: kept here: {} of {kept} records; the server was not asked.",
            printer.count()
        ));
    } else if told.more && matches!(wanted, Wanted::Usual(_)) {
        // Nobody asked for so few: a script or a person must not take them for all.
        let of = told.total.map_or_else(|| "more".to_owned(), |total| total.to_string());
        super::note(&format!(
            "ficha: {} of {of} records; --limit N or --all for more.",
            printer.count()
        ));
    }
    printer.finish(told.document())?;
    Ok(())
}

fn room(wanted: Wanted, printed: usize) -> usize {
    match wanted {
        Wanted::All => usize::MAX,
        Wanted::Limit(limit) | Wanted::Usual(limit) => {
            usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(printed)
        }
    }
}

fn partly(printer: Printer<'_>, mut told: Told, stop: Stop) -> Result<(), Stop> {
    let count = printer.count();
    told.more = true;
    printer.finish(told.document())?;
    match stop {
        Stop::Pipe => Err(Stop::Pipe),
        Stop::Fault(fault) => {
            let message = format!("Only {count} records came. {}", fault.message);
            Err(Fault { code: status::PARTLY, kind: "partly", message, ..*fault }.into())
        }
    }
}

/// What is told of a list besides its records.
#[derive(Debug, Default)]
pub struct Told {
    total: Option<u64>,
    /// The list was made of so many kept records: it is no list of the server's.
    kept: Option<u64>,
    /// Whether there is more than was printed.
    pub more: bool,
    source: Option<Source>,
    age: i64,
}

impl Told {
    /// The page of an answer, and what it tells.
    pub fn page(&mut self, answer: Answer, now: jiff::Timestamp) -> Result<Page, Stop> {
        let Outcome::Page(page) = answer.outcome else { return Err(surprise()) };
        let is_gathered = page.is_filtered_here && answer.source == Source::Cache;
        match page.total {
            Total::Exact(kept) if is_gathered => self.kept = Some(kept),
            // It counts what the server could filter: more than fits.
            Total::Exact(_) if page.is_filtered_here => {}
            Total::Exact(total) => self.total = Some(total),
            Total::More | Total::NoMore | Total::Unknown => {}
        }
        if self.source != Some(Source::Cache) {
            self.source = Some(answer.source);
        }
        self.age = self.age.max(now.duration_since(answer.seen).as_secs().max(0));
        self.more = self.more || page.has_more;
        Ok(page)
    }

    /// As INTERFACE has it.
    pub fn document(self) -> Map<String, Json> {
        let source = if self.source == Some(Source::Cache) { "cache" } else { "network" };
        let told = [
            ("total".to_owned(), json!(self.total)),
            ("more".to_owned(), json!(self.more)),
            ("source".to_owned(), json!(source)),
            ("age_s".to_owned(), json!(self.age)),
        ];
        let kept = self.kept.map(|kept| ("kept_here".to_owned(), json!(kept)));
        told.into_iter().chain(kept).collect()
    }
}

/// How many, of `--limit` and `--all`.
pub fn wanted(limit: Option<u64>, all: bool, shell: &Shell) -> Wanted {
    match limit {
        _ if all => Wanted::All,
        Some(limit) => Wanted::Limit(limit),
        None => Wanted::Usual(u64::from(shell.config.settings.page_size)),
    }
}
