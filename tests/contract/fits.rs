//! The filters of the table: one of every kind, on every kind of field.
use ficha::domain::{
    query::{Compare, Filter, Span},
    record::Record,
    value::{Money, Value},
};
use jiff::civil::Date;

use super::{
    filters::{Fit, fit, has, last, lower, next, points_to, reference, some, whole},
    words::{is, not, number, on, text, words},
};

pub fn rows() -> Vec<Fit> {
    let mut rows = texts();
    rows.extend(numbers());
    rows.extend(days());
    rows.extend(choices());
    rows.extend(references());
    rows.extend(together());
    rows
}

const DEAL: (&str, &[&str]) = (
    "Opportunity",
    &[
        "name",
        "stage",
        "amount",
        "probability",
        "closeDate",
        "account",
        "contact",
        "leadSource",
        "assignedUser",
        "createdAt",
    ],
);
const ACCOUNT: (&str, &[&str]) = (
    "Account",
    &[
        "name",
        "website",
        "type",
        "industry",
        "billingAddress",
        "emailAddress",
        "phoneNumber",
        "assignedUser",
        "cServiceTier",
    ],
);
const CONTACT: (&str, &[&str]) = (
    "Contact",
    &[
        "name",
        "emailAddress",
        "phoneNumber",
        "doNotCall",
        "account",
        "address",
        "assignedUser",
        "createdAt",
        "title",
    ],
);
const ROBOT: (&str, &[&str]) = (
    "CEquipment",
    &[
        "name",
        "status",
        "applications",
        "payloadKg",
        "axes",
        "cycles",
        "isLeased",
        "installedOn",
        "lastSeenAt",
        "serviceWindow",
        "price",
        "account",
        "technicians",
        "tags",
    ],
);
const TASK: (&str, &[&str]) =
    ("Task", &["name", "status", "priority", "dateEnd", "parent", "assignedUser"]);

fn texts() -> Vec<Fit> {
    let contains = |part: &str| Compare::Contains(part.to_owned());
    let starts = |part: &str| Compare::StartsWith(part.to_owned());
    vec![
        fit(
            "a text is",
            ACCOUNT,
            |all| is("website", text(&words(&all[3], "website"))),
            |r, s| words(r, "website") == words(&s.all[3], "website"),
        ),
        fit(
            "a text contains",
            ACCOUNT,
            move |_| on("name", contains("an")),
            |r, _| lower(r, "name").contains("an"),
        ),
        fit(
            "a text contains another script",
            CONTACT,
            move |all| on("name", contains(&not_ascii(all))),
            |r, s| words(r, "name").contains(&not_ascii(s.all)),
        ),
        fit(
            "a text starts with",
            ACCOUNT,
            move |_| on("website", starts("https://customer-1")),
            |r, _| words(r, "website").starts_with("https://customer-1"),
        ),
        fit(
            "an address of the web contains",
            ACCOUNT,
            move |_| on("website", contains("-2")),
            |r, _| words(r, "website").contains("-2"),
        ),
        fit(
            "a person is",
            CONTACT,
            |_| is("name", text("Grace Okonkwo")),
            |r, _| words(r, "name") == "Grace Okonkwo",
        ),
        fit(
            "a person starts with",
            CONTACT,
            move |_| on("name", starts("Gr")),
            |r, _| words(r, "name").starts_with("Gr"),
        ),
        fit(
            "a person contains",
            CONTACT,
            move |_| on("name", contains("konk")),
            |r, _| lower(r, "name").contains("konk"),
        ),
        fit(
            "a percent sign is no pattern",
            ACCOUNT,
            move |_| not(on("name", contains("%"))).also(on("name", contains("an"))),
            |r, _| lower(r, "name").contains("an"),
        ),
        fit(
            "an address is",
            CONTACT,
            |_| is("emailAddress", text("contact5@people.example")),
            |r, _| words(r, "emailAddress") == "contact5@people.example",
        ),
        fit(
            "an address starts with",
            CONTACT,
            move |_| on("emailAddress", starts("contact29")),
            |r, _| words(r, "emailAddress").starts_with("contact29"),
        ),
        fit(
            "a number of a phone starts with",
            CONTACT,
            move |_| on("phoneNumber", starts("+1202555000")),
            |r, _| words(r, "phoneNumber").starts_with("+1202555000"),
        ),
        fit(
            "a place contains",
            ACCOUNT,
            move |_| on("billingAddress", contains("Gate 3")),
            |r, _| words(r, "billingAddress").contains("Gate 3"),
        ),
        fit(
            "a text has a value",
            CONTACT,
            |_| on("title", Compare::HasValue),
            |r, _| has(r, "title"),
        ),
        fit(
            "a text has none",
            CONTACT,
            |_| not(on("title", Compare::HasValue)),
            |r, _| !has(r, "title"),
        ),
        fit(
            "a text is not",
            ACCOUNT,
            |all| not(is("website", text(&words(&all[3], "website")))),
            |r, s| words(r, "website") != words(&s.all[3], "website"),
        ),
        fit(
            "a text does not contain",
            ACCOUNT,
            move |_| not(on("website", contains("-2"))),
            |r, _| !words(r, "website").contains("-2"),
        ),
    ]
}

/// A letter beyond ASCII that some name holds and others do not.
fn not_ascii(all: &[Record]) -> String {
    let mut letters = all.iter().flat_map(|it| words(it, "name").chars().collect::<Vec<_>>());
    letters.find(|letter| *letter > '\u{3000}' && letter.is_alphabetic()).unwrap().to_string()
}

fn numbers() -> Vec<Fit> {
    vec![
        fit(
            "a number is",
            DEAL,
            |_| is("probability", whole(50)),
            |r, _| number(r, "probability") == Some(50.into()),
        ),
        fit(
            "a number is not",
            DEAL,
            |_| not(is("probability", whole(50))),
            |r, _| number(r, "probability") != Some(50.into()),
        ),
        fit(
            "a number above",
            DEAL,
            |_| on("probability", Compare::Above(whole(50))),
            |r, _| number(r, "probability") > Some(50.into()),
        ),
        fit(
            "a number at least",
            DEAL,
            |_| on("probability", Compare::AtLeast(whole(50))),
            |r, _| number(r, "probability") >= Some(50.into()),
        ),
        fit(
            "a number below",
            DEAL,
            |_| on("probability", Compare::Below(whole(50))),
            |r, _| number(r, "probability") < Some(50.into()),
        ),
        fit(
            "a number at most",
            DEAL,
            |_| on("probability", Compare::AtMost(whole(50))),
            |r, _| number(r, "probability") <= Some(50.into()),
        ),
        fit(
            "a decimal at least",
            ROBOT,
            |_| on("payloadKg", Compare::AtLeast(Value::Number("12.5".parse().unwrap()))),
            |r, _| number(r, "payloadKg") >= Some("12.5".parse().unwrap()),
        ),
        fit(
            "a number in words",
            ROBOT,
            |_| on("cycles", Compare::Above(text("300000"))),
            |r, _| number(r, "cycles") > Some(300_000.into()),
        ),
        fit(
            "one of two numbers",
            DEAL,
            |_| on("probability", Compare::OneOf(vec![whole(10), whole(80)])),
            |r, _| [Some(10.into()), Some(80.into())].contains(&number(r, "probability")),
        ),
        fit(
            "an amount above",
            DEAL,
            |_| on("amount", Compare::Above(whole(400_000))),
            |r, _| number(r, "amount") > Some(400_000.into()),
        ),
        fit(
            "an amount with its currency",
            DEAL,
            |all| is("amount", some(all, "amount")),
            |r, s| r.value("amount") == Some(&some(s.all, "amount")),
        ),
        fit(
            "an amount without a currency",
            DEAL,
            |all| {
                let Value::Money(money) = some(all, "amount") else { panic!() };
                is("amount", Value::Money(Money { currency: String::new(), ..money }))
            },
            |r, s| {
                number(r, "amount")
                    == number(s.all.iter().find(|r| has(r, "amount")).unwrap(), "amount")
            },
        ),
        fit(
            "an amount between",
            DEAL,
            |_| {
                Filter::All(vec![
                    on("amount", Compare::AtLeast(whole(100_000))),
                    on("amount", Compare::AtMost(whole(500_000))),
                ])
            },
            |r, _| (Some(100_000.into())..=Some(500_000.into())).contains(&number(r, "amount")),
        ),
        fit(
            "a switch is on",
            ROBOT,
            |_| is("isLeased", Value::Bool(true)),
            |r, _| r.value("isLeased") == Some(&Value::Bool(true)),
        ),
        fit(
            "a switch is off",
            ROBOT,
            |_| is("isLeased", Value::Bool(false)),
            |r, _| r.value("isLeased") == Some(&Value::Bool(false)),
        ),
        fit(
            "a switch in words",
            CONTACT,
            |_| is("doNotCall", text("yes")),
            |r, _| r.value("doNotCall") == Some(&Value::Bool(true)),
        ),
        fit(
            "a switch is not on",
            CONTACT,
            |_| not(is("doNotCall", Value::Bool(true))),
            |r, _| r.value("doNotCall") == Some(&Value::Bool(false)),
        ),
    ]
}

fn days() -> Vec<Fit> {
    let within = |span| Compare::Within(span);
    let between = Span::Between(Date::constant(2026, 10, 1), Date::constant(2026, 11, 30));
    vec![
        fit(
            "a day is",
            DEAL,
            |all| is("closeDate", some(all, "closeDate")),
            |r, s| r.value("closeDate") == Some(&some(s.all, "closeDate")),
        ),
        fit(
            "a day after",
            DEAL,
            |_| on("closeDate", Compare::Above(text("2026-12-01"))),
            |r, s| s.day(r, "closeDate") > Some(Date::constant(2026, 12, 1)),
        ),
        fit(
            "a day from",
            DEAL,
            |_| on("closeDate", Compare::AtLeast(text("2026-12-01"))),
            |r, s| s.day(r, "closeDate") >= Some(Date::constant(2026, 12, 1)),
        ),
        fit(
            "a day before",
            DEAL,
            |_| on("closeDate", Compare::Below(text("2026-12-01"))),
            |r, s| s.day(r, "closeDate") < Some(Date::constant(2026, 12, 1)),
        ),
        fit(
            "a day until",
            DEAL,
            |_| on("closeDate", Compare::AtMost(text("2026-12-01"))),
            |r, s| s.day(r, "closeDate") <= Some(Date::constant(2026, 12, 1)),
        ),
        fit(
            "the last days",
            DEAL,
            move |_| on("closeDate", within(Span::Last(90))),
            |r, s| last(r, s, "closeDate", 90),
        ),
        fit(
            "the next days",
            DEAL,
            move |_| on("closeDate", within(Span::Next(60))),
            |r, s| next(r, s, "closeDate", 60),
        ),
        fit(
            "days between",
            DEAL,
            move |_| on("closeDate", within(between)),
            |r, s| {
                (Some(Date::constant(2026, 10, 1))..=Some(Date::constant(2026, 11, 30)))
                    .contains(&s.day(r, "closeDate"))
            },
        ),
        fit(
            "not the next days",
            DEAL,
            move |_| not(on("closeDate", within(Span::Next(60)))),
            |r, s| !next(r, s, "closeDate", 60),
        ),
        fit(
            "a moment today",
            CONTACT,
            move |_| on("createdAt", within(Span::Today)),
            |r, s| last(r, s, "createdAt", 1),
        ),
        fit(
            "a moment within the last days",
            CONTACT,
            move |_| on("createdAt", within(Span::Last(60))),
            |r, s| last(r, s, "createdAt", 60),
        ),
        fit(
            "a moment on a day",
            CONTACT,
            |_| is("createdAt", Value::Date(Date::constant(2026, 11, 22))),
            |r, s| s.day(r, "createdAt") == Some(Date::constant(2026, 11, 22)),
        ),
        fit(
            "a moment after a day",
            CONTACT,
            |_| on("createdAt", Compare::Above(text("2026-06-30"))),
            |r, s| s.day(r, "createdAt") > Some(Date::constant(2026, 6, 30)),
        ),
        fit(
            "a moment until a day",
            CONTACT,
            |_| on("createdAt", Compare::AtMost(text("2026-06-30"))),
            |r, s| s.day(r, "createdAt") <= Some(Date::constant(2026, 6, 30)),
        ),
        fit(
            "a moment is",
            CONTACT,
            |all| is("createdAt", some(all, "createdAt")),
            |r, s| r.value("createdAt") == Some(&some(s.all, "createdAt")),
        ),
        fit(
            "a day or moment within the last days",
            TASK,
            move |_| on("dateEnd", within(Span::Last(14))),
            |r, s| last(r, s, "dateEnd", 14),
        ),
        fit(
            "a day or moment within the next days",
            TASK,
            move |_| on("dateEnd", within(Span::Next(14))),
            |r, s| next(r, s, "dateEnd", 14),
        ),
        fit(
            "a day or moment before",
            TASK,
            |_| on("dateEnd", Compare::Below(text("2026-11-20"))),
            |r, s| s.day(r, "dateEnd") < Some(Date::constant(2026, 11, 20)),
        ),
        fit(
            "not within the next days",
            TASK,
            move |_| not(on("dateEnd", within(Span::Next(14)))),
            |r, s| !next(r, s, "dateEnd", 14),
        ),
        fit(
            "a day of a custom type",
            ROBOT,
            |_| on("installedOn", Compare::Above(text("2026-01-01"))),
            |r, s| s.day(r, "installedOn") > Some(Date::constant(2026, 1, 1)),
        ),
    ]
}

fn choices() -> Vec<Fit> {
    vec![
        fit(
            "a choice is",
            DEAL,
            |_| is("stage", text("Proposal")),
            |r, _| words(r, "stage") == "Proposal",
        ),
        fit(
            "a choice in small letters",
            DEAL,
            |_| is("stage", text("closed won")),
            |r, _| words(r, "stage") == "Closed Won",
        ),
        fit(
            "a choice is not",
            DEAL,
            |_| not(is("stage", text("Proposal"))),
            |r, _| words(r, "stage") != "Proposal",
        ),
        fit(
            "one of two choices",
            DEAL,
            |_| on("stage", Compare::OneOf(vec![text("Proposal"), text("Negotiation")])),
            |r, _| ["Proposal", "Negotiation"].contains(&words(r, "stage").as_str()),
        ),
        fit(
            "none of two choices",
            DEAL,
            |_| not(on("stage", Compare::OneOf(vec![text("Proposal"), text("Negotiation")]))),
            |r, _| !["Proposal", "Negotiation"].contains(&words(r, "stage").as_str()),
        ),
        fit(
            "a choice starts with",
            DEAL,
            |_| on("stage", Compare::StartsWith("Closed".into())),
            |r, _| words(r, "stage").starts_with("Closed"),
        ),
        fit(
            "a choice has a value",
            ACCOUNT,
            |_| on("cServiceTier", Compare::HasValue),
            |r, _| has(r, "cServiceTier"),
        ),
        fit(
            "a choice has none",
            ACCOUNT,
            |_| not(on("cServiceTier", Compare::HasValue)),
            |r, _| !has(r, "cServiceTier"),
        ),
        fit(
            "a choice is empty",
            ACCOUNT,
            |_| is("industry", Value::Empty),
            |r, _| !has(r, "industry"),
        ),
        fit(
            "several hold one",
            ROBOT,
            |_| is("applications", text("Welding")),
            |r, _| matches!(r.value("applications"), Some(Value::Many(m)) if m.iter().any(|it| it == "Welding")),
        ),
        fit(
            "several hold one of two",
            ROBOT,
            |_| on("applications", Compare::OneOf(vec![text("Welding"), text("Painting")])),
            |r, _| matches!(r.value("applications"), Some(Value::Many(m)) if m.iter().any(|it| it == "Welding" || it == "Painting")),
        ),
        fit(
            "several hold a part",
            ROBOT,
            |_| on("applications", Compare::Contains("weld".into())),
            |r, _| matches!(r.value("applications"), Some(Value::Many(m)) if m.iter().any(|it| it == "Welding")),
        ),
        fit(
            "several hold none of it",
            ROBOT,
            |_| not(is("applications", text("Welding"))),
            |r, _| !matches!(r.value("applications"), Some(Value::Many(m)) if m.iter().any(|it| it == "Welding")),
        ),
    ]
}

fn references() -> Vec<Fit> {
    vec![
        fit(
            "a reference by its name",
            DEAL,
            |all| is("account", text(reference(&some(all, "account")).name.as_deref().unwrap())),
            |r, s| {
                words(r, "account")
                    == words(s.all.iter().find(|r| has(r, "account")).unwrap(), "account")
            },
        ),
        fit(
            "a reference by its id",
            DEAL,
            |all| is("account", text(&reference(&some(all, "account")).id)),
            |r, s| points_to(r, "account", &reference(&some(s.all, "account")).id),
        ),
        fit(
            "a reference as it is",
            DEAL,
            |all| is("account", some(all, "account")),
            |r, s| points_to(r, "account", &reference(&some(s.all, "account")).id),
        ),
        fit(
            "a reference by the beginning",
            CONTACT,
            |_| on("assignedUser", Compare::StartsWith("Mara".into())),
            |r, _| words(r, "assignedUser").starts_with("Mara"),
        ),
        fit(
            "a reference by a part",
            CONTACT,
            |_| on("assignedUser", Compare::Contains("Vogt".into())),
            |r, _| words(r, "assignedUser").contains("Vogt"),
        ),
        fit(
            "a reference not by a name",
            CONTACT,
            |_| not(is("assignedUser", text("Mara Vogt"))),
            |r, _| words(r, "assignedUser") != "Mara Vogt",
        ),
        fit(
            "one of two references",
            CONTACT,
            |_| on("assignedUser", Compare::OneOf(vec![text("Mara Vogt"), text("Ada Lindqvist")])),
            |r, _| ["Mara Vogt", "Ada Lindqvist"].contains(&words(r, "assignedUser").as_str()),
        ),
        fit(
            "a reference in another script",
            CONTACT,
            |_| on("assignedUser", Compare::Contains("佐藤".into())),
            |r, _| words(r, "assignedUser").contains("佐藤"),
        ),
        fit(
            "a reference has a value",
            DEAL,
            |_| on("contact", Compare::HasValue),
            |r, _| has(r, "contact"),
        ),
        fit(
            "a reference has none",
            DEAL,
            |_| not(on("contact", Compare::HasValue)),
            |r, _| !has(r, "contact"),
        ),
        fit(
            "a reference to @me",
            CONTACT,
            |_| on("assignedUser", Compare::Me),
            |r, _| words(r, "assignedUser") == "Ada Lindqvist",
        ),
        fit(
            "a reference not to @me",
            CONTACT,
            |_| not(on("assignedUser", Compare::Me)),
            |r, _| words(r, "assignedUser") != "Ada Lindqvist",
        ),
        fit(
            "a reference to any type",
            TASK,
            |all| is("parent", some(all, "parent")),
            |r, s| points_to(r, "parent", &reference(&some(s.all, "parent")).id),
        ),
        fit(
            "a reference to any type has a value",
            TASK,
            |_| on("parent", Compare::HasValue),
            |r, _| has(r, "parent"),
        ),
        fit(
            "a reference to any type has none",
            TASK,
            |_| not(on("parent", Compare::HasValue)),
            |r, _| !has(r, "parent"),
        ),
        fit(
            "several references hold one",
            ROBOT,
            |all| {
                let Value::References(several) = some(all, "technicians") else { panic!() };
                is("technicians", text(&several[0].id))
            },
            |r, s| {
                let Value::References(several) = some(s.all, "technicians") else { return false };
                matches!(r.value("technicians"), Some(Value::References(all)) if all.iter().any(|it| it.id == several[0].id))
            },
        ),
    ]
}

/// `and`, for a row that reads better so.
trait Also {
    fn also(self, other: Filter) -> Filter;
}

impl Also for Filter {
    fn also(self, other: Filter) -> Filter {
        Filter::All(vec![self, other])
    }
}

fn together() -> Vec<Fit> {
    let proposal = || is("stage", text("Proposal"));
    let sure = || on("probability", Compare::AtLeast(whole(80)));
    let large = || on("amount", Compare::Above(whole(400_000)));
    let grace = || Filter::Words("grace".to_owned());
    vec![
        fit(
            "this or that",
            DEAL,
            move |_| Filter::Any(vec![proposal(), large()]),
            |r, _| words(r, "stage") == "Proposal" || number(r, "amount") > Some(400_000.into()),
        ),
        fit(
            "this and that",
            DEAL,
            move |_| sure().also(large()),
            |r, _| {
                number(r, "probability") >= Some(80.into())
                    && number(r, "amount") > Some(400_000.into())
            },
        ),
        fit(
            "not this and that",
            DEAL,
            move |_| not(sure().also(large())),
            |r, _| {
                !(number(r, "probability") >= Some(80.into())
                    && number(r, "amount") > Some(400_000.into()))
            },
        ),
        fit(
            "neither this nor that",
            DEAL,
            move |_| not(Filter::Any(vec![proposal(), large()])),
            |r, _| !(words(r, "stage") == "Proposal" || number(r, "amount") > Some(400_000.into())),
        ),
        fit(
            "not not this",
            DEAL,
            move |_| not(not(proposal())),
            |r, _| words(r, "stage") == "Proposal",
        ),
        fit(
            "deeper",
            DEAL,
            move |_| Filter::Any(vec![proposal().also(large()), not(sure()).also(not(large()))]),
            |r, _| {
                let (p, l) =
                    (words(r, "stage") == "Proposal", number(r, "amount") > Some(400_000.into()));
                (p && l) || (number(r, "probability") < Some(80.into()) && !l)
            },
        ),
        fit(
            "words",
            CONTACT,
            move |_| grace(),
            |r, _| lower(r, "name").split(' ').any(|it| it.starts_with("grace")),
        ),
        fit(
            "words and a condition",
            CONTACT,
            move |_| grace().also(is("name", text("Grace Okonkwo"))),
            |r, _| words(r, "name") == "Grace Okonkwo",
        ),
        fit(
            "not the words",
            CONTACT,
            move |_| not(grace()),
            |r, _| !lower(r, "name").contains("grace"),
        ),
        fit(
            "words or a condition",
            CONTACT,
            move |_| Filter::Any(vec![grace(), is("doNotCall", Value::Bool(true))]),
            |r, _| {
                lower(r, "name").contains("grace")
                    || r.value("doNotCall") == Some(&Value::Bool(true))
            },
        ),
    ]
}
