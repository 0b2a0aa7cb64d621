//! What is stored is played: a field that a call sets is shown wherever Stripe shows it, and acts where Stripe acts on it.

mod common;
use common::*;
use serde_json::{Value, json};
use stripe_sim::{AccountSettings, ApiRequest, Sim, SimOptions};

const DAY_MS: u64 = 86_400_000;
const COBRANDED: &str = "pm_card_visa_cartesBancaires";

fn form_of<'a>(
    amount: &'a str,
    currency: &'a str,
    method: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut form = charge_form(method);
    form.retain(|(name, _)| !["amount", "currency"].contains(name));
    form.extend([("amount", amount), ("currency", currency)]);
    form.extend(more);
    form
}

fn pay(sim: &Sim, method: &str, more: &[(&str, &str)]) -> Value {
    ok(sim, "/v1/payment_intents", &form_of("2500", "usd", method, more))
}

fn charge_of(sim: &Sim, intent: &Value) -> Value {
    get(sim, &format!("/v1/charges/{}", intent["latest_charge"].as_str().expect("a charge"))).json()
}

fn open(sim: &Sim, more: &[(&str, &str)]) -> String {
    let mut form = vec![("amount", "2500"), ("currency", "usd"), ("payment_method_types[]", "card")];
    form.extend(more);
    id(&ok(sim, "/v1/payment_intents", &form))
}

fn with_moto() -> Sim {
    let sim = sim();
    sim.set_account(None, AccountSettings { moto: true, ..AccountSettings::default() }).expect("an account");
    sim
}

const MOTO: (&str, &str) = ("payment_method_options[card][moto]", "true");
const HELD: (&str, &str) = ("payment_method_options[card][capture_method]", "manual");

#[test]
fn a_statement_shows_the_account_and_what_the_payment_adds() {
    let sim = Sim::new(SimOptions { merchant: "Run Club".to_owned(), ..options() });
    let shown = |charge: &Value| {
        (charge["statement_descriptor_suffix"].clone(), charge["calculated_statement_descriptor"].clone())
    };
    let account = get(&sim, "/v1/account").json();
    assert_eq!(account["settings"]["payments"]["statement_descriptor"], "RUN CLUB");
    let plain = pay(&sim, "pm_card_visa", &[]);
    assert_eq!(shown(&charge_of(&sim, &plain)), (Value::Null, json!("RUN CLUB")));

    // Said at create, at update, or only when it is captured.
    let suffix = |text: &'static str| ("statement_descriptor_suffix", text);
    let paid = pay(&sim, "pm_card_visa", &[suffix("OCT MARATHON")]);
    let coats = (json!("OCT MARATHON"), json!("RUN CLUB* OCT MARATHON"));
    assert_eq!(shown(&charge_of(&sim, &paid)), coats);
    let changed = open(&sim, &[suffix("JUNE")]);
    ok(&sim, &format!("/v1/payment_intents/{changed}"), &[suffix("OCT MARATHON")]);
    let changed = confirm(&sim, &changed, &[("payment_method", "pm_card_visa")]).json();
    assert_eq!(shown(&charge_of(&sim, &changed)), coats);
    let held = pay(&sim, "pm_card_visa", &[suffix("JUNE"), ("capture_method", "manual")]);
    assert_eq!(charge_of(&sim, &held)["calculated_statement_descriptor"], "RUN CLUB* JUNE");
    let captured = ok(&sim, &format!("/v1/payment_intents/{}/capture", id(&held)), &[suffix("OCT MARATHON")]);
    assert_eq!(captured["statement_descriptor_suffix"], "OCT MARATHON");
    assert_eq!(shown(&charge_of(&sim, &captured)), coats);
    // And so does the event of it.
    let event = get(&sim, "/v1/events?type=charge.captured").json()["data"][0]["data"]["object"].clone();
    assert_eq!(shown(&event), coats);
    // Captured without a word, what was said before counts; an empty text unsets it.
    for (word, descriptor) in [(None, "RUN CLUB* JUNE"), (Some(""), "RUN CLUB")] {
        let held = pay(&sim, "pm_card_visa", &[suffix("JUNE"), ("capture_method", "manual")]);
        let form: Vec<_> = word.into_iter().map(suffix).collect();
        let captured = ok(&sim, &format!("/v1/payment_intents/{}/capture", id(&held)), &form);
        assert_eq!(charge_of(&sim, &captured)["calculated_statement_descriptor"], descriptor);
    }
}

/// The card's own `capture_method` is another field than the PaymentIntent's, at each call that takes it.
#[test]
fn a_card_can_be_held_where_the_intent_is_not() {
    let sim = sim();
    let is_held = |intent: &Value| {
        assert_eq!(
            (&intent["status"], &intent["capture_method"]),
            (&json!("requires_capture"), &json!("automatic_async"))
        );
        assert_eq!(intent["payment_method_options"]["card"]["capture_method"], "manual");
        assert_eq!(intent["amount_capturable"], 2500);
    };
    is_held(&pay(&sim, "pm_card_visa", &[HELD]));
    let intent = open(&sim, &[]);
    is_held(&confirm(&sim, &intent, &[HELD, ("payment_method", "pm_card_visa")]).json());
    let intent = open(&sim, &[]);
    ok(&sim, &format!("/v1/payment_intents/{intent}"), &[HELD]);
    is_held(&confirm(&sim, &intent, &[("payment_method", "pm_card_visa")]).json());
    // An empty text unsets it.
    let intent = open(&sim, &[HELD]);
    let unset = ok(&sim, &format!("/v1/payment_intents/{intent}"), &[(HELD.0, "")]);
    assert!(unset["payment_method_options"]["card"].get("capture_method").is_none(), "{unset}");
    assert_eq!(confirm(&sim, &intent, &[("payment_method", "pm_card_visa")]).json()["status"], "succeeded");
}

#[test]
fn a_mail_or_telephone_order_is_marked_as_one() {
    let sim = with_moto();
    let of_charge = |intent: &Value| charge_of(&sim, intent)["payment_method_details"]["card"]["moto"].clone();
    let paid = pay(&sim, "pm_card_visa", &[MOTO]);
    assert_eq!(of_charge(&paid), true);
    let intent = open(&sim, &[]);
    let paid = confirm(&sim, &intent, &[MOTO, ("payment_method", "pm_card_visa")]).json();
    assert_eq!(of_charge(&paid), true);
    assert_eq!(of_charge(&pay(&sim, "pm_card_visa", &[])), Value::Null);
    assert_eq!(of_charge(&pay(&sim, "pm_card_visa", &[(MOTO.0, "false")])), Value::Null);
    let declined = charge_form("pm_card_visa_chargeDeclined").into_iter().chain([MOTO]).collect::<Vec<_>>();
    let declined = refused(&sim, "/v1/payment_intents", &declined, 402);
    assert_eq!(of_charge(&declined["payment_intent"]), true);
}

/// How an attempt is made can be said only where one is made.
#[test]
fn a_mail_or_telephone_order_is_one_at_its_confirm() {
    let sim = with_moto();
    let (intent, setup) = (open(&sim, &[]), id(&ok(&sim, "/v1/setup_intents", &[])));
    let amount = [("amount", "2500"), ("currency", "usd"), MOTO];
    for (path, form) in [
        ("/v1/payment_intents", &amount[..]),
        (&format!("/v1/payment_intents/{intent}"), &[MOTO]),
        ("/v1/setup_intents", &[MOTO]),
        (&format!("/v1/setup_intents/{setup}"), &[MOTO]),
    ] {
        let error = refused(&sim, path, form, 400);
        assert_eq!(error["param"], MOTO.0, "{path}");
        assert!(error["message"].as_str().expect("a sentence").contains("during confirmation"), "{path}: {error}");
    }
    // It keeps no card for a customer who is there.
    let usage = |word: &'static str| ("setup_future_usage", word);
    let ada = id(&ok(&sim, "/v1/customers", &[]));
    let intent = open(&sim, &[("customer", &ada), usage("on_session")]);
    let with_card = [MOTO, ("payment_method", "pm_card_visa")];
    let path = format!("/v1/payment_intents/{intent}/confirm");
    let create = form_of("2500", "usd", "pm_card_visa", &[MOTO, usage("on_session")]);
    for error in [refused(&sim, &path, &with_card, 400), refused(&sim, "/v1/payment_intents", &create, 400)] {
        assert_eq!(error["param"], MOTO.0, "{error}");
    }
    let unset = [with_card[0], with_card[1], usage("off_session")];
    assert_eq!(ok(&sim, &path, &unset)["status"], "succeeded");
}

#[test]
fn a_card_is_set_up_by_telephone_only_where_that_is_allowed() {
    let card = [("payment_method_types[]", "card"), ("confirm", "true"), MOTO];
    let form = |method: &'static str| [&card[..], &[("payment_method", method)]].concat();
    let error = refused(&sim(), "/v1/setup_intents", &form("pm_card_visa"), 400);
    assert_eq!((&error["code"], &error["param"]), (&json!("parameter_unknown"), &json!(MOTO.0)));
    let sim = with_moto();
    let asked = "pm_card_authenticationRequiredOnSetup";
    assert_eq!(ok(&sim, "/v1/setup_intents", &form(asked))["status"], "succeeded", "nobody is asked");
    let later = id(&ok(&sim, "/v1/setup_intents", &[("payment_method_types[]", "card"), ("payment_method", asked)]));
    assert_eq!(ok(&sim, &format!("/v1/setup_intents/{later}/confirm"), &[MOTO])["status"], "succeeded");
    let declined = refused(&sim, "/v1/setup_intents", &form("pm_card_authenticationRequired"), 402);
    assert_eq!(declined["code"], "authentication_required");
}

/// A card of two networks: the customer's choice, and the shop's.
#[test]
fn a_payment_goes_over_the_network_that_was_chosen() {
    let sim = sim();
    let network = |intent: &Value| charge_of(&sim, intent)["payment_method_details"]["card"]["network"].clone();
    let option = ("payment_method_options[card][network]", "cartes_bancaires");
    assert_eq!(network(&pay(&sim, COBRANDED, &[])), "visa");
    let paid = pay(&sim, COBRANDED, &[option]);
    assert_eq!(network(&paid), "cartes_bancaires");
    assert_eq!(paid["payment_method_options"]["card"]["network"], "cartes_bancaires");
    assert_eq!(network(&pay(&sim, "pm_card_visa", &[option])), "visa", "which this card does not have");
    let intent = open(&sim, &[]);
    ok(&sim, &format!("/v1/payment_intents/{intent}"), &[option]);
    let setup = ok(&sim, "/v1/setup_intents", &[option]);
    assert_eq!(setup["payment_method_options"]["card"]["network"], "cartes_bancaires");
    let paid = confirm(&sim, &intent, &[("payment_method", COBRANDED)]).json();
    assert_eq!(network(&paid), "cartes_bancaires");

    let preferred = ("card[networks][preferred]", "cartes_bancaires");
    let card = |more: &[(&'static str, &'static str)]| {
        [
            &[("card[number]", "4000002500001001"), ("card[exp_month]", "12"), ("card[exp_year]", "2030"), ("key", PK)],
            more,
        ]
        .concat()
    };
    let shown =
        |method: &Value| (method["card"]["networks"]["preferred"].clone(), method["card"]["display_brand"].clone());
    let chosen = (json!("cartes_bancaires"), json!("cartes_bancaires"));
    let method = send(&sim, ApiRequest::post("/v1/payment_methods", &card(&[("type", "card"), preferred]))).json();
    assert_eq!(shown(&method), chosen);
    assert_eq!(network(&pay(&sim, &id(&method), &[])), "cartes_bancaires");
    let token = id(&send(&sim, ApiRequest::post("/v1/tokens", &card(&[preferred]))).json());
    let method = ok(&sim, "/v1/payment_methods", &[("type", "card"), ("card[token]", &token)]);
    assert_eq!(shown(&method), chosen);
    // And changed, on a card that is kept.
    let ada = id(&ok(&sim, "/v1/customers", &[]));
    let path = format!("/v1/payment_methods/{}", id(&method));
    ok(&sim, &format!("{path}/attach"), &[("customer", &ada)]);
    assert_eq!(shown(&ok(&sim, &path, &[(preferred.0, "visa")])), (json!("visa"), json!("visa")));
    assert_eq!(shown(&ok(&sim, &path, &[(preferred.0, "")])), (Value::Null, json!("visa")));
}

#[test]
fn a_future_use_can_be_unset() {
    let sim = sim();
    let ada = id(&ok(&sim, "/v1/customers", &[]));
    let usage = |word: &'static str| ("setup_future_usage", word);
    let intent = open(&sim, &[("customer", &ada), usage("off_session")]);
    let path = format!("/v1/payment_intents/{intent}");
    assert_eq!(ok(&sim, &path, &[usage("")])["setup_future_usage"], Value::Null);
    ok(&sim, &path, &[usage("on_session")]);
    let paid = confirm(&sim, &intent, &[usage(""), ("payment_method", "pm_card_visa")]).json();
    assert_eq!((&paid["status"], &paid["setup_future_usage"]), (&json!("succeeded"), &Value::Null));
    let kept = get(&sim, &format!("/v1/customers/{ada}/payment_methods")).json();
    assert_eq!(kept["data"], json!([]), "the card is not kept");
}

#[test]
fn what_a_token_was_keyed_with_is_in_the_card_made_of_it() {
    let sim = sim();
    let keyed = [
        ("card[number]", "4242424242424242"),
        ("card[exp_month]", "12"),
        ("card[exp_year]", "2030"),
        ("card[name]", "Ada"),
        ("card[address_line1]", "1 Main St"),
        ("card[address_city]", "York"),
        ("card[address_zip]", "YO1"),
        ("card[address_country]", "GB"),
        ("key", PK),
    ];
    let token = send(&sim, ApiRequest::post("/v1/tokens", &keyed)).json();
    let card = &token["card"];
    assert_eq!(
        (&card["name"], &card["address_line1"], &card["address_country"]),
        (&json!("Ada"), &json!("1 Main St"), &json!("GB"))
    );
    assert_eq!((&card["address_zip"], &card["address_zip_check"]), (&json!("YO1"), &json!("unchecked")));
    let token = id(&token);
    let form = [("type", "card"), ("card[token]", token.as_str()), ("billing_details[address][city]", "Leeds")];
    let details = ok(&sim, "/v1/payment_methods", &form)["billing_details"].clone();
    assert_eq!((&details["name"], &details["address"]["line1"]), (&json!("Ada"), &json!("1 Main St")));
    assert_eq!(details["address"]["city"], "Leeds", "what is said again counts");
    let mut paid_out = keyed.to_vec();
    paid_out.push(("card[currency]", "usd"));
    let refused = send(&sim, ApiRequest::post("/v1/tokens", &paid_out));
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!("card[currency]")));
}

#[test]
fn the_cards_customer_is_asked_for_at_every_call_of_a_set_up() {
    let sim = sim();
    let (ada, bea) = (id(&ok(&sim, "/v1/customers", &[])), id(&ok(&sim, "/v1/customers", &[])));
    let method = id(&key_card(&sim, "4242424242424242").json());
    let setup = id(&ok(&sim, "/v1/setup_intents", &[("payment_method", &method)]));
    ok(&sim, &format!("/v1/payment_methods/{method}/attach"), &[("customer", &ada)]);
    let path = format!("/v1/setup_intents/{setup}");
    let error = refused(&sim, &path, &[("customer", &bea)], 400);
    assert_eq!(error["param"], "payment_method", "{error}");
    assert_eq!(ok(&sim, &path, &[("customer", &ada)])["customer"], ada.as_str());
}

#[test]
fn a_card_that_has_left_is_no_default_any_more() {
    let sim = sim();
    let method = id(&key_card(&sim, "4242424242424242").json());
    let name = "invoice_settings[default_payment_method]";
    let ada = id(&ok(&sim, "/v1/customers", &[("payment_method", &method), (name, &method)]));
    let default =
        || get(&sim, &format!("/v1/customers/{ada}")).json()["invoice_settings"]["default_payment_method"].clone();
    assert_eq!(default(), method.as_str());
    ok(&sim, &format!("/v1/payment_methods/{method}/detach"), &[]);
    assert_eq!(default(), Value::Null);
    assert_eq!(events(&sim).iter().rev().take(2).collect::<Vec<_>>(), ["customer.updated", "payment_method.detached"]);
    // A Customer who is deleted takes all of it along.
    let method = id(&key_card(&sim, "4242424242424242").json());
    let bea = id(&ok(&sim, "/v1/customers", &[("payment_method", &method), (name, &method)]));
    send(&sim, ApiRequest::new(http::Method::DELETE, &format!("/v1/customers/{bea}")).key(SK));
    assert_eq!(events(&sim).iter().rev().take(2).collect::<Vec<_>>(), ["customer.deleted", "payment_method.detached"]);
}

#[test]
fn events_are_shown_for_thirty_days() {
    let sim = sim();
    pay(&sim, "pm_card_visa", &[("capture_method", "automatic")]);
    let listed = |query: &str| get(&sim, &format!("/v1/events{query}")).json();
    let first = id(&listed("").get("data").expect("a list")[0]);
    sim.clock().advance(30 * DAY_MS);
    assert_eq!(get(&sim, &format!("/v1/events/{first}")).status, 200);
    assert!(!listed("")["data"].as_array().expect("a list").is_empty());
    assert_eq!(listed("?delivery_success=false")["data"], json!([]), "nothing waits to be delivered");
    sim.clock().advance(1_000);
    assert_eq!(listed("")["data"], json!([]));
    let gone = get(&sim, &format!("/v1/events/{first}"));
    assert_eq!((gone.status, &gone.json()["error"]["code"]), (404, &json!("resource_missing")));
    let both = get(&sim, "/v1/events?type=charge.succeeded&types[]=charge.failed");
    assert_eq!((both.status, &both.json()["error"]["code"]), (400, &json!("parameters_exclusive")));
}

/// The books go by the category, not by the type.
#[test]
fn the_money_of_a_dispute_has_its_own_category() {
    let sim = sim();
    pay(&sim, "pm_card_createDispute", &[("capture_method", "automatic")]);
    let dispute = id(&get(&sim, "/v1/disputes").json()["data"][0]);
    ok(&sim, &format!("/v1/disputes/{dispute}"), &[("evidence[uncategorized_text]", "winning_evidence")]);
    let shown: Vec<Value> = get(&sim, "/v1/balance_transactions").json()["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| json!([row["type"], row["reporting_category"], row["amount"]]))
        .collect();
    assert_eq!(
        json!(shown),
        json!([["adjustment", "dispute_reversal", 2500], ["adjustment", "dispute", -2500], ["charge", "charge", 2500]])
    );
}

/// Amounts that Stripe itself makes of others are in the steps of their currency, too.
#[test]
fn all_amounts_of_a_payment_are_in_the_steps_of_its_currency() {
    for (currency, amount, step) in
        [("kwd", "5010", 10), ("isk", "250100", 100), ("ugx", "50100", 100), ("usd", "2501", 1)]
    {
        let sim = sim();
        let form = form_of(amount, currency, "pm_card_createMultipleDisputes", &[("capture_method", "automatic")]);
        ok(&sim, "/v1/payment_intents", &form);
        let rows = get(&sim, "/v1/balance_transactions").json()["data"].clone();
        let rows = rows.as_array().expect("a list");
        let disputes = get(&sim, "/v1/disputes").json()["data"].clone();
        let disputes = disputes.as_array().expect("a list");
        assert_eq!((rows.len(), disputes.len()), (3, 2));
        for row in rows {
            for field in ["amount", "fee", "net"] {
                assert_eq!(row[field].as_i64().expect("an amount") % step, 0, "{currency} {field}: {row}");
            }
        }
        let in_all: i64 = disputes.iter().filter_map(|dispute| dispute["amount"].as_i64()).sum();
        assert_eq!(in_all.to_string(), amount);
        assert!(disputes.iter().all(|dispute| dispute["amount"].as_i64().expect("an amount") % step == 0));
    }
}

/// A capture, and a refund, of what no card can be charged.
#[test]
fn a_part_of_an_amount_is_in_the_steps_of_its_currency() {
    for (currency, whole, part, wrong) in [("kwd", "2500", "1000", "1005"), ("isk", "25000", "10000", "10050")] {
        let sim = sim();
        let held =
            ok(&sim, "/v1/payment_intents", &form_of(whole, currency, "pm_card_visa", &[("capture_method", "manual")]));
        let path = format!("/v1/payment_intents/{}/capture", id(&held));
        assert_eq!(refused(&sim, &path, &[("amount_to_capture", wrong)], 400)["param"], "amount_to_capture");
        assert_eq!(read(&sim, &id(&held))["status"], "requires_capture", "nothing was taken");
        let taken = ok(&sim, &path, &[("amount_to_capture", part)]);
        assert_eq!(taken["amount_received"].to_string(), part);
        let intent = id(&held);
        let back = |amount: &'static str| [("payment_intent", intent.as_str()), ("amount", amount)];
        assert_eq!(refused(&sim, "/v1/refunds", &back("105"), 400)["param"], "amount");
        assert_eq!(ok(&sim, "/v1/refunds", &back("100"))["amount"], 100);
    }
}

/// What of an address comes after the card is checked as what came with it.
#[test]
fn an_address_that_comes_later_is_checked_by_the_bank() {
    let sim = sim();
    let ada = id(&ok(&sim, "/v1/customers", &[]));
    // The bank fails this card's street and postal code, if it is told any.
    let form =
        [("type", "card"), ("card[number]", "4000000000000010"), ("card[exp_month]", "12"), ("card[exp_year]", "2030")];
    let method = send(&sim, ApiRequest::post("/v1/payment_methods", &[&form[..], &[("key", PK)]].concat())).json();
    let method = id(&method);
    ok(&sim, &format!("/v1/payment_methods/{method}/attach"), &[("customer", &ada)]);
    let checks = || {
        let paid = pay(&sim, &method, &[("customer", &ada)]);
        let checks = charge_of(&sim, &paid)["payment_method_details"]["card"]["checks"].clone();
        (checks["address_line1_check"].clone(), checks["address_postal_code_check"].clone())
    };
    assert_eq!(checks(), (Value::Null, Value::Null));
    let path = format!("/v1/payment_methods/{method}");
    ok(&sim, &path, &[("billing_details[address][postal_code]", "YO1")]);
    assert_eq!(checks(), (Value::Null, json!("fail")));
    ok(&sim, &path, &[("billing_details[address][line1]", "1 Main St")]);
    assert_eq!(checks(), (json!("fail"), json!("fail")));
    ok(&sim, &path, &[("billing_details[address]", "")]);
    assert_eq!(checks(), (Value::Null, Value::Null));
}
