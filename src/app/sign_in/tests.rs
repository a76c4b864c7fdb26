#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
use super::*;
use crate::{
    app::{
        msg::Msg,
        slots::Ticket,
        state::State,
        trial::{answer, calls, connection, fresh, keymap, press, ticket, write},
        update::{begin as start_up, update},
    },
    domain::{connection::Connection, connection::Via, schema::Me},
};

const STUDIO: ConnectionId = ConnectionId(0);
const CRM: ConnectionId = ConnectionId(1);

/// A sign-in `studio`, and `crm` that goes through it.
fn state() -> State {
    let studio = Connection { kind: Kind::Membrane, auth: Auth::Oauth, ..connection("studio") };
    let via = Some(Via { connection: "studio".to_owned(), id: "c1".to_owned() });
    let crm = Connection { via, url: String::new(), ..connection("crm") };
    let settings = crate::app::trial::state(&[]).world().settings().clone();
    let mut state = State::new(keymap(), settings, vec![(STUDIO, studio), (CRM, crm)]);
    start_up(&mut state);
    state
}

fn refuse(state: &mut State, slot: Slot) -> Vec<Effect> {
    answer(state, slot, Err(Error::Unauthorized { reason: String::new() }.into()))
}

fn begun(effects: &[Effect]) -> Ticket {
    let begun = effects.iter().find_map(|effect| match effect {
        Effect::SignInByBrowser(ticket, STUDIO) => Some(*ticket),
        _ => None,
    });
    begun.unwrap_or_else(|| panic!("no sign-in: {effects:?}"))
}

fn is_shown(state: &State) -> bool {
    matches!(state.top(), Some(View::SignIn(_)))
}

#[test]
fn the_page_is_opened_and_the_view_goes_when_the_browser_came_back() {
    let mut state = state();
    let ticket = begun(&press(&mut state, "s"));
    let url = "https://api.example/oauth/authorize?x=1".to_owned();
    let effects = update(&mut state, Msg::SigningIn(ticket, SignInStep::Open(url.clone())));
    assert_eq!(effects, [Effect::Browse(url)]);
    update(&mut state, Msg::SigningIn(ticket, SignInStep::Returned));
    assert_eq!(state.world().signing_in(STUDIO).unwrap().stage, Stage::Returned);
    let me = Me { name: "Ada".to_owned(), ..Me::default() };
    let effects = answer(&mut state, Slot::SignIn(STUDIO), fresh(Outcome::Me(me)));
    assert!(!is_shown(&state) && state.world().signing_in(STUDIO).is_none());
    assert!(matches!(calls(&effects)[..], [Action::List(_), ..]), "what it keeps is read");
}

#[test]
fn it_goes_on_while_other_views_are_used_and_can_be_stopped() {
    let mut state = state();
    let ticket = begun(&press(&mut state, "s"));
    press(&mut state, "esc");
    assert!(!is_shown(&state) && is_under_way(STUDIO, state.world()));
    press(&mut state, "s");
    assert!(is_shown(&state), "the same one is shown again");
    assert!(state.world().slots().is_newest(ticket), "and not begun anew");
    let effects = press(&mut state, "ctrl-x");
    assert!(effects.contains(&Effect::Cancel(Slot::SignIn(STUDIO))), "{effects:?}");
    assert!(!is_shown(&state) && !is_under_way(STUDIO, state.world()));
    let late = update(&mut state, Msg::SigningIn(ticket, SignInStep::Open("https://x".into())));
    assert!(late.is_empty(), "what comes late opens nothing");
}

#[test]
fn a_code_is_brought_back_shows_nowhere_and_stays_after_a_refusal() {
    let mut state = state();
    press(&mut state, "s");
    let effects = press(&mut state, "ctrl-t");
    let by_hand = effects.iter().find_map(|effect| match effect {
        Effect::BeginSignIn(ticket, STUDIO) => Some(*ticket),
        _ => None,
    });
    let url = "https://api.example/oauth/authorize".to_owned();
    let opens = update(&mut state, Msg::SigningIn(by_hand.unwrap(), SignInStep::Open(url)));
    assert!(opens.is_empty(), "no browser is opened here: {opens:?}");
    write(&mut state, "c0de-7");
    let effects = press(&mut state, "enter");
    let sends =
        |it: &Effect| matches!(it, Effect::SignIn(_, STUDIO, Some(code)) if code == "c0de-7");
    assert!(effects.iter().any(sends), "{effects:?}");
    assert!(!format!("{state:?}").contains("c0de-7"), "it shows in Debug");
    refuse(&mut state, Slot::SignIn(STUDIO));
    assert!(matches!(state.world().signing_in(STUDIO).unwrap().stage, Stage::Failed(_)));
    let Some(View::SignIn(view)) = state.top() else { panic!("it stays") };
    assert_eq!(view.code().text(), "c0de-7");
}

#[test]
fn a_list_that_is_refused_leads_to_the_sign_in_and_is_asked_again_after_it() {
    let mut state = state();
    state.world.moves.push(Move::List(CRM, None));
    press(&mut state, "ctrl-l");
    refuse(&mut state, Slot::Schema(CRM));
    assert!(is_shown(&state), "{:?}", state.top());
    let ticket = begun(&press(&mut state, "enter"));
    assert!(state.world().slots().is_newest(ticket));
    let effects = answer(&mut state, Slot::SignIn(STUDIO), fresh(Outcome::Me(Me::default())));
    assert!(state.top().and_then(View::list).is_some());
    assert!(calls(&effects).iter().any(|it| matches!(it, Action::Types)), "{effects:?}");
}

#[test]
fn one_that_ends_unseen_in_a_refusal_is_told() {
    let mut state = state();
    begun(&press(&mut state, "s"));
    press(&mut state, "esc");
    answer(&mut state, Slot::SignIn(STUDIO), Err(Error::Timeout.into()));
    let told = format!("{:?}", state.world().notices().shown());
    assert!(told.contains("the sign-in"), "{told}");
}

#[test]
fn mending_asks_for_the_same_connection_opens_its_page_and_waits() {
    let mut state = state();
    mend(STUDIO, "c1", &mut state.world);
    let asked = ticket(&mut state, Slot::SignIn(STUDIO)).unwrap();
    let output = json!({"requestId": "r1", "url": "https://ui.example/x", "status": "pending"});
    let ran = Outcome::Ran(Ran { output, ..Ran::default() });
    let effects = update(&mut state, Msg::Answered(asked, fresh(ran)));
    assert!(effects.contains(&Effect::Browse("https://ui.example/x".to_owned())));
    let asked = calls(&effects);
    let [Action::Run(wait)] = asked.as_slice() else { panic!("{effects:?}") };
    assert_eq!((wait.key.as_str(), wait.is_write), ("await-connection", false));
    let output = json!({"status": "success", "connectionId": "c1"});
    let ran = Outcome::Ran(Ran { output, ..Ran::default() });
    answer(&mut state, Slot::SignIn(STUDIO), fresh(ran));
    assert!(!is_shown(&state) && state.world().signing_in(STUDIO).is_none());
}
