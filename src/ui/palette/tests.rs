use crate::{
    app::{
        msg::Msg,
        slots::{Slot, ViewId},
        trial::{answer, page, press, ticket, with_list, write},
        update::update,
    },
    domain::{connection::ConnectionId, error::Error},
    ui::drawn::{screen, survives_all_sizes},
};

#[test]
fn what_was_found_stands_in_groups_with_keys_and_failures() {
    let mut state = with_list();
    press(&mut state, "ctrl-p");
    write(&mut state, "ad");
    let pause = (1..9).map(|id| Slot::FindPause(ViewId(id)));
    let pause = pause.into_iter().find_map(|slot| ticket(&mut state, slot)).expect("a pause");
    update(&mut state, Msg::Elapsed(pause));
    let found = Slot::Found(pause.slot().view().unwrap(), ConnectionId(0));
    let text = screen(&state, 120, 40);
    assert!(text.contains("Commands") && text.contains("a new record"), "{text}");
    answer(&mut state, found, page(&[("7", "Ada Lovelace")]));
    let text = screen(&state, 120, 40);
    for part in ["/ ad", "From the servers", "Ada Lovelace", "▪ acme", "Enter open", "# types"] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    survives_all_sizes(&state);
}

#[test]
fn a_failed_server_is_told_in_words() {
    let mut state = with_list();
    press(&mut state, "ctrl-p");
    write(&mut state, "zz");
    let pause = (1..9).map(|id| Slot::FindPause(ViewId(id)));
    let pause = pause.into_iter().find_map(|slot| ticket(&mut state, slot)).expect("a pause");
    update(&mut state, Msg::Elapsed(pause));
    let found = Slot::Found(pause.slot().view().unwrap(), ConnectionId(0));
    answer(&mut state, found, Err(Error::Timeout.into()));
    let text = screen(&state, 80, 24);
    assert!(text.contains("○ acme did not answer"), "{text}");
}

#[test]
fn the_keys_that_may_follow_are_listed_after_a_pause() {
    let mut state = with_list();
    press(&mut state, "y");
    let pause = ticket(&mut state, Slot::Chord).expect("a pause");
    update(&mut state, Msg::Elapsed(pause));
    let text = screen(&state, 120, 40);
    assert!(text.contains("yj") && text.contains("JSON"), "{text}");
    survives_all_sizes(&state);
}
