//! Queries in the server's own language, written so that nothing in a value can climb out of it.
//! A6: no parentheses, no empty text, quoted numbers, `id` last in every order.
use std::fmt::{self, Display, Formatter};

/// The server gives no more rows for one query.
pub const MOST: u32 = 100;

/// So many values one `in` may list; addresses are cut at about 8 KB. A1.
pub const MOST_IN: usize = 100;

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display)]
pub enum Test {
    #[strum(to_string = "=")]
    Equal,
    #[strum(to_string = "!=")]
    Unequal,
    #[strum(to_string = "<")]
    Below,
    #[strum(to_string = "<=")]
    AtMost,
    #[strum(to_string = ">")]
    Above,
    #[strum(to_string = ">=")]
    AtLeast,
    #[strum(to_string = "LIKE")]
    Like,
    #[strum(to_string = "IN")]
    In,
}

/// One comparison. The field's name is one of the schema; the values are raw.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// How.
    pub test: Test,
    /// With what; several only for `IN`.
    pub values: Vec<String>,
}

impl Condition {
    /// With one value.
    pub fn new(field: &str, test: Test, value: impl Into<String>) -> Self {
        Self { field: field.to_owned(), test, values: vec![value.into()] }
    }

    /// One of some.
    pub fn one_of(field: &str, values: Vec<String>) -> Self {
        Self { field: field.to_owned(), test: Test::In, values }
    }
}

/// In single quotes; one inside is doubled. There is no empty text: one blank stands for it, which
/// matches what is empty. A backslash would be an escape to the database: it is dropped, and who
/// writes a condition with one asks for more and sorts it out here.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = if self.0.is_empty() { " " } else { self.0 };
        f.write_str("'")?;
        for c in text.chars().filter(|c| *c != '\\' && !c.is_control()) {
            match c {
                '\'' => f.write_str("''")?,
                c => write!(f, "{c}")?,
            }
        }
        f.write_str("'")
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.field, self.test)?;
        match self.values.as_slice() {
            [one] if self.test != Test::In => Quoted(one).fmt(f),
            many => {
                f.write_str("(")?;
                for (place, value) in many.iter().enumerate() {
                    let comma = if place > 0 { "," } else { "" };
                    write!(f, "{comma}{}", Quoted(value))?;
                }
                f.write_str(")")
            }
        }
    }
}

/// In which order rows come. `id` is always the last key, so that no two rows are equal. A6: there
/// is one direction, and the database takes it for the last key alone: `ORDER BY a,id DESC` is
/// `a` rising. So a falling order is read from the end of the rising one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The largest id first.
    Newest,
    /// By these, smallest first.
    Rising(Vec<String>),
    /// By that one alone, largest first; equal ones as the database likes. Only where rows cannot
    /// be counted, so that there is no end to read from (A9).
    Falling(String),
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newest => f.write_str("id DESC"),
            Self::Rising(fields) => {
                for field in fields.iter().filter(|field| *field != "id") {
                    write!(f, "{field},")?;
                }
                f.write_str("id ASC")
            }
            Self::Falling(field) => write!(f, "{field} DESC"),
        }
    }
}

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// Fields; `id` is always given.
    pub columns: Vec<String>,
    /// The entity type.
    pub module: String,
    /// At least one of these must hold wholly; none = all records.
    pub any: Vec<Vec<Condition>>,
    /// In this order.
    pub order: Order,
    /// How many to skip, and how many to give at most.
    pub limit: (u64, u32),
}

impl Select {
    /// Everything of a type, the newest first.
    pub fn all(module: &str, columns: Vec<String>, limit: u32) -> Self {
        Self {
            columns,
            module: module.to_owned(),
            any: Vec::new(),
            order: Order::Newest,
            limit: (0, limit.min(MOST)),
        }
    }

    /// How many there are.
    pub fn count(&self) -> String {
        format!("SELECT count(*) FROM {}{};", self.module, Where(&self.any))
    }

    /// As the query of a relation: without the semicolon, and never without a condition. A9.
    pub fn related(&self, prefix: &str) -> String {
        let every = || Condition::new("id", Test::Above, format!("{prefix}x0"));
        let mut with = self.clone();
        for all in &mut with.any {
            all.insert(0, every());
        }
        if with.any.is_empty() {
            with.any.push(vec![every()]);
        }
        with.body()
    }

    fn body(&self) -> String {
        let mut columns = self.columns.clone();
        columns.retain(|column| column != "id");
        columns.insert(0, "id".to_owned());
        format!(
            "SELECT {} FROM {}{} ORDER BY {} LIMIT {},{}",
            columns.join(","),
            self.module,
            Where(&self.any),
            self.order,
            self.limit.0,
            self.limit.1.min(MOST),
        )
    }
}

impl Display for Select {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{};", self.body())
    }
}

struct Where<'a>(&'a [Vec<Condition>]);

impl Display for Where<'_> {
    /// `AND` binds tighter than `OR`, and there are no parentheses.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (place, all) in self.0.iter().enumerate() {
            f.write_str(if place == 0 { " WHERE " } else { " OR " })?;
            for (place, condition) in all.iter().enumerate() {
                if place > 0 {
                    f.write_str(" AND ")?;
                }
                condition.fmt(f)?;
            }
        }
        Ok(())
    }
}
