//! The members of a deed's input as fields of a form, made from its JSON Schema. What no field can
//! say is typed as JSON; what comes from a product's schema may be anything, and nothing panics.
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use crate::domain::{
    schema::{Choice, ChoiceStyle, EntityName, Field, FieldKind, ReadOnly},
    value::Value,
};

/// Objects within objects become fields down to here; deeper ones are typed as JSON.
const DEEPEST: usize = 4;
/// A form with more fields helps nobody.
const MOST: usize = 200;
/// A text that may be longer has several lines.
const LONG: u64 = 255;
/// Lines with more columns are no table.
const WIDEST: usize = 12;

/// One member of the input, and how it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The names from the outermost object in.
    pub path: Vec<String>,
    /// How it is asked for; its name is the path, joined.
    pub field: Field,
    /// What of JSON it is.
    pub shape: Shape,
    /// For enums: the choices as JSON, in order.
    pub choices: Vec<Json>,
    /// For lines: what each one has.
    pub columns: Vec<Member>,
    /// `email`, `uuid`: how a text must be written.
    pub format: Option<String>,
}

/// What of JSON a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// A whole number, or one with decimals.
    Number,
    /// Yes or no.
    Bool,
    /// One of the choices.
    Choice,
    /// Some of the choices.
    Choices,
    /// Texts.
    Texts,
    /// Numbers.
    Numbers,
    /// The id of a record.
    Id,
    /// The ids of records.
    Ids,
    /// Objects alike, one a line.
    Lines,
    /// A text, or a number or yes or no where it is one: several types are taken.
    Loose,
    /// Anything else, typed as JSON.
    Json,
}

/// All members of an input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members(pub Vec<Member>);

/// Joins the names of a path; what stands in a name for the sign itself is a JSON pointer's.
pub fn joined(path: &[String]) -> String {
    let names = path.iter().map(|name| name.replace('~', "~0").replace('/', "~1"));
    names.collect::<Vec<_>>().join("/")
}

impl Members {
    /// Of a schema; `is_type` says whether the connection has an entity type of that name.
    pub fn of(schema: &Json, is_type: &dyn Fn(&EntityName) -> bool) -> Self {
        let mut members = Self::default();
        let reader = Reader { root: schema, is_type };
        reader.object(&reader.resolved(schema), &[], true, &mut members.0);
        members.0.truncate(MOST);
        members
    }

    /// Whether there is anything to be said.
    pub fn takes_any(schema: &Json) -> bool {
        let reader = Reader { root: schema, is_type: &|_| false };
        let schema = reader.resolved(schema);
        let has_some = |name: &str| {
            schema.get(name).and_then(Json::as_object).is_some_and(|members| !members.is_empty())
        };
        has_some("properties")
            || ["oneOf", "anyOf", "allOf"].into_iter().any(|name| schema.get(name).is_some())
    }

    /// The fields, in order.
    pub fn fields(&self) -> Vec<Field> {
        self.0.iter().map(|member| member.field.clone()).collect()
    }

    /// The member that a field stands for.
    pub fn find(&self, name: &str) -> Option<&Member> {
        self.0.iter().find(|member| member.field.name == name)
    }
}

struct Reader<'a> {
    root: &'a Json,
    is_type: &'a dyn Fn(&EntityName) -> bool,
}

impl Reader<'_> {
    /// References within the schema followed, the one alternative that is not null taken.
    fn resolved(&self, schema: &Json) -> Json {
        let mut schema = schema.clone();
        for _ in 0..8 {
            let pointer = schema.get("$ref").and_then(Json::as_str);
            let target =
                pointer.and_then(|it| it.strip_prefix('#')).and_then(|it| self.root.pointer(it));
            if let Some(target) = target {
                schema = over(target, &schema, "$ref");
                continue;
            }
            if let Some(all) = self.merged(&schema) {
                schema = all;
                continue;
            }
            let one = ["anyOf", "oneOf", "allOf"].into_iter().find_map(|name| {
                let all = schema.get(name)?.as_array()?;
                let mut real = all.iter().filter(|it| it.get("type") != Some(&Json::from("null")));
                let first = real.next()?;
                (real.next().is_none() && first.get("const").is_none())
                    .then(|| over(first, &schema, name))
            });
            match one {
                Some(one) => schema = one,
                None => break,
            }
        }
        schema
    }

    /// Several objects as one: of alternatives whatever one of them has, and what all of them
    /// need; a member that is another constant in each is a choice among those. `None` = they are
    /// not all objects.
    fn merged(&self, schema: &Json) -> Option<Json> {
        let named = |name: &'static str| Some((name, schema.get(name)?.as_array()?));
        let (name, all) = ["oneOf", "anyOf", "allOf"].into_iter().find_map(named)?;
        let all: Vec<Json> = all.iter().map(|it| self.pointed(it)).collect();
        let is_object = |it: &Json| it.get("properties").is_some_and(Json::is_object);
        let is_all = name == "allOf";
        if all.len() < 2 || !all.iter().all(is_object) {
            return None;
        }
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for one in &all {
            for (name, of) in one.get("properties").and_then(Json::as_object).into_iter().flatten()
            {
                merge(&mut properties, name, of);
            }
            required.extend(names(one, "required"));
        }
        let needed = |name: &String| all.iter().all(|one| names(one, "required").contains(name));
        required.retain(|name| is_all || needed(name));
        required.dedup();
        let own = schema.get("properties").and_then(Json::as_object).into_iter().flatten();
        for (name, of) in own {
            properties.insert(name.clone(), of.clone());
        }
        required.extend(names(schema, "required"));
        let object = json!({"type": "object", "properties": properties, "required": required});
        Some(over(&object, schema, name))
    }

    /// References within the schema followed.
    fn pointed(&self, schema: &Json) -> Json {
        let mut schema = schema;
        for _ in 0..8 {
            let pointer = schema.get("$ref").and_then(Json::as_str);
            let inner = pointer.and_then(|it| it.strip_prefix('#'));
            match inner.and_then(|it| self.root.pointer(it)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema.clone()
    }

    fn object(&self, schema: &Json, path: &[String], is_needed: bool, all: &mut Vec<Member>) {
        let properties = schema.get("properties").and_then(Json::as_object);
        let required = schema.get("required").and_then(Json::as_array);
        for (name, of) in properties.into_iter().flatten() {
            if all.len() > MOST {
                return;
            }
            let must = required.is_some_and(|all| all.iter().any(|it| it.as_str() == Some(name)));
            let path: Vec<String> = path.iter().cloned().chain([name.clone()]).collect();
            let of = self.resolved(of);
            let is_object = of
                .get("properties")
                .is_some_and(|it| it.as_object().is_some_and(|it| !it.is_empty()));
            if is_object && path.len() < DEEPEST {
                self.object(&of, &path, is_needed && must, all);
            } else {
                all.push(self.member(path, &of, is_needed && must));
            }
        }
    }

    fn member(&self, path: Vec<String>, schema: &Json, is_required: bool) -> Member {
        let (kind, shape) = self.kind(schema);
        let choices = self.choices(schema, shape);
        let number = |name: &str| decimal(schema.get(name)?);
        let mut field = Field {
            label: label(&path, schema),
            wire_type: type_of(schema).to_owned(),
            is_required,
            min: number("minimum"),
            max: number("maximum"),
            max_length: schema
                .get("maxLength")
                .and_then(Json::as_u64)
                .and_then(|it| u32::try_from(it).ok()),
            tooltip: text(schema, "description"),
            targets: self.target(schema).into_iter().collect(),
            choices: choices.iter().map(|(label, json)| choice(label, json)).collect(),
            ..Field::new(&joined(&path), kind)
        };
        if schema.get("readOnly") == Some(&Json::Bool(true)) {
            field.read_only = Some(ReadOnly::Computed);
        }
        let choices = choices.into_iter().map(|(_, json)| json).collect();
        let columns = if shape == Shape::Lines { self.columns(schema) } else { Vec::new() };
        field.columns = columns.iter().map(|column| column.field.clone()).collect();
        let format = text(schema, "format");
        let mut member = Member { path, field, shape, choices, columns, format };
        let only = member.choices.first().filter(|_| member.choices.len() == 1 && is_required);
        let default = schema.get("default").or_else(|| schema.get("const")).or(only).cloned();
        member.field.default = default.and_then(|it| super::input::value(&it, &member));
        member
    }

    fn kind(&self, schema: &Json) -> (FieldKind, Shape) {
        if !options(schema).is_empty() {
            return (FieldKind::Enum, Shape::Choice);
        }
        match type_of(schema) {
            "boolean" => (FieldKind::Bool, Shape::Bool),
            "integer" => (FieldKind::Integer, Shape::Number),
            "number" => (FieldKind::Number, Shape::Number),
            "string" => self.text_kind(schema),
            "array" => self.array_kind(schema),
            _ if self.is_loose(schema) => (FieldKind::Text, Shape::Loose),
            _ => (FieldKind::LongText, Shape::Json),
        }
    }

    /// Whether a text is one of several plain types that it takes.
    fn is_loose(&self, schema: &Json) -> bool {
        let all = ["oneOf", "anyOf"].into_iter().find_map(|name| schema.get(name)?.as_array());
        let plain = ["string", "number", "integer", "boolean", "null"];
        let kinds: Vec<Json> = all.into_iter().flatten().map(|it| self.pointed(it)).collect();
        let is_text = |it: &Json| type_of(it) == "string";
        kinds.iter().any(is_text) && kinds.iter().all(|it| plain.contains(&type_of(it)))
    }

    /// What each of alike objects has; none where that is no table.
    fn columns(&self, schema: &Json) -> Vec<Member> {
        let items = schema.get("items").map(|it| self.resolved(it)).unwrap_or_default();
        let mut columns = Vec::new();
        // One step further in: there is a list around them, and no object of theirs is taken apart.
        let required = names(&items, "required");
        let properties = items.get("properties").and_then(Json::as_object);
        for (name, of) in properties.into_iter().flatten() {
            let of = self.resolved(of);
            columns.push(self.member(vec![name.clone()], &of, required.contains(name)));
        }
        let is_cell = |it: &Member| {
            matches!(
                it.shape,
                Shape::Text | Shape::Number | Shape::Bool | Shape::Choice | Shape::Id
            )
        };
        let is_table = columns.iter().all(is_cell) && columns.len() <= WIDEST;
        if is_table { columns } else { Vec::new() }
    }

    fn text_kind(&self, schema: &Json) -> (FieldKind, Shape) {
        if self.target(schema).is_some() {
            return (FieldKind::Reference, Shape::Id);
        }
        let is_long = schema.get("maxLength").and_then(Json::as_u64).is_some_and(|it| it > LONG)
            || schema.get("contentMediaType").is_some()
            || schema.get("x-multiline") == Some(&Json::Bool(true));
        let kind = match text(schema, "format").as_deref() {
            Some("date") => FieldKind::Date,
            Some("date-time") => FieldKind::DateTime,
            Some("uri" | "url") => FieldKind::Url,
            Some("textarea" | "multiline" | "markdown" | "html") => FieldKind::LongText,
            Some(_) | None if is_long => FieldKind::LongText,
            Some(_) | None => FieldKind::Text,
        };
        (kind, Shape::Text)
    }

    fn array_kind(&self, schema: &Json) -> (FieldKind, Shape) {
        let items = schema.get("items").map(|it| self.resolved(it)).unwrap_or_default();
        if self.target(&items).is_some() {
            return (FieldKind::References, Shape::Ids);
        }
        if !options(&items).is_empty() {
            return (FieldKind::MultiEnum, Shape::Choices);
        }
        match type_of(&items) {
            "string" => (FieldKind::MultiEnum, Shape::Texts),
            "integer" | "number" => (FieldKind::MultiEnum, Shape::Numbers),
            _ if !self.columns(schema).is_empty() => (FieldKind::Lines, Shape::Lines),
            _ => (FieldKind::LongText, Shape::Json),
        }
    }

    /// The entity type whose records it points to, where the connection has it.
    fn target(&self, schema: &Json) -> Option<EntityName> {
        let items = schema.get("items").map(|it| self.resolved(it));
        let named = text(schema, "x-entity").or_else(|| text(&items?, "x-entity"))?;
        EntityName::try_from(named).ok().filter(|name| (self.is_type)(name))
    }

    fn choices(&self, schema: &Json, shape: Shape) -> Vec<(String, Json)> {
        match shape {
            Shape::Choice => options(schema),
            Shape::Choices => {
                schema.get("items").map(|it| options(&self.resolved(it))).unwrap_or_default()
            }
            Shape::Text
            | Shape::Number
            | Shape::Bool
            | Shape::Texts
            | Shape::Numbers
            | Shape::Id
            | Shape::Ids
            | Shape::Lines
            | Shape::Loose
            | Shape::Json => Vec::new(),
        }
    }
}

/// The texts of a list.
fn names(schema: &Json, list: &str) -> Vec<String> {
    let all = schema.get(list).and_then(Json::as_array).into_iter().flatten();
    all.filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

/// One more member; constants under one name become a choice.
fn merge(properties: &mut Map<String, Json>, name: &str, of: &Json) {
    let Some(known) = properties.get_mut(name) else {
        properties.insert(name.to_owned(), of.clone());
        return;
    };
    let values = |schema: &Json| {
        let some = schema.get("enum").and_then(Json::as_array).cloned();
        some.or_else(|| Some(vec![schema.get("const")?.clone()]))
    };
    if let (Some(mut all), Some(more)) = (values(known), values(of)) {
        all.extend(more);
        all.dedup();
        if let Some(known) = known.as_object_mut() {
            known.shift_remove("const");
            known.insert("enum".to_owned(), Json::Array(all));
        }
    }
}

/// A schema with the words of the one that led to it.
fn over(target: &Json, from: &Json, without: &str) -> Json {
    let mut all = target.as_object().cloned().unwrap_or_default();
    for (name, value) in from.as_object().into_iter().flatten() {
        if name != without {
            all.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    Json::Object(all)
}

/// What can be chosen: for people, and as JSON.
fn options(schema: &Json) -> Vec<(String, Json)> {
    let plain = schema.get("enum").and_then(Json::as_array).into_iter().flatten();
    let labels = schema.get("enumNames").or_else(|| schema.get("x-enum-labels"));
    let labels = labels.and_then(Json::as_array);
    let called = |at: usize| labels?.get(at)?.as_str().map(str::to_owned);
    let plain: Vec<_> = plain
        .enumerate()
        .filter(|(_, json)| !json.is_null())
        .map(|(at, json)| (called(at).unwrap_or_else(|| spelled(json)), json.clone()))
        .collect();
    if !plain.is_empty() {
        return plain;
    }
    let all = ["oneOf", "anyOf"].into_iter().find_map(|name| schema.get(name)?.as_array());
    let one = |it: &Json| {
        let json = it.get("const").filter(|it| !it.is_null())?.clone();
        Some((text(it, "title").unwrap_or_else(|| spelled(&json)), json))
    };
    let titled: Vec<_> = all.into_iter().flatten().filter_map(one).collect();
    if titled.is_empty() {
        let only = schema.get("const").filter(|it| !it.is_null() && !it.is_object());
        return only.map(|it| (spelled(it), it.clone())).into_iter().collect();
    }
    titled
}

fn choice(label: &str, json: &Json) -> Choice {
    Choice { value: spelled(json), label: label.to_owned(), style: ChoiceStyle::Plain }
}

/// A text as it is, anything else as JSON.
pub(super) fn spelled(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

/// Its type; of several the one that is not null.
fn type_of(schema: &Json) -> &str {
    match schema.get("type") {
        Some(Json::String(one)) => one,
        Some(Json::Array(all)) => {
            let mut real = all.iter().filter_map(Json::as_str).filter(|it| *it != "null");
            real.next().unwrap_or_default()
        }
        Some(_) | None => "",
    }
}

fn text(schema: &Json, name: &str) -> Option<String> {
    let text = schema.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn decimal(json: &Json) -> Option<Decimal> {
    json.as_number().and_then(|it| it.to_string().parse().ok())
}

/// Its title, else its name in words; of an object within, after the object's.
fn label(path: &[String], schema: &Json) -> String {
    let own = text(schema, "title");
    let words = own.unwrap_or_else(|| path.last().map(|it| in_words(it)).unwrap_or_default());
    match path.len().checked_sub(2).and_then(|at| path.get(at)) {
        Some(of) => format!("{}: {}", in_words(of), words.to_lowercase()),
        None => words,
    }
}

/// `dueDate` and `due_date` as `Due date`; raw.
pub fn in_words(name: &str) -> String {
    let mut words = String::new();
    let mut was_small = false;
    for c in name.chars() {
        if matches!(c, '_' | '-' | '.' | ' ') {
            words.push(' ');
            was_small = false;
            continue;
        }
        if c.is_uppercase() && was_small {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else {
            words.push(c);
        }
        was_small = c.is_lowercase() || c.is_numeric();
    }
    let mut chars = words.trim().chars();
    let first = chars.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(chars).collect()
}

/// An input's members as a tree, by path.
pub(super) fn insert(object: &mut Map<String, Json>, path: &[String], value: Json) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        object.insert(first.clone(), value);
        return;
    }
    let inner = object.entry(first.clone()).or_insert_with(|| Json::Object(Map::new()));
    if !inner.is_object() {
        *inner = Json::Object(Map::new());
    }
    if let Some(inner) = inner.as_object_mut() {
        insert(inner, rest, value);
    }
}

/// Whether a value says nothing.
pub(super) fn is_nothing(value: &Value) -> bool {
    value.is_empty()
}
