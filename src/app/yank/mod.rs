//! What is copied, and how.
use super::{command::Command, connect::quoted, msg::Effect, show, world::World};
use crate::{
    domain::{
        connection::ConnectionId, json::to_json, record::Record, schema::EntityType, value::Value,
    },
    text::format::Format,
};

#[cfg(test)]
mod tests;

/// Copies by command; `records` are the marked ones, or the one under the cursor.
#[expect(clippy::wildcard_enum_match_arm, reason = "few commands copy")]
pub(super) fn act(
    command: Command,
    record: &Record,
    records: &[&Record],
    columns: &[String],
    cell: Option<&str>,
    connection: ConnectionId,
    world: &mut World,
) -> Vec<Effect> {
    let Some(connected) = world.connected(connection) else { return Vec::new() };
    let entity_type = connected.schema.as_ref().and_then(|it| it.entity_type(&record.entity));
    let of = Of { records, columns, format: &connected.format, entity_type };
    let text = match command {
        Command::Browser => return browse(record, world),
        Command::YankRow => of.rows(),
        Command::YankCell => cell.map_or_else(String::new, |cell| of.cell(record, cell)),
        Command::YankId => of.each(|record| record.id.as_str().to_owned()),
        Command::YankUrl => of.each(|record| record.url.clone().unwrap_or_default()),
        Command::YankJson => of.json(),
        Command::YankCsv => of.csv(),
        Command::YankMarkdown => of.markdown(),
        Command::YankCommand => of.each(|record| {
            let (entity, id) = (&record.entity, quoted(record.id.as_str()));
            format!("ficha get {entity} {id} -c {}", quoted(&connected.connection.name))
        }),
        _ => return Vec::new(),
    };
    if text.trim().is_empty() {
        return world.note("There is nothing to copy here.");
    }
    let what = told(command, records.len());
    let mut effects = vec![Effect::Copy(text)];
    effects.extend(world.done(format!("copied {what}")));
    effects
}

fn browse(record: &Record, world: &mut World) -> Vec<Effect> {
    let is_web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    match record.url.as_ref().filter(is_web) {
        Some(url) => vec![Effect::Browse(url.clone())],
        None => world.note("This record has no web page."),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "few commands copy")]
fn told(command: Command, count: usize) -> String {
    let many = |one: &str, many: &str| {
        if count == 1 { one.to_owned() } else { format!("{count} {many}") }
    };
    match command {
        Command::YankCell => "the cell".to_owned(),
        Command::YankId => many("the id", "ids"),
        Command::YankUrl => many("the address", "addresses"),
        Command::YankJson => many("the record as JSON", "records as JSON"),
        Command::YankCsv => many("the record as CSV", "records as CSV"),
        Command::YankMarkdown => many("the record as Markdown", "records as Markdown"),
        Command::YankCommand => many("the command", "commands"),
        _ => many("the row", "rows"),
    }
}

/// What is copied, and what is needed to write it.
struct Of<'a> {
    records: &'a [&'a Record],
    columns: &'a [String],
    format: &'a Format,
    entity_type: Option<&'a EntityType>,
}

impl Of<'_> {
    fn cell(&self, record: &Record, name: &str) -> String {
        record.value(name).map_or_else(String::new, |value| show::plain(value, self.format))
    }

    fn each(&self, text: impl Fn(&Record) -> String) -> String {
        self.records.iter().map(|record| text(record)).collect::<Vec<_>>().join("\n")
    }

    fn label<'a>(&'a self, name: &'a str) -> &'a str {
        let field = self.entity_type.and_then(|it| it.field(name));
        field.map_or(name, |field| field.label.as_str())
    }

    /// Shown columns, tab-separated; what would part them becomes a blank.
    fn rows(&self) -> String {
        let flat = |text: String| text.replace(['\t', '\n', '\r'], " ");
        self.each(|record| {
            let cells = self.columns.iter().map(|name| flat(self.cell(record, name)));
            cells.collect::<Vec<_>>().join("\t")
        })
    }

    /// With a heading; nothing in it can be taken for a formula by a spreadsheet.
    fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let heading = self.columns.iter().map(|name| guarded(self.label(name).to_owned()));
        let mut wrote = writer.write_record(heading);
        for record in self.records {
            let cells = self.columns.iter().map(|name| {
                let is_number = record.value(name).is_some_and(is_number);
                let text = self.cell(record, name);
                if is_number { text } else { guarded(text) }
            });
            wrote = wrote.and(writer.write_record(cells));
        }
        // Writing into memory cannot be refused; should it be, nothing is copied.
        let bytes = writer.into_inner().ok().filter(|_| wrote.is_ok()).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// A table of several, a list of one record's fields.
    fn markdown(&self) -> String {
        match self.records {
            [one] => self.markdown_list(one),
            _ => self.markdown_table(),
        }
    }

    fn markdown_table(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let heading = self.columns.iter().map(|name| escaped(self.label(name))).collect();
        let rule = self.columns.iter().map(|_| "---".to_owned()).collect();
        let mut lines = vec![line(heading), line(rule)];
        lines.extend(self.records.iter().map(|record| {
            line(self.columns.iter().map(|name| escaped(&self.cell(record, name))).collect())
        }));
        lines.join("\n")
    }

    fn markdown_list(&self, record: &Record) -> String {
        let title = escaped(&record.title(self.entity_type));
        let mut lines = vec![format!("**{title}**"), String::new()];
        let filled = self.columns.iter().filter(|name| {
            let value = record.value(name);
            value.is_some_and(|value| !value.is_empty())
        });
        lines.extend(filled.map(|name| {
            format!("- {}: {}", escaped(self.label(name)), escaped(&self.cell(record, name)))
        }));
        lines.extend(record.url.as_ref().map(|url| format!("\n<{}>", url.replace('>', "%3E"))));
        lines.join("\n")
    }

    /// One object, or a list of them; in the shape that `ficha get --json` has.
    fn json(&self) -> String {
        let all: Vec<_> = self.records.iter().map(|record| object(record)).collect();
        let json = match all.as_slice() {
            [one] => one.clone(),
            _ => serde_json::Value::Array(all),
        };
        serde_json::to_string_pretty(&json).unwrap_or_default()
    }
}

fn is_number(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Number(_) | Value::Money(_))
}

/// A spreadsheet would run what begins so.
fn guarded(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn escaped(text: &str) -> String {
    let flat = text.replace(['\n', '\r'], " ");
    flat.replace('\\', r"\\").replace('|', r"\|")
}

fn object(record: &Record) -> serde_json::Value {
    serde_json::json!({
        "type": record.entity.as_str(),
        "id": record.id.as_str(),
        "url": record.url,
        "fields": to_json(record, None),
    })
}
