//! `App/user`, `Settings`, `App/about` (E§3).

use super::acl::Role;
use super::desk::Desk;
use super::read;
use super::reply::{Answer, Refusal, refuse};
use super::select::Record;
use serde_json::{Value, json};

/// `GET App/user`.
pub fn app_user(desk: &Desk<'_>) -> Answer {
    let espo = desk.espo;
    let acl = desk.role().table(&espo.schema);
    Ok(json!({
        "user": user(desk)?,
        "acl": acl,
        "preferences": preferences(desk.user_id()),
        "token": desk.caller.token,
        "settings": settings(desk),
        "language": "en_US",
        "appParams": {
            "maxUploadSize": 60, "isRestrictedMode": false, "passwordChangeForNonAdminDisabled": false,
            "timeZoneList": ["UTC", "Europe/Berlin", "Europe/Vilnius", "America/New_York", "Asia/Tokyo", "Asia/Kolkata"],
            "auth2FARequired": false, "systemUserId": "system",
        },
    }))
}

fn user(desk: &Desk<'_>) -> Result<Record, Refusal> {
    let one = desk.entity("User")?;
    let found = read::find(desk, one, desk.user_id())?.ok_or_else(|| refuse(404, ""))?;
    let mut user = read::complete(desk, one, found)?;
    let address = user.get("emailAddress").cloned().unwrap_or_default();
    let own: Vec<Value> = if address.is_null() { Vec::new() } else { vec![address] };
    for name in ["emailAddressData", "phoneNumberData"] {
        user.shift_remove(name);
    }
    for (name, value) in [
        ("ipAddress", json!("127.0.0.1")),
        ("workingTimeCalendarId", Value::Null),
        ("emailAddressList", json!([])),
        ("userEmailAddressList", json!(own)),
        ("excludeFromReplyEmailAddressList", json!([])),
    ] {
        user.insert(name.into(), value);
    }
    Ok(user)
}

fn preferences(id: &str) -> Value {
    json!({
        "id": id, "timeZone": "", "dateFormat": "", "timeFormat": "", "weekStart": -1, "thousandSeparator": ",", "decimalMark": ".",
        "language": "", "defaultCurrency": "", "exportDelimiter": ",", "autoFollowEntityTypeList": [],
        "followEntityOnStreamPost": true, "followCreatedEntities": false,
    })
}

/// `GET Settings` without signing in.
pub fn public_settings(stamp: i64, url: &str) -> Value {
    json!({
        "useCache": true, "applicationName": "EspoCRM", "timeZone": "UTC", "dateFormat": "YYYY-MM-DD", "timeFormat": "HH:mm",
        "weekStart": 1, "thousandSeparator": ",", "decimalMark": ".", "language": "en_US", "theme": "Espo",
        "aclAllowDeleteCreated": false, "useWebSocket": false, "cacheTimestamp": stamp, "siteUrl": url, "appTimestamp": stamp,
        "logoSrc": "client/img/logo-light.svg",
    })
}

/// `GET Settings` for somebody who has signed in.
pub fn settings(desk: &Desk<'_>) -> Value {
    let espo = desk.espo;
    let mut settings = public_settings(espo.stamp, &espo.url);
    let tabs: Vec<&String> = espo
        .schema
        .types
        .values()
        .filter(|one| one.is("tab") && desk.role().sees(&one.name))
        .map(|one| &one.name)
        .collect();
    let more = json!({
        "version": "9.2.7", "recordsPerPage": 20, "recordsPerPageSmall": 5, "recordsPerPageSelect": 10, "recordsPerPageKanban": 5,
        "currencyList": ["USD", "EUR", "JPY"], "defaultCurrency": "USD", "baseCurrency": "USD",
        "currencyRates": {"EUR": 1.1, "JPY": 0.0067}, "currencyFormat": 2, "currencyDecimalPlaces": 2, "exportDelimiter": ",",
        "tabList": tabs, "quickCreateList": ["Account", "Contact", "Lead", "Opportunity", "Meeting", "Call", "Task", "Case"],
        "globalSearchEntityList": ["Account", "Contact", "Lead", "Opportunity", "CEquipment"],
        "calendarEntityList": ["Meeting", "Call", "Task"], "activitiesEntityList": ["Meeting", "Call"],
        "historyEntityList": ["Meeting", "Call", "Email"], "recordListMaxSizeLimit": 200, "personNameFormat": "firstLast",
        "addressFormat": 1, "attachmentUploadMaxSize": 256, "attachmentUploadChunkSize": 4, "noteEditThresholdPeriod": "7 days",
        "noteDeleteThresholdPeriod": "1 month", "notePinnedMaxCount": 5, "massActionIdleCountThreshold": 100,
        "exportIdleCountThreshold": 1000, "notificationsCheckInterval": 10, "textFilterUseContainsForVarchar": false,
        "phoneNumberInternational": true, "availableReactions": ["Like"], "exportDisabled": desk.role() == Role::Limited,
        "fullTextSearchMinLength": 4, "displayListViewRecordCount": true,
    });
    if let (Some(all), Value::Object(more)) = (settings.as_object_mut(), more) {
        all.extend(more);
    }
    settings
}

/// `GET App/about`.
pub fn about() -> Value {
    json!({"text": "A made-up company on this machine that speaks as EspoCRM does.", "version": "9.2.7"})
}
