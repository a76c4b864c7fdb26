//! From the filter's tree to conditions without parentheses. A6. What the language cannot say is
//! asked for too widely, and the rest of it is applied to the rows here.
use std::collections::BTreeSet;

use super::{World, condition, vtql::Condition};
use crate::{
    domain::{
        error::Error,
        query::{Filter, Test},
        schema::EntityType,
    },
    providers::lookup::Found,
};

/// So many alternatives are asked for at most: with more the address grows too long. A1.
const MOST: usize = 48;

/// Bytes that the conditions of one query may take.
const ROOM: usize = 5_000;

/// What a part of the filter comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// Every record.
    Always,
    /// None.
    Never,
    /// A comparison.
    One(Condition),
    /// All of these.
    All(Vec<Tree>),
    /// At least one of these.
    Any(Vec<Tree>),
}

/// The conditions of a filter, and what of it is still to be applied to the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// At least one of these must hold wholly; an empty one holds always.
    pub any: Vec<Vec<Condition>>,
    /// Nothing can fit: there is nothing to ask.
    pub is_never: bool,
    /// The rest.
    pub rest: Option<Filter>,
}

/// What to ask for.
///
/// Errors: [`Error::Unsupported`] for what the filter compares and cannot.
pub fn ask(
    filter: Option<&Filter>,
    entity_type: &EntityType,
    world: &World,
    found: &[Found],
) -> Result<Asked, Error> {
    let Some(filter) = filter else {
        return Ok(Asked { any: Vec::new(), is_never: false, rest: None });
    };
    let writer = Writer { entity_type, world, found };
    let (tree, rest) = writer.of(filter)?;
    let asked = spread(&tree).filter(|any| length(any) <= ROOM);
    // Too long to be asked: everything is read, and all of the filter applied here.
    let (any, rest) =
        asked.map_or_else(|| (vec![Vec::new()], Some(filter.clone())), |any| (any, rest));
    let rest = rest.map(|rest| writer.plain(rest));
    let is_never = any.is_empty();
    let any = if any.iter().any(Vec::is_empty) { Vec::new() } else { any };
    Ok(Asked { any, is_never, rest })
}

/// All of one list of alternatives with all of another; `None` where that is too long to be asked.
/// No alternatives stand for all records.
pub fn both(left: &[Vec<Condition>], right: &[Vec<Condition>]) -> Option<Vec<Vec<Condition>>> {
    if left.is_empty() {
        return Some(right.to_vec());
    }
    let all = distinct(crossed(left, right));
    (all.len() <= MOST && length(&all) <= ROOM).then_some(all)
}

fn length(any: &[Vec<Condition>]) -> usize {
    any.iter().flatten().map(|condition| condition.to_string().len() + 5).sum()
}

struct Writer<'a> {
    entity_type: &'a EntityType,
    world: &'a World,
    found: &'a [Found],
}

impl Writer<'_> {
    /// The conditions, none of which leaves out a record that fits, and the rest of the filter.
    fn of(&self, filter: &Filter) -> Result<(Tree, Option<Filter>), Error> {
        match filter {
            Filter::All(filters) => {
                let parts = filters.iter().map(|filter| self.of(filter));
                let (trees, rests): (Vec<_>, Vec<_>) =
                    parts.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
                let rests: Vec<Filter> = rests.into_iter().flatten().collect();
                let rest = if rests.is_empty() { None } else { Some(Filter::All(rests)) };
                Ok((Tree::All(trees), rest))
            }
            Filter::Any(filters) => {
                let parts = filters.iter().map(|filter| self.of(filter));
                let (trees, rests): (Vec<_>, Vec<_>) =
                    parts.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
                // A row may be here for an alternative that holds wholly: all are looked at again.
                let is_exact = rests.iter().all(Option::is_none);
                Ok((Tree::Any(trees), if is_exact { None } else { Some(filter.clone()) }))
            }
            Filter::Not(inner) => self.opposite(filter, inner),
            Filter::Test(test) => {
                let (tree, is_exact) = self.test(test)?;
                Ok((tree, if is_exact { None } else { Some(filter.clone()) }))
            }
            Filter::Words(words) => {
                let (tree, is_exact) = condition::words(self.entity_type, words);
                Ok((tree, if is_exact { None } else { Some(filter.clone()) }))
            }
        }
    }

    /// What does not fit: empty fields do not match `!=` there, so it is found out here.
    fn opposite(&self, whole: &Filter, inner: &Filter) -> Result<(Tree, Option<Filter>), Error> {
        // That it can be compared at all is checked all the same.
        self.of(inner)?;
        if let Filter::Not(twice) = inner {
            return self.of(twice);
        }
        Ok((Tree::Always, Some(whole.clone())))
    }

    /// As rows are compared: names of records by the ids that were found, options as stored.
    fn plain(&self, filter: Filter) -> Filter {
        let all = |filters: Vec<Filter>| filters.into_iter().map(|it| self.plain(it)).collect();
        match filter {
            Filter::All(filters) => Filter::All(all(filters)),
            Filter::Any(filters) => Filter::Any(all(filters)),
            Filter::Not(inner) => Filter::Not(Box::new(self.plain(*inner))),
            Filter::Words(words) => Filter::Words(words),
            Filter::Test(test) => match self.entity_type.field(&test.field) {
                Some(field) => Filter::Test(Test {
                    test: condition::plain(field, test.test, self.found),
                    ..test
                }),
                None => Filter::Test(test),
            },
        }
    }

    fn test(&self, test: &Test) -> Result<(Tree, bool), Error> {
        let field = self.entity_type.field(&test.field).ok_or_else(|| Error::Unsupported {
            what: format!(
                "a filter on {}: {} has no such field",
                test.field, self.entity_type.name
            ),
        })?;
        condition::of(field, &test.test, self.entity_type, self.world, self.found)
    }
}

/// Alternatives of conditions that hold together; `None` where there would be too many.
pub fn spread(tree: &Tree) -> Option<Vec<Vec<Condition>>> {
    let all = match tree {
        Tree::Always => vec![Vec::new()],
        Tree::Never => Vec::new(),
        Tree::One(condition) => vec![vec![condition.clone()]],
        Tree::Any(trees) => {
            let each = trees.iter().map(spread).collect::<Option<Vec<_>>>()?;
            each.into_iter().flatten().collect()
        }
        Tree::All(trees) => {
            let mut all = vec![Vec::new()];
            for tree in trees {
                let alternatives = spread(tree)?;
                if all.len().saturating_mul(alternatives.len()) > MOST {
                    return None;
                }
                all = crossed(&all, &alternatives);
            }
            all
        }
    };
    let all = distinct(all);
    (all.len() <= MOST).then_some(all)
}

fn crossed(left: &[Vec<Condition>], right: &[Vec<Condition>]) -> Vec<Vec<Condition>> {
    let both = |l: &Vec<Condition>| {
        right.iter().map(|r| [l.clone(), r.clone()].concat()).collect::<Vec<_>>()
    };
    left.iter().flat_map(both).collect()
}

fn distinct(all: Vec<Vec<Condition>>) -> Vec<Vec<Condition>> {
    let mut seen = BTreeSet::new();
    let once = |conditions: Vec<Condition>| {
        let mut own = BTreeSet::new();
        conditions.into_iter().filter(|it| own.insert(it.clone())).collect::<Vec<_>>()
    };
    let all: Vec<_> = all.into_iter().map(once).filter(|it| seen.insert(it.clone())).collect();
    // What always holds makes the others needless.
    if all.iter().any(Vec::is_empty) { vec![Vec::new()] } else { all }
}
