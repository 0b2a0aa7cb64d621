//! A charge says what its payment said when it was made, whichever call said it.

mod common;
use common::*;
use serde_json::{Value, json};
use stripe_sim::Sim;

type Form<'a> = &'a [(&'a str, &'a str)];

const OPEN: Form<'static> = &[("amount", "2500"), ("currency", "usd"), ("payment_method_types[]", "card")];
const PAY: Form<'static> = &[("payment_method", "pm_card_visa")];

/// Pays, and says this at one of the calls of a payment.
fn pay(sim: &Sim, call: &str, said: Form<'_>) -> Value {
    let at = |wanted: &str| if call == wanted { said } else { &[] };
    let intent = id(&ok(sim, "/v1/payment_intents", &[OPEN, at("create")].concat()));
    let path = format!("/v1/payment_intents/{intent}");
    if call == "update" {
        ok(sim, &path, said);
    }
    ok(sim, &format!("{path}/confirm"), &[PAY, at("confirm")].concat())
}

fn charge_of(sim: &Sim, intent: &Value) -> Value {
    get(sim, &format!("/v1/charges/{}", intent["latest_charge"].as_str().expect("a charge"))).json()
}

#[test]
fn each_word_of_a_payment_is_in_its_charge() {
    let address =
        json!({"city": null, "country": "GB", "line1": "1 Rd", "line2": null, "postal_code": null, "state": null});
    let shipping = json!({"address": address, "carrier": null, "name": "Ada", "phone": null, "tracking_number": null});
    let shipped: Form<'_> =
        &[("shipping[name]", "Ada"), ("shipping[address][line1]", "1 Rd"), ("shipping[address][country]", "GB")];
    let all: &[(&[&str], Form<'_>, &str, Value)] = &[
        (&["create", "update"], &[("description", "Coats")], "description", json!("Coats")),
        (&["create", "update"], &[("metadata[sale]", "7")], "metadata", json!({"sale": "7"})),
        (
            &["create", "update", "confirm"],
            &[("receipt_email", "ada@example.com")],
            "receipt_email",
            json!("ada@example.com"),
        ),
        (&["create", "update", "confirm"], shipped, "shipping", shipping),
        (
            &["create", "update"],
            &[("statement_descriptor_suffix", "COATS")],
            "statement_descriptor_suffix",
            json!("COATS"),
        ),
    ];
    for (calls, said, field, value) in all {
        for call in *calls {
            let sim = sim();
            let paid = pay(&sim, call, said);
            assert_eq!(&paid[field], value, "{call} {field}");
            assert_eq!(&charge_of(&sim, &paid)[field], value, "{call} {field}");
            // And what its events tell.
            let event = get(&sim, "/v1/events?type=charge.succeeded").json()["data"][0]["data"]["object"].clone();
            assert_eq!(&event[field], value, "{call} {field}");
            // What is said of the payment later is not said of a charge that was made before.
            if *field != "shipping" {
                let unset = if *field == "metadata" { "metadata[sale]" } else { field };
                ok(&sim, &format!("/v1/payment_intents/{}", id(&paid)), &[(unset, "")]);
                assert_eq!(&charge_of(&sim, &paid)[field], value, "{call} {field}");
            }
        }
    }
}

#[test]
fn how_a_payment_is_to_go_counts_whichever_call_says_it() {
    let calls = ["create", "update", "confirm"];
    for call in calls {
        let sim = sim();
        let held = pay(&sim, call, &[("capture_method", "manual")]);
        assert_eq!(
            (&held["status"], &charge_of(&sim, &held)["captured"]),
            (&json!("requires_capture"), &json!(false)),
            "{call}"
        );
        let asked = ("payment_method_options[card][request_three_d_secure]", "challenge");
        let asked = pay(&sim, call, &[asked]);
        assert_eq!(asked["payment_method_options"]["card"]["request_three_d_secure"], "challenge", "{call}");
    }
    // A Customer keeps the card, and it is set up for payments without them.
    for call in calls {
        let sim = sim();
        let ada = id(&ok(&sim, "/v1/customers", &[]));
        let usage: Form<'_> = &[("setup_future_usage", "off_session")];
        let at = |wanted: &str| if call == wanted { usage } else { &[] };
        let customer: Form<'_> = &[("customer", &ada)];
        let intent = id(&ok(&sim, "/v1/payment_intents", &[OPEN, customer, at("create")].concat()));
        let path = format!("/v1/payment_intents/{intent}");
        if call == "update" {
            ok(&sim, &path, usage);
        }
        let card: Form<'_> = &[("payment_method", "pm_card_authenticationRequiredOnSetup"), ("use_stripe_sdk", "true")];
        let waiting = ok(&sim, &format!("{path}/confirm"), &[card, at("confirm")].concat());
        assert_eq!(waiting["status"], "requires_action");
        sim.challenge(&intent, stripe_sim::Outcome::Complete).expect("a challenge");
        assert_eq!(read(&sim, &intent)["status"], "succeeded", "{call}");
        let kept = get(&sim, &format!("/v1/customers/{ada}/payment_methods")).json()["data"][0]["id"].clone();
        let kept = kept.as_str().expect("a card that is kept");
        let again: Form<'_> = &[("payment_method", kept), ("confirm", "true"), ("off_session", "true")];
        let again = ok(&sim, "/v1/payment_intents", &[OPEN, customer, again].concat());
        assert_eq!(again["status"], "succeeded", "{call}");
    }
}
