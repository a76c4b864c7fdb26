//! What the commands do to a list.
use super::{
    Click, Command, Connected, Effect, Focus, List, Move, Record, Shows, Target, View, World,
    asking::identity, filter::FilterLine,
};
use crate::{
    app::{rail::RailRow, run, yank},
    domain::{
        connection::ConnectionId,
        draft::{Draft, Part},
        query::{Compare, Filter, Order, Test},
        record::Total,
        value::Value,
    },
};

impl List {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    pub(super) fn apply_rows(
        &mut self,
        command: Command,
        times: u32,
        world: &mut World,
    ) -> Vec<Effect> {
        if let Some(position) = self.moved(command, times, world) {
            return self.go(position, world);
        }
        match command {
            Command::Last => self.go_last(world),
            Command::Left => self.step_cell(-1, times),
            Command::Right => self.step_cell(1, times),
            Command::NextPane | Command::PreviousPane => self.turn_focus(),
            Command::Open => self.open_record(world),
            Command::FollowLink => self.follow_link(world),
            Command::Edit | Command::Delete if !self.marks.is_empty() => world.note(format!(
                "{} are marked; marks serve copying so far. Esc clears them.",
                self.marks.len()
            )),
            Command::Edit => self.wish(world, |list, record| {
                Move::Edit(list.connection, record.entity.clone(), record.id.clone())
            }),
            Command::Delete => self.wish(world, |list, record| {
                Move::Delete(list.connection, Box::new(record.clone()))
            }),
            Command::Add => self.add(world),
            Command::Close => self.close(world),
            Command::Newer => self.go(0, world),
            command => self.apply_more(command, world),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    fn apply_more(&mut self, command: Command, world: &mut World) -> Vec<Effect> {
        match command {
            Command::Filter => self.type_filter(world),
            Command::FilterByCell => self.filter_by_cell(false, world),
            Command::ExcludeCell => self.filter_by_cell(true, world),
            Command::DropFilter => self.drop_filter(world),
            Command::DropFilters => self.drop_filters(world),
            Command::NextHit => self.next_hit(1, world),
            Command::PreviousHit => self.next_hit(-1, world),
            Command::Sort => self.sort(world),
            Command::Reverse => self.reverse(world),
            Command::Mark | Command::MarkRange | Command::MarkAll | Command::InvertMarks => {
                self.mark(command, world)
            }
            Command::Preview => {
                self.preview_turned = !self.preview_turned;
                self.follow(world)
            }
            Command::FullStamps => {
                self.full_stamps = !self.full_stamps;
                Vec::new()
            }
            Command::Refresh => self.refresh(world),
            Command::RefreshAll => self.refresh_all(world),
            Command::Columns | Command::Presets => {
                world.moves.push(Move::Menu(command));
                Vec::new()
            }
            Command::Verbs => {
                world.moves.push(Move::Deeds);
                Vec::new()
            }
            command => self.yank(command, world),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    pub(super) fn apply_rail(
        &mut self,
        command: Command,
        times: u32,
        world: &mut World,
    ) -> Vec<Effect> {
        let by = isize::try_from(times).unwrap_or(1);
        match command {
            Command::Next => self.rail.step(by, world, self.connection),
            Command::Previous => self.rail.step(-by, world, self.connection),
            Command::First => self.rail.step(-1_000, world, self.connection),
            Command::Last => self.rail.step(1_000, world, self.connection),
            Command::Open | Command::Right => return self.open_rail(world),
            Command::Browser if self.rail.not_offered(world, self.connection).is_some() => {
                return self.browse_instead(world);
            }
            Command::Close | Command::NextPane | Command::PreviousPane => {
                self.focus = Focus::Rows;
            }
            command => return self.apply_rows(command, times, world),
        }
        Vec::new()
    }

    /// The web page of what the API does not offer.
    fn browse_instead(&self, world: &mut World) -> Vec<Effect> {
        match self.rail.not_offered(world, self.connection).and_then(|it| it.url.clone()) {
            Some(url) => vec![Effect::Browse(url)],
            None => world.note("No web page is known for this."),
        }
    }

    fn open_rail(&mut self, world: &mut World) -> Vec<Effect> {
        let rows = self.rail.rows(world, self.connection);
        if let Some(RailRow::Fold(_)) = rows.get(self.rail.at()) {
            self.rail.turn_fold();
            return Vec::new();
        }
        if let Some(RailRow::NotOffered(it)) = rows.get(self.rail.at()) {
            let said = format!("{}: {}", it.label, it.instead);
            return world.note(said);
        }
        self.focus = Focus::Rows;
        match rows.get(self.rail.at()) {
            Some(RailRow::Type(name)) if self.entity.as_ref() == Some(name) => Vec::new(),
            Some(RailRow::Type(name)) => self.turn_to(name.clone(), world),
            Some(RailRow::Draft(draft)) => {
                let wish = open_draft(self.connection, draft, world);
                world.moves.extend(wish);
                Vec::new()
            }
            Some(RailRow::Recent(recent)) => {
                let (entity, id) = (recent.entity.clone(), recent.id.clone());
                world.moves.push(Move::Record(self.connection, entity, id));
                Vec::new()
            }
            Some(
                RailRow::Heading(_) | RailRow::Blank | RailRow::Fold(_) | RailRow::NotOffered(_),
            )
            | None => Vec::new(),
        }
    }

    /// Where the cursor goes, for the commands that move it.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    fn moved(&self, command: Command, times: u32, world: &World) -> Option<usize> {
        let (at, page) = (self.window.position(), self.height(world));
        let times = times as usize;
        Some(match command {
            Command::Next => at.saturating_add(times),
            Command::Previous => at.saturating_sub(times),
            Command::First if self.window.start() == 0 => 0,
            Command::HalfPageDown => at.saturating_add(page / 2 * times),
            Command::HalfPageUp => at.saturating_sub(page / 2 * times),
            Command::PageDown => at.saturating_add(page * times),
            Command::PageUp => at.saturating_sub(page * times),
            _ => return None,
        })
    }

    pub(super) fn go(&mut self, position: usize, world: &mut World) -> Vec<Effect> {
        if position == 0 && self.window.start() > 0 {
            return self.ask(0, world);
        }
        self.window.select(position, self.height(world));
        let mut effects = self.ask_ahead(world);
        effects.extend(self.follow(world));
        effects
    }

    /// The last row may lie far behind the window: its page is asked for.
    fn go_last(&mut self, world: &mut World) -> Vec<Effect> {
        if let (true, Total::Exact(total)) = (self.window.has_more(), self.window.total()) {
            let page = u64::from(world.settings.page_size);
            if total > self.window.next() {
                return self.ask(total.saturating_sub(page), world);
            }
        }
        self.go(usize::MAX, world)
    }

    fn step_cell(&mut self, by: isize, times: u32) -> Vec<Effect> {
        let by = by.saturating_mul(isize::try_from(times).unwrap_or(1));
        let last = self.columns().len().saturating_sub(1);
        self.cell = self.cell().saturating_add_signed(by).min(last);
        Vec::new()
    }

    fn turn_focus(&mut self) -> Vec<Effect> {
        self.focus = match self.focus {
            Focus::Rail => Focus::Rows,
            Focus::Rows => Focus::Rail,
        };
        Vec::new()
    }

    fn wish(&self, world: &mut World, wish: impl Fn(&Self, &Record) -> Move) -> Vec<Effect> {
        if let Some(record) = self.selected() {
            world.moves.push(wish(self, record));
        }
        Vec::new()
    }

    pub(super) fn open_record(&self, world: &mut World) -> Vec<Effect> {
        self.wish(world, |list, record| {
            Move::Record(list.connection, record.entity.clone(), record.id.clone())
        })
    }

    /// To the record that the cell points to.
    fn follow_link(&self, world: &mut World) -> Vec<Effect> {
        match self.cell_value() {
            Some(Value::Reference(reference)) => {
                if let Some(entity) = reference.entity.clone() {
                    let id = reference.id.as_str().into();
                    world.moves.push(Move::Record(self.connection, entity, id));
                }
                Vec::new()
            }
            _ => world.note("This cell points to no record; columns marked › do."),
        }
    }

    pub(super) fn cell_value(&self) -> Option<&Value> {
        self.selected()?.value(self.columns().get(self.cell())?)
    }

    /// A form whose record nobody could send is not opened.
    fn add(&self, world: &mut World) -> Vec<Effect> {
        let Some(entity) = self.entity.clone() else { return Vec::new() };
        let rights = world.connected(self.connection).and_then(|it| it.rights(&entity));
        if rights.is_some_and(|rights| !rights.create) {
            return world.note("Nothing can be added to this list.");
        }
        world.moves.push(Move::Add(self.connection, entity, Box::default()));
        Vec::new()
    }

    /// One level back: a range, marks, filters, then the view.
    fn close(&mut self, world: &mut World) -> Vec<Effect> {
        if self.range_from.take().is_some() {
            return Vec::new();
        }
        if !self.marks.is_empty() {
            self.marks.clear();
            return Vec::new();
        }
        if !self.searched.is_empty() || self.local.is_some() {
            self.searched.clear();
            self.local = None;
            return Vec::new();
        }
        if self.is_narrowed() {
            return self.drop_filters(world);
        }
        world.moves.push(Move::Close);
        Vec::new()
    }

    fn type_filter(&mut self, world: &mut World) -> Vec<Effect> {
        let id = world.new_view();
        let line = FilterLine::new(id, self);
        world.moves.push(Move::Open(Box::new(View::Filter(Box::new(line)))));
        Vec::new()
    }

    fn filter_by_cell(&mut self, exclude: bool, world: &mut World) -> Vec<Effect> {
        let (Some(field), Some(value)) =
            (self.columns().get(self.cell()).cloned(), self.cell_value().cloned())
        else {
            return Vec::new();
        };
        let Some(test) = same_as(&value) else {
            return world.note("The server cannot filter by a value like this one.");
        };
        let (test, exclude) = match test {
            Same::Nothing => (Compare::HasValue, !exclude),
            Same::As(value) => (Compare::Is(value), exclude),
        };
        let test = Filter::Test(Test { field, test });
        self.filters.push(if exclude { Filter::Not(Box::new(test)) } else { test });
        self.ask_anew(world)
    }

    fn drop_filter(&mut self, world: &mut World) -> Vec<Effect> {
        if self.filters.pop().is_none() && self.flags.pop().is_none() {
            self.preset = None;
        }
        self.ask_anew(world)
    }

    fn drop_filters(&mut self, world: &mut World) -> Vec<Effect> {
        self.filters.clear();
        self.flags.clear();
        self.preset = None;
        self.searched.clear();
        self.ask_anew(world)
    }

    pub(in crate::app) fn set_preset(
        &mut self,
        preset: Option<String>,
        flags: Vec<String>,
        world: &mut World,
    ) -> Vec<Effect> {
        (self.preset, self.flags) = (preset, flags);
        self.ask_anew(world)
    }

    /// Columns from the picker: asked for, and remembered.
    pub(in crate::app) fn set_columns(
        &mut self,
        columns: Vec<String>,
        world: &mut World,
    ) -> Vec<Effect> {
        let Some(entity) = self.entity.clone() else { return Vec::new() };
        self.columns = Some(columns.clone());
        let keep = super::Keep::Columns(identity(self.connection, world), entity, columns);
        let mut effects = vec![world.keep(super::Slot::Draft(self.id), keep)];
        effects.extend(self.ask(self.window.start(), world));
        effects
    }

    fn sort(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(field) = self.columns().get(self.cell()).cloned() else { return Vec::new() };
        let sortable = self.entity_type(world).and_then(|it| it.field(&field));
        if sortable.is_none_or(|field| !field.is_sortable) {
            return world.note("The server cannot order by this column.");
        }
        if self.order(world).is_some_and(|order| order.field == field) {
            return self.reverse(world);
        }
        self.order = Some(Order { field, descending: false });
        self.ask_anew(world)
    }

    fn reverse(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(order) = self.order(world).cloned() else { return Vec::new() };
        self.order = Some(Order { descending: !order.descending, ..order });
        self.ask_anew(world)
    }

    fn refresh(&mut self, world: &mut World) -> Vec<Effect> {
        if self.columns.is_none() {
            self.failure = None;
            let types = crate::domain::action::Action::Types;
            return vec![world.call(super::Slot::Schema(self.connection), self.connection, types)];
        }
        let mut effects = self.ask(self.window.start(), world);
        effects.extend(self.ask_preview(world));
        effects
    }

    fn refresh_all(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(entity) = self.entity.clone() else { return self.refresh(world) };
        if let Some(connected) = world.connections.get_mut(&self.connection) {
            Connected::forget_layouts(connected);
        }
        self.turn_to(entity, world)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    fn mark(&mut self, command: Command, world: &mut World) -> Vec<Effect> {
        let Some(id) = self.window.selected_id().cloned() else { return Vec::new() };
        match command {
            Command::Mark => {
                if !self.marks.remove(&id) {
                    self.marks.insert(id);
                }
                let next = self.window.position() + 1;
                return self.go(next, world);
            }
            Command::MarkRange => self.mark_range(id),
            Command::MarkAll => self.marks = self.window.rows().keys().cloned().collect(),
            _ => {
                let all = self.window.rows().keys();
                self.marks = all.filter(|id| !self.marks.contains(*id)).cloned().collect();
            }
        }
        Vec::new()
    }

    fn mark_range(&mut self, id: crate::domain::record::RecordId) {
        let Some(from) = self.range_from.take() else {
            self.marks.insert(id.clone());
            self.range_from = Some(id);
            return;
        };
        let rows = self.window.rows();
        let ends = [rows.get_index_of(&from), rows.get_index_of(&id)];
        if let [Some(a), Some(b)] = ends {
            let range = rows.get_range(a.min(b)..=a.max(b));
            self.marks.extend(range.into_iter().flat_map(|rows| rows.keys().cloned()));
        }
    }

    fn next_hit(&mut self, by: isize, world: &mut World) -> Vec<Effect> {
        if self.searched.is_empty() {
            return world.note("Nothing was searched yet; / begins a search.");
        }
        let hits = self.hits(&self.searched.clone(), world);
        let at = self.window.position();
        let next = if by > 0 {
            hits.iter().find(|hit| **hit > at).or(hits.first())
        } else {
            hits.iter().rfind(|hit| **hit < at).or(hits.last())
        };
        next.copied().map_or_else(Vec::new, |next| self.go(next, world))
    }

    fn yank(&self, command: Command, world: &mut World) -> Vec<Effect> {
        let marked: Vec<_> =
            self.window.rows().values().filter(|row| self.marks.contains(&row.id)).collect();
        let Some(record) = self.selected() else { return Vec::new() };
        let records = if marked.is_empty() { vec![record] } else { marked };
        let cell = self.columns().get(self.cell()).map(String::as_str);
        yank::act(command, record, &records, self.columns(), cell, self.connection, world)
    }

    pub(super) fn hit(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (Target::Pane | Target::Row(..), Click::Wheel(rows)) => {
                self.window.scroll(isize::from(rows), self.height(world));
                let mut effects = self.ask_ahead(world);
                effects.extend(self.follow(world));
                effects
            }
            (Target::Row(place, cell), Click::Once | Click::Twice) => {
                self.focus = Focus::Rows;
                self.cell = cell.unwrap_or(self.cell);
                let at = place.saturating_sub(self.window.start());
                let mut effects = self.go(usize::try_from(at).unwrap_or(0), world);
                if click == Click::Twice {
                    effects.extend(self.open_record(world));
                }
                effects
            }
            (Target::Heading(column), Click::Once) => {
                self.cell = *column;
                self.sort(world)
            }
            (Target::Rail(row), Click::Once | Click::Twice) => {
                self.rail.set(*row);
                self.open_rail(world)
            }
            _ => Vec::new(),
        }
    }

    /// Whether it is known that there are no rows.
    pub fn is_empty(&self) -> bool {
        self.window.rows().is_empty() && self.shows != Shows::Nothing
    }
}

/// How a cell becomes a filter.
enum Same {
    /// As this value.
    As(Value),
    /// It has none.
    Nothing,
}

/// The test that this value passes; an empty one passes "has no value".
fn same_as(value: &Value) -> Option<Same> {
    if value.is_empty() {
        return Some(Same::Nothing);
    }
    match value {
        Value::Person(person) => Some(Same::As(Value::Text(person.display()))),
        Value::Points(points) => {
            let first = points.iter().find(|point| point.is_primary).or(points.first())?;
            Some(Same::As(Value::Text(first.value.clone())))
        }
        Value::Money(money) => Some(Same::As(Value::Number(money.amount))),
        Value::References(many) => many.first().cloned().map(|it| Same::As(Value::Reference(it))),
        Value::Many(many) => many.first().cloned().map(|it| Same::As(Value::Text(it))),
        Value::Json(_) | Value::Address(_) | Value::Lines(_) | Value::Upload(_) | Value::Empty => {
            None
        }
        Value::Bool(_)
        | Value::Integer(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Reference(_) => Some(Same::As(value.clone())),
    }
}

/// To where a draft is typed on.
fn open_draft(connection: ConnectionId, draft: &Draft, world: &World) -> Option<Move> {
    let entity = draft.entity.clone();
    Some(match draft.part() {
        (Some(id), Part::Fields) => Move::Edit(connection, entity, id),
        (None, Part::Fields) => Move::Add(connection, entity, Box::default()),
        (record, Part::Run(key)) => {
            let on = record.map(|id| (entity, id, String::new()));
            let all = run::menu::deeds(connection, on.as_ref(), world);
            Move::Run(connection, Box::new(all.into_iter().find(|deed| deed.key == key)?))
        }
        (Some(id), part) => Move::Comment(connection, entity, id, part),
        (None, _) => return None,
    })
}
