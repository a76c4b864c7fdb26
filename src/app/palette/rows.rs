//! What the palette can find without asking anyone: commands, types, connections, addresses.
use super::{Entry, Group, What};
use crate::{
    app::{
        command::Command,
        keymap::Context,
        run::{
            Deed,
            menu::{self, On},
        },
        world::{Health, World},
    },
    domain::{
        connection::ConnectionId,
        record::RecordId,
        schema::{EntityName, Rights},
        verb::NotOffered,
    },
    text::fuzzy,
};

/// An entity type's and record's names in the address of its page: `…#Contact/view/65f0`.
pub(super) fn address(text: &str) -> Option<(EntityName, RecordId)> {
    let (_, route) = text.trim().split_once('#')?;
    let mut parts = route.split(['/', '?']);
    let entity = EntityName::try_from(parts.next()?).ok()?;
    let verb = parts.next()?;
    let id = parts.next().filter(|id| !id.is_empty())?;
    let is_id = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (matches!(verb, "view" | "edit") && is_id && id.len() <= 64).then(|| (entity, id.into()))
}

/// The connection that an address belongs to; the current one where it names none that is known.
pub(super) fn owner(
    text: &str,
    current: Option<ConnectionId>,
    world: &World,
) -> Option<ConnectionId> {
    let (site, _) = text.trim().split_once('#')?;
    let plain = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.trim_end_matches('/').to_lowercase()
    };
    let site = plain(site);
    if site.is_empty() {
        return current;
    }
    let fits = |id: &ConnectionId| {
        world.connected(*id).is_some_and(|it| plain(&it.connection.url) == site)
    };
    current.filter(fits).or_else(|| world.connections.keys().copied().find(fits))
}

/// Nobody looks for these by name: they move the cursor, or open and close this box.
const HIDDEN: &[Command] = &[
    Command::Palette,
    Command::CommandLine,
    Command::Interrupt,
    Command::Close,
    Command::Next,
    Command::Previous,
    Command::First,
    Command::Last,
    Command::HalfPageDown,
    Command::HalfPageUp,
    Command::PageDown,
    Command::PageUp,
    Command::Left,
    Command::Right,
    Command::NextPane,
    Command::PreviousPane,
    Command::Open,
];

/// A label that stands alone: `copy row`, where the hint under `y` says `row`.
fn title(command: Command) -> String {
    let yanks = [
        Command::YankRow,
        Command::YankCell,
        Command::YankId,
        Command::YankUrl,
        Command::YankJson,
        Command::YankCsv,
        Command::YankMarkdown,
        Command::YankCommand,
    ];
    let label = command.label();
    if yanks.contains(&command) { format!("copy {label}") } else { label.to_owned() }
}

/// All commands of the view beneath; those that are refused stay, with the reason.
pub(super) fn commands(
    of: &'static [Context],
    current: Option<ConnectionId>,
    entity: Option<&EntityName>,
    world: &World,
) -> Vec<Entry> {
    let mut all: Vec<Command> = world.keymap.bindings(of).iter().map(|(.., it)| *it).collect();
    all.sort_unstable();
    all.dedup();
    all.retain(|command| !HIDDEN.contains(command));
    let rights = current.and_then(|id| world.connected(id)?.rights(entity?));
    let read_only =
        current.and_then(|id| world.connected(id)).is_some_and(|it| it.connection.read_only);
    let entry = |command: Command| {
        let refused = refused(command, rights, read_only);
        Entry {
            group: Group::Commands,
            title: title(command),
            place: refused.unwrap_or(command.description()).to_owned(),
            connection: None,
            aside: world.key(of, command).unwrap_or_default(),
            matched: Vec::new(),
            what: What::Command(command, refused),
        }
    };
    all.into_iter().map(entry).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "few commands write")]
fn refused(command: Command, rights: Option<Rights>, read_only: bool) -> Option<&'static str> {
    let may = |right: fn(&Rights) -> bool| rights.as_ref().is_none_or(right);
    let (writes, may) = match command {
        Command::Add => (true, may(|it| it.create)),
        Command::Edit | Command::Link | Command::Unlink => (true, may(|it| it.edit)),
        Command::Delete => (true, may(|it| it.delete)),
        Command::Save => (true, true),
        _ => (false, true),
    };
    if writes && read_only {
        Some("this connection is read-only")
    } else if !may {
        Some("your role may not do this")
    } else {
        None
    }
}

/// Entity types: those of the current connection; without one, of all.
pub(super) fn types(current: Option<ConnectionId>, world: &World) -> Vec<Entry> {
    let of = world.connections.iter().filter(|(id, _)| current.is_none_or(|it| it == **id));
    let all = of.flat_map(|(id, connected)| {
        connected.tabs().map(|it| Entry {
            group: Group::Types,
            title: it.label_plural.clone(),
            place: it.name.as_str().to_owned(),
            connection: Some(*id),
            aside: String::new(),
            matched: Vec::new(),
            what: What::Type(*id, it.name.clone()),
        })
    });
    all.collect()
}

/// What else the product can do: with the record beneath, then without one.
pub(super) fn deeds(
    group: Group,
    current: Option<ConnectionId>,
    on: Option<&On>,
    world: &World,
) -> Vec<Entry> {
    let Some(connection) = current else { return Vec::new() };
    let entry = |deed: Deed| Entry {
        group,
        title: deed.named(),
        place: deed.description.clone(),
        connection: None,
        aside: String::new(),
        matched: Vec::new(),
        what: What::Deed(connection, Box::new(deed)),
    };
    menu::deeds(connection, on, world).into_iter().map(entry).collect()
}

/// What the API of the current connection does not offer, with what to do instead.
pub(super) fn not_offered(current: Option<ConnectionId>, world: &World) -> Vec<Entry> {
    let schema = current.and_then(|id| world.connected(id)?.schema.as_ref());
    let all = schema.map_or(&[][..], |schema| &schema.not_offered);
    let entry = |it: &NotOffered| Entry {
        group: Group::NotOffered,
        title: it.label.clone(),
        place: it.instead.clone(),
        connection: None,
        aside: String::new(),
        matched: Vec::new(),
        what: What::NotOffered(Box::new(it.clone())),
    };
    all.iter().map(entry).collect()
}

pub(super) fn connections(world: &World) -> Vec<Entry> {
    let entry = |(id, it): (&ConnectionId, &crate::app::world::Connected)| Entry {
        group: Group::Connections,
        title: it.connection.name.clone(),
        place: format!("{} · {}", it.connection.kind.product(), it.connection.host()),
        connection: Some(*id),
        aside: match &it.health {
            Health::Live(ms) => format!("{ms} ms"),
            Health::Away(..) => "no answer".to_owned(),
            Health::NotSignedIn(_) => "not signed in".to_owned(),
            Health::Unknown => String::new(),
        },
        matched: Vec::new(),
        what: What::Connection(*id),
    };
    world.connections.iter().map(entry).collect()
}

/// Records looked at, newest first.
pub(super) fn recents(world: &World) -> Vec<Entry> {
    let owner = |identity: &str| {
        let of = world.connections.iter().find(|(_, it)| it.connection.identity() == identity);
        of.map(|(id, it)| (*id, it))
    };
    let all = world.recents.iter().filter_map(|recent| {
        let (id, connected) = owner(&recent.identity)?;
        let schema = connected.schema.as_ref();
        let entity_type = schema.and_then(|it| it.entity_type(&recent.entity));
        Some(Entry {
            group: Group::Kept,
            title: recent.title.clone(),
            place: entity_type.map_or(recent.entity.as_str(), |it| &it.label).to_owned(),
            connection: Some(id),
            aside: connected.format.stamp_short(recent.at),
            matched: Vec::new(),
            what: What::Record(id, recent.entity.clone(), recent.id.clone()),
        })
    });
    all.collect()
}

/// Those that match, best first, at most so many: by title, then those whose description holds
/// the words as they are (letters scattered over a sentence would find everything).
pub(super) fn best(entries: Vec<Entry>, needle: &str, most: usize) -> Vec<Entry> {
    let titles: Vec<&str> = entries.iter().map(|entry| entry.title.as_str()).collect();
    let hits = fuzzy::rank(needle, &titles);
    let folded = fuzzy::fold(needle);
    let is_hit = |at: usize| hits.iter().any(|hit| hit.index == at);
    let described = entries
        .iter()
        .enumerate()
        .filter(|(at, entry)| !is_hit(*at) && fuzzy::fold(&entry.place).contains(&folded));
    let described: Vec<_> = described.map(|(at, _)| (at, Vec::new())).collect();
    let named = hits.iter().map(|hit| (hit.index, hit.matched.clone()));
    let order: Vec<_> = named.chain(described).take(most).collect();
    let mut entries: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
    let found = order.into_iter().filter_map(|(at, matched)| {
        let entry = entries.get_mut(at)?.take()?;
        Some(Entry { matched, ..entry })
    });
    found.collect()
}

/// Which characters of a title the words stand at, where they stand there as they are.
pub(super) fn matched(title: &str, needle: &str) -> Vec<usize> {
    let hits = fuzzy::rank(needle, &[title]);
    hits.into_iter().next().map(|hit| hit.matched).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_page_names_its_record() {
        let (entity, id) = address("https://crm/#Contact/view/65f0a").unwrap();
        assert_eq!((entity.as_str(), id.as_str()), ("Contact", "65f0a"));
        for bad in ["", "Contact/view/1", "#Contact", "#Con tact/view/1", "#Contact/view/../x"] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }
}
