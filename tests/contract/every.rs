//! What every product reads, writes and fails at in the same way, whatever it calls things.
use std::collections::BTreeSet;

use ficha::domain::{
    action::{Action, Outcome},
    change::Edits,
    error::Error,
    query::{Compare, Filter, Order, Query},
    record::{Record, RecordId, Total},
    value::Value,
};
use futures_util::future::join_all;

use super::{
    faults::{PLAN, Plan},
    row::{Row, judge, row},
    stage::{Ended, Stage, Who},
    stand::Stand,
    vocabulary::Vocabulary,
    words::{
        comment, delete, edits, entity, get, happenings, is, not, on, page, query, record, related,
        send, text, update, words,
    },
};

/// What no record of the company holds, in two scripts and with what a query could stumble over.
const NAME: &str = "Every & Söhne 'O\"Neil' 株式会社";

pub fn reading() -> Vec<Row> {
    let mut rows = signing_in();
    rows.extend(structure());
    rows.extend(pages());
    rows.extend(filters());
    rows.extend(records());
    rows
}

pub fn writing() -> Vec<Row> {
    let mut rows = refused();
    rows.extend(creating());
    rows.extend(updating());
    rows.extend(meeting_others());
    rows.extend(working());
    rows
}

/// Companies with what the table looks at.
fn companies(stage: &Stage, limit: u32) -> Query {
    let it = stage.vocabulary();
    query(it.company, &[it.name, it.code, it.choice.0, it.created], limit)
}

fn ids(ended: &Ended) -> BTreeSet<RecordId> {
    page(ended).records.keys().cloned().collect()
}

/// The first company of the list that was read before.
fn company(stage: &Stage) -> Record {
    stage.record("list companies")
}

fn signing_in() -> Vec<Row> {
    let whoami = |_: &Stage| Action::Whoami;
    vec![
        row("whoami", Who::Full, whoami, "…")
            .check(|_, ended| matches!(ended, Ok((_, Outcome::Me(me))) if !me.login.is_empty())),
        row("whoami by nobody's key", Who::Stranger, whoami, "Unauthorized…"),
        row("whoami by nobody's key again", Who::Stranger, whoami, "Unauthorized…").asked(""),
        row(
            "list by nobody's key",
            Who::Stranger,
            |stage| Action::List(companies(stage, 5)),
            "Unauthorized…",
        )
        .asked(""),
    ]
}

fn structure() -> Vec<Row> {
    vec![
        row("types", Who::Full, |_| Action::Types, "…").check(|stage, ended| {
            let Ok((_, Outcome::Schema(schema))) = ended else { return false };
            let it = stage.vocabulary();
            let has = |name: &str, field: &str| {
                let found = schema.entity_type(&entity(name));
                found.is_some_and(|found| {
                    found.is_tab && !found.label.is_empty() && found.field(field).is_some()
                })
            };
            has(it.company, it.name)
                && has(it.company, it.notes)
                && has(it.company, it.choice.0)
                && has(it.person, it.employer)
                && has(it.work, it.subject)
        }),
        row(
            "describe companies",
            Who::Full,
            |stage| Action::Describe(entity(stage.vocabulary().company)),
            "…",
        )
        .check(|_, ended| {
            let Ok((_, Outcome::Type(it))) = ended else { return false };
            let layout = it.layout.as_ref().unwrap();
            !layout.columns.is_empty()
                && !layout.sections.is_empty()
                && layout.columns.iter().all(|column| it.field(column).is_some())
        }),
    ]
}

/// A page of people from there on.
fn people(offset: u64, limit: u32) -> impl Fn(&Stage) -> Action + Send + Sync {
    move |stage| {
        let it = stage.vocabulary();
        Action::List(Query { offset, ..query(it.person, &[it.employer], limit) })
    }
}

fn ordered(descending: bool) -> impl Fn(&Stage) -> Action {
    move |stage| {
        let field = stage.vocabulary().created.to_owned();
        Action::List(Query { order: Some(Order { field, descending }), ..companies(stage, 100) })
    }
}

/// When the companies of a list were made.
fn moments(stage: &Stage, ended: &Ended) -> Vec<String> {
    let field = stage.vocabulary().created;
    let moment = |record: &Record| match record.value(field) {
        Some(Value::DateTime(at)) => at.to_string(),
        other => panic!("no moment: {other:?}"),
    };
    page(ended).records.values().map(moment).collect()
}

fn pages() -> Vec<Row> {
    let full = |ended: &Ended, received: u64, more: bool| {
        let page = page(ended);
        page.received == received && page.has_more == more && !page.is_filtered_here
    };
    vec![
        row("list page 1", Who::Full, people(0, 25), "…")
            .check(move |_, ended| full(ended, 25, true)),
        row("list page 2", Who::Full, people(25, 25), "…")
            .check(move |_, ended| full(ended, 25, true)),
        row("list page 3", Who::Full, people(50, 25), "…").check(move |stage, ended| {
            let before = ["list page 1", "list page 2"].map(|name| ids(&stage.ended[name]));
            let all: BTreeSet<_> = before.into_iter().flatten().chain(ids(ended)).collect();
            full(ended, 10, false) && all.len() == 60
        }),
        row("list behind the end", Who::Full, people(100, 25), "…")
            .check(move |_, ended| full(ended, 0, false)),
        row("list one", Who::Full, people(7, 1), "…").check(move |_, ended| full(ended, 1, true)),
        row("list companies", Who::Full, |stage| Action::List(companies(stage, 100)), "…").check(
            move |_, ended| {
                let page = page(ended);
                full(ended, 20, false)
                    && matches!(page.total, Total::Exact(20) | Total::NoMore | Total::Unknown)
            },
        ),
        row("list the oldest first", Who::Full, ordered(false), "…").check(|stage, ended| {
            let moments = moments(stage, ended);
            moments.len() == 20 && moments.is_sorted() && moments.first() != moments.last()
        }),
        row("list the newest first", Who::Full, ordered(true), "…").check(|stage, ended| {
            let mut moments = moments(stage, ended);
            moments.reverse();
            moments.len() == 20 && moments.is_sorted()
        }),
        row(
            "list a type that is not there",
            Who::Full,
            |_| Action::List(Query::all(entity("Nope"), 9)),
            "NotFound { what: \"entity type Nope\" }",
        )
        .asked(""),
        row(
            "list by an order that is not there",
            Who::Full,
            |stage| {
                let order = Some(Order { field: "nope".to_owned(), descending: false });
                Action::List(Query { order, ..companies(stage, 9) })
            },
            "…",
        )
        .check(|_, ended| ended.is_err()),
        row(
            "list by a field that is not there",
            Who::Full,
            |stage| {
                Action::List(Query { filter: Some(is("nope", text("x"))), ..companies(stage, 9) })
            },
            "Unsupported { what: \"a filter on nope…",
        )
        .asked(""),
    ]
}

type Make = fn(&Vocabulary, &[Record]) -> Filter;
type Fits = fn(&Vocabulary, &Record, &[Record]) -> bool;

fn all(stage: &Stage) -> Vec<Record> {
    page(&stage.ended["list companies"]).records.values().cloned().collect()
}

/// A list by a filter holds exactly what fits, as counted on this side.
fn fitting(name: &'static str, make: Make, fits: Fits) -> Row {
    let asked = move |stage: &Stage| {
        let filter = Some(make(stage.vocabulary(), &all(stage)));
        Action::List(Query { filter, ..companies(stage, 100) })
    };
    row(name, Who::Full, asked, "…").check(move |stage, ended| {
        let (it, all) = (stage.vocabulary(), all(stage));
        let fitting = all.iter().filter(|record| fits(it, record, &all));
        let fitting: BTreeSet<_> = fitting.map(|record| record.id.clone()).collect();
        assert!(!fitting.is_empty() && fitting.len() < all.len(), "it proves nothing");
        ids(ended) == fitting
    })
}

/// The choice of the record at that place, or of the first behind it that has one.
fn choice(it: &Vocabulary, all: &[Record], from: usize) -> String {
    let choices = all.iter().skip(from).map(|record| words(record, it.choice.0));
    choices.into_iter().find(|choice| !choice.is_empty()).unwrap()
}

fn lower(record: &Record, field: &str) -> String {
    words(record, field).to_lowercase()
}

fn filters() -> Vec<Row> {
    vec![
        fitting(
            "list where a text is",
            |it, all| is(it.name, text(&words(&all[3], it.name))),
            |it, record, all| words(record, it.name) == words(&all[3], it.name),
        ),
        fitting(
            "list where a text contains",
            |it, _| on(it.name, Compare::Contains("an".to_owned())),
            |it, record, _| lower(record, it.name).contains("an"),
        ),
        fitting(
            "list where a text starts",
            |it, all| {
                on(it.name, Compare::StartsWith(words(&all[5], it.name).chars().take(3).collect()))
            },
            |it, record, all| {
                let start: String = words(&all[5], it.name).chars().take(3).collect();
                lower(record, it.name).starts_with(&start.to_lowercase())
            },
        ),
        fitting(
            "list where a choice is",
            |it, all| is(it.choice.0, text(&choice(it, all, 0))),
            |it, record, all| words(record, it.choice.0) == choice(it, all, 0),
        ),
        fitting(
            "list where a choice is one of two",
            |it, all| {
                let two = [0, 1].map(|from| text(&choice(it, all, from)));
                on(it.choice.0, Compare::OneOf(two.to_vec()))
            },
            |it, record, all| {
                [0, 1].iter().any(|&from| words(record, it.choice.0) == choice(it, all, from))
            },
        ),
        fitting(
            "list where a choice is not",
            |it, all| not(is(it.choice.0, text(&choice(it, all, 0)))),
            |it, record, all| words(record, it.choice.0) != choice(it, all, 0),
        ),
        fitting(
            "list where one or the other",
            |it, all| {
                let one = is(it.name, text(&words(&all[3], it.name)));
                Filter::Any(vec![one, is(it.choice.0, text(&choice(it, all, 0)))])
            },
            |it, record, all| {
                words(record, it.name) == words(&all[3], it.name)
                    || words(record, it.choice.0) == choice(it, all, 0)
            },
        ),
        fitting(
            "list where neither",
            |it, all| {
                let one = is(it.name, text(&words(&all[3], it.name)));
                not(Filter::Any(vec![one, is(it.choice.0, text(&choice(it, all, 0)))]))
            },
            |it, record, all| {
                words(record, it.name) != words(&all[3], it.name)
                    && words(record, it.choice.0) != choice(it, all, 0)
            },
        ),
        row(
            "list where nothing fits",
            Who::Full,
            |stage| {
                let filter = Some(is(stage.vocabulary().name, text(NAME)));
                Action::List(Query { filter, ..companies(stage, 100) })
            },
            "…",
        )
        .check(|_, ended| page(ended).received == 0 && !page(ended).has_more),
    ]
}

fn records() -> Vec<Row> {
    vec![
        row("get a company", Who::Full, |stage| get(&company(stage)), "…").check(|stage, ended| {
            let (it, found) = (stage.vocabulary(), record(ended));
            found.is_complete
                && found.id == company(stage).id
                && words(found, it.name) == words(&company(stage), it.name)
        }),
        row("get what is not there", Who::Full, |stage| get(&nobody(stage)), "NotFound…"),
        row(
            "get an employer",
            Who::Full,
            |stage| {
                let person = stage.record("list page 1");
                let employer = person.value(stage.vocabulary().employer).unwrap().clone();
                let Value::Reference(employer) = employer else { panic!("{employer:?}") };
                Action::Get {
                    entity: entity(stage.vocabulary().company),
                    id: employer.id.as_str().into(),
                }
            },
            "…",
        )
        .check(|_, ended| record(ended).is_complete),
        row(
            "related people",
            Who::Full,
            |stage| {
                let it = stage.vocabulary();
                related(&stage.record("get an employer"), it.people, query(it.person, &[], 25))
            },
            "…",
        )
        .check(|stage, ended| {
            let found = page(ended);
            found.records.contains_key(&stage.id("list page 1")) && found.received < 60
        }),
        row("activity of a company", Who::Full, |stage| activity(&company(stage)), "…")
            .check(|_, ended| ended.is_ok()),
        row(
            "search for a company",
            Who::Full,
            |stage| {
                let found = all(stage).swap_remove(3);
                let text = words(&found, stage.vocabulary().name);
                Action::Search { text, limit: 20 }
            },
            "…",
        )
        .check(|stage, ended| page(ended).records.contains_key(&all(stage)[3].id)),
        row(
            "send a request of one's own",
            Who::Full,
            |stage| {
                let (path, query) = stage.vocabulary().path;
                send("GET", path, query, None)
            },
            "200 {…",
        ),
    ]
}

fn activity(of: &Record) -> Action {
    Action::Activity { entity: of.entity.clone(), id: of.id.clone(), limit: 30 }
}

/// A company that there is not.
fn nobody(stage: &Stage) -> Record {
    Record { id: stage.vocabulary().nobody.into(), ..company(stage) }
}

/// A new company with those values beside its name.
fn create(
    stage: &Stage,
    name: &str,
    values: impl IntoIterator<Item = (&'static str, Value)>,
) -> Action {
    let it = stage.vocabulary();
    let mut edits: Edits = edits([(it.name, text(name))]);
    edits.extend(values.into_iter().map(|(field, value)| (field.to_owned(), value)));
    Action::Create { entity: entity(it.company), edits, despite_duplicates: false }
}

fn list_companies() -> Row {
    row("list companies", Who::Full, |stage| Action::List(companies(stage, 100)), "…")
        .check(|_, ended| page(ended).received == 20)
}

fn refused() -> Vec<Row> {
    let edit = |stage: &Stage| update(company(stage), [(stage.vocabulary().code, text("C-9"))]);
    vec![
        list_companies(),
        row("create read-only", Who::ReadOnly, |stage| create(stage, NAME, []), "ReadOnly")
            .asked(""),
        row("update read-only", Who::ReadOnly, edit, "ReadOnly").asked(""),
        row("delete read-only", Who::ReadOnly, |stage| delete(&company(stage)), "ReadOnly")
            .asked(""),
        row("create without a name", Who::Full, |stage| create(stage, "", []), "Invalid {…"),
        row(
            "create with a field that is not there",
            Who::Full,
            |stage| create(stage, NAME, [("nope", text("x"))]),
            "Invalid { field: Some(\"nope\"), …",
        )
        .asked(""),
        row(
            "update what is not there",
            Who::Full,
            |stage| update(nobody(stage), [(stage.vocabulary().code, text("C-9"))]),
            "NotFound…",
        ),
    ]
}

fn creating() -> Vec<Row> {
    let is_whole = |stage: &Stage, record: &Record| {
        let it = stage.vocabulary();
        record.is_complete
            && words(record, it.name) == NAME
            && words(record, it.code) == "C-1"
            && words(record, it.notes) == "first\nsecond <b>'both'</b> & \"more\""
            && words(record, it.choice.0) == it.choice.1
    };
    vec![
        row(
            "create a company",
            Who::Full,
            |stage| {
                let it = stage.vocabulary();
                create(
                    stage,
                    NAME,
                    [
                        (it.code, text("C-1")),
                        (it.notes, text("first\nsecond <b>'both'</b> & \"more\"")),
                        (it.choice.0, text(it.choice.1)),
                    ],
                )
            },
            "…",
        )
        .writes(1)
        .check(move |stage, ended| {
            let Ok((_, Outcome::Written(written))) = ended else { return false };
            written.not_stored.is_empty() && is_whole(stage, &written.record)
        }),
        row("get the new company", Who::Full, |stage| get(&stage.record("create a company")), "…")
            .check(move |stage, ended| is_whole(stage, record(ended))),
        row("list the new company", Who::Full, |stage| Action::List(called(stage, NAME)), "…")
            .check(|stage, ended| ids(ended) == BTreeSet::from([stage.id("create a company")])),
    ]
}

/// Companies of that name.
fn called(stage: &Stage, name: &str) -> Query {
    Query { filter: Some(is(stage.vocabulary().name, text(name))), ..companies(stage, 25) }
}

fn updating() -> Vec<Row> {
    vec![
        row(
            "update one field",
            Who::Full,
            |stage| {
                update(
                    stage.record("get the new company"),
                    [(stage.vocabulary().code, text("C-2"))],
                )
            },
            "…",
        )
        .writes(1)
        .check(|stage, ended| {
            let Ok((_, Outcome::Written(written))) = ended else { return false };
            let it = stage.vocabulary();
            let was = stage.record("get the new company");
            let stays = [it.name, it.notes, it.choice.0];
            written.not_stored.is_empty()
                && words(&written.record, it.code) == "C-2"
                && stays.iter().all(|field| words(&written.record, field) == words(&was, field))
        }),
        row(
            "update nothing",
            Who::Full,
            |stage| {
                update(stage.record("update one field"), [(stage.vocabulary().code, text("C-2"))])
            },
            "…",
        )
        .writes(0)
        .check(|_, ended| ended.is_ok()),
        row(
            "update to nothing",
            Who::Full,
            |stage| {
                update(stage.record("update one field"), [(stage.vocabulary().code, Value::Empty)])
            },
            "…",
        )
        .check(|stage, ended| {
            let Ok((_, Outcome::Written(written))) = ended else { return false };
            written.not_stored.is_empty()
                && words(&written.record, stage.vocabulary().code).is_empty()
        }),
        row(
            "update a field that is not there",
            Who::Full,
            |stage| update(stage.record("update one field"), [("nope", text("x"))]),
            "Invalid { field: Some(\"nope\"), …",
        )
        .writes(0),
    ]
}

/// Two people and one record.
fn meeting_others() -> Vec<Row> {
    let base = |stage: &Stage| stage.record("get the company");
    let code = |stage: &Stage, code: &str| [(stage.vocabulary().code, text(code))];
    vec![
        row("get the company", Who::Full, |stage| get(&stage.record("create a company")), "…"),
        row(
            "update as somebody else",
            Who::Other,
            move |stage| update(base(stage), code(stage, "theirs")),
            "…",
        )
        .check(|_, ended| ended.is_ok()),
        row(
            "update what nobody else changed",
            Who::Full,
            move |stage| {
                let it = stage.vocabulary();
                update(base(stage), [(it.choice.0, text(it.choice.2))])
            },
            "…",
        )
        .check(|stage, ended| {
            let (it, now) = (stage.vocabulary(), record(ended));
            words(now, it.code) == "theirs" && words(now, it.choice.0) == it.choice.2
        }),
        row(
            "update what somebody else changed",
            Who::Full,
            move |stage| update(base(stage), code(stage, "mine")),
            "…",
        )
        .check(|stage, ended| {
            let it = stage.vocabulary();
            matches!(ended, Err(Error::Conflict(conflict))
                if conflict.fields == [it.code] && words(&conflict.theirs, it.code) == "theirs")
        }),
        row("get what stayed theirs", Who::Full, move |stage| get(&base(stage)), "…")
            .check(|stage, ended| words(record(ended), stage.vocabulary().code) == "theirs"),
        row(
            "update mine shall stand",
            Who::Full,
            move |stage| Action::Update {
                base: Box::new(stage.record("update what somebody else changed")),
                edits: edits(code(stage, "mine")),
                resolved: true,
            },
            "…",
        )
        .writes(1)
        .check(|stage, ended| words(record(ended), stage.vocabulary().code) == "mine"),
    ]
}

/// The work that is done for a company.
fn working() -> Vec<Row> {
    let work = |stage: &Stage| stage.record("create work");
    vec![
        row(
            "create work",
            Who::Full,
            |stage| {
                let it = stage.vocabulary();
                let mut edits: Edits = edits([(it.subject, text("Stands still"))]);
                let more = (it.work_needs)(&stage.record("create a company"));
                edits.extend(more.into_iter().map(|(field, value)| (field.to_owned(), value)));
                Action::Create { entity: entity(it.work), edits, despite_duplicates: false }
            },
            "…",
        )
        .check(|stage, ended| {
            let Ok((_, Outcome::Written(written))) = ended else { return false };
            words(&written.record, stage.vocabulary().subject) == "Stands still"
                && written.not_stored.is_empty()
        }),
        row(
            "comment on work",
            Who::Full,
            move |stage| comment(&work(stage), "It moves again", None),
            "done",
        )
        .writes(1),
        row("activity with the comment", Who::Full, move |stage| activity(&work(stage)), "…")
            .check(|_, ended| {
                let said = |text: &str| text.contains("It moves again");
                happenings(ended).iter().any(|it| said(&it.title) || said(&it.text))
            }),
        row(
            "comment read-only",
            Who::ReadOnly,
            move |stage| comment(&work(stage), "Hello", None),
            "ReadOnly",
        )
        .asked(""),
        row("delete work", Who::Full, move |stage| delete(&work(stage)), "done").writes(1),
        row("get what was deleted", Who::Full, move |stage| get(&work(stage)), "NotFound…"),
    ]
}

/// Each failure has a demo of its own, so that all of them are waited for at once.
pub async fn failing(stand: Stand) -> String {
    let mut groups: Vec<_> = PLAN.iter().map(|plan| (plan.spec, during(plan))).collect();
    groups.extend([("landed", landed()), ("offline", offline())]);
    // What goes through Membrane is waited for 65 s, whatever was asked for.
    if !stand.through {
        groups.push(("hang", hanging()));
    }
    let each = groups.into_iter().map(|(spec, rows)| async move {
        let mut stage = Stage::open(stand, 60).await;
        judge(&mut stage, &format!("{stand}, {spec}"), &rows).await
    });
    join_all(each).await.concat()
}

/// The rows that a failure's own ones build on.
fn before() -> Vec<Row> {
    vec![
        list_companies(),
        row("get before", Who::Full, |stage| get(&company(stage)), "…")
            .check(|_, ended| record(ended).is_complete),
    ]
}

/// A list that was not asked before.
fn fresh(stage: &Stage) -> Action {
    Action::List(companies(stage, 11))
}

/// How often the record that a failing create was about is there.
fn found(times: u64) -> Row {
    row("list what was written", Who::Full, |stage| Action::List(called(stage, NAME)), "…")
        .check(move |_, ended| page(ended).received == times)
}

fn edit(stage: &Stage) -> Action {
    update(stage.record("get before"), [(stage.vocabulary().code, text("C-7"))])
}

fn during(plan: &'static Plan) -> Vec<Row> {
    let mut rows = before();
    rows.extend([
        row("list", Who::Full, fresh, plan.read.0).during(plan.spec),
        row("create", Who::Full, |stage| create(stage, NAME, []), "…")
            .during(plan.spec)
            .writes_at_most(plan.write.1)
            .check(|_, ended| ended.is_err()),
        row("update", Who::Full, edit, "…")
            .during(plan.spec)
            .writes_at_most(plan.write.1)
            .check(|_, ended| ended.is_err()),
        row("list after", Who::Full, |stage| Action::List(companies(stage, 12)), "12 of …"),
        // What was refused or never arrived was not done behind our back; what landed, landed once.
        found(u64::from(plan.spec.starts_with("half"))),
    ]);
    rows
}

/// What was asked is done, and the answer gets lost: it is never repeated.
fn landed() -> Vec<Row> {
    let mut rows = before();
    rows.extend([
        row("create", Who::Full, |stage| create(stage, NAME, []), "…")
            .during("landed:100%")
            .writes(1),
        found(1),
    ]);
    rows
}

fn hanging() -> Vec<Row> {
    let mut rows = before();
    rows.extend([
        row("list without an answer", Who::Hasty, fresh, "Timeout").during("hang"),
        row("create without an answer", Who::Hasty, |stage| create(stage, NAME, []), "Unknown")
            .during("hang")
            .writes(1),
        found(0),
    ]);
    rows
}

fn offline() -> Vec<Row> {
    let mut rows = before();
    rows.extend([
        row("list offline", Who::Full, fresh, "Offline {…").during("offline"),
        row(
            "list what was seen",
            Who::Full,
            |stage| Action::List(companies(stage, 100)),
            "kept: 20 of …",
        )
        .during("offline"),
        row("get what was seen", Who::Full, |stage| get(&company(stage)), "kept: …")
            .during("offline"),
        row("create offline", Who::Full, |stage| create(stage, NAME, []), "…")
            .during("offline")
            .check(|_, ended| matches!(ended, Err(Error::Offline { .. } | Error::Unknown))),
        row("list when it is back", Who::Full, fresh, "11 of …"),
        found(0),
    ]);
    rows
}
