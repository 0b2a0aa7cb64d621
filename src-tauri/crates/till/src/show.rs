//! From a sale to what a screen shows of it.

use crate::decline;
use crate::ids::RefundId;
use crate::locale::Locale;
use crate::machine;
use crate::refund::RefundStage;
use crate::sale::{Attempt, AttemptEnd, Decline, Proof, Purpose, Sale, Stage, Why};
use crate::standing::{may_turn_out_paid, presses, standing};
use crate::view::{
    Action, AttemptOutcome, AttemptView, BankPage, CancelStep, LastLook, Oddity, ReceiptView, SaleView, StageView,
    Standing, Unasked, WhyNotKnown,
};

mod refunds;

pub(crate) use refunds::{dispute_status, refund_stands};

/// What only this run of the till knows of a sale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ThisRun {
    /// What the last look found, while the outcome is open.
    pub(crate) last_look: LastLook,
    /// Since when the outcome is open, if that was seen; milliseconds since 1970.
    pub(crate) doubt_since_ms: Option<i64>,
    /// What the payment window says of the bank's page.
    pub(crate) bank_page: BankPage,
}

/// A sale as it stands at a moment, which is what the till publishes. Whoever shows it writes it.
#[derive(Clone)]
pub(crate) struct SaleNow {
    pub(crate) sale: Sale,
    pub(crate) run: ThisRun,
    /// The id that the next refund is to be asked for with. None: it is shown as it stands in the books, and nothing can be done
    /// with it until the till is asked.
    pub(crate) next_refund: Option<RefundId>,
    /// Stripe's time as it was last told: it decides what can still be sent again.
    pub(crate) stripe_ms: Option<i64>,
    /// Whether the till takes real money.
    pub(crate) real_money: bool,
}

impl SaleNow {
    /// As the books know it: nothing that only a run of the till knows.
    pub(crate) fn of_the_books(sale: Sale, real_money: bool) -> Self {
        let run = ThisRun { last_look: LastLook::NotAsked, doubt_since_ms: None, bank_page: BankPage::default() };
        Self { sale, run, next_refund: None, stripe_ms: None, real_money }
    }

    pub(crate) fn standing(&self) -> Standing {
        standing(&self.sale, self.run.doubt_since_ms.is_some())
    }

    /// As a screen of this locale shows it.
    #[must_use]
    pub(crate) fn view(&self, locale: &Locale) -> SaleView {
        let Self { sale, run, next_refund, stripe_ms, real_money } = self;
        SaleView {
            sale_id: sale.id.to_string(),
            number: sale.number,
            money: sale.total().view(locale),
            reference: sale.order.reference.as_ref().map(|reference| reference.as_str().to_owned()),
            note: sale.order.note.as_ref().map(|note| note.as_str().to_owned()),
            opened_at_ms: sale.opened_at_ms,
            revision: sale.revision,
            stage: stage(sale, *run),
            standing: self.standing(),
            may_turn_out_paid: may_turn_out_paid(sale),
            presses: presses(sale, run.doubt_since_ms.is_some()),
            call_in_flight: sale.call_in_flight(),
            attempts: sale.attempts.iter().map(attempt).collect(),
            payment_intent: sale.intent.as_ref().map(ToString::to_string),
            refunds: sale.refunds.iter().map(|refund| refunds::refund(sale, refund, locale)).collect(),
            refundable: next_refund.and_then(|id| refunds::refundable(sale, locale, id)),
            disputes: sale.disputes.iter().map(|seen| refunds::dispute(sale, seen, locale)).collect(),
            unasked: sale.paid_unasked().then(|| unasked(sale)),
            taken: taken_in_part(sale).map(|minor| refunds::money(sale, minor, locale)),
            oddities: oddities(sale, *real_money),
            actions: if next_refund.is_some() { actions(sale, *stripe_ms) } else { Vec::new() },
        }
    }
}

fn taken_in_part(sale: &Sale) -> Option<i64> {
    let taken = sale.taken_minor();
    (matches!(sale.stage, Stage::Approved(_)) && taken != sale.total().amount_minor()).then_some(taken)
}

fn oddities(sale: &Sale, real_money: bool) -> Vec<Oddity> {
    let mode = match (real_money, sale.livemode) {
        (true, Some(false)) => Some(Oddity::TestMoney),
        (false, Some(true)) => Some(Oddity::RealMoney),
        _ => None,
    };
    let mark = sale.mark_differs.then_some(Oddity::Mark);
    let refund = sale.refunds.iter().any(|refund| refund.of_another).then_some(Oddity::RefundOfAnother);
    let keys = keys_of_two_accounts(sale).then_some(Oddity::KeysOfTwoAccounts);
    [mark, mode, refund, keys].into_iter().flatten().collect()
}

/// Whether Stripe had no such card when the payment was to be made. The one thing of Stripe's that this call names is the
/// card, which the page made a moment before with the publishable key.
fn keys_of_two_accounts(sale: &Sale) -> bool {
    let Stage::Open { notice: Some(Decline::NotTaken { code: Some(code), .. }) } = &sale.stage else { return false };
    sale.intent.is_none() && code == "resource_missing"
}

/// A payment that nobody waited for any more.
fn unasked(sale: &Sale) -> Unasked {
    if !sale.cancel_wanted {
        Unasked::AfterNotCharged
    } else if sale.given_up.is_some() {
        Unasked::AfterGivenUp
    } else {
        Unasked::CancelTooLate
    }
}

pub(crate) fn stage(sale: &Sale, run: ThisRun) -> StageView {
    match &sale.stage {
        Stage::Open { notice } => StageView::Open { notice: notice.as_ref().map(|why| decline::explain(why).why) },
        Stage::Submitting => StageView::Submitting,
        Stage::NeedsAuthentication => {
            StageView::NeedsAuthentication { deadline_ms: sale.deadline_ms(), page: run.bank_page }
        }
        Stage::Authenticated { since_ms } => {
            StageView::Authenticated { since_ms: *since_ms, deadline_ms: sale.deadline_ms() }
        }
        Stage::Confirming => StageView::Confirming,
        Stage::Approved(proof) => StageView::Approved { receipt: receipt(sale, proof) },
        Stage::Held(proof) => StageView::Held { receipt: receipt(sale, proof) },
        Stage::Processing => StageView::Processing,
        Stage::Declined(why) => StageView::Declined { decline: decline::explain(why) },
        Stage::NotKnown { since_ms, why, absent, lost } => {
            let found = if *absent { LastLook::None } else { run.last_look };
            StageView::NotKnown { since_ms: *since_ms, why: why_not_known(why, *lost, found) }
        }
        Stage::Cancelling => StageView::Cancelling { step: cancel_step(sale, run) },
        Stage::Cancelled => StageView::Cancelled,
        Stage::SetAside => StageView::SetAside,
    }
}

fn why_not_known(why: &Why, lost: Purpose, found: LastLook) -> WhyNotKnown {
    match why {
        Why::NoAnswer => WhyNotKnown::NoAnswer { finishing: lost == Purpose::ConfirmAgain, found },
        Why::Mismatch => WhyNotKnown::Mismatch,
        Why::StrangeStatus(_) => WhyNotKnown::StrangeStatus,
        Why::Gone => WhyNotKnown::Gone,
    }
}

fn cancel_step(sale: &Sale, run: ThisRun) -> CancelStep {
    match sale.in_flight {
        Some(Purpose::Cancel) => CancelStep::Calling { doubt_since_ms: run.doubt_since_ms },
        Some(Purpose::Submit | Purpose::ConfirmAgain) => CancelStep::AwaitingCharge,
        None => {
            // After a start nobody saw since when: not longer than since the card was tried.
            let tried_ms = sale.last_attempt().map_or(sale.opened_at_ms, |attempt| attempt.when.at_ms);
            CancelStep::FindingOut { since_ms: run.doubt_since_ms.unwrap_or(tried_ms), found: run.last_look }
        }
    }
}

fn receipt(sale: &Sale, proof: &Proof) -> ReceiptView {
    ReceiptView {
        at_ms: proof.seen_at_ms,
        card: proof.card.as_ref().map(decline::card_view),
        authorization_code: proof.authorization_code.clone(),
        authenticated: proof.authenticated,
        payment_intent: sale.intent.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

fn attempt(attempt: &Attempt) -> AttemptView {
    let outcome = match &attempt.end {
        None => AttemptOutcome::InProgress,
        Some(AttemptEnd::Approved) => AttemptOutcome::Approved,
        Some(AttemptEnd::Held) => AttemptOutcome::Held,
        Some(AttemptEnd::Declined(why)) => AttemptOutcome::Declined { why: decline::explain(why).why },
        Some(AttemptEnd::NotTried) => AttemptOutcome::NotTried,
        Some(AttemptEnd::Cancelled) => AttemptOutcome::Cancelled,
    };
    AttemptView {
        attempt_id: attempt.id.to_string(),
        at_ms: attempt.when.at_ms,
        card: attempt.card.as_ref().map(decline::card_view),
        outcome,
    }
}

fn actions(sale: &Sale, stripe_ms: Option<i64>) -> Vec<Action> {
    let card = if machine::accepts_card(sale) { vec![Action::TakeCard, Action::Cancel] } else { vec![Action::Cancel] };
    match &sale.stage {
        Stage::Open { .. } | Stage::Declined(_) => card,
        // A payment that was taken in open: its attempt is not in these books, so it can only be given up.
        Stage::NeedsAuthentication | Stage::Authenticated { .. } if sale.attempts.is_empty() => {
            vec![Action::LookAgain, Action::Cancel]
        }
        Stage::NeedsAuthentication => vec![Action::Authenticate, Action::LookAgain, Action::Cancel],
        Stage::Authenticated { .. } => vec![Action::Finish, Action::Cancel],
        Stage::Held(_) | Stage::Processing => vec![Action::LookAgain, Action::Cancel],
        Stage::NotKnown { why: Why::Mismatch, .. } => vec![Action::LookAgain, Action::SetAside],
        Stage::NotKnown { absent, .. } => {
            let again = machine::resendable(sale, stripe_ms).is_some();
            match (again, absent) {
                (true, true) => vec![Action::TryAgain, Action::LookAgain, Action::Cancel],
                (true, false) => vec![Action::LookAgain, Action::TryAgain, Action::Cancel],
                (false, _) => vec![Action::LookAgain, Action::Cancel],
            }
        }
        Stage::Submitting | Stage::Confirming => vec![Action::Cancel],
        Stage::Cancelling => vec![Action::LookAgain],
        Stage::Approved(_) => paid(sale),
        Stage::Cancelled | Stage::SetAside => Vec::new(),
    }
}

fn paid(sale: &Sale) -> Vec<Action> {
    let mut actions = Vec::new();
    if sale.refunds.iter().any(|refund| matches!(refund.stage, RefundStage::NotKnown { .. } | RefundStage::Pending)) {
        actions.push(Action::LookAgain);
    }
    if machine::refundable(sale, 1) {
        actions.push(Action::Refund);
    }
    if sale.paid_unasked() {
        actions.push(Action::Keep);
    }
    actions
}
