//! Looks: when Stripe is asked how a payment stands, and what follows from what it says.

use super::refunds::is_lost;
use super::{Coordinator, Done, Refusal, Reply, SaleRun, Wish};
use crate::clock::When;
use crate::event::Event;
use crate::ids::SaleId;
use crate::journal::Author;
use crate::look::{self, Found, Look, Wanted};
use crate::machine::SETTLE_SECONDS;
use crate::observed::{SeenIntent, SeenRefund};
use crate::refund::{NotMade, RefundStage};
use crate::sale::{Decline, Sale, Stage, Why};

/// Pauses between looks, in ticks (seconds), for a payment whose outcome is open.
const OPEN_OUTCOME_TICKS: [u32; 7] = [1, 2, 4, 8, 15, 15, 30];
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
    /// Starts a look, unless one is out or a call is (whose own answer will be newer).
    pub(super) fn look(&mut self, id: SaleId) {
        let Some(run) = self.sales.get_mut(&id) else { return };
        if run.sale.call_in_flight() || run.looking {
            return;
        }
        run.looking = true;
        // Counted when the look begins: what arrives while it is on its way is not in it.
        let settled = run.quiet_ticks >= SETTLE_SECONDS;
        run.ticks_to_look = None;
        let stripe = self.stripe.clone();
        let (intent, wanted, calls) = (run.sale.intent.clone(), Wanted::of(&run.sale, &self.tills), run.calls);
        let paid = matches!(run.sale.stage, Stage::Approved(_));
        let task = self.tasks.spawn(async move {
            let look = match intent.as_ref() {
                Some(intent) if paid => look::refunds(&stripe, intent).await,
                Some(_) | None => look::look(&stripe, &wanted).await,
            };
            Done::Looked { sale: id, calls, settled, look }
        });
        self.sale_of_task.insert(task.id(), (id, false));
    }

    pub(super) fn look_later(&mut self, id: SaleId) {
        if let Some(run) = self.sales.get_mut(&id) {
            run.ticks_to_look = next_look(run);
        }
    }

    /// Looks, and then does what staff wish if it still can be done. A look that is out already began too early.
    pub(super) fn look_first(&mut self, id: SaleId, wish: Wish, reply: Reply) {
        let Some(run) = self.sales.get_mut(&id) else { return };
        // Something of the sale is on its way already: its answer comes first, and staff wish anew when they have seen it.
        if run.sale.call_in_flight() {
            let _gone = reply.send(self.view(id));
            return;
        }
        run.look_again |= run.looking;
        if let Some((_, earlier)) = run.wish.replace((wish, reply)) {
            // Asked for twice: the later one is answered, and the work is done once.
            let _gone = earlier.send(self.view(id));
        }
        self.look(id);
    }

    pub(super) fn looked(&mut self, id: SaleId, calls: u64, settled: bool, look: Look) {
        let Some(run) = self.sales.get_mut(&id) else { return };
        run.looking = false;
        run.looks = run.looks.saturating_add(1);
        let again = std::mem::take(&mut run.look_again);
        // Only a look that began after the page's hint says whether the hint was right.
        let was_checking = !again && std::mem::take(&mut run.checking);
        // The same of the wish to see the challenge again.
        let was_opening = !again && std::mem::take(&mut run.opening);
        // A call went out since the look began, and may be answered by now: what was read is older than that.
        if run.calls != calls {
            if run.sale.call_in_flight() {
                self.drop_wish(id);
            } else {
                self.look(id);
            }
            return;
        }
        run.doubt.looked(&look.found);
        let failed = if let Found::NoAnswer(error) = &look.found { Some(error) } else { None };
        self.note_link(failed);
        if let Some(error) = failed {
            self.note_refused_key(error);
        }
        let answered = !matches!(look.found, Found::NoAnswer(_) | Found::TooMany | Found::Foreign);
        let stripe_ms = look.stripe_ms;
        self.take_what_was_found(id, settled, look);
        if answered && settled {
            self.end_watch(id, stripe_ms);
        }
        if let Some(run) = self.sales.get_mut(&id) {
            let stands = run.sale.stage == Stage::NeedsAuthentication;
            // It is opened again on Stripe's word alone, and not when there was none.
            run.stalled |= stands && if was_opening { !answered } else { was_checking };
            if !run.sale.call_in_flight() && run.ticks_to_look.is_none() {
                run.ticks_to_look = next_look(run);
            }
        }
        if again {
            self.look(id);
        } else {
            self.grant_wish(id, answered, stripe_ms);
        }
        self.publish(id);
    }

    fn take_what_was_found(&mut self, id: SaleId, settled: bool, look: Look) {
        let Look { found, stripe_ms } = look;
        let mut secret = None;
        let Some(run) = self.sales.get_mut(&id) else { return };
        let nothing_is_on_its_way = settled || forbidden(&run.sale);
        let event = match found {
            Found::It(intent) => {
                let seen = SeenIntent::of(&intent);
                secret = intent.client_secret;
                Event::Looked { seen, settled: nothing_is_on_its_way }
            }
            Found::Refunds(refunds) => {
                Event::RefundsSeen { seen: refunds.iter().map(SeenRefund::of).collect(), settled }
            }
            Found::Gone => Event::Gone,
            Found::Nothing if nothing_is_on_its_way => Event::FoundNothing,
            Found::Nothing | Found::NoAnswer(_) | Found::TooMany | Found::Foreign => return,
        };
        self.learn(id, event, stripe_ms);
        if let Some(run) = self.sales.get_mut(&id) {
            run.hold_secret(secret);
        }
    }

    /// What staff wished is not done: something else of the sale went out since, or the look itself fell over. No wish waits
    /// for a look that nobody has in mind any more.
    pub(super) fn drop_wish(&mut self, id: SaleId) {
        if let Some((_, reply)) = self.sales.get_mut(&id).and_then(|run| run.wish.take()) {
            let _gone = reply.send(Err(Refusal::NotLooked));
        }
    }

    /// A look is back that began after the wish: what staff asked for is sent now, or they are told why not.
    fn grant_wish(&mut self, id: SaleId, answered: bool, stripe_ms: Option<i64>) {
        let Some((wish, reply)) = self.sales.get_mut(&id).and_then(|run| run.wish.take()) else { return };
        let when = When { at_ms: self.clock.now_ms(), stripe_ms };
        let granted = match wish {
            _ if !answered => Err(Refusal::NotLooked),
            // Stripe does not wait for it any more: how the payment stands instead is shown.
            Wish::FinishAgain if self.sales.get(&id).is_some_and(|run| !is_authenticated(&run.sale)) => Ok(()),
            Wish::FinishAgain => self.finish(id, Author::Staff),
            Wish::TryAgain if self.sales.get(&id).is_some_and(|run| !absent(&run.sale)) => Ok(()),
            Wish::TryAgain => self.try_again_now(id, stripe_ms),
            Wish::Refund { amount_minor, .. }
                if self.sales.get(&id).is_some_and(|run| !is_lost(&run.sale, amount_minor)) =>
            {
                // It was made after all: what staff wished for again is there, and is shown. The page's command may come once
                // more, and must not give back again what was found.
                self.offer_next_refund(id);
                Ok(())
            }
            Wish::Refund { refund, amount_minor } => self.refund_at(id, refund, amount_minor, when),
        };
        let _gone = reply.send(granted.and_then(|()| self.view(id)));
    }
}

/// Stripe was seen to wait for the confirm that finishes the payment.
fn is_authenticated(sale: &Sale) -> bool {
    matches!(sale.stage, Stage::Authenticated { .. })
}

/// Stripe was seen to have no payment of this sale. If not (any more), what it has is shown.
fn absent(sale: &Sale) -> bool {
    matches!(sale.stage, Stage::NotKnown { absent: true, .. })
}

/// The open call was answered, with a permission that the key lacks: nothing of it is on its way.
fn forbidden(sale: &Sale) -> bool {
    matches!(sale.stage, Stage::NotKnown { .. }) && sale.last_attempt().is_some_and(|attempt| attempt.forbidden)
}

/// When to look again without being asked, if at all.
pub(super) fn next_look(run: &SaleRun) -> Option<u32> {
    let patient = || match OPEN_OUTCOME_TICKS.get(run.looks) {
        Some(ticks) => *ticks,
        None if run.looks < OPEN_OUTCOME_LOOKS => QUIET_TICKS,
        None => RARE_TICKS,
    };
    match &run.sale.stage {
        Stage::NotKnown { why: Why::Mismatch | Why::Gone | Why::StrangeStatus(_), .. } => Some(RARE_TICKS),
        // The look that decides comes as soon as nothing can be on its way any more: staff are told that moment.
        Stage::NotKnown { .. } | Stage::Cancelling if run.quiet_ticks < SETTLE_SECONDS => {
            Some(patient().min(SETTLE_SECONDS - run.quiet_ticks))
        }
        Stage::NotKnown { .. } | Stage::Cancelling | Stage::Processing => Some(patient()),
        Stage::NeedsAuthentication if run.looks < CHALLENGE_LOOKS => Some(CHALLENGE_TICKS),
        // It should have arrived long ago, if at all. While the sale is in hand, that is watched.
        Stage::Declined(Decline::NeverArrived) | Stage::Open { notice: Some(Decline::NeverArrived) } => {
            Some(QUIET_TICKS)
        }
        // Another card was tried since, and the lost one may still come.
        Stage::Declined(_) | Stage::Open { .. } if run.sale.has_a_card_taken_for_lost() => Some(RARE_TICKS),
        Stage::NeedsAuthentication | Stage::Authenticated { .. } | Stage::Held(_) => Some(QUIET_TICKS),
        Stage::Approved(_) => next_look_at_refunds(run, patient),
        Stage::Cancelled if !run.sale.finished() => {
            Some(WATCH_TICKS.get(run.looks).copied().unwrap_or(WATCH_LATER_TICKS))
        }
        Stage::Open { .. }
        | Stage::Submitting
        | Stage::Confirming
        | Stage::Declined(_)
        | Stage::Cancelled
        | Stage::SetAside => None,
    }
}

fn next_look_at_refunds(run: &SaleRun, patient: impl Fn() -> u32) -> Option<u32> {
    let lost: fn(&RefundStage) -> bool = |stage| *stage == RefundStage::NotMade(NotMade::NeverArrived);
    let any = |which: fn(&RefundStage) -> bool| run.sale.refunds.iter().any(|refund| which(&refund.stage));
    if any(|stage| matches!(stage, RefundStage::NotKnown { .. })) {
        Some(patient())
    } else if any(|stage| *stage == RefundStage::Pending) || (any(lost) && !run.sale.watch_ended) {
        // A bank may take days over it, and a lost call should have arrived long ago, if at all.
        Some(RARE_TICKS)
    } else {
        None
    }
}
