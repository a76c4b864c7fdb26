//! The settings of one connection: new or changed.
use strum::IntoEnumIterator;

use super::{
    command::Command,
    edit::Edit,
    keymap::{Code, Context, Key},
    msg::{Click, Configure, Effect, Target},
    notice::Said,
    sign_in,
    slots::{Slot, ViewId},
    state::Pane,
    tested::Tested,
    world::{Move, World},
};
use crate::domain::{
    check::CheckStep,
    connection::{Auth, Connection, ConnectionId, Hue, Kind, Via},
    error::Error,
    secret::{Secret, SecretSource},
};

mod field;
pub mod site;
#[cfg(test)]
mod tests;

pub use field::{Hidden, Part};

/// The settings of one connection: new or changed.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "two are settings, three are independent states")]
pub struct Connect {
    id: ViewId,
    /// As it was; `None` = a new one.
    changes: Option<Connection>,
    address: Edit,
    name: Edit,
    user: Edit,
    key: Edit,
    secret: Hidden,
    kind: Kind,
    auth: Auth,
    production: bool,
    read_only: bool,
    color: Option<Hue>,
    at: Part,
    errors: Vec<(Part, String)>,
    tested: Option<Tested>,
    is_saving: bool,
    is_changed: bool,
    /// Esc was pressed once though something was typed.
    is_leaving: bool,
}

impl Connect {
    pub(super) fn open(id: ViewId, changes: Option<ConnectionId>, world: &World) -> Self {
        let changes = changes.and_then(|id| world.connected(id)).map(|it| it.connection.clone());
        let old = changes.as_ref();
        let text = |text: Option<&str>| Edit::line(text.unwrap_or_default());
        Self {
            id,
            address: text(old.map(|it| it.url.as_str())),
            name: text(old.map(|it| it.name.as_str())),
            user: text(old.and_then(|it| it.user.as_deref())),
            key: text(old.and_then(|it| it.key.as_deref())),
            secret: Hidden(Edit::line("")),
            kind: old.map_or(Kind::Espocrm, |it| it.kind),
            auth: old.map_or(Auth::ApiKey, |it| it.auth),
            production: old.is_some_and(|it| it.production),
            read_only: old.is_some_and(|it| it.read_only),
            color: old.and_then(|it| it.color),
            at: if old.is_some_and(|it| it.via.is_some()) { Part::Name } else { Part::Address },
            errors: Vec::new(),
            tested: None,
            is_saving: false,
            is_changed: false,
            is_leaving: false,
            changes,
        }
    }

    /// The connection as it was; `None` = a new one.
    pub fn changes(&self) -> Option<&Connection> {
        self.changes.as_ref()
    }

    /// The fields that are shown, in order. What goes through Membrane signs in there.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        let (auth, is_through) = (self.auth, self.via().is_some());
        Part::iter().filter(move |part| match part {
            Part::Address | Part::SignIn | Part::User | Part::Key | Part::Secret => {
                !is_through && part.is_for(auth)
            }
            Part::Name | Part::Product | Part::Production | Part::ReadOnly | Part::Colour => true,
        })
    }

    /// The connection at Membrane that it goes through.
    pub fn via(&self) -> Option<&Via> {
        self.changes.as_ref()?.via.as_ref()
    }

    /// Whether the cursor can stand on it: the product can be chosen where there are several,
    /// and as long as the connection is new.
    pub fn takes_keys(&self, part: Part) -> bool {
        part != Part::Product || (self.changes.is_none() && Kind::built().nth(1).is_some())
    }

    /// The one that has the keys.
    pub fn at(&self) -> Part {
        self.at
    }

    /// The text of a field that has one; the secret's is to be masked.
    pub fn edit(&self, part: Part) -> Option<&Edit> {
        match part {
            Part::Address => Some(&self.address),
            Part::Name => Some(&self.name),
            Part::User => Some(&self.user),
            Part::Key => Some(&self.key),
            Part::Secret => Some(self.secret.edit()),
            Part::Product | Part::SignIn | Part::Production | Part::ReadOnly | Part::Colour => None,
        }
    }

    fn edit_mut(&mut self) -> Option<&mut Edit> {
        match self.at {
            Part::Address => Some(&mut self.address),
            Part::Name => Some(&mut self.name),
            Part::User => Some(&mut self.user),
            Part::Key => Some(&mut self.key),
            Part::Secret => Some(&mut self.secret.0),
            Part::Product | Part::SignIn | Part::Production | Part::ReadOnly | Part::Colour => None,
        }
    }

    /// The product.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How to sign in.
    pub fn auth(&self) -> Auth {
        self.auth
    }

    /// Whether it is marked as production.
    pub fn production(&self) -> bool {
        self.production
    }

    /// Whether writes are refused.
    pub fn read_only(&self) -> bool {
        self.read_only
    }

    /// The chip's hue; `None` = the next free one.
    pub fn color(&self) -> Option<Hue> {
        self.color
    }

    /// What is wrong with a field.
    pub fn error(&self, part: Part) -> Option<&str> {
        self.errors.iter().find(|(of, _)| *of == part).map(|(_, why)| why.as_str())
    }

    /// Whether what is sent to the address can be read on the way.
    pub fn is_open_line(&self) -> bool {
        site::site(&self.address.text()).is_ok_and(|site| site::is_open(&site))
    }

    /// The last test.
    pub fn tested(&self) -> Option<&Tested> {
        self.tested.as_ref()
    }

    /// Whether the settings are being written.
    pub fn is_saving(&self) -> bool {
        self.is_saving
    }

    /// The same from a shell, without the secret.
    pub fn command_line(&self) -> String {
        let verb = if self.changes.is_some() { "edit" } else { "add" };
        let word = |edit: &Edit, missing: &str| {
            let text = edit.text();
            let text = text.trim();
            if text.is_empty() { missing.to_owned() } else { quoted(text) }
        };
        let url = site::site(&self.kind.site(&self.address.text()))
            .unwrap_or_else(|_| "https://…".to_owned());
        let (name, kind, auth) = (word(&self.name, "NAME"), self.kind, self.auth);
        if let Some(via) = self.via() {
            let via = quoted(&format!("{}/{}", via.connection, via.id));
            return format!("ficha connection {verb} {name} --kind {kind} --via {via}");
        }
        let url = quoted(&url);
        let key = auth.has_key().then(|| format!(" --key {}", word(&self.key, "KEY")));
        let is_named = auth.has_user() || (auth.has_tenant() && !self.user.is_empty());
        let user = is_named.then(|| format!(" --user {}", word(&self.user, "USER")));
        let who = key.unwrap_or_default() + &user.unwrap_or_default();
        let is_new = self.changes.is_none() || !self.secret.0.is_empty();
        let secret = if is_new && auth.has_secret() { " --secret-stdin" } else { "" };
        format!(
            "ficha connection {verb} {name} --kind {kind} --url {url} --auth {auth}{who}{secret}"
        )
    }

    /// The connection as typed; what is wrong is left at the fields.
    fn typed_connection(&mut self, world: &World) -> Option<Connection> {
        self.errors.clear();
        self.tidy_address();
        self.check_all(world);
        if let Some((part, _)) = self.errors.first() {
            self.at = *part;
            return None;
        }
        let text = |edit: &Edit| Some(edit.text().trim().to_owned()).filter(|it| !it.is_empty());
        let old = self.changes.as_ref();
        Some(Connection {
            name: self.name.text().trim().to_owned(),
            kind: self.kind,
            url: self.address.text(),
            auth: self.auth,
            user: if self.auth == Auth::Hmac { None } else { text(&self.user) },
            key: if self.auth.has_key() { text(&self.key) } else { None },
            secret: old.map_or(SecretSource::Keyring(true), |it| it.secret.clone()),
            read_only: self.read_only,
            production: self.production,
            color: self.color,
            via: old.and_then(|it| it.via.clone()),
            time_zone: old.and_then(|it| it.time_zone.clone()),
            scripts: old.map(|it| it.scripts.clone()).unwrap_or_default(),
            is_demo: false,
        })
    }

    fn check_all(&mut self, world: &World) {
        if let Some(why) = self.bad_name(world) {
            self.errors.push((Part::Name, why.to_owned()));
        }
        if self.via().is_some() {
            return;
        }
        if let Err(why) = site::site(&self.address.text()) {
            self.errors.insert(0, (Part::Address, why.to_string()));
        }
        let missing = |edit: &Edit| edit.text().trim().is_empty();
        if self.auth.has_user() && missing(&self.user) {
            self.errors.push((Part::User, "Which user signs in?".to_owned()));
        }
        if self.auth.has_key() && missing(&self.key) {
            self.errors.push((Part::Key, "The public key of the pair is needed".to_owned()));
        }
        let was = self.changes.as_ref().map(|it| it.auth);
        if self.auth.has_secret() && self.secret.0.is_empty() && was != Some(self.auth) {
            let what = Part::Secret.label(self.auth).to_lowercase();
            self.errors.push((Part::Secret, format!("The {what} is needed")));
        }
    }

    fn bad_name(&self, world: &World) -> Option<&'static str> {
        let name = self.name.text();
        let name = name.trim();
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let old = self.changes.as_ref().map(|it| it.name.as_str());
        let taken = world.connections.values().any(|it| it.connection.name == name);
        if name.is_empty() {
            Some("A name is needed; you will call it so")
        } else if !name.chars().all(is_plain) {
            Some("Letters, digits, - _ and . only")
        } else if name.chars().count() > 60 {
            Some("At most 60 letters")
        } else if taken && old != Some(name) {
            Some("Another connection is called so")
        } else {
            None
        }
    }

    fn secret(&self) -> Option<Secret> {
        Some(Secret::new(self.secret.0.text())).filter(|secret| !secret.is_empty())
    }

    fn test(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(connection) = self.typed_connection(world) else { return Vec::new() };
        self.tested = Some(Tested::begin(None, &connection, world.now));
        let ticket = world.slots.open(Slot::Test(self.id));
        vec![Effect::Check(ticket, Box::new(connection), self.secret())]
    }

    fn save(&mut self, world: &mut World) -> Vec<Effect> {
        if self.is_saving {
            return Vec::new();
        }
        let Some(connection) = self.typed_connection(world) else { return Vec::new() };
        self.is_saving = true;
        let old = self.changes.as_ref().map(|it| it.name.clone());
        let ticket = world.slots.open(Slot::Settings(self.id));
        vec![Effect::Configure(
            ticket,
            Box::new(Configure::Save(old, Box::new(connection), self.secret())),
        )]
    }

    /// A record's page becomes its site; a new connection is named after it.
    fn tidy_address(&mut self) {
        let typed = self.address.text();
        let Ok(site) = site::site(&self.kind.site(&typed)) else { return };
        if site != typed {
            self.address.set(&site);
        }
        if self.changes.is_none() && self.name.is_empty() {
            let is_usual = self.kind.usual_url() == Some(site.as_str());
            let own = is_usual.then(|| self.kind.to_string());
            self.name.set(&own.unwrap_or_else(|| site::suggested(&site)));
        }
    }

    /// Whether the browser is the next step: it was added, or signs in another way now.
    fn is_to_be_signed_in(&self) -> bool {
        let was = self.changes.as_ref();
        self.auth == Auth::Oauth
            && self.via().is_none()
            && was.is_none_or(|was| was.auth != self.auth || was.url != self.address.text())
    }

    fn step(&mut self, by: isize) {
        if self.at == Part::Address && !self.address.is_empty() {
            self.tidy_address();
        }
        let parts: Vec<Part> = self.parts().filter(|part| self.takes_keys(*part)).collect();
        let at = parts.iter().position(|part| *part == self.at).unwrap_or(0);
        let count = parts.len().cast_signed();
        let next = (at.cast_signed() + by).rem_euclid(count.max(1)).cast_unsigned();
        self.at = parts.get(next).copied().unwrap_or(Part::Address);
    }

    /// ← and →: the next choice, or the cursor in a text.
    fn turn(&mut self, by: isize) {
        let code = if by > 0 { Code::Right } else { Code::Left };
        if let Some(edit) = self.edit_mut() {
            edit.press(Key::plain(code));
            return;
        }
        self.changed();
        match self.at {
            Part::Product => self.turn_product(by),
            Part::SignIn => self.auth = next(self.kind.auths().iter().copied(), self.auth, by),
            Part::Production => self.production = !self.production,
            Part::ReadOnly => self.read_only = !self.read_only,
            Part::Colour => {
                let all = std::iter::once(None).chain(Hue::iter().map(Some));
                self.color = next(all, self.color, by);
            }
            Part::Address | Part::Name | Part::User | Part::Key | Part::Secret => {}
        }
    }

    /// A product that is at one place for everybody brings its address along.
    fn turn_product(&mut self, by: isize) {
        let usual = |kind: Kind| kind.usual_url().unwrap_or_default();
        let was = usual(self.kind);
        self.kind = next(Kind::built(), self.kind, by);
        self.auth = Auth::usual(self.kind);
        if self.address.is_empty() || (!was.is_empty() && self.address.text() == was) {
            self.address.set(usual(self.kind));
        }
    }

    fn changed(&mut self) {
        self.is_changed = true;
        self.is_leaving = false;
        let at = self.at;
        self.errors.retain(|(part, _)| *part != at);
    }

    /// What was typed is not lost by one key.
    fn close(&mut self, world: &mut World) -> Vec<Effect> {
        if self.is_changed && !self.is_leaving {
            self.is_leaving = true;
            return world.note("Not saved yet. Once more leaves without saving.");
        }
        world.moves.push(Move::Close);
        Vec::new()
    }
}

fn next<T: Copy + PartialEq>(all: impl Iterator<Item = T>, now: T, by: isize) -> T {
    let all: Vec<T> = all.collect();
    let at = all.iter().position(|it| *it == now).unwrap_or(0).cast_signed();
    let next = (at + by).rem_euclid(all.len().cast_signed().max(1)).cast_unsigned();
    all.get(next).copied().unwrap_or(now)
}

/// For a shell: quoted where it must be.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,…".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

impl Pane for Connect {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Connection, Context::Everywhere]
    }

    fn takes_text(&self) -> bool {
        true
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, _times: u32, world: &mut World) -> Vec<Effect> {
        match command {
            Command::NextPane | Command::Next | Command::Open => self.step(1),
            Command::PreviousPane | Command::Previous => self.step(-1),
            Command::Left => self.turn(-1),
            Command::Right => self.turn(1),
            Command::TestConnection => return self.test(world),
            Command::Save => return self.save(world),
            Command::Close => return self.close(world),
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, _world: &mut World) -> Vec<Effect> {
        match self.edit_mut().map(|edit| edit.press(key)) {
            Some(true) => self.changed(),
            None if key == Key::char(' ') => self.turn(1),
            Some(false) | None => {}
        }
        Vec::new()
    }

    fn pasted(&mut self, text: &str, _world: &mut World) -> Vec<Effect> {
        let text = text.trim();
        if let Some(edit) = self.edit_mut() {
            edit.paste(text);
            self.changed();
        }
        if self.at == Part::Address {
            self.tidy_address();
        }
        Vec::new()
    }

    fn pointed(&mut self, target: &Target, click: Click, _world: &mut World) -> Vec<Effect> {
        let (Target::Field(at), Click::Once | Click::Twice) = (target, click) else {
            return Vec::new();
        };
        let Some(part) = self.parts().nth(*at).filter(|part| self.takes_keys(*part)) else {
            return Vec::new();
        };
        let was = std::mem::replace(&mut self.at, part);
        if was == part && !part.is_text() {
            self.turn(1);
        }
        Vec::new()
    }

    fn checked(&mut self, step: CheckStep, world: &mut World) -> Vec<Effect> {
        Tested::advance(&mut self.tested, self.id, step, world);
        Vec::new()
    }

    fn configured(
        &mut self,
        changed: Result<Option<ConnectionId>, Error>,
        world: &mut World,
    ) -> Vec<Effect> {
        self.is_saving = false;
        match changed {
            Ok(Some(id)) if self.is_to_be_signed_in() => {
                world.moves.push(Move::Close);
                sign_in::wished(id, world).unwrap_or_default()
            }
            Ok(Some(id)) => {
                world.moves.push(Move::List(id, None));
                Vec::new()
            }
            Ok(None) => {
                world.moves.push(Move::Close);
                Vec::new()
            }
            Err(error) => world.say(None, Said::refused("these settings", error.into())),
        }
    }
}
