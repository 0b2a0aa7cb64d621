//! What staff, customers and others do, one move at a time. Refusals are what they are: the till's to make.

use stripe_sim::Outcome;
use till::view::{SaleView, StageView};
use till::{PaymentStep, RefundId, SaleId};

use crate::counter::Counter;
use crate::plan::{Button, CARDS, Decision, Elsewhere, Move, Share};

/// The last refund that staff asked for, as the page would send it again.
pub(crate) type LastRefund = Option<(RefundId, i64)>;

/// Somebody does something.
///
/// # Errors
/// A sentence when the till took on what it must refuse.
pub(crate) async fn make(
    counter: &mut Counter,
    sale: SaleId,
    next: Move,
    last_refund: &mut LastRefund,
) -> Result<(), String> {
    match next {
        Move::Charge { card, twice } => charge(counter, sale, card, twice).await,
        Move::Decide(decision) => {
            let Some(intent) = payment_intent(counter, sale).await else { return Ok(()) };
            let outcome = match decision {
                Decision::Complete => Outcome::Complete,
                Decision::Fail => Outcome::Fail,
                Decision::Cancel => Outcome::Cancel,
            };
            // Refused when there is no challenge.
            drop(counter.sim.challenge(&intent, outcome));
            counter.pass(1).await;
        }
        // The page has one such command, whatever it believes came of the challenge: there is no success to be told.
        Move::Hint => {
            if let PaymentStep::Authenticate { attempt_id, .. } = counter.till.payment_step(sale).await {
                drop(counter.till.authentication_hint(sale, attempt_id).await);
            }
        }
        Move::CloseWindow => {
            if let Some(SaleView { stage: StageView::NeedsAuthentication { .. }, .. }) = counter.till.sale(sale).await {
                drop(counter.till.look(sale).await);
            }
        }
        Move::Press { button, twice } => {
            press(counter, sale, button).await;
            if twice {
                press(counter, sale, button).await;
            }
        }
        Move::Refund { share, twice } => return refund(counter, sale, share, twice, last_refund).await,
        Move::RefundAgain => {
            if let Some((id, amount_minor)) = *last_refund {
                let _idempotent = counter.press_refund(sale, id, amount_minor, false).await;
            }
        }
        Move::Reconcile => {
            counter.start_reconcile();
            counter.pass(2).await;
        }
        Move::Elsewhere(what) => elsewhere(counter, sale, what).await,
        Move::Wait { seconds } => counter.pass(seconds).await,
        Move::ClockJumps { seconds } => counter.jump(seconds),
        Move::SwitchedOff { seconds } => counter.switch_off(seconds).await,
    }
    Ok(())
}

async fn payment_intent(counter: &Counter, sale: SaleId) -> Option<String> {
    counter.till.sale(sale).await?.payment_intent
}

async fn charge(counter: &mut Counter, sale: SaleId, card: usize, twice: bool) {
    let PaymentStep::Card { attempt_id, .. } = counter.till.payment_step(sale).await else { return };
    let Some(method) = counter.key(CARDS[card]) else { return };
    counter.press_charge(sale);
    let first = counter.till.submit_card(sale, attempt_id, method.clone());
    if twice {
        let second = counter.till.submit_card(sale, attempt_id, method);
        let (first, second) = tokio::join!(first, second);
        counter.hear(sale, &first);
        counter.hear(sale, &second);
    } else {
        let reply = first.await;
        counter.hear(sale, &reply);
    }
    counter.pass(1).await;
}

async fn press(counter: &mut Counter, sale: SaleId, button: Button) {
    if matches!(button, Button::Finish | Button::TryAgain) {
        counter.press_charge(sale);
    }
    let till = &counter.till;
    let asked = async {
        match button {
            Button::Finish => till.finish(sale).await,
            Button::TryAgain => till.try_again(sale).await,
            Button::LookAgain => till.look(sale).await,
            Button::Cancel => till.cancel(sale).await,
            Button::Reopen => till.reopen(sale).await,
            Button::Keep => till.keep(sale).await,
            Button::SetAside => till.set_aside(sale).await,
        }
    };
    let reply = counter.reply(asked).await;
    if matches!(button, Button::Finish | Button::TryAgain | Button::Keep) {
        counter.hear(sale, &reply);
    }
}

async fn refund(
    counter: &mut Counter,
    sale: SaleId,
    share: Share,
    twice: bool,
    last_refund: &mut LastRefund,
) -> Result<(), String> {
    let Some(view) = counter.till.sale(sale).await else { return Ok(()) };
    let offered = view.refundable.as_ref();
    let Some((id, left)) = offered.and_then(|some| Some((RefundId::parse(&some.refund_id)?, some.left.amount_minor)))
    else {
        let never_offered = counter.new_refund();
        if counter.press_refund(sale, never_offered, 1, false).await {
            return Err(format!("sale {}: a refund was taken on that was not offered", view.number));
        }
        return Ok(());
    };
    let amount_minor = match share {
        Share::Part { permille } => (left * i64::from(permille) / 1_000).max(1),
        Share::All => left,
        Share::TooMuch => left + 1,
    };
    let taken_on = counter.press_refund(sale, id, amount_minor, twice).await;
    if taken_on && share == Share::TooMuch {
        return Err(format!("sale {}: a refund of more than is left was taken on", view.number));
    }
    *last_refund = Some((id, amount_minor));
    counter.pass(1).await;
    Ok(())
}

async fn elsewhere(counter: &mut Counter, sale: SaleId, what: Elsewhere) {
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
    let Some(view) = counter.till.sale(sale).await else { return };
    let Some(intent) = view.payment_intent else { return };
    let path = format!("/v1/payment_intents/{intent}");
    let amount_minor = view.money.amount_minor;
    match what {
        Elsewhere::Payment | Elsewhere::Crowd { .. } => {}
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
        counter.wishes.others_take(format!("of nobody: {id}"));
    }
}
