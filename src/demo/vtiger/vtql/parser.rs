//! From words to a query, with the real parser's complaints (A6, recordings q10 to q68).

use super::lexer::{self, Sort, Token, Unreadable};
use super::{Columns, Condition, Joint, Limit, MOST, Query};

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Something that cannot be read: `INTERNAL_SERVER_ERROR`.
    Unreadable,
    /// The parser's complaint: `QUERY_SYNTAX_ERROR`.
    Syntax(String),
}

impl From<Unreadable> for Wrong {
    fn from(_: Unreadable) -> Wrong {
        Wrong::Unreadable
    }
}

/// The module that a query names, if it names one: looked for before anything else is read.
pub fn module_of(text: &str) -> Option<&str> {
    let mut words = text.split_whitespace();
    words.find(|word| word.eq_ignore_ascii_case("from"))?;
    let word = words.next()?;
    let end = word
        .find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .unwrap_or(word.len());
    word.get(..end).filter(|name| !name.is_empty())
}

/// Reads a query.
pub fn parse(text: &str) -> Result<Query, Wrong> {
    let tokens = lexer::words(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    parser.keyword("select", "Unknown", "SELECT")?;
    let columns = parser.columns()?;
    parser.at += 1; // `from`: the columns end there
    let Some(module) = parser.take() else { return Err(broken()) };
    let module = module.text.clone();
    let conditions = parser.conditions()?;
    let (order, descending) = parser.order()?;
    let limit = parser.limit()?;
    let name = if limit.is_some() { "VALUE" } else { "COLUMNNAME" };
    parser.end(name)?;
    let limit = limit.unwrap_or(Limit { offset: 0, count: MOST });
    Ok(Query { columns, module, conditions, order, descending, limit })
}

fn broken() -> Wrong {
    Wrong::Syntax("There is an syntax error in query".into())
}

const OPERATORS: &str = "EQ,LT,GT,LTE,GTE,NE,IN,LIKE";

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self) -> Option<&'a Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn is_word(&self, text: &str) -> bool {
        self.peek()
            .is_some_and(|token| token.sort == Sort::Word && token.text.eq_ignore_ascii_case(text))
    }

    fn take_word(&mut self, text: &str) -> bool {
        let found = self.is_word(text);
        self.at += usize::from(found);
        found
    }

    fn take_sort(&mut self, sort: Sort) -> bool {
        let found = self.peek().is_some_and(|token| token.sort == sort);
        self.at += usize::from(found);
        found
    }

    /// The complaint about the next word. `word` is what a plain word would be called here.
    fn complaint(&self, word: &str, expected: &str) -> Wrong {
        let Some(token) = self.peek() else {
            let last = self.tokens.last();
            let (text, line) = last.map_or(("", 1), |token| (token.text.as_str(), token.line));
            return Wrong::Syntax(format!(
                "Syntax Error on line {line}: token '{text}' Unexpected End of Input(0), expected one of: {expected}"
            ));
        };
        let name = match (token.sort, token.text.as_str()) {
            (Sort::Word, _) => word,
            (Sort::Quoted, _) => "VALUE",
            (Sort::Operator, "=") => "EQ",
            (Sort::Operator, "<") => "LT",
            (Sort::Operator, ">") => "GT",
            (Sort::Operator, "<=") => "LTE",
            (Sort::Operator, ">=") => "GTE",
            (Sort::Operator, _) => "NE",
            (Sort::Comma, _) if word == "Unknown" => "Unknown",
            (Sort::Comma, _) => "COMMA",
            (Sort::Open, _) => "PARENOPEN",
            (Sort::Close, _) => "PARENCLOSE",
            (Sort::Asterisk, _) => "ASTERISK",
            (Sort::Semicolon, _) => "SEMICOLON",
        };
        let (line, text) = (token.line, &token.text);
        Wrong::Syntax(format!(
            "Syntax Error on line {line}: token '{text}' Unexpected {name}({text}), expected one of: {expected}"
        ))
    }

    fn keyword(&mut self, word: &str, name: &str, expected: &str) -> Result<(), Wrong> {
        if self.take_word(word) { Ok(()) } else { Err(self.complaint(name, expected)) }
    }

    fn end(&mut self, name: &str) -> Result<(), Wrong> {
        if self.take_sort(Sort::Semicolon) {
            Ok(())
        } else {
            Err(self.complaint(name, "SEMICOLON"))
        }
    }

    /// What is asked for, up to `from`.
    fn columns(&mut self) -> Result<Columns, Wrong> {
        if self.take_sort(Sort::Asterisk) {
            return if self.is_word("from") {
                Ok(Columns::All)
            } else {
                Err(self.complaint("Unknown", "FRM,COMMA"))
            };
        }
        if self.is_word("count")
            && self.tokens.get(self.at + 1).is_some_and(|next| next.sort == Sort::Open)
        {
            self.at += 2;
            let closed = self.take_sort(Sort::Asterisk)
                && self.take_sort(Sort::Close)
                && self.is_word("from");
            return if closed {
                Ok(Columns::Count)
            } else {
                Err(self.complaint("COLUMNNAME", "ASTERISK"))
            };
        }
        let mut names = Vec::new();
        loop {
            match self.peek() {
                Some(token) if token.sort == Sort::Word => names.push(token.text.clone()),
                _ => return Err(self.complaint("COLUMNNAME", "COLUMNNAME")),
            }
            self.at += 1;
            if self.is_word("from") {
                return Ok(Columns::Named(names));
            }
            if !self.take_sort(Sort::Comma) {
                return Err(self.complaint("COLUMNNAME", "SELECT"));
            }
        }
    }

    fn conditions(&mut self) -> Result<Vec<(Joint, Condition)>, Wrong> {
        let mut conditions = Vec::new();
        if !self.take_word("where") {
            let known = ["order", "limit"].iter().any(|word| self.is_word(word));
            let ends = self.peek().is_none_or(|token| token.sort == Sort::Semicolon);
            return if known || ends { Ok(conditions) } else { Err(broken()) };
        }
        let mut joint = Joint::And;
        loop {
            conditions.push((joint, self.condition()?));
            joint = if self.take_word("and") {
                Joint::And
            } else if self.take_word("or") {
                Joint::Or
            } else {
                return Ok(conditions);
            };
        }
    }

    fn condition(&mut self) -> Result<Condition, Wrong> {
        let field = match self.peek() {
            Some(token) if token.sort == Sort::Word => token.text.clone(),
            _ => return Err(self.complaint("COLUMNNAME", "COLUMNNAME")),
        };
        self.at += 1;
        let operator = self.operator()?;
        let mut values = Vec::new();
        let is_list = self.take_sort(Sort::Open);
        loop {
            match self.peek() {
                Some(token) if matches!(token.sort, Sort::Word | Sort::Quoted) => {
                    values.push(lexer::value(token));
                }
                _ => return Err(self.complaint("VALUE", "VALUE")),
            }
            self.at += 1;
            if !is_list {
                break;
            }
            if self.take_sort(Sort::Close) {
                break;
            }
            if !self.take_sort(Sort::Comma) {
                return Err(self.complaint("VALUE", "PARENCLOSE,COMMA"));
            }
        }
        if operator != "IN" && values.len() != 1 {
            return Err(Wrong::Syntax("columns data inappropriate".into()));
        }
        Ok(Condition { field, operator, values })
    }

    fn operator(&mut self) -> Result<&'static str, Wrong> {
        let found =
            self.peek().and_then(|token| match (token.sort, token.text.to_lowercase().as_str()) {
                (Sort::Operator, "=") => Some("="),
                (Sort::Operator, "!=") => Some("!="),
                (Sort::Operator, "<") => Some("<"),
                (Sort::Operator, ">") => Some(">"),
                (Sort::Operator, "<=") => Some("<="),
                (Sort::Operator, ">=") => Some(">="),
                (Sort::Word, "like") => Some("LIKE"),
                (Sort::Word, "in") => Some("IN"),
                _ => None,
            });
        let Some(operator) = found else { return Err(self.complaint("VALUE", OPERATORS)) };
        self.at += 1;
        Ok(operator)
    }

    fn order(&mut self) -> Result<(Vec<String>, bool), Wrong> {
        let mut names = Vec::new();
        if !self.take_word("order") {
            return Ok((names, false));
        }
        self.keyword("by", "COLUMNNAME", "ORDERBY")?;
        loop {
            match self.peek() {
                Some(token) if token.sort == Sort::Word => names.push(token.text.clone()),
                _ => return Err(self.complaint("COLUMNNAME", "COLUMNNAME")),
            }
            self.at += 1;
            if !self.take_sort(Sort::Comma) {
                break;
            }
        }
        let descending = self.take_word("desc");
        if !descending {
            self.take_word("asc");
        }
        Ok((names, descending))
    }

    fn limit(&mut self) -> Result<Option<Limit>, Wrong> {
        if !self.take_word("limit") {
            return Ok(None);
        }
        let first = self.number()?;
        if !self.take_sort(Sort::Comma) {
            return Ok(Some(Limit { offset: 0, count: first.min(MOST) }));
        }
        let count = self.number()?;
        Ok(Some(Limit { offset: first, count: count.min(MOST) }))
    }

    fn number(&mut self) -> Result<i64, Wrong> {
        match self.peek() {
            Some(token) if matches!(token.sort, Sort::Word | Sort::Quoted) => {
                self.at += 1;
                // What is no number the database refuses, which reads as no records.
                Ok(lexer::value(token).parse().unwrap_or(-1))
            }
            _ => Err(self.complaint("VALUE", "VALUE")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        match parse(text) {
            Err(Wrong::Syntax(text)) => text,
            Err(Wrong::Unreadable) => "unreadable".into(),
            Ok(query) => panic!("{text}: {query:?}"),
        }
    }

    #[test]
    fn queries_are_read() {
        let query = parse("SELECT lastname , id\nFROM Contacts WHERE lastname = 'O''Brien' or id in (12x203,'12x204') ORDER BY lastname,id DESC LIMIT 100,500;").unwrap();
        assert_eq!(query.columns, Columns::Named(vec!["lastname".into(), "id".into()]));
        assert_eq!(query.conditions[0].1.values, ["O'Brien"]);
        assert_eq!(
            query.conditions[1],
            (
                Joint::Or,
                Condition {
                    field: "id".into(),
                    operator: "IN",
                    values: vec!["12x203".into(), "12x204".into()]
                }
            )
        );
        assert_eq!((query.order.len(), query.descending), (2, true));
        assert_eq!(query.limit, Limit { offset: 100, count: 100 });
        assert_eq!(parse("select * from Contacts;").unwrap().limit.count, 100);
    }

    #[test]
    fn complaints_are_those_of_the_recordings() {
        for (text, wanted) in [
            (
                "select id from Contacts limit 10 offset 5;",
                "Syntax Error on line 1: token 'offset' Unexpected VALUE(offset), expected one of: SEMICOLON",
            ),
            (
                "select id from Contacts limit 1",
                "Syntax Error on line 1: token '1' Unexpected End of Input(0), expected one of: SEMICOLON",
            ),
            (
                "select lastname from Contacts order by lastname asc, firstname desc limit 2;",
                "Syntax Error on line 1: token ',' Unexpected COMMA(,), expected one of: SEMICOLON",
            ),
            (
                "selekt * from Contacts;",
                "Syntax Error on line 1: token 'selekt' Unexpected Unknown(selekt), expected one of: SELECT",
            ),
            (
                "select * from Contacts where;",
                "Syntax Error on line 1: token ';' Unexpected SEMICOLON(;), expected one of: COLUMNNAME",
            ),
            (
                r"select lastname from Contacts where lastname = 'O\'Brien' limit 1;",
                "Syntax Error on line 1: token 'Brien' Unexpected COLUMNNAME(Brien), expected one of: SEMICOLON",
            ),
            (
                "select id from Contacts where firstname <> 'Ada' limit 1;",
                "Syntax Error on line 1: token '>' Unexpected GT(>), expected one of: VALUE",
            ),
            (
                "select id from Contacts where firstname not like 'A%' limit 1;",
                "Syntax Error on line 1: token 'not' Unexpected VALUE(not), expected one of: EQ,LT,GT,LTE,GTE,NE,IN,LIKE",
            ),
            (
                "select id from Contacts where (firstname='Ada') limit 1;",
                "Syntax Error on line 1: token '(' Unexpected PARENOPEN((), expected one of: COLUMNNAME",
            ),
            (
                "select distinct lastname from Contacts limit 1;",
                "Syntax Error on line 1: token 'lastname' Unexpected COLUMNNAME(lastname), expected one of: SELECT",
            ),
            (
                "select sum(amount) from Potentials;",
                "Syntax Error on line 1: token '(' Unexpected PARENOPEN((), expected one of: SELECT",
            ),
            (
                "select *,id from Contacts limit 1;",
                "Syntax Error on line 1: token ',' Unexpected Unknown(,), expected one of: FRM,COMMA",
            ),
            (
                "select lastname from Contacts group by lastname limit 1;",
                "There is an syntax error in query",
            ),
            ("select id from Contacts where lastname = \"Smith\" limit 1;", "unreadable"),
            ("select id from Contacts where email = '' limit 1;", "unreadable"),
            ("select id,amount from Potentials where amount > 100000.5 limit 1;", "unreadable"),
            ("select account_id.accountname from Contacts limit 1;", "unreadable"),
        ] {
            assert_eq!(complaint(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_module_is_found_before_the_rest_is_read() {
        assert_eq!(module_of("select * from NoSuch;"), Some("NoSuch"));
        assert_eq!(module_of("select * Contacts;"), None);
        assert_eq!(module_of(""), None);
    }
}
