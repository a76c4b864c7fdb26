//! From a schema to a form and back, and what becomes of what a deed gives.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
use std::sync::Arc;

use serde_json::json;

use super::{
    input,
    members::{Members, Shape, in_words},
    output,
};
use crate::{
    app::{
        msg::{Effect, Msg, Recalled},
        slots::Slot,
        state::{State, View},
        trial::{answer, calls, entity, fresh, page, press, schema, ticket, with_list, write},
        update::update,
    },
    domain::{
        action::{Action, Outcome, Ran, Reply},
        change::Edits,
        connection::ConnectionId,
        error::Error,
        record::RecordId,
        schema::FieldKind,
        value::Value,
        verb::Verb,
    },
};

const HERE: ConnectionId = ConnectionId(0);

fn convert() -> Verb {
    let input = json!({
        "type": "object",
        "required": ["name", "kind"],
        "properties": {
            "name": {"type": "string", "title": "Account name"},
            "kind": {"oneOf": [{"const": "c", "title": "Customer"}, {"const": "p", "title": "Partner"}]},
            "due": {"type": ["string", "null"], "format": "date"},
            "count": {"type": "integer", "minimum": 1, "default": 2},
            "urgent": {"type": "boolean"},
            "owner": {"type": "string", "x-entity": "Contact"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "address": {
                "type": "object",
                "properties": {"zipCode": {"type": "string"}, "geo": {"$ref": "#/definitions/geo"}},
            },
            "lines": {"type": "array", "items": {"type": "object"}},
        },
        "definitions": {"geo": {"type": "object", "properties": {"lat": {"type": "number"}}}},
    });
    Verb { input, ..Verb::new("convert-lead", "Convert lead") }
}

fn members() -> Members {
    Members::of(&convert().input, &|name| name.as_str() == "Contact")
}

#[test]
fn each_member_of_the_schema_is_a_field_of_its_kind() {
    let kinds: Vec<_> =
        members().0.iter().map(|it| (it.field.name.clone(), it.field.kind)).collect();
    let wanted = [
        ("name", FieldKind::Text),
        ("kind", FieldKind::Enum),
        ("due", FieldKind::Date),
        ("count", FieldKind::Integer),
        ("urgent", FieldKind::Bool),
        ("owner", FieldKind::Reference),
        ("tags", FieldKind::MultiEnum),
        ("address/zipCode", FieldKind::Text),
        ("address/geo/lat", FieldKind::Number),
        ("lines", FieldKind::LongText),
    ];
    assert_eq!(kinds, wanted.map(|(name, kind)| (name.to_owned(), kind)));
    let all = members();
    assert_eq!(all.find("lines").unwrap().shape, Shape::Json);
    assert_eq!(all.find("count").unwrap().field.default, Some(Value::Integer(2)));
    assert!(all.find("name").unwrap().field.is_required);
    assert_eq!(all.find("address/zipCode").unwrap().field.label, "Address: zip code");
}

#[test]
fn what_goes_into_fields_comes_out_as_it_was() {
    let given = json!({
        "name": "Acme", "kind": "p", "due": "2026-12-18", "count": 3, "urgent": true,
        "owner": "12", "tags": ["a", "b"], "address": {"zipCode": "10963", "geo": {"lat": 52.5}},
        "lines": [{"sku": 1}], "unknown": {"deep": [1]},
    });
    let all = members();
    let (edits, besides) = input::parted(&all, &given);
    assert_eq!(besides, json!({"unknown": {"deep": [1]}}));
    assert_eq!(input::of(&all, &edits, &besides).unwrap(), given);
}

fn every_kind() -> Members {
    let schema = json!({
        "type": "object",
        "required": ["mail"],
        "properties": {
            "mail": {"type": "string", "format": "email"},
            "when": {"type": "string", "format": "time"},
            "count": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "lines": {"type": "array", "items": {"type": "object", "required": ["sku"], "properties": {
                "sku": {"type": "string"}, "quantity": {"type": "integer"}, "gift": {"type": "boolean"},
            }}},
            "deep": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "object"}}}},
            "to": {"oneOf": [
                {"type": "object", "required": ["kind", "id"],
                 "properties": {"kind": {"const": "person"}, "id": {"type": "string"}}},
                {"type": "object", "required": ["kind"],
                 "properties": {"kind": {"const": "group"}, "size": {"type": "integer"}}},
            ]},
            "base": {"allOf": [
                {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
                {"type": "object", "properties": {"b": {"type": "number"}}},
            ]},
        },
    });
    Members::of(&schema, &|_| false)
}

#[test]
fn lists_of_objects_are_lines_and_alternatives_one_form_with_a_choice() {
    let all = every_kind();
    let kinds: Vec<_> = all.0.iter().map(|it| (it.field.name.as_str(), it.shape)).collect();
    let wanted = [
        ("mail", Shape::Text),
        ("when", Shape::Text),
        ("count", Shape::Loose),
        ("lines", Shape::Lines),
        ("deep", Shape::Json),
        ("to/kind", Shape::Choice),
        ("to/id", Shape::Text),
        ("to/size", Shape::Number),
        ("base/a", Shape::Text),
        ("base/b", Shape::Number),
    ];
    assert_eq!(kinds, wanted);
    let kind = all.find("to/kind").unwrap();
    assert_eq!(kind.choices, [json!("person"), json!("group")]);
    assert_eq!(all.find("lines").unwrap().field.columns.len(), 3);
}

#[test]
fn every_kind_of_member_comes_out_as_it_went_in() {
    let all = every_kind();
    let given = json!({
        "mail": "ada@example.com", "when": "14:05:00", "count": 7,
        "lines": [{"sku": "a", "quantity": 2, "gift": true}, {"sku": "b"}],
        "deep": [{"x": {"y": 1}}],
        "to": {"kind": "group", "size": 3}, "base": {"a": "x", "b": 1.5},
    });
    let (edits, besides) = input::parted(&all, &given);
    assert_eq!(besides, json!({}));
    assert_eq!(input::of(&all, &edits, &besides).unwrap(), given);
    let odd = json!({"lines": [{"sku": "a", "colour": "red"}]});
    let (edits, besides) = input::parted(&all, &odd);
    assert!(edits.is_empty(), "what no column can say is not cut: {edits:?}");
    assert_eq!(input::of(&all, &edits, &besides).unwrap(), odd);
}

#[test]
fn a_text_that_is_not_written_as_its_format_says_is_refused_at_its_field() {
    for (field, text) in [("mail", "ada"), ("when", "soon")] {
        let edits = Edits::from_iter([(field.to_owned(), Value::Text(text.to_owned()))]);
        let refused = input::of(&every_kind(), &edits, &json!({}));
        assert!(matches!(refused, Err((of, _)) if of == field), "{field}");
    }
}

#[test]
fn json_that_is_none_is_refused_at_its_field() {
    let edits = Edits::from_iter([("lines".to_owned(), Value::Text("[1,".to_owned()))]);
    let refused = input::of(&members(), &edits, &json!({}));
    assert!(matches!(refused, Err((field, _)) if field == "lines"));
}

#[test]
fn any_json_for_a_schema_panics_nowhere() {
    for odd in [
        json!(null),
        json!([1]),
        json!({"properties": 5}),
        json!({"properties": {"a": 7, "b": {"$ref": "#/properties/b"}, "c": {"enum": []}}}),
        json!({"properties": {"a": {"anyOf": [{"$ref": "#"}]}}, "required": "a"}),
    ] {
        let all = Members::of(&odd, &|_| true);
        let _ = input::of(&all, &Edits::new(), &json!(3));
        Members::takes_any(&odd);
    }
}

#[test]
fn names_are_said_in_words() {
    for (name, words) in [("dueDate", "Due date"), ("due_date", "Due date"), ("ID", "ID")] {
        assert_eq!(in_words(name), words);
    }
}

#[test]
fn a_flag_of_success_says_nothing_worth_a_view() {
    for quiet in [json!(null), json!({"success": true}), json!({}), json!("")] {
        assert!(!output::says_something(&quiet), "{quiet}");
    }
    assert!(output::says_something(&json!({"success": true, "count": 3})));
}

/// The list of contacts, each of which has these verbs.
fn with(verbs: Vec<Verb>) -> State {
    let mut state = with_list();
    let mut schema = schema();
    schema.entity_types.get_mut(&entity("Contact")).unwrap().verbs = verbs;
    let now = state.world.now;
    state.world.connections.get_mut(&HERE).unwrap().take_schema(Arc::new(schema), now);
    state
}

fn ran(output: serde_json::Value) -> Outcome {
    Outcome::Ran(Ran { output, ..Ran::default() })
}

fn top(state: &State) -> crate::app::slots::ViewId {
    state.top().unwrap().pane().id()
}

#[test]
fn a_letter_of_the_menu_runs_a_deed_that_takes_nothing() {
    let mut state = with(vec![Verb::new("start-timer", "Start timer"), Verb::new("stop", "Stop")]);
    press(&mut state, ";");
    let letters: Vec<_> = match state.top() {
        Some(View::Deeds(menu)) => menu.items().iter().filter_map(|it| it.letter).collect(),
        other => panic!("{other:?}"),
    };
    assert_eq!(letters, ['s', 't', 'e'], "the last one sends a request");
    let effects = press(&mut state, "t");
    let asked = calls(&effects);
    let [Action::Run(run)] = asked.as_slice() else { panic!("{effects:?}") };
    assert_eq!((run.key.as_str(), run.target.as_ref().unwrap().1.as_str()), ("stop", "1"));
    let view = top(&state);
    answer(&mut state, Slot::Write(view), fresh(ran(json!({"success": true}))));
    assert!(state.top().and_then(View::list).is_some(), "the list is on top again");
}

#[test]
fn what_asks_is_not_done_before_yes() {
    let asks = Some("E-mail the invoice to the customer?".to_owned());
    let mut state = with(vec![Verb { asks, ..Verb::new("mail", "E-mail invoice") }]);
    let effects = press(&mut state, "; e");
    assert!(calls(&effects).is_empty());
    assert!(matches!(state.top(), Some(View::Confirm(_))));
    press(&mut state, "enter");
    assert!(state.top().and_then(View::list).is_some(), "Enter means no");
    press(&mut state, "; e");
    let later = state.world().now() + jiff::SignedDuration::from_millis(500);
    update(&mut state, Msg::Now(later));
    let effects = press(&mut state, "y");
    assert!(matches!(calls(&effects)[..], [Action::Run(_)]), "{effects:?}");
}

/// The form of `convert-lead`, its draft recalled.
fn converting() -> State {
    let mut state = with(vec![convert()]);
    press(&mut state, "; c");
    let view = top(&state);
    let recall = ticket(&mut state, Slot::Recall(view)).unwrap();
    update(&mut state, Msg::Recalled(recall, Recalled::Draft(None)));
    state
}

#[test]
fn a_deed_with_input_asks_for_it_in_a_form_and_what_must_be_there_is_missed() {
    let mut state = converting();
    let effects = press(&mut state, "ctrl-s");
    assert!(calls(&effects).is_empty());
    write(&mut state, "Acme");
    press(&mut state, "tab enter enter");
    let effects = press(&mut state, "ctrl-s");
    let asked = calls(&effects);
    let [Action::Run(run)] = asked.as_slice() else { panic!("{effects:?}") };
    assert_eq!(run.input, json!({"name": "Acme", "kind": "c", "count": 2}));
    assert!(effects.iter().any(|it| matches!(it, Effect::Keep(..))), "the draft is kept first");
}

#[test]
fn what_came_of_a_deed_is_gone_to_and_its_target_read_again() {
    let mut state = converting();
    write(&mut state, "Acme");
    press(&mut state, "tab enter enter ctrl-s");
    let view = top(&state);
    let made = Ran { record: Some((entity("Account"), RecordId::from("9"))), ..Ran::default() };
    let effects = answer(&mut state, Slot::Write(view), fresh(Outcome::Ran(made)));
    assert!(matches!(state.top(), Some(View::Detail(it)) if it.shows().as_str() == "9"));
    let asked = calls(&effects);
    assert!(asked.iter().any(|it| matches!(it, Action::List(_))), "the list anew: {asked:?}");
}

#[test]
fn what_a_deed_gives_without_a_record_is_shown_and_can_be_copied() {
    let mut state = with(vec![Verb::new("report", "Report")]);
    press(&mut state, "; r");
    let view = top(&state);
    let gave = json!({"rows": [{"name": "a", "count": 1}, {"name": "b", "count": 2}]});
    answer(&mut state, Slot::Write(view), fresh(ran(gave)));
    assert!(matches!(state.top(), Some(View::Result(_))));
    let effects = press(&mut state, "y j");
    assert!(effects.iter().any(|it| matches!(it, Effect::Copy(text) if text.contains("rows"))));
    press(&mut state, "esc");
    assert!(state.top().and_then(View::list).is_some());
}

#[test]
fn a_deed_that_may_have_been_done_is_said_to_and_its_form_stays() {
    let mut state = converting();
    write(&mut state, "Acme");
    press(&mut state, "tab enter enter ctrl-s");
    let view = top(&state);
    answer(&mut state, Slot::Write(view), Err(Error::Unknown.into()));
    assert!(matches!(state.top(), Some(View::Form(form)) if form.may_have_landed()));
}

#[test]
fn json_from_the_editor_fills_the_fields_and_what_cannot_be_read_is_kept() {
    let mut state = converting();
    let edit = |effects: &[Effect]| {
        effects.iter().find_map(|it| match it {
            Effect::Edit(ticket, text, _) => Some((*ticket, text.clone())),
            _ => None,
        })
    };
    let (opened, _) = edit(&press(&mut state, "ctrl-e")).unwrap();
    update(&mut state, Msg::Edited(opened, Ok(Some("{\"name\": ".to_owned()))));
    let (opened, text) = edit(&press(&mut state, "ctrl-e")).unwrap();
    assert_eq!(text, "{\"name\": ");
    let better = "{\"name\": \"Acme\", \"kind\": \"p\", \"more\": 1}";
    update(&mut state, Msg::Edited(opened, Ok(Some(better.to_owned()))));
    let effects = press(&mut state, "ctrl-s");
    let asked = calls(&effects);
    let [Action::Run(run)] = asked.as_slice() else { panic!("{effects:?}") };
    assert_eq!(run.input, json!({"more": 1, "name": "Acme", "kind": "p"}));
}

#[test]
fn the_palette_finds_deeds_with_the_record_they_are_done_to() {
    let mut state = with(vec![Verb::new("start-timer", "Start timer")]);
    press(&mut state, "ctrl-p");
    write(&mut state, ">timer");
    let effects = press(&mut state, "enter");
    assert!(matches!(calls(&effects)[..], [Action::Run(_)]), "{effects:?}");
    let _ = page(&[]);
}

#[test]
fn a_request_is_typed_sent_and_offered_again() {
    let mut state = with(Vec::new());
    press(&mut state, "; s");
    let form = top(&state);
    let recall = ticket(&mut state, Slot::Recall(form)).unwrap();
    update(&mut state, Msg::Recalled(recall, Recalled::Draft(None)));
    press(&mut state, "tab A c c o u n t tab m a x S i z e = 1");
    let effects = press(&mut state, "ctrl-s");
    let asked = calls(&effects);
    let [Action::Send(request)] = asked.as_slice() else { panic!("{effects:?}") };
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "Account"));
    let reply = Reply { status: 200, json: Some(json!({"total": 3})), text: String::new() };
    answer(&mut state, Slot::Run(form), fresh(Outcome::Json(reply)));
    let Some(View::Result(view)) = state.top() else { panic!("{:?}", state.top()) };
    assert_eq!(view.ran().unwrap().output["body"]["total"], 3);
    press(&mut state, "esc ;");
    let Some(View::Deeds(menu)) = state.top() else { panic!("{:?}", state.top()) };
    let labels: Vec<_> = menu.items().iter().map(|it| it.deed.label.as_str()).collect();
    assert_eq!(labels, ["Send a request", "GET Account"]);
}
