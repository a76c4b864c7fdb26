//! A row of the table, and how it is run and judged.
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures_util::future::join_all;

use ficha::domain::{
    action::{Action, Outcome, Source},
    error::Error,
};

use super::{
    stage::{Ended, Stage, Who},
    stand::Stand,
};

type Make = Box<dyn Fn(&Stage) -> Action + Send + Sync>;
type Check = Box<dyn Fn(&Stage, &Ended) -> bool + Send + Sync>;

/// One action, by somebody, and how it must end.
pub struct Row {
    /// Begins with the action's verb; later rows ask for what this one ended with by it.
    pub name: &'static str,
    who: Who,
    make: Make,
    /// The summary; `…` at its end stands for anything.
    expected: &'static str,
    /// The requests that it takes, one after another: `PUT Account/ID 200`.
    asked: Option<&'static str>,
    /// How many requests may not be a `GET`: least and most.
    writes: Option<(usize, usize)>,
    check: Option<Check>,
    faults: &'static str,
    /// Whether it needs several people, of whom Membrane knows one.
    needs_everybody: bool,
}

pub fn row(
    name: &'static str,
    who: Who,
    make: impl Fn(&Stage) -> Action + Send + Sync + 'static,
    expected: &'static str,
) -> Row {
    Row {
        name,
        who,
        make: Box::new(make),
        expected,
        asked: None,
        writes: None,
        check: None,
        faults: "",
        needs_everybody: false,
    }
}

impl Row {
    pub fn asked(self, asked: &'static str) -> Self {
        Self { asked: Some(asked), ..self }
    }

    pub fn check(self, check: impl Fn(&Stage, &Ended) -> bool + Send + Sync + 'static) -> Self {
        Self { check: Some(Box::new(check)), ..self }
    }

    /// So many of its requests are no `GET`.
    pub fn writes(self, times: usize) -> Self {
        Self { writes: Some((times, times)), ..self }
    }

    pub fn writes_at_most(self, times: usize) -> Self {
        Self { writes: Some((0, times)), ..self }
    }

    /// It is about who somebody is.
    pub fn by_name(self) -> Self {
        Self { needs_everybody: true, ..self }
    }

    fn is_played_at(&self, stand: Stand) -> bool {
        !stand.through || !self.needs_everybody && self.who.is_known_to_membrane()
    }

    /// Every request fails so.
    pub fn during(self, faults: &'static str) -> Self {
        Self { faults, ..self }
    }

    /// What is wrong with how it ended; nothing where it is as expected.
    async fn run(&self, stage: &mut Stage) -> String {
        let (layer, id) = stage.layer(self.who).await;
        let Ok(action) = catch_unwind(AssertUnwindSafe(|| (self.make)(stage))) else {
            return "  an earlier row did not end as it needs\n".to_owned();
        };
        let verb = verb(&action);
        let mut wrong = String::new();
        if self.name.split(' ').next() != Some(verb) {
            writeln!(wrong, "  is about {verb}").unwrap();
        }
        let before = stage.log().await.last().map_or(0, |asked| asked.number);
        stage.fail(self.faults).await;
        let ended = layer.run(id, action, |_| {}).await;
        stage.fail("").await;
        let ended: Ended = match ended {
            Ok(answer) => Ok((answer.source, answer.outcome)),
            Err(failure) => Err(failure.error),
        };
        let found = summary(&ended);
        let is_as_expected = match self.expected.strip_suffix('…') {
            Some(begins) => found.starts_with(begins),
            None => found == self.expected,
        };
        if !is_as_expected {
            writeln!(wrong, "  expected {}\n  found    {found}", self.expected).unwrap();
        }
        if let Some(expected) = self.asked {
            let least = expected.split(", ").filter(|line| !line.is_empty()).count();
            let asked = stage.asked_after(before, least).await;
            let asked: Vec<_> = asked.into_iter().map(|asked| asked.line).collect();
            if asked.join(", ") != expected {
                writeln!(wrong, "  asked    {}\n  not      {expected}", asked.join(", ")).unwrap();
            }
        }
        if let Some((least, most)) = self.writes {
            let asked = stage.asked_after(before, least).await;
            let lines: Vec<_> = asked.into_iter().map(|asked| asked.line).collect();
            let times = lines.iter().filter(|line| !line.starts_with("GET ")).count();
            if !(least..=most).contains(&times) {
                writeln!(wrong, "  wrote {times} times: {}", lines.join(", ")).unwrap();
            }
        }
        let holds = |check: &Check| catch_unwind(AssertUnwindSafe(|| check(stage, &ended)));
        if self.check.as_ref().is_some_and(|check| !holds(check).unwrap_or(false)) {
            let ended: String = format!("{ended:?}").chars().take(900).collect();
            writeln!(wrong, "  the check fails: {ended}").unwrap();
        }
        stage.ended.insert(self.name.to_owned(), ended);
        wrong
    }
}

/// Runs rows one after another, at every stand; all that is wrong is said at once.
pub async fn run(stands: &[Stand], group: &str, records: u32, rows: impl Fn() -> Vec<Row>) {
    let each = stands.iter().map(|&stand| {
        let rows = rows();
        async move {
            let mut stage = Stage::open(stand, records).await;
            judge(&mut stage, &format!("{stand}, {group}"), &rows).await
        }
    });
    let wrong = join_all(each).await.concat();
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is wrong with all of them; nothing where they hold.
pub async fn judge(stage: &mut Stage, title: &str, rows: &[Row]) -> String {
    let mut wrong = String::new();
    let rows: Vec<_> = rows.iter().filter(|row| row.is_played_at(stage.stand())).collect();
    for row in &rows {
        let said = row.run(stage).await;
        if !said.is_empty() {
            write!(wrong, "\n{title}: {} ({:?})\n{said}", row.name, row.who).unwrap();
        }
    }
    if wrong.is_empty() {
        say(&format!("contract: {title}: {} rows hold", rows.len()));
    }
    wrong
}

/// To where a test's output is not captured.
pub fn say(line: &str) {
    // Nobody reads it: then nothing is lost.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The verbs of the table so far; what only other products do comes with their rows.
pub const VERBS: [&str; 16] = [
    "whoami", "types", "describe", "list", "get", "create", "update", "delete", "related", "link",
    "unlink", "activity", "search", "send", "comment", "download",
];

pub fn verb(action: &Action) -> &'static str {
    match action {
        Action::Whoami => "whoami",
        Action::Types => "types",
        Action::Describe(_) => "describe",
        Action::List(_) => "list",
        Action::Get { .. } => "get",
        Action::Create { .. } => "create",
        Action::Update { .. } => "update",
        Action::Delete { .. } => "delete",
        Action::Related { .. } => "related",
        Action::Link(_) => "link",
        Action::Unlink(_) => "unlink",
        Action::Activity { .. } => "activity",
        Action::Search { .. } => "search",
        Action::Comment { .. } => "comment",
        Action::Run(_) => "run",
        Action::Download { .. } => "download",
        Action::Send(_) => "send",
    }
}

/// How it ended, in one line; what changes from run to run (ports, ids) is left out.
fn summary(ended: &Ended) -> String {
    match ended {
        Ok((Source::Network, outcome)) => in_words(outcome),
        Ok((Source::Cache, outcome)) => format!("kept: {}", in_words(outcome)),
        Err(error) => error_in_words(error),
    }
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Me(me) => format!("{}{}", me.login, if me.is_admin { " (admin)" } else { "" }),
        Outcome::Schema(schema) => {
            let tabs: Vec<_> = schema.entity_types.values().filter(|it| it.is_tab).collect();
            let tabs: Vec<_> = tabs.iter().map(|it| it.name.as_str()).collect();
            tabs.join(",")
        }
        Outcome::Type(described) => {
            let layout = described.layout.clone().unwrap_or_default();
            let sections: Vec<_> = layout.sections.iter().map(|it| it.label.as_str()).collect();
            format!(
                "{} · {} · {}",
                layout.columns.join(","),
                sections.join(","),
                layout.panels.join(",")
            )
        }
        Outcome::Page(page) => {
            let more = if page.has_more { ", more" } else { "" };
            format!("{} of {:?}{more}", page.received, page.total)
        }
        Outcome::Record(record) => format!("{} {}", record.entity, record.title(None)),
        Outcome::Written(written) => {
            let not_stored: Vec<_> = written.not_stored.keys().cloned().collect();
            format!("written {}, not stored {not_stored:?}", written.record.title(None))
        }
        Outcome::Done => "done".to_owned(),
        Outcome::Activity(happenings) => {
            let kinds: BTreeSet<_> = happenings.iter().map(|it| it.kind.as_str()).collect();
            format!("{} happenings {kinds:?}", happenings.len())
        }
        Outcome::Json(reply) => match &reply.json {
            Some(json) => format!("{} {}", reply.status, json.to_string().replace(['\n'], " ")),
            None => format!("{} text {:?}", reply.status, reply.text),
        },
        Outcome::Ran(ran) => format!("ran {}", ran.output),
        Outcome::File(file) => format!("{} {} bytes", file.name, file.content.len()),
    }
}

fn error_in_words(error: &Error) -> String {
    match error {
        Error::Duplicate { records } => {
            let titles: Vec<_> = records.iter().map(|record| record.title(None)).collect();
            format!("Duplicate of {titles:?}")
        }
        Error::Conflict(conflict) => {
            format!("Conflict in {:?}, version {:?}", conflict.fields, conflict.theirs.version)
        }
        other => format!("{other:?}"),
    }
}
