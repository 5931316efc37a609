//! Processes and their rules: initial states, steps, reasons, required fields, values, rights.

use docket_practice::AzureSetup;
use serde_json::{Value, json};

use crate::client::{SHOP, bench, sets, title};

fn message(answer: &Value) -> &str {
    answer["message"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn every_process_has_its_first_state_and_its_last() {
    let b = bench(AzureSetup::demo()).await;
    for (project, kind, first, last) in [
        ("Web%20Shop", "Bug", "New", "Closed"),
        ("B%C3%BCro%20%26%20Lager", "Issue", "To Do", "Done"),
        ("Billing", "Product%20Backlog%20Item", "New", "Done"),
        ("Billing", "Task", "To Do", "Done"),
    ] {
        let path = format!("/{project}/_apis/wit/workitems/${kind}");
        let early = sets(&[("System.Title", json!("x")), ("System.State", json!(last))]);
        let (status, refused) = b.patch("POST", &path, &early).await;
        assert_eq!(status, 400, "{project} {kind}: nothing is born in '{last}'");
        let said = format!("The field 'State' contains the value '{last}'");
        assert!(message(&refused).starts_with(&said), "{project} {kind}: {refused}");
        let (_, made) = b.patch("POST", &path, &title("x")).await;
        assert_eq!(made["fields"]["System.State"], first, "{project} {kind}: {made}");
        let item = format!("/_apis/wit/workitems/{}", made["id"]);
        let (status, closed) = b.patch("PATCH", &item, &sets(&[("System.State", json!(last))])).await;
        assert_eq!(status, 200, "{project} {kind}: it closes at once: {closed}");
    }
    b.assert_no_violations();
}

#[tokio::test]
async fn cmmi_goes_step_by_step() {
    let b = bench(AzureSetup::demo()).await;
    let (_, made) = b.patch("POST", "/Devices/_apis/wit/workitems/$Bug", &title("x")).await;
    let item = format!("/_apis/wit/workitems/{}", made["id"]);
    let to = |state: &str| sets(&[("System.State", json!(state))]);
    for (state, expected) in
        [("Resolved", 400), ("Active", 200), ("Closed", 400), ("Resolved", 200), ("Closed", 200)]
    {
        let (status, answer) = b.patch("PATCH", &item, &to(state)).await;
        assert_eq!(status, expected, "to {state}: {answer}");
    }
    let (_, kind) = b.get("/Devices/_apis/wit/workitemtypes/Bug").await;
    assert_eq!(
        kind["transitions"]["Active"],
        json!([{ "to": "Proposed" }, { "to": "Active" }, { "to": "Resolved" }]),
        "told"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn a_customised_process_asks_for_its_field_and_names_it() {
    let b = bench(AzureSetup::demo()).await;
    let path = "/Vault/_apis/wit/workitems/$Bug";
    let (status, refused) = b.patch("POST", path, &title("x")).await;
    assert_eq!((status, &refused["typeKey"]), (400, &json!("RuleValidationException")), "{refused}");
    assert!(message(&refused).starts_with("TF401320: Rule Error for field Security Team."), "{refused}");
    let errors = &refused["customProperties"]["RuleValidationErrors"];
    assert_eq!(errors[0]["fieldReferenceName"], "Custom.SecurityTeam", "by its reference name: {errors}");
    let with = |team: &str| sets(&[("System.Title", json!("x")), ("Custom.SecurityTeam", json!(team))]);
    let (status, refused) = b.patch("POST", path, &with("Green")).await;
    assert!(status == 400 && message(&refused).contains("'Green'"), "not in the list: {refused}");
    let (status, made) = b.patch("POST", path, &with("Blue")).await;
    assert_eq!(status, 200, "{made}");
    let item = format!("/_apis/wit/workitems/{}", made["id"]);
    let (status, _) = b.patch("PATCH", &item, &sets(&[("System.State", json!("In Review"))])).await;
    assert_eq!(status, 200, "the extra state");
    let (_, listed) = b.get("/Vault/_apis/wit/workitemtypes/Bug/states").await;
    let names: Vec<&str> =
        listed["value"].as_array().unwrap().iter().filter_map(|s| s["name"].as_str()).collect();
    assert_eq!(names, ["New", "Active", "In Review", "Resolved", "Closed"], "among its category's");
    let (_, fields) = b.get("/Vault/_apis/wit/workitemtypes/Bug/fields?$expand=all").await;
    let all = fields["value"].as_array().unwrap();
    let team = all.iter().find(|f| f["referenceName"] == "Custom.SecurityTeam").unwrap();
    assert_eq!(
        (&team["alwaysRequired"], &team["allowedValues"]),
        (&json!(true), &json!(["Red", "Blue", "Purple"])),
        "{team}"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn values_are_judged() {
    let b = bench(AzureSetup::demo()).await;
    for (field, value, code, word) in [
        ("Microsoft.VSTS.Common.Priority", json!(5), 400, "'Priority' contains the value '5'"),
        ("Microsoft.VSTS.Common.Priority", json!("high"), 400, "Rule Error for field Priority"),
        (
            "Microsoft.VSTS.Common.Severity",
            json!("Critical"),
            400,
            "'Severity' contains the value 'Critical'",
        ),
        ("System.AssignedTo", json!("nobody@contoso.example"), 400, "unknown identity"),
        ("System.AreaPath", json!("Web Shop\\Nowhere"), 400, "TF401347"),
        ("System.IterationPath", json!("Billing"), 400, "TF401347"),
        ("System.Reason", json!("Because"), 400, "'Reason' contains the value 'Because'"),
        ("System.Title", json!("t".repeat(256)), 400, "Rule Error for field Title"),
        ("System.Title", json!(" "), 400, "Required, InvalidEmpty"),
        (
            "Microsoft.VSTS.TCM.ReproSteps",
            json!("é".repeat(1_048_577)),
            400,
            "Rule Error for field Repro Steps",
        ),
        ("System.Nothing", json!("x"), 400, "TF51535"),
        ("System.CreatedBy", json!("kim@contoso.example"), 400, "ReadOnly"),
        ("Custom.SecurityTeam", json!("Blue"), 400, "Security Team"),
        ("Microsoft.VSTS.Common.Priority", json!("1"), 200, ""),
        ("System.AssignedTo", json!("Sam Stone <sam@contoso.example>"), 200, ""),
        ("System.Title", json!("é".repeat(255)), 200, ""),
    ] {
        let document = sets(&[("System.Title", json!("x")), (field, value.clone())]);
        let (status, answer) = b.patch("POST", &format!("{SHOP}/workitems/$Bug"), &document).await;
        let shown = value.to_string().chars().take(40).collect::<String>();
        assert_eq!(status, code, "{field} {shown}: {answer}");
        assert!(status == 200 || message(&answer).contains(word), "{field} {shown} says '{word}': {answer}");
    }
    let (status, answer) = b.patch("POST", &format!("{SHOP}/workitems/$Nonsense"), &title("x")).await;
    assert!(status == 404 && message(&answer).contains("VS402323"), "an unknown type: {answer}");
    let (status, answer) = b.patch("POST", "/Nowhere/_apis/wit/workitems/$Bug", &title("x")).await;
    assert!(status == 404 && message(&answer).contains("TF200016"), "an unknown project: {answer}");
    let both = sets(&[("Microsoft.VSTS.Common.Priority", json!(9))]);
    let (_, answer) = b.patch("POST", &format!("{SHOP}/workitems/$Bug"), &both).await;
    assert!(
        message(&answer).contains("1 additional errors occurred"),
        "two broken rules are counted: {answer}"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn rights_are_asked_by_area_and_licence() {
    let setup = AzureSetup::demo()
        .stakeholder("pat@contoso.example", "Pat Poe")
        .pat(docket_practice::PatSeed::new("pat", "pat@contoso.example", &["vso.work_write"]))
        .barred("robin@contoso.example", "Web Shop\\Back office");
    let mut b = bench(setup).await;
    let path = format!("{SHOP}/workitems/$Bug");
    let there = sets(&[("System.Title", json!("x")), ("System.AreaPath", json!("Web Shop\\Back office"))]);
    let (status, refused) = b.patch("POST", &path, &there).await;
    assert!(status == 403 && message(&refused).starts_with("TF237111"), "the area is closed: {refused}");
    assert_eq!(b.patch("POST", &path, &title("x")).await.0, 200, "elsewhere it works");
    b.token = b.azure.token_named("pat").unwrap();
    let (status, refused) = b.patch("PATCH", "/_apis/wit/workitems/1", &title("x")).await;
    assert!(status == 403 && message(&refused).starts_with("TF237111"), "a stakeholder: {refused}");
    assert_eq!(b.get("/_apis/wit/workitems/1").await.0, 200, "who may still read");
    b.assert_no_violations();
}
