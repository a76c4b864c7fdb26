//! What hangs under a field: choosing values, days and records.
use std::time::Duration;

use jiff::civil::{Date, Time};

use super::{
    super::{slots::Slot, world::World},
    Action, Answer, Command, Effect, Failure, Form, Key,
    input::Input,
    popup::{Choices, Days, Popup, Records, chosen, pointed},
    typed::Ways,
};
use crate::domain::{
    action::Outcome,
    query::{Filter, Query},
    schema::{EntityName, FieldKind},
    value::{Reference, Value},
};

/// After the last letter the server is asked.
const PAUSE: Duration = Duration::from_millis(200);
const OFFERED: u32 = 12;
/// A page of choices.
const PAGE: isize = 8;

impl Form {
    /// With what was typed so far.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the kinds that differ are named, the rest are alike"
    )]
    pub(super) fn open_popup(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        let Some(input) = self.input().filter(|input| input.has_popup()) else {
            return Vec::new();
        };
        match input.field().kind {
            FieldKind::Enum | FieldKind::MultiEnum => {
                let mut choices = Choices::open(input);
                if !text.is_empty() {
                    choices.filter_mut().paste(text);
                    choices.narrow();
                }
                self.popup = Some(Popup::Choices(choices));
                Vec::new()
            }
            FieldKind::Date | FieldKind::DateTime | FieldKind::DateOrTime => {
                let ways = self.ways(world);
                let day = day_of(input, &ways).unwrap_or_else(|| ways.format.today());
                let is_typed = input.value().is_err();
                let days = Days::open(day, is_typed, time_of(input, &ways), input.text());
                self.popup = Some(Popup::Days(days));
                if let Some(input) = self.input_mut() {
                    input.freshen();
                }
                Vec::new()
            }
            _ => self.open_records(text, world),
        }
    }

    fn open_records(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        let Some(input) = self.input() else { return Vec::new() };
        let several = input.field().kind == FieldKind::References;
        let targets = self.targets(input, world);
        let mut records = Records::open(targets, self.recents(world), several, &pointed(input));
        records.search_mut().paste(text);
        records.fill(&pointed(input));
        self.popup = Some(Popup::Records(records));
        if text.is_empty() { self.ask_offer(world) } else { self.searched(world) }
    }

    /// What the field may point to; where the schema does not say, any type of the connection.
    fn targets(&self, input: &Input, world: &World) -> Vec<EntityName> {
        if !input.field().targets.is_empty() {
            return input.field().targets.clone();
        }
        let connected = world.connected(self.connection);
        connected.into_iter().flat_map(|it| it.tabs().map(|tab| tab.name.clone())).collect()
    }

    fn recents(&self, world: &World) -> Vec<Reference> {
        let identity = self.identity(world);
        let own = world.recents().iter().filter(|it| it.identity == identity);
        let reference = |it: &crate::domain::draft::Recent| Reference {
            entity: Some(it.entity.clone()),
            id: it.id.as_str().to_owned(),
            name: Some(it.title.clone()),
        };
        own.map(reference).collect()
    }

    /// Something was typed into the search: the server is asked after a pause.
    pub(super) fn searched(&mut self, world: &mut World) -> Vec<Effect> {
        let set = self.input().map(pointed).unwrap_or_default();
        match &mut self.popup {
            Some(Popup::Records(records)) => {
                records.wait();
                records.fill(&set);
                vec![world.after(Slot::OfferPause(self.id), PAUSE)]
            }
            Some(Popup::Choices(choices)) => {
                choices.narrow();
                Vec::new()
            }
            Some(Popup::Days(_)) | None => Vec::new(),
        }
    }

    pub(super) fn ask_offer(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(Popup::Records(records)) = &self.popup else { return Vec::new() };
        let Some(target) = records.target().cloned() else { return Vec::new() };
        let words = records.search().text().trim().to_owned();
        let filter = (!words.is_empty()).then_some(Filter::Words(words));
        let query = Query { filter, ..Query::all(target, OFFERED) };
        vec![world.call(Slot::Offer(self.id), self.connection, Action::List(query))]
    }

    pub(super) fn take_offer(
        &mut self,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        let set = self.input().map(pointed).unwrap_or_default();
        let Some(Popup::Records(records)) = &mut self.popup else { return Vec::new() };
        let found = match result {
            Ok(Answer { outcome: Outcome::Page(page), .. }) => {
                let reference = |record: &crate::domain::record::Record| {
                    let entity_type = world.entity_type(self.connection, &record.entity);
                    Reference {
                        entity: Some(record.entity.clone()),
                        id: record.id.as_str().to_owned(),
                        name: Some(record.title(entity_type)),
                    }
                };
                Ok(page.records.values().take(OFFERED as usize).map(reference).collect())
            }
            Ok(_) => return Vec::new(),
            Err(failure) => Err(failure),
        };
        records.take(found);
        records.fill(&set);
        Vec::new()
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    pub(super) fn apply_popup(&mut self, command: Command, world: &mut World) -> Vec<Effect> {
        match command {
            // A cell that is chosen is left with what was offered for it.
            Command::Close if self.is_in_cell() => {
                let mut effects = self.leave_popup(world);
                effects.extend(self.leave_as_it_was(world));
                effects
            }
            Command::Close => self.leave_popup(world),
            Command::Save => {
                self.close_popup();
                self.save(world)
            }
            Command::Open => self.take(world),
            Command::NextPane if self.is_in_cell() => {
                self.close_popup();
                self.apply_fields(command, world)
            }
            Command::NextPane => {
                self.close_popup();
                self.step(1, world)
            }
            Command::ClearField => {
                self.close_popup();
                self.set(Value::Empty, world)
            }
            Command::UndoField => {
                let effects = self.undo(world);
                self.show_undone(world);
                effects
            }
            Command::Next => self.go_popup(1, 7),
            Command::Previous => self.go_popup(-1, -7),
            Command::PageDown => self.page_popup(1),
            Command::PageUp => self.page_popup(-1),
            Command::Right => self.turn_popup(1, world),
            Command::Left => self.turn_popup(-1, world),
            _ => Vec::new(),
        }
    }

    fn close_popup(&mut self) -> Vec<Effect> {
        self.popup = None;
        Vec::new()
    }

    /// As it was before the popup opened: what was typed into a day meanwhile goes too.
    fn leave_popup(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(Popup::Days(month)) = self.popup.take() else { return Vec::new() };
        let ways = self.ways(world);
        let input = self.input_mut().filter(|it| it.text().as_deref() != month.was());
        let (Some(input), Some(text)) = (input, month.was()) else { return Vec::new() };
        input.complain(None);
        input.set_text(text, &ways);
        input.freshen();
        self.changed(world)
    }

    fn go_popup(&mut self, rows: isize, days: i32) -> Vec<Effect> {
        match &mut self.popup {
            Some(Popup::Choices(choices)) => choices.go(rows),
            Some(Popup::Records(records)) => records.go(rows),
            Some(Popup::Days(month)) => month.days(days),
            None => {}
        }
        Vec::new()
    }

    fn page_popup(&mut self, by: i8) -> Vec<Effect> {
        match &mut self.popup {
            Some(Popup::Choices(choices)) => choices.go(PAGE * isize::from(by)),
            Some(Popup::Records(records)) => records.go(PAGE * isize::from(by)),
            Some(Popup::Days(month)) => month.months(i32::from(by)),
            None => {}
        }
        Vec::new()
    }

    /// A day on, another type of records, or the text cursor.
    fn turn_popup(&mut self, by: i8, world: &mut World) -> Vec<Effect> {
        let code = if by > 0 {
            super::super::keymap::Code::Right
        } else {
            super::super::keymap::Code::Left
        };
        let set = self.input().map(pointed).unwrap_or_default();
        match &mut self.popup {
            Some(Popup::Days(month)) => month.days(i32::from(by)),
            Some(Popup::Choices(choices)) => {
                choices.filter_mut().press(Key::plain(code));
            }
            Some(Popup::Records(records)) if records.targets() > 1 => {
                records.turn(isize::from(by));
                records.fill(&set);
                return self.ask_offer(world);
            }
            Some(Popup::Records(records)) => {
                records.search_mut().press(Key::plain(code));
            }
            None => {}
        }
        Vec::new()
    }

    pub(super) fn type_into_popup(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        match &mut self.popup {
            Some(Popup::Choices(choices)) if choices.is_several() && key.typed() == Some(' ') => {
                self.toggle_choice(world)
            }
            Some(Popup::Choices(choices)) => {
                let before = choices.filter().text();
                choices.filter_mut().press(key);
                if choices.filter().text() == before { Vec::new() } else { self.searched(world) }
            }
            Some(Popup::Records(records)) => {
                let before = records.search().text();
                records.search_mut().press(key);
                if records.search().text() == before { Vec::new() } else { self.searched(world) }
            }
            Some(Popup::Days(_)) => {
                let effects = self.type_into_field(key, world);
                self.follow_day(world);
                effects
            }
            None => Vec::new(),
        }
    }

    /// Whether it went into the popup's own text.
    pub(super) fn paste_into_popup(&mut self, text: &str) -> bool {
        match &mut self.popup {
            Some(Popup::Choices(choices)) => choices.filter_mut().paste(text),
            Some(Popup::Records(records)) => records.search_mut().paste(text),
            Some(Popup::Days(_)) | None => return false,
        }
        true
    }

    /// The calendar shows the day that is typed.
    pub(super) fn follow_day(&mut self, world: &World) {
        let ways = self.ways(world);
        let day = self.input().and_then(|input| day_of(input, &ways));
        if let Some(Popup::Days(month)) = &mut self.popup {
            month.follow(day);
        }
    }

    /// The field was put back: the calendar shows its day, or today where it has none, and the
    /// records those that are set.
    fn show_undone(&mut self, world: &World) {
        let ways = self.ways(world);
        let day = self.input().and_then(|input| day_of(input, &ways));
        let set = self.input().map(pointed).unwrap_or_default();
        match &mut self.popup {
            Some(Popup::Days(month)) => {
                month.set(day.unwrap_or_else(|| ways.format.today()));
            }
            Some(Popup::Records(records)) => records.fill(&set),
            Some(Popup::Choices(_)) | None => {}
        }
    }

    /// Whether the text under the calendar is no day, and no day was chosen since.
    fn is_unread(&self) -> bool {
        let is_typed = matches!(&self.popup, Some(Popup::Days(month)) if month.is_typed());
        is_typed && self.input().is_some_and(|input| input.value().is_err())
    }

    /// A text that is no day is never taken for one: it stays, and that is said.
    fn refuse_day(&mut self) -> Vec<Effect> {
        if let Some(input) = self.input_mut() {
            let complaint = input.complaint(true);
            input.complain(complaint);
        }
        Vec::new()
    }

    pub(super) fn point_day(&mut self, at: usize, world: &World) {
        let ways = self.ways(world);
        if let Some(Popup::Days(month)) = &mut self.popup {
            let weeks = month.weeks(ways.preferences.week_start);
            if let Some(day) = weeks.into_iter().flat_map(|(_, days)| days).nth(at) {
                month.set(day);
            }
        }
    }

    /// What the cursor of the popup stands on; chosen for a cell, it is in its line at once.
    pub(super) fn take(&mut self, world: &mut World) -> Vec<Effect> {
        let mut effects = self.take_chosen(world);
        if self.popup.is_none() && self.is_in_cell() {
            self.commit_cell(world);
            effects.extend(self.changed(world));
        }
        effects
    }

    fn take_chosen(&mut self, world: &mut World) -> Vec<Effect> {
        match &self.popup {
            Some(Popup::Choices(choices)) if choices.is_several() => self.close_popup(),
            Some(Popup::Choices(choices)) => {
                let Some(choice) = choices.selected() else { return Vec::new() };
                let value = Value::Text(choice.value.clone());
                self.popup = None;
                self.set(value, world)
            }
            Some(Popup::Days(_)) if self.is_unread() => self.refuse_day(),
            Some(Popup::Days(month)) => {
                let (day, time) = (month.day(), month.time());
                self.popup = None;
                self.take_day(day, time, world)
            }
            Some(Popup::Records(records)) => {
                let Some(reference) = records.selected().cloned() else { return Vec::new() };
                if records.is_several() {
                    return self.toggle_record(reference, world);
                }
                self.popup = None;
                self.set(Value::Reference(reference), world)
            }
            None => Vec::new(),
        }
    }

    fn toggle_choice(&mut self, world: &mut World) -> Vec<Effect> {
        let (Some(Popup::Choices(choices)), Some(input)) = (&self.popup, self.input()) else {
            return Vec::new();
        };
        let Some(choice) = choices.selected() else { return Vec::new() };
        let mut set = chosen(input);
        if set.contains(&choice.value) {
            set.retain(|value| *value != choice.value);
        } else {
            set.push(choice.value.clone());
        }
        let value = if set.is_empty() { Value::Empty } else { Value::Many(set) };
        self.set(value, world)
    }

    fn toggle_record(&mut self, reference: Reference, world: &mut World) -> Vec<Effect> {
        let Some(input) = self.input() else { return Vec::new() };
        let mut set = pointed(input);
        if set.iter().any(|it| it.id == reference.id) {
            set.retain(|it| it.id != reference.id);
        } else {
            set.push(reference);
        }
        let value = if set.is_empty() { Value::Empty } else { Value::References(set.clone()) };
        let effects = self.set(value, world);
        if let Some(Popup::Records(records)) = &mut self.popup {
            records.fill(&set);
        }
        effects
    }

    /// The day goes into the text; a time that stands there stays.
    fn take_day(&mut self, day: Date, stood: Option<Time>, world: &mut World) -> Vec<Effect> {
        let ways = self.ways(world);
        let Some(input) = self.input() else { return Vec::new() };
        let kind = input.field().kind;
        let typed = time_of(input, &ways).filter(|_| input.text().is_some_and(|it| says_time(&it)));
        let time = if kind == FieldKind::DateTime {
            typed.or(stood).or(Some(jiff::civil::time(9, 0, 0, 0)))
        } else {
            typed.filter(|_| kind == FieldKind::DateOrTime)
        };
        let Some(time) = time else { return self.set(Value::Date(day), world) };
        let stamp = ways.format.time_zone().to_timestamp(day.to_datetime(time));
        match stamp {
            Ok(stamp) => self.set(Value::DateTime(stamp), world),
            Err(error) => world.note(format!("That moment cannot be: {error}.")),
        }
    }
}

/// The time that the field says.
fn time_of(input: &Input, ways: &Ways) -> Option<Time> {
    let Ok(Value::DateTime(stamp)) = input.value() else { return None };
    Some(stamp.to_zoned(ways.format.time_zone().clone()).time())
}

/// Whether a text says a time beside its day; `+2w` alone leaves the time that stood there.
fn says_time(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    text.contains(':') || text.ends_with("am") || text.ends_with("pm")
}

/// The day that the field says.
fn day_of(input: &Input, ways: &Ways) -> Option<Date> {
    match input.value() {
        Ok(Value::Date(day)) => Some(*day),
        Ok(Value::DateTime(stamp)) => Some(stamp.to_zoned(ways.format.time_zone().clone()).date()),
        Ok(_) | Err(_) => None,
    }
}
