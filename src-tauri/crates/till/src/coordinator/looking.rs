//! Looks: when Stripe is asked how a payment stands, and what follows from what it says.

use super::refunds::is_lost;
use super::{Coordinator, Done, Refusal, Reply, Wish};
use crate::clock::When;
use crate::event::Event;
use crate::ids::SaleId;
use crate::journal::Author;
use crate::look::{self, Found, Look, Wanted};
use crate::observed::{SeenIntent, SeenRefund};
use crate::pacing::Asked;
use crate::sale::{Sale, Stage};

impl Coordinator {
    /// Starts a look, unless one is out or a call is (whose own answer will be newer).
    pub(super) fn look(&mut self, id: SaleId) {
        let Some(run) = self.sales.get_mut(&id) else { return };
        let Some(asked) = run.pacing.begin_look(&run.sale) else { return };
        let stripe = self.stripe.clone();
        let (intent, wanted) = (run.sale.intent.clone(), Wanted::of(&run.sale, &self.tills));
        let paid = matches!(run.sale.stage, Stage::Approved(_));
        let task = self.tasks.spawn(async move {
            let look = match intent.as_ref() {
                Some(intent) if paid => look::refunds(&stripe, intent).await,
                Some(_) | None => look::look(&stripe, &wanted).await,
            };
            Done::Looked { sale: id, asked, look }
        });
        self.sale_of_task.insert(task.id(), (id, false));
    }

    pub(super) fn look_later(&mut self, id: SaleId) {
        if let Some(run) = self.sales.get_mut(&id) {
            run.pacing.look_later(&run.sale);
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
        run.pacing.look_out_is_too_early();
        if let Some((_, earlier)) = run.wish.replace((wish, reply)) {
            // Asked for twice: the later one is answered, and the work is done once.
            let _gone = earlier.send(self.view(id));
        }
        self.look(id);
    }

    pub(super) fn looked(&mut self, id: SaleId, asked: Asked, look: Look) {
        let Some(run) = self.sales.get_mut(&id) else { return };
        let again = run.pacing.look_is_back();
        // Only a look that began after the page's hint says whether the hint was right.
        let was_hinted = !again && std::mem::take(&mut run.hinted);
        // The same of the wish to see the challenge again.
        let was_opening = !again && std::mem::take(&mut run.opening);
        // A call went out since the look began, and may be answered by now: what was read is older than that.
        if run.pacing.has_sent_since(asked) {
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
        self.take_what_was_found(id, asked.settled, look);
        if answered && asked.settled {
            self.end_watch(id, stripe_ms);
        }
        if let Some(run) = self.sales.get_mut(&id) {
            let stands = run.sale.stage == Stage::NeedsAuthentication;
            // It is opened again on Stripe's word alone, and not when there was none.
            run.stalled |= stands && if was_opening { !answered } else { was_hinted };
            if !run.sale.call_in_flight() {
                run.pacing.go_on(&run.sale);
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
