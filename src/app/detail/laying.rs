//! Lays out what is known, whenever something of it changes: never while drawing.
use super::{
    Detail, Page, Parts, Tab, World,
    overview::Fields,
    page::{Place, Stop},
    panel::Rows,
    tabs,
    threads::Threads,
};
use crate::app::world::Connected;

impl Detail {
    /// The page anew. The cursor stays on what it stood on; one that nobody moved from the top of
    /// the fields stays at the top, whatever comes to stand there when the layout is known.
    pub(super) fn lay(&mut self, world: &World) {
        let is_at_top = self.tab == Tab::Overview && self.at == 0 && self.top == 0;
        let stood = self.cursor().filter(|_| !is_at_top).map(|place| place.stop.clone());
        let parts = self.parts(world);
        let (page, hidden) = self.made(parts, world);
        let aside = if parts.aside > 0 { self.beside(parts, world) } else { Page::default() };
        (self.page, self.hidden, self.aside) = (page, hidden, aside);
        let found = stood.and_then(|stop| self.page.find(&stop));
        self.at = found.unwrap_or(self.at).min(self.page.places.len().saturating_sub(1));
        self.reveal(world);
    }

    fn made(&self, parts: Parts, world: &World) -> (Page, usize) {
        let mut page = Page::default();
        let connected = world.connected(self.connection);
        let (Some(connected), Some(record)) = (connected, &self.record) else {
            return (page, 0);
        };
        let Some(entity_type) = self.entity_type(world) else {
            return (tabs::raw(record, parts.main), 0);
        };
        let format = &connected.format;
        let mut hidden = 0;
        match self.tab {
            Tab::Overview => {
                let layout = connected.layout(&self.entity);
                let shows_empty = self.shows_empty;
                let is_aside = false;
                let fields =
                    Fields { record, entity_type, layout, format, parts, shows_empty, is_aside };
                hidden = fields.lay(&mut page);
                self.lay_panels(connected, parts, &mut page);
            }
            Tab::Related => self.lay_panels(connected, parts, &mut page),
            Tab::Activity => {
                let (width, full_stamps) = (parts.main.min(76), self.full_stamps);
                let threads = Threads { format, full_stamps, width, is_whole: true };
                page = threads.lay(&self.activity.all);
            }
            Tab::Fields => page = tabs::fields(record, entity_type, format, parts.main),
            Tab::Json => page = tabs::raw(record, parts.main),
        }
        (page, hidden)
    }

    fn lay_panels(&self, connected: &Connected, parts: Parts, page: &mut Page) {
        let Some(schema) = &connected.schema else { return };
        let rows = Rows {
            schema,
            layouts: &|entity| connected.layout(entity),
            format: &connected.format,
            width: parts.main,
            full_stamps: self.full_stamps,
            is_whole: self.tab == Tab::Related,
        };
        for (at, panel) in self.panels.iter().enumerate() {
            rows.lay(at, panel, page);
        }
    }

    fn beside(&self, parts: Parts, world: &World) -> Page {
        let Some(connected) = world.connected(self.connection) else { return Page::default() };
        if self.tab == Tab::Activity {
            return self.details(connected, parts, world);
        }
        let (format, full_stamps) = (&connected.format, self.full_stamps);
        let threads = Threads { format, full_stamps, width: parts.aside, is_whole: false };
        threads.lay(&self.activity.all)
    }

    /// The fields, beside what was said.
    fn details(&self, connected: &Connected, parts: Parts, world: &World) -> Page {
        let mut page = Page::default();
        if let (Some(record), Some(entity_type)) = (&self.record, self.entity_type(world)) {
            let (layout, format) = (connected.layout(&self.entity), &connected.format);
            let parts = Parts { main: parts.aside, is_narrow: true, ..parts };
            let (shows_empty, is_aside) = (false, true);
            let fields =
                Fields { record, entity_type, layout, format, parts, shows_empty, is_aside };
            fields.lay(&mut page);
        }
        page
    }

    /// The first line on a screen so high: the cursor's lines are on it as far as they fit.
    pub fn top(&self, height: usize) -> usize {
        let last = self.page.lines.len().saturating_sub(height);
        let Some(place) = self.cursor() else { return self.top.min(last) };
        let (first, end) = (place.line, place.line + place.height);
        let is_seen = first < self.top + height && end > self.top;
        let top = if is_seen || height == 0 { self.top } else { reach(place, self.top, height) };
        top.min(last)
    }

    /// Scrolls as little as shows the whole place of the cursor, with what stands above it.
    pub(super) fn reveal(&mut self, world: &World) {
        let height = usize::from(self.parts(world).rows);
        let last = self.page.lines.len().saturating_sub(height);
        let top = match self.cursor() {
            Some(place) => reach(place, self.top, height),
            None => self.top,
        };
        self.top = if self.at == 0 && !self.page.places.is_empty() { 0 } else { top.min(last) };
        if let Some(place) = self.cursor()
            && place.line >= self.top + height.max(1)
        {
            self.top = place.line.min(last);
        }
    }

    /// The panel that the cursor stands in.
    pub(super) fn panel_here(&self) -> Option<usize> {
        self.cursor().and_then(|place| place.stop.panel())
    }

    /// What the cursor stands on.
    pub(super) fn stop(&self) -> Option<Stop> {
        self.cursor().map(|place| place.stop.clone())
    }
}

/// Where to scroll to, from `top`.
fn reach(place: &Place, top: usize, height: usize) -> usize {
    // The heading above the first row of a part comes along.
    let above = place.line.saturating_sub(1);
    let end = place.line + place.height;
    if above < top {
        above
    } else if end > top + height {
        (end.saturating_sub(height)).min(above)
    } else {
        top
    }
}
