//! The state. Its fields are open to `app` alone: everyone else reads it through methods.
use super::{
    actions::Actions,
    command::Command,
    confirm::{Confirm, Question},
    conflict::ConflictView,
    connect::Connect,
    connectors::Connectors,
    detail::Detail,
    duplicates::Duplicates,
    exchange::ExchangeView,
    form::Form,
    help::Help,
    keymap::{Context, Key, Keymap},
    list::{List, filter::FilterLine},
    menu::Menu,
    msg::{Click, Effect, Recalled, Target},
    palette::Palette,
    picker::Picker,
    run::{Deeds, ResultView},
    save::Save,
    sign_in::SignIn,
    slots::{Slot, ViewId},
    update::Ahead,
    world::{Connected, Resolution, Settings, World},
};
use crate::domain::{
    action::{Answer, Failure},
    check::CheckStep,
    connection::{Connection, ConnectionId},
    error::Error,
    offer::Offer,
};

/// One layer of the screen. The set is closed; adding one makes the compiler list what to fill in.
#[derive(Debug)]
pub enum View {
    /// Connections, or the first run.
    Picker(Box<Picker>),
    /// The settings of a connection.
    Connect(Box<Connect>),
    /// Records of a type, with rail and preview.
    List(Box<List>),
    /// The filter being typed above a list.
    Filter(Box<FilterLine>),
    /// One record.
    Detail(Box<Detail>),
    /// A record being typed.
    Form(Box<Form>),
    /// Three versions of a record.
    Conflict(Box<ConflictView>),
    /// Records like a new one.
    Duplicates(Box<Duplicates>),
    /// Find anything.
    Palette(Box<Palette>),
    /// What works here.
    Help(Box<Help>),
    /// A question.
    Confirm(Box<Confirm>),
    /// Columns, presets.
    Menu(Box<Menu>),
    /// What else the product can do.
    Deeds(Box<Deeds>),
    /// A deed being done, and what it gave.
    Result(Box<ResultView>),
    /// Where a file is to be saved.
    Save(Box<Save>),
    /// Everything that can be run.
    Actions(Box<Actions>),
    /// Apps that can be connected.
    Connectors(Box<Connectors>),
    /// A sign-in that ends in the browser.
    SignIn(Box<SignIn>),
    /// Behind a notice; all notices.
    Exchange(Box<ExchangeView>),
}

/// What every view can be told. A view changes itself and the [`World`]; what is to happen to
/// other views it leaves in `world.moves`.
pub(super) trait Pane {
    fn id(&self) -> ViewId;

    /// Whose records it shows, if it shows some.
    fn connection(&self) -> Option<ConnectionId> {
        None
    }

    /// Where its keys are looked up, one after another.
    fn contexts(&self) -> &'static [Context];

    /// Whether keys that are bound to nothing are typed text.
    fn takes_text(&self) -> bool {
        false
    }

    /// Whether keys wait until it can take them.
    fn holds_keys(&self) -> bool {
        false
    }

    /// A command, so many times (1 if nothing was said).
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect>;

    /// A key that is bound to nothing.
    fn typed(&mut self, _key: Key, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// Text from the clipboard.
    fn pasted(&mut self, _text: &str, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// The mouse.
    fn pointed(&mut self, _target: &Target, _click: Click, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// A timer of its own.
    fn elapsed(&mut self, _slot: Slot, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// An answer; more follows.
    fn partial(&mut self, slot: Slot, answer: Answer, world: &mut World) -> Vec<Effect> {
        self.answered(slot, Ok(answer), world)
    }

    /// The answer; a view that asks for none gets none. After a failure it keeps what it had: a
    /// failure never looks like an empty list.
    fn answered(
        &mut self,
        _slot: Slot,
        _result: Result<Answer, Failure>,
        _world: &mut World,
    ) -> Vec<Effect> {
        Vec::new()
    }

    /// What the journal had.
    fn recalled(&mut self, _slot: Slot, _had: Recalled, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// Whether the journal took it.
    fn kept(&mut self, _slot: Slot, _result: Result<(), Error>, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// A step of a test that it began.
    fn checked(&mut self, _step: CheckStep, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// The settings changed on its wish.
    fn configured(
        &mut self,
        _changed: Result<Option<ConnectionId>, Error>,
        _world: &mut World,
    ) -> Vec<Effect> {
        Vec::new()
    }

    /// Text from the user's own editor.
    fn edited(
        &mut self,
        _result: Result<Option<String>, Error>,
        _world: &mut World,
    ) -> Vec<Effect> {
        Vec::new()
    }

    /// What can be run by a key.
    fn offered(&mut self, _result: Result<Vec<Offer>, Failure>, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// A file was written, under that path.
    fn saved(&mut self, _result: Result<String, Error>, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// It came to be on top again, since what lay over it closed.
    fn uncovered(&mut self, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// A question that it asked was answered with yes.
    fn confirmed(&mut self, _question: &Question, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// The terminal has another size.
    fn resized(&mut self, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// A connection's schema came.
    fn learned(&mut self, _connection: ConnectionId, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// A write of its own was held up; the view that lay over it found how to go on.
    fn resolved(&mut self, _resolution: Resolution, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// It is about to close, whatever the reason: what was typed goes to the journal now.
    fn leaving(&mut self, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }

    /// Another view wrote, read or removed a record that this one may show.
    fn heard(&mut self, _news: &News, _world: &mut World) -> Vec<Effect> {
        Vec::new()
    }
}

/// What one view tells the others.
#[derive(Clone, Debug)]
pub(super) enum News {
    /// A record is so now.
    Written(ConnectionId, Box<crate::domain::record::Record>),
    /// A deed was done to a record: what of it is another now nobody knows.
    Touched(ConnectionId, crate::domain::schema::EntityName, crate::domain::record::RecordId),
    /// A sign-in keeps this connection now, or again.
    Connected(ConnectionId, String),
    /// A record is gone.
    Deleted(ConnectionId, crate::domain::schema::EntityName, crate::domain::record::RecordId),
}

impl View {
    pub(super) fn pane(&self) -> &dyn Pane {
        match self {
            Self::Picker(view) => view.as_ref(),
            Self::Connect(view) => view.as_ref(),
            Self::List(view) => view.as_ref(),
            Self::Filter(view) => view.as_ref(),
            Self::Detail(view) => view.as_ref(),
            Self::Form(view) => view.as_ref(),
            Self::Conflict(view) => view.as_ref(),
            Self::Duplicates(view) => view.as_ref(),
            Self::Palette(view) => view.as_ref(),
            Self::Help(view) => view.as_ref(),
            Self::Confirm(view) => view.as_ref(),
            Self::Menu(view) => view.as_ref(),
            Self::Deeds(view) => view.as_ref(),
            Self::Result(view) => view.as_ref(),
            Self::Save(view) => view.as_ref(),
            Self::Actions(view) => view.as_ref(),
            Self::Connectors(view) => view.as_ref(),
            Self::SignIn(view) => view.as_ref(),
            Self::Exchange(view) => view.as_ref(),
        }
    }

    pub(super) fn pane_mut(&mut self) -> &mut dyn Pane {
        match self {
            Self::Picker(view) => view.as_mut(),
            Self::Connect(view) => view.as_mut(),
            Self::List(view) => view.as_mut(),
            Self::Filter(view) => view.as_mut(),
            Self::Detail(view) => view.as_mut(),
            Self::Form(view) => view.as_mut(),
            Self::Conflict(view) => view.as_mut(),
            Self::Duplicates(view) => view.as_mut(),
            Self::Palette(view) => view.as_mut(),
            Self::Help(view) => view.as_mut(),
            Self::Confirm(view) => view.as_mut(),
            Self::Menu(view) => view.as_mut(),
            Self::Deeds(view) => view.as_mut(),
            Self::Result(view) => view.as_mut(),
            Self::Save(view) => view.as_mut(),
            Self::Actions(view) => view.as_mut(),
            Self::Connectors(view) => view.as_mut(),
            Self::SignIn(view) => view.as_mut(),
            Self::Exchange(view) => view.as_mut(),
        }
    }

    /// The list, if it is one.
    pub fn list(&self) -> Option<&List> {
        if let Self::List(list) = self { Some(list) } else { None }
    }

    pub(super) fn list_mut(&mut self) -> Option<&mut List> {
        if let Self::List(list) = self { Some(list) } else { None }
    }

    /// Whether what lies beneath stays visible.
    pub fn is_overlay(&self) -> bool {
        match self {
            Self::Picker(_)
            | Self::Connect(_)
            | Self::List(_)
            | Self::Detail(_)
            | Self::Form(_)
            | Self::Actions(_)
            | Self::Conflict(_) => false,
            Self::Filter(_)
            | Self::Duplicates(_)
            | Self::Palette(_)
            | Self::Help(_)
            | Self::Confirm(_)
            | Self::Menu(_)
            | Self::Deeds(_)
            | Self::Result(_)
            | Self::Save(_)
            | Self::Connectors(_)
            | Self::SignIn(_)
            | Self::Exchange(_) => true,
        }
    }

    /// Where its keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        self.pane().contexts()
    }

    /// Whose records it shows.
    pub fn connection(&self) -> Option<ConnectionId> {
        self.pane().connection()
    }
}

/// Everything that is shown.
#[derive(Debug)]
pub struct State {
    /// The last one is on top and has the keys; the first one never closes.
    pub(super) stack: Vec<View>,
    pub(super) world: World,
    /// The keys of a chord that is not complete.
    pub(super) pending: Vec<Key>,
    /// Whether they have waited so long that what may follow is listed.
    pub(super) lists_chords: bool,
    /// The count typed before a command.
    pub(super) count: Option<u32>,
    /// What was typed before the view on top could take it.
    pub(super) ahead: Ahead,
}

impl State {
    /// With its keys and settings, the connections, and the picker open.
    pub fn new(
        keymap: Keymap,
        settings: Settings,
        connections: Vec<(ConnectionId, Connection)>,
    ) -> Self {
        let mut world = World::new(keymap, settings);
        world.connections =
            connections.into_iter().map(|(id, it)| (id, Connected::new(it))).collect();
        let picker = View::Picker(Box::new(Picker::new(world.new_view())));
        Self {
            stack: vec![picker],
            world,
            pending: Vec::new(),
            lists_chords: false,
            count: None,
            ahead: Ahead::default(),
        }
    }

    /// From the bottom to the top.
    pub fn stack(&self) -> &[View] {
        &self.stack
    }

    /// The one that has the keys.
    pub fn top(&self) -> Option<&View> {
        self.stack.last()
    }

    /// What all views share.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Keys of a chord that is not complete.
    pub fn pending(&self) -> &[Key] {
        &self.pending
    }

    /// Whether what may follow them is to be listed.
    pub fn lists_chords(&self) -> bool {
        self.lists_chords
    }

    /// The count typed before a command.
    pub fn count(&self) -> Option<u32> {
        self.count
    }

    /// The connection that the view on top belongs to.
    pub fn connection(&self) -> Option<ConnectionId> {
        self.stack.iter().rev().find_map(View::connection)
    }

    /// Whether anything visible changed since the last call.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.world.dirty)
    }
}
