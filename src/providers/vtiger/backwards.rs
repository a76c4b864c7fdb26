//! Lists in a falling order, read from the end of the rising one: the language has no other way to
//! order by several keys (A6). Those without a value come last, and no comparison meets them: they
//! are told by how many there are.
use serde_json::Value as Json;

use super::{
    call::Flavour,
    errors, filter,
    keyset::{Place, Way},
    vtql::{Condition, MOST, Select},
};
use crate::{
    domain::error::Error,
    net::exchange::{Exchange, Response},
    providers::json::{text, unreadable},
};

/// So many rows are read at once: there is room for some that are added between count and rows.
const SOME: u32 = MOST - 10;

/// So often they are counted anew, where there was not room enough.
const TRIES: u8 = 3;

/// One page of such a list.
#[derive(Debug)]
pub struct Backwards {
    select: Select,
    way: Way,
    has_value: Option<Condition>,
    part: Part,
    /// How many stand before the page.
    seen: u64,
    tries: u8,
    counted: Counted,
}

/// Which of the rows are asked for.
#[derive(Clone, Debug)]
enum Part {
    /// Of all of them those behind so many: where a place in the list cannot be said.
    Whole,
    /// Of those that have a value: behind a place, or all.
    Valued(Option<Place>),
    /// Of those that have none.
    Valueless(Option<Place>),
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    /// Of the whole list.
    total: u64,
    /// How many stand before those that are asked for, in the rising order.
    skipped: u64,
    awaited: u64,
}

/// What is to be done with a count.
#[derive(Debug)]
pub enum Next {
    /// Ask for the rows.
    Rows(Box<Exchange>),
    /// Count anew: what was asked for is at its end, and something may come behind it.
    Count,
    /// Nothing is left.
    Ended,
}

/// The rows in their order.
#[derive(Debug)]
pub struct Read {
    /// With the place of each, where it can be said.
    pub rows: Vec<(Json, Option<Place>)>,
    /// Whether nothing comes behind them.
    pub has_ended: bool,
}

impl Backwards {
    /// The page of at most `select`'s rows behind `seen`, which is behind `place` if that is known.
    pub fn new(
        select: Select,
        way: Way,
        has_value: Option<Condition>,
        place: Option<Place>,
        seen: u64,
    ) -> Self {
        let part = match place {
            Some(place) if place.is_valueless() => Part::Valueless(Some(place)),
            Some(place) => Part::Valued(Some(place)),
            None if seen == 0 && way.is_keyed() && has_value.is_some() => Part::Valued(None),
            None => Part::Whole,
        };
        let counted = Counted::default();
        Self { select, way, has_value, part, seen, tries: 0, counted }
    }

    /// How many there are of the whole list.
    pub fn total(&self) -> u64 {
        self.counted.total
    }

    fn most(&self) -> u64 {
        u64::from(self.select.limit.1.min(SOME))
    }

    /// The rows of that part; without a place that could be asked for, all of the list.
    fn block(&self) -> Select {
        let also = |all: &[Vec<Condition>]| {
            let any = filter::both(&self.select.any, all)?;
            Some(Select { any, ..self.select.clone() })
        };
        let block = match &self.part {
            Part::Whole | Part::Valueless(None) => None,
            Part::Valued(Some(place)) | Part::Valueless(Some(place)) => {
                also(&place.behind(&self.way))
            }
            Part::Valued(None) => self.with_value(&self.select),
        };
        block.unwrap_or_else(|| self.select.clone())
    }

    fn with_value(&self, select: &Select) -> Option<Select> {
        let any = filter::both(&select.any, &[vec![self.has_value.clone()?]])?;
        Some(Select { any, ..select.clone() })
    }

    /// What is to be counted.
    pub fn counts(&mut self, flavour: Flavour) -> Vec<Exchange> {
        let is_sayable = match &self.part {
            Part::Valued(Some(place)) | Part::Valueless(Some(place)) => {
                filter::both(&self.select.any, &place.behind(&self.way)).is_some()
            }
            Part::Whole | Part::Valued(None) | Part::Valueless(None) => true,
        };
        if !is_sayable {
            self.part = Part::Whole;
        }
        let block = self.block();
        let valued = self.with_value(&block);
        let mut all = vec![self.select.count()];
        match &self.part {
            Part::Whole => {}
            Part::Valued(_) => all.push(block.count()),
            Part::Valueless(_) => {
                all.push(block.count());
                all.extend(valued.map(|valued| valued.count()));
            }
        }
        all.iter().map(|count| flavour.query(count)).collect()
    }

    /// What was counted, in the order of [`Self::counts`].
    pub fn counted(&mut self, flavour: Flavour, answers: &[Response]) -> Result<Next, Error> {
        let counts = answers.iter().map(count).collect::<Result<Vec<_>, _>>()?;
        let total = counts.first().copied().unwrap_or_default();
        let left = match (&self.part, counts.as_slice()) {
            (Part::Whole, _) => total.saturating_sub(self.seen),
            (Part::Valued(_), [_, valued]) => *valued,
            (Part::Valueless(_), [_, all, valued]) => all.saturating_sub(*valued),
            _ => 0,
        };
        self.counted.total = total;
        if left == 0 {
            return Ok(match self.part {
                Part::Valued(_) if total > 0 && self.has_value.is_some() => {
                    self.part = Part::Valueless(None);
                    Next::Count
                }
                Part::Whole | Part::Valued(_) | Part::Valueless(_) => Next::Ended,
            });
        }
        let skipped = left.saturating_sub(self.most());
        let awaited = left - skipped;
        self.counted = Counted { total, skipped, awaited };
        // What is added at the end of the part belongs to it; but behind so many, or before those
        // with a value, stand others.
        let most = match self.part {
            Part::Valued(_) => MOST,
            Part::Whole | Part::Valueless(_) => u32::try_from(awaited).unwrap_or(MOST),
        };
        let rows = Select { limit: (skipped, most), ..self.block() };
        Ok(Next::Rows(Box::new(flavour.query(&rows.to_string()))))
    }

    /// The rows, the last ones first. `None`: so many were added in between that these may not be
    /// the last ones, so they are to be counted anew.
    pub fn read(&mut self, answers: &[Response]) -> Result<Option<Read>, Error> {
        let [answer] = answers else { return Err(Error::bug("a list without an answer")) };
        let mut rows = errors::rows(answer, "query")?;
        let Counted { total, skipped, awaited } = self.counted;
        if rows.len() >= MOST as usize && awaited < u64::from(MOST) && self.tries < TRIES {
            self.tries += 1;
            return Ok(None);
        }
        rows.reverse();
        let most = usize::try_from(self.most()).unwrap_or(usize::MAX);
        let is_cut = rows.len() > most;
        rows.truncate(most);
        let seen = self.seen + rows.len() as u64;
        let has_rest = match self.part {
            Part::Valued(_) => total > seen,
            Part::Whole | Part::Valueless(_) => false,
        };
        let place = |row: &Json| match self.part {
            Part::Valueless(_) => Place::valueless(row, &self.way),
            Part::Valued(_) => Place::of(row, &self.way, true),
            Part::Whole => Place::of(row, &self.way, false),
        };
        let rows = rows.into_iter().map(|row| {
            let place = place(&row);
            (row, place)
        });
        let has_ended = skipped == 0 && !is_cut && !has_rest;
        Ok(Some(Read { rows: rows.collect(), has_ended }))
    }
}

/// `[{"count":"800"}]`.
pub fn count(response: &Response) -> Result<u64, Error> {
    let rows = errors::rows(response, "query")?;
    let told = rows.first().and_then(|row| text(row, "count")?.parse().ok());
    told.ok_or_else(|| unreadable("result[0].count", "a number"))
}
