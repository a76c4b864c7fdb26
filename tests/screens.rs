//! Every view as people see it: a snapshot of its text and a hash of its styles. After a change
//! on purpose: `INSTA_UPDATE=always cargo test --test screens`, and look at what changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and looks at what it is about"
)]
mod support;

#[path = "screens/scene.rs"]
mod scene;

use ficha::{
    app::{msg::Msg, slots::Slot},
    domain::{
        action::{Action, Outcome},
        change::Conflict,
        connection::{Connection, Hue},
        error::Error,
        rate::Rate,
        record::Page,
    },
    ui::theme::Light,
};
use scene::{LARGE, SIZES, SMALL, Scene, TINY, USUAL};
use support::{company, desk};

const LIGHTS: [Light; 4] = [Light::Dark, Light::Light, Light::Ansi, Light::None];

#[test]
fn the_first_run() {
    for size in [USUAL, SMALL, TINY] {
        Scene::picker(size, Vec::new()).is("first-run");
    }
}

#[test]
fn the_picker() {
    for size in SIZES {
        Scene::picker(size, connections()).press("j").is("picker");
    }
}

fn connections() -> Vec<Connection> {
    let acme = company::connection();
    let production = Connection {
        name: "acme-production".to_owned(),
        production: true,
        color: Some(Hue::Red),
        ..acme.clone()
    };
    let quiet = Connection { name: "archive".to_owned(), read_only: true, ..acme.clone() };
    vec![acme, production, quiet]
}

#[test]
fn a_sign_in_unfolds_into_what_it_keeps() {
    for size in [USUAL, SMALL, TINY] {
        Scene::studio(size).press("j j j").is("picker-unfolded");
    }
    Scene::studio(USUAL).press("j j j").is_in("picker-unfolded", Light::None);
    Scene::studio(USUAL).press("j h").is("picker-folded");
    Scene::studio(USUAL).press("j j j j j").is("picker-building");
    Scene::studio(USUAL).press("/ \"client\"").is("picker-narrowed");
}

#[test]
fn a_sign_in_by_the_browser() {
    for size in [USUAL, SMALL] {
        let scene = Scene::studio(size).press("j s").page_opens();
        scene.is("sign-in");
        let scene = scene.press("ctrl-t").page_opens().press("\"c0de\"");
        scene.is("sign-in-by-hand");
        let reason = "The code is not known, or was used".to_owned();
        scene.press("enter").sign_in_fails(Error::Unauthorized { reason }).is("sign-in-failed");
    }
    Scene::studio(USUAL).press("j s").page_opens().is_in("sign-in", Light::None);
    Scene::studio(USUAL).press("j s").page_opens().press("esc").is("sign-in-meanwhile");
}

#[test]
fn another_app_is_looked_for() {
    for size in [USUAL, SMALL] {
        Scene::studio(size).press("G enter").is("connectors");
        Scene::studio(size).press("G enter \"crm.example.com\"").is("connectors-address");
    }
}

#[test]
fn the_actions_of_a_connection() {
    for size in [USUAL, SMALL, TINY] {
        let scene = Scene::studio(size).press("j j g a").offers_nothing();
        scene.is("actions");
        scene.press("tab").is("actions-json");
    }
    Scene::studio(USUAL).press("j j g a").offers_nothing().is_in("actions", Light::None);
    Scene::studio(USUAL).press("j j g a \"con\"").is("actions-meant");
}

#[test]
fn an_action_is_run_in_a_form_of_its_schema() {
    for size in [USUAL, SMALL] {
        Scene::studio(size).press("j j g a enter \"Call\"").is("action-form");
        let listed = Scene::studio(size).press("j j g a down enter tab ctrl-s");
        listed.is("action-result");
    }
}

#[test]
fn the_form_of_a_connection() {
    for size in [USUAL, SMALL, TINY] {
        Scene::picker(size, Vec::new()).press("a").is("connect");
    }
}

#[test]
fn a_list() {
    for size in SIZES {
        Scene::list(size, "Contact").press("j j").is("list");
    }
    for light in LIGHTS {
        Scene::list(USUAL, "Opportunity").press("j l l").is_in("list-opportunities", light);
    }
}

#[test]
fn a_list_with_the_rail_in_hand_or_marks_set() {
    Scene::list(USUAL, "Contact").press("tab j").is("list-rail");
    Scene::list(SMALL, "Contact").press("space space").is("list-marks");
}

#[test]
fn the_preview_over_a_narrow_list() {
    Scene::list(SMALL, "Contact").press("p").is("preview");
    Scene::list(TINY, "Contact").press("p").is("preview");
}

#[test]
fn a_filter_being_typed_and_one_that_is_on() {
    Scene::list(SMALL, "Contact").press("/ \"ada\"").is("filter");
    Scene::list(SMALL, "Opportunity").press("/ \"stage:proposal\" enter").is("filtered");
    Scene::list(TINY, "Contact").press("/ \"ada\"").is("filter");
}

#[test]
fn columns_and_presets() {
    Scene::list(SMALL, "Contact").press("C").is("columns");
    Scene::list(SMALL, "Opportunity").press("P").is("presets");
}

#[test]
fn a_record() {
    for size in SIZES {
        Scene::list(size, "Contact").press("enter").is("detail");
    }
    Scene::list(USUAL, "Opportunity").press("enter").is("detail-opportunity");
}

#[test]
fn the_tabs_of_a_record() {
    let open = || Scene::list(USUAL, "Contact").press("enter");
    open().press("]").is("detail-related");
    open().press("] ]").is("detail-activity");
    open().press("] ] ]").is("detail-fields");
    open().press("[").is("detail-json");
}

#[test]
fn a_form() {
    for size in SIZES {
        Scene::list(size, "Contact").press("e").is("form");
    }
    for light in LIGHTS {
        Scene::list(USUAL, "Opportunity").press("e \", changed\" tab").is_in("form-changed", light);
    }
    Scene::list(SMALL, "Account").press("a").is("form-new");
}

#[test]
fn what_hangs_under_a_field() {
    for size in [USUAL, SMALL, TINY] {
        let form = || Scene::list(size, "Opportunity").press("e");
        form().press("tab tab enter").is("form-enum");
        form().press("tab enter \"nor\"").is("form-link");
        form().press("tab tab tab tab tab enter").is("form-date");
    }
}

#[test]
fn a_field_that_needs_attention() {
    Scene::list(SMALL, "Opportunity").press("e ctrl-x ctrl-s").is("form-error");
}

/// The name was changed by someone else too.
fn in_conflict(size: (u16, u16)) -> Scene {
    let form = Scene::list(size, "Opportunity").press("e \", mine\" ctrl-s");
    form.written(|action| {
        let Action::Update { base, .. } = action else { unreachable!("{action:?}") };
        let mut theirs = base.as_ref().clone();
        theirs.fields.insert("name".to_owned(), company::text("Turbines, by Bob"));
        theirs.version = Some(4);
        Err(Error::Conflict(Box::new(Conflict { theirs, fields: vec!["name".to_owned()] })))
    })
}

#[test]
fn a_conflict() {
    for size in SIZES {
        in_conflict(size).is("conflict");
    }
    in_conflict(SMALL).press("l").is("conflict-mine");
    in_conflict(USUAL).is_in("conflict", Light::None);
}

#[test]
fn similar_records() {
    for size in [USUAL, SMALL, TINY] {
        let form = Scene::list(size, "Account").press("a \"Northwind\" ctrl-s");
        let similar = form.written(|_| {
            let query = ficha::domain::query::Query::all(company::entity("Account"), 2);
            let records = company::page(&query).records.into_values().collect();
            Err(Error::Duplicate { records })
        });
        similar.is("duplicates");
    }
}

#[test]
fn a_question() {
    for size in [USUAL, SMALL, TINY] {
        Scene::list(size, "Contact").press("D").is("confirm");
    }
}

#[test]
fn the_palette() {
    for size in [USUAL, TINY] {
        Scene::list(size, "Contact").press("ctrl-p").is("palette");
        Scene::list(size, "Contact").press("ctrl-p \"ada\"").is("palette-ada");
    }
    Scene::list(SMALL, "Contact").press(": \"yank\"").is("palette-commands");
}

#[test]
fn the_help() {
    for size in [USUAL, SMALL, TINY, LARGE] {
        Scene::list(size, "Contact").press("?").is("help");
    }
    Scene::list(SMALL, "Contact").press("? \"sort\"").is("help-sort");
}

#[test]
fn keys_that_may_follow() {
    let mut scene = Scene::list(SMALL, "Contact").press("y");
    scene.elapse(|slot| slot == Slot::Chord);
    scene.is("chords");
}

/// A change was refused.
fn refused(size: (u16, u16)) -> Scene {
    let form = Scene::list(size, "Opportunity").press("e \", mine\" ctrl-s");
    form.written(|_| Err(Error::Forbidden { what: "No access to the field \u{1b}[31mname".into() }))
}

#[test]
fn notices() {
    for size in SIZES {
        refused(size).is("notice-refused");
    }
    let saved = Scene::list(SMALL, "Opportunity").press("e \", mine\" ctrl-s");
    saved.written(|action| Ok(company::answer(action).unwrap())).is("notice-done");
    refused(SMALL).press("esc g m").is("messages");
}

#[test]
fn what_was_exchanged() {
    for size in [USUAL, SMALL, TINY] {
        refused(size).press("esc !").is("exchange");
    }
}

#[test]
fn a_list_that_is_still_asked_for() {
    for size in [USUAL, SMALL, TINY] {
        let mut scene = Scene::asking(size, "Contact");
        scene.answer(|action| {
            let known = !matches!(action, Action::List(_));
            known.then(|| company::answer(action).map(Ok)).flatten()
        });
        scene.elapse(|slot| slot == Slot::Patience);
        scene.is("loading");
    }
}

#[test]
fn a_list_with_nothing_in_it() {
    for size in [USUAL, SMALL, TINY] {
        let mut scene = Scene::asking(size, "Contact");
        scene.answer(|action| match action {
            Action::List(_) => Some(Ok(Outcome::Page(Page {
                total: ficha::domain::record::Total::Exact(0),
                ..Page::default()
            }))),
            other => company::answer(other).map(Ok),
        });
        scene.is("empty");
    }
}

#[test]
fn a_list_that_failed() {
    let offline = || Error::Offline { reason: "connection refused".to_owned() };
    let errors: [(&str, &dyn Fn() -> Error); 4] = [
        ("failed-offline", &offline),
        ("failed-login", &|| Error::Unauthorized { reason: String::new() }),
        ("failed-server", &|| Error::Server { status: 500, reason: "SQLSTATE".to_owned() }),
        ("failed-product", &|| Error::NotThisProduct { reason: "HTML came".to_owned() }),
    ];
    for (name, error) in errors {
        for size in [USUAL, SMALL, TINY] {
            let mut scene = Scene::asking(size, "Contact");
            scene.answer(|action| match action {
                Action::List(_) => Some(Err(error())),
                other => company::answer(other).map(Ok),
            });
            scene.is(name);
        }
    }
    let mut scene = Scene::asking(SMALL, "Contact");
    scene.answer(|_| Some(Err(offline())));
    scene.is("failed-schema");
}

#[test]
fn rows_stay_when_asking_again_fails() {
    let mut scene = Scene::list(SMALL, "Contact");
    scene.tell(ficha::app::msg::Msg::Key("r".parse().unwrap()));
    scene.answer(|action| matches!(action, Action::List(_)).then_some(Err(Error::Timeout)));
    scene.is("stale");
}

#[test]
fn groups_of_the_rail_and_what_the_api_does_not_offer() {
    for size in [USUAL, SMALL] {
        Scene::desk(size, "Ticket").press("tab").is("rail-groups");
    }
    for size in [USUAL, SMALL, TINY] {
        Scene::desk(size, "Ticket").press("tab G enter j").is("rail-not-offered");
    }
    Scene::desk(USUAL, "Ticket").press("ctrl-p \"#repo\"").is("palette-not-offered");
}

#[test]
fn comments_in_threads_and_one_being_written() {
    for size in SIZES {
        Scene::desk(size, "Ticket").press("enter ] ]").is("comments");
    }
    let written = |size| {
        let ticket = Scene::desk(size, "Ticket").press("enter c");
        ticket.press("\"Rolled the driver back to 6.1 and printed a test page.\"")
    };
    for size in [USUAL, SMALL, TINY] {
        written(size).is("composer");
    }
    for light in LIGHTS {
        written(USUAL).press("ctrl-t ctrl-t").is_in("composer-mailed", light);
    }
    written(USUAL).press("ctrl-t ctrl-t ctrl-s").is("composer-asked");
    Scene::desk(SMALL, "Ticket").press("enter ] ] j r").is("composer-answer");
}

#[test]
fn what_else_the_product_can_do() {
    for size in [USUAL, SMALL, TINY] {
        Scene::desk(size, "Ticket").press(";").is("deeds");
        Scene::desk(size, "Ticket").press("; c").is("deed-form");
        Scene::desk(size, "Ticket").press("; e").is("deed-asks");
        Scene::desk(size, "Ticket").press("; m").is("deed-result");
    }
    for light in LIGHTS {
        Scene::desk(USUAL, "Ticket").press("; m").is_in("deed-result", light);
    }
    Scene::desk(SMALL, "Ticket").press("; m tab").is("deed-result-json");
    Scene::desk(SMALL, "Ticket").press("; c ctrl-s").is("deed-form-error");
    Scene::desk(USUAL, "Ticket").press("ctrl-p \">charge\"").is("palette-deeds");
    let refused = Scene::desk(SMALL, "Ticket").press("; s");
    refused.written(|_| Err(Error::Unknown)).is("deed-unknown");
    let done = Scene::desk(SMALL, "Ticket").press("; s");
    done.written(|action| Ok(desk::answer(action).unwrap())).is("deed-done");
}

#[test]
fn lines_with_totals() {
    for size in SIZES {
        Scene::desk(size, "Quote").press("enter").is("lines");
    }
    for light in LIGHTS {
        Scene::desk(USUAL, "Quote").press("enter").is_in("lines", light);
    }
}

#[test]
fn lines_being_edited() {
    let quote = |size| Scene::desk(size, "Quote").press("e tab tab tab");
    for size in SIZES {
        quote(size).is("lines-form");
    }
    let changed = |size| quote(size).press("j l 5 enter j D j j a esc");
    for size in [USUAL, SMALL, TINY] {
        changed(size).is("lines-changed");
    }
    for light in LIGHTS {
        changed(USUAL).is_in("lines-changed", light);
    }
    quote(USUAL).press("j l i").is("lines-cell");
    quote(USUAL).press("j i \"sp\"").is("lines-product");
    quote(SMALL).press("j l i \"x\" tab").is("lines-error");
}

#[test]
fn a_file_being_saved() {
    for size in [USUAL, SMALL, TINY] {
        Scene::desk(size, "Ticket").press("enter ] ] j s").is("save-file");
    }
}

#[test]
fn what_is_left_of_an_allowance_is_seen_in_every_size() {
    for size in SIZES {
        for left in [143, 12] {
            let mut scene = Scene::list(size, "Contact");
            scene.tell(Msg::Rated(company::ACME, Rate { left, of: 180 }));
            let said =
                if size.0 >= 60 { format!("{left} of 180 left") } else { format!("{left} left") };
            assert!(scene.text().contains(&said), "{size:?}\n{}", scene.text());
        }
    }
}
