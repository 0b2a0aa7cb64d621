//! Accounts: one for each key, what it is enabled for, and what its restricted key may do.

mod common;
use common::*;
use serde_json::json;
use stripe_sim::{
    Access, AccountSettings, ApiRequest, ApiResponse, Fault, FaultRule, Moment, Permissions, Resource, Sim,
};

const RK: &str = "rk_test_shop1";

fn with(sim: &Sim, key: &str, request: ApiRequest) -> ApiResponse {
    send(sim, request.key(key))
}

fn grant(sim: &Sim, permissions: &[(Resource, Access)]) {
    let restricted_key = Some(permissions.iter().copied().collect::<Permissions>());
    sim.set_account(Some(RK), AccountSettings { restricted_key, ..AccountSettings::default() }).unwrap();
}

#[test]
fn each_key_has_a_world_of_its_own() {
    let sim = sim();
    let method = id(&key_card(&sim, "4242424242424242").json());
    let paid = id(&charge(&sim, &method).json());
    for (key, status) in [(SK, 200), (RK, 200), ("sk_test_shop2", 404), ("rk_test_shop2", 404)] {
        assert_eq!(with(&sim, key, ApiRequest::get(&format!("/v1/payment_intents/{paid}"))).status, status, "{key}");
    }
    assert_eq!(sim.ledger().accounts.len(), 2);
    let listed = with(&sim, "sk_test_shop2", ApiRequest::get("/v1/charges")).json();
    assert_eq!(listed["data"], json!([]));
    // A PaymentMethod of another account's page is no use.
    let stolen = with(&sim, "sk_test_shop2", ApiRequest::post("/v1/payment_intents", &charge_form(&method)));
    assert_eq!(stolen.json()["error"]["code"], "resource_missing");
}

#[test]
fn live_keys_and_nonsense_are_refused_with_the_key_masked() {
    let sim = sim();
    for key in ["sk_live_abcdefgh12345678", "rk_live_abcdefgh12345678", "pk_live_abcdefgh12345678", "sk_test_", "hello"]
    {
        let answer = with(&sim, key, ApiRequest::get("/v1/balance"));
        assert_eq!(answer.status, 401, "{key}");
        let error = answer.json()["error"].clone();
        assert_eq!(error["type"], "invalid_request_error");
        assert!(error["code"].is_null());
        assert!(!error["message"].as_str().unwrap().contains("abcdefgh1234"), "{error}");
        assert_eq!(answer.header("request-id"), None);
    }
}

#[test]
fn a_key_that_is_too_short_gets_the_rule() {
    let sim = sim();
    let said = |key: &str| with(&sim, key, ApiRequest::get("/v1/balance")).json()["error"]["message"].to_string();
    assert!(said("sk_test_a").contains("3 to 240 letters, digits or '_'"), "{}", said("sk_test_a"));
    assert!(said("hello").contains("sk_test_X"), "{}", said("hello"));
}

#[test]
fn a_connected_account_is_refused_rather_than_ignored() {
    let sim = sim();
    for request in [
        ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")).header("stripe-account", "acct_1Other"),
        ApiRequest::post("/v1/payment_intents?_stripe_account=acct_1Other", &charge_form("pm_card_visa")),
    ] {
        let answer = with(&sim, SK, request);
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert_eq!(answer.status, 400, "{message}");
        assert!(message.contains("does not play"), "{message}");
        assert_eq!(sim.ledger().payment_intents().count(), 0, "nothing was paid to the key's own account");
    }
}

#[test]
fn a_restricted_key_does_what_it_was_given_and_nothing_else() {
    let sim = sim();
    grant(&sim, &[(Resource::PaymentIntents, Access::Write), (Resource::Charges, Access::Read)]);
    let paid = with(&sim, RK, ApiRequest::post("/v1/payment_intents", &charge_form("pm_card_visa")));
    assert_eq!(paid.status, 200);
    assert_eq!(with(&sim, RK, ApiRequest::get("/v1/refunds")).status, 200);

    let refund = [("payment_intent", paid.json()["id"].as_str().unwrap().to_owned())];
    let refund: Vec<(&str, &str)> = refund.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = with(&sim, RK, ApiRequest::post("/v1/refunds", &refund).idempotency_key("r1"));
    assert_eq!(refused.status, 403);
    let error = refused.json()["error"].clone();
    assert_eq!(error["type"], "invalid_request_error");
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("The provided key 'rk_test_"), "{message}");
    assert!(message.ends_with("Having the 'rak_charge_write' permission would allow this request to continue."));
    assert!(!message.contains(RK), "the key is masked");

    for (path, permission) in [
        ("/v1/account", "rak_accounts_kyc_basic_read"),
        ("/v1/balance", "rak_balance_read"),
        ("/v1/customers/cus_missing", "rak_customer_read"),
        ("/v1/events", "rak_event_read"),
    ] {
        let answer = with(&sim, RK, ApiRequest::get(path));
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains(permission), "{path}");
    }
    // Given the permission, the same key and idempotency key go through; the secret key never needed one.
    grant(&sim, &[(Resource::Charges, Access::Write), (Resource::Account, Access::Read)]);
    assert_eq!(with(&sim, RK, ApiRequest::post("/v1/refunds", &refund).idempotency_key("r1")).status, 200);
    assert_eq!(with(&sim, RK, ApiRequest::get("/v1/account")).status, 200);
    assert_eq!(get(&sim, "/v1/balance").status, 200);
    assert_eq!(with(&sim, "rk_test_shop2", ApiRequest::get("/v1/balance")).status, 200, "another account's key");
}

fn expanding(path: &str) -> Vec<(&str, &str)> {
    let mut form = charge_form("pm_card_visa");
    form.push(("expand[]", path));
    form
}

fn lacks(answer: &ApiResponse, permission: &str) {
    let error = answer.json()["error"].clone();
    assert_eq!((answer.status, error["type"].as_str()), (403, Some("invalid_request_error")), "{error}");
    assert!(error["message"].as_str().is_some_and(|message| message.contains(permission)), "{error}");
}

#[test]
fn what_is_expanded_needs_its_permission_too() {
    let sim = sim();
    grant(&sim, &[(Resource::PaymentIntents, Access::Write)]);
    let intent = id(&charge(&sim, "pm_card_visa").json());
    let refused = with(&sim, RK, ApiRequest::post("/v1/payment_intents", &expanding("latest_charge")));
    lacks(&refused, "rak_charge_read");
    assert_eq!(sim.ledger().payment_intents().count(), 1, "it did not act");
    for (path, permission) in [
        (format!("/v1/payment_intents/{intent}?expand[]=latest_charge"), "rak_charge_read"),
        (format!("/v1/payment_intents/{intent}?expand[]=payment_method"), "rak_payment_method_read"),
        ("/v1/payment_intents?limit=1&expand[]=data.latest_charge".to_owned(), "rak_charge_read"),
    ] {
        lacks(&with(&sim, RK, ApiRequest::get(&path)), permission);
    }
    // Each step of a path is asked for.
    grant(&sim, &[(Resource::PaymentIntents, Access::Write), (Resource::Charges, Access::Read)]);
    let charged = format!("/v1/payment_intents/{intent}?expand[]=latest_charge");
    assert_eq!(with(&sim, RK, ApiRequest::get(&charged)).status, 200);
    lacks(
        &with(&sim, RK, ApiRequest::get(&format!("{charged}.balance_transaction"))),
        "rak_balance_transaction_source_read",
    );
    assert_eq!(with(&sim, RK, ApiRequest::post("/v1/payment_intents", &expanding("latest_charge"))).status, 200);
    // Without an expansion nothing of it is asked for, and a secret key needs no permission.
    grant(&sim, &[(Resource::PaymentIntents, Access::Write)]);
    assert_eq!(with(&sim, RK, ApiRequest::get("/v1/payment_intents")).status, 200);
    assert_eq!(get(&sim, &charged).status, 200);
}

/// Whether Stripe looks at the expansion before a call acts is not documented. The worse case can be played.
#[test]
fn an_expansion_may_be_refused_after_the_call_has_acted() {
    let sim = sim();
    let permissions = Permissions::from([(Resource::PaymentIntents, Access::Write)]);
    let settings = AccountSettings {
        restricted_key: Some(permissions),
        expansion_checked: Moment::After,
        ..AccountSettings::default()
    };
    sim.set_account(Some(RK), settings).unwrap();
    let pay = || ApiRequest::post("/v1/payment_intents", &expanding("latest_charge")).idempotency_key("k1");
    for _ in 0..2 {
        lacks(&with(&sim, RK, pay()), "rak_charge_read");
    }
    let listed = with(&sim, RK, ApiRequest::get("/v1/payment_intents")).json();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1), "it acted once, and its answer is kept");
    assert_eq!(listed["data"][0]["status"], "succeeded");
    // A path that cannot be expanded at all is refused before anything happens.
    let wrong = with(&sim, RK, ApiRequest::post("/v1/payment_intents", &expanding("colour")));
    assert_eq!((wrong.status, sim.ledger().payment_intents().count()), (400, 1));
}

/// The same by a fault, for any key: there the true answer stays under the idempotency key.
#[test]
fn a_fault_can_refuse_after_the_call_has_acted() {
    let sim = sim();
    let refused = Fault::Status { status: 403, should_retry: None };
    sim.faults().add(FaultRule::next(1, "POST", "/v1/payment_intents", Moment::After, refused));
    let pay = || ApiRequest::post("/v1/payment_intents", &expanding("latest_charge")).idempotency_key("k1");
    lacks(&with(&sim, SK, pay()), "rak_charge_read");
    assert_eq!(sim.ledger().payment_intents().count(), 1, "it acted");
    assert_eq!(with(&sim, SK, pay()).json()["status"], "succeeded");
    assert_eq!(sim.ledger().payment_intents().count(), 1);
}

#[test]
fn mail_and_telephone_orders_are_for_accounts_that_are_enabled() {
    let sim = sim();
    let moto = |sim: &Sim, method: &str| {
        let mut form = charge_form(method);
        form.push(("payment_method_options[card][moto]", "true"));
        post(sim, "/v1/payment_intents", &form)
    };
    let refused = moto(&sim, "pm_card_visa").json();
    assert_eq!(refused["error"]["code"], "parameter_unknown");
    assert_eq!(refused["error"]["param"], "payment_method_options[card][moto]");

    let body = r#"{"settings": {"moto": true}}"#.as_bytes().to_vec();
    let mut control = ApiRequest::new(http::Method::POST, "/_sim/account");
    control.body = body;
    assert_eq!(send(&sim, control).status, 200);
    assert_eq!(moto(&sim, "pm_card_visa").json()["status"], "succeeded");
    assert_eq!(moto(&sim, "pm_card_authenticationRequiredOnSetup").json()["status"], "succeeded");
    let declined = moto(&sim, "pm_card_authenticationRequired").json();
    assert_eq!(declined["error"]["code"], "authentication_required");
    assert_eq!(moto(&sim, "pm_card_visa_chargeDeclined").status, 402);
}
