//! API versions: which there are, how one is asked for, and what each change did.

mod common;
use common::*;
use serde_json::{Value, json};
use stripe_sim::{ApiRequest, ApiResponse, ApiVersion, Sim, SimOptions};

const DAY_MS: u64 = 86_400_000;
const BEFORE_REFUSAL: &str = "2026-08-26.dahlia";
const SINCE_REFUSAL: &str = "2026-09-30.endive";

fn at(sim: &Sim, version: &str, path: &str, form: &[(&str, &str)]) -> ApiResponse {
    send(sim, ApiRequest::post(path, form).key(SK).header("stripe-version", version))
}

fn at_get(sim: &Sim, version: &str, path: &str) -> ApiResponse {
    send(sim, ApiRequest::get(path).key(SK).header("stripe-version", version))
}

fn error_of(response: &ApiResponse) -> (u16, String, String) {
    let error = response.json()["error"].clone();
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
    (response.status, text("code"), text("param"))
}

/// A simulator whose accounts have this version by default.
fn sim_of(version: &str) -> Sim {
    let api_version = ApiVersion::parse(version).expect("a version");
    Sim::new(SimOptions { api_version, ..options() })
}

#[test]
fn the_version_asked_for_is_named_in_answers_and_events() {
    let sim = sim();
    let newest_event = || get(&sim, "/v1/events?limit=1").json()["data"][0]["api_version"].clone();
    // An event has the version of the account, whatever the request asked for.
    let of_account = ApiVersion::DEFAULT.as_str();
    for version in ["2024-06-20", "2025-03-31.basil", "2026-08-26.dahlia"] {
        let paid = at(&sim, version, "/v1/payment_intents", &charge_form("pm_card_visa"));
        assert_eq!((paid.status, paid.header("stripe-version")), (200, Some(version)));
        assert_eq!(newest_event(), of_account);
    }
    assert_eq!(charge(&sim, "pm_card_visa").header("stripe-version"), Some(of_account));
    assert_eq!(newest_event(), of_account);
    let other = sim_of("2025-08-27.basil");
    assert_eq!(charge(&other, "pm_card_visa").header("stripe-version"), Some("2025-08-27.basil"));
    at(&other, "2026-10-28.endive", "/v1/payment_intents", &[("amount", "500"), ("currency", "usd")]);
    let event = at_get(&other, "2026-10-28.endive", "/v1/events?limit=1").json()["data"][0].clone();
    assert_eq!((&event["type"], &event["api_version"]), (&json!("payment_intent.created"), &json!("2025-08-27.basil")));
    // And its object the shape of that version.
    assert!(event["data"]["object"].get("allowed_payment_method_types").is_none(), "{event}");
}

#[test]
fn a_version_that_never_was_is_refused_however_it_is_asked_for() {
    let sim = sim();
    let nonsense =
        ["banana", "2026-05-27", "2026-05-27.endive", "2026-05-28.dahlia", "2026-11-25.endive", "latest", ""];
    for other in nonsense {
        let mut form = charge_form("pm_card_visa");
        let refused = at(&sim, other, "/v1/payment_intents", &form);
        form.push(("_stripe_version", other));
        for refused in [refused, post(&sim, "/v1/payment_intents", &form)] {
            let of_account = ApiVersion::DEFAULT.as_str();
            assert_eq!((refused.status, refused.header("stripe-version")), (400, Some(of_account)), "{other}");
            let error = refused.json()["error"].clone();
            assert_eq!(error["type"], "invalid_request_error");
            assert_eq!(error["message"], format!("Invalid Stripe API version: {other}"));
        }
    }
    assert_eq!(sim.ledger().payment_intents().count(), 0, "nothing was paid");
}

/// As the Stripe.js of a train sends it: with the publishable key, in the form or in the query.
#[test]
fn a_page_asks_for_its_version_with_a_parameter() {
    let sim = sim();
    let card = |version: &str| {
        let form = [
            ("type", "card"),
            ("card[number]", "4242424242424242"),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2030"),
            ("key", PK),
            ("_stripe_version", version),
        ];
        send(&sim, ApiRequest::post("/v1/payment_methods", &form))
    };
    let keyed = card("2026-03-25.dahlia");
    assert_eq!((keyed.status, keyed.header("stripe-version")), (200, Some("2026-03-25.dahlia")));
    assert_eq!(card("2026-03-26.dahlia").status, 400);
    let intent = waiting(&sim);
    let read = |version: &str| {
        let (id, secret) = (id(&intent), intent["client_secret"].as_str().unwrap());
        let query = format!("client_secret={secret}&key={PK}&_stripe_version={version}");
        send(&sim, ApiRequest::get(&format!("/v1/payment_intents/{id}?{query}")))
    };
    assert_eq!((read("2025-03-31.basil").status, read("2025-03-31.basilisk").status), (200, 400));
    // The header counts before the parameter.
    let both = ApiRequest::get("/v1/balance?_stripe_version=2025-03-31.basil").key(SK);
    let both = send(&sim, both.header("stripe-version", "2026-05-27.dahlia"));
    assert_eq!(both.header("stripe-version"), Some("2026-05-27.dahlia"));
}

#[test]
fn payment_method_types_are_refused_since_endive() {
    let sim = sim();
    let intent = id(&ok(&sim, "/v1/payment_intents", &[("amount", "500"), ("currency", "usd")]));
    let setup = id(&ok(&sim, "/v1/setup_intents", &[]));
    let of_intent = format!("/v1/payment_intents/{intent}");
    let confirm = format!("{of_intent}/confirm");
    let of_setup = format!("/v1/setup_intents/{setup}");
    let calls: [(&str, Vec<(&str, &str)>); 5] = [
        ("/v1/payment_intents", charge_form("pm_card_visa")),
        (&of_intent, vec![("payment_method_types[]", "card")]),
        (&confirm, vec![("payment_method", "pm_card_visa"), ("payment_method_types[0]", "card")]),
        ("/v1/setup_intents", vec![("payment_method_types[]", "card")]),
        (&of_setup, vec![("payment_method_types[]", "card")]),
    ];
    for (path, form) in &calls {
        for version in [SINCE_REFUSAL, "2026-10-28.endive"] {
            let refused = error_of(&at(&sim, version, path, form));
            let wanted = (400, "payment_method_types_no_longer_supported".into(), "payment_method_types".into());
            assert_eq!(refused, wanted, "{path} {version}");
        }
    }
    assert_eq!(get(&sim, "/v1/charges").json()["data"], json!([]), "nothing was paid");
    for (path, form) in &calls {
        assert_eq!(at(&sim, BEFORE_REFUSAL, path, form).status, 200, "{path}");
    }
    // A refused parameter is not kept under the key: the same key goes through where it is allowed.
    let keyed = |version: &str| {
        let request = ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).key(SK);
        send(&sim, request.idempotency_key("k").header("stripe-version", version)).status
    };
    assert_eq!((keyed(SINCE_REFUSAL), keyed(BEFORE_REFUSAL)), (400, 200));
    // To confirm a SetupIntent never took it.
    let refused = at(&sim, BEFORE_REFUSAL, &format!("{of_setup}/confirm"), &[("payment_method_types[]", "card")]);
    assert_eq!(refused.json()["error"]["code"], "parameter_unknown");
}

#[test]
fn allowed_payment_method_types_came_with_the_july_of_dahlia() {
    let sim = sim();
    let form = [
        ("amount", "2500"),
        ("currency", "usd"),
        ("payment_method", "pm_card_visa"),
        ("confirm", "true"),
        ("allowed_payment_method_types[]", "card"),
        ("allowed_payment_method_types[]", "klarna"),
    ];
    let early = at(&sim, "2026-06-24.dahlia", "/v1/payment_intents", &form);
    assert_eq!((early.status, &early.json()["error"]["code"]), (400, &json!("parameter_unknown")));
    for version in ["2026-07-29.dahlia", "2026-10-28.endive"] {
        let paid = at(&sim, version, "/v1/payment_intents", &form);
        assert_eq!((paid.status, &paid.json()["status"]), (200, &json!("succeeded")), "{}", paid.json());
        let paid = paid.json();
        // What does not fit is passed over, and the list shows what is left.
        assert_eq!(paid["payment_method_types"], json!(["card"]));
        assert_eq!(paid["allowed_payment_method_types"], json!(["card", "klarna"]));
        // An older version does not know the field yet.
        let fields = read(&sim, &id(&paid));
        assert!(fields.get("allowed_payment_method_types").is_none(), "{fields}");
    }
    let setup = at(&sim, "2026-07-29.dahlia", "/v1/setup_intents", &[("allowed_payment_method_types[]", "card")]);
    assert_eq!(setup.json()["allowed_payment_method_types"], json!(["card"]));
    for call in ["", "/confirm"] {
        let path = format!("/v1/setup_intents/{}{call}", id(&setup.json()));
        let form = [("allowed_payment_method_types[]", "card"), ("payment_method", "pm_card_visa")];
        assert_eq!(at(&sim, "2026-07-29.dahlia", &path, &form).status, 200, "{path}");
    }
}

#[test]
fn allowed_payment_method_types_stand_alone() {
    let sim = sim();
    let version = "2026-07-29.dahlia";
    let intent = id(&ok(&sim, "/v1/payment_intents", &[("amount", "500"), ("currency", "usd")]));
    for (other, value) in [
        ("payment_method_types[]", "card"),
        ("excluded_payment_method_types[]", "klarna"),
        ("automatic_payment_methods[enabled]", "true"),
        ("payment_method_configuration", "pmc_1"),
    ] {
        for path in ["/v1/payment_intents", "/v1/setup_intents", &format!("/v1/payment_intents/{intent}")] {
            let form =
                [("amount", "500"), ("currency", "usd"), ("allowed_payment_method_types[]", "card"), (other, value)];
            let form = if path == "/v1/setup_intents" { &form[2..] } else { &form[..] };
            let (status, code, _) = error_of(&at(&sim, version, path, form));
            assert_eq!((status, code.as_str()), (400, "parameters_exclusive"), "{path} {other}");
        }
    }
    // Manual confirmation is not among what it excludes.
    let mut form = charge_form("pm_card_visa");
    form.retain(|(name, _)| *name != "payment_method_types[]");
    form.push(("allowed_payment_method_types[]", "card"));
    assert_eq!(at(&sim, version, "/v1/payment_intents", &form).json()["status"], "succeeded");
}

fn hold(sim: &Sim, version: &str) -> String {
    let mut form = charge_form("pm_card_visa");
    form.push(("capture_method", "manual"));
    id(&at(sim, version, "/v1/payment_intents", &form).json())
}

fn charge_of(sim: &Sim, intent: &str) -> Value {
    get(sim, &format!("/v1/payment_intents/{intent}?expand[]=latest_charge.refunds")).json()["latest_charge"].clone()
}

/// What is shown of a charge whose hold was let go: `amount_refunded`, `refunded`, how many Refunds, how many events of one.
fn shown(sim: &Sim, intent: &str) -> (u64, bool, usize, usize) {
    let charge = charge_of(sim, intent);
    (
        charge["amount_refunded"].as_u64().expect("an amount"),
        charge["refunded"].as_bool().expect("a flag"),
        charge["refunds"]["data"].as_array().expect("a list").len(),
        events(sim).iter().filter(|kind| *kind == "charge.refunded").count(),
    )
}

#[test]
fn until_basil_a_release_was_shown_as_a_refund() {
    for (version, in_part, cancelled) in [
        ("2025-02-24.acacia", (500, false, 1, 1), (2500, true, 1, 1)),
        ("2025-03-31.basil", (0, false, 0, 0), (0, false, 0, 0)),
        ("2026-05-27.dahlia", (0, false, 0, 0), (0, false, 0, 0)),
    ] {
        let sim = sim_of(version);
        let intent = hold(&sim, version);
        at(&sim, version, &format!("/v1/payment_intents/{intent}/capture"), &[("amount_to_capture", "2000")]);
        assert_eq!(shown(&sim, &intent), in_part, "captured in part, {version}");
        // What was taken can be given back, once.
        let left = [("payment_intent", intent.as_str())];
        assert_eq!(at(&sim, version, "/v1/refunds", &left).json()["amount"], 2000, "{version}");
        assert_eq!(charge_of(&sim, &intent)["refunded"], true, "{version}");
        assert_eq!(at(&sim, version, "/v1/refunds", &left).json()["error"]["code"], "charge_already_refunded");

        let sim = sim_of(version);
        let intent = hold(&sim, version);
        at(&sim, version, &format!("/v1/payment_intents/{intent}/cancel"), &[]);
        assert_eq!(shown(&sim, &intent), cancelled, "cancelled, {version}");

        let sim = sim_of(version);
        let intent = hold(&sim, version);
        sim.clock().advance(7 * DAY_MS);
        assert_eq!(shown(&sim, &intent), cancelled, "expired, {version}");
        let reason = if cancelled.1 { "automatic" } else { "expired" };
        assert_eq!(read(&sim, &intent)["cancellation_reason"], reason, "{version}");
    }
}

/// What a refusal tells a caller to send must be something that the version takes.
#[test]
fn the_way_out_of_a_missing_return_url_is_one_that_the_version_has() {
    let sim = sim();
    let intent = [("amount", "500"), ("currency", "usd"), ("payment_method", "pm_card_visa"), ("confirm", "true")];
    let held = id(&ok(&sim, "/v1/payment_intents", &intent[..3]));
    let setup = [("payment_method", "pm_card_visa"), ("confirm", "true")];
    let kept = id(&ok(&sim, "/v1/setup_intents", &setup[..1]));
    let (confirm, confirm_setup) =
        (format!("/v1/payment_intents/{held}/confirm"), format!("/v1/setup_intents/{kept}/confirm"));
    let calls: [(&str, &[(&str, &str)]); 4] =
        [("/v1/payment_intents", &intent), (&confirm, &[]), ("/v1/setup_intents", &setup), (&confirm_setup, &[])];
    for (path, form) in calls {
        for (version, types) in
            [(BEFORE_REFUSAL, "`payment_method_types[]`"), (SINCE_REFUSAL, "`allowed_payment_method_types[]`")]
        {
            let refused = at(&sim, version, path, form);
            let message = refused.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
            assert_eq!(refused.status, 400, "{path}: {message}");
            assert!(message.contains("`return_url`") && message.contains(types), "{path} {version}: {message}");
        }
    }
}

/// An answer has the shape of its version wherever an object stands in it.
#[test]
fn a_field_that_came_later_is_missing_wherever_its_object_stands() {
    let (before, since) = ("2026-06-24.dahlia", "2026-07-29.dahlia");
    let sim = sim_of(before);
    let mut form = charge_form("pm_card_visa");
    form.push(("capture_method", "automatic"));
    let paid = at(&sim, before, "/v1/payment_intents", &form).json();
    let refund = id(&at(&sim, before, "/v1/refunds", &[("payment_intent", &id(&paid))]).json());
    let charge = paid["latest_charge"].as_str().expect("a charge").to_owned();
    let setup = id(&at(&sim, before, "/v1/setup_intents", &[("payment_method_types[]", "card")]).json());
    sim.clock().advance(DAY_MS);
    let paths = [
        format!("/v1/payment_intents/{}", id(&paid)),
        "/v1/payment_intents".to_owned(),
        "/v1/payment_intents/search?query=amount>1".to_owned(),
        format!("/v1/charges/{charge}?expand[]=payment_intent"),
        "/v1/charges?expand[]=data.payment_intent".to_owned(),
        format!("/v1/refunds/{refund}?expand[]=charge.payment_intent"),
        format!("/v1/setup_intents/{setup}"),
        "/v1/setup_intents".to_owned(),
    ];
    let has = |body: &Value| body.to_string().contains("\"allowed_payment_method_types\"");
    for path in &paths {
        let path = path.replace('>', "%3E");
        for (version, wanted) in [(before, false), (since, true)] {
            let answer = at_get(&sim, version, &path);
            assert_eq!((answer.status, has(&answer.json())), (200, wanted), "{path} {version}: {}", answer.json());
        }
    }
    // In an error, and in its replay; the event has the account's version.
    for (version, wanted) in [(before, false), (since, true)] {
        let declined = ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa_chargeDeclined")).key(SK);
        let declined = declined.idempotency_key(version).header("stripe-version", version);
        for _ in 0..2 {
            let answer = send(&sim, declined.clone());
            assert_eq!((answer.status, has(&answer.json())), (402, wanted), "{version}");
        }
        assert!(!has(&at_get(&sim, version, "/v1/events?types[]=payment_intent.payment_failed").json()));
    }
}
