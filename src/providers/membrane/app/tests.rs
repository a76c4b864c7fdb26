//! An app's conversations, driven by hand.
use indexmap::IndexMap;
use serde_json::json;

use super::{super::Memory, *};
use crate::{
    domain::record::{Page, Total},
    net::exchange::{Body, Method},
    providers::{Input, membrane::Conversation},
};

fn context(schema: Option<Arc<Schema>>) -> Context {
    let now = "2026-11-25T16:00:00Z".parse().unwrap();
    Context { now, schema, ..Context::default() }
}

fn answer(status: u16, body: &Json) -> Input {
    let body = body.to_string().into_bytes();
    Input::Answer(Response { status, headers: Vec::new(), body })
}

fn begin(action: Action, schema: Option<Arc<Schema>>, memory: &Memory) -> Conversation {
    Conversation::new(action, context(schema)).told(memory.clone())
}

fn memory() -> Memory {
    Memory::new(Some("c1".to_owned()))
}

fn sent(step: Step) -> Exchange {
    let Step::Send(exchange) = step else { panic!("{step:?}") };
    *exchange
}

fn input_of(exchange: &Exchange) -> Json {
    let Some(Body::Json(body)) = &exchange.body else { panic!("{exchange:?}") };
    assert_eq!((exchange.method, exchange.path.join("/").as_str()), (Method::Post, "act"));
    assert_eq!(body["connectionKey"], "c1");
    body["input"].clone()
}

fn contact() -> Json {
    json!({"type": "object", "properties": {
        "id": {"type": "string"},
        "firstName": {"type": "string"},
        "lastName": {"type": "string"},
        "status": {"type": "string", "enum": ["New", "Old"]},
        "createdAt": {"type": "string", "format": "date-time"},
    }})
}

fn actions() -> Json {
    let write = |required: &[&str], id: bool| {
        let mut schema = contact();
        schema["required"] = json!(required);
        let all = schema["properties"].as_object_mut().unwrap();
        all.shift_remove("createdAt");
        if !id {
            all.shift_remove("id");
        }
        schema
    };
    json!({"items": [
        {"id": "a1", "key": "list-contacts", "name": "List Contacts",
         "inputSchema": {"type": "object", "properties": {"cursor": {"type": "string"},
             "limit": {"type": "integer", "maximum": 2}, "search": {"type": "string"}}},
         "outputSchema": {"properties": {"records": {"type": "array", "items": contact()}}}},
        {"id": "a2", "key": "get-contact", "name": "Get Contact",
         "inputSchema": {"required": ["id"], "properties": {"id": {"type": "string"}}},
         "outputSchema": contact()},
        {"id": "a3", "key": "create-contact", "name": "Create Contact", "inputSchema": write(&["lastName"], false)},
        {"id": "a4", "key": "update-contact", "name": "Update Contact", "inputSchema": write(&["id"], true)},
        {"id": "a5", "key": "delete-contact", "name": "Delete Contact",
         "inputSchema": {"required": ["id"], "properties": {"id": {"type": "string"}}}},
        {"id": "a6", "name": "Convert Lead", "inputSchema": {"properties": {"lead": {"type": "string"}}}},
        {"id": "a7", "key": "half-built", "name": "Half", "state": "BUILDING"},
        {"id": "a8", "key": "list-contacts", "name": "List Contacts again"},
    ]})
}

fn schema() -> Arc<Schema> {
    let mut types = begin(Action::Types, None, &memory());
    let me = json!({"id": "t1", "internalId": "acme", "name": "Acme"});
    assert_eq!(sent(types.next(Input::Go)).path, ["self"]);
    assert_eq!(sent(types.next(answer(200, &me))).path, ["connections", "c1"]);
    let connection = json!({"id": "c1", "name": "Our CRM", "state": "READY", "updatedAt": "u1"});
    let asked = sent(types.next(answer(200, &connection)));
    assert_eq!(asked.path, ["actions"]);
    assert_eq!(asked.query[0], ("connectionId".to_owned(), "c1".to_owned()));
    match types.next(answer(200, &actions())) {
        Step::Done(Ok(Outcome::Schema(schema))) => schema,
        step => panic!("{step:?}"),
    }
}

fn contacts() -> EntityName {
    EntityName::try_from("Contact").unwrap()
}

fn page(step: Step) -> Page {
    match step {
        Step::Done(Ok(Outcome::Page(page))) => page,
        step => panic!("{step:?}"),
    }
}

fn rows(from: usize, to: usize) -> Vec<Json> {
    (from..to).map(|at| json!({"id": at.to_string(), "lastName": format!("L{at}")})).collect()
}

#[test]
fn actions_on_records_become_an_entity_type_and_the_rest_are_deeds() {
    let schema = schema();
    let contact = schema.entity_type(&contacts()).unwrap();
    assert_eq!((contact.label.as_str(), contact.label_plural.as_str()), ("Contact", "Contacts"));
    let rights = contact.rights;
    assert!(rights.read && rights.create && rights.edit && rights.delete);
    let fields: Vec<&str> = contact.fields.keys().map(String::as_str).collect();
    assert_eq!(fields, ["id", "firstName", "lastName", "status", "createdAt"]);
    assert!(
        contact.fields["lastName"].is_required && contact.fields["lastName"].read_only.is_none()
    );
    assert!(contact.fields["createdAt"].read_only.is_some());
    assert_eq!(contact.fields["status"].choices.len(), 2);
    let verbs: Vec<&str> = schema.verbs.iter().map(|verb| verb.key.as_str()).collect();
    assert_eq!(verbs, ["convert-lead", "list-contacts-a8"]);
    let covered: Vec<&str> = schema.covered.iter().map(|verb| verb.key.as_str()).collect();
    assert_eq!(
        covered,
        ["list-contacts", "get-contact", "create-contact", "update-contact", "delete-contact"]
    );
    let text = serde_json::to_string(&*schema).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&text).unwrap(), *schema);
}

#[test]
fn a_list_goes_on_where_it_ended() {
    let (schema, memory) = (schema(), memory());
    let query = |offset| Query { offset, ..Query::all(contacts(), 3) };
    let mut list = begin(Action::List(query(0)), Some(Arc::clone(&schema)), &memory);
    assert_eq!(input_of(&sent(list.next(Input::Go))), json!({"limit": 2}));
    let first = json!({"output": {"records": rows(0, 2), "cursor": "k2"}});
    let asked = sent(list.next(answer(200, &first)));
    assert_eq!(input_of(&asked), json!({"limit": 1, "cursor": "k2"}));
    let second = json!({"output": {"records": rows(2, 3), "cursor": "k3"}});
    let page_one = page(list.next(answer(200, &second)));
    assert_eq!((page_one.records.len(), page_one.has_more), (3, true));
    let mut more = begin(Action::List(query(3)), Some(schema), &memory);
    assert_eq!(input_of(&sent(more.next(Input::Go))), json!({"limit": 2, "cursor": "k3"}));
    let rest = page(more.next(answer(200, &json!({"output": {"records": rows(3, 4)}}))));
    assert_eq!((rest.records.len(), rest.has_more, rest.total), (1, false, Total::Exact(4)));
    assert_eq!(rest.offset, 3);
}

#[test]
fn words_and_fields_go_into_the_input_and_the_rest_is_filtered_here() {
    let test = Test { field: "lastName".into(), test: Compare::Is(Value::Text("L1".into())) };
    let filter = Filter::All(vec![Filter::Words("ada".into()), Filter::Test(test)]);
    let query = Query { filter: Some(filter), ..Query::all(contacts(), 2) };
    let mut list = begin(Action::List(query), Some(schema()), &memory());
    assert_eq!(input_of(&sent(list.next(Input::Go))), json!({"search": "ada", "limit": 2}));
    let page = page(list.next(answer(200, &json!({"output": {"records": rows(0, 2)}}))));
    assert!(page.is_filtered_here);
    assert_eq!((page.records.len(), page.received), (1, 2));
}

#[test]
fn an_answer_that_holds_no_list_is_no_empty_list() {
    let mut list = begin(Action::List(Query::all(contacts(), 2)), Some(schema()), &memory());
    list.next(Input::Go);
    let step = list.next(answer(200, &json!({"output": {"status": "ok"}})));
    assert!(matches!(step, Step::Done(Err(Error::Unreadable { .. }))), "{step:?}");
}

fn read_back(write: &mut Conversation, step: Step, now: &Json) -> Written {
    assert_eq!(input_of(&sent(step)), json!({"id": "7"}));
    match write.next(answer(200, &json!({"output": now}))) {
        Step::Done(Ok(Outcome::Written(written))) => *written,
        step => panic!("{step:?}"),
    }
}

fn edits(name: &str, value: &str) -> Edits {
    IndexMap::from([(name.to_owned(), Value::Text(value.to_owned()))])
}

#[test]
fn a_new_record_is_read_back_and_what_was_not_kept_is_told() {
    let create = Action::Create {
        entity: contacts(),
        edits: edits("lastName", "Lovelace"),
        despite_duplicates: false,
    };
    let mut create = begin(create, Some(schema()), &memory());
    let sent_ = sent(create.next(Input::Go));
    assert_eq!(input_of(&sent_), json!({"lastName": "Lovelace"}));
    assert!(!sent_.is_safe);
    let step = create.next(answer(200, &json!({"output": {"id": "7"}})));
    let written = read_back(&mut create, step, &json!({"id": "7", "lastName": "LOVELACE"}));
    assert_eq!(written.record.id.as_str(), "7");
    assert_eq!(written.not_stored["lastName"], Value::Text("LOVELACE".into()));
}

fn base(last_name: &str) -> Record {
    let entity_type = schema();
    let entity_type = entity_type.entity_type(&contacts()).unwrap();
    record(&json!({"id": "7", "lastName": last_name}), "", entity_type, true).unwrap()
}

#[test]
fn an_update_sees_what_somebody_else_saved() {
    let base = Box::new(base("Old"));
    let update = Action::Update { base, edits: edits("lastName", "Mine"), resolved: false };
    let mut conversation = begin(update.clone(), Some(schema()), &memory());
    assert_eq!(input_of(&sent(conversation.next(Input::Go))), json!({"id": "7"}));
    let theirs = json!({"output": {"id": "7", "lastName": "Theirs"}});
    let step = conversation.next(answer(200, &theirs));
    assert!(matches!(step, Step::Done(Err(Error::Conflict(_)))), "{step:?}");
    let mut same = begin(update, Some(schema()), &memory());
    same.next(Input::Go);
    let step = same.next(answer(200, &json!({"output": {"id": "7", "lastName": "Old"}})));
    assert_eq!(input_of(&sent(step)), json!({"lastName": "Mine", "id": "7"}));
    let step = same.next(answer(200, &json!({"output": null})));
    let written = read_back(&mut same, step, &json!({"id": "7", "lastName": "Mine"}));
    assert!(written.not_stored.is_empty());
}

#[test]
fn a_written_record_that_cannot_be_read_back_does_not_look_failed() {
    let create = Action::Create {
        entity: contacts(),
        edits: edits("lastName", "L"),
        despite_duplicates: false,
    };
    let mut create = begin(create, Some(schema()), &memory());
    create.next(Input::Go);
    create.next(answer(200, &json!({"output": {"id": "7"}})));
    let step = create.next(Input::Answer(Response::lost()));
    assert!(matches!(step, Step::Done(Ok(Outcome::Written(_)))), "{step:?}");
}

#[test]
fn a_deed_has_its_own_input_and_an_action_without_a_key_its_id() {
    let run = |key: &str| action::Run {
        key: key.to_owned(),
        target: None,
        input: json!({"lead": "l1"}),
        is_write: true,
    };
    let mut deed = begin(Action::Run(run("convert-lead")), Some(schema()), &memory());
    let exchange = sent(deed.next(Input::Go));
    let body = json!({"id": "a6", "connectionKey": "c1", "input": {"lead": "l1"}});
    assert_eq!(exchange.body, Some(Body::Json(body)));
    let done = deed.next(answer(200, &json!({"output": [1], "actionRunId": "r1"})));
    let ran = Ran { output: json!([1]), record: None, run_id: Some("r1".into()) };
    assert_eq!(done, Step::Done(Ok(Outcome::Ran(ran))));
    let mut by_key = begin(Action::Run(run("list-contacts")), Some(schema()), &memory());
    let Some(Body::Json(body)) = sent(by_key.next(Input::Go)).body else { panic!() };
    assert_eq!(body["key"], "list-contacts");
}

#[test]
fn a_connection_that_asks_for_something_says_so_instead_of_showing_nothing() {
    let mut types = begin(Action::Types, None, &memory());
    types.next(Input::Go);
    types.next(answer(200, &json!({"id": "t1"})));
    let needs = json!({"id": "c1", "state": "CLIENT_ACTION_REQUIRED",
        "clientAction": {"description": "Sign in again", "uiUrl": "https://ui/x"}});
    let step = types.next(answer(200, &needs));
    let mend = Error::Mend {
        id: "c1".into(),
        reason: "Sign in again".into(),
        url: Some("https://ui/x".into()),
    };
    assert_eq!(step, Step::Done(Err(mend)));
}

#[test]
fn a_connection_that_is_being_built_is_waited_for() {
    let mut types = begin(Action::Whoami, None, &memory());
    types.next(Input::Go);
    types.next(answer(200, &json!({"id": "t1"})));
    for _ in 1..standing::LOOKS {
        let asked = sent(types.next(answer(200, &json!({"id": "c1", "state": "BUILDING"}))));
        assert!(asked.query.contains(&("wait".to_owned(), "true".to_owned())));
    }
    let step = types.next(answer(200, &json!({"id": "c1", "state": "READY"})));
    assert!(matches!(step, Step::Done(Ok(Outcome::Me(_)))), "{step:?}");
}
