use quittance::domain::review::{Decision, MessageKind, QueuePosition, ReviewOutcome};
use quittance::models::review::{self, DecidedFilter, Line, QueueFilter};

use super::{decide, find, message, reject, reviewer};
use crate::support::{TestApp, spawn};

/// The whole queue, read in pages.
fn pages(app: &TestApp, filter: &QueueFilter, size: usize) -> Vec<Line> {
    let mut conn = app.connect();
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let page = review::waiting(&mut conn, filter, after.as_ref(), size).unwrap();
        assert!(page.rows.len() <= size && (page.next.is_none() || page.rows.len() == size));
        lines.extend(page.rows);
        match page.next {
            Some(next) => after = Some(QueuePosition::decode(&next).unwrap()),
            None => return lines,
        }
    }
}

#[actix_web::test]
async fn what_a_machine_made_comes_first_then_the_oldest_and_pages_lose_nothing() {
    let app = spawn().await;
    let debt = app.debt().create();
    // Many at the same instant, of every kind, made by both.
    for kind in MessageKind::ALL {
        app.execute(&format!(
            "INSERT INTO {} (debt_id, direction, ai_generated, compliance_checked, timestamp)
             SELECT '{}', 'outbound', n % 2 = 0, false, '2026-11-01 00:00Z'::timestamptz + (n / 6) * interval '1 hour'
             FROM generate_series(1, 30) AS n",
            kind.as_str(),
            debt.id
        ));
        app.execute(&format!(
            "INSERT INTO {} (debt_id, direction, compliance_checked) VALUES ('{}', 'outbound', true)",
            kind.as_str(),
            debt.id
        ));
    }
    let all = pages(&app, &QueueFilter::default(), 1000);
    assert_eq!(all.len(), 90);
    let key = |line: &Line| (!line.ai_generated, line.timestamp, line.kind(), line.id);
    assert!(all.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])), "in order, each once");
    assert!(all[0].ai_generated && !all[89].ai_generated);
    for size in [1, 7, 30] {
        assert_eq!(pages(&app, &QueueFilter::default(), size), all, "{size}");
    }
    for kind in MessageKind::ALL {
        for ai_generated in [Some(true), Some(false), None] {
            let filter = QueueFilter { kind: Some(kind), ai_generated, template_name: None };
            let wanted: Vec<Line> = all
                .iter()
                .filter(|line| line.kind() == kind && ai_generated.is_none_or(|ai| line.ai_generated == ai))
                .cloned()
                .collect();
            assert_eq!(pages(&app, &filter, 4), wanted);
            let counted = review::count_waiting(&mut app.connect(), &filter).unwrap();
            assert_eq!(counted.to_string(), wanted.len().to_string());
        }
    }
    assert_eq!(review::count_waiting(&mut app.connect(), &QueueFilter::default()).unwrap().to_string(), "90");
}

#[actix_web::test]
async fn a_line_shows_the_beginning_of_a_text_and_templates_are_counted() {
    let app = spawn().await;
    let debt = app.debt().creditor("Harbor Bank").create();
    let long = "é".repeat(400);
    message(&app, &debt, MessageKind::Sms, &long);
    message(&app, &debt, MessageKind::Call, "Hello <script>");
    for _ in 0..3 {
        message(&app, &debt, MessageKind::Email, "x");
    }
    app.execute("UPDATE emails SET template_name = 'second' WHERE id = (SELECT min(id::text)::uuid FROM emails)");
    let lines = pages(&app, &QueueFilter::default(), 2);
    let excerpt = |kind| lines.iter().find(|line| line.kind() == kind).unwrap().excerpt.clone();
    assert_eq!(excerpt(MessageKind::Sms), "é".repeat(160));
    assert_eq!(excerpt(MessageKind::Call), "Hello <script>");
    assert_eq!(excerpt(MessageKind::Email), "Your account");
    assert_eq!(lines[0].original_creditor, "Harbor Bank");
    let templates: Vec<String> = review::templates(&mut app.connect())
        .unwrap()
        .into_iter()
        .map(|line| format!("{} {} {}", line.kind.as_str(), line.name, line.waiting))
        .collect();
    assert_eq!(templates, ["emails reminder 2", "emails second 1", "sms reminder 1"]);
    let of = |name: &str| QueueFilter { template_name: Some(name.to_owned()), ..QueueFilter::default() };
    assert_eq!(pages(&app, &of("reminder"), 10).len(), 3);
    assert!(pages(&app, &of("' OR true --"), 10).is_empty());
    assert_eq!(review::count_waiting(&mut app.connect(), &of("reminder")).unwrap().to_string(), "3");
    let calls = QueueFilter { kind: Some(MessageKind::Call), ..of("reminder") };
    assert!(pages(&app, &calls, 10).is_empty() && review::count_waiting(&mut app.connect(), &calls).unwrap().is_zero());
}

#[actix_web::test]
async fn decisions_are_listed_newest_first_with_their_reviewer() {
    let app = spawn().await;
    let debt = app.debt().create();
    let by = reviewer(&app);
    for (place, kind) in MessageKind::ALL.into_iter().chain(MessageKind::ALL).enumerate() {
        let id = message(&app, &debt, kind, "x");
        let seen = find(&app, kind, id).digest();
        let decision = if place % 2 == 0 { Decision::Approve } else { reject() };
        decide(&app, kind, id, &decision, &seen, by);
    }
    let read = |filter: DecidedFilter, size| {
        let (mut lines, mut after) = (Vec::new(), None);
        loop {
            let page = review::decided(&mut app.connect(), &filter, after.as_ref(), size).unwrap();
            lines.extend(page.rows);
            match page.next {
                Some(next) => after = Some(QueuePosition::decode(&next).unwrap()),
                None => return lines,
            }
        }
    };
    // All at one instant: kind, then id.
    let all = read(DecidedFilter::default(), 100);
    assert_eq!(all.len(), 6);
    assert!(all.windows(2).all(|pair| (pair[0].kind(), pair[0].id) < (pair[1].kind(), pair[1].id)));
    assert!(all.iter().all(|line| line.reviewed_by == Some(by)));
    assert_eq!(read(DecidedFilter::default(), 1), all);
    let rejected = DecidedFilter { outcome: Some(ReviewOutcome::Rejected), kind: None };
    let lines = read(rejected, 2);
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.review_reason.as_deref() == reject().reason()));
    assert_eq!(review::count_decided(&mut app.connect(), &rejected).unwrap().to_string(), "3");
    assert!(review::count_waiting(&mut app.connect(), &QueueFilter::default()).unwrap().is_zero());
}
