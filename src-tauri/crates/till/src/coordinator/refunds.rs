//! Giving money back, and what staff decide about a payment that they did not wait for. Each command is safe to ask for
//! twice; the rules are in [`crate::machine`].

use stripe_client::{CreateRefund, Error, Heard, Refund as StripeRefund};

use super::{Coordinator, Done, NotNow, Refusal, Refused, Wish};
use crate::clock::When;
use crate::event::Event;
use crate::ids::{RefundId, SaleId};
use crate::journal::Author;
use crate::machine;
use crate::money::Sum;
use crate::observed::{REFUND_METADATA, RefundAnswer, SALE_METADATA, TILL_METADATA};
use crate::refund::{Origin, Refund};
use crate::sale::{Sale, Stage};

impl Coordinator {
    /// Gives money back; answers with the wish where a look comes first, because the same was asked for before and lost.
    pub(super) fn refund(&mut self, id: SaleId, refund: RefundId, amount_minor: i64) -> Result<Option<Wish>, Refused> {
        if !self.is_a_new_refund(id, refund, amount_minor)? {
            return Ok(None);
        }
        if is_lost(&self.find(id)?.sale, amount_minor) {
            return Ok(Some(Wish::Refund { refund, amount_minor }));
        }
        self.refund_at(id, refund, amount_minor, self.now()).map(|()| None)
    }

    /// False when it was asked for before.
    fn is_a_new_refund(&mut self, id: SaleId, refund: RefundId, amount_minor: i64) -> Result<bool, Refused> {
        let run = self.find(id)?;
        let sale = &run.sale;
        if sale.refunds.iter().any(|known| known.id() == Some(refund)) {
            return Ok(false);
        }
        if run.next_refund != refund {
            return Err(Refusal::StaleRefund);
        }
        if !matches!(sale.stage, Stage::Approved(_)) {
            return Err(Refusal::not_now(NotNow::NotPaid));
        }
        if sale.refunds.iter().any(Refund::in_doubt) {
            return Err(Refusal::not_now(NotNow::AnotherRefundOpen));
        }
        if !machine::refundable(sale, amount_minor) {
            return Err(Refusal::MoreThanLeft { left: Sum::of(sale.left_minor(), sale.total().currency().code()) });
        }
        Ok(true)
    }

    /// The same, when nothing has to be looked at first, or was just now and Stripe told this time.
    pub(super) fn refund_at(
        &mut self,
        id: SaleId,
        refund: RefundId,
        amount_minor: i64,
        when: When,
    ) -> Result<(), Refused> {
        if !self.is_a_new_refund(id, refund, amount_minor)? {
            return Ok(());
        }
        let till = self.till.to_string();
        let sale = &self.find(id)?.sale;
        let Some(intent) = &sale.intent else {
            return Err(Refusal::not_now(NotNow::NotPaid));
        };
        let event = match machine::resendable_refund(sale, amount_minor, when.stripe_ms) {
            // The same wish again, and the first one may still be on its way somewhere: it stays one request.
            Some(lost) => Event::RefundResent { refund: lost },
            None => {
                let metadata = [
                    (REFUND_METADATA, &*refund.to_string()),
                    (SALE_METADATA, &*sale.id.to_string()),
                    (TILL_METADATA, &*till),
                ];
                let request = CreateRefund { payment_intent: intent, amount_minor, metadata: &metadata }.prepare();
                let call = self.call("refund", request)?;
                Event::RefundStarted { refund, amount_minor, call }
            }
        };
        self.apply_at(id, event, Author::Staff, when, None)?;
        self.offer_next_refund(id);
        Ok(())
    }

    /// This wish is used up: from now on another id is offered for a refund of the sale. Its command may come a second time.
    pub(super) fn offer_next_refund(&mut self, id: SaleId) {
        let next_refund = RefundId::new(&*self.entropy);
        let Some(run) = self.sales.get_mut(&id) else { return };
        run.next_refund = next_refund;
        self.publish(id);
    }

    pub(super) fn keep(&mut self, id: SaleId) -> Result<(), Refused> {
        let run = self.find(id)?;
        if run.sale.kept {
            return Ok(());
        }
        self.apply(id, Event::Kept, Author::Staff)
    }

    pub(super) fn set_aside(&mut self, id: SaleId) -> Result<(), Refused> {
        let run = self.find(id)?;
        if run.sale.stage == Stage::SetAside {
            return Ok(());
        }
        self.apply(id, Event::SetAside, Author::Staff)
    }

    pub(super) fn send_refund(&mut self, id: SaleId, refund: RefundId) {
        let Some(run) = self.sales.get_mut(&id) else { return };
        let call = run.sale.refunds.iter().find_map(|known| match &known.origin {
            Origin::Here { id, call } if *id == refund => Some(call.clone()),
            Origin::Here { .. } | Origin::Elsewhere => None,
        });
        let Some(call) = call else { return };
        run.pacing.call_goes_out();
        let stripe = self.stripe.clone();
        let task = self.tasks.spawn(async move {
            let heard = Box::new(stripe.refund(&call.request, &call.key).await);
            Done::Refunded { sale: id, refund, heard }
        });
        self.sale_of_task.insert(task.id(), (id, true));
    }

    pub(super) fn refunded(&mut self, id: SaleId, refund: RefundId, heard: &Heard<StripeRefund>) {
        let result = &heard.result;
        self.note_link(result.as_ref().err());
        if let Err(error) = result {
            self.note_refused_key(error);
        }
        note(id, result);
        let event = Event::RefundAnswered { refund, answer: RefundAnswer::of(result) };
        self.learn_by(id, event, heard.stripe_ms, heard.request_id.clone());
    }
}

/// Whether a refund of this amount was asked for, and is taken for lost.
pub(super) fn is_lost(sale: &Sale, amount_minor: i64) -> bool {
    sale.refunds.iter().any(|known| known.taken_for_lost() && known.amount_minor == amount_minor)
}

fn note(sale: SaleId, result: &Result<StripeRefund, Error>) {
    match result {
        Ok(refund) => log::info!("sale {sale}, refund: {} is {:?}", refund.id, refund.status),
        Err(Error::Api(error)) => {
            log::info!(
                "sale {sale}, refund: HTTP {}, code {:?}, request {:?}",
                error.status,
                error.code,
                error.request_id
            );
        }
        Err(
            error @ (Error::NotSent { .. }
            | Error::NoAnswer { .. }
            | Error::NotStripe { .. }
            | Error::Unreadable { .. }),
        ) => {
            log::warn!("sale {sale}, refund: {error}");
        }
    }
}
