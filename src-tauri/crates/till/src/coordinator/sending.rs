//! What follows an event: calls and looks go out, and their answers come back as events.

use stripe_client::{CancelPaymentIntent, Error, PaymentIntent};

use super::{Coordinator, Done, Live, Refusal};
use crate::event::Event;
use crate::ids::SaleId;
use crate::look::{self, Found};
use crate::machine::{Effect, SETTLE_SECONDS};
use crate::observed::{Answer, SeenIntent, SeenRefund};
use crate::refund::{NotMade, RefundStage};
use crate::sale::{Decline, Purpose, Stage, Why};

/// Pauses between looks, in ticks (seconds), for a payment whose outcome is open.
const OPEN_OUTCOME_TICKS: [u32; 7] = [1, 2, 4, 8, 15, 15, 30];
/// How far the till's clock may be from Stripe's before staff are told: it shows minutes.
const CLOCK_MAY_BE_OFF_MS: i64 = 5 * 60_000;
/// So many looks at an open outcome are taken at that pace and then at [`QUIET_TICKS`]; after them it is rare.
const OPEN_OUTCOME_LOOKS: usize = 60;
/// The same where nobody waits for the answer any more.
const RARE_TICKS: u32 = 300;
/// The same while the bank's challenge stands: somebody is acting on it.
const CHALLENGE_TICKS: u32 = 5;
/// Looks at that pace: an hour's worth.
const CHALLENGE_LOOKS: usize = 720;
/// The same for what may stand for long.
const QUIET_TICKS: u32 = 30;
/// Pauses between the first looks at a sale that was given up.
const WATCH_TICKS: [u32; 3] = [60, 300, 900];
/// Pauses between all later ones.
const WATCH_LATER_TICKS: u32 = 1_800;

impl Coordinator {
    pub(super) fn follow(&mut self, id: SaleId, effect: Effect) {
        match effect {
            Effect::Send(purpose) => self.send(id, purpose),
            Effect::SendRefund(refund) => self.send_refund(id, refund),
            Effect::Look => self.look(id),
            Effect::StartCancel => {
                let Some(intent) = self.sales.get(&id).and_then(|live| live.sale.intent.clone()) else { return };
                let started = self
                    .call("cancel", CancelPaymentIntent { id: &intent }.prepare())
                    .and_then(|call| self.apply(id, Event::CancelStarted { call }));
                if started.is_err() {
                    // The disk is full. The wish to cancel is on record; a later look starts it again.
                    self.look_later(id);
                }
            }
            Effect::Finish => {
                let Some(live) = self.sales.get(&id) else { return };
                let never_sent = live.sale.last_attempt().is_some_and(|last| last.confirm_again.is_none());
                if live.attended && never_sent && self.finish(id).is_err() {
                    // The disk is full: the sale stands as authenticated, and staff are offered to finish it.
                    self.look_later(id);
                }
            }
        }
    }

    pub(super) fn send(&mut self, id: SaleId, purpose: Purpose) {
        let Some(live) = self.sales.get_mut(&id) else { return };
        let call = match purpose {
            Purpose::Submit => live.sale.last_attempt().map(|attempt| attempt.submit.clone()),
            Purpose::ConfirmAgain => live.sale.last_attempt().and_then(|attempt| attempt.confirm_again.clone()),
            Purpose::Cancel => live.sale.cancel.clone(),
        };
        let Some(call) = call else { return };
        live.ticks_to_look = None;
        live.calls = live.calls.saturating_add(1);
        let stripe = self.stripe.clone();
        let task = self.tasks.spawn(async move {
            let result = Box::new(stripe.act(&call.request, &call.key).await.result);
            Done::Called { sale: id, purpose, result }
        });
        self.sale_of_task.insert(task.id(), (id, true));
    }

    /// Starts a look, unless one is out or a call is (whose own answer will be newer).
    pub(super) fn look(&mut self, id: SaleId) {
        let Some(live) = self.sales.get_mut(&id) else { return };
        if live.sale.call_is_out() || live.looking {
            return;
        }
        live.looking = true;
        // Counted when the look begins: what arrives while it is on its way is not in it.
        let settled = live.quiet_ticks >= SETTLE_SECONDS;
        live.ticks_to_look = None;
        let stripe = self.stripe.clone();
        let (intent, opened_at_ms, calls) = (live.sale.intent.clone(), live.sale.opened_at_ms, live.calls);
        let paid = matches!(live.sale.stage, Stage::Approved(_));
        let task = self.tasks.spawn(async move {
            let found = match intent.as_ref() {
                Some(intent) if paid => look::refunds(&stripe, intent).await,
                intent => look::look(&stripe, id, intent, opened_at_ms).await,
            };
            Done::Looked { sale: id, calls, settled, found }
        });
        self.sale_of_task.insert(task.id(), (id, false));
    }

    pub(super) fn look_later(&mut self, id: SaleId) {
        if let Some(live) = self.sales.get_mut(&id) {
            live.ticks_to_look = next_look(live);
        }
    }

    pub(super) fn done(&mut self, done: Done) {
        match done {
            Done::Warmed(heard) => {
                self.hear(!matches!(heard.result, Err(Error::NotSent { .. } | Error::NoAnswer { .. })));
                match &heard.result {
                    Ok(()) => self.accepted(),
                    Err(error) => self.hear_refusal(error),
                }
                self.compare_clocks(heard.stripe_ms);
            }
            Done::Called { sale, purpose, result } => {
                self.hear(!matches!(*result, Err(Error::NotSent { .. } | Error::NoAnswer { .. })));
                if let (Some(live), Ok(intent)) = (self.sales.get_mut(&sale), &*result) {
                    live.client_secret.clone_from(&intent.client_secret);
                }
                note(sale, purpose, &result);
                if let Err(error) = &*result {
                    self.hear_refusal(error);
                }
                let answer = Answer::of(&result);
                let _known = self.apply(sale, Event::Answered { purpose, answer });
            }
            Done::Listed { scope, account, asker } => self.listed(scope, *account, asker),
            Done::Checked { lists, checked, asker } => self.checked(*lists, *checked, asker),
            Done::ReadToTakeIn { read, asker } => {
                let _gone = asker.send(self.read_to_take_in(*read));
            }
            Done::Refunded { sale, refund, result } => self.refunded(sale, refund, &result),
            Done::Looked { sale, calls, settled, found } => {
                let Some(live) = self.sales.get_mut(&sale) else { return };
                live.looking = false;
                live.looks = live.looks.saturating_add(1);
                let again = std::mem::take(&mut live.look_again);
                // Only a look that began after the page's hint says whether the hint was right.
                let was_checking = !again && std::mem::take(&mut live.checking);
                // A call went out since the look began, and may be answered by now: what was read is older than that.
                if live.calls != calls {
                    if !live.sale.call_is_out() {
                        self.look(sale);
                    }
                    return;
                }
                self.hear(!matches!(found, Found::NoAnswer(Error::NotSent { .. } | Error::NoAnswer { .. })));
                if let Found::NoAnswer(error) = &found {
                    self.hear_refusal(error);
                }
                let answered = !matches!(found, Found::NoAnswer(_) | Found::TooMany);
                let event = match found {
                    Found::It(intent) => {
                        if let Some(live) = self.sales.get_mut(&sale) {
                            live.client_secret.clone_from(&intent.client_secret);
                        }
                        Some(Event::Looked { seen: SeenIntent::of(&intent), settled })
                    }
                    Found::Refunds(refunds) => {
                        Some(Event::RefundsSeen { seen: refunds.iter().map(SeenRefund::of).collect(), settled })
                    }
                    Found::Gone => Some(Event::Gone),
                    Found::Nothing if settled => Some(Event::FoundNothing),
                    Found::Nothing | Found::NoAnswer(_) | Found::TooMany => None,
                };
                if let Some(event) = event {
                    let _known = self.apply(sale, event);
                }
                if answered && settled {
                    self.end_watch(sale);
                }
                if let Some(live) = self.sales.get_mut(&sale) {
                    live.stalled |= was_checking && live.sale.stage == Stage::NeedsAuthentication;
                    if !live.sale.call_is_out() && live.ticks_to_look.is_none() {
                        live.ticks_to_look = next_look(live);
                    }
                }
                if again {
                    self.look(sale);
                }
                self.publish(sale);
            }
        }
    }

    /// Opens the connection before it is needed, and learns whether Stripe can be reached.
    pub(super) fn warm(&mut self) {
        let stripe = self.stripe.clone();
        self.tasks.spawn(async move { Done::Warmed(Box::new(stripe.warm().await)) });
    }

    /// Stripe refuses the key itself: that is not silence, and waiting does not mend it.
    pub(super) fn hear_refusal(&self, error: &Error) {
        let Error::Api(error) = error else { return };
        let account = match error.status {
            401 => Some(Refusal::key_refused()),
            403 => Some(Refusal::key_lacks_permission()),
            _ => None,
        };
        if account.is_some() {
            self.health.send_if_modified(|health| {
                let news = health.account != account;
                health.account = account;
                news
            });
        }
    }

    /// Nothing about money rests on the till's clock. But the time left for the bank's answer and the times on receipts do.
    fn compare_clocks(&self, stripe_ms: Option<i64>) {
        let Some(stripe_ms) = stripe_ms else { return };
        let off_ms = self.clock.now_ms().saturating_sub(stripe_ms);
        let clock = (off_ms.abs() > CLOCK_MAY_BE_OFF_MS).then(|| Refusal::clock_off(off_ms));
        self.health.send_if_modified(|health| {
            let news = health.clock.is_some() != clock.is_some();
            health.clock = clock;
            news
        });
    }

    fn accepted(&self) {
        self.health.send_if_modified(|health| health.account.take().is_some());
    }

    pub(super) fn hear(&self, reached: bool) {
        self.health.send_if_modified(|health| {
            let news = health.offline == reached;
            health.offline = !reached;
            news
        });
    }
}

/// When to look again without being asked, if at all.
pub(super) fn next_look(live: &Live) -> Option<u32> {
    let patient = || match OPEN_OUTCOME_TICKS.get(live.looks) {
        Some(ticks) => *ticks,
        None if live.looks < OPEN_OUTCOME_LOOKS => QUIET_TICKS,
        None => RARE_TICKS,
    };
    match &live.sale.stage {
        Stage::NotKnown { why: Why::Mismatch | Why::Gone | Why::StrangeStatus(_), .. } => Some(RARE_TICKS),
        Stage::NotKnown { .. } | Stage::Cancelling | Stage::Processing => Some(patient()),
        Stage::NeedsAuthentication if live.looks < CHALLENGE_LOOKS => Some(CHALLENGE_TICKS),
        // It should have arrived long ago, if at all. While the sale is in hand, that is watched.
        Stage::Declined(Decline::NeverArrived) => Some(QUIET_TICKS),
        // Another card was tried since, and the lost one may still come.
        Stage::Declined(_) if live.sale.has_a_card_taken_for_lost() => Some(RARE_TICKS),
        Stage::NeedsAuthentication | Stage::Authenticated { .. } | Stage::Held(_) => Some(QUIET_TICKS),
        Stage::Approved(_) => next_look_at_refunds(live, patient),
        Stage::Cancelled if !live.sale.finished() => {
            Some(WATCH_TICKS.get(live.looks).copied().unwrap_or(WATCH_LATER_TICKS))
        }
        Stage::Open { .. }
        | Stage::Submitting
        | Stage::Confirming
        | Stage::Declined(_)
        | Stage::Cancelled
        | Stage::SetAside => None,
    }
}

fn next_look_at_refunds(live: &Live, patient: impl Fn() -> u32) -> Option<u32> {
    let lost: fn(&RefundStage) -> bool = |stage| *stage == RefundStage::NotMade(NotMade::NeverArrived);
    let any = |which: fn(&RefundStage) -> bool| live.sale.refunds.iter().any(|refund| which(&refund.stage));
    if any(|stage| matches!(stage, RefundStage::NotKnown { .. })) {
        Some(patient())
    } else if any(|stage| *stage == RefundStage::Pending) || (any(lost) && !live.sale.watch_ended) {
        // A bank may take days over it, and a lost call should have arrived long ago, if at all.
        Some(RARE_TICKS)
    } else {
        None
    }
}

/// What is needed to ask Stripe's support about a call, in the log. Neither Stripe's sentence (it may quote what was sent)
/// nor anything secret.
fn note(sale: SaleId, purpose: Purpose, result: &Result<PaymentIntent, Error>) {
    match result {
        Ok(intent) => log::info!("sale {sale}, {purpose:?}: {} is {:?}", intent.id, intent.status),
        Err(Error::Api(error)) => log::info!(
            "sale {sale}, {purpose:?}: HTTP {}, code {:?}, decline code {:?}, request {:?}",
            error.status,
            error.code,
            error.decline_code,
            error.request_id
        ),
        Err(error @ (Error::NotSent { .. } | Error::NoAnswer { .. } | Error::NotStripe { .. } | Error::Unreadable { .. })) => {
            log::warn!("sale {sale}, {purpose:?}: {error}");
        }
    }
}
