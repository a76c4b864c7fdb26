//! A filter as text: what `parse` reads back as the same filter.
use crate::domain::{
    query::{Compare, Filter, Span, Test},
    value::Value,
};

/// The text of a filter. What `parse` made comes back the same; a value that no text can say
/// (a whole address) becomes the text that is shown of it.
pub fn print(filter: &Filter) -> String {
    match filter {
        Filter::All(filters) => join(filters, " "),
        Filter::Any(filters) => join(filters, " or "),
        Filter::Not(inside) => format!("-{}", single(inside)),
        Filter::Test(test) => print_test(test),
        Filter::Words(words) => print_words(words),
    }
}

fn join(filters: &[Filter], between: &str) -> String {
    let is_or = between != " ";
    let parts = filters.iter().map(|filter| match filter {
        // `and` binds closer than `or`.
        Filter::All(_) if is_or => print(filter),
        Filter::Any(_) | Filter::All(_) => single(filter),
        Filter::Not(_) | Filter::Test(_) | Filter::Words(_) => print(filter),
    });
    parts.collect::<Vec<_>>().join(between)
}

/// As one term, whatever stands beside it.
fn single(filter: &Filter) -> String {
    match filter {
        Filter::All(_) | Filter::Any(_) => format!("({})", print(filter)),
        Filter::Words(words) if words.contains(char::is_whitespace) => quote(words),
        Filter::Not(_) | Filter::Test(_) | Filter::Words(_) => print(filter),
    }
}

fn print_words(words: &str) -> String {
    let is_bare = |word: &str| {
        let is_special = word.starts_with('-') || word == "@me" || word.eq_ignore_ascii_case("or");
        !is_special && is_plain(&word.replace(['*', '@', '#', '\''], "x"))
    };
    if words.split(' ').all(is_bare) { words.to_owned() } else { quote(words) }
}

fn print_test(test: &Test) -> String {
    let Test { field, test: compare } = test;
    let is_bare = is_plain(field) && !field.starts_with('-') && !field.eq_ignore_ascii_case("or");
    let field = if is_bare { field.clone() } else { quote(field) };
    match compare {
        Compare::Is(value) => format!("{field}:{}", print_value(value)),
        Compare::OneOf(values) => {
            let values: Vec<_> = values.iter().map(print_value).collect();
            format!("{field}:{}", values.join(","))
        }
        Compare::Contains(part) => format!("{field}:~{}", word(part)),
        Compare::StartsWith(part) => format!("{field}:^{}", word(part)),
        Compare::Above(value) => format!("{field}>{}", print_value(value)),
        Compare::AtLeast(value) => format!("{field}>={}", print_value(value)),
        Compare::Below(value) => format!("{field}<{}", print_value(value)),
        Compare::AtMost(value) => format!("{field}<={}", print_value(value)),
        Compare::Within(span) => format!("{field}:{}", print_span(*span)),
        Compare::HasValue => format!("{field}:*"),
        Compare::Me => format!("{field}:@me"),
    }
}

fn print_span(span: Span) -> String {
    match span {
        Span::Today => "today".to_owned(),
        Span::Last(days) => format!("{days}d"),
        Span::Next(days) => format!("next:{days}d"),
        Span::Between(from, to) => format!("{from}..{to}"),
    }
}

fn print_value(value: &Value) -> String {
    match value {
        Value::Empty => word(""),
        Value::Bool(is) => if *is { "yes" } else { "no" }.to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Money(money) => money.amount.to_string(),
        Value::Text(text) => word(text),
        Value::Many(many) => many.iter().map(|one| word(one)).collect::<Vec<_>>().join(","),
        Value::Date(date) => date.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Reference(reference) => id(&reference.id),
        Value::References(many) => many.iter().map(|one| id(&one.id)).collect::<Vec<_>>().join(","),
        Value::Points(points) => word(points.first().map_or("", |point| point.value.as_str())),
        Value::Address(address) => word(&address.city),
        Value::Person(person) => word(&person.display()),
        Value::Lines(lines) => lines.len().to_string(),
        Value::Upload(upload) => word(&upload.path),
        Value::Json(json) => word(&json.to_string()),
    }
}

/// Names are not unique, ids are; an odd one can only be looked for as a name.
fn id(id: &str) -> String {
    if is_plain(id) { format!("#{id}") } else { quote(id) }
}

fn word(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quote(text) }
}

/// Whether a value may stand without quotes.
pub(super) fn is_plain(text: &str) -> bool {
    let is_fine = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+' | '&');
    !text.is_empty() && text.chars().all(is_fine)
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
