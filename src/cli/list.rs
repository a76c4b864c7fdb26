//! `ficha list TYPE`.
use clap::Args;

use super::{
    output::Out,
    paging::{print_pages, wanted},
    record::{OWN_COLUMNS, Printer},
    sentence::{Stop, usage},
    shell::{Place, Shell, unknown_field},
};
use crate::{
    config::nearest,
    domain::{
        action::{Action, Outcome},
        filter_text,
        query::{Filter, Order, Query},
        schema::EntityType,
    },
};

/// `ficha list`.
#[derive(Args, Debug)]
pub struct List {
    /// The entity type: Contact
    #[arg(value_name = "TYPE")]
    entity: String,
    #[command(flatten)]
    pick: Pick,
}

/// Which records, and how many.
#[derive(Args, Debug)]
pub struct Pick {
    /// Which: 'status:New amount>10k -owner:@me'; several mean all of them
    #[arg(short, long = "filter", value_name = "FILTER", allow_hyphen_values = true)]
    filters: Vec<String>,
    /// By which field; FIELD:desc for the largest first
    #[arg(long, value_name = "FIELD[:desc]")]
    order: Option<String>,
    /// A preset of the server
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// At most so many [default: the setting `page_size`]
    #[arg(long, value_name = "N", conflicts_with = "all")]
    limit: Option<u64>,
    /// Every one, page by page
    #[arg(long)]
    all: bool,
}

/// Runs it.
pub async fn run(list: List, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity_type = described(shell, &place, &list.entity).await?;
    print(shell, out, &place, &entity_type, &list.pick, Action::List).await
}

/// Prints a query's records; `action` makes the action of a page's query.
pub async fn print(
    shell: &Shell,
    out: &mut Out,
    place: &Place,
    entity_type: &EntityType,
    pick: &Pick,
    action: impl Fn(Query) -> Action,
) -> Result<(), Stop> {
    let query = pick.query(shell, place, entity_type)?;
    let shown = shown_columns(shell, &query);
    let fields = shell.global.columns.clone();
    let wanted = wanted(pick.limit, pick.all, shell);
    let printer = Printer::new(out, shown, fields);
    print_pages(printer, (&place.name, Some(entity_type)), wanted, shell.clock, |offset, limit| {
        shell.run(place.id, &place.name, action(Query { offset, limit, ..query.clone() }))
    })
    .await
}

fn shown_columns(shell: &Shell, query: &Query) -> Vec<String> {
    shell.global.columns.clone().unwrap_or_else(|| {
        std::iter::once("id".to_owned()).chain(query.columns.iter().cloned()).collect()
    })
}

/// The entity type with its layout, which says what a list shows.
pub async fn described(shell: &Shell, place: &Place, name: &str) -> Result<EntityType, Stop> {
    let entity_type = place.entity_type(name)?;
    if entity_type.layout.is_some() || shell.global.columns.is_some() {
        return Ok(entity_type.clone());
    }
    let action = Action::Describe(entity_type.name.clone());
    let Outcome::Type(described) = shell.run(place.id, &place.name, action).await?.outcome else {
        return Err(super::shell::surprise());
    };
    Ok(*described)
}

impl Pick {
    /// The query of it.
    pub fn query(
        &self,
        shell: &Shell,
        place: &Place,
        entity_type: &EntityType,
    ) -> Result<Query, Stop> {
        let mut query = Query::all(entity_type.name.clone(), 0);
        query.columns = columns(shell, entity_type)?;
        query.filter = self.filter(shell, place, entity_type)?;
        query.order =
            self.order.as_deref().map(|order| parse_order(order, entity_type)).transpose()?;
        if let Some(view) = &self.view {
            preset(view, entity_type, &mut query)?;
        }
        Ok(query)
    }

    fn filter(
        &self,
        shell: &Shell,
        place: &Place,
        entity_type: &EntityType,
    ) -> Result<Option<Filter>, Stop> {
        let today = shell.today(&place.schema);
        let mut all = Vec::new();
        for text in &self.filters {
            let parsed = filter_text::parse(text, entity_type, today);
            let wrong = |error: filter_text::FilterError| {
                usage(format!("The filter cannot be used: {error}"))
            };
            all.extend(parsed.map_err(wrong)?);
        }
        Ok(if all.len() > 1 { Some(Filter::All(all)) } else { all.pop() })
    }
}

/// A preset or a switch of the server, by name.
fn preset(view: &str, entity_type: &EntityType, query: &mut Query) -> Result<(), Stop> {
    let alike = |name: &str| name.eq_ignore_ascii_case(view);
    if let Some(preset) = entity_type.presets.iter().find(|preset| alike(&preset.name)) {
        query.preset = Some(preset.name.clone());
    } else if let Some(flag) = entity_type.flags.iter().find(|flag| alike(&flag.name)) {
        query.flags.push(flag.name.clone());
    } else {
        let names = || {
            entity_type.presets.iter().chain(&entity_type.flags).map(|preset| preset.name.as_str())
        };
        let fault = usage(format!("{} has no view {view:?}.", entity_type.name));
        let near = nearest(view, names());
        let hint = if near.is_empty() { names().collect() } else { near };
        return Err(fault.hint(format!("There are: {}", hint.join(", "))).into());
    }
    Ok(())
}

/// The fields to read: those of `--columns`, of the layout, or at least the title.
fn columns(shell: &Shell, entity_type: &EntityType) -> Result<Vec<String>, Stop> {
    if let Some(columns) = shell.columns(entity_type)? {
        let is_field = |name: &String| {
            entity_type.fields.contains_key(name) || !OWN_COLUMNS.contains(&name.as_str())
        };
        let mut fields: Vec<String> = columns.into_iter().filter(is_field).collect();
        if fields.is_empty() {
            fields.push(entity_type.title.clone());
        }
        return Ok(fields);
    }
    let layout =
        entity_type.layout.as_ref().map(|layout| layout.columns.clone()).unwrap_or_default();
    if !layout.is_empty() {
        return Ok(layout);
    }
    let usual = [Some(entity_type.title.clone()), entity_type.status.clone()];
    Ok(usual.into_iter().flatten().collect())
}

fn parse_order(text: &str, entity_type: &EntityType) -> Result<Order, Stop> {
    let (field, direction) = text.split_once(':').unwrap_or((text, "asc"));
    let descending = match direction {
        "asc" => false,
        "desc" => true,
        _ => return Err(usage(format!("--order takes FIELD or FIELD:desc, not {text:?}.")).into()),
    };
    match entity_type.field(field) {
        Some(known) if known.is_sortable => Ok(Order { field: field.to_owned(), descending }),
        Some(_) => Err(usage(format!("{} cannot be ordered by {field}.", entity_type.name)).into()),
        None => Err(unknown_field(entity_type, field).into()),
    }
}
