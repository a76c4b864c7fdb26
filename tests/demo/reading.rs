//! Metadata, lists and records.

use crate::house::{difference, house, recorded};

#[tokio::test]
async fn records_have_the_attributes_that_the_real_server_gives() {
    let house = house().await;
    let mut differences = Vec::new();
    for (entity, recording) in [
        ("Account", "get-account"),
        ("Contact", "get-contact"),
        ("Lead", "get-lead"),
        ("Opportunity", "get-opportunity"),
        ("Task", "get-task-datetime"),
        ("Meeting", "get-meeting"),
        ("Call", "get-call"),
        ("Case", "get-case"),
        ("Document", "get-document"),
    ] {
        let id = house.first_id(entity).await;
        let record = house.get(&format!("{entity}/{id}")).await;
        assert_eq!(record.status, 200, "{entity}: {}", record.body);
        if let Some(recorded) = recorded(recording) {
            differences.extend(difference(&record.json(), &recorded, entity));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

#[tokio::test]
async fn lists_have_the_attributes_that_the_real_server_gives() {
    let house = house().await;
    let mut differences = Vec::new();
    for (path, recording) in [
        (
            "Account?select=id,name,type,billingAddressCity,assignedUserName,website&offset=0&maxSize=5&orderBy=name&order=asc",
            "list-basic",
        ),
        ("Account?maxSize=2", "list-full-attributes"),
        ("Account?maxSize=2&attributeSelect=name", "list-attributeSelect"),
        (
            "Contact?orderBy=account&order=desc&maxSize=2&select=name,accountName",
            "list-orderby-link",
        ),
        (
            "Contact?maxSize=2&select=name,accountsIds,accountsNames,accountsColumns,teamsIds,teamsNames,emailAddressData,phoneNumberData",
            "list-select-linkmultiple",
        ),
        ("Task?maxSize=2&select=name,status&primaryFilter=actual", "primaryFilter-overdue"),
        ("Opportunity?maxSize=2&select=name,stage&primaryFilter=open", "primaryFilter"),
        ("Lead?maxSize=2&select=name,status", "where-in"),
    ] {
        let list = house.get(path).await.list();
        if let Some(recorded) = recorded(recording) {
            let ours = &list[0];
            let mut theirs = recorded["list"][0].clone();
            if recording == "primaryFilter-overdue" {
                theirs.as_object_mut().unwrap().retain(|name, _| !name.starts_with("dateEnd"));
            }
            differences.extend(difference(ours, &theirs, recording));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

#[tokio::test]
async fn list_rules_are_those_of_the_contract() {
    let house = house().await;
    for (path, status, reason) in [
        ("Account?maxSize=201", 403, Some("Max size should not exceed 200. Use offset and limit.")),
        ("Account?maxSize=-1", 500, None),
        ("Account?offset=-5&maxSize=1", 500, None),
        ("Account?orderBy=nope&maxSize=1", 400, Some("Order by non-existing field 'nope'.")),
        (
            "Account?orderBy=%D0%B8%D0%BC%D1%8F&maxSize=1",
            400,
            Some("Order by non-existing field 'имя'."),
        ),
        ("Account?orderBy=name&order=sideways&maxSize=1", 400, Some("order value is bad.")),
        (
            "Opportunity?maxSize=2&primaryFilter=nope",
            400,
            Some("No primary filter 'nope' for 'Opportunity'."),
        ),
        ("Account?boolFilterList[]=nope", 400, Some("No bool filter 'nope' for 'Account'.")),
        ("Account?searchParams={bad", 400, Some("Invalid search params JSON.")),
        ("Nope?maxSize=1", 404, Some("Controller 'Nope' does not exist.")),
        ("Account/layout/nope", 404, Some("Layout Account:nope is not found.")),
        ("Account/nope", 404, Some("Record nope does not exist.")),
        ("Account?where[0][type]=equals&where[0][attribute]=type&where[0][val]=x", 500, None),
        (
            "Account?where[0][type]=bogus&where[0][attribute]=type&where[0][value]=x",
            400,
            Some("Unknown where item type 'bogus'."),
        ),
        (
            "Account?where[0][type]=arrayAnyOf&where[0][attribute]=nope&where[0][value][0]=x",
            400,
            Some("Not existing attribute 'nope' in where."),
        ),
        (
            "Contact?where[0][type]=equals&where[0][attribute]=account.type&where[0][value]=x",
            400,
            Some(
                "Complex expressions are forbidden in where. Complex expressions are forbidden in where.",
            ),
        ),
        ("GlobalSearch?q=", 400, Some("No `q` parameter.")),
    ] {
        let answer = house.get(path).await;
        assert_eq!(
            (answer.status, answer.reason.as_deref()),
            (status, reason),
            "{path}: {}",
            answer.body
        );
    }
    for (path, total) in [
        ("Account?maxSize=0", 60),
        ("Account?maxSize=abc", 60),
        ("Account?offset=100000&maxSize=5", 60),
    ] {
        let answer = house.get(path).await.json();
        assert_eq!(
            (answer["total"].as_i64(), answer["list"].as_array().unwrap().len()),
            (Some(total), 0),
            "{path}"
        );
    }
    let hidden = house.limited("GET", "Account?where[0][type]=equals&where[0][attribute]=billingAddressCity&where[0][value]=x", None).await;
    assert!(
        hidden.status == 400
            && hidden.reason.unwrap().starts_with("Forbidden attribute 'billingAddressCity'")
    );
    assert_eq!(
        house.limited("GET", "Lead?maxSize=1", None).await.reason.as_deref(),
        Some("No read access.")
    );
    let page = house.keyed("POST", "Account/x", Some(serde_json::json!({})), &[]).await;
    assert!(
        page.status == 405
            && page.kind.starts_with("text/html")
            && page.headers["allow"] == "GET, DELETE, PUT, PATCH"
    );
    let page = house.get("Account/x/y/z/w").await;
    assert!(page.status == 404 && page.body.starts_with("<!doctype"));
    assert_eq!(house.keyed("HEAD", "Account?maxSize=1", None, &[]).await.status, 404);
}

#[tokio::test]
async fn a_total_that_is_not_wanted_says_only_whether_there_is_more() {
    let house = house().await;
    let more = house
        .keyed("GET", "Account?maxSize=2&select=name", None, &[("X-No-Total", "true")])
        .await
        .json();
    assert_eq!(
        (&more["total"], more["list"].as_array().unwrap().len()),
        (&serde_json::json!(-1), 2)
    );
    let end = house
        .keyed("GET", "Account?maxSize=2&offset=59", None, &[("X-No-Total", "true")])
        .await
        .json();
    assert_eq!(end["total"], -2);
    assert_eq!(house.get("Email?maxSize=2").await.json()["total"], -1);
    let account = house.first_id("Account").await;
    let related = house
        .keyed(
            "GET",
            &format!("Account/{account}/opportunities?maxSize=1"),
            None,
            &[("X-No-Total", "true")],
        )
        .await
        .json();
    assert!(related["total"].as_i64().unwrap() >= 0, "related lists ignore the wish");
}

#[tokio::test]
async fn where_items_narrow_in_both_encodings() {
    let house = house().await;
    let count = async |path: &str| {
        let answer = house.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.reason);
        answer.json()["total"].as_i64().unwrap()
    };
    let php = count("Opportunity?maxSize=0&where[0][type]=in&where[0][attribute]=stage&where[0][value][]=Proposal&where[0][value][]=Closed+Won").await;
    let json = count(r#"Opportunity?searchParams={"maxSize":0,"where":[{"type":"or","value":[{"type":"equals","attribute":"stage","value":"Proposal"},{"type":"equals","attribute":"stage","value":"Closed Won"}]}]}"#).await;
    assert!(php > 0 && php == json);
    let all = count("Contact?maxSize=0").await;
    let linked =
        count("Contact?maxSize=0&where[0][type]=isLinked&where[0][attribute]=accounts").await;
    let free =
        count("Contact?maxSize=0&where[0][type]=isNotLinked&where[0][attribute]=accounts").await;
    assert_eq!((linked + free, linked > free), (all, true));
    let null = count("Contact?maxSize=0&where[0][type]=isNull&where[0][attribute]=accountId").await;
    let set =
        count("Contact?maxSize=0&where[0][type]=isNotNull&where[0][attribute]=accountId").await;
    assert_eq!(null + set, all);
    assert!(count("CEquipment?maxSize=0&where[0][type]=arrayAnyOf&where[0][attribute]=applications&where[0][value][]=Welding").await > 0);
    let past = count("Task?maxSize=0&where[0][type]=past&where[0][attribute]=dateEnd&where[0][dateTime]=true&where[0][timeZone]=Europe/Vilnius").await;
    let rest = count("Task?maxSize=0&where[0][type]=future&where[0][attribute]=dateEnd&where[0][dateTime]=true&where[0][timeZone]=Europe/Vilnius").await;
    let today = count("Task?maxSize=0&where[0][type]=today&where[0][attribute]=dateEnd&where[0][dateTime]=true&where[0][timeZone]=Europe/Vilnius").await;
    assert_eq!(past + rest + today, count("Task?maxSize=0").await);
    assert_eq!(count("Account?maxSize=0&where[0][type]=contains&where[0][attribute]=name&where[0][value]=%E8%93%9D").await, 1);
    assert_eq!(count("Contact?maxSize=0&textFilter=contact12@people.example").await, 1);
    assert!(count("Account?maxSize=0&textFilter=*robot*").await >= 1);
    assert_eq!(count("Account?maxSize=0&textFilter=robot").await, 0);
}

#[tokio::test]
async fn lists_cut_long_texts_and_reads_do_not() {
    let house = house().await;
    let list = house.get("Account?maxSize=200&select=description").await.list();
    let cut = list
        .iter()
        .find(|row| row["description"].as_str().is_some_and(|text| text.chars().count() == 10_000))
        .unwrap();
    let whole = house.get(&format!("Account/{}", cut["id"].as_str().unwrap())).await.json();
    assert!(whole["description"].as_str().unwrap().ends_with("THE END"));
}

#[tokio::test]
async fn metadata_labels_and_layouts_describe_every_type() {
    let house = house().await;
    let metadata = house.get("Metadata").await.json();
    let labels = house.get("I18n").await.json();
    for entity in ["Account", "Contact", "CEquipment", "Case"] {
        for (field, about) in metadata["entityDefs"][entity]["fields"].as_object().unwrap() {
            if about.get("utility").is_none() && about["type"] != "currencyConverted" {
                let label =
                    labels[entity]["fields"].get(field).or(labels["Global"]["fields"].get(field));
                assert!(label.is_some(), "no label for {entity}.{field}");
            }
        }
        assert!(house.get(&format!("{entity}/layout/detail")).await.json()[0]["rows"].is_array());
    }
    assert_eq!(metadata["scopes"]["CEquipment"]["isCustom"], true);
    assert_eq!(labels["Global"]["scopeNamesPlural"]["CEquipment"], "Equipment");
    let options = house.get("Metadata?key=entityDefs.Lead.fields.status.options").await;
    if let Some(recorded) = recorded("metadata-key-options") {
        assert_eq!(options.json(), recorded);
    }
    let missing = house.get("Metadata?key=entityDefs.Nope").await;
    assert_eq!((missing.status, missing.body.as_str()), (200, ""));
    let stub = house.limited("GET", "Metadata?key=entityDefs.Lead", None).await.json();
    assert!(stub["fields"]["source"]["options"].is_array() && stub.get("links").is_none());
    assert!(house.get("Account?maxSize=1").await.headers.contains_key("x-app-timestamp"));
}

#[tokio::test]
async fn activities_and_search_go_over_several_types() {
    let house = house().await;
    let meeting = house.get("Meeting?maxSize=1&select=id&where[0][type]=equals&where[0][attribute]=parentType&where[0][value]=Account&where[1][type]=equals&where[1][attribute]=status&where[1][value]=Held").await.list().remove(0);
    let id = meeting["id"].as_str().unwrap();
    let account =
        house.get(&format!("Meeting/{id}")).await.json()["parentId"].as_str().unwrap().to_owned();
    let history =
        house.get(&format!("Activities/Account/{account}/history?maxSize=50")).await.list();
    assert!(history.iter().any(|item| item["id"] == id && item["_scope"] == "Meeting"));
    let typed = house
        .get(&format!("Activities/Account/{account}/history/list/Meeting?select=name,dateStart"))
        .await
        .list();
    assert!(typed.iter().any(|item| item["id"] == id));
    assert_eq!(house.get(&format!("Activities/Account/{account}/nope")).await.status, 400);
    assert!(house.get(&format!("Meeting/{id}/attendees")).await.list().len() >= 2);
    let found = house.get("GlobalSearch?q=Acme&maxSize=1").await.json();
    assert_eq!(found["list"][0]["_scope"], "Account");
    assert_eq!(
        house.get("GlobalSearch?q=zzzzzznothing").await.json(),
        serde_json::json!({"total": -2, "list": []})
    );
}
