//! What Vtiger has and its API does not offer. C: never shown as an empty list.
use super::{World, call::Flavour};
use crate::domain::{schema::Schema, verb::NotOffered};

const BROWSER: &str = "Open the page in the browser with o.";

/// Label, what to do instead, the page below the site (empty = none), and the module that would
/// offer it if the API had it (empty = none does).
type Row = (&'static str, &'static str, &'static str, &'static str);

const ALL: [Row; 13] = [
    ("Roles", BROWSER, "module=Roles&parent=Settings&view=Index", "Roles"),
    (
        "Profiles and sharing rules",
        "The API shows only what they allow: what is forbidden is hidden here.",
        "module=Profiles&parent=Settings&view=List",
        "",
    ),
    (
        "Reports",
        "Filter a list and export it (ficha list -o csv), or open the page in the browser with o.",
        "module=Reports&view=List",
        "",
    ),
    ("Dashboards", BROWSER, "module=Home&view=DashBoard", ""),
    ("Saved filters", "Filter here: columns and filters are remembered.", "", ""),
    ("Workflows", BROWSER, "module=Workflows&parent=Settings&view=List", ""),
    (
        "Recycle bin",
        "Deleted records can be brought back there: open the page with o.",
        "module=RecycleBin&view=List",
        "",
    ),
    ("Change history", "Open the record in the browser with o: it stands under Updates.", "", ""),
    ("Mail manager", BROWSER, "module=MailManager&view=List", ""),
    ("Tags", "They can be read here; set them in the browser.", "", ""),
    ("E-mail templates", BROWSER, "module=EmailTemplates&view=List", "EmailTemplates"),
    (
        "Inventory adjustments",
        "Products show what is in stock (qtyinstock); change it there, if you may.",
        "module=Products&view=List",
        "",
    ),
    (
        "Users",
        "Only administrators may read them: names of other users stay unknown.",
        "module=Users&parent=Settings&view=List",
        "Users",
    ),
];

/// What the rail folds away, with what to do instead.
pub fn not_offered(world: &World, schema: &Schema) -> Vec<NotOffered> {
    let site = world.context.site.as_str();
    let has = |module: &str| schema.entity_types.keys().any(|name| name.as_str() == module);
    let missing = ALL.iter().filter(|(_, _, _, module)| module.is_empty() || !has(module));
    let mut all: Vec<_> = missing
        .map(|(label, instead, page, _)| NotOffered {
            label: (*label).to_owned(),
            instead: (*instead).to_owned(),
            url: (!page.is_empty()).then(|| format!("{site}/index.php?{page}")),
        })
        .collect();
    if world.flavour == Flavour::Open {
        all.push(NotOffered {
            label: "Unlinking many to many".to_owned(),
            instead: "The API links but cannot unlink: open the record with o.".to_owned(),
            url: None,
        });
    }
    all
}
