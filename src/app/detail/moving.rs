//! Where the cursor goes.
use super::{Click, Command, Detail, Effect, Tab, Target, World, page::Stop};

impl Detail {
    /// The commands that move; whether this was one.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a view knows its own commands")]
    pub(super) fn step(&mut self, command: Command, times: u32, world: &World) -> bool {
        let times = times as usize;
        let page = usize::from(self.parts(world).rows).max(1);
        match command {
            Command::Next => self.go_by(times, true, world),
            Command::Previous => self.go_by(times, false, world),
            Command::First => self.go_to(0, world),
            Command::Last => {
                self.top = self.page.lines.len();
                self.go_to(usize::MAX, world);
            }
            Command::HalfPageDown => self.scroll(page / 2 * times, true, world),
            Command::HalfPageUp => self.scroll(page / 2 * times, false, world),
            Command::PageDown => self.scroll(page * times, true, world),
            Command::PageUp => self.scroll(page * times, false, world),
            Command::NextPane => self.turn(true, world),
            Command::PreviousPane => self.turn(false, world),
            _ => return false,
        }
        true
    }

    /// The rows behind the last one are asked for when the cursor comes to them.
    pub(super) fn come_near(&self, world: &mut World) -> Vec<Effect> {
        match self.stop() {
            Some(Stop::More(at)) if self.tab == Tab::Related => {
                self.ask_further(at, world).into_iter().collect()
            }
            Some(_) | None => Vec::new(),
        }
    }

    fn go_to(&mut self, at: usize, world: &World) {
        self.at = at.min(self.page.places.len().saturating_sub(1));
        if at == 0 {
            self.top = 0;
        }
        self.reveal(world);
    }

    /// A text that is higher than the screen is read to its end before the cursor leaves it.
    fn go_by(&mut self, times: usize, is_down: bool, world: &World) {
        let height = usize::from(self.parts(world).rows).max(1);
        let Some(place) = self.cursor() else { return self.scroll(times, is_down, world) };
        let (first, end) = (place.line, place.line + place.height);
        if place.height > height && is_down && end > self.top + height {
            self.top = (self.top + times).min(end - height);
        } else if place.height > height && !is_down && first < self.top {
            self.top = self.top.saturating_sub(times).max(first);
        } else if is_down {
            self.go_to(self.at.saturating_add(times), world);
        } else {
            self.go_to(self.at.saturating_sub(times), world);
        }
    }

    /// The cursor comes along where it would leave the screen.
    pub(super) fn scroll(&mut self, lines: usize, is_down: bool, world: &World) {
        let height = usize::from(self.parts(world).rows).max(1);
        let last = self.page.lines.len().saturating_sub(height);
        let before = self.top(height);
        let top = if is_down { before.saturating_add(lines) } else { before.saturating_sub(lines) };
        self.top = top.min(last);
        let places = &self.page.places;
        if self.top == before {
            // There is nothing to scroll: the cursor goes to the end.
            self.at = if is_down { places.len().saturating_sub(1) } else { 0 };
            return;
        }
        let is_seen = |place: &super::page::Place| {
            place.line < self.top + height && place.line + place.height > self.top
        };
        if self.cursor().is_some_and(is_seen) {
            return;
        }
        let seen = if is_down {
            places.iter().position(is_seen)
        } else {
            places.iter().rposition(is_seen)
        };
        self.at = seen.unwrap_or(self.at);
    }

    /// To the first place of the next part, round and round.
    fn turn(&mut self, is_down: bool, world: &World) {
        let Some(part) = self.cursor().map(|place| place.part) else { return };
        let places = &self.page.places;
        let (first, last) = (places.first(), places.last());
        let found = if is_down {
            let next = places.iter().find(|place| place.part > part).or(first);
            next.map(|place| place.part)
        } else {
            let previous = places.iter().rfind(|place| place.part < part).or(last);
            previous.map(|place| place.part)
        };
        let at = found.and_then(|part| places.iter().position(|place| place.part == part));
        self.go_to(at.unwrap_or(0), world);
    }

    /// Another tab, from its top.
    pub(super) fn open_tab(&mut self, tab: Tab, world: &mut World) -> Vec<Effect> {
        if self.tab == tab {
            return Vec::new();
        }
        (self.tab, self.at, self.top) = (tab, 0, 0);
        self.page = super::Page::default();
        let mut effects = self.ask_activity(world);
        if tab == Tab::Related {
            effects.extend(self.ask_rest(world));
        }
        self.lay(world);
        effects
    }

    pub(super) fn hit(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (Target::Item(at), Click::Once | Click::Twice) => self.hit_offer(*at, click, world),
            (_, _) if self.offer.is_some() => Vec::new(),
            (Target::Tab(at), Click::Once) => {
                let tab = Tab::ALL.get(*at).copied();
                tab.map_or_else(Vec::new, |tab| self.open_tab(tab, world))
            }
            (Target::Field(_) | Target::Pane, Click::Wheel(lines)) => {
                self.scroll(usize::from(lines.unsigned_abs()), lines > 0, world);
                self.come_near(world)
            }
            (Target::Field(at), Click::Once | Click::Twice) => {
                self.at = (*at).min(self.page.places.len().saturating_sub(1));
                if click == Click::Twice {
                    return self.open_here(world);
                }
                self.come_near(world)
            }
            _ => Vec::new(),
        }
    }
}
