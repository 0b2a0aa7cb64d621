//! What of Stripe's words may be kept.

use till::observed::SeenIntent;

/// A paid PaymentIntent whose card has these last digits.
fn paid_with(last4: &str) -> SeenIntent {
    let intent = serde_json::json!({
        "id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount": 2_500, "currency": "gbp",
        "metadata": {}, "latest_charge": {"id": "ch_1", "created": 5, "payment_method_details": {
            "card": {"brand": "visa", "last4": last4}}}
    });
    SeenIntent::of(&serde_json::from_value(intent).expect("a PaymentIntent"))
}

/// The journal is a file on a shop's disk: four digits of a card may stand there, and nothing else that an answer holds in
/// their place.
#[test]
fn no_more_of_a_card_is_kept_than_four_digits() {
    let kept = |last4: &str| paid_with(last4).charge.expect("a charge").card.map(|card| card.last4);
    assert_eq!(kept("4242").as_deref(), Some("4242"));
    for other in ["", "424", "42424", "4242424242424242", "42a2", "4 42", "\u{0664}\u{0662}"] {
        assert_eq!(kept(other), None, "{other:?}");
    }
}
