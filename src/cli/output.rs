//! Standard output: the result alone, in the format that was asked for.
use std::{
    fmt::Write as _,
    io::{self, Write},
};

use serde_json::{Map, Value};

use super::{table, value::cell_of_json};
use crate::text::shown::{Shown, is_harmful};

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns, cut to the terminal's width.
    Table,
    /// One JSON document.
    Json,
    /// One JSON document a line.
    Ndjson,
    /// Comma-separated, with a header; cells that a spreadsheet would run are guarded.
    Csv,
    /// Tab-separated, without a header.
    Plain,
}

/// Where and how the result is printed.
pub struct Out {
    /// How.
    pub format: Format,
    /// Cells of the terminal; `None` = as wide as it gets.
    width: Option<usize>,
    is_coloured: bool,
    sink: Box<dyn Write + Send>,
}

impl Out {
    /// Into `sink`; `width` only where that is a terminal.
    pub fn new(
        format: Option<Format>,
        width: Option<usize>,
        is_coloured: bool,
        sink: Box<dyn Write + Send>,
    ) -> Self {
        let usual = if width.is_some() { Format::Table } else { Format::Plain };
        Self { format: format.unwrap_or(usual), width, is_coloured, sink }
    }

    /// Whether the result is JSON.
    pub fn is_json(&self) -> bool {
        matches!(self.format, Format::Json | Format::Ndjson)
    }

    /// One JSON document: over several lines for a person, else in one.
    pub fn json(&mut self, document: &Value) -> io::Result<()> {
        let is_for_people = self.format == Format::Json && self.width.is_some();
        let text = if is_for_people {
            serde_json::to_string_pretty(document)?
        } else {
            document.to_string()
        };
        writeln!(self.sink, "{}", escaped(&text))?;
        self.sink.flush()
    }

    /// A text of ours, as it is.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.sink.write_all(text.as_bytes())?;
        self.sink.flush()
    }

    /// Bytes that are the result themselves: a man page.
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sink.write_all(bytes)?;
        self.sink.flush()
    }

    /// Rows of ours: an object a row, with `columns` of them; as JSON all under `name`.
    pub fn rows(
        &mut self,
        name: &str,
        columns: &[&str],
        rows: Vec<Map<String, Value>>,
    ) -> io::Result<()> {
        match self.format {
            Format::Json => {
                let rows = rows.into_iter().map(Value::Object).collect();
                self.json(&Value::Object(Map::from_iter([(name.to_owned(), Value::Array(rows))])))
            }
            Format::Ndjson => rows.into_iter().try_for_each(|row| self.json(&Value::Object(row))),
            Format::Table | Format::Csv | Format::Plain => {
                let cells = |row: &Map<String, Value>| {
                    columns
                        .iter()
                        .map(|column| row.get(*column).map(cell_of_json).unwrap_or_default())
                        .collect()
                };
                let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
                let mut sheet =
                    self.sheet(columns.iter().map(|column| (*column).to_owned()).collect());
                self.cells(&mut sheet, &cells)
            }
        }
    }

    /// Begins rows that come bit by bit. Their cells are raw: they are made harmless here.
    pub fn sheet(&self, columns: Vec<String>) -> Sheet {
        Sheet { columns, widths: Vec::new(), is_begun: false }
    }

    /// More rows of a sheet.
    pub fn cells(&mut self, sheet: &mut Sheet, rows: &[Vec<String>]) -> io::Result<()> {
        match self.format {
            Format::Csv => self.csv(sheet, rows)?,
            Format::Plain | Format::Json | Format::Ndjson => {
                for row in rows {
                    let cells: Vec<String> =
                        row.iter().map(|cell| Shown::line(cell).into()).collect();
                    writeln!(self.sink, "{}", cells.join("\t"))?;
                }
            }
            Format::Table => self.table(sheet, rows)?,
        }
        sheet.is_begun = true;
        self.sink.flush()
    }

    fn csv(&mut self, sheet: &Sheet, rows: &[Vec<String>]) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().from_writer(&mut self.sink);
        if !sheet.is_begun {
            writer.write_record(&sheet.columns)?;
        }
        for row in rows {
            writer.write_record(row.iter().map(|cell| guarded(Shown::lines(cell).into())))?;
        }
        writer.flush()
    }

    fn table(&mut self, sheet: &mut Sheet, rows: &[Vec<String>]) -> io::Result<()> {
        // Longer than any screen is wide: the rest is never seen, and need not be measured.
        let limit = self.width.unwrap_or(400).max(20);
        let rows: Vec<Vec<Shown>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| Shown::line_max(cell, limit)).collect())
            .collect();
        if !sheet.is_begun {
            sheet.widths = table::widths(&sheet.columns, &rows, self.width);
            let header = table::line(&sheet.columns, &sheet.widths);
            if self.is_coloured {
                writeln!(self.sink, "\u{1b}[1m{header}\u{1b}[0m")?;
            } else {
                writeln!(self.sink, "{header}")?;
            }
        }
        rows.iter().try_for_each(|row| writeln!(self.sink, "{}", table::line(row, &sheet.widths)))
    }
}

/// Rows that come bit by bit.
pub struct Sheet {
    columns: Vec<String>,
    widths: Vec<usize>,
    is_begun: bool,
}

/// The same JSON with what a terminal would obey written as `\uXXXX`: C1 controls, bidi overrides.
/// Such characters stand only inside JSON's strings, so it means the same.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c == '\n' || !is_harmful(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut units) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// A spreadsheet runs what begins so; a number may begin with a sign.
fn guarded(cell: String) -> String {
    let is_run = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_number = cell.starts_with('-') && cell.parse::<rust_decimal::Decimal>().is_ok();
    if is_run && !is_number { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn printed(format: Format, width: Option<usize>, rows: &[&[&str]]) -> String {
        let kept = Kept::default();
        let mut out = Out::new(Some(format), width, false, Box::new(kept.clone()));
        let mut sheet = out.sheet(vec!["a".into(), "b".into()]);
        for row in rows {
            out.cells(&mut sheet, &[row.iter().map(|cell| (*cell).to_owned()).collect()]).unwrap();
        }
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn no_escape_code_of_a_crm_reaches_a_terminal_or_a_pipe() {
        for format in [Format::Table, Format::Plain, Format::Csv] {
            let text = printed(format, Some(80), &[&["\u{1b}[31mred", "a\tb\nc\u{202e}d"]]);
            assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{format:?}: {text:?}");
        }
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_guarded() {
        let text =
            printed(Format::Csv, None, &[&["=1+1", "-3.5"], &["@x", "+49 30"], &["-x", "a,\"b\""]]);
        assert_eq!(text, "a,b\n'=1+1,-3.5\n'@x,'+49 30\n'-x,\"a,\"\"b\"\"\"\n");
    }

    #[test]
    fn json_means_the_same_and_holds_nothing_that_a_terminal_obeys() {
        let raw = "\u{1b}[31m \u{9b}31m \u{202e}x \u{e0001}";
        let text = escaped(&Value::from(raw).to_string());
        assert!(!text.chars().any(is_harmful), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), raw);
    }

    #[test]
    fn plain_rows_are_one_line_each() {
        assert_eq!(printed(Format::Plain, None, &[&["x\ny", "z\tw"]]), "x y\tz w\n");
    }

    #[test]
    fn a_table_keeps_to_the_terminal() {
        let long = "x".repeat(200);
        let text = printed(Format::Table, Some(40), &[&[&long, "张伟"]]);
        assert!(
            text.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 40),
            "{text}"
        );
        assert!(text.contains("张伟"));
    }
}
