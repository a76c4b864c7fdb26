//! VTQL (A6): from a text to a query, and from a query to SQL.

pub mod lexer;
pub mod parser;
pub mod sql;

/// A query as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What is asked for.
    pub columns: Columns,
    /// Of which module.
    pub module: String,
    /// The conditions in their order; the joint of the first means nothing.
    pub conditions: Vec<(Joint, Condition)>,
    /// The fields of the order.
    pub order: Vec<String>,
    /// The one direction, which MySQL takes for the last field alone.
    pub descending: bool,
    /// Offset and count.
    pub limit: Limit,
}

/// What a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columns {
    /// `*`
    All,
    /// `count(*)`
    Count,
    /// These fields.
    Named(Vec<String>),
}

/// How a condition is joined to the one before it. `And` binds tighter, as in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// `and`
    And,
    /// `or`
    Or,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field's name.
    pub field: String,
    /// `=`, `!=`, `<`, `>`, `<=`, `>=`, `LIKE` or `IN`.
    pub operator: &'static str,
    /// One value; for `IN` one or more.
    pub values: Vec<String>,
}

/// Which part of the result is wanted; never more than 100 records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Records that are left out at the beginning.
    pub offset: i64,
    /// Records that are wanted. Below zero the database refuses, and the answer is empty.
    pub count: i64,
}

/// The most records of one answer.
pub const MOST: i64 = 100;
