//! What follows an event: calls and looks go out, and their answers come back as events.

use stripe_client::{CancelPaymentIntent, Error, Heard, PaymentIntent};

use super::{Coordinator, Done};
use crate::event::Event;
use crate::ids::SaleId;
use crate::journal::Author;
use crate::machine::Effect;
use crate::observed::Answer;
use crate::sale::Purpose;

impl Coordinator {
    pub(super) fn follow(&mut self, id: SaleId, effect: Effect) {
        match effect {
            Effect::Send(purpose) => self.send(id, purpose),
            Effect::SendRefund(refund) => self.send_refund(id, refund),
            Effect::Look => self.look(id),
            Effect::StartCancel => {
                let Some(intent) = self.sales.get(&id).and_then(|run| run.sale.intent.clone()) else { return };
                let started = self
                    .call("cancel", CancelPaymentIntent { id: &intent }.prepare())
                    .and_then(|call| self.apply(id, Event::CancelStarted { call }, Author::Till));
                if started.is_err() {
                    // The disk is full. The wish to cancel is on record; a later look starts it again.
                    self.look_later(id);
                }
            }
            Effect::Finish => {
                let Some(run) = self.sales.get(&id) else { return };
                let never_sent = run.sale.last_attempt().is_some_and(|last| last.confirm_again.is_none());
                if run.attended && never_sent && self.finish(id, Author::Till).is_err() {
                    // The disk is full: the sale stands as authenticated, and staff are offered to finish it.
                    self.look_later(id);
                }
            }
        }
    }

    pub(super) fn send(&mut self, id: SaleId, purpose: Purpose) {
        let Some(run) = self.sales.get_mut(&id) else { return };
        let call = match purpose {
            Purpose::Submit => run.sale.last_attempt().map(|attempt| attempt.submit.clone()),
            Purpose::ConfirmAgain => run.sale.last_attempt().and_then(|attempt| attempt.confirm_again.clone()),
            Purpose::Cancel => run.sale.cancel.clone(),
        };
        let Some(call) = call else { return };
        run.pacing.call_goes_out();
        run.doubt.call_goes_out();
        let stripe = self.stripe.clone();
        let task = self.tasks.spawn(async move {
            let heard = Box::new(stripe.act(&call.request, &call.key).await);
            Done::Called { sale: id, purpose, heard }
        });
        self.sale_of_task.insert(task.id(), (id, true));
    }

    pub(super) fn done(&mut self, done: Done) {
        match done {
            Done::Warmed(heard) => self.warmed(&heard),
            Done::Called { sale, purpose, heard } => {
                let Heard { result, stripe_ms, request_id } = *heard;
                self.note_link(result.as_ref().err());
                note(sale, purpose, &result);
                if let Err(error) = &result {
                    self.note_refused_key(error);
                }
                let answer = Answer::of(&result);
                self.learn_by(sale, Event::Answered { purpose, answer }, stripe_ms, request_id);
                if let (Some(run), Ok(intent)) = (self.sales.get_mut(&sale), result) {
                    run.hold_secret(intent.client_secret);
                }
            }
            Done::CheckOver { stands } => self.check_over(stands),
            Done::ChecksEnded { goes_on } => self.checks_ended(goes_on),
            Done::ReadToTakeIn { read, asker } => {
                let _gone = asker.send(self.read_to_take_in(*read));
            }
            Done::Refunded { sale, refund, heard } => self.refunded(sale, refund, &heard),
            Done::Looked { sale, asked, look } => self.looked(sale, asked, look),
        }
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
        Err(
            error @ (Error::NotSent { .. }
            | Error::NoAnswer { .. }
            | Error::NotStripe { .. }
            | Error::Unreadable { .. }),
        ) => {
            log::warn!("sale {sale}, {purpose:?}: {error}");
        }
    }
}
