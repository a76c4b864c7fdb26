use crate::{
    app::{
        msg::Msg,
        trial::{press, state, write},
        update::update,
    },
    ui::drawn::{screen, survives_all_sizes},
};

#[test]
fn the_form_masks_the_secret_and_says_the_same_for_a_shell() {
    let mut state = state(&[]);
    press(&mut state, "a");
    update(&mut state, Msg::Paste("http://crm.acme.example/#Account".into()));
    press(&mut state, "tab tab tab tab");
    write(&mut state, "hunter2");
    let text = screen(&state, 120, 40);
    for part in [
        "A new connection",
        "http://crm.acme.example",
        "can be read on the way",
        "‹ API key ›",
        "•••••••",
        "ficha connection add acme",
        "--secret-stdin",
        "The secret goes to the keyring",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(!text.contains("hunter2"));
}

#[test]
fn an_error_stands_at_its_field() {
    let mut state = state(&["acme"]);
    press(&mut state, "a ctrl-s");
    let text = screen(&state, 120, 40);
    let row = text.lines().find(|line| line.contains("Address")).unwrap();
    assert!(row.contains("! The address of the site is needed"), "{text}");
    let narrow = screen(&state, 60, 20);
    assert!(narrow.contains("! "), "{narrow}");
    survives_all_sizes(&state);
    press(&mut state, "esc D");
    survives_all_sizes(&state);
}
