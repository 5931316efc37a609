//! Queries.

use docket_practice::{AzureSetup, ClockHand};
use serde_json::{Value, json};

use crate::client::{SHOP, bench};

fn ids(answer: &Value) -> Vec<u64> {
    answer["workItems"].as_array().unwrap().iter().map(|i| i["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn tags_ids_and_order_find_what_was_made() {
    let b = bench(AzureSetup::demo()).await;
    for n in 0..4 {
        let tags = if n % 2 == 0 { "docket; it's" } else { "docket-other" };
        b.made("Bug", &[("System.Title", json!("x")), ("System.Tags", json!(tags))]).await;
    }
    let path = format!("{SHOP}/wiql");
    let ask = |q: &str| b.post(&path, json!({ "query": q }));
    let (status, found) = ask(
        "SELECT [System.Id], [System.Title] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Tags] \
         CONTAINS 'docket' ORDER BY [System.Id] DESC",
    )
    .await;
    assert_eq!((status, ids(&found)), (200, vec![6, 4]), "a tag is a whole name: {found}");
    let (_, found) =
        ask("select [System.Id] from workitems where [System.Tags] contains 'it''s' and [System.Id] > 4 order by [System.Id]").await;
    assert_eq!(ids(&found), [6], "a doubled quote is one, and words are read in any case: {found}");
    let (_, found) =
        ask("SELECT [System.Id] FROM WorkItems WHERE [System.Id] IN (1, 2) AND [System.State] <> 'Active'")
            .await;
    assert_eq!(ids(&found), [2], "{found}");
    let (_, found) = b
        .post(
            "/_apis/wit/wiql?$top=2",
            json!({ "query": "SELECT [System.Id] FROM WorkItems WHERE [System.Id] > 0" }),
        )
        .await;
    assert_eq!(ids(&found), [1, 2], "without a project, and not more than asked for: {found}");
    b.assert_no_violations();
}

#[tokio::test]
async fn dates_are_days_unless_precision_is_asked_for() {
    let hand = ClockHand::at("2026-03-01T10:00:00Z".parse().unwrap());
    let b = bench(AzureSetup::demo().clock(hand.clock())).await;
    hand.advance_seconds(3600);
    b.azure.someone("kim@contoso.example").tags(2, "late").unwrap();
    let query = |at: &str| json!({ "query": format!("SELECT [System.Id] FROM WorkItems WHERE [System.ChangedDate] >= '{at}'") });
    let (_, day) = b.post("/_apis/wit/wiql", query("2026-03-01")).await;
    assert_eq!(ids(&day), [1, 2, 3], "the whole day");
    let (status, refused) = b.post("/_apis/wit/wiql", query("2026-03-01T10:30:00Z")).await;
    assert!(status == 400 && refused["message"].as_str().unwrap().contains("date precision"), "{refused}");
    let (_, exact) = b.post("/_apis/wit/wiql?timePrecision=true", query("2026-03-01T10:30:00Z")).await;
    assert_eq!(ids(&exact), [2], "with precision the moment counts");
    b.assert_no_violations();
}

#[tokio::test]
async fn too_many_hits_and_unreadable_queries_are_refused() {
    let b = bench(AzureSetup::demo().query_limit(2)).await;
    let ask = |q: &str| b.post("/_apis/wit/wiql", json!({ "query": q }));
    let (status, refused) = ask("SELECT [System.Id] FROM WorkItems").await;
    assert!(status == 400 && refused["message"].as_str().unwrap().starts_with("VS402337"), "{refused}");
    for bad in [
        "FROM WorkItems",
        "SELECT [System.Id] FROM WorkItems WHERE [System.Tags] CONTAINS 'x",
        "SELECT [No.Field] FROM WorkItems",
    ] {
        let (status, refused) = ask(bad).await;
        assert_eq!((status, &refused["typeKey"]), (400, &json!("SyntaxException")), "'{bad}': {refused}");
    }
    b.assert_no_violations();
    let (status, _) = ask("SELECT [System.Id] FROM WorkItems WHERE [System.Id] = 1 OR [System.Id] = 2").await;
    assert_eq!(status, 598, "what is not understood is not answered wrongly");
    let (status, _) = ask("SELECT [System.Id] FROM WorkItems WHERE [System.Description] CONTAINS 'x'").await;
    assert_eq!(status, 598, "nor is an unknown condition");
    assert_eq!(b.azure.violations().len(), 2, "both are written down");
}
