//! The words of a query.

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub sort: Sort,
    /// As it was written.
    pub text: String,
    /// The line that it stands on, from 1.
    pub line: usize,
}

/// What a word is before its place gives it a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Letters, digits and underscores; also a number with its sign.
    Word,
    /// `'…'`, with quotes doubled inside and at least one letter.
    Quoted,
    /// `=`, `!=`, `<`, `>`, `<=`, `>=`
    Operator,
    /// `,`
    Comma,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `*`
    Asterisk,
    /// `;`
    Semicolon,
}

/// A letter that no word can begin with: double quotes, dots, empty strings (A6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// All words of a query.
pub fn words(text: &str) -> Result<Vec<Token>, Unreadable> {
    let mut rest = text;
    let mut line = 1;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            line += usize::from(first == '\n');
            rest = after(rest, first.len_utf8());
            continue;
        }
        let (sort, length) = next(rest, first).ok_or(Unreadable)?;
        let text = rest.get(..length).unwrap_or(rest).to_owned();
        rest = after(rest, length);
        let lines = text.matches('\n').count();
        tokens.push(Token { sort, text, line });
        line += lines;
    }
    Ok(tokens)
}

fn after(text: &str, length: usize) -> &str {
    text.get(length..).unwrap_or_default()
}

fn next(rest: &str, first: char) -> Option<(Sort, usize)> {
    let second = rest.chars().nth(1);
    match (first, second) {
        ('<' | '>' | '!', Some('=')) => Some((Sort::Operator, 2)),
        ('<' | '>' | '=', _) => Some((Sort::Operator, 1)),
        (',', _) => Some((Sort::Comma, 1)),
        ('(', _) => Some((Sort::Open, 1)),
        (')', _) => Some((Sort::Close, 1)),
        ('*', _) => Some((Sort::Asterisk, 1)),
        (';', _) => Some((Sort::Semicolon, 1)),
        ('\'', _) => quoted(rest).map(|length| (Sort::Quoted, length)),
        ('-', Some(digit)) if digit.is_ascii_digit() => {
            Some((Sort::Word, 1 + word(after(rest, 1))))
        }
        (letter, _) if is_word(letter) => Some((Sort::Word, word(rest))),
        _ => None,
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn word(text: &str) -> usize {
    text.find(|letter| !is_word(letter)).unwrap_or(text.len())
}

/// The length of a string with its quotes; nothing where it is empty or does not end.
fn quoted(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().skip(1).peekable();
    let mut holds_some = false;
    while let Some((at, letter)) = letters.next() {
        if letter != '\'' || letters.next_if(|(_, next)| *next == '\'').is_some() {
            holds_some = true;
        } else {
            return holds_some.then_some(at + 1);
        }
    }
    None
}

/// The text inside the quotes, quotes no longer doubled; other words as they are.
pub fn value(token: &Token) -> String {
    match token.sort {
        Sort::Quoted => {
            let inner = token.text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            inner.unwrap_or(&token.text).replace("''", "'")
        }
        Sort::Word
        | Sort::Operator
        | Sort::Comma
        | Sort::Open
        | Sort::Close
        | Sort::Asterisk
        | Sort::Semicolon => token.text.clone(),
    }
}
