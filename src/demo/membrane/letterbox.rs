//! An app that has no protocol but its actions: people, and letters to them.

use super::Visit;
use super::answer::{Answer, refuse};
use crate::demo::random::{Random, mix};
use serde_json::{Map, Value, json};

/// Its connector's key.
pub const KEY: &str = "letterbox";

/// A page of its lists.
const PAGE: usize = 50;

/// What it knows.
#[derive(Debug)]
pub struct Letterbox {
    people: Vec<Value>,
    letters: u32,
    made: u32,
}

const GIVEN: [&str; 12] = [
    "Ada",
    "Bjørn",
    "Chloé",
    "דנה",
    "Ελένη",
    "فاطمة",
    "Grace",
    "花子",
    "Иван",
    "Jürgen",
    "किरण",
    "Zoë",
];
const FAMILY: [&str; 10] = [
    "Okonkwo",
    "Sørensen",
    "García Márquez",
    "כהן",
    "Παπαδοπούλου",
    "حداد",
    "Lovelace",
    "山田",
    "Петров",
    "Müller",
];
const CITIES: [&str; 6] = ["Porto", "København", "東京", "Nairobi", "Kraków", "Montréal"];
const MOODS: [&str; 3] = ["sunny", "cloudy", "stormy"];

impl Letterbox {
    /// 137 people that follow from the seed.
    pub fn new(seed: u64) -> Letterbox {
        let mut random = Random::new(mix(seed ^ 0x1E77));
        let people = (1..=137).map(|number| person(number, &mut random)).collect();
        Letterbox { people, letters: 0, made: 137 }
    }
}

fn pick<'a>(from: &[&'a str], random: &mut Random) -> &'a str {
    from.get(random.below(from.len())).copied().unwrap_or_default()
}

fn person(number: u32, random: &mut Random) -> Value {
    let name = format!("{} {}", pick(&GIVEN, random), pick(&FAMILY, random));
    let fields = json!({
        "name": name, "email": format!("friend{number}@letterbox.example"),
        "city": pick(&CITIES, random), "mood": pick(&MOODS, random),
        "birthday": format!("{}-{:02}-{:02}", 1950 + random.below(50), 1 + random.below(12), 1 + random.below(28)),
        "letters": random.below(60), "vip": random.chance(150),
        "tags": if random.chance(300) { json!(["chess", "tea"]) } else { json!([]) },
        "address": {"street": format!("Rua {}", random.below(90) + 1), "postalCode": "4000", "country": "PT"},
    });
    record(number, &fields, "2026-10-01T09:00:00.000Z")
}

fn record(number: u32, fields: &Value, at: &str) -> Value {
    let name = fields.get("name").cloned().unwrap_or_default();
    json!({
        "id": format!("p{number}"), "name": name, "uri": format!("https://letterbox.example/p{number}"),
        "fields": fields, "createdTime": at, "updatedTime": at,
    })
}

/// An action of the app.
pub(super) fn run(visit: &Visit<'_>, key: &str, input: &Value) -> Answer<Value> {
    let text = |name: &str| input.get(name).and_then(Value::as_str).unwrap_or_default();
    match key {
        "list-people" | "search-people" => Ok(list(visit, input)),
        "find-person-by-id" => {
            let state = visit.membrane.state();
            let known = state.letterbox.people.iter().find(|one| one["id"] == *text("id"));
            known.cloned().ok_or_else(|| gone(text("id")))
        }
        "create-person" => Ok(create(visit, input)),
        "update-person" => update(visit, text("id"), input),
        "delete-person" => {
            let people = &mut visit.membrane.state().letterbox.people;
            let place = people.iter().position(|one| one["id"] == *text("id"));
            people.remove(place.ok_or_else(|| gone(text("id")))?);
            Ok(json!({}))
        }
        "send-letter" => Ok(send(visit, input)),
        "count-letters" => Ok(CITIES.iter().zip(3..).map(letters).collect()),
        "yearly-report" => {
            Ok(json!({"letters": 42, "text": "A good year.\nMore letters than bills."}))
        }
        "ring-the-bell" => Ok(json!("Ding")),
        _ => Err(broken()),
    }
}

fn letters((city, count): (&&str, u32)) -> Value {
    json!({"city": city, "letters": count})
}

fn gone(id: &str) -> super::answer::Refusal {
    refuse(404, "action_run", "not_found", &format!("There is no person {id:?}"))
}

/// Three causes deep.
fn broken() -> super::answer::Refusal {
    let deepest = json!({"type": "bad_request", "key": "post_office_closed", "message": "The post office is closed on Sundays"});
    let middle = json!({"type": "unit_run", "key": "unit_failed", "message": "The step \"stamp\" did not end", "causedByError": deepest});
    let refusal =
        refuse(400, "action_run", "action_run_failed", "The letter could not be returned");
    refusal.with("causedByError", middle)
}

fn list(visit: &Visit<'_>, input: &Value) -> Value {
    let filter =
        |name: &str| input.get("filter").and_then(|it| it.get(name)).and_then(Value::as_str);
    let words = input.get("query").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let from =
        input.get("cursor").and_then(Value::as_str).and_then(|it| it.parse().ok()).unwrap_or(0);
    let fits = |one: &&Value| {
        let field = |name: &str| one["fields"][name].as_str().unwrap_or_default();
        ["city", "mood"].iter().all(|name| filter(name).is_none_or(|wanted| wanted == field(name)))
            && field("name").to_lowercase().contains(&words)
    };
    let state = visit.membrane.state();
    let found: Vec<&Value> = state.letterbox.people.iter().filter(fits).collect();
    let some: Vec<Value> = found.iter().skip(from).take(PAGE).map(|one| (*one).clone()).collect();
    let next = from + some.len();
    let mut page = json!({"records": some});
    if next < found.len() {
        page["cursor"] = json!(next.to_string());
    }
    page
}

fn create(visit: &Visit<'_>, input: &Value) -> Value {
    let at = visit.membrane.stamp();
    let letterbox = &mut visit.membrane.state().letterbox;
    letterbox.made += 1;
    let fields = input.get("fields").cloned().unwrap_or_default();
    let made = record(letterbox.made, &fields, &at);
    letterbox.people.insert(0, made.clone());
    json!({"id": made["id"]})
}

fn update(visit: &Visit<'_>, id: &str, input: &Value) -> Answer<Value> {
    let at = visit.membrane.stamp();
    let people = &mut visit.membrane.state().letterbox.people;
    let known = people.iter_mut().find(|one| one["id"] == *id).ok_or_else(|| gone(id))?;
    let new = input.get("fields").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut fields: Map<String, Value> = known["fields"].as_object().cloned().unwrap_or_default();
    fields.extend(new);
    known["name"] = fields.get("name").cloned().unwrap_or_default();
    known["fields"] = Value::Object(fields);
    known["updatedTime"] = json!(at);
    Ok(json!({"id": id}))
}

fn send(visit: &Visit<'_>, input: &Value) -> Value {
    let recipients = input.get("to").and_then(Value::as_array).map_or(0, Vec::len);
    let letterbox = &mut visit.membrane.state().letterbox;
    letterbox.letters += 1;
    json!({
        "letterId": format!("l{}", letterbox.letters), "recipients": recipients,
        "postage": f64::from(u32::try_from(recipients).unwrap_or(0)) * 1.1,
    })
}
