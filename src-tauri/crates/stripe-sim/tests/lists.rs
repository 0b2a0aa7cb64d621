//! Every list: pages both ways, `created` filters, limits, and what it refuses.

mod common;
use common::*;
use serde_json::Value;
use stripe_sim::Sim;

/// How many of everything there are, at least.
const COUNT: usize = 4;
const STEP_S: u64 = 10;

/// A shop with some of everything, each made ten seconds after the one before.
fn busy_shop() -> (Sim, String) {
    let sim = sim();
    let mut last = String::new();
    for number in 0..COUNT {
        last = id(&ok(&sim, "/v1/customers", &[("email", &format!("c{number}@example.com"))]));
        let form = [
            ("payment_method", "pm_card_visa"),
            ("customer", last.as_str()),
            ("confirm", "true"),
            ("payment_method_types[]", "card"),
        ];
        ok(&sim, "/v1/setup_intents", &form);
        let mut form = charge_form("pm_card_createDispute");
        form.push(("capture_method", "automatic"));
        ok(&sim, "/v1/payment_intents", &form);
        let paid = charge(&sim, "pm_card_visa").json();
        ok(&sim, "/v1/refunds", &[("payment_intent", &id(&paid)), ("amount", "100")]);
        sim.clock().advance(STEP_S * 1_000);
    }
    for _ in 0..COUNT {
        ok(&sim, "/v1/payment_methods/pm_card_visa/attach", &[("customer", &last)]);
    }
    (sim, last)
}

fn lists(customer: &str) -> Vec<(String, bool)> {
    let timed = [
        "payment_intents",
        "charges",
        "refunds",
        "customers",
        "setup_intents",
        "disputes",
        "events",
        "balance_transactions",
    ];
    let mut lists: Vec<(String, bool)> = timed.iter().map(|name| (format!("/v1/{name}"), true)).collect();
    lists.push(("/v1/payment_methods".to_owned(), false));
    lists.push((format!("/v1/customers/{customer}/payment_methods"), false));
    lists
}

fn read_page(sim: &Sim, path: &str, query: &str) -> (Vec<Value>, bool) {
    let answer = get(sim, &format!("{path}?{query}"));
    let body = answer.json();
    assert_eq!(answer.status, 200, "{path}?{query}: {body}");
    assert_eq!((&body["object"], &body["url"]), (&Value::from("list"), &Value::from(path)));
    (body["data"].as_array().unwrap().clone(), body["has_more"].as_bool().unwrap())
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(id).collect()
}

/// Reads page after page of three until there is no more.
fn walk(sim: &Sim, path: &str, more: &str, mut cursor: impl FnMut(&[String]) -> Option<String>) -> Vec<Vec<String>> {
    let (mut pages, mut seen) = (Vec::new(), Vec::new());
    loop {
        let query = cursor(&seen).map_or(format!("limit=3{more}"), |cursor| format!("limit=3{more}&{cursor}"));
        let (rows, has_more) = read_page(sim, path, &query);
        seen = ids(&rows);
        pages.push(seen.clone());
        if !has_more {
            return pages;
        }
        assert_eq!(seen.len(), 3, "{path}: a page is full while there is more");
    }
}

#[test]
fn every_list_is_read_whole_page_by_page_in_both_directions() {
    let (sim, customer) = busy_shop();
    for (path, _) in lists(&customer) {
        let (all, has_more) = read_page(&sim, &path, "limit=100");
        assert!(!has_more && all.len() >= COUNT, "{path}: {}", all.len());
        let created: Vec<u64> = all.iter().map(|row| row["created"].as_u64().unwrap()).collect();
        assert!(created.is_sorted_by(|newer, older| newer >= older), "{path}: newest first");
        let all = ids(&all);

        let forward = walk(&sim, &path, "", |seen| seen.last().map(|last| format!("starting_after={last}")));
        assert_eq!(forward.concat(), all, "{path}");

        // Backwards from the oldest: each page is newest first, the pages come oldest first.
        let oldest = all.last().unwrap().clone();
        let mut backward =
            walk(&sim, &path, "", |seen| Some(format!("ending_before={}", seen.first().unwrap_or(&oldest))));
        backward.reverse();
        assert_eq!([backward.concat(), vec![oldest]].concat(), all, "{path}");
        assert_eq!(read_page(&sim, &path, "").0.len(), all.len().min(10), "{path}: ten by default");
    }
}

#[test]
fn created_filters_cut_every_list_to_the_second() {
    let (sim, customer) = busy_shop();
    for (path, _) in lists(&customer).into_iter().filter(|(_, timed)| *timed) {
        let (all, _) = read_page(&sim, &path, "limit=100");
        let moment = START_MS / 1_000 + 3 * STEP_S;
        for (filter, keeps) in [
            (format!("created[gt]={moment}"), Box::new(|at| at > moment) as Box<dyn Fn(u64) -> bool>),
            (format!("created[gte]={moment}"), Box::new(|at| at >= moment)),
            (format!("created[lt]={moment}"), Box::new(|at| at < moment)),
            (format!("created[lte]={moment}"), Box::new(|at| at <= moment)),
            (format!("created={moment}"), Box::new(|at| at == moment)),
            (
                format!("created[gt]={}&created[lte]={moment}", moment - STEP_S),
                Box::new(|at| at > moment - STEP_S && at <= moment),
            ),
            ("created[gte]=99999999999".to_owned(), Box::new(|_| false)),
            ("created[lt]=-5".to_owned(), Box::new(|_| false)),
        ] {
            let expected: Vec<Value> =
                all.iter().filter(|row| keeps(row["created"].as_u64().unwrap())).cloned().collect();
            let (found, _) = read_page(&sim, &path, &format!("limit=100&{filter}"));
            assert_eq!(ids(&found), ids(&expected), "{path}?{filter}");
            if filter == format!("created={moment}") {
                assert!(!found.is_empty(), "{path}");
            }
            let walked = walk(&sim, &path, &format!("&{filter}"), |seen| {
                seen.last().map(|last| format!("starting_after={last}"))
            });
            assert_eq!(walked.concat(), ids(&expected), "{path}?{filter}, page by page");
        }
    }
}

#[test]
fn every_list_refuses_what_it_does_not_know() {
    let (sim, customer) = busy_shop();
    for (path, timed) in lists(&customer) {
        let cases = [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=many", "limit"),
            ("colour=red", "colour"),
            ("starting_after=nobody", "starting_after"),
            ("ending_before=nobody", "ending_before"),
            if timed { ("created[near]=1", "created[near]") } else { ("created[gt]=1", "created[gt]") },
        ];
        for (query, param) in cases {
            let answer = get(&sim, &format!("{path}?{query}"));
            assert_eq!(answer.status, 400, "{path}?{query}");
            assert_eq!(answer.json()["error"]["param"], param, "{path}?{query}");
        }
        let (rows, _) = read_page(&sim, &path, "limit=2");
        let both = format!("{path}?starting_after={}&ending_before={}", id(&rows[0]), id(&rows[1]));
        assert_eq!(get(&sim, &both).json()["error"]["code"], "parameters_exclusive", "{path}");
    }
}

#[test]
fn events_are_filtered_by_type() {
    let (sim, _) = busy_shop();
    let kinds = |query: &str| -> Vec<String> {
        read_page(&sim, "/v1/events", &format!("limit=100&{query}"))
            .0
            .iter()
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(kinds("type=refund.created").len(), COUNT);
    assert!(kinds("type=charge.dispute.*").iter().all(|kind| kind.starts_with("charge.dispute.")));
    let two = kinds("types[]=customer.created&types[]=setup_intent.succeeded");
    assert_eq!(two.len(), 2 * COUNT);
    assert_eq!(kinds("type=nothing.happened"), Vec::<String>::new());
}

#[test]
fn balance_transactions_are_filtered_and_carry_their_fees() {
    let (sim, _) = busy_shop();
    let rows = |query: &str| read_page(&sim, "/v1/balance_transactions", &format!("limit=100&{query}")).0;
    for (kind, amount, fee) in [("charge", 2500, 103), ("refund", -100, 0), ("adjustment", -2500, 1500)] {
        let found = rows(&format!("type={kind}"));
        assert!(found.len() >= COUNT, "{kind}");
        for row in found {
            assert_eq!((row["amount"].as_i64(), row["fee"].as_i64()), (Some(amount), Some(fee)));
            assert_eq!(row["net"].as_i64(), Some(amount - fee));
            let details: i64 =
                row["fee_details"].as_array().unwrap().iter().map(|part| part["amount"].as_i64().unwrap()).sum();
            assert_eq!(details, fee);
        }
    }
    assert_eq!(rows("currency=eur").len(), 0);
    let refund = id(&get(&sim, "/v1/refunds?limit=1").json()["data"][0]);
    let of_refund = rows(&format!("source={refund}"));
    assert_eq!((of_refund.len(), &of_refund[0]["source"]), (1, &Value::from(refund)));
}
