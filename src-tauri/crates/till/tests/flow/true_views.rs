//! What the till really shows of a sale in every situation, written down for the tests of the screens: their fake core plays
//! time over these views, and holds no rule of its own.
//!
//! The file is `ui/shared/true_views.json`. When a view has changed, write it anew:
//! `COUNTERSIGN_WRITE_VIEWS=1 cargo test -p till --test flow true_views`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use stripe_sim::{Fault, FaultRule, Moment, Outcome};
use till::view::{Action, CancelStep, LastLook, RefundState, SaleView, StageView, WhyNotKnown};
use till::{RefundId, Till};

use crate::counter::Counter;
use crate::every_stage::{append_what_no_card_plays, play_every_stage};

const APPROVED: &str = "4242424242424242";
const CHALLENGED: &str = "4000002500003155";

thread_local! {
    /// The view of the first sale in each situation that a till of this test has published; none while nobody wants them.
    static HEARD: RefCell<Option<BTreeMap<String, SaleView>>> = const { RefCell::new(None) };
}

/// Listens to a till that has just been started, if somebody wants to know.
pub(crate) fn listen(till: &Till) {
    if HEARD.with_borrow(Option::is_none) {
        return;
    }
    let mut changes = till.subscribe();
    tokio::spawn(async move {
        while let Ok(view) = changes.recv().await {
            hear(view);
        }
    });
}

fn hear(view: SaleView) {
    HEARD.with_borrow_mut(|heard| {
        let Some(heard) = heard else { return };
        // Of two sales in one situation always the same, whichever is published first.
        match heard.entry(situation(&view)) {
            Entry::Vacant(first) => drop(first.insert(view)),
            Entry::Occupied(mut known) if view.number < known.get().number => drop(known.insert(view)),
            Entry::Occupied(_) => {}
        }
    });
}

/// What decides about how a sale is shown: its stage, what was found out, its refunds, and whether staff have to decide.
fn situation(view: &SaleView) -> String {
    let stage = match &view.stage {
        StageView::Open { notice: None } => "open",
        StageView::Open { notice: Some(_) } => "open.refused_before",
        StageView::Submitting => "submitting",
        StageView::NeedsAuthentication { .. } => "needs_authentication",
        StageView::Authenticated { .. } => "authenticated",
        StageView::Confirming => "confirming",
        StageView::Approved { .. } => "approved",
        StageView::Held { .. } => "held",
        StageView::Processing => "processing",
        StageView::Declined { .. } => "declined",
        StageView::NotKnown { why: WhyNotKnown::NoAnswer { finishing: true, .. }, .. } => "not_known.finishing",
        StageView::NotKnown { why: WhyNotKnown::NoAnswer { found: LastLook::None, .. }, .. }
            if !view.actions.contains(&Action::TryAgain) =>
        {
            "not_known.absent_too_late"
        }
        StageView::NotKnown { why: WhyNotKnown::NoAnswer { found: LastLook::None, .. }, .. } => "not_known.absent",
        StageView::NotKnown { why: WhyNotKnown::NoAnswer { .. }, .. } => "not_known.no_answer",
        StageView::NotKnown { why: WhyNotKnown::Mismatch, .. } => "not_known.mismatch",
        StageView::NotKnown { why: WhyNotKnown::StrangeStatus, .. } => "not_known.strange_status",
        StageView::NotKnown { why: WhyNotKnown::Gone, .. } => "not_known.gone",
        StageView::Cancelling { step: CancelStep::AwaitingCharge } => "cancelling.awaiting_charge",
        StageView::Cancelling { step: CancelStep::Calling { doubt_since_ms: None } } => "cancelling.calling",
        StageView::Cancelling { step: CancelStep::Calling { doubt_since_ms: Some(_) } } => {
            "cancelling.calling_after_doubt"
        }
        StageView::Cancelling { step: CancelStep::FindingOut { .. } } => "cancelling.finding_out",
        StageView::Cancelled => "cancelled",
        StageView::SetAside => "set_aside",
    };
    let mut name = stage.to_owned();
    if matches!(view.stage, StageView::Approved { .. }) {
        if view.unasked.is_some() {
            name.push_str("+unasked");
        }
        for (state, word) in [
            (RefundState::Working, "+refund_working"),
            (RefundState::NotKnown, "+refund_not_known"),
            (RefundState::Pending, "+refund_pending"),
        ] {
            if view.refunds.iter().any(|refund| refund.state == state) {
                name.push_str(word);
            }
        }
        let back = |state| {
            matches!(state, RefundState::Refunded | RefundState::Pending | RefundState::Working | RefundState::NotKnown)
        };
        let given: i64 =
            view.refunds.iter().filter(|refund| back(refund.state)).map(|refund| refund.money.amount_minor).sum();
        if given >= view.money.amount_minor {
            name.push_str("+nothing_left");
        }
    }
    name
}

/// Ids are made anew in each run; in the file they are numbered.
fn numbered(value: &mut Value, known: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            let is_uuid = text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4;
            let stripes = ["pi_", "re_", "du_", "dp_"].into_iter().find(|prefix| text.starts_with(prefix));
            if is_uuid || stripes.is_some() {
                let next = known.len() + 1;
                let name = known.entry(text.clone()).or_insert_with(|| match stripes {
                    Some(prefix) => format!("{prefix}{next:04}"),
                    None => format!("00000000-0000-4000-8000-{next:012}"),
                });
                *text = name.clone();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| numbered(value, known)),
        Value::Object(fields) => fields.values_mut().for_each(|value| numbered(value, known)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

async fn play_what_every_stage_leaves_out(counter: Counter) -> Counter {
    // A finish that is lost.
    let sale = counter.sell("81.00").await;
    let view = counter.pay(sale, CHALLENGED).await;
    let intent = view.payment_intent.clone().expect("a PaymentIntent");
    counter.sim.challenge(&intent, Outcome::Complete).expect("answered");
    strike(&counter, 3, "POST", "/v1/payment_intents/*/confirm", Moment::Before, Fault::Drop);
    let attempt = till::AttemptId::parse(&view.attempts[0].attempt_id).expect("an id");
    counter.till.authentication_hint(sale, attempt).await.expect("heard");
    counter.pass(30).await;
    // A charge is lost, and two days later Stripe has forgotten its key.
    let sale = counter.sell("84.00").await;
    strike(&counter, 3, "POST", "/v1/payment_intents", Moment::Before, Fault::Drop);
    counter.charge(sale, APPROVED).await;
    counter.pass(200).await;
    counter.later(2 * 86_400);
    counter.till.look(sale).await.expect("asked");
    counter.pass(5).await;
    // All of a payment is given back.
    let sale = counter.sell("82.00").await;
    let view = counter.pay(sale, APPROVED).await;
    let refund = RefundId::parse(&view.refundable.as_ref().expect("refundable").refund_id).expect("an id");
    counter.till.refund(sale, refund, 8_200).await.expect("asked for");
    counter.refunds_known(sale).await;
    // A cancel is lost, and so are the looks after it; then it goes out again.
    let sale = counter.sell("83.00").await;
    counter.pay(sale, CHALLENGED).await;
    strike(&counter, 3, "POST", "/v1/payment_intents/*/cancel", Moment::Before, Fault::Drop);
    counter.till.cancel(sale).await.expect("wanted");
    strike(&counter, 3, "GET", "/v1/payment_intents/*", Moment::Before, Fault::Drop);
    counter.pass(10).await;
    strike(&counter, 1, "POST", "/v1/payment_intents/*/cancel", Moment::Before, Fault::Delay { ms: 5_000 });
    counter.until(sale, |stage| *stage == StageView::Cancelled).await;
    let sale = counter.sell("85.00").await;
    counter.pay(sale, CHALLENGED).await;
    // What no card plays, as it stands when the till is started and Stripe has not answered yet.
    strike(&counter, 10_000, "GET", "/v1/payment_intents/*", Moment::Before, Fault::Delay { ms: 40_000 });
    let counter = counter.crash_and_start_again_after(append_what_no_card_plays).await;
    for view in counter.till.sales(10_000).await {
        hear(view);
    }
    counter
}

fn strike(counter: &Counter, times: u32, method: &str, path: &str, moment: Moment, fault: Fault) {
    counter.sim.faults().add(FaultRule::next(times, method, path, moment, fault));
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/shared/true_views.json")
}

#[tokio::test(start_paused = true)]
async fn the_screens_are_tried_with_what_the_till_really_shows() {
    HEARD.set(Some(BTreeMap::new()));
    let counter = play_every_stage().await;
    let counter = play_what_every_stage_leaves_out(counter).await;
    // What was published last is heard of before it is asked for.
    counter.till.sales(1).await;
    tokio::task::yield_now().await;
    let heard = HEARD.take().expect("views");
    let mut known = BTreeMap::new();
    let mut sales = Map::new();
    for (name, view) in heard {
        let mut view = serde_json::to_value(view).expect("serialised");
        numbered(&mut view, &mut known);
        sales.insert(name, view);
    }
    let today = serde_json::to_string_pretty(&serde_json::json!({ "sales": sales })).expect("written") + "\n";
    if std::env::var_os("COUNTERSIGN_WRITE_VIEWS").is_some() {
        std::fs::write(file(), &today).expect("kept");
    }
    let kept = std::fs::read_to_string(file()).unwrap_or_default();
    assert!(
        kept == today,
        "ui/shared/true_views.json is not what the till shows; write it anew (see the top of this file)"
    );
}
