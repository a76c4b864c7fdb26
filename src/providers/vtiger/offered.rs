//! What Vtiger has and its API does not offer. C: never shown as an empty list.
use super::{World, call::Flavour};
use crate::domain::{
    schema::{EntityName, Schema},
    verb::NotOffered,
};

/// What the rail folds away, with what to do instead.
pub fn not_offered(world: &World, schema: &Schema) -> Vec<NotOffered> {
    let site = world.context.site.as_str();
    let page = |module: &str, settings: bool| {
        let parent = if settings { "&parent=Settings" } else { "" };
        Some(format!("{site}/index.php?module={module}{parent}&view=List"))
    };
    let one = |label: &str, instead: &str, url: Option<String>| NotOffered {
        label: label.to_owned(),
        instead: instead.to_owned(),
        url,
    };
    let browser = "Open the page in the browser with o.";
    let mut all = vec![
        one(
            "Profiles and sharing rules",
            "The API shows only what they allow: ficha hides what is forbidden.",
            page("Profiles", true),
        ),
        one(
            "Reports",
            "Filter a list and export it (ficha list -o csv), or open the page in the browser with o.",
            page("Reports", false),
        ),
        one("Dashboards", browser, Some(format!("{site}/index.php?module=Home&view=DashBoard"))),
        one(
            "Saved filters",
            "Type the filter here; ficha remembers columns and filters of its own.",
            None,
        ),
        one("Workflows", browser, page("Workflows", true)),
        one(
            "Recycle bin",
            "Deleted records can be brought back there: open the page with o.",
            page("RecycleBin", false),
        ),
        one(
            "Change history",
            "Open the record in the browser with o: it stands under Updates.",
            None,
        ),
        one("Mail manager", browser, page("MailManager", false)),
        one("Tags", "They can be read here; set them in the browser.", None),
    ];
    let has = |name: &str| {
        EntityName::try_from(name).is_ok_and(|name| schema.entity_type(&name).is_some())
    };
    if !has("Roles") {
        all.insert(0, one("Roles", browser, page("Roles", true)));
    }
    if !has("EmailTemplates") {
        all.push(one("E-mail templates", browser, page("EmailTemplates", false)));
    }
    all.push(one(
        "Inventory adjustments",
        "Products show what is in stock (qtyinstock); change it there, if you may.",
        page("Products", false),
    ));
    if !has("Users") {
        all.push(one(
            "Users",
            "Only administrators may read them: names of other users stay unknown.",
            None,
        ));
    }
    if world.flavour == Flavour::Open {
        all.push(one(
            "Unlinking many to many",
            "The API links but cannot unlink: open the record with o.",
            None,
        ));
    }
    all
}
