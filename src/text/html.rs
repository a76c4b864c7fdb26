//! HTML from outside as plain text. The markup is first reduced to well-nested tags without
//! attributes, of bounded depth: what makes HTML costly (column spans of a billion, ten
//! thousand open tags, styles) never reaches the renderer.
use html2text::config;

/// More HTML than this is cut off; a longer mail is not read in a terminal.
const MAX_BYTES: usize = 256 * 1024;
/// Deeper elements lose their tags and keep their text.
const MAX_DEPTH: usize = 40;
/// Tables in tables are laid out in time exponential to their depth.
const MAX_TABLES: usize = 3;

/// The text of some HTML in lines of at most about `cells` cells. Not yet harmless: it still
/// has to become `Shown`.
pub fn to_text(html: &str, cells: usize) -> String {
    let tidy = Tidy::new().read(head(html, MAX_BYTES));
    let plain = config::plain_no_decorate().allow_width_overflow().no_table_borders();
    let text = plain.string_from_read(tidy.out.as_bytes(), cells.clamp(20, 400));
    text.map_or(tidy.text, |text| text.trim_end().to_owned())
}

/// At most so many bytes from the start, in whole characters.
fn head(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Elements that stay as they are; all others lose their tags and keep their text.
const KEPT: &[&str] = &[
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "td",
    "th",
    "pre",
    "blockquote",
];
/// Elements that have no end.
const EMPTY: &[&str] = &["br", "hr"];
/// Elements whose content is not for people.
const DROPPED: &[&str] = &["script", "style", "title", "template", "noscript", "svg", "math"];

struct Tidy {
    /// HTML of open and closed [`KEPT`] elements.
    out: String,
    /// The text without any element.
    text: String,
    open: Vec<&'static str>,
    link: Option<Link>,
}

/// An open link: where it leads is told behind its text, if that is something else.
struct Link {
    to: String,
    from: usize,
}

impl Tidy {
    fn new() -> Self {
        Self { out: String::new(), text: String::new(), open: Vec::new(), link: None }
    }

    fn read(mut self, html: &str) -> Self {
        let mut rest = html;
        while let Some((before, after)) = rest.split_once('<') {
            self.text(before);
            rest = self.tag(after);
        }
        self.text(rest);
        while let Some(name) = self.open.pop() {
            self.out.extend(["</", name, ">"]);
        }
        self
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(text);
        self.text.push_str(text);
    }

    /// What follows a `<`; gives what follows the tag.
    fn tag<'a>(&mut self, after: &'a str) -> &'a str {
        if let Some(comment) = after.strip_prefix("!--") {
            return comment.split_once("-->").map_or("", |(_, rest)| rest);
        }
        if after.starts_with(['!', '?']) {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
        let (is_end, named) = after.strip_prefix('/').map_or((false, after), |named| (true, named));
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.out.push_str("&lt;");
            self.text.push('<');
            return after;
        }
        let name_end = named.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(named.len());
        let (name, inside) = named.split_at_checked(name_end).unwrap_or((named, ""));
        let name = name.to_ascii_lowercase();
        let (attributes, rest) = end_of_tag(inside);
        if is_end {
            self.close(&name);
            return rest;
        }
        if DROPPED.contains(&name.as_str()) {
            return if attributes.ends_with('/') { rest } else { behind(rest, &name) };
        }
        self.start(&name, attributes);
        rest
    }

    fn start(&mut self, name: &str, attributes: &str) {
        if let Some(name) = EMPTY.iter().find(|known| **known == name) {
            self.out.extend(["<", name, ">"]);
            self.text.push('\n');
        } else if name == "a" {
            self.end_link();
            let to = attribute(attributes, "href").unwrap_or_default();
            self.link = Some(Link { to, from: self.text.len() });
        } else if name == "img" {
            let said = attribute(attributes, "alt").unwrap_or_default();
            self.text(&format!("[{}]", escape(if said.is_empty() { "image" } else { &said })));
        } else if let Some(name) = KEPT.iter().find(|known| **known == name) {
            self.open(name);
        }
    }

    fn open(&mut self, name: &'static str) {
        self.text.push(' ');
        let tables = self.open.iter().filter(|open| **open == "table").count();
        if self.open.len() >= MAX_DEPTH || (name == "table" && tables >= MAX_TABLES) {
            self.out.push(' ');
            return;
        }
        self.out.extend(["<", name, ">"]);
        self.open.push(name);
    }

    /// Ends that fit no open element are dropped; those that skip some close them too.
    fn close(&mut self, name: &str) {
        if name == "a" {
            self.end_link();
        }
        let Some(at) = self.open.iter().rposition(|open| *open == name) else { return };
        self.text.push('\n');
        for name in self.open.drain(at..).rev() {
            self.out.extend(["</", name, ">"]);
        }
    }

    fn end_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        let said = self.text.get(link.from..).unwrap_or_default().trim();
        let is_web = link.to.starts_with("http://") || link.to.starts_with("https://");
        if is_web && said != link.to && !said.is_empty() {
            let to = format!(" ({})", escape(&link.to));
            self.text(&to);
        }
    }
}

/// A tag's attributes, and what follows its `>`, which may stand in quotes before.
fn end_of_tag(inside: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in inside.char_indices() {
        match (quote, c) {
            (None, '>') => {
                let (attributes, rest) = inside.split_at_checked(at).unwrap_or((inside, ""));
                return (attributes, rest.strip_prefix('>').unwrap_or_default());
            }
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None | Some(_), _) => {}
        }
    }
    // A quote that never ends would swallow the document.
    inside.split_once('>').unwrap_or((inside, ""))
}

/// What follows the end of an element whose content is dropped.
fn behind<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        let named = after.get(..name.len());
        if named.is_some_and(|named| named.eq_ignore_ascii_case(name)) {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = after;
    }
    ""
}

/// An attribute's value, with the one entity that URLs have resolved.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let at = attributes.to_ascii_lowercase().find(&format!("{name}="))? + name.len() + 1;
    let value = attributes.get(at..)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => value.split(quote).nth(1)?,
        None => value.split([' ', '\t', '\n', '\r', '/']).next()?,
    };
    Some(value.replace("&amp;", "&"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mail_reads_as_text() {
        let html = "<!DOCTYPE html><style>p{color:red}</style><p>Dear <b>Ada</b>,</p>\
                    <p>a &lt; b &amp; c<br>bye</p><ul><li>one<li>two</ul>";
        let text = to_text(html, 60);
        assert!(text.starts_with("Dear Ada,\n"), "{text}");
        assert!(text.contains("a < b & c\nbye"), "{text}");
        assert!(text.contains("* one\n* two"), "{text}");
        assert!(!text.contains("color"), "{text}");
    }

    #[test]
    fn a_link_says_where_it_leads() {
        let text = to_text(r#"<a href="https://a.example/?x=1&amp;y">here</a> now"#, 60);
        assert_eq!(text, "here (https://a.example/?x=1&y) now");
        let same = "<A HREF='https://a.example'>https://a.example</A>";
        assert_eq!(to_text(same, 60), "https://a.example");
        assert_eq!(to_text(r#"<a href="javascript:x">here</a>"#, 60), "here");
    }

    #[test]
    fn text_that_is_no_html_stays() {
        assert_eq!(to_text("1 < 2 and <3", 60), "1 < 2 and <3");
        assert_eq!(to_text("", 60), "");
        assert_eq!(to_text("<script>x</scr</script>y", 60), "y");
    }

    #[test]
    fn bombs_are_defused() {
        let started = |bomb: String| to_text(&bomb, 80).len();
        assert!(started("<div>".repeat(50_000)) < 1000);
        assert!(started("<table><tr><td>".repeat(20_000)) < 10_000);
        assert!(started("<b x=1>".repeat(500) + &"<p>x</b>".repeat(20_000)) > 0);
        assert!(started("<td colspan=1000000000>x</td>".repeat(100)) > 0);
        assert!(started("<table><tr><td rowspan=99999999999999999999>x".to_owned()) > 0);
        assert!(started("<a href=\"".repeat(30_000)) < 1_000_000);
        assert!(started("<!--".repeat(60_000)) < 1000);
        assert!(started("<ul><li>".repeat(30_000)) < 100_000);
        assert!(started("x".repeat(10 * MAX_BYTES)) <= 2 * MAX_BYTES);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn any_markup_gives_text(parts in prop::collection::vec(prop_oneof![
            prop::sample::select(vec!["<p>", "</p>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<ol>", "<li>",
                "<pre>", "</pre>", "<a href=x>", "</a>", "<", ">", "<dl>", "<dt>", "<dd>", "<h1>", "<hr>", "<br/>", "\t", "\n"])
                .prop_map(str::to_owned),
            "\\PC{0,12}",
        ], 0..60), cells in 0..100_usize) {
            let _ = to_text(&parts.concat(), cells);
        }
    }
}
