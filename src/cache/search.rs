//! Full text over what is kept. `SQLite`'s `unicode61` takes a run of Chinese for one word, so a
//! space is put round every CJK character, when writing and when asking: measured against
//! trigrams (which miss what is shorter than three characters) and plain `unicode61`.
use std::fmt::Write;

use rusqlite::{Connection, params};

use super::{merge::Standing, records};
use crate::domain::{
    record::Record,
    value::{Address, Value},
};

/// So many words of a question are looked for; more say nothing.
const MOST_WORDS: usize = 16;

/// So many of the newest hits are ranked: a broad question stays quick.
const MOST_RANKED: u32 = 2_000;

/// What the index holds of a record.
#[derive(PartialEq, Eq)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) rest: String,
}

/// The words of a record, its name apart.
pub(super) fn words(standing: &Standing) -> Words {
    let mut words = Words { title: String::new(), rest: String::new() };
    for (name, value) in standing.fields() {
        let into = if name == "name" { &mut words.title } else { &mut words.rest };
        write_value(into, value);
    }
    words
}

fn write_value(into: &mut String, value: &Value) {
    match value {
        Value::Text(text) => write_text(into, text),
        Value::Many(many) => many.iter().for_each(|text| write_text(into, text)),
        Value::Reference(reference) => write_text(into, reference.name.as_deref().unwrap_or("")),
        Value::References(many) => {
            many.iter()
                .filter_map(|one| one.name.as_deref())
                .for_each(|name| write_text(into, name));
        }
        Value::Points(many) => many.iter().for_each(|point| write_text(into, &point.value)),
        Value::Person(person) => write_text(into, &person.display()),
        Value::Address(address) => write_address(into, address),
        Value::Integer(number) => write_text(into, &number.to_string()),
        Value::Number(number) => write_text(into, &number.to_string()),
        Value::Money(money) => write_text(into, &money.amount.to_string()),
        Value::Date(date) => write_text(into, &date.to_string()),
        // A moment is no word, and JSON has words of ours.
        Value::Lines(lines) => {
            lines.iter().flat_map(|line| line.fields.values()).for_each(|it| write_value(into, it));
        }
        Value::Empty | Value::Bool(_) | Value::DateTime(_) | Value::Upload(_) | Value::Json(_) => {}
    }
}

fn write_address(into: &mut String, address: &Address) {
    let Address { street, city, state, postal_code, country } = address;
    for part in [street, city, state, postal_code, country] {
        write_text(into, part);
    }
}

fn write_text(into: &mut String, text: &str) {
    for c in text.chars() {
        if is_cjk(c) {
            into.extend([' ', c, ' ']);
        } else {
            into.push(c);
        }
    }
    into.push('\n');
}

/// Characters that stand for words, or parts of words, with no spaces between.
fn is_cjk(c: char) -> bool {
    matches!(u32::from(c),
        0x3040..=0x30ff | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xff66..=0xff9d | 0x20000..=0x323af)
}

/// Letters and digits, and the accents that stand behind a letter.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}')
}

/// The question in FTS5's syntax: every word a quoted phrase, the last one a beginning.
/// `None` when there is nothing to look for.
fn question(text: &str) -> Option<String> {
    let mut question = String::new();
    let words = text.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
    for word in words.take(MOST_WORDS) {
        let mut spaced = String::new();
        write_text(&mut spaced, word);
        // A word has no quotation marks: it cannot end the quotes.
        write!(question, "\"{}\" ", spaced.trim()).ok()?;
    }
    let open = text.chars().next_back().is_some_and(is_word);
    let question = question.trim_end();
    let star = if open { "*" } else { "" };
    (!question.is_empty()).then(|| format!("{question}{star}"))
}

/// The best of the newest hits: a word in the name counts most.
pub(super) fn find(
    db: &Connection,
    identity: &str,
    text: &str,
    limit: u32,
) -> rusqlite::Result<Vec<Record>> {
    let Some(question) = question(text) else { return Ok(Vec::new()) };
    let connection = records::known_connection(db, identity)?;
    let mut statement = db.prepare_cached(
        "SELECT record.listed, record.listed_seen, record.whole, record.whole_seen
         FROM (SELECT words.rowid AS row, bm25(words, 10.0, 1.0) AS score
               FROM words JOIN record ON record.id = words.rowid
               WHERE words MATCH ?1 AND record.connection = ?2
               ORDER BY words.rowid DESC LIMIT ?3) AS hit
         JOIN record ON record.id = hit.row
         ORDER BY hit.score, hit.row DESC LIMIT ?4",
    )?;
    let hits = statement.query_map(params![question, connection, MOST_RANKED, limit], |row| {
        records::standing_of(row, 0)
    })?;
    let standings = hits.collect::<Result<Vec<_>, _>>()?;
    Ok(standings.into_iter().filter_map(|one| one.best().map(|kept| kept.value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_quoted_words_and_the_last_one_is_a_beginning() {
        assert_eq!(question("jenn gar").as_deref(), Some("\"jenn\" \"gar\"*"));
        assert_eq!(question("jenn gar ").as_deref(), Some("\"jenn\" \"gar\""));
        assert_eq!(question("上海ab").as_deref(), Some("\"上  海 ab\"*"));
        assert_eq!(question("a\"b NEAR(").as_deref(), Some("\"a\" \"b\" \"NEAR\""));
    }

    #[test]
    fn signs_alone_are_no_question() {
        for text in ["", " ", "*", "\"", "\"\"", "()", "-", "^", "\u{0}", "{}:"] {
            assert_eq!(question(text), None, "{text:?}");
        }
    }
}
