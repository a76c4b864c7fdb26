//! The attributes of a record (E§7): what each is made of and where it comes from.

use super::kinds;
use super::schema::{Field, Link, Type};
use indexmap::IndexMap;
use serde_json::Value;

/// How a value is stored and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Short text.
    Text,
    /// Text that lists cut at 10,000 characters.
    Long,
    /// A whole number.
    Int,
    /// A number.
    Real,
    /// True or false.
    Bool,
    /// An array or an object.
    Json,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY-MM-DD HH:mm:ss`, UTC.
    Moment,
    /// A record's id.
    Id,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A column of the type's table.
    Column,
    /// The name of the record that another column points to.
    NameOf {
        /// The column that points there.
        id: String,
        /// The type it points to.
        entity: String,
    },
    /// The name of the parent.
    ParentName {
        /// The column of the id.
        id: String,
        /// The column of the type.
        kind: String,
    },
    /// A field of a linked record.
    Foreign {
        /// The column that points there.
        id: String,
        /// The type it points to.
        entity: String,
        /// The field there.
        field: String,
    },
    /// The ids of a link to many.
    Ids(String),
    /// The names of a link to many.
    Names(String),
    /// The middle columns of a link to many.
    Columns(String),
    /// The media types of attachments.
    Types(String),
    /// A column of the middle table: only in related lists.
    Middle(String),
}

/// One attribute.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// The field it belongs to.
    pub field: String,
    /// How it is stored.
    pub kind: Kind,
    /// Where it comes from.
    pub source: Source,
    /// Whether a client may write it.
    pub writable: bool,
    /// Whether lists without `select` hold it.
    pub listed: bool,
    /// Whether reads hold it.
    pub shown: bool,
}

impl Attribute {
    fn new(name: &str, field: &Field, kind: Kind) -> Attribute {
        Attribute {
            name: name.into(),
            field: field.name.clone(),
            kind,
            source: Source::Column,
            writable: field.params.get("readOnly").is_none(),
            listed: !field.inner.contains_key("noList"),
            shown: true,
        }
    }

    fn from(mut self, source: Source) -> Attribute {
        self.listed &= !matches!(
            source,
            Source::Ids(_) | Source::Names(_) | Source::Columns(_) | Source::Types(_)
        );
        self.writable &= matches!(source, Source::Ids(_) | Source::Columns(_));
        self.source = source;
        self
    }

    fn read_only(mut self) -> Attribute {
        self.writable = false;
        self
    }

    fn unlisted(mut self) -> Attribute {
        self.listed = false;
        self
    }

    /// Whether it is a column of the type's table.
    pub fn is_column(&self) -> bool {
        self.source == Source::Column
    }

    /// The column's SQL type. Text ignores case, as the real database's collation does.
    pub fn sql_type(&self) -> &'static str {
        match self.kind {
            Kind::Text | Kind::Long => "TEXT COLLATE NOCASE",
            Kind::Int | Kind::Bool => "INTEGER",
            Kind::Real => "REAL",
            Kind::Json | Kind::Date | Kind::Moment | Kind::Id => "TEXT",
        }
    }
}

/// All attributes of a type.
pub fn of_type(
    one: &Type,
    fields: &IndexMap<String, IndexMap<String, Field>>,
) -> IndexMap<String, Attribute> {
    let system = |name: &str| Field { name: name.into(), ..Field::default() };
    let mut all = vec![
        Attribute::new("id", &system("id"), Kind::Id).read_only(),
        Attribute::new("deleted", &system("deleted"), Kind::Bool).read_only(),
    ];
    for field in one.fields.values() {
        all.extend(of_field(one, field, fields));
    }
    all.into_iter().map(|attribute| (attribute.name.clone(), attribute)).collect()
}

fn of_field(
    one: &Type,
    field: &Field,
    fields: &IndexMap<String, IndexMap<String, Field>>,
) -> Vec<Attribute> {
    let named = |suffix: &str| kinds::attribute_name(&field.name, suffix, false);
    let plain = |kind| vec![Attribute::new(&field.name, field, kind)];
    match field.kind.as_str() {
        _ if field.inner.contains_key("fromMiddle") => {
            let column = field.inner.get("fromMiddle").cloned().unwrap_or_default();
            vec![
                Attribute::new(&field.name, field, Kind::Text)
                    .from(Source::Middle(column))
                    .unlisted(),
            ]
        }
        "text" | "wysiwyg" => plain(Kind::Long),
        "int" | "enumInt" | "autoincrement" => plain(Kind::Int),
        "duration" => vec![Attribute::new(&field.name, field, Kind::Int).read_only()],
        "float" | "enumFloat" | "currencyConverted" => plain(Kind::Real),
        "bool" => plain(Kind::Bool),
        "multiEnum" | "array" | "checklist" | "urlMultiple" | "arrayInt" | "jsonArray"
        | "jsonObject" => plain(Kind::Json),
        "date" => plain(Kind::Date),
        "datetime" => plain(Kind::Moment),
        "datetimeOptional" => {
            vec![
                Attribute::new(&field.name, field, Kind::Moment),
                Attribute::new(&named("date"), field, Kind::Date),
            ]
        }
        "currency" => vec![
            Attribute::new(&field.name, field, Kind::Real),
            Attribute::new(&named("currency"), field, Kind::Text),
            Attribute::new(&named("converted"), field, Kind::Real).read_only(),
        ],
        "link" | "linkOne" | "file" | "image" | "linkParent" => to_one(field),
        "linkMultiple" | "attachmentMultiple" => to_many(one, field),
        "email" | "phone" => vec![
            Attribute::new(&field.name, field, Kind::Text),
            Attribute::new(&named("isOptedOut"), field, Kind::Bool),
            Attribute::new(&named("isInvalid"), field, Kind::Bool),
            Attribute::new(&named("data"), field, Kind::Json).unlisted(),
        ],
        "personName" => person(one, field),
        "address" => ["street", "city", "state", "country", "postalCode"]
            .iter()
            .map(|part| Attribute::new(&named(part), field, Kind::Text))
            .collect(),
        "rangeInt" => ["from", "to"]
            .iter()
            .map(|part| {
                Attribute::new(&kinds::attribute_name(&field.name, part, true), field, Kind::Int)
            })
            .collect(),
        "foreign" => foreign(field, one, fields),
        "password" => vec![Attribute {
            shown: false,
            listed: false,
            ..Attribute::new(&field.name, field, Kind::Text)
        }],
        "map" | "base" => Vec::new(),
        _ => plain(Kind::Text),
    }
}

fn to_one(field: &Field) -> Vec<Attribute> {
    let named = |suffix: &str| kinds::attribute_name(&field.name, suffix, false);
    let id = Attribute::new(&named("id"), field, Kind::Id);
    if field.inner.contains_key("idOnly") {
        return vec![id];
    }
    let entity = match field.kind.as_str() {
        "file" | "image" => "Attachment".to_owned(),
        _ => field.params.get("entity").and_then(Value::as_str).unwrap_or_default().to_owned(),
    };
    let name = Attribute::new(&named("name"), field, Kind::Text);
    if field.kind == "linkParent" {
        let source = Source::ParentName { id: named("id"), kind: named("type") };
        return vec![id, Attribute::new(&named("type"), field, Kind::Text), name.from(source)];
    }
    vec![id, name.from(Source::NameOf { id: named("id"), entity })]
}

fn to_many(one: &Type, field: &Field) -> Vec<Attribute> {
    let named = |suffix: &str| kinds::attribute_name(&field.name, suffix, false);
    let link = field.name.clone();
    let has_columns = one
        .links
        .get(&link)
        .and_then(|link: &Link| link.relation.as_ref())
        .is_some_and(|it| !it.columns.is_empty());
    let mut all = vec![
        Attribute::new(&named("ids"), field, Kind::Json).from(Source::Ids(link.clone())),
        Attribute::new(&named("names"), field, Kind::Json).from(Source::Names(link.clone())),
    ];
    if has_columns {
        all.push(
            Attribute::new(&named("columns"), field, Kind::Json)
                .from(Source::Columns(link.clone())),
        );
    }
    if field.kind == "attachmentMultiple" {
        all.push(Attribute::new(&named("types"), field, Kind::Json).from(Source::Types(link)));
    }
    all
}

/// The composed name is stored too, so that lists can be ordered and searched by it.
fn person(one: &Type, field: &Field) -> Vec<Attribute> {
    let part = |name: &str| kinds::attribute_name(&field.name, name, true);
    let mut all = vec![Attribute::new(&field.name, field, Kind::Text).read_only()];
    for name in ["salutation", "first", "last", "middle"] {
        if !one.fields.contains_key(&part(name)) {
            all.push(Attribute::new(&part(name), field, Kind::Text));
        }
    }
    all
}

fn foreign(
    field: &Field,
    one: &Type,
    fields: &IndexMap<String, IndexMap<String, Field>>,
) -> Vec<Attribute> {
    let text =
        |key: &str| field.params.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let entity = one.links.get(&text("link")).map(|link| link.entity.clone()).unwrap_or_default();
    let known = fields.get(&entity).is_some_and(|fields| fields.contains_key(&text("field")));
    let source =
        Source::Foreign { id: format!("{}Id", text("link")), entity, field: text("field") };
    if known {
        vec![Attribute::new(&field.name, field, Kind::Text).from(source)]
    } else {
        Vec::new()
    }
}
