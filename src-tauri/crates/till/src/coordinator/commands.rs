//! What staff ask for, one function a command. Each is safe to ask for twice.

use stripe_client::{IdempotencyKey, PaymentMethodId, Prepared};

use super::{Coordinator, NotNow, Refusal, Refused, SameAmount, Wish};
use crate::clock::When;
use crate::event::Event;
use crate::ids::{AttemptId, SaleId};
use crate::journal::{Author, Entry, Line, Subject};
use crate::machine;
use crate::money::Money;
use crate::order::{Order, Paying};
use crate::sale::{Call, Purpose, Sale, Stage};
use crate::standing::may_turn_out_paid;
use crate::view::BankPage;

impl Coordinator {
    pub(super) fn open(&mut self, id: SaleId, order: Order, anyway: bool) -> Result<(), Refused> {
        if let Ok(run) = self.find(id) {
            return match &run.sale.order {
                opened if *opened == order => Ok(()),
                opened if opened.total == order.total => Err(Refusal::not_now(NotNow::OtherTexts)),
                _ => Err(Refusal::not_now(NotNow::OtherAmount)),
            };
        }
        if !anyway && let Some(like_it) = self.may_be_this_one(order.total) {
            return Err(like_it);
        }
        let number = self.last_number.saturating_add(1);
        let event = Event::opened(order, number);
        let when = self.now();
        let sale = machine::open(id, &event, when).map_err(|_| Refusal::not_now(NotNow::AsTheSaleStands))?;
        let about = Subject::Sale(id);
        let entry = Entry { about, when, revision: sale.revision, by: Author::Staff, request: None, event };
        self.write_before_acting(&entry, &Line::of(&sale))?;
        self.last_number = number;
        self.stop_check();
        let run = self.run_of(sale);
        self.sales.insert(id, run);
        self.forget_old();
        self.publish(id);
        Ok(())
    }

    /// A sale of the same amount that may yet turn out to be paid: staff may be about to charge the same customer again.
    fn may_be_this_one(&self, money: Money) -> Option<Refused> {
        let same = self.sales.values().map(|run| &run.sale).filter(|sale| sale.total() == money);
        let open = same.filter(|sale| may_turn_out_paid(sale));
        // The newest, which is the one that staff have in mind and that the till's window shows.
        let sale = open.max_by_key(|sale| sale.number)?;
        let stands = match sale.stage {
            Stage::Approved(_) => SameAmount::ChargedUnasked,
            Stage::Authenticated { .. } => SameAmount::Authenticated,
            Stage::Held(_) => SameAmount::Held,
            _ => SameAmount::NotKnown,
        };
        let (sale_id, money) = (sale.id.to_string(), money.into());
        Some(Refusal::SameAmount { sale_id, number: sale.number, money, stands })
    }

    pub(super) fn submit(&mut self, id: SaleId, attempt: AttemptId, card: &PaymentMethodId) -> Result<(), Refused> {
        let till = self.till;
        let run = self.find(id)?;
        if run.sale.attempts.iter().any(|known| known.id == attempt) {
            return Ok(());
        }
        if run.next_attempt != attempt || !machine::accepts_card(&run.sale) {
            return Err(Refusal::StaleAttempt);
        }
        if !machine::is_ready_made(card) && run.sale.attempts.iter().any(|known| known.payment_method == *card) {
            return Err(Refusal::not_now(NotNow::CardTriedAlready));
        }
        let Sale { id: sale, number, order, intent, .. } = &run.sale;
        let request = order.request(match intent {
            Some(intent) => Paying::Another { intent, card },
            None => Paying::First { sale: *sale, number: *number, till, card },
        });
        let call = self.call("attempt", request)?;
        self.apply(id, Event::Submitted { attempt, payment_method: card.clone(), call }, Author::Staff)?;
        let next_attempt = AttemptId::new(&*self.entropy);
        let run = self.find(id)?;
        run.attended = true;
        run.in_window = true;
        run.next_attempt = next_attempt;
        Ok(())
    }

    pub(super) fn hint(&mut self, id: SaleId, attempt: AttemptId) -> Result<(), Refused> {
        let run = self.find(id)?;
        let current = run.sale.last_attempt().is_some_and(|last| last.id == attempt);
        if current && run.sale.stage == Stage::NeedsAuthentication {
            run.hinted = true;
            run.pacing.look_out_is_too_early();
            self.publish(id);
            self.look(id);
        }
        Ok(())
    }

    /// The challenge is to be shown (again). What became of it meanwhile is read first.
    pub(super) fn reopen(&mut self, id: SaleId) -> Result<(), Refused> {
        let run = self.find(id)?;
        run.stalled = false;
        run.in_window = true;
        if run.sale.stage == Stage::NeedsAuthentication {
            run.opening = true;
            run.bank_page = BankPage::NotHeard;
            run.pacing.look_out_is_too_early();
            self.publish(id);
            self.look(id);
        }
        Ok(())
    }

    /// The sale has left the payment window. What is needed there alone is not kept any longer.
    pub(super) fn left_window(&mut self, id: SaleId) -> Result<(), Refused> {
        let run = self.find(id)?;
        run.in_window = false;
        run.client_secret = None;
        Ok(())
    }

    pub(super) fn bank_page(&mut self, id: SaleId, attempt: Option<AttemptId>, page: BankPage) -> Result<(), Refused> {
        let run = self.find(id)?;
        let current = attempt.is_none() || run.sale.last_attempt().map(|last| last.id) == attempt;
        if current && run.sale.stage == Stage::NeedsAuthentication && run.bank_page != page {
            run.bank_page = page;
            self.publish(id);
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, id: SaleId, by: Author) -> Result<(), Refused> {
        let run = self.find(id)?;
        match (&run.sale.stage, &run.sale.intent) {
            (Stage::Authenticated { .. }, _) if run.sale.attempts.is_empty() => {
                Err(Refusal::not_now(NotNow::TakenInOpen))
            }
            (Stage::Authenticated { .. }, Some(intent)) if !run.sale.cancel_wanted => {
                let sent_before = run.sale.last_attempt().is_some_and(|last| last.confirm_again.is_some());
                run.attended = false;
                if sent_before {
                    return self.apply(id, Event::Resent { purpose: Purpose::ConfirmAgain }, by);
                }
                let request = run.sale.order.request(Paying::Finish { intent });
                let call = self.call("confirm", request)?;
                self.apply(id, Event::ConfirmedAgain { call }, by)
            }
            (Stage::Confirming | Stage::Approved(_), _) => Ok(()),
            _ => Err(Refusal::not_now(NotNow::NothingToFinish)),
        }
    }

    /// Finishes; answers with the wish where a look comes first, because it was sent before. Stripe may have no answer for hours
    /// meanwhile, and the hour in which it takes a confirm, and remembers its key, be over.
    pub(super) fn finish_as_asked(&mut self, id: SaleId) -> Result<Option<Wish>, Refused> {
        match machine::resendable(&self.find(id)?.sale, None) {
            Some(Purpose::ConfirmAgain) => Ok(Some(Wish::FinishAgain)),
            Some(Purpose::Submit | Purpose::Cancel) | None => self.finish(id, Author::Staff).map(|()| None),
        }
    }

    /// Sends the open call once more; answers with the wish where a look comes first.
    pub(super) fn try_again(&mut self, id: SaleId) -> Result<Option<Wish>, Refused> {
        let run = self.find(id)?;
        if run.sale.in_flight.is_some() {
            return Ok(None);
        }
        let stripe_ms = run.sale.stripe_ms;
        match machine::resendable(&run.sale, stripe_ms) {
            // Whether Stripe still remembers its key is told by Stripe's time, now.
            Some(Purpose::Submit) => Ok(Some(Wish::TryAgain)),
            Some(Purpose::ConfirmAgain) => Ok(Some(Wish::FinishAgain)),
            Some(Purpose::Cancel) | None => Err(cannot_be_sent_again()),
        }
    }

    fn resend(&mut self, id: SaleId, purpose: Purpose, when: When) -> Result<(), Refused> {
        self.apply_at(id, Event::Resent { purpose }, Author::Staff, when, None)?;
        self.find(id)?.attended = true;
        Ok(())
    }

    /// Stripe was looked at just now, had no payment of this sale, and told this time.
    pub(super) fn try_again_now(&mut self, id: SaleId, stripe_ms: Option<i64>) -> Result<(), Refused> {
        let when = When { at_ms: self.clock.now_ms(), stripe_ms };
        match machine::resendable(&self.find(id)?.sale, stripe_ms) {
            Some(Purpose::Submit) => self.resend(id, Purpose::Submit, when),
            Some(Purpose::ConfirmAgain | Purpose::Cancel) | None => Err(cannot_be_sent_again()),
        }
    }

    pub(super) fn cancel(&mut self, id: SaleId) -> Result<(), Refused> {
        let run = self.find(id)?;
        if run.sale.cancel_wanted || run.sale.stage == Stage::Cancelled {
            return Ok(());
        }
        if matches!(run.sale.stage, Stage::Approved(_)) {
            return Err(Refusal::not_now(NotNow::PaidAlready));
        }
        run.attended = false;
        self.apply(id, Event::CancelWanted, Author::Staff)
    }

    pub(super) fn call(&self, what: &str, request: Prepared) -> Result<Call, Refused> {
        let unique = AttemptId::new(&*self.entropy);
        let key = IdempotencyKey::parse(&format!("countersign-{what}-{unique}"))
            .map_err(|_| Refusal::not_now(NotNow::NoKey))?;
        Ok(Call { key, request })
    }
}

fn cannot_be_sent_again() -> Refused {
    Refusal::not_now(NotNow::CannotBeSentAgain)
}
