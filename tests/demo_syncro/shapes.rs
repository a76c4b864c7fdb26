//! Every list and every record has the shape of the specification's example.

use crate::house::{House, house};
use crate::shape::{differences, example, specification};
use std::collections::BTreeSet;

/// What the contract adds to the examples, from live accounts (§3, §8, L1, L3), or corrects (§6).
const MORE: [&str; 19] = [
    "has_live_chat is too much",
    "snmp_enabled is too much",
    "override_low_hd_thresholds is too much",
    "user.admin is missing",
    "user.admin? is too much",
    "location_name is too much",
    "contacts is too much",
    "/customer_assets.meta is too much",
    "/estimates.meta.per_page is too much",
    "/estimates.meta.total_entries is too much",
    "/customers/latest.customer.addresses is too much",
    "/customers/latest.customer.contracts is too much",
    "/customers/latest.customer.internal_warning_value is too much",
    "/customers/latest.customer.invoice_links is too much",
    "/customers/latest.customer.phones is too much",
    "/customers/latest.customer.prepay_hours is too much",
    "/customers/latest.customer.recurring_invoices is too much",
    "/customers/latest.customer.ticket_links is too much",
    "kabuto_information is too much",
];

/// Whether a difference is none: custom fields have any name, each kind of patch has
/// a moment of its own, and of hits the example knows one kind.
fn is_expected(one: &str) -> bool {
    MORE.iter().any(|known| one.ends_with(known))
        || one.contains(".properties.")
        || one.contains("available_patches[].")
        || one.contains("_source.table.")
}

async fn compared(house: &House, lists: &[(&str, &str, &str)]) -> BTreeSet<String> {
    let Some(specification) = specification() else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    for (path, template, pick) in lists {
        let path = if let Some((list, name)) = pick.split_once(' ') {
            let first = house.first(list, name).await;
            let first = first.get("appointment").unwrap_or(&first);
            path.replace("{}", &first["id"].to_string())
        } else {
            (*path).to_owned()
        };
        let answer = house.get(&path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let theirs = example(&specification, "get", template, 200)
            .unwrap_or_else(|| panic!("no example of {template}"));
        let ours = answer.json();
        found.extend(differences(&ours, &theirs, template));
    }
    found.retain(|one| !is_expected(one));
    found
}

#[tokio::test]
async fn lists_and_records_have_the_shape_of_the_examples() {
    let house = house().await;
    let found = compared(
        &house,
        &[
            ("me", "/me", ""),
            ("users", "/users", ""),
            ("users/1000001", "/users/{id}", ""),
            ("settings", "/settings", ""),
            ("settings/tabs", "/settings/tabs", ""),
            ("settings/printing", "/settings/printing", ""),
            ("tickets/settings", "/tickets/settings", ""),
            ("customers", "/customers", ""),
            ("customers/latest", "/customers/latest", ""),
            ("customers/autocomplete?query=a", "/customers/autocomplete", ""),
            ("customers/{}/phones", "/customers/{customer_id}/phones", "customers customers"),
            ("contacts", "/contacts", ""),
            ("contacts/{}", "/contacts/{id}", "contacts contacts"),
            ("customer_assets", "/customer_assets", ""),
            ("customer_assets/{}", "/customer_assets/{id}", "customer_assets assets"),
            (
                "customer_assets/{}/patches",
                "/customer_assets/{id}/patches",
                "customer_assets?query=WS- assets",
            ),
            (
                "customer_assets/{}/installed_applications",
                "/customer_assets/{id}/installed_applications",
                "customer_assets?query=WS- assets",
            ),
            ("tickets", "/tickets", ""),
            ("tickets/{}", "/tickets/{id}", "tickets tickets"),
            ("tickets/{}/comments", "/tickets/{id}/comments", "tickets tickets"),
            ("ticket_comments", "/ticket_comments", ""),
            ("ticket_timers", "/ticket_timers", ""),
            ("invoices", "/invoices", ""),
            ("invoices/{}", "/invoices/{id}", "invoices?paid=true invoices"),
            ("estimates", "/estimates", ""),
            ("estimates/{}", "/estimates/{id}", "estimates estimates"),
            ("line_items", "/line_items", ""),
            ("payments", "/payments", ""),
            ("payments/{}", "/payments/{id}", "payments payments"),
            ("payment_methods", "/payment_methods", ""),
            ("products", "/products", ""),
            ("products/{}", "/products/{id}", "products products"),
            ("products/categories", "/products/categories", ""),
            (
                "products/{}/product_serials",
                "/products/{product_id}/product_serials",
                "products?query=pendant products",
            ),
            (
                "products/{}/product_skus",
                "/products/{product_id}/product_skus",
                "products products",
            ),
            ("appointments", "/appointments", ""),
            ("appointments/{}", "/appointments/{id}", "appointments appointments"),
            ("appointment_types", "/appointment_types", ""),
            (
                "appointment_types/{}",
                "/appointment_types/{id}",
                "appointment_types appointment_types",
            ),
            ("rmm_alerts", "/rmm_alerts", ""),
            ("rmm_alerts/{}", "/rmm_alerts/{id}", "rmm_alerts rmm_alerts"),
            ("contracts", "/contracts", ""),
            ("contracts/{}", "/contracts/{id}", "contracts contracts"),
            ("leads", "/leads", ""),
            ("leads/{}", "/leads/{id}", "leads leads"),
            ("schedules", "/schedules", ""),
            ("schedules/{}", "/schedules/{id}", "schedules schedules"),
            ("purchase_orders", "/purchase_orders", ""),
            ("purchase_orders/{}", "/purchase_orders/{id}", "purchase_orders purchase_orders"),
            ("items", "/items", ""),
            ("vendors", "/vendors", ""),
            ("vendors/{}", "/vendors/{id}", "vendors vendors"),
            ("wiki_pages", "/wiki_pages", ""),
            ("wiki_pages/{}", "/wiki_pages/{id}", "wiki_pages wiki_pages"),
            ("canned_responses", "/canned_responses", ""),
            ("canned_responses/settings", "/canned_responses/settings", ""),
            ("portal_users", "/portal_users", ""),
            ("timelogs", "/timelogs", ""),
            ("timelogs/last", "/timelogs/last", ""),
            ("ticket_blueprints", "/ticket_blueprints", ""),
            ("new_ticket_forms", "/new_ticket_forms", ""),
            ("new_ticket_forms/{}", "/new_ticket_forms/{id}", "new_ticket_forms new_ticket_forms"),
            ("callerid?did=12025550000", "/callerid", ""),
            ("search?query=a", "/search", ""),
            (
                "customers/{}/payment_profiles",
                "/customers/{customer_id}/payment_profiles",
                "customers customers",
            ),
        ],
    )
    .await;
    assert!(found.is_empty(), "{found:#?}");
}
