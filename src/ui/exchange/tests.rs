use crate::{
    app::{exchange::tests::refused, trial::press},
    ui::drawn::{screen, survives_all_sizes},
};

#[test]
fn what_was_exchanged_is_shown_without_secrets_and_harmless() {
    let mut state = refused();
    let text = screen(&state, 120, 40);
    for part in [
        "What was exchanged",
        "! acme refused the change to Olu: account: required.",
        "Tried      once",
        "Answer     400 Field validation failure",
        "PUT https://crm.acme.example/api/v1/Contact/65f0",
        "•••••••• removed",
        "\"title\": \"it's\"",
        "y copy as a report",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(!text.contains('\u{1b}'));
    survives_all_sizes(&state);
    press(&mut state, "esc g m");
    let text = screen(&state, 120, 40);
    assert!(text.contains("Messages") && text.contains("acme refused the change"), "{text}");
    survives_all_sizes(&state);
}
