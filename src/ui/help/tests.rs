use crate::{
    app::trial::{press, with_list, write},
    ui::drawn::{screen, survives_all_sizes},
};

#[test]
fn help_lists_what_works_here_with_signs_and_facts_at_the_end() {
    let mut state = with_list();
    press(&mut state, "?");
    let text = screen(&state, 120, 40);
    for part in ["Help: list", "Here", "key, name or description", "Tab all places"] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    survives_all_sizes(&state);
    for _ in 0..9 {
        press(&mut state, "pagedown");
    }
    let text = screen(&state, 120, 40);
    for part in ["⌂ list values only", "acme  EspoCRM 9.2.7", "~/.local/state/ficha/ficha.log"] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

#[test]
fn typing_narrows_the_help() {
    let mut state = with_list();
    press(&mut state, "?");
    write(&mut state, "markdown");
    let text = screen(&state, 120, 40);
    assert!(text.contains("ym") && !text.contains("to the shell"), "{text}");
}
