//! What a reconcile asks for: how a sale stands before Stripe is asked about it, and that what Stripe said is let into the books.
//! One sale at a time, in one step. What is compared, and with what, is the room [`crate::reconcile`]; nothing is sent here.

use super::Coordinator;
use crate::event::Event;
use crate::ids::SaleId;
use crate::observed::{SeenDispute, SeenIntent, SeenRefund};
use crate::reconcile::asking::{Agreed, Ask, Disputed, Stands};
use crate::reconcile::compare;
use crate::reconcile::read::{ReadAgain, ToReadAgain};

impl Coordinator {
    /// Whoever asked may have been stopped; what was let into the books is right all the same.
    pub(super) fn answer_reconcile(&mut self, ask: Ask) {
        match ask {
            Ask::Stands(sale, reply) => {
                let run = self.find(sale).ok();
                let stands = run.map(|run| Stands { asked: run.pacing.ask(), call_out: run.sale.call_in_flight() });
                let _stopped = reply.send(stands);
            }
            Ask::Agree(seen, reply) => {
                let _stopped = reply.send(self.agree(*seen));
            }
            Ask::Disputed { sale, seen, stripe_ms, reply } => {
                let _stopped = reply.send(self.disputed(sale, seen, stripe_ms));
            }
            Ask::Heard(error) => {
                self.note_link(error.as_ref());
                if let Some(error) = &error {
                    self.note_refused_key(error);
                }
            }
        }
    }

    /// Lets Stripe's word about a sale into the books; answers with what differed and how the sale stands by it. None when a
    /// call went out since: then what was read is older than the books.
    fn agree(&mut self, read: ReadAgain) -> Option<Agreed> {
        let ReadAgain { asked_for, intent, refunds, stripe_ms } = read;
        let ToReadAgain { sale, asked, .. } = asked_for;
        let run = self.find(sale).ok()?;
        if run.pacing.has_sent_since(asked) || run.sale.call_in_flight() {
            return None;
        }
        let before = run.sale.clone();
        let event = match &intent {
            Some(intent) => Event::Looked { seen: SeenIntent::of(intent), settled: asked.settled },
            None => Event::Gone,
        };
        self.learn(sale, event, stripe_ms);
        if let Some(refunds) = &refunds {
            let seen = refunds.iter().map(SeenRefund::of).collect();
            self.learn(sale, Event::RefundsSeen { seen, settled: asked.settled }, stripe_ms);
        }
        let now = self.find(sale).ok()?.sale.clone();
        let mut differences: Vec<_> = compare::payment(&before, &now, intent.as_deref()).into_iter().collect();
        if let Some(refunds) = &refunds {
            differences.extend(compare::refunds(&before, &now, refunds));
        }
        Some(Agreed { differences, now })
    }

    fn disputed(&mut self, sale: SaleId, seen: SeenDispute, stripe_ms: i64) -> Option<Disputed> {
        let is_news = !self.find(sale).ok()?.sale.disputes.contains(&seen);
        self.learn(sale, Event::Disputed { seen }, Some(stripe_ms));
        let now = self.find(sale).ok()?.sale.clone();
        Some(Disputed { is_news, now })
    }
}
