//! What staff, customers and others do, one move at a time. Refusals are what they are: the till's to make.

use std::collections::BTreeMap;

use till::view::{BankPage, RefundState, RefundView, SaleView, StageView};
use till::{PaymentStep, RefundId, SaleId};

use crate::books::{GivenBack, Taken};
use crate::check::outcome;
use crate::counter::Counter;
use crate::elsewhere;
use crate::plan::{Button, CARDS, Decision, Elsewhere, Move, Share};
use crate::tally::{self, Room};

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
    note(next);
    match next {
        Move::Charge { card, twice } => charge(counter, sale, card, twice).await,
        Move::Decide(decision) => {
            let Some(intent) = payment_intent(counter, sale).await else { return Ok(()) };
            // Refused when there is no challenge.
            drop(counter.sim.challenge(&intent, outcome(decision)));
            counter.pass(1).await;
        }
        // The page has one such command, whatever it believes came of the challenge: there is no success to be told.
        Move::Hint => {
            if let PaymentStep::Authenticate { attempt_id, .. } = counter.till.payment_step(sale).await {
                drop(counter.till.authentication_hint(sale, attempt_id).await);
            }
        }
        Move::PageSays { missing } => {
            if let PaymentStep::Authenticate { attempt_id, .. } = counter.till.payment_step(sale).await {
                let page = if missing { BankPage::Missing } else { BankPage::Shown };
                drop(counter.till.bank_page(sale, Some(attempt_id), page).await);
            }
        }
        Move::Disk { full } => counter.fill_disk(full),
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
        Move::Elsewhere(what) => elsewhere::act(counter, sale, what).await,
        Move::Wait { seconds } => counter.pass(seconds).await,
        Move::Sleeps { seconds } => counter.sleep(seconds).await,
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
        // Half of them who were told that a part was not given back ask for it again.
        Share::Part { permille } if permille % 2 == 0 => {
            told_as_lost(&view, left).unwrap_or_else(|| part(left, permille))
        }
        Share::Part { permille } => part(left, permille),
        Share::All => left,
        Share::TooMuch => left + 1,
    };
    let for_nothing = is_there_already(&view, amount_minor, &counter.taken_now());
    if for_nothing {
        tally::count(Room::Staff, "a refund that came late is asked for again");
    }
    counter.wishes.ask_again_for_nothing(sale, id, for_nothing);
    let taken_on = counter.press_refund(sale, id, amount_minor, twice).await;
    if taken_on && share == Share::TooMuch {
        return Err(format!("sale {}: a refund of more than is left was taken on", view.number));
    }
    *last_refund = Some((id, amount_minor));
    counter.pass(1).await;
    Ok(())
}

/// Counts it, where it is more than a sale's usual course.
fn note(next: Move) {
    let (room, what) = match next {
        Move::Charge { twice: true, .. } | Move::Press { twice: true, .. } | Move::Refund { twice: true, .. } => {
            (Room::Page, "a command comes twice")
        }
        Move::RefundAgain => (Room::Page, "a refund's command comes again later"),
        Move::Hint => (Room::Page, "says that a challenge is over"),
        Move::PageSays { missing: true } => (Room::Page, "the bank's page does not come"),
        Move::PageSays { missing: false } => (Room::Page, "the bank's page never settles"),
        Move::CloseWindow => (Room::Page, "its window is closed"),
        Move::Refund { share: Share::TooMuch, .. } => (Room::Staff, "give back more than is left"),
        Move::Press { button, .. } => (
            Room::Staff,
            match button {
                Button::Finish => "press Finish",
                Button::TryAgain => "press Try again",
                Button::LookAgain => "press Look again",
                Button::Cancel => "press Cancel",
                Button::Reopen => "open the bank's page again",
                Button::Keep => "keep a payment",
                Button::SetAside => "set a payment aside",
            },
        ),
        Move::Sleeps { .. } => (Room::Machine, "sleeps in the middle of it"),
        Move::ClockJumps { .. } => (Room::Clock, "the till's clock jumps"),
        Move::Disk { full: true } => (Room::Disk, "fills up until it is freed"),
        Move::Disk { full: false } => (Room::Disk, "is freed"),
        Move::Elsewhere(what) => (
            Room::Stripe,
            match what {
                Elsewhere::Refund { .. } => "refunded elsewhere",
                Elsewhere::Payment => "another payment of the account",
                Elsewhere::Crowd { .. } => "hundreds of other payments",
                Elsewhere::Cancel => "cancelled elsewhere",
                Elsewhere::Amount => "amount changed elsewhere",
                Elsewhere::Hold => "made a hold elsewhere",
                Elsewhere::Capture => "captured elsewhere",
                Elsewhere::LostHere => "a payment that the books do not have",
                Elsewhere::Copy => "a second payment of a sale",
            },
        ),
        Move::Decide(Decision::Complete)
        | Move::Charge { .. }
        | Move::Refund { .. }
        | Move::Reconcile
        | Move::SwitchedOff { .. }
        | Move::Wait { .. } => return,
        Move::Decide(Decision::Fail | Decision::Cancel) => (Room::Stripe, "a challenge is failed or left"),
    };
    tally::count(room, what);
}

fn part(left: i64, permille: u16) -> i64 {
    (left * i64::from(permille) / 1_000).max(1)
}

/// The refunds that staff were told were not made, by their amounts.
fn not_made(view: &SaleView) -> impl Iterator<Item = i64> {
    let lost = |told: &&RefundView| told.state == RefundState::NotRefunded && told.reference.is_none();
    view.refunds.iter().filter(lost).map(|told| told.money.amount_minor)
}

/// The newest of them that can still be asked for.
fn told_as_lost(view: &SaleView, left: i64) -> Option<i64> {
    not_made(view).filter(|amount_minor| *amount_minor <= left).last()
}

/// Whether the one refund of this amount that staff were told was not made is in Stripe's books.
fn is_there_already(view: &SaleView, amount_minor: i64, taken: &BTreeMap<String, Taken>) -> bool {
    let known = |made: &GivenBack| view.refunds.iter().any(|told| told.reference.as_ref() == Some(&made.id));
    let came = |made: &GivenBack| {
        made.wish.is_some() && made.amount_minor == amount_minor && !made.came_to_nothing() && !known(made)
    };
    let there = taken.get(&view.sale_id).is_some_and(|taken| taken.refunds.iter().any(came));
    there && not_made(view).filter(|not_made| *not_made == amount_minor).count() == 1
}
