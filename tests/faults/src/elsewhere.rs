//! What somebody does at Stripe itself: in the Dashboard, or with another program.

use till::SaleId;

use crate::books::COPY;
use crate::counter::Counter;
use crate::plan::Elsewhere;
use crate::records::this_till;

/// What a payment takes that only Stripe has, in pence.
pub(crate) const LOST_MINOR: i64 = 3_100;

/// Somebody does it.
pub(crate) async fn act(counter: &mut Counter, sale: SaleId, what: Elsewhere) {
    let others = match what {
        Elsewhere::Payment => 1,
        Elsewhere::Crowd { payments } => payments,
        _ => 0,
    };
    for _ in 0..others {
        take_another_payment(counter);
    }
    if others > 0 {
        return;
    }
    if what == Elsewhere::LostHere {
        take_as_this_till(counter);
        return;
    }
    let Some(view) = counter.till.sale(sale).await else { return };
    let Some(intent) = view.payment_intent else { return };
    let path = format!("/v1/payment_intents/{intent}");
    let amount_minor = view.money.amount_minor;
    match what {
        Elsewhere::Payment | Elsewhere::Crowd { .. } | Elsewhere::LostHere => {}
        Elsewhere::Copy => copy(counter, sale, amount_minor),
        Elsewhere::Refund { permille } => {
            let part = (amount_minor * i64::from(permille) / 1_000).max(1).to_string();
            let form = [("payment_intent", intent.as_str()), ("amount", part.as_str())];
            if counter.elsewhere("/v1/refunds", &form).is_some() {
                counter.wishes.meddle(sale, |meddling| meddling.refunded = true);
            }
        }
        Elsewhere::Cancel => {
            if counter.elsewhere(&format!("{path}/cancel"), &[]).is_some() {
                counter.wishes.meddle(sale, |meddling| meddling.outcome = true);
            }
        }
        Elsewhere::Amount => {
            let another = (amount_minor + 100).to_string();
            if counter.elsewhere(&path, &[("amount", another.as_str())]).is_some() {
                counter.wishes.meddle(sale, |meddling| meddling.amount = true);
            }
        }
        Elsewhere::Hold => {
            if counter.elsewhere(&path, &[("capture_method", "manual")]).is_some() {
                counter.wishes.meddle(sale, |meddling| meddling.outcome = true);
            }
        }
        Elsewhere::Capture => {
            if counter.elsewhere(&format!("{path}/capture"), &[]).is_some() {
                counter.wishes.meddle(sale, |meddling| meddling.outcome = true);
            }
        }
    }
}

/// A payment on the same account that is not the till's.
fn take_another_payment(counter: &mut Counter) {
    let form = [
        ("amount", "4200"),
        ("currency", "gbp"),
        ("payment_method", "pm_card_visa"),
        ("payment_method_types[]", "card"),
        ("confirm", "true"),
    ];
    let made = counter.elsewhere("/v1/payment_intents", &form);
    if let Some(id) = made.as_ref().and_then(|intent| intent["id"].as_str()) {
        counter.wishes.others_take(id.to_owned());
    }
}

/// A payment of a sale that this till's books do not have.
fn take_as_this_till(counter: &mut Counter) {
    let sale = counter.new_sale();
    let reference = [("metadata[countersign_reference]", "Room 4 & 5")];
    if let Some(id) = take_with_marks(counter, sale, &LOST_MINOR.to_string(), &reference) {
        counter.wishes.lose(sale, id, reference[0].1);
    }
}

/// A second payment that names the sale, as if somebody had made it with a program of their own.
fn copy(counter: &mut Counter, sale: SaleId, amount_minor: i64) {
    let amount = amount_minor.to_string();
    if let Some(id) = take_with_marks(counter, sale, &amount, &[(COPY, "1")]) {
        counter.wishes.copy(sale, id, amount_minor);
    }
}

/// A payment with this till's marks, and its id.
fn take_with_marks(counter: &Counter, sale: SaleId, amount: &str, more: &[(&str, &str)]) -> Option<String> {
    let (sale, till) = (sale.to_string(), this_till()?.to_string());
    let mut form = vec![
        ("amount", amount),
        ("currency", "gbp"),
        ("payment_method", "pm_card_visa"),
        ("payment_method_types[]", "card"),
        ("confirm", "true"),
        ("metadata[countersign_sale]", sale.as_str()),
        ("metadata[countersign_till]", till.as_str()),
    ];
    form.extend(more);
    let made = counter.elsewhere("/v1/payment_intents", &form)?;
    Some(made["id"].as_str()?.to_owned())
}
