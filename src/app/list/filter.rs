//! The filter being typed above a list: what is loaded narrows at once, Enter asks the server.
use super::{Answer, Command, Context, Effect, Failure, Key, List, Pane, Slot, ViewId, World};
use crate::{
    app::{edit::Edit, world::Move},
    domain::{
        connection::ConnectionId,
        filter_text::{self, FilterError},
        query::Filter,
        schema::EntityName,
    },
};

/// The text of the filter, and what is wrong with it.
#[derive(Debug)]
pub struct FilterLine {
    id: ViewId,
    connection: ConnectionId,
    entity: Option<EntityName>,
    edit: Edit,
    error: Option<FilterError>,
}

impl FilterLine {
    pub(super) fn new(id: ViewId, list: &List) -> Self {
        let terms: Vec<_> = list.filters().iter().map(filter_text::print).collect();
        let edit = Edit::line(&terms.join(" "));
        let (connection, entity) = (list.connection(), list.entity().cloned());
        Self { id, connection, entity, edit, error: None }
    }

    /// What is typed.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }

    /// What is wrong with it.
    pub fn error(&self) -> Option<&FilterError> {
        self.error.as_ref()
    }

    fn narrow(&mut self, world: &mut World) {
        self.error = None;
        world.moves.push(Move::Narrow(Some(plain_words(&self.edit.text()))));
    }

    /// Enter: the server is asked. A text that cannot be read stays where it is.
    fn accept(&mut self, world: &mut World) {
        let text = self.edit.text();
        let entity = self.entity.as_ref();
        let entity_type = entity.and_then(|entity| world.entity_type(self.connection, entity));
        let today = world.connected(self.connection).map(|it| it.format.today());
        let (Some(entity_type), Some(today)) = (entity_type, today) else { return };
        match filter_text::parse(&text, entity_type, today) {
            Ok(filter) => {
                let terms = filter.map_or_else(Vec::new, terms);
                world.moves.push(Move::Close);
                world.moves.push(Move::Filters(terms, plain_words(&text)));
            }
            Err(error) => self.error = Some(error),
        }
    }
}

/// Each term of the outermost *and* is a chip of its own.
fn terms(filter: Filter) -> Vec<Filter> {
    match filter {
        Filter::All(all) => all,
        other @ (Filter::Any(_) | Filter::Not(_) | Filter::Test(_) | Filter::Words(_)) => {
            vec![other]
        }
    }
}

/// The words that any loaded row can be looked through for.
fn plain_words(text: &str) -> String {
    let plain =
        |word: &&str| !word.contains([':', '<', '>', '=', '(', ')']) && !word.starts_with('-');
    let words: Vec<_> = text.split_whitespace().filter(plain).collect();
    words.join(" ").trim_matches('"').to_owned()
}

impl Pane for FilterLine {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Filter, Context::Everywhere]
    }

    fn takes_text(&self) -> bool {
        true
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    fn apply(&mut self, command: Command, _times: u32, world: &mut World) -> Vec<Effect> {
        match command {
            Command::Open => self.accept(world),
            Command::Close => world.moves.extend([Move::Narrow(None), Move::Close]),
            Command::Next | Command::Previous => world.moves.push(Move::Below(command)),
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        if self.edit.press(key) {
            self.narrow(world);
        }
        Vec::new()
    }

    fn pasted(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        self.edit.paste(text);
        self.narrow(world);
        Vec::new()
    }

    fn answered(
        &mut self,
        _slot: Slot,
        _result: Result<Answer, Failure>,
        _world: &mut World,
    ) -> Vec<Effect> {
        Vec::new()
    }
}

impl List {
    /// Only rows that hold all the words; the cursor goes to the first of them.
    pub(in crate::app) fn narrow(&mut self, words: Option<&str>, world: &mut World) -> Vec<Effect> {
        let Some(words) = words.filter(|words| !words.is_empty()) else {
            self.local = None;
            self.searched.clear();
            return Vec::new();
        };
        let hits = self.hits(words, world);
        words.clone_into(&mut self.searched);
        let here = self.window.position();
        let stays = hits.contains(&here);
        let first = hits.first().copied();
        self.local = Some(hits);
        match first {
            Some(first) if !stays => self.go(first, world),
            _ => Vec::new(),
        }
    }

    /// Filters from the line; without any, the words of a search stay marked.
    pub(in crate::app) fn accept(
        &mut self,
        filters: Vec<Filter>,
        words: String,
        world: &mut World,
    ) -> Vec<Effect> {
        self.searched = words;
        self.set_filters(filters, world)
    }

    /// Positions of rows that hold all the words in one of their columns. Bounded by the window.
    pub(super) fn hits(&self, words: &str, world: &World) -> Vec<usize> {
        let Some(format) = world.connected(self.connection).map(|it| &it.format) else {
            return Vec::new();
        };
        let words: Vec<_> = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let holds = |record: &crate::domain::record::Record| {
            let cells = self.columns().iter().filter_map(|column| record.value(column));
            let cells = cells.map(|value| crate::app::show::plain(value, format));
            let text = cells.collect::<Vec<_>>().join("\n").to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let rows = self.window.rows().values().enumerate();
        rows.filter(|(_, record)| holds(record)).map(|(at, _)| at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_words_narrow_what_is_loaded() {
        assert_eq!(plain_words("acme city:berlin -x amount>10k gmbh"), "acme gmbh");
    }
}
