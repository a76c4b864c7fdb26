//! Assets, what watches over them, and the folders of policies.
use super::{
    By, CREATED, CUSTOMER_ID, Can, EVERYTHING, NONE, Needs, Place, Resource, Row, UPDATED, Update,
    Wire, after, choice, exact, flag, long, moment, other, switch, text, tie, to, whole,
};

/// What the agent on a device tells (§7).
const AGENT: &str = "kabuto_information";

const ASSET_FIELDS: &[Row] = &[
    text("name", "Name").required(),
    choice("asset_type", "Type", &[])
        .rw()
        .wire(Wire::Renamed { read: "asset_type", write: "asset_type_name" }),
    Row { is_required: true, ..CUSTOMER_ID.rw() },
    to("contact_id", "Contact", "Contact").wire(Wire::Named(&[&["contact", "name"]])),
    text("asset_serial", "Serial number").rw(),
    text("manufacturer", "Manufacturer").wire(Wire::At(&[
        "properties",
        AGENT,
        "general",
        "manufacturer",
    ])),
    text("model", "Model").wire(Wire::At(&["properties", AGENT, "general", "model"])),
    text("os", "Operating system").wire(Wire::At(&["properties", AGENT, "os", "name"])),
    text("os_version", "Release").wire(Wire::At(&[
        "properties",
        AGENT,
        "os",
        "windows_release_version",
    ])),
    flag("pending_reboot", "Waits for a restart").wire(Wire::At(&[
        "properties",
        AGENT,
        "os",
        "pending_reboot",
    ])),
    moment("last_boot", "Last start").wire(Wire::At(&[
        "properties",
        AGENT,
        "os",
        "last_boot_time",
    ])),
    text("ip", "IP address").wire(Wire::At(&["properties", AGENT, "general", "ip"])),
    text("domain", "Domain").wire(Wire::At(&["properties", AGENT, "general", "domain"])),
    text("ram", "Memory, GB").wire(Wire::At(&["properties", AGENT, "ram_gb"])),
    text("last_user", "Last user").wire(Wire::At(&["properties", AGENT, "last_user"])),
    moment("last_synced", "Agent seen").wire(Wire::At(&["properties", AGENT, "last_synced_at"])),
    flag("offline", "Offline").wire(Wire::At(&[
        "rmm_store",
        "triggers",
        "agent_offline_triggered",
    ])),
    flag("low_disk", "Low disk space").wire(Wire::At(&[
        "rmm_store",
        "triggers",
        "low_hd_space_triggered",
    ])),
    flag("no_antivirus", "No antivirus").wire(Wire::At(&[
        "rmm_store",
        "triggers",
        "no_av_triggered",
    ])),
    text("external_rmm_link", "External RMM"),
    to("policy_folder_id", "Policy folder", "PolicyFolder").update(),
    CREATED,
    UPDATED,
    other("properties", "Other properties"),
];

/// `/customer_assets`.
pub static ASSET: Resource = Resource {
    name: "Asset",
    one: "Asset",
    many: "Assets",
    group: "Devices",
    place: Place::Path("customer_assets"),
    list: "assets",
    single: "asset",
    can: Can { update: Update::Part(&["name"]), delete: false, ..EVERYTHING },
    needs: Needs {
        list: "Assets - List/Search",
        get: "Assets - View Details",
        create: "Assets - Create",
        update: "Assets - Edit",
        delete: "",
    },
    right: "asset",
    tab: "assets",
    fields: ASSET_FIELDS,
    columns: &["name", "asset_type", "customer_id", "asset_serial", "updated_at"],
    sieves: &[exact("customer_id")],
    words: "query",
    searched: &["name", "asset_serial"],
    is_sorted: true,
    flags: &[switch("snmp", "With SNMP", "snmp_enabled", "true")],
    ties: &[
        tie("alerts", "RMM alerts", "RmmAlert", By::Field("asset_id")),
        tie("tickets", "Tickets", "Ticket", By::Value { field: "asset_name", from: "name" }),
        tie("patches", "Patches", "Patch", By::Below),
        tie("applications", "Applications", "Application", By::Below),
    ],
    deeds: &["run-script"],
    ..NONE
};

/// `/rmm_alerts`. A deleted one is a resolved one (§4).
pub static ALERT: Resource = Resource {
    name: "RmmAlert",
    one: "RMM alert",
    many: "RMM alerts",
    group: "Devices",
    place: Place::Path("rmm_alerts"),
    list: "rmm_alerts",
    single: "rmm_alert",
    can: Can { get: true, create: true, update: Update::No, delete: false },
    needs: Needs {
        list: "RMM Alerts - List",
        get: "RMM Alerts - List",
        create: "RMM Alerts - Create",
        update: "RMM Alerts - Clear/Manage",
        delete: "RMM Alerts - Delete",
    },
    tab: "alerts",
    title: "description",
    status: "status",
    fields: &[
        Row { is_required: true, ..text("description", "Type").create() },
        text("status", "Status").create(),
        text("computer_name", "Device"),
        Row { is_required: true, ..CUSTOMER_ID.create() },
        to("asset_id", "Asset", "Asset").create().wire(Wire::Named(&[&["computer_name"]])),
        long("formatted_output", "Details").create(),
        flag("resolved", "Resolved").create(),
        whole("ticket_number", "Ticket number"),
        text("ticket_status", "Ticket's status"),
        other("properties", "Properties"),
        CREATED,
        UPDATED,
    ],
    columns: &["created_at", "computer_name", "description", "status", "ticket_number"],
    sieves: &[after("created_at", "created_after")],
    presets: &[
        switch("resolved", "Resolved", "status", "resolved"),
        switch("all", "All", "status", "all"),
    ],
    deeds: &["ticket-from-alert", "resolve-alert", "mute-alert"],
    ..NONE
};

/// `/policy_folders`: listed for one customer only.
pub static FOLDER: Resource = Resource {
    name: "PolicyFolder",
    one: "Policy folder",
    many: "Policy folders",
    group: "Devices",
    place: Place::Under { path: "policy_folders", field: "customer_id" },
    list: "policy_folders",
    single: "policy_folder",
    can: EVERYTHING,
    needs: Needs {
        list: "Policies - List",
        get: "Policies - List",
        create: "Policies - New",
        update: "Policies - Edit ($)",
        delete: "Policies - Delete",
    },
    tab: "kabuto_policies",
    fields: &[
        text("name", "Name").required(),
        Row { is_required: true, ..CUSTOMER_ID.create() },
        Row { is_required: true, ..to("parent_id", "Within", "PolicyFolder").rw() },
        whole("partial_policy_id", "Policy no.").update(),
        whole("effective_policy_id", "Policy in force no."),
        CREATED,
        UPDATED,
    ],
    columns: &["name", "parent_id", "effective_policy_id", "updated_at"],
    sieves: &[exact("customer_id")],
    ..NONE
};
