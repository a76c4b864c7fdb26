//! Random filters against an evaluator of its own, which reads the query as the server would.
use proptest::prelude::*;

use super::*;
use crate::{
    domain::query::{Compare, Filter, Test as Tested},
    providers::vtiger::{filter, list},
};

/// One row as the database has it; `None` = null.
#[derive(Clone, Debug)]
struct Row {
    accountname: Option<String>,
    annual_revenue: Option<i64>,
    parent: Option<u32>,
    industry: Option<String>,
}

/// What the filter means, said once more: empty is null and "", text ignores case.
fn meant(filter: &Filter, row: &Row) -> bool {
    match filter {
        Filter::All(all) => all.iter().all(|it| meant(it, row)),
        Filter::Any(any) => any.iter().any(|it| meant(it, row)),
        Filter::Not(inner) => !meant(inner, row),
        Filter::Words(words) => words.split_whitespace().all(|word| {
            row.accountname
                .as_ref()
                .is_some_and(|name| name.to_lowercase().contains(&word.to_lowercase()))
        }),
        Filter::Test(Tested { field, test }) => match field.as_str() {
            "annual_revenue" => number(row.annual_revenue, test),
            "parent" => reference(row.parent, test),
            "industry" => words(row.industry.as_deref(), test),
            _ => words(row.accountname.as_deref(), test),
        },
    }
}

fn words(value: Option<&str>, test: &Compare) -> bool {
    let value = value.filter(|text| !text.is_empty()).map(str::to_lowercase);
    let lower = |value: &Value| match value {
        Value::Text(wanted) => wanted.to_lowercase(),
        _ => String::new(),
    };
    match test {
        Compare::HasValue => value.is_some(),
        Compare::Is(wanted) => value == Some(lower(wanted)).filter(|it| !it.is_empty()),
        Compare::OneOf(all) => all.iter().any(|wanted| value == Some(lower(wanted))),
        Compare::Contains(part) => value.is_some_and(|it| it.contains(&part.to_lowercase())),
        Compare::StartsWith(part) => value.is_some_and(|it| it.starts_with(&part.to_lowercase())),
        _ => false,
    }
}

fn number(value: Option<i64>, test: &Compare) -> bool {
    let of = |value: &Value| match value {
        Value::Integer(number) => *number,
        _ => 0,
    };
    match (value, test) {
        (Some(_), Compare::HasValue) => true,
        (Some(value), Compare::Is(wanted)) => value == of(wanted),
        (Some(value), Compare::Above(other)) => value > of(other),
        (Some(value), Compare::AtMost(other)) => value <= of(other),
        _ => false,
    }
}

fn reference(value: Option<u32>, test: &Compare) -> bool {
    match test {
        Compare::HasValue => value.is_some_and(|it| it > 0),
        Compare::Is(Value::Text(id)) => value.is_some_and(|it| format!("11x{it}") == *id && it > 0),
        _ => false,
    }
}

/// The server: reads `a = 'x' AND b LIKE '%y%' OR …` without parentheses, null matches nothing.
struct Server<'a>(std::iter::Peekable<std::str::Chars<'a>>);

impl Server<'_> {
    fn word(&mut self) -> String {
        while self.0.next_if(|c| *c == ' ').is_some() {}
        let mut word = String::new();
        while let Some(c) = self.0.next_if(|c| !matches!(c, ' ' | '\'' | '(' | ')' | ',')) {
            word.push(c);
        }
        word
    }

    fn quoted(&mut self) -> String {
        while self.0.next_if(|c| *c == ' ').is_some() {}
        assert_eq!(self.0.next(), Some('\''), "a value stands in quotes");
        let mut text = String::new();
        loop {
            match self.0.next().expect("the quote is closed") {
                '\'' if self.0.next_if(|c| *c == '\'').is_some() => text.push('\''),
                '\'' => break,
                '\\' => panic!("a backslash would be an escape"),
                c => text.push(c),
            }
        }
        assert!(!text.is_empty(), "there is no empty text");
        text
    }

    fn holds(&mut self, row: &Row) -> bool {
        let (field, test) = (self.word(), self.word());
        let value = match field.as_str() {
            "accountname" => row.accountname.clone(),
            "industry" => row.industry.clone(),
            "annual_revenue" => row.annual_revenue.map(|it| it.to_string()),
            "parent" => row.parent.map(|it| format!("11x{it}")),
            other => panic!("{other} is no field"),
        };
        if test == "IN" {
            let mut all = Vec::new();
            assert_eq!(self.0.next(), Some(' '));
            assert_eq!(self.0.next(), Some('('));
            loop {
                all.push(self.quoted());
                match self.0.next() {
                    Some(',') => {}
                    end => {
                        assert_eq!(end, Some(')'));
                        break;
                    }
                }
            }
            return value.is_some_and(|value| all.iter().any(|it| same(it, &value)));
        }
        let wanted = self.quoted();
        let Some(value) = value else { return false };
        if field == "annual_revenue" {
            let (a, b): (i64, i64) = (value.parse().unwrap(), wanted.parse().unwrap());
            return match test.as_str() {
                "=" => a == b,
                ">" => a > b,
                "<=" => a <= b,
                other => panic!("{other}"),
            };
        }
        match test.as_str() {
            "=" => same(&wanted, &value),
            "!=" => !same(&wanted, &value),
            "LIKE" => like(
                &wanted.to_lowercase().chars().collect::<Vec<_>>(),
                &value.to_lowercase().chars().collect::<Vec<_>>(),
            ),
            other => panic!("{other} is no comparison here"),
        }
    }

    fn any(&mut self, row: &Row) -> bool {
        let (mut any, mut all) = (false, true);
        loop {
            all &= self.holds(row);
            match self.word().as_str() {
                "AND" => {}
                "OR" => {
                    any |= all;
                    all = true;
                }
                "" => return any | all,
                other => panic!("{other}"),
            }
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.trim_end().to_lowercase() == b.trim_end().to_lowercase()
}

fn like(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('%', rest)) => (0..=text.len()).any(|at| like(rest, &text[at..])),
        Some(('_', rest)) => !text.is_empty() && like(rest, &text[1..]),
        Some((c, rest)) => text.first() == Some(c) && like(rest, &text[1..]),
    }
}

/// The rows that come out: asked for, then looked at here.
fn comes(filter: &Filter, row: &Row) -> bool {
    let (world, entity_type) = (world(), type_of("Accounts"));
    let asked = filter::ask(Some(filter), &entity_type, &world, &[]).unwrap();
    if asked.is_never {
        return false;
    }
    let select = super::super::vtql::Select {
        any: asked.any,
        ..super::super::vtql::Select::all("Accounts", vec![], 1)
    };
    let query = select.count();
    assert!(!query.replace("count(*)", "").replace(" IN (", " ").contains(" ("), "{query}");
    let given = match query.split_once(" WHERE ") {
        Some((_, conditions)) => {
            Server(conditions.trim_end_matches(';').chars().peekable()).any(row)
        }
        None => true,
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let json = json!({"id": "11x9", "accountname": text(&row.accountname), "industry": text(&row.industry),
        "annual_revenue": row.annual_revenue.map_or(String::new(), |it| format!("{it}.00000000")),
        "parent": row.parent.map_or(String::new(), |it| if it == 0 { String::new() } else { format!("11x{it}") })});
    let record = list::records(&[json], &entity_type, &world).unwrap().remove(0);
    given && asked.rest.is_none_or(|rest| list::fits(&rest, &record, &world))
}

fn name_like() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Acme"),
        Just("acme gmbh"),
        Just("O'Brien"),
        Just("50%"),
        Just("a_b"),
        Just("a\\b"),
        Just("x' OR id > '0"),
        Just("Ünï"),
        Just("b"),
        Just("株式"),
    ]
    .prop_map(str::to_owned)
}

fn row() -> impl Strategy<Value = Row> {
    let name = proptest::option::of(prop_oneof![Just(String::new()), name_like()]);
    let industry = proptest::option::of(prop_oneof![Just(""), Just("Banking"), Just("Energy")]);
    (name, proptest::option::of(-3i64..4), proptest::option::of(0u32..3), industry).prop_map(
        |(accountname, annual_revenue, parent, industry)| Row {
            accountname,
            annual_revenue,
            parent,
            industry: industry.map(str::to_owned),
        },
    )
}

fn tested() -> impl Strategy<Value = Filter> {
    let on =
        |field: &'static str, test: Compare| Filter::Test(Tested { field: field.to_owned(), test });
    prop_oneof![
        name_like().prop_map(move |it| on("accountname", Compare::Is(Value::Text(it)))),
        name_like().prop_map(move |it| on("accountname", Compare::Contains(it))),
        name_like().prop_map(move |it| on("accountname", Compare::StartsWith(it))),
        (name_like(), name_like()).prop_map(move |(a, b)| {
            on("accountname", Compare::OneOf(vec![Value::Text(a), Value::Text(b)]))
        }),
        prop_oneof![Just("accountname"), Just("industry"), Just("annual_revenue"), Just("parent")]
            .prop_map(move |field| on(field, Compare::HasValue)),
        Just(on("industry", Compare::Is(Value::Text("Banking".into())))),
        Just(on("accountname", Compare::Is(Value::Empty))),
        (-3i64..4).prop_map(move |n| on("annual_revenue", Compare::Is(Value::Integer(n)))),
        (-3i64..4).prop_map(move |n| on("annual_revenue", Compare::Above(Value::Integer(n)))),
        (-3i64..4).prop_map(move |n| on("annual_revenue", Compare::AtMost(Value::Integer(n)))),
        (1u32..3).prop_map(move |n| on("parent", Compare::Is(Value::Text(format!("11x{n}"))))),
        prop_oneof![Just("acme"), Just("b acme"), Just("O'")]
            .prop_map(|it| Filter::Words(it.to_owned())),
    ]
}

fn tree() -> impl Strategy<Value = Filter> {
    tested().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Filter::All),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Filter::Any),
            inner.prop_map(|it| Filter::Not(Box::new(it))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(11), cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn a_filter_gives_exactly_the_rows_that_it_means(filter in tree(), rows in proptest::collection::vec(row(), 1..6)) {
        for row in rows {
            prop_assert_eq!(comes(&filter, &row), meant(&filter, &row), "{:?}", row);
        }
    }
}

#[test]
fn nothing_in_a_value_climbs_out_of_its_quotes() {
    let on = |text: &str| {
        Filter::Test(Tested {
            field: "accountname".into(),
            test: Compare::Is(Value::Text(text.into())),
        })
    };
    let (world, entity_type) = (world(), type_of("Accounts"));
    for (typed, expected) in [
        ("O'Brien", "accountname = 'O''Brien'"),
        ("x'; DROP", "accountname = 'x''; DROP'"),
        ("a\\'", "accountname LIKE 'a_'''"),
        ("line\nbreak", "accountname LIKE 'line_break'"),
        ("🙂", "accountname LIKE '_'"),
    ] {
        let asked = filter::ask(Some(&on(typed)), &entity_type, &world, &[]).unwrap();
        assert_eq!(asked.any[0][0].to_string(), expected);
    }
}
