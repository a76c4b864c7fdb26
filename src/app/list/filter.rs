//! The filter being typed above a list: what is loaded narrows at once, Enter asks the server.
use super::{
    Action, Answer, Command, Context, Effect, Failure, Key, List, Pane, Slot, View, ViewId, World,
};
use crate::{
    app::{edit::Edit, world::Move},
    domain::{
        connection::ConnectionId,
        filter_text::{self, FilterError},
        query::Filter,
        record::Record,
    },
};

/// The text of the filter, and what is wrong with it.
#[derive(Debug)]
pub struct FilterLine {
    id: ViewId,
    connection: ConnectionId,
    edit: Edit,
    error: Option<FilterError>,
    /// What Enter was pressed on, for the list beneath.
    accepted: Option<Vec<Filter>>,
}

impl FilterLine {
    pub(super) fn new(id: ViewId, list: &List, world: &World) -> Self {
        let entity_type = list.entity_type(world);
        let terms: Vec<_> = entity_type.map_or_else(Vec::new, |entity_type| {
            list.filters().iter().map(|filter| filter_text::print(filter, entity_type)).collect()
        });
        let edit = Edit::line(&terms.join(" "));
        Self { id, connection: list.connection(), edit, error: None, accepted: None }
    }

    /// What is typed.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }

    /// What is wrong with it.
    pub fn error(&self) -> Option<&FilterError> {
        self.error.as_ref()
    }
}
