//! The rows of the list: a sign-in to Membrane unfolds into what it keeps.
use super::Typing;
use crate::{
    app::{
        apps::{App, behind},
        sign_in::{is_sign_in, root},
        world::{Connected, World},
    },
    domain::connection::ConnectionId,
    text::fuzzy,
};

/// What a row stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A connection of the settings.
    Own(ConnectionId),
    /// One that a sign-in keeps and that is not in the settings: the sign-in, and its id there.
    Kept(ConnectionId, String),
    /// Another app for this sign-in.
    Another(ConnectionId),
}

/// A row that fits the words, and which characters of its name matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub row: Row,
    /// Whether it stands within a sign-in.
    pub is_within: bool,
    /// Characters of its name that matched.
    pub matched: Vec<usize>,
}

impl Row {
    /// The connection of the settings that it is, or that keeps it.
    pub fn connection(&self) -> ConnectionId {
        match self {
            Self::Own(id) | Self::Kept(id, _) | Self::Another(id) => *id,
        }
    }
}

/// The rows; with words, only those that fit, best first and flat.
pub(super) fn shown(typing: &Typing, folded: &[ConnectionId], world: &World) -> Vec<Shown> {
    let Typing::Words(edit) = typing else { return all(folded, world) };
    let rows: Vec<Shown> =
        all(&[], world).into_iter().filter(|it| !matches!(it.row, Row::Another(_))).collect();
    let texts: Vec<(usize, String)> = rows.iter().map(|it| searched(&it.row, world)).collect();
    let words: Vec<String> = texts.iter().map(|(_, text)| text.clone()).collect();
    let hits = fuzzy::rank(&edit.text(), &words);
    let shown = hits.into_iter().filter_map(|hit| {
        let (row, (name, _)) = (rows.get(hit.index)?, texts.get(hit.index)?);
        let matched = hit.matched.into_iter().filter(|at| at < name).collect();
        Some(Shown { matched, is_within: false, row: row.row.clone() })
    });
    shown.collect()
}

/// In the order of the settings; what goes through a sign-in stands beneath it.
fn all(folded: &[ConnectionId], world: &World) -> Vec<Shown> {
    let mut rows = Vec::new();
    for id in world.connections.keys() {
        let parent = root(*id, world);
        if parent.is_some_and(|parent| parent != *id) {
            continue;
        }
        rows.push(Shown { row: Row::Own(*id), is_within: false, matched: Vec::new() });
        if is_sign_in(*id, world) && !folded.contains(id) {
            rows.extend(within(*id, world));
        }
    }
    rows
}

/// In Membrane's order, whatever the settings call them; those that it does not know go first.
fn within(id: ConnectionId, world: &World) -> impl Iterator<Item = Shown> {
    let is_own = |of: &ConnectionId| *of != id && root(*of, world) == Some(id);
    let own: Vec<ConnectionId> = world.connections.keys().copied().filter(is_own).collect();
    let unknown = own.iter().copied().filter(|of| behind(*of, world).is_none());
    let mut rows: Vec<Row> = unknown.map(Row::Own).collect();
    let apps = world.connected(id).and_then(|it| it.apps.as_ref());
    for app in apps.into_iter().flatten() {
        let named = own.iter().copied().filter(|of| behind(*of, world) == Some(app));
        let before = rows.len();
        rows.extend(named.map(Row::Own));
        if rows.len() == before {
            rows.push(Row::Kept(id, app.id.clone()));
        }
    }
    rows.push(Row::Another(id));
    rows.into_iter().map(|row| Shown { row, is_within: true, matched: Vec::new() })
}

/// What a sign-in keeps and the settings do not name.
pub fn kept(id: ConnectionId, world: &World) -> impl Iterator<Item = &App> {
    let apps = world.connected(id).and_then(|it| it.apps.as_ref());
    let is_named = move |app: &App| {
        world.connections.iter().any(|(of, it)| {
            let via = it.connection.via.as_ref();
            via.is_some_and(|via| app.is(&via.id)) && root(*of, world) == Some(id)
        })
    };
    apps.into_iter().flatten().filter(move |app| !is_named(app))
}

/// How long its name is, and what the words look through: the name first, so that its letters
/// can be underlined.
fn searched(row: &Row, world: &World) -> (usize, String) {
    let (name, more) = match row {
        Row::Own(id) => world.connected(*id).map(of_settings).unwrap_or_default(),
        Row::Kept(id, app) => {
            let app = crate::app::apps::find(*id, app, world);
            app.map(|it| (it.name.clone(), it.app.clone())).unwrap_or_default()
        }
        Row::Another(_) => Default::default(),
    };
    (name.chars().count(), format!("{name} {more}"))
}

fn of_settings(connected: &Connected) -> (String, String) {
    let it = &connected.connection;
    let user = it.user.as_deref().unwrap_or_default();
    let via = it.via.as_ref().map_or("", |via| via.connection.as_str());
    (it.name.clone(), format!("{} {user} {} {via}", it.host(), it.kind.product()))
}

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
mod tests {
    use super::*;
    use crate::{
        app::{
            apps,
            msg::{Configure, Effect},
            picker::Picker,
            slots::Slot,
            state::{State, View},
            trial::{answer, calls, connection, entity, fresh, press, state},
        },
        domain::{
            action::{Action, Outcome},
            connection::{Auth, Connection, Kind, Via},
            record::{Page, Record, RecordId},
            value::Value,
        },
    };

    const STUDIO: ConnectionId = ConnectionId(1);

    fn kept(id: &str, name: &str, app: &str, state: &str) -> Record {
        let fields = [("name", name), ("app", app), ("state", state)];
        let text = |(field, value): (&str, &str)| (field.to_owned(), Value::Text(value.to_owned()));
        Record {
            entity: entity("Connection"),
            id: RecordId::from(id),
            fields: fields.map(text).into_iter().collect(),
            version: None,
            url: None,
            is_complete: false,
            cut: Vec::new(),
        }
    }

    /// `acme`; `studio`, which keeps `crm` of the settings, one that is ready, one that lost its
    /// login, and one that is being built; `last`.
    fn unfolded() -> State {
        let mut state = state(&["acme", "studio", "last", "crm"]);
        let studio = Connection { kind: Kind::Membrane, auth: Auth::Oauth, ..connection("studio") };
        let via = Some(Via { connection: "studio".to_owned(), id: "c1".to_owned() });
        let crm = Connection { via, ..connection("crm") };
        for (id, of) in [(STUDIO, studio), (ConnectionId(3), crm)] {
            state.world.connections.get_mut(&id).unwrap().connection = of;
        }
        apps::ask(STUDIO, &mut state.world);
        let all = [
            kept("c1", "CRM", "EspoCRM", "READY"),
            kept("c2", "Letter box & co", "Letterbox", "READY"),
            kept("c3", "Old one", "Vtiger Cloud", "DISCONNECTED"),
            kept("c4", "New one", "Xero", "BUILDING"),
        ];
        let records = all.into_iter().map(|it| (it.id.clone(), it)).collect();
        let page = Page { records, received: 4, ..Page::default() };
        answer(&mut state, Slot::Apps(STUDIO), fresh(Outcome::Page(page)));
        state
    }

    fn picker(state: &State) -> &Picker {
        let Some(View::Picker(picker)) = state.stack().first() else { panic!("no picker") };
        picker
    }

    fn rows(state: &State) -> Vec<Row> {
        picker(state).shown(state.world()).into_iter().map(|it| it.row).collect()
    }

    #[test]
    fn what_goes_through_a_sign_in_stands_beneath_it_once() {
        let mut state = unfolded();
        let kept = |id: &str| Row::Kept(STUDIO, id.to_owned());
        let own = |id| Row::Own(ConnectionId(id));
        let all = [
            own(0),
            own(1),
            own(3),
            kept("c2"),
            kept("c3"),
            kept("c4"),
            Row::Another(STUDIO),
            own(2),
        ];
        assert_eq!(rows(&state), all);
        press(&mut state, "j h");
        assert_eq!(rows(&state), [own(0), own(1), own(2)]);
        press(&mut state, "right j");
        assert_eq!(rows(&state).len(), 8);
        assert_eq!(picker(&state).row(state.world()), Some(own(3)));
    }

    #[test]
    fn a_ready_one_is_named_in_the_settings_and_opened() {
        let mut state = unfolded();
        let effects = press(&mut state, "j j j enter");
        let saved = effects.iter().find_map(|effect| match effect {
            Effect::Configure(_, what) => match what.as_ref() {
                Configure::Save(None, new, None) => Some(new.clone()),
                _ => None,
            },
            _ => None,
        });
        let saved = saved.unwrap_or_else(|| panic!("{effects:?}"));
        assert_eq!((saved.name.as_str(), saved.kind), ("letter-box-co", Kind::Membrane));
        assert_eq!(saved.via.as_ref().map(|via| via.id.as_str()), Some("c2"));
    }

    #[test]
    fn one_that_lost_its_login_is_mended_and_no_second_one_made() {
        let mut state = unfolded();
        let effects = press(&mut state, "j j j j enter");
        let asked = calls(&effects);
        let [Action::Run(run)] = asked.as_slice() else { panic!("{effects:?}") };
        let target = run.target.as_ref().map(|(_, id)| id.as_str());
        assert_eq!((run.key.as_str(), target), ("reconnect", Some("c3")));
        assert!(matches!(state.top(), Some(View::SignIn(_))));
    }

    #[test]
    fn one_that_is_being_built_is_left_alone() {
        let mut state = unfolded();
        let effects = press(&mut state, "j j j j j enter");
        assert!(calls(&effects).is_empty(), "{effects:?}");
        let told = format!("{:?}", state.world().notices().shown());
        assert!(told.contains("still setting it up"), "{told}");
    }

    #[test]
    fn archiving_asks_first_and_reads_the_list_again() {
        let mut state = unfolded();
        let effects = press(&mut state, "j j j D");
        assert!(calls(&effects).is_empty());
        assert!(matches!(state.top(), Some(View::Confirm(_))));
        press(&mut state, "enter");
        assert!(matches!(state.top(), Some(View::Picker(_))), "Enter means no");
    }

    #[test]
    fn words_find_what_a_sign_in_keeps() {
        let mut state = unfolded();
        press(&mut state, "/");
        crate::app::trial::write(&mut state, "letter");
        assert_eq!(rows(&state).first(), Some(&Row::Kept(STUDIO, "c2".to_owned())));
    }
}
