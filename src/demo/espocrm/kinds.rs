//! The field types of E§7 and the attributes that each gives.

/// Every field type.
pub const NAMES: &[&str] = &[
    "varchar",
    "text",
    "wysiwyg",
    "url",
    "enum",
    "colorpicker",
    "number",
    "barcode",
    "password",
    "int",
    "enumInt",
    "duration",
    "autoincrement",
    "float",
    "enumFloat",
    "bool",
    "multiEnum",
    "array",
    "checklist",
    "urlMultiple",
    "arrayInt",
    "jsonArray",
    "jsonObject",
    "map",
    "date",
    "datetime",
    "datetimeOptional",
    "currency",
    "currencyConverted",
    "link",
    "linkOne",
    "file",
    "image",
    "linkParent",
    "linkMultiple",
    "attachmentMultiple",
    "email",
    "phone",
    "personName",
    "address",
    "rangeInt",
    "rangeFloat",
    "rangeCurrency",
    "foreign",
    "base",
];

/// The parts that give attribute names.
pub struct Parts {
    /// Writable parts; `""` is the field itself.
    pub actual: &'static [&'static str],
    /// Read-only companions.
    pub companions: &'static [&'static str],
    /// Whether a part stands before the field's name instead of after it.
    pub prefix: bool,
}

/// The parts of a field type, where it has more than the field itself.
pub fn parts(kind: &str) -> Option<Parts> {
    let (actual, companions, prefix): (&'static [&'static str], &'static [&'static str], bool) =
        match kind {
            "address" => (&["street", "city", "state", "country", "postalCode"], &[], false),
            "attachmentMultiple" => (&["ids"], &["names", "types"], false),
            "currency" => (&["currency", ""], &[], false),
            "datetimeOptional" => (&["", "date"], &[], false),
            "email" | "phone" => (&["isOptedOut", "isInvalid", "", "data"], &[], false),
            "file" | "image" | "link" | "linkOne" => (&["id"], &["name"], false),
            "linkMultiple" => (&["ids"], &["names"], false),
            "linkParent" => (&["id", "type"], &["name"], false),
            "personName" => (&["salutation", "first", "last", "middle"], &[""], true),
            "rangeInt" | "rangeFloat" | "rangeCurrency" => (&["from", "to"], &[], true),
            _ => return None,
        };
    Some(Parts { actual, companions, prefix })
}

/// Whether the web client offers a filter for it.
pub fn is_filterable(kind: &str) -> bool {
    !matches!(
        kind,
        "base"
            | "colorpicker"
            | "jsonArray"
            | "jsonObject"
            | "map"
            | "password"
            | "rangeInt"
            | "rangeFloat"
            | "rangeCurrency"
    )
}

/// Whether lists cannot be ordered by it.
pub fn is_unsortable(kind: &str) -> bool {
    matches!(
        kind,
        "array"
            | "attachmentMultiple"
            | "checklist"
            | "jsonArray"
            | "linkMultiple"
            | "map"
            | "multiEnum"
            | "password"
            | "urlMultiple"
    )
}

/// A field's attribute for one part: `billingAddress` + `city`, or `first` + `name`.
pub fn attribute_name(field: &str, part: &str, prefix: bool) -> String {
    let (head, tail) = if prefix { (part, field) } else { (field, part) };
    if head.is_empty() || tail.is_empty() {
        return format!("{head}{tail}");
    }
    format!("{head}{}", upper_first(tail))
}

/// With its first letter in upper case.
pub fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
