//! What the product has and its API does not offer, with what to do instead. §9.
use crate::domain::verb::NotOffered;

/// Its name, what to do instead, and its page below the site where one is known.
const ABSENT: &[(&str, &str, &str)] = &[
    ("Apps, integrations", "Set them up in the browser, in the App Center.", "app_center"),
    ("Automations", "Set them up in the browser; an alert made here can skip them.", ""),
    ("E-mail templates", "Edit them in the browser; canned responses are here.", ""),
    ("Labour types", "Products used as labour: choose one when time is logged.", ""),
    ("Lines of business", "The product has none in its API; tags may stand for them.", ""),
    ("Locations", "A record's own location is shown; sites are kept in the browser.", ""),
    ("Manufacturers", "They stand as text in an asset's own fields.", ""),
    ("Matters", "Syncro has none.", ""),
    ("Passwords", "Credentials are kept in the browser only; they are not imitated here.", ""),
    ("PDF templates", "Edit them in the browser; print an invoice or estimate from here.", ""),
    ("Projects", "Use parent and child tickets, or ticket blueprints.", ""),
    ("Receipts", "See payments; a recurring invoice can e-mail a receipt.", ""),
    (
        "Reports",
        "Open them in the browser, or count with filters and ficha list -o csv.",
        "reports",
    ),
    ("Roles", "A user's group is shown; permissions are set in the browser.", ""),
    (
        "Scripts",
        "They cannot be listed: name those you use under [connections.NAME.scripts], then run them on an asset.",
        "scripts",
    ),
    ("Sales orders", "Use tickets or estimates, part orders and purchase orders.", ""),
    ("Sessions", "A token has none; end it in the browser, under API Tokens.", ""),
    ("Shipping labels", "Tracking numbers of purchase and part orders are here.", ""),
    ("Tags", "They are fields of tickets and contracts; there is no list of them.", ""),
    ("Tasks", "Use child tickets, worksheets or blueprints.", ""),
    ("Taxes", "Amounts are computed by Syncro; rates are set in the browser.", ""),
    ("Transactions", "See payments and a customer's payment profiles.", ""),
    ("Warranties", "A product's warranty is a field; its text is set in the browser.", ""),
    ("Webhooks", "Set them up in the browser, in the Notification Center.", ""),
    ("Zones", "The API does not know them.", ""),
];

/// All of it, below that site.
pub fn absent(site: &str) -> Vec<NotOffered> {
    let one = |(label, instead, page): &(&str, &str, &str)| NotOffered {
        label: (*label).to_owned(),
        instead: (*instead).to_owned(),
        url: (!page.is_empty()).then(|| format!("{site}/{page}")),
    };
    ABSENT.iter().map(one).collect()
}
