//! Title, place in the list, facts, tabs.
use ratatui::{layout::Rect, style::Modifier};

use crate::{
    app::{
        command::Command,
        detail::{Detail, Tab},
        msg::Target,
        state::{State, View},
        world::Connected,
    },
    domain::{
        record::{Record, Total},
        schema::EntityType,
        value::Value,
    },
    text::shown::Shown,
    ui::{canvas::Canvas, field},
};

/// So many facts stand beneath the title.
const FACTS: usize = 4;
/// A fact is cut here.
const FACT: usize = 40;
/// Fields that say most of a record in a word, where its type has them.
const TELLING: [&str; 9] = [
    "timer",
    "type",
    "stage",
    "title",
    "industry",
    "accountName",
    "account",
    "amount",
    "dateStart",
];

pub(super) fn draw(view: &Detail, state: &State, area: Rect, margin: u16, canvas: &mut Canvas<'_>) {
    if area.height == 0 {
        return;
    }
    let inside = Rect { x: area.x + margin, width: area.width.saturating_sub(2 * margin), ..area };
    let left = place(view, state, inside, canvas);
    let title = Shown::line_max(&view.title(state.world()), 200);
    let room = left.saturating_sub(inside.x + 2);
    canvas.put(inside.x, area.y, room, title.as_str(), canvas.theme().strong);
    if area.height >= 5 {
        let facts = facts(view, state);
        canvas.put(inside.x, area.y + 1, inside.width, &facts, canvas.theme().dim);
        tabs(view, Rect { y: area.y + 3, height: 1, ..inside }, canvas);
    } else if area.height >= 2 {
        tabs(view, Rect { y: area.y + 1, height: 1, ..inside }, canvas);
    }
}

/// `12 of 3,118  J next  K previous` at the right; where it begins.
fn place(view: &Detail, state: &State, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let Some((at, total)) = view.place() else { return area.right() + 2 };
    if area.width < 50 {
        return area.right() + 2;
    }
    let connected = state.connection().and_then(|id| state.world().connected(id));
    let Some(format) = connected.map(|it| &it.format) else { return area.right() + 2 };
    let number = |number: u64| format.integer(i64::try_from(number).unwrap_or(i64::MAX));
    let theme = canvas.theme();
    let mut right = area.right();
    let contexts = state.top().map_or(&[][..], View::contexts);
    for (command, label) in [(Command::PreviousRecord, "previous"), (Command::NextRecord, "next")] {
        let Some(key) = state.world().key(contexts, command) else { continue };
        right = canvas.put_right(right, area.y, area.width, label, theme.dim);
        right = canvas.put_right(right.saturating_sub(1), area.y, 12, &key, theme.key);
        right = right.saturating_sub(2);
    }
    let text = match total {
        Total::Exact(total) => format!("{} of {}", number(at), number(total.max(at))),
        Total::More | Total::NoMore | Total::Unknown => format!("row {}", number(at)),
    };
    canvas.put_right(right, area.y, area.width, &text, theme.dim)
}

/// `Customer · Industrial automation · Berlin · owned by Mara Vogel`.
fn facts(view: &Detail, state: &State) -> String {
    let connected = state.connection().and_then(|id| state.world().connected(id));
    let (Some(record), Some(connected)) = (view.record(), connected) else { return String::new() };
    let Some(entity_type) = view.entity_type(state.world()) else { return String::new() };
    let own = entity_type.status.as_deref().into_iter();
    let names =
        own.chain(TELLING.into_iter().filter(|it| Some(*it) != entity_type.status.as_deref()));
    let mut facts: Vec<Shown> = Vec::new();
    for name in names {
        let fact = fact(name, record, entity_type, connected);
        if let Some(fact) = fact.filter(|fact| !facts.contains(fact)) {
            facts.push(fact);
        }
    }
    facts.truncate(FACTS - 1);
    facts.extend(city(record));
    facts.truncate(FACTS);
    facts.extend(owner(record));
    facts.iter().map(Shown::as_str).collect::<Vec<_>>().join(" · ")
}

fn fact(
    name: &str,
    record: &Record,
    entity_type: &EntityType,
    connected: &Connected,
) -> Option<Shown> {
    let value = record.value(name).filter(|value| !value.is_empty())?;
    let text = field::line(value, entity_type.field(name), &connected.format);
    Some(Shown::line_max(&text, FACT))
}

fn city(record: &Record) -> Option<Shown> {
    let city = |value: &Value| {
        let Value::Address(address) = value else { return None };
        (!address.city.is_empty()).then(|| Shown::line_max(&address.city, FACT))
    };
    record.fields.values().find_map(city)
}

fn owner(record: &Record) -> Option<Shown> {
    match record.value("assignedUser") {
        Some(Value::Reference(user)) => {
            Some(Shown::line_max(&format!("owned by {}", field::name(user)), FACT))
        }
        Some(_) | None => None,
    }
}

/// The words of the tabs, 4 blanks apart; those that do not fit are left out but the open one.
fn tabs(view: &Detail, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let gap = if area.width < 60 { 2 } else { 4 };
    let words: Vec<String> = Tab::ALL.into_iter().map(|tab| word(tab, view)).collect();
    let wide = |text: &str| u16::try_from(Shown::line(text).width()).unwrap_or(0);
    let open = Tab::ALL.into_iter().position(|tab| tab == view.tab()).unwrap_or(0);
    let needs = |from: usize| {
        let shown = words.get(from..=open).unwrap_or_default();
        shown.iter().map(|word| wide(word) + gap).sum::<u16>()
    };
    let first = (0..=open).find(|from| needs(*from) <= area.width + gap).unwrap_or(open);
    let mut x = area.x;
    for (at, word) in words.iter().enumerate().skip(first) {
        let room = area.right().saturating_sub(x);
        if wide(word) > room && at != open {
            break;
        }
        let style =
            if at == open { theme.strong.add_modifier(Modifier::UNDERLINED) } else { theme.dim };
        let end = canvas.put(x, area.y, room, word, style);
        let hit = Rect { x, width: end.saturating_sub(x), ..area };
        canvas.hit(hit, Target::Tab(at));
        x = end + gap;
    }
}

fn word(tab: Tab, view: &Detail) -> String {
    let counted = |word: &str, count: u64, is_more: bool| match (count, is_more) {
        (0, _) => word.to_owned(),
        (count, false) => format!("{word} {count}"),
        (count, true) => format!("{word} {count}+"),
    };
    match tab {
        Tab::Overview => "Overview".to_owned(),
        Tab::Related => {
            let known =
                |it: &crate::app::detail::Panel| it.count().unwrap_or(it.rows().len() as u64);
            // A server may claim any number.
            let count = view.panels().iter().map(known).fold(0, u64::saturating_add);
            let is_more = view.panels().iter().any(|it| it.count().is_none());
            counted("Related", count, is_more)
        }
        Tab::Activity => {
            let count = view.activity().all().len() as u64;
            counted("Activity", count, count >= 30)
        }
        Tab::Fields => "All fields".to_owned(),
        Tab::Json => "JSON".to_owned(),
    }
}
