//! What hangs under a field: choices, days, records.
use jiff::{
    ToSpan,
    civil::{Date, Time},
};

use super::{super::edit::Edit, input::Input};
use crate::{
    domain::{
        action::Failure,
        schema::{Choice, ChoiceStyle, EntityName, FieldKind},
        value::{Reference, Value},
    },
    text::fuzzy::{self, Hit},
};

/// What hangs under a field.
#[derive(Debug)]
pub enum Popup {
    /// Some values.
    Choices(Choices),
    /// A month.
    Days(Days),
    /// Records.
    Records(Records),
}

/// Values to choose from, narrowed by what is typed.
#[derive(Debug)]
pub struct Choices {
    filter: Edit,
    options: Vec<Choice>,
    hits: Vec<Hit>,
    at: usize,
    several: bool,
}

impl Choices {
    /// With the cursor on the value that is set.
    pub(in crate::app) fn open(input: &Input) -> Self {
        let mut options = input.field().choices.clone();
        let set = chosen(input);
        // What is stored and no choice any more can still be seen, and taken out.
        for value in &set {
            if options.iter().all(|option| option.value != *value) {
                let (value, label) = (value.clone(), value.clone());
                options.push(Choice { value, label, style: ChoiceStyle::Plain });
            }
        }
        let several = input.field().kind == FieldKind::MultiEnum;
        let at = options.iter().position(|it| set.first() == Some(&it.value)).unwrap_or(0);
        let (filter, hits) = (Edit::line(""), Vec::new());
        let mut choices = Self { filter, options, hits, at, several };
        choices.narrow();
        choices.at = at;
        choices
    }

    /// What is typed.
    pub fn filter(&self) -> &Edit {
        &self.filter
    }

    pub(in crate::app) fn filter_mut(&mut self) -> &mut Edit {
        &mut self.filter
    }

    /// Those that match, best first, with the matched letters.
    pub fn hits(&self) -> impl Iterator<Item = (&Choice, &Hit)> {
        self.hits.iter().filter_map(|hit| Some((self.options.get(hit.index)?, hit)))
    }

    /// Those that do not.
    pub fn others(&self) -> impl Iterator<Item = &Choice> {
        let all = self.options.iter().enumerate();
        all.filter(|(at, _)| self.hits.iter().all(|hit| hit.index != *at)).map(|(_, it)| it)
    }

    /// The place of the cursor among those that match.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether several can be set.
    pub fn is_several(&self) -> bool {
        self.several
    }

    /// The one under the cursor.
    pub fn selected(&self) -> Option<&Choice> {
        self.options.get(self.hits.get(self.at)?.index)
    }

    pub(in crate::app) fn narrow(&mut self) {
        let labels: Vec<&str> = self.options.iter().map(|it| it.label.as_str()).collect();
        self.hits = fuzzy::rank(&self.filter.text(), &labels);
        self.at = 0;
    }

    pub(in crate::app) fn go(&mut self, by: isize) {
        self.at = moved(self.at, by, self.hits.len());
    }

    pub(in crate::app) fn point(&mut self, at: usize) {
        self.at = at.min(self.hits.len().saturating_sub(1));
    }
}

/// The stored values that are set.
pub fn chosen(input: &Input) -> Vec<String> {
    match input.value() {
        Ok(Value::Text(text)) => vec![text.clone()],
        Ok(Value::Many(many)) => many.clone(),
        Ok(_) | Err(_) => Vec::new(),
    }
}

fn moved(at: usize, by: isize, len: usize) -> usize {
    at.saturating_add_signed(by).min(len.saturating_sub(1))
}

/// A month with a day under the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days {
    day: Date,
    /// Whether the text has the last word, and not a key that chose a day.
    is_typed: bool,
    /// The time that stood there, and the text.
    time: Option<Time>,
    was: Option<String>,
}

impl Days {
    pub(in crate::app) fn open(
        day: Date,
        is_typed: bool,
        time: Option<Time>,
        was: Option<String>,
    ) -> Self {
        Self { day, is_typed, time, was }
    }

    /// The day under the cursor.
    pub fn day(&self) -> Date {
        self.day
    }

    /// Whether the text was typed since a day was chosen.
    pub fn is_typed(&self) -> bool {
        self.is_typed
    }

    pub(in crate::app) fn time(&self) -> Option<Time> {
        self.time
    }

    pub(in crate::app) fn was(&self) -> Option<&str> {
        self.was.as_deref()
    }

    /// Something was typed, which is that day if it is one.
    pub(in crate::app) fn follow(&mut self, day: Option<Date>) {
        self.is_typed = true;
        self.day = day.unwrap_or(self.day);
    }

    pub(in crate::app) fn set(&mut self, day: Date) {
        self.is_typed = false;
        self.day = day;
    }

    /// So many days on; the calendar's ends hold.
    pub(in crate::app) fn days(&mut self, by: i32) {
        self.set(self.day.checked_add(i64::from(by).days()).unwrap_or(self.day));
    }

    pub(in crate::app) fn months(&mut self, by: i32) {
        self.set(self.day.checked_add(i64::from(by).months()).unwrap_or(self.day));
    }

    /// Six weeks that hold the month: the number of the week by ISO, and its days. A day beyond
    /// the calendar is left out.
    pub fn weeks(&self, week_start: u8) -> Vec<(i8, Vec<Date>)> {
        let first = self.day.first_of_month();
        let back =
            (7 + first.weekday().to_sunday_zero_offset() - week_start.min(6).cast_signed()) % 7;
        let mut weeks = Vec::new();
        for week in 0..6_i64 {
            let day = |at: i64| first.checked_add((week * 7 + at - i64::from(back)).days()).ok();
            let days: Vec<Date> = (0..7).filter_map(day).collect();
            let inside = days.iter().any(|day| day.first_of_month() == first);
            if let Some(middle) = days.get(3).filter(|_| inside) {
                weeks.push((middle.iso_week_date().week(), days));
            }
        }
        weeks
    }
}

/// Where an offered record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum From {
    /// It is set already.
    Set,
    /// It was looked at.
    Recent,
    /// The server found it.
    Server,
}

/// How far the server is.
#[derive(Debug, Default)]
pub enum Asked {
    /// It will be asked once the typing pauses, or is being asked.
    #[default]
    Waits,
    /// It has answered.
    Answered,
    /// It has not.
    Failed(Box<Failure>),
}

/// Records to choose from: those looked at first, then those that the server finds.
#[derive(Debug)]
pub struct Records {
    search: Edit,
    targets: Vec<EntityName>,
    target: usize,
    recents: Vec<Reference>,
    found: Vec<Reference>,
    rows: Vec<(From, Reference)>,
    asked: Asked,
    at: usize,
    several: bool,
}

impl Records {
    pub(in crate::app) fn open(
        targets: Vec<EntityName>,
        recents: Vec<Reference>,
        several: bool,
        set: &[Reference],
    ) -> Self {
        let entity = set.first().and_then(|it| it.entity.as_ref());
        let target = targets.iter().position(|it| Some(it) == entity).unwrap_or(0);
        let mut records = Self {
            search: Edit::line(""),
            targets,
            target,
            recents,
            found: Vec::new(),
            rows: Vec::new(),
            asked: Asked::Waits,
            at: 0,
            several,
        };
        records.fill(set);
        records
    }

    /// What is typed.
    pub fn search(&self) -> &Edit {
        &self.search
    }

    pub(in crate::app) fn search_mut(&mut self) -> &mut Edit {
        &mut self.search
    }

    /// The type that is searched.
    pub fn target(&self) -> Option<&EntityName> {
        self.targets.get(self.target)
    }

    /// How many types it may point to.
    pub fn targets(&self) -> usize {
        self.targets.len()
    }

    /// What is offered.
    pub fn rows(&self) -> &[(From, Reference)] {
        &self.rows
    }

    /// How far the server is.
    pub fn asked(&self) -> &Asked {
        &self.asked
    }

    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether several can be set.
    pub fn is_several(&self) -> bool {
        self.several
    }

    /// The one under the cursor.
    pub fn selected(&self) -> Option<&Reference> {
        self.rows.get(self.at).map(|(_, reference)| reference)
    }

    pub(in crate::app) fn go(&mut self, by: isize) {
        self.at = moved(self.at, by, self.rows.len());
    }

    pub(in crate::app) fn point(&mut self, at: usize) {
        self.at = moved(at, 0, self.rows.len());
    }

    /// The next type, or the previous one.
    pub(in crate::app) fn turn(&mut self, by: isize) {
        self.target = moved(self.target, by, self.targets.len());
        self.found.clear();
        self.asked = Asked::Waits;
    }

    pub(in crate::app) fn wait(&mut self) {
        self.asked = Asked::Waits;
    }

    pub(in crate::app) fn take(&mut self, found: Result<Vec<Reference>, Failure>) {
        match found {
            Ok(found) => (self.found, self.asked) = (found, Asked::Answered),
            Err(failure) => self.asked = Asked::Failed(Box::new(failure)),
        }
    }

    /// Puts the rows together; the cursor stays with its record.
    pub(in crate::app) fn fill(&mut self, set: &[Reference]) {
        let under = self.selected().map(|it| it.id.clone());
        let words = fuzzy::fold(&self.search.text());
        let holds = |it: &&Reference| {
            let name = fuzzy::fold(it.name.as_deref().unwrap_or_default());
            words.split_whitespace().all(|word| name.contains(word))
        };
        let target = self.target().cloned();
        let fits = |it: &&Reference| it.entity.is_none() || it.entity == target;
        let set = set.iter().filter(holds).map(|it| (From::Set, it));
        let recent = self.recents.iter().filter(fits).filter(holds).take(5);
        let recent = recent.map(|it| (From::Recent, it));
        let found = self.found.iter().map(|it| (From::Server, it));
        let mut rows: Vec<(From, Reference)> = Vec::new();
        for (from, reference) in set.chain(recent).chain(found) {
            if rows.iter().all(|(_, known)| known.id != reference.id) {
                rows.push((from, reference.clone()));
            }
        }
        self.at = rows.iter().position(|(_, it)| Some(&it.id) == under.as_ref()).unwrap_or(0);
        self.rows = rows;
    }
}

/// The records that are set.
pub fn pointed(input: &Input) -> Vec<Reference> {
    match input.value() {
        Ok(Value::Reference(one)) => vec![one.clone()],
        Ok(Value::References(many)) => many.clone(),
        Ok(_) | Err(_) => Vec::new(),
    }
}
