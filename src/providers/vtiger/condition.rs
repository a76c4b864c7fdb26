//! Comparisons of one field each, and whether they say exactly what is meant. A6.
use jiff::{Timestamp, civil::Date};

use super::{
    World,
    filter::Tree,
    ids, types,
    value::{self, number_of},
    vtql::{Condition, MOST_IN, Test},
};
use crate::{
    domain::{
        error::Error,
        query::Compare,
        schema::{EntityType, Field, FieldKind},
        value::Value,
    },
    providers::{
        lookup::{Found, How},
        words::{stored_choice, words_of},
    },
};

/// A tree, and whether it holds for exactly what is meant; else for more.
type Said = (Tree, bool);

/// Below every number and date that is stored: what is above it has a value.
const LEAST: &str = "-99999999999999";
const FIRST_DAY: &str = "0001-01-01";

fn unsupported(field: &Field, what: &str) -> Error {
    Error::Unsupported { what: format!("{}: {what}", field.name) }
}

/// The comparison of a field.
///
/// Errors: [`Error::Unsupported`] for what cannot be compared so.
pub fn of(
    field: &Field,
    compare: &Compare,
    entity_type: &EntityType,
    world: &World,
    found: &[Found],
) -> Result<Said, Error> {
    if let Compare::OneOf(values) = compare {
        return one_of(field, values, entity_type, world, found);
    }
    if let Compare::Is(value) = compare
        && value.is_empty()
    {
        // Empty means null too, which the language does not know: 8.0 stores `11x0` for a
        // reference to nothing, 8.4 null (A4).
        return Ok((Tree::Always, false));
    }
    if field.name == entity_type.title && types::title_parts(entity_type).len() > 1 {
        return title(field, compare, entity_type);
    }
    match field.kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Html | FieldKind::Url => {
            text(field, compare)
        }
        FieldKind::Enum => choice(field, compare),
        FieldKind::MultiEnum => many(field, compare),
        FieldKind::Integer | FieldKind::Number | FieldKind::Money | FieldKind::Duration => {
            number(field, compare)
        }
        FieldKind::Bool => switch(field, compare),
        FieldKind::Date => day(field, compare, world),
        FieldKind::DateTime => moment(field, compare, world),
        FieldKind::Reference | FieldKind::AnyReference => reference(field, compare, world, found),
        FieldKind::File => text(field, compare),
        FieldKind::DateOrTime
        | FieldKind::References
        | FieldKind::Emails
        | FieldKind::Phones
        | FieldKind::Address
        | FieldKind::PersonName
        | FieldKind::Lines
        | FieldKind::Other => Err(unsupported(field, "this field cannot be filtered")),
    }
}

/// Several equalities of one field are one `IN`, where it takes them.
fn one_of(
    field: &Field,
    values: &[Value],
    entity_type: &EntityType,
    world: &World,
    found: &[Found],
) -> Result<Said, Error> {
    let each = values
        .iter()
        .map(|value| of(field, &Compare::Is(value.clone()), entity_type, world, found));
    let each: Vec<Said> = each.collect::<Result<_, _>>()?;
    let is_exact = each.iter().all(|(_, exact)| *exact);
    let equal = |tree: &Tree| match tree {
        Tree::One(Condition { field: name, test: Test::Equal, values }) if *name == field.name => {
            values.first().filter(|value| !value.trim().is_empty()).cloned()
        }
        Tree::One(_) | Tree::Always | Tree::Never | Tree::All(_) | Tree::Any(_) => None,
    };
    let texts: Option<Vec<String>> = each.iter().map(|(tree, _)| equal(tree)).collect();
    let tree = match texts {
        Some(texts) if texts.len() > 1 && texts.len() <= MOST_IN => {
            Tree::One(Condition::one_of(&field.name, texts))
        }
        Some(_) | None => Tree::Any(each.into_iter().map(|(tree, _)| tree).collect()),
    };
    Ok((tree, is_exact))
}

/// A pattern for text that is somewhere in a field. What would be a wildcard, or an escape, or
/// could not be read there, matches any character; then the rows are looked at here.
fn pattern(before: &str, text: &str, behind: &str) -> (String, bool) {
    let mut is_exact = true;
    let safe: String = text
        .chars()
        .map(|c| {
            let is_plain = !matches!(c, '%' | '_' | '\\') && !c.is_control() && c.len_utf8() < 4;
            is_exact &= is_plain;
            if is_plain { c } else { '_' }
        })
        .collect();
    (format!("{before}{safe}{behind}"), is_exact)
}

fn like(field: &str, before: &str, text: &str, behind: &str) -> Said {
    let (pattern, is_exact) = pattern(before, text, behind);
    (Tree::One(Condition::new(field, Test::Like, pattern)), is_exact)
}

fn equal(field: &str, text: &str) -> Said {
    let is_plain = text.chars().all(|c| c != '\\' && !c.is_control() && c.len_utf8() < 4);
    if is_plain && !text.trim().is_empty() {
        (Tree::One(Condition::new(field, Test::Equal, text)), true)
    } else {
        like(field, "", text, "")
    }
}

/// Whether the database holds anything there, be it an empty text: all but null, which no
/// comparison meets.
pub fn stored(field: &Field) -> Condition {
    match field.kind {
        FieldKind::Integer | FieldKind::Number | FieldKind::Money => {
            Condition::new(&field.name, Test::Above, LEAST)
        }
        FieldKind::Date | FieldKind::DateTime => {
            Condition::new(&field.name, Test::AtLeast, FIRST_DAY)
        }
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Html
        | FieldKind::Url
        | FieldKind::Enum
        | FieldKind::MultiEnum
        | FieldKind::Duration
        | FieldKind::Bool
        | FieldKind::DateOrTime
        | FieldKind::Reference
        | FieldKind::AnyReference
        | FieldKind::References
        | FieldKind::Emails
        | FieldKind::Phones
        | FieldKind::Address
        | FieldKind::PersonName
        | FieldKind::File
        | FieldKind::Lines
        | FieldKind::Other => Condition::new(&field.name, Test::Like, "%"),
    }
}

fn filled(field: &str) -> Said {
    (Tree::One(Condition::new(field, Test::Unequal, " ")), true)
}

fn text(field: &Field, compare: &Compare) -> Result<Said, Error> {
    let name = field.name.as_str();
    let words = |value: &Value| {
        words_of(value).ok_or_else(|| unsupported(field, "compared with text only"))
    };
    let one = |test, value: &Value| {
        let (text, is_exact) = pattern("", &words(value)?, "");
        Ok(if is_exact {
            (Tree::One(Condition::new(name, test, text)), true)
        } else {
            (Tree::Always, false)
        })
    };
    match compare {
        Compare::Is(value) => Ok(equal(name, &words(value)?)),
        Compare::Contains(text) => Ok(like(name, "%", text, "%")),
        Compare::StartsWith(text) => Ok(like(name, "", text, "%")),
        Compare::Above(value) => one(Test::Above, value),
        Compare::AtLeast(value) => one(Test::AtLeast, value),
        Compare::Below(value) => one(Test::Below, value),
        Compare::AtMost(value) => one(Test::AtMost, value),
        Compare::HasValue => Ok(filled(name)),
        Compare::OneOf(_) | Compare::Within(_) | Compare::Me => {
            Err(unsupported(field, "text is compared with text"))
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all other comparisons are those of text")]
fn choice(field: &Field, compare: &Compare) -> Result<Said, Error> {
    match compare {
        Compare::Is(value) => {
            let words =
                words_of(value).ok_or_else(|| unsupported(field, "compared with text only"))?;
            Ok(equal(&field.name, &stored_choice(field, &words)))
        }
        compare => text(field, compare),
    }
}

/// The stored text holds all values: a part of one would fit too, so rows are looked at here.
fn many(field: &Field, compare: &Compare) -> Result<Said, Error> {
    let holds = |text: &str| (like(&field.name, "%", &stored_choice(field, text), "%").0, false);
    match compare {
        Compare::Is(Value::Many(many)) => {
            Ok((Tree::Any(many.iter().map(|one| holds(one).0).collect()), false))
        }
        Compare::Is(value) => {
            words_of(value).map(|word| holds(&word)).ok_or_else(|| unsupported(field, "words"))
        }
        Compare::Contains(text) => Ok((like(&field.name, "%", text, "%").0, false)),
        Compare::HasValue => Ok(filled(&field.name)),
        Compare::OneOf(_)
        | Compare::StartsWith(_)
        | Compare::Above(_)
        | Compare::AtLeast(_)
        | Compare::Below(_)
        | Compare::AtMost(_)
        | Compare::Within(_)
        | Compare::Me => Err(unsupported(field, "compared with words only")),
    }
}

fn number(field: &Field, compare: &Compare) -> Result<Said, Error> {
    let one = |test, value: &Value| {
        let number = number_of(value).ok_or_else(|| unsupported(field, "compared with numbers"))?;
        let text = number.normalize().to_string();
        Ok((Tree::One(Condition::new(&field.name, test, text)), true))
    };
    match compare {
        Compare::Is(value) => one(Test::Equal, value),
        Compare::Above(value) => one(Test::Above, value),
        Compare::AtLeast(value) => one(Test::AtLeast, value),
        Compare::Below(value) => one(Test::Below, value),
        Compare::AtMost(value) => one(Test::AtMost, value),
        Compare::HasValue => Ok((Tree::One(Condition::new(&field.name, Test::Above, LEAST)), true)),
        Compare::OneOf(_)
        | Compare::Contains(_)
        | Compare::StartsWith(_)
        | Compare::Within(_)
        | Compare::Me => Err(unsupported(field, "a number is compared with numbers")),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all other comparisons are refused")]
fn switch(field: &Field, compare: &Compare) -> Result<Said, Error> {
    let yes = match compare {
        Compare::Is(Value::Bool(yes)) => Some(*yes),
        Compare::Is(Value::Text(text)) => value::yes_or_no(text),
        // A switch that is off is as good as empty.
        Compare::HasValue => Some(true),
        _ => None,
    };
    let yes = yes.ok_or_else(|| unsupported(field, "yes or no"))?;
    // `is_admin` is "on" and "off" there, all others are numbers. A4.
    if field.name == "is_admin" {
        return Ok((Tree::Always, false));
    }
    let stored = if yes { "1" } else { "0" };
    Ok((Tree::One(Condition::new(&field.name, Test::Equal, stored)), true))
}

fn day(field: &Field, compare: &Compare, world: &World) -> Result<Said, Error> {
    let calendar = world.calendar();
    let one = |test, day: Date| Tree::One(Condition::new(&field.name, test, day.to_string()));
    let of = |test, value: &Value| {
        let day = calendar.day_of(value).ok_or_else(|| unsupported(field, "no day"))?;
        Ok((one(test, day), true))
    };
    match compare {
        Compare::Is(value) => of(Test::Equal, value),
        Compare::Above(value) => of(Test::Above, value),
        Compare::AtLeast(value) => of(Test::AtLeast, value),
        Compare::Below(value) => of(Test::Below, value),
        Compare::AtMost(value) => of(Test::AtMost, value),
        Compare::Within(span) => {
            let (first, last) = calendar.days(*span);
            Ok((Tree::All(vec![one(Test::AtLeast, first), one(Test::AtMost, last)]), true))
        }
        Compare::HasValue => {
            Ok((Tree::One(Condition::new(&field.name, Test::AtLeast, FIRST_DAY)), true))
        }
        Compare::OneOf(_) | Compare::Contains(_) | Compare::StartsWith(_) | Compare::Me => {
            Err(unsupported(field, "a date is compared with dates"))
        }
    }
}

/// Moments are compared on the server's clock with what the user's days begin and end at.
fn moment(field: &Field, compare: &Compare, world: &World) -> Result<Said, Error> {
    let (calendar, clock) = (world.calendar(), world.clock());
    let one = |test, at: Timestamp| Tree::One(Condition::new(&field.name, test, clock.written(at)));
    let stretch = |value: &Value| {
        calendar.stretch_of(value).ok_or_else(|| unsupported(field, "no day or time"))
    };
    let within = |start, end| Tree::All(vec![one(Test::AtLeast, start), one(Test::Below, end)]);
    let tree = match compare {
        Compare::Is(value) => stretch(value).map(|it| within(it.start, it.end))?,
        Compare::Above(value) => one(Test::AtLeast, stretch(value)?.end),
        Compare::AtLeast(value) => one(Test::AtLeast, stretch(value)?.start),
        Compare::Below(value) => one(Test::Below, stretch(value)?.start),
        Compare::AtMost(value) => one(Test::Below, stretch(value)?.end),
        Compare::Within(span) => {
            let (first, last) = calendar.days(*span);
            let stretch = calendar.stretch(first, last);
            let stretch = stretch.ok_or_else(|| unsupported(field, "days beyond the calendar"))?;
            within(stretch.start, stretch.end)
        }
        Compare::HasValue => Tree::One(Condition::new(&field.name, Test::AtLeast, FIRST_DAY)),
        Compare::OneOf(_) | Compare::Contains(_) | Compare::StartsWith(_) | Compare::Me => {
            return Err(unsupported(field, "a time is compared with dates or times"));
        }
    };
    Ok((tree, true))
}

fn points_to(field: &Field, ids: &[String]) -> Tree {
    match ids {
        [] => Tree::Never,
        [one] => Tree::One(Condition::new(&field.name, Test::Equal, one)),
        many => Tree::Any(
            many.chunks(MOST_IN)
                .map(|some| Tree::One(Condition::one_of(&field.name, some.to_vec())))
                .collect(),
        ),
    }
}

fn reference(
    field: &Field,
    compare: &Compare,
    world: &World,
    found: &[Found],
) -> Result<Said, Error> {
    let named = |text: &str, how| {
        let ids = found.iter().filter(|found| found.lookup.is(field, text, how));
        let ids: Vec<String> = ids.flat_map(|found| found.ids.clone()).collect();
        (points_to(field, &ids), true)
    };
    match compare {
        Compare::Is(Value::Reference(other)) => id(field, &other.id),
        Compare::Is(Value::Text(text)) if ids::parts(text).is_some() => id(field, text),
        Compare::Is(Value::Text(text)) => Ok(named(text, How::Is)),
        Compare::Contains(text) => Ok(named(text, How::Holds)),
        Compare::StartsWith(text) => Ok(named(text, How::Begins)),
        Compare::HasValue => {
            let nothing = nowhere(field, world);
            let nothing =
                nothing.ok_or_else(|| unsupported(field, "its target is not known yet"))?;
            Ok((Tree::One(Condition::new(&field.name, Test::Unequal, nothing)), true))
        }
        Compare::Me => {
            let me = world.me().ok_or_else(|| Error::bug("the schema has no user"))?;
            Ok((points_to(field, std::slice::from_ref(&me.id)), true))
        }
        Compare::Is(_)
        | Compare::OneOf(_)
        | Compare::Above(_)
        | Compare::AtLeast(_)
        | Compare::Below(_)
        | Compare::AtMost(_)
        | Compare::Within(_) => Err(unsupported(field, "compared with a name, an id or @me")),
    }
}

/// An id without its type is refused there (A2); so it is here, by the field's name.
fn id(field: &Field, id: &str) -> Result<Said, Error> {
    if ids::parts(id).is_none() {
        return Err(unsupported(field, "an id looks like 12x203"));
    }
    Ok((points_to(field, &[id.to_owned()]), true))
}

/// `11x0`: points to nothing. A6.
fn nowhere(field: &Field, world: &World) -> Option<String> {
    let schema = world.context.schema.as_deref()?;
    let prefix = field.targets.iter().find_map(|name| schema.entity_type(name)?.id_prefix.clone());
    let own = || Some(ids::parts(&schema.user.as_ref()?.id)?.0.to_owned());
    let prefix = prefix.or_else(|| if field.wire_type == "owner" { own() } else { None })?;
    Some(format!("{prefix}x0"))
}

/// The comparison as rows are compared: records by id, options as stored.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are plain already")]
pub fn plain(field: &Field, compare: Compare, found: &[Found]) -> Compare {
    let is_reference = matches!(field.kind, FieldKind::Reference | FieldKind::AnyReference);
    let ids = |text: &str, how: How| {
        let found = found.iter().filter(|found| found.lookup.is(field, text, how));
        let ids = found.flat_map(|found| found.ids.clone());
        ids.map(pointing).collect::<Vec<_>>()
    };
    let each = |values: Vec<Value>| {
        let one = |value: Value| match value {
            Value::Text(text) if is_reference && ids::parts(&text).is_some() => {
                vec![pointing(text)]
            }
            Value::Text(text) if is_reference => ids(&text, How::Is),
            Value::Text(text) => vec![Value::Text(stored_choice(field, &text))],
            other => vec![other],
        };
        Compare::OneOf(values.into_iter().flat_map(one).collect())
    };
    match compare {
        Compare::Is(value) if value.is_empty() => Compare::Is(value),
        Compare::Is(value) => each(vec![value]),
        Compare::OneOf(values) => each(values),
        Compare::Contains(text) if is_reference => Compare::OneOf(ids(&text, How::Holds)),
        Compare::StartsWith(text) if is_reference => Compare::OneOf(ids(&text, How::Begins)),
        other => other,
    }
}

fn pointing(id: String) -> Value {
    Value::Reference(crate::domain::value::Reference { entity: None, id, name: None })
}

/// A name of several fields: each of its words in any of them; the whole is looked at here.
fn title(field: &Field, compare: &Compare, entity_type: &EntityType) -> Result<Said, Error> {
    let parts = types::title_parts(entity_type);
    let words = |text: &str| {
        let each = text.split_whitespace().map(|word| any_holds(&parts, word));
        (Tree::All(each.collect()), false)
    };
    match compare {
        Compare::Is(value) => words_of(value)
            .map(|text| words(&text))
            .ok_or_else(|| unsupported(field, "a name is text")),
        Compare::Contains(text) | Compare::StartsWith(text) => Ok(words(text)),
        Compare::HasValue => {
            Ok((Tree::Any(parts.iter().map(|part| filled(part).0).collect()), true))
        }
        Compare::OneOf(_)
        | Compare::Above(_)
        | Compare::AtLeast(_)
        | Compare::Below(_)
        | Compare::AtMost(_)
        | Compare::Within(_)
        | Compare::Me => Err(unsupported(field, "a name is compared with text")),
    }
}

fn any_holds(fields: &[String], word: &str) -> Tree {
    Tree::Any(fields.iter().map(|field| like(field, "%", word, "%").0).collect())
}

/// So many alternatives the words of a search may become: with more the address grows too long.
const MOST_WORDS: usize = 40;

/// Every word somewhere in the record's names, addresses and numbers. Each is looked for in each
/// field, and there are no parentheses: so only the longest words are asked for, the others are
/// looked at here.
pub fn words(entity_type: &EntityType, words: &str) -> Said {
    let known = |name: &&String| entity_type.fields.contains_key(*name);
    let fields: Vec<String> = entity_type.searched.iter().filter(known).cloned().collect();
    if fields.is_empty() {
        return (Tree::Always, false);
    }
    let mut all: Vec<&str> = words.split_whitespace().collect();
    all.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let mut alternatives = 1_usize;
    let asked = all.iter().take_while(|_| {
        alternatives = alternatives.saturating_mul(fields.len());
        alternatives <= MOST_WORDS
    });
    let asked: Vec<&str> = asked.copied().collect();
    let is_exact = asked.len() == all.len() && all.iter().all(|word| pattern("", word, "").1);
    (Tree::All(asked.into_iter().map(|word| any_holds(&fields, word)).collect()), is_exact)
}
