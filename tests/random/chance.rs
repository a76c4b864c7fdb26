//! Values drawn from a seed: hostile text, records, pages, errors.
use std::{sync::Arc, time::Duration};

use ficha::{
    app::{
        command::Command,
        keymap::{Code, Key},
        msg::Target,
    },
    domain::{
        action::{Action, File, Happening, Outcome, Ran, Reply},
        change::{Conflict, Edits, Written},
        draft::{Draft, DraftState, Recent},
        error::Error,
        record::{Page, Record, RecordId, Total},
        schema::{Layout, Schema, Section},
        value::{Address, Money, Person, Point, Reference, Value},
    },
};
use rust_decimal::Decimal;
use strum::IntoEnumIterator;

use crate::support::company;

/// What a server, a user or a paste can hold at its worst.
const TEXTS: &[&str] = &[
    "",
    " ",
    "Acme",
    "Ada \u{1b}[31m\u{1b}]0;owned\u{7}\u{1b}[2J",
    "\u{0}\u{1}\u{7f}\u{85}\u{9b}31m",
    "a\u{202e}gnp.exe\u{2066}\u{2069}",
    "zero\u{200b}width\u{feff}\u{ad}\u{2060}",
    "line\nbreak\r\nand\ttab\u{2028}and\u{2029}more",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "东方软件有限公司と株式会社",
    "👨‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽✈️",
    "שלום עולם مرحبا بالعالم",
    "ประเทศไทย ကမ္ဘာ हिन्दी",
    "\u{1100}\u{1161}\u{11a8}\u{1100}\u{1100}\u{1161}\u{1161}",
    "<p onclick=x>html &amp; <b>bold</b><script>alert(1)</script>",
    "`~!@#$%^&*()_+-=[]{}|;':\",./<>?\\",
    "-2147483649",
    "99999999999999999999999999999999999999",
    "2026-02-31",
    "12:75",
    "1e400",
    "ﷺ ﷽ 𒐫 𒈙",
    "\u{fffd}\u{ffff}\u{10ffff}\u{e0001}\u{e0041}",
];

/// Numbers and choices from a seed (splitmix64).
pub struct Chance(u64);

impl Chance {
    /// The same seed gives the same.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `most`.
    pub fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap()
    }

    /// Once in so many.
    pub fn once_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of these.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    /// Any text, now and then a long one.
    pub fn text(&mut self) -> String {
        let text = self.pick(TEXTS);
        if self.once_in(40) { text.repeat(400) } else { text.to_owned() }
    }

    /// Any command.
    pub fn command(&mut self) -> Command {
        self.pick(&Command::iter().collect::<Vec<_>>())
    }

    /// Any key; most often one that means something somewhere.
    pub fn key(&mut self) -> Key {
        let named = [
            Code::Enter,
            Code::Enter,
            Code::Enter,
            Code::Esc,
            Code::Tab,
            Code::BackTab,
            Code::Backspace,
            Code::Delete,
            Code::Home,
            Code::End,
            Code::PageUp,
            Code::PageDown,
            Code::Up,
            Code::Down,
            Code::Left,
            Code::Right,
            Code::F(1),
            Code::F(5),
            Code::Insert,
        ];
        match self.below(4) {
            0 => Key::plain(self.pick(&named)),
            1 => Key::ctrl(self.pick(&('a'..='y').collect::<Vec<_>>())),
            2 => Key::char(self.text().chars().next().unwrap_or('7')),
            _ => Key::char(self.pick(&(' '..='~').collect::<Vec<_>>())),
        }
    }

    /// Anything that the mouse can hit.
    pub fn target(&mut self) -> Target {
        let at = self.pick(&[0, 1, 2, 3, 7, 30, 100_000]);
        match self.below(8) {
            0 => Target::Row(at as u64, Some(at)),
            1 => Target::Heading(at),
            2 => Target::Rail(at),
            3 => Target::Item(at),
            4 => Target::Tab(at),
            5 => Target::Field(at),
            6 => Target::Hint(self.command()),
            _ => Target::Pane,
        }
    }

    fn id(&mut self) -> RecordId {
        let known = format!("c{}", self.below(30));
        let id = if self.once_in(6) { self.text() } else { known };
        RecordId::from(id.as_str())
    }

    fn strings(&mut self) -> Vec<String> {
        (0..self.below(4)).map(|_| self.text()).collect()
    }

    fn reference(&mut self) -> Reference {
        let entity = self.pick(&["Contact", "Account", "Opportunity", "Nowhere"]);
        Reference {
            entity: (!self.once_in(3)).then(|| company::entity(entity)),
            id: self.text(),
            name: (!self.once_in(3)).then(|| self.text()),
        }
    }

    /// Any value, whatever the field is.
    pub fn value(&mut self) -> Value {
        let number = self.pick(&[0, 1, -1, 40, i64::MAX, i64::MIN]);
        let decimal = self.pick(&[Decimal::ZERO, Decimal::MAX, Decimal::MIN, Decimal::new(5, 28)]);
        let stamp =
            self.pick(&["2026-11-23T14:05:00Z", "0001-01-01T00:00:00Z", "9999-12-30T00:00:00Z"]);
        match self.below(16) {
            0 => Value::Empty,
            1 => Value::Bool(self.once_in(2)),
            2 => Value::Integer(number),
            3 => Value::Number(decimal),
            4 | 5 => Value::Text(self.text()),
            6 => Value::Many(self.strings()),
            7 => Value::Date(
                self.pick(&["2026-11-23", "0001-01-01", "9999-12-31", "-009999-01-01"])
                    .parse()
                    .unwrap(),
            ),
            8 => Value::DateTime(stamp.parse().unwrap()),
            9 => Value::Money(Money { amount: decimal, currency: self.text() }),
            10 => Value::Reference(self.reference()),
            11 => Value::References((0..self.below(3)).map(|_| self.reference()).collect()),
            12 => Value::Points((0..self.below(3)).map(|_| self.point()).collect()),
            13 => Value::Address(Address {
                street: self.text(),
                city: self.text(),
                state: self.text(),
                postal_code: self.text(),
                country: self.text(),
            }),
            14 => Value::Person(Person {
                salutation: self.text(),
                first: self.text(),
                middle: self.text(),
                last: self.text(),
                full: self.text(),
            }),
            _ => Value::Json(serde_json::json!({ self.text(): [self.text(), null, 1.5] })),
        }
    }

    fn point(&mut self) -> Point {
        Point {
            value: self.text(),
            kind: (!self.once_in(2)).then(|| self.text()),
            is_primary: self.once_in(2),
            is_opted_out: self.once_in(2),
            is_invalid: self.once_in(2),
        }
    }

    /// A record: some of the company's fields, some of others, with any values.
    pub fn record(&mut self) -> Record {
        let of = self.pick(&["Contact", "Contact", "Account", "Opportunity", "Task", "Nowhere"]);
        let mut record = company::record(of, self.id().as_str(), &[]);
        let known = company::schema();
        let fields =
            known.entity_type(&record.entity).map(|it| it.fields.clone()).unwrap_or_default();
        for name in fields.keys() {
            if !self.once_in(5) {
                record.fields.insert(name.clone(), self.value());
            }
        }
        record.fields.insert(self.text(), self.value());
        record.is_complete = self.once_in(2);
        record.version = self.pick(&[None, Some(0), Some(u64::MAX)]);
        record.url = self.pick(&[
            None,
            Some("javascript:alert(1)".to_owned()),
            Some("https://x.example/\u{1b}[0m".to_owned()),
        ]);
        record.cut = self.strings();
        record
    }

    /// A page: any rows, any claims about them.
    pub fn page(&mut self) -> Page {
        let records: Vec<Record> =
            (0..self.pick(&[0, 1, 3, 40, 100])).map(|_| self.record()).collect();
        Page {
            total: self.pick(&[
                Total::Exact(0),
                Total::Exact(340),
                Total::Exact(u64::MAX),
                Total::More,
                Total::NoMore,
                Total::Unknown,
            ]),
            offset: self.pick(&[0, 0, 0, 100, 1_000_000]),
            received: self.pick(&[0, records.len() as u64, 200]),
            has_more: self.once_in(2),
            is_filtered_here: self.once_in(8),
            records: records.into_iter().map(|it| (it.id.clone(), it)).collect(),
        }
    }

    /// Every kind of error there is.
    pub fn error(&mut self) -> Error {
        let wait = self.pick(&[Duration::ZERO, Duration::from_secs(90), Duration::MAX]);
        match self.below(25) {
            0 => Error::Unauthorized { reason: self.text() },
            1 => Error::SecondFactor,
            2 => Error::Forbidden { what: self.text() },
            3 => Error::LockedOut { wait },
            4 => Error::NotFound { what: self.text() },
            5 => Error::Invalid {
                field: Some(self.pick(&["name", "amount", "\u{1b}c"]).to_owned()),
                reason: self.text(),
            },
            6 => Error::Invalid { field: None, reason: self.text() },
            7 => Error::Duplicate { records: (0..self.below(3)).map(|_| self.record()).collect() },
            8 | 9 => Error::Conflict(Box::new(Conflict {
                theirs: self.record(),
                fields: vec!["name".to_owned(), "title".to_owned(), self.text()],
            })),
            10 => Error::RateLimited { wait: self.pick(&[None, Some(wait)]) },
            11 => Error::Timeout,
            12 => Error::Offline { reason: self.text() },
            13 => Error::NotKept,
            14 => Error::Certificate { reason: self.text() },
            15 => Error::Redirected { to: self.text() },
            16 => Error::NotThisProduct { reason: self.text() },
            17 => Error::Maintenance { message: self.text() },
            18 => Error::Server { status: self.pick(&[0, 500, 503, 999]), reason: self.text() },
            19 => Error::Unreadable { path: self.text(), reason: self.text() },
            20 => Error::TooLarge { limit: u64::MAX },
            21 => Error::Unsupported { what: self.text() },
            22 => Error::Partly { done: 3, errors: vec![Error::ReadOnly, Error::Unknown] },
            23 => Error::Disk { reason: self.text() },
            _ => self.pick(&[
                Error::ReadOnly,
                Error::Unknown,
                Error::bug("\u{1b}[0m"),
                Error::Usage { reason: "x".to_owned() },
            ]),
        }
    }

    /// An answer: most often the company's, else a hostile one of its kind, else of another kind.
    pub fn outcome(&mut self, action: &Action) -> Outcome {
        if !self.once_in(3)
            && let Some(outcome) = company::answer(action)
        {
            return outcome;
        }
        if self.once_in(8) {
            let activity = self.activity();
            return self.pick(&[Outcome::Done, Outcome::Page(Page::default()), activity]);
        }
        match action {
            Action::Whoami => {
                Outcome::Me(ficha::domain::schema::Me { name: self.text(), ..Default::default() })
            }
            Action::Types => Outcome::Schema(Arc::new(self.schema())),
            Action::Describe(_) => self.described(),
            Action::List(_) | Action::Related { .. } | Action::Search { .. } => {
                Outcome::Page(self.page())
            }
            Action::Get { .. } => Outcome::Record(Box::new(self.record())),
            Action::Create { .. } | Action::Update { .. } => {
                let not_stored = (0..self.below(3)).map(|_| (self.text(), self.value())).collect();
                Outcome::Written(Box::new(Written { record: self.record(), not_stored }))
            }
            Action::Delete { .. }
            | Action::Link(_)
            | Action::Unlink(_)
            | Action::Comment { .. } => Outcome::Done,
            Action::Run(_) => Outcome::Ran(Ran::default()),
            Action::Activity { .. } => self.activity(),
            Action::Download { .. } => Outcome::File(File {
                name: self.text(),
                media_type: self.text(),
                content: self.text().into_bytes(),
            }),
            Action::Send(_) => Outcome::Json(Reply { status: 200, json: None, text: self.text() }),
        }
    }

    fn activity(&mut self) -> Outcome {
        let some = (0..self.below(4)).map(|_| Happening {
            at: (!self.once_in(3)).then(company::now),
            kind: self.text(),
            author: self.text(),
            title: self.text(),
            text: self.text(),
            record: None,
            ..Happening::default()
        });
        Outcome::Activity(some.collect())
    }

    /// The company's, with other labels, maybe with nothing in it, maybe without rights.
    fn schema(&mut self) -> Schema {
        let mut schema = company::schema();
        schema.stamp = self.text();
        schema.preferences.time_zone = self.text();
        schema.preferences.thousands = self.text();
        if self.once_in(4) {
            schema.entity_types.clear();
        }
        for entity_type in schema.entity_types.values_mut() {
            entity_type.label = self.text();
            entity_type.label_plural = self.text();
            entity_type.is_tab = !self.once_in(4);
            for field in entity_type.fields.values_mut() {
                field.label = self.text();
                field.tooltip = Some(self.text());
                field.max_length = self.pick(&[None, Some(0), Some(3)]);
            }
            if self.once_in(4) {
                entity_type.fields.clear();
            }
        }
        schema
    }

    fn described(&mut self) -> Outcome {
        let mut schema = company::schema();
        let name = self.pick(&["Contact", "Account", "Task"]);
        let mut described = schema.entity_types.swap_remove(&company::entity(name)).unwrap();
        let cell = |field: String| ficha::domain::schema::Cell { field, is_wide: false };
        let rows = (0..self.below(4)).map(|_| self.strings().into_iter().map(cell).collect());
        let section = Section { label: "\u{1b}[0m".to_owned(), rows: rows.collect() };
        described.layout = Some(Layout {
            columns: self.strings(),
            sections: vec![section],
            panels: self.strings(),
        });
        Outcome::Type(Box::new(described))
    }

    /// A draft that some earlier run left.
    pub fn draft(&mut self) -> Draft {
        let edits: Edits = (0..self.below(4))
            .map(|_| (self.pick(&["name", "title", "amount", "nowhere"]).to_owned(), self.value()))
            .collect();
        Draft {
            identity: self.text(),
            entity: company::entity("Contact"),
            id: Some(self.id()),
            base: self.once_in(2).then(|| self.record()),
            edits,
            typed: [("title".to_owned(), self.text())].into_iter().collect(),
            at: company::now(),
            state: self.pick(&[DraftState::Typing, DraftState::Sent]),
        }
    }

    /// Something looked at before.
    pub fn recent(&mut self) -> Recent {
        let identity = company::connection().identity();
        let (entity, id, title) = (company::entity("Contact"), self.id(), self.text());
        Recent { identity, entity, id, title, at: company::now() }
    }
}
