//! Comments on records, and the files that hang on them.
use ficha::domain::action::{Action, Outcome};

use super::{
    row::{Row, row},
    stage::{Ended, Stage, Who},
    words::{comment, happenings, list, page},
};

fn activity(stage: &Stage) -> Action {
    let deal = stage.record("create a deal");
    Action::Activity { entity: deal.entity, id: deal.id, limit: 30 }
}

/// The id of the comment of that text, as its own author sees it.
fn own(ended: &Ended, text: &str) -> Option<String> {
    let found = happenings(ended).iter().find(|it| it.title == text)?;
    found.id.clone().filter(|_| found.can_edit)
}

/// Said, changed, and refused.
pub fn comments() -> Vec<Row> {
    let deal = |stage: &Stage| stage.record("create a deal");
    let said = |stage: &Stage| own(&stage.ended["activity with the comment"], "Well done").unwrap();
    vec![
        row(
            "comment on a deal",
            Who::Full,
            move |stage| comment(&deal(stage), "Well done", None),
            "done",
        )
        .asked("POST Note 200"),
        row("activity with the comment", Who::Full, activity, "…")
            .check(|_, ended| own(ended, "Well done").is_some()),
        row("activity with another one's comment", Who::Hmac, activity, "…")
            .by_name()
            .check(|_, ended| own(ended, "Well done").is_none()),
        row(
            "comment in the place of one's own",
            Who::Full,
            move |stage| comment(&deal(stage), "Well done, 張偉", Some(&said(stage))),
            "done",
        )
        .asked("PUT Note/ID 200"),
        row("activity with the other text", Who::Full, activity, "…").check(|_, ended| {
            own(ended, "Well done, 張偉").is_some() && own(ended, "Well done").is_none()
        }),
        row(
            "comment in the place of another one's",
            Who::Hmac,
            move |stage| comment(&deal(stage), "Mine", Some(&said(stage))),
            "Forbidden…",
        )
        .by_name(),
        row(
            "comment without a text",
            Who::Full,
            move |stage| comment(&deal(stage), " \n", None),
            "Invalid…",
        )
        .asked(""),
        row(
            "comment on what is not there",
            Who::Full,
            move |stage| {
                let mut record = deal(stage);
                record.id = "6b000000000000000".into();
                comment(&record, "Hello", None)
            },
            "Forbidden…",
        ),
        row(
            "comment where writes are refused",
            Who::ReadOnly,
            move |stage| comment(&deal(stage), "Hello", None),
            "ReadOnly",
        )
        .asked(""),
    ]
}

/// The file of a document.
pub fn files() -> Vec<Row> {
    let download = |stage: &Stage, file: &str| {
        let document = page(&stage.ended["list documents"]).records.values().next().unwrap();
        let (entity, id) = (document.entity.clone(), document.id.clone());
        Action::Download { entity, id, file: file.to_owned() }
    };
    vec![
        row("list documents", Who::Full, |_| list("Document", &["name", "file"], 1), "1 of …"),
        row("download a document's file", Who::Full, move |stage| download(stage, "file"), "…")
            .asked("GET Document/ID 200, GET Attachment/file/ID 200")
            .check(|_, ended| {
                let Ok((_, Outcome::File(file))) = ended else { return false };
                file.name.contains("資料")
                    && file.media_type == "application/pdf"
                    && file.content.starts_with(b"%PDF-")
            }),
        row(
            "download what is not there",
            Who::Full,
            move |stage| download(stage, "6b000000000000000"),
            "NotFound…",
        )
        .asked("GET Attachment/file/ID 404"),
    ]
}
