//! Taking a payment into the books that Stripe has and they have not.

use stripe_client::{Heard, PaymentIntent, PaymentIntentId};
use tokio::sync::oneshot;

use super::{Coordinator, Done, NotNow, Refusal, Refused};
use crate::clock::When;
use crate::currency::Currency;
use crate::event::Event;
use crate::ids::{SaleId, TillId};
use crate::journal::{Author, Entry, Line, Subject};
use crate::machine;
use crate::money::Money;
use crate::observed::{REFERENCE_METADATA, SALE_METADATA, SeenIntent, TILL_METADATA};
use crate::order::{Order, Reference};
use crate::show::SaleNow;

impl Coordinator {
    /// Reads a payment that the books do not have, to take it in.
    pub(super) fn take_in(&mut self, intent: PaymentIntentId, asker: oneshot::Sender<Result<SaleNow, Refused>>) {
        let stripe = self.stripe.clone();
        self.tasks.spawn(async move {
            let read = stripe.retrieve_payment_intent(&intent).await;
            Done::ReadToTakeIn { read: Box::new(read), asker }
        });
    }

    pub(super) fn read_to_take_in(&mut self, read: Heard<PaymentIntent>) -> Result<SaleNow, Refused> {
        let stripe_ms = read.stripe_ms;
        let intent = read.result.map_err(|error| Refusal::not_reconciled(&error))?;
        let not_ours = || Refusal::not_now(NotNow::NotThisTills);
        let mark = intent.metadata.get(TILL_METADATA).and_then(|id| TillId::parse(id));
        if !mark.is_some_and(|till| self.tills.contains(&till)) {
            return Err(not_ours());
        }
        let id = intent.metadata.get(SALE_METADATA).and_then(|id| SaleId::parse(id)).ok_or_else(not_ours)?;
        if self.find(id).is_err() {
            let unknown = || Refusal::not_now(NotNow::AmountNotKept);
            let currency = Currency::by_code(&intent.currency.to_uppercase()).ok_or_else(unknown)?;
            let total = Money::of(intent.amount_minor, currency).map_err(|_| unknown())?;
            let order = Order { reference: reference_of(&intent), ..total.into() };
            let number = self.last_number.saturating_add(1);
            let event = Event::taken_in(order, number, SeenIntent::of(&intent));
            let when = When { at_ms: self.clock.now_ms(), stripe_ms };
            let sale = machine::open(id, &event, when).map_err(|_| not_ours())?;
            let about = Subject::Sale(id);
            let entry = Entry { about, when, revision: sale.revision, by: Author::Staff, request: None, event };
            self.write_before_acting(&entry, &Line::of(&sale))?;
            self.last_number = number;
            let run = self.run_of(sale);
            self.sales.insert(id, run);
            self.publish(id);
            // What was given back of it is read too.
            self.look(id);
        }
        self.view(id)
    }
}

/// The reference that the payment carries; none where it is not one that the till would have given it: it can be changed at
/// Stripe, and the payment is taken in all the same.
fn reference_of(intent: &PaymentIntent) -> Option<Reference> {
    Reference::parse(intent.metadata.get(REFERENCE_METADATA)?).ok()
}
