//! Refunds and disputes.

use super::{Bench, text};

#[tokio::test]
async fn refunds_add_up_to_what_was_paid_and_no_further() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    bench.sandbox.pay(&session, "4242424242424242").await.unwrap();
    let charge = bench.charge_of(&session);
    let refund = |amount: &'static str| {
        let form = [("charge", charge.as_str()), ("amount", amount), ("reason", "requested_by_customer")]
            .map(|(k, v)| (k, v.to_owned()));
        let bench = &bench;
        async move { bench.post("/v1/refunds", &form.each_ref().map(|(k, v)| (*k, v.as_str()))).await }
    };
    assert_eq!(text(&refund("10000").await.1, "/status"), "succeeded");
    let (status, body) = refund("2346").await;
    assert_eq!(status, 400);
    assert_eq!(
        text(&body, "/error/message"),
        "Refund amount ($23.46) is greater than unrefunded amount on charge ($23.45)"
    );
    assert_eq!(refund("0").await.0, 400);
    assert_eq!(refund("2345").await.0, 200);
    assert_eq!(text(&refund("1").await.1, "/error/code"), "charge_already_refunded");
    let charge = bench.sandbox.object(&charge).unwrap();
    assert_eq!((charge["amount_refunded"].as_i64(), charge["refunded"].as_bool()), (Some(12345), Some(true)));
    let (_, list) = bench.get(&format!("/v1/refunds?charge={}", text(&charge, "/id"))).await;
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_refund_may_come_back_or_take_its_time() {
    let bench = Bench::start().await;
    for (number, first, last, refunded) in
        [("4000000000005126", "succeeded", "failed", 0), ("4000000000007726", "pending", "succeeded", 500)]
    {
        let session = bench.session().await;
        bench.sandbox.pay(&session, number).await.unwrap();
        let charge = bench.charge_of(&session);
        let (_, refund) = bench.post("/v1/refunds", &[("charge", &charge), ("amount", "500")]).await;
        assert_eq!(text(&refund, "/status"), first);
        assert_eq!(bench.sandbox.object(&charge).unwrap()["amount_refunded"], 500);
        bench.sandbox.settle(&session);
        assert_eq!(text(&bench.sandbox.object(&text(&refund, "/id")).unwrap(), "/status"), last);
        assert_eq!(bench.sandbox.object(&charge).unwrap()["amount_refunded"], refunded);
    }
    assert!(bench.event_types().contains(&"refund.failed".to_owned()));
}

#[tokio::test]
async fn a_chargeback_takes_the_money_and_a_won_one_gives_it_back() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    bench.sandbox.pay(&session, "4000000000000259").await.unwrap();
    bench.sandbox.settle(&session);
    let charge = bench.charge_of(&session);
    let (status, body) = bench.post("/v1/refunds", &[("charge", &charge)]).await;
    assert_eq!((status, text(&body, "/error/code")), (400, "charge_disputed".into()));
    let (_, disputes) = bench.get(&format!("/v1/disputes?charge={charge}")).await;
    let dispute = text(&disputes, "/data/0/id");
    let evidence = [("evidence[uncategorized_text]", "winning_evidence")];
    assert_eq!(text(&bench.post(&format!("/v1/disputes/{dispute}"), &evidence).await.1, "/status"), "won");
    let types = bench.event_types();
    let of_disputes: Vec<&str> = types.iter().filter_map(|kind| kind.strip_prefix("charge.dispute.")).collect();
    assert_eq!(of_disputes, ["created", "funds_withdrawn", "updated", "funds_reinstated", "closed"]);
}

#[tokio::test]
async fn an_inquiry_moves_no_money_until_it_is_lost() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    bench.sandbox.pay(&session, "4000000000001976").await.unwrap();
    bench.sandbox.settle(&session);
    let charge = bench.charge_of(&session);
    let dispute = text(&bench.get("/v1/disputes").await.1, "/data/0/id");
    assert_eq!(text(&bench.sandbox.object(&dispute).unwrap(), "/status"), "warning_needs_response");
    assert_eq!(bench.post("/v1/refunds", &[("charge", &charge), ("amount", "100")]).await.0, 200);
    bench.sandbox.decide(&dispute, false);
    assert_eq!(text(&bench.sandbox.object(&dispute).unwrap(), "/status"), "needs_response");
    assert_eq!(bench.post("/v1/refunds", &[("charge", &charge), ("amount", "100")]).await.0, 400);
    assert_eq!(text(&bench.post(&format!("/v1/disputes/{dispute}/close"), &[]).await.1, "/status"), "lost");
}
