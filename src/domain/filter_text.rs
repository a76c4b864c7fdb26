//! Filter text, as people type it and as it is kept: `status:open amount>10k -tag:* "Haas"`.
//! INTERFACE §1. Parsing is typed by the schema, so that what reaches a provider is meant.
use std::{fmt, iter::Peekable, ops::Range, str::CharIndices};

use jiff::civil::Date;

use super::{
    query::{Compare, Filter, Test},
    schema::EntityType,
};

mod field;
mod print;
#[cfg(test)]
mod tests;
mod typed;

pub use print::print;

/// Parentheses and minus signs inside one another; more is a mistake or an attack.
const MAX_DEPTH: usize = 32;
/// Bytes; longer text was not typed by anyone.
const MAX_LENGTH: usize = 16 * 1024;

/// Why a text is no filter, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// Bytes of the text that are wrong.
    pub at: Range<usize>,
    /// What is wrong.
    pub what: Problem,
    /// What may have been meant, nearest first: field names, or choices.
    pub nearest: Vec<String>,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        match self.nearest.as_slice() {
            [] => Ok(()),
            nearest => write!(f, "; nearest: {}", nearest.join(", ")),
        }
    }
}

impl std::error::Error for FilterError {}

/// What is wrong with a filter text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The entity type has no such field.
    #[error("there is no field {0:?}")]
    UnknownField(String),
    /// The field cannot have this value.
    #[error("{0:?} is no choice of this field")]
    NoChoice(String),
    /// The field holds numbers.
    #[error("{0:?} is no number")]
    NotANumber(String),
    /// The field holds days or moments.
    #[error("{0:?} is no day, month, span or range")]
    NotADate(String),
    /// The field holds yes or no.
    #[error("{0:?} is neither yes nor no")]
    NotYesOrNo(String),
    /// The field's values have no order.
    #[error("the values of {0:?} are not larger or smaller than others")]
    NotOrdered(String),
    /// The field's values have no parts.
    #[error("the values of {0:?} are not text that could hold or begin with something")]
    NotText(String),
    /// `@me` where no user stands.
    #[error("@me fits fields that point to users only")]
    NoUser,
    /// Nothing after `:`, `>` or `,`.
    #[error("a value is missing")]
    MissingValue,
    /// Nothing beside `or`, after `-`, or between parentheses.
    #[error("a condition is missing")]
    MissingTerm,
    /// A `"` without its pair.
    #[error("a quote is not closed")]
    OpenQuote,
    /// A parenthesis without its pair.
    #[error("a parenthesis has no pair")]
    OpenParenthesis,
    /// Too many parentheses inside one another.
    #[error("conditions are nested too deeply")]
    TooDeep,
    /// Too long.
    #[error("the filter is too long")]
    TooLong,
}

/// The filter that a text means for an entity type; `None` when it is blank. `today` is the
/// user's day, for words such as `yesterday`.
///
/// # Errors
/// Where the text is no filter, or names what the entity type does not have.
pub fn parse(text: &str, entity: &EntityType, today: Date) -> Result<Option<Filter>, FilterError> {
    if text.len() > MAX_LENGTH {
        return Err(error(0..text.len(), Problem::TooLong));
    }
    let chars = text.char_indices().peekable();
    let mut parser = Parser { chars, end: text.len(), entity, today, depth: 0 };
    parser.skip_blanks();
    if parser.peek().is_none() {
        return Ok(None);
    }
    let filter = parser.any()?;
    match parser.chars.peek() {
        Some((at, _)) => Err(error(*at..at + 1, Problem::OpenParenthesis)),
        None => Ok(Some(filter)),
    }
}

fn error(at: Range<usize>, what: Problem) -> FilterError {
    FilterError { at, what, nearest: Vec::new() }
}

/// A word of the text, quotes undone.
struct Piece {
    text: String,
    is_quoted: bool,
    at: Range<usize>,
}

impl Piece {
    /// A special word, which in quotes is none.
    fn is_word(&self, word: &str) -> bool {
        !self.is_quoted && self.text.eq_ignore_ascii_case(word)
    }

    fn wrong(&self, problem: impl FnOnce(String) -> Problem) -> FilterError {
        error(self.at.clone(), problem(self.text.clone()))
    }
}

/// What stands between a field and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Is,
    Contains,
    StartsWith,
    Above,
    AtLeast,
    Below,
    AtMost,
}

struct Parser<'a> {
    chars: Peekable<CharIndices<'a>>,
    end: usize,
    entity: &'a EntityType,
    today: Date,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|(_, c)| *c)
    }

    /// Bytes before the next character.
    fn at(&mut self) -> usize {
        self.chars.peek().map_or(self.end, |(at, _)| *at)
    }

    fn eat(&mut self, c: char) -> bool {
        self.chars.next_if(|(_, next)| *next == c).is_some()
    }

    fn skip_blanks(&mut self) {
        while self.chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
    }

    /// Whether the next word is a bare `or`; it is not taken.
    fn is_or(&mut self) -> bool {
        let mut ahead = self.chars.clone().map(|(_, c)| c);
        let o = ahead.next().is_some_and(|c| c.eq_ignore_ascii_case(&'o'));
        let r = o && ahead.next().is_some_and(|c| c.eq_ignore_ascii_case(&'r'));
        r && ahead.next().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')' | '"'))
    }

    fn missing(&mut self) -> FilterError {
        let at = self.at();
        error(at..at, Problem::MissingTerm)
    }

    /// Terms with `or` between.
    fn any(&mut self) -> Result<Filter, FilterError> {
        let mut sides = vec![self.all()?];
        while self.is_or() {
            self.chars.next();
            self.chars.next();
            sides.push(self.all()?);
        }
        Ok(any_of(sides))
    }

    /// Terms side by side, up to `or`, `)` or the end.
    fn all(&mut self) -> Result<Filter, FilterError> {
        let mut terms = Vec::new();
        loop {
            self.skip_blanks();
            if self.peek().is_none_or(|c| c == ')') || self.is_or() {
                break;
            }
            terms.push(self.term()?);
        }
        if terms.is_empty() {
            return Err(self.missing());
        }
        Ok(all_of(terms))
    }

    fn term(&mut self) -> Result<Filter, FilterError> {
        self.depth += 1;
        let at = self.at();
        if self.depth > MAX_DEPTH {
            return Err(error(at..at + 1, Problem::TooDeep));
        }
        let term = match self.peek() {
            Some('(') => self.group(),
            Some('-') => self.not(),
            Some(_) | None => self.word_or_test(),
        };
        self.depth -= 1;
        term
    }

    fn group(&mut self) -> Result<Filter, FilterError> {
        let at = self.at();
        self.chars.next();
        let inside = self.any()?;
        if self.eat(')') { Ok(inside) } else { Err(error(at..at + 1, Problem::OpenParenthesis)) }
    }

    fn not(&mut self) -> Result<Filter, FilterError> {
        self.chars.next();
        match self.peek() {
            None | Some(')') => Err(self.missing()),
            Some(c) if c.is_whitespace() => Err(self.missing()),
            Some(_) => self.term().map(|term| Filter::Not(Box::new(term))),
        }
    }

    fn word_or_test(&mut self) -> Result<Filter, FilterError> {
        let word = self.piece(|c| matches!(c, ':' | '<' | '>'))?;
        let Some(sign) = self.sign() else {
            if word.is_word("@me") {
                return field::mine(self.entity).ok_or_else(|| error(word.at, Problem::NoUser));
            }
            return Ok(Filter::Words(word.text));
        };
        self.test(&word, sign)
    }

    fn sign(&mut self) -> Option<Sign> {
        if self.eat(':') {
            let sign = [('~', Sign::Contains), ('^', Sign::StartsWith)];
            let found = sign.into_iter().find(|(c, _)| self.eat(*c));
            return Some(found.map_or(Sign::Is, |(_, sign)| sign));
        }
        if self.eat('>') {
            return Some(if self.eat('=') { Sign::AtLeast } else { Sign::Above });
        }
        self.eat('<').then(|| if self.eat('=') { Sign::AtMost } else { Sign::Below })
    }

    fn test(&mut self, name: &Piece, sign: Sign) -> Result<Filter, FilterError> {
        let field = field::find(self.entity, name)?;
        let values = self.values(sign)?;
        if let ([value], Sign::Is) = (values.as_slice(), sign)
            && value.is_word("*")
        {
            return Ok(Filter::Test(Test { field: field.name, test: Compare::HasValue }));
        }
        typed::test(&field, sign, &values, self.today)
    }

    /// One value, or after `:` several with commas between.
    fn values(&mut self, sign: Sign) -> Result<Vec<Piece>, FilterError> {
        let mut values = Vec::new();
        loop {
            let value = self.piece(|c| c == ',' && sign == Sign::Is)?;
            if value.text.is_empty() && !value.is_quoted {
                return Err(error(value.at, Problem::MissingValue));
            }
            values.push(value);
            if sign != Sign::Is || !self.eat(',') {
                return Ok(values);
            }
        }
    }

    /// A quoted text, or a bare one up to a blank, a parenthesis or what `ends` it.
    fn piece(&mut self, ends: impl Fn(char) -> bool) -> Result<Piece, FilterError> {
        let from = self.at();
        if self.eat('"') {
            let text = self.quoted(from)?;
            return Ok(Piece { text, is_quoted: true, at: from..self.at() });
        }
        let mut text = String::new();
        let is_inside = |c: char| !c.is_whitespace() && !matches!(c, '(' | ')') && !ends(c);
        while let Some((_, c)) = self.chars.next_if(|(_, c)| is_inside(*c)) {
            text.push(c);
        }
        Ok(Piece { text, is_quoted: false, at: from..self.at() })
    }

    /// Up to the closing quote; `\` takes the next character as it is.
    fn quoted(&mut self, from: usize) -> Result<String, FilterError> {
        let mut text = String::new();
        while let Some((_, c)) = self.chars.next() {
            match c {
                '"' => return Ok(text),
                '\\' => text.extend(self.chars.next().map(|(_, c)| c)),
                c => text.push(c),
            }
        }
        Err(error(from..self.end, Problem::OpenQuote))
    }
}

/// Terms that must all hold: those of a group inside stand beside the others, and words beside
/// words become one search.
fn all_of(terms: Vec<Filter>) -> Filter {
    let mut flat = Vec::new();
    for term in terms {
        match term {
            Filter::All(inside) => inside.into_iter().fold(&mut flat, add),
            Filter::Any(_) | Filter::Not(_) | Filter::Test(_) | Filter::Words(_) => {
                add(&mut flat, term)
            }
        };
    }
    only(flat).unwrap_or_else(Filter::All)
}

/// Sides of which one must hold.
fn any_of(sides: Vec<Filter>) -> Filter {
    let mut flat = Vec::new();
    for side in sides {
        match side {
            Filter::Any(inside) => flat.extend(inside),
            Filter::All(_) | Filter::Not(_) | Filter::Test(_) | Filter::Words(_) => flat.push(side),
        }
    }
    only(flat).unwrap_or_else(Filter::Any)
}

/// One filter stands for itself.
fn only(mut filters: Vec<Filter>) -> Result<Filter, Vec<Filter>> {
    match filters.pop() {
        Some(only) if filters.is_empty() => Ok(only),
        last => {
            filters.extend(last);
            Err(filters)
        }
    }
}

fn add(terms: &mut Vec<Filter>, term: Filter) -> &mut Vec<Filter> {
    match (terms.last_mut(), term) {
        (Some(Filter::Words(before)), Filter::Words(word)) => {
            if !before.is_empty() && !word.is_empty() {
                before.push(' ');
            }
            before.push_str(&word);
        }
        (_, term) => terms.push(term),
    }
    terms
}
