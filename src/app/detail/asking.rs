//! What a detail asks for, and when.
use super::{Action, Connected, Detail, Effect, Keep, Panel, Recent, Slot, Tab, World};

/// So many panels are read at once; the others when the Related tab opens.
const EAGER: usize = 6;
/// Slots for panels are numbered by a byte, and nobody reads so many.
const MOST: usize = 200;
/// So much of what happened is read.
const HAPPENINGS: u32 = 30;
/// Recent records that are remembered here; the journal has its own limit.
const RECENTS: usize = 100;

impl Detail {
    /// Record and layout; panels and activity once it is known which.
    pub(super) fn ask_all(&mut self, world: &mut World) -> Vec<Effect> {
        let mut effects = vec![self.ask_record(world)];
        let known = world.connected(self.connection);
        if known.is_some_and(|it| it.schema.is_none()) {
            let slot = Slot::Schema(self.connection);
            effects.push(world.call(slot, self.connection, Action::Types));
        }
        let known = world.connected(self.connection);
        if known.is_none_or(|it| it.layout(&self.entity).is_none()) {
            let action = Action::Describe(self.entity.clone());
            effects.push(world.call(Slot::Describe(self.id), self.connection, action));
        }
        effects.extend(self.know_type(world));
        effects
    }

    pub(super) fn ask_record(&self, world: &mut World) -> Effect {
        let action = Action::Get { entity: self.entity.clone(), id: self.shows.clone() };
        world.call(Slot::Detail(self.id), self.connection, action)
    }

    /// Schema or layout came: the panels can be drawn up.
    pub(super) fn know_type(&mut self, world: &mut World) -> Vec<Effect> {
        let is_known =
            world.connected(self.connection).is_some_and(|it| it.layout(&self.entity).is_some());
        let waits = !is_known && world.slots.is_open(Slot::Describe(self.id));
        let fresh = if waits { Vec::new() } else { self.draw_up(world) };
        let mut effects = Vec::new();
        if !waits && !fresh.iter().map(Panel::link).eq(self.panels.iter().map(Panel::link)) {
            self.panels = fresh;
            effects.extend(self.eager().into_iter().filter_map(|at| self.ask_panel(at, world)));
        }
        effects.extend(self.ask_activity(world));
        self.lay(world);
        effects
    }

    /// The panels that are read at once: the first ones, but for those that cost much.
    fn eager(&self) -> Vec<usize> {
        let all = self.panels.iter().enumerate();
        all.filter(|(_, panel)| !panel.link().is_slow).map(|(at, _)| at).take(EAGER).collect()
    }

    /// The layout's panels; without a layout all links to many.
    fn draw_up(&self, world: &World) -> Vec<Panel> {
        let Some(connected) = world.connected(self.connection) else { return Vec::new() };
        let Some(schema) = &connected.schema else { return Vec::new() };
        let Some(entity_type) = schema.entity_type(&self.entity) else { return Vec::new() };
        let names: Vec<&String> = match connected.layout(&self.entity) {
            Some(layout) => layout.panels.iter().collect(),
            None => entity_type.links.values().filter(|it| it.is_many).map(|it| &it.name).collect(),
        };
        let panel = |name: &String| {
            let link = entity_type.links.get(name)?;
            let entity = link.entity.clone()?;
            let is_readable = schema.entity_type(&entity).is_some_and(|it| it.rights.read);
            is_readable.then(|| Panel::new(link, entity))
        };
        names.into_iter().filter_map(panel).take(MOST).collect()
    }

    /// The first rows of a panel, or as many as were there.
    pub(super) fn ask_panel(&self, at: usize, world: &mut World) -> Option<Effect> {
        self.ask_rows(at, false, world)
    }

    /// The rows behind those that are there.
    pub(super) fn ask_further(&self, at: usize, world: &mut World) -> Option<Effect> {
        let slot = Slot::Panel(self.id, u8::try_from(at).ok()?);
        let waits = world.slots.is_open(slot);
        if waits || !self.panels.get(at)?.has_more() {
            None
        } else {
            self.ask_rows(at, true, world)
        }
    }

    fn ask_rows(&self, at: usize, further: bool, world: &mut World) -> Option<Effect> {
        let slot = Slot::Panel(self.id, u8::try_from(at).ok()?);
        let panel = self.panels.get(at)?;
        let connected = world.connected(self.connection)?;
        let (schema, layout) = (connected.schema.as_ref()?, connected.layout(panel.entity()));
        let query = if further { panel.next(schema, layout) } else { panel.query(schema, layout) };
        let action = Action::Related {
            entity: self.entity.clone(),
            id: self.shows.clone(),
            link: panel.link().name.clone(),
            query,
        };
        Some(world.call(slot, self.connection, action))
    }

    /// Panels that nobody has looked at yet.
    pub(super) fn ask_rest(&self, world: &mut World) -> Vec<Effect> {
        let unread = |at: &usize| self.panels.get(*at).is_some_and(|it| !it.is_answered());
        let waits = |at: usize, world: &World| {
            u8::try_from(at).is_ok_and(|at| world.slots.is_open(Slot::Panel(self.id, at)))
        };
        let mut effects = Vec::new();
        for at in (0..self.panels.len()).filter(unread) {
            if !waits(at, world) {
                effects.extend(self.ask_panel(at, world));
            }
        }
        effects
    }

    /// Once, when it can be seen.
    pub(super) fn ask_activity(&mut self, world: &mut World) -> Vec<Effect> {
        let is_seen = self.parts(world).aside > 0 || self.tab == Tab::Activity;
        if self.activity.is_asked || !is_seen {
            return Vec::new();
        }
        self.activity.is_asked = true;
        let (entity, id) = (self.entity.clone(), self.shows.clone());
        let action = Action::Activity { entity, id, limit: HAPPENINGS };
        vec![world.call(Slot::Activity(self.id), self.connection, action)]
    }

    /// Everything that was read is read again.
    pub(super) fn refresh(&mut self, with_types: bool, world: &mut World) -> Vec<Effect> {
        self.activity.is_asked = false;
        let mut effects = vec![self.ask_record(world)];
        if with_types {
            if let Some(connected) = world.connections.get_mut(&self.connection) {
                Connected::forget_layouts(connected);
            }
            effects.push(world.call(Slot::Schema(self.connection), self.connection, Action::Types));
            let action = Action::Describe(self.entity.clone());
            effects.push(world.call(Slot::Describe(self.id), self.connection, action));
        }
        let read = |panel: &Panel| panel.is_answered();
        let eager = self.eager();
        let seen: Vec<usize> = (0..self.panels.len())
            .filter(|at| eager.contains(at) || self.panels.get(*at).is_some_and(read))
            .collect();
        effects.extend(seen.into_iter().filter_map(|at| self.ask_panel(at, world)));
        effects.extend(self.ask_activity(world));
        effects
    }

    /// It was looked at: the journal keeps that, and the rail shows it at once.
    pub(super) fn visit(&self, world: &mut World) -> Vec<Effect> {
        let recent = Recent {
            identity: self.identity(world),
            entity: self.entity.clone(),
            id: self.shows.clone(),
            title: self.title(world),
            at: world.now,
        };
        let is_this = |it: &Recent| {
            it.identity == recent.identity && it.entity == recent.entity && it.id == recent.id
        };
        world.recents.retain(|it| !is_this(it));
        world.recents.insert(0, recent.clone());
        world.recents.truncate(RECENTS);
        vec![world.keep(Slot::Visit(self.id), Keep::Visit(recent))]
    }
}
