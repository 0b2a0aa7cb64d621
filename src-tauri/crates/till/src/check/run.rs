//! A check, from its first line to its last. It runs beside the one who moves money, and changes nothing that stays: what it
//! makes at Stripe is on record before it is sent, and taken away again.

use stripe_client::{
    Error, Fate, Heard, PaymentIntent, PaymentIntentStatus, PaymentMethodId, Prepared, PublishableKey, Readable,
};
use tokio::sync::{mpsc, watch};

use super::ending::{Desk, Left, NotEnded};
use super::payment::{CheckEvent, CheckPayment, Ended, Tries, made_nothing, of_answer, replay};
use super::told::{CheckDetail, CheckFault, CheckItem, CheckLine, CheckReport, KeyRight, WhyNotShown};
use super::window::Window;
use crate::CheckId;
use crate::currency::Currency;
use crate::link::{ClockOff, Link};
use crate::money::Money;
use crate::order::{Order, Paying};

/// What a check is to try.
pub struct CheckAsked {
    /// The lines about the machine, as they are found out by who knows it. Closed when there are no more.
    pub machine: mpsc::Receiver<CheckLine>,
    /// What the payment page is started with.
    pub publishable: PublishableKey,
    /// The shop's currency.
    pub currency: &'static Currency,
    /// The proxy through which Stripe is reached, without its user and password.
    pub proxy: Option<String>,
}

/// Stripe's ready-made card that is approved.
const APPROVED: &str = "pm_card_visa";
/// Stripe's ready-made card that is declined, for insufficient funds.
const DECLINED: &str = "pm_card_visa_chargeDeclinedInsufficientFunds";

/// The check that is under way.
pub(crate) struct Run {
    pub(crate) desk: Desk,
    pub(crate) asked: CheckAsked,
    /// The key may not read charges, which the answer to each of these calls shows too.
    pub(crate) lacks_charges: bool,
    pub(crate) report: watch::Sender<Option<CheckReport>>,
    pub(crate) window: Window,
}

impl Run {
    pub(super) fn tell(&self, line: CheckLine) {
        self.report.send_modify(|report| {
            if let Some(report) = report {
                report.lines.push(line);
            }
        });
    }

    pub(crate) async fn run(mut self) {
        while let Some(line) = self.asked.machine.recv().await {
            self.tell(line);
        }
        if let Err(why) = self.network().await {
            for item in self.behind_the_network() {
                self.tell(CheckLine::not_shown(item, why));
            }
            return;
        }
        self.leftovers().await;
        self.account_name().await;
        self.rights().await;
        let mode_agrees = self.flow().await;
        if self.desk.live {
            // Giving back is shown by giving something back alone.
            self.tell(CheckLine::not_shown(CheckItem::WriteCharges, WhyNotShown::OnlyByActing));
        } else if mode_agrees {
            self.approved_card().await;
            self.declined_card().await;
        } else {
            // Stripe has just said that it would be real money.
            self.tell(CheckLine::not_shown(CheckItem::ApprovedCard, WhyNotShown::LineBefore));
            self.no_refund();
            self.tell(CheckLine::not_shown(CheckItem::DeclinedCard, WhyNotShown::LineBefore));
        }
        self.at_window(mode_agrees).await;
    }

    /// What cannot be tried while Stripe does not answer, or does not know the key.
    fn behind_the_network(&self) -> Vec<CheckItem> {
        use CheckItem as Item;
        let mut items = vec![
            Item::AccountName,
            Item::ReadPaymentIntents,
            Item::ReadCharges,
            Item::ReadDisputes,
            Item::SaleRequest,
            Item::WritePaymentIntents,
            Item::KeyMode,
            Item::PublishableKey,
            Item::Cancel,
            Item::WriteCharges,
            Item::CardCursor,
        ];
        if !self.desk.live {
            items.extend([Item::ApprovedCard, Item::Refund, Item::DeclinedCard, Item::Challenge]);
        }
        items
    }

    /// Whether Stripe answers, what time it is there, and whether it knows the key. An error says why nothing else is tried.
    async fn network(&self) -> Result<(), WhyNotShown> {
        let Heard { result, stripe_ms, .. } = self.desk.stripe.ask_time().await;
        let answered = match &result {
            Ok(()) => true,
            Err(error) => Link::of(error, self.desk.clock.now_ms()) == Some(Link::Stripe),
        };
        self.tell(match &result {
            Err(error) if !answered => CheckLine::failed(CheckItem::Network, self.fault(CheckItem::Network, error)),
            _ => {
                let proxy = self.asked.proxy.clone().map(|address| CheckDetail::Proxy { address });
                CheckLine::shown(CheckItem::Network, proxy)
            }
        });
        let off = stripe_ms.map(|stripe_ms| ClockOff::of(self.desk.clock.now_ms().saturating_sub(stripe_ms)));
        self.tell(match off {
            Some(None) => CheckLine::shown(CheckItem::Clock, None),
            Some(Some(ClockOff::Ahead { minutes })) => {
                CheckLine::failed(CheckItem::Clock, CheckFault::ClockAhead { minutes })
            }
            Some(Some(ClockOff::Behind { minutes })) => {
                CheckLine::failed(CheckItem::Clock, CheckFault::ClockBehind { minutes })
            }
            None if answered => CheckLine::not_shown(CheckItem::Clock, WhyNotShown::NoStripeTime),
            None => CheckLine::not_shown(CheckItem::Clock, WhyNotShown::NotReached),
        });
        let (item, known) = (CheckItem::SecretKey, !matches!(&result, Err(Error::Api(error)) if error.status == 401));
        self.tell(match (answered, known) {
            (false, _) => CheckLine::not_shown(item, WhyNotShown::NotReached),
            (true, true) => CheckLine::shown(item, None),
            (true, false) => CheckLine::failed(item, CheckFault::KeyNotAccepted),
        });
        match (answered, known) {
            (false, _) => Err(WhyNotShown::NotReached),
            (true, false) => Err(WhyNotShown::LineBefore),
            (true, true) => Ok(()),
        }
    }

    /// Told only where an earlier check has left something.
    async fn leftovers(&self) {
        let Ok(rows) = self.desk.book.read().await else { return };
        if replay(&rows).iter().all(|payment| payment.ended.is_some()) {
            return;
        }
        let item = CheckItem::Leftovers;
        self.tell(match self.desk.end_all().await {
            Err(refusal) => CheckLine::failed(item, CheckFault::NotOnRecord { refusal }),
            Ok(Left { taken: true, .. }) => CheckLine::failed(item, CheckFault::TakenElsewhere),
            Ok(Left { open: true, .. }) => CheckLine::failed(item, CheckFault::StillOpen),
            Ok(Left { none_so_far: true, .. }) => CheckLine::not_shown(item, WhyNotShown::NoneSoFar),
            Ok(_) => CheckLine::shown(item, None),
        });
    }

    async fn account_name(&self) {
        let item = CheckItem::AccountName;
        self.tell(match self.desk.stripe.account().await.result {
            Ok(account) => match account.name() {
                Some(name) => CheckLine::shown(item, Some(CheckDetail::Account { name: name.to_owned() })),
                None => CheckLine::not_shown(item, WhyNotShown::NotTold),
            },
            // The till does not need it, so that it may not be read is never a failure.
            Err(Error::Api(error)) if matches!(error.status, 401 | 403) => {
                CheckLine::not_shown(item, WhyNotShown::KeyMayNotRead)
            }
            Err(Error::Api(_) | Error::Unreadable { .. }) => CheckLine::not_shown(item, WhyNotShown::NotTold),
            Err(_) => CheckLine::not_shown(item, WhyNotShown::NotReached),
        });
    }

    /// The rights that a call shows which changes nothing.
    async fn rights(&mut self) {
        let of = |result: Result<(), Error>, item| match result {
            Ok(()) => CheckLine::shown(item, None),
            Err(error) => CheckLine::failed(item, self.fault(item, &error)),
        };
        let read = |what| self.desk.stripe.try_to_read(what);
        self.tell(of(read(Readable::PaymentIntents).await.result, CheckItem::ReadPaymentIntents));
        let charges = match read(Readable::Charges).await.result {
            Ok(()) => read(Readable::Refunds).await.result,
            failed => failed,
        };
        let lacks_charges = matches!(&charges, Err(Error::Api(error)) if error.status == 403);
        self.tell(of(charges, CheckItem::ReadCharges));
        self.tell(of(read(Readable::Disputes).await.result, CheckItem::ReadDisputes));
        self.lacks_charges = lacks_charges;
    }

    /// The body of a sale without what only a confirm takes: made, read as the page reads it, and cancelled. False when it
    /// came out as a payment of the other mode.
    async fn flow(&self) -> bool {
        let id = self.new_id();
        let (request, left_out) = match self.create(id, APPROVED) {
            Ok(whole) => whole.unconfirmed(),
            Err(fault) => {
                self.without_a_payment(fault);
                return true;
            }
        };
        let (mut payment, answer) = match self.make(id, Tries::Request, request).await {
            Ok(made) => made,
            Err(fault) => {
                self.without_a_payment(fault);
                return true;
            }
        };
        let mode_agrees = match of_answer(&answer) {
            Some(intent) => {
                let tried = CheckDetail::NotTried { parameters: left_out };
                self.tell(CheckLine::shown(CheckItem::SaleRequest, Some(tried)));
                self.tell(CheckLine::shown(CheckItem::WritePaymentIntents, None));
                self.key_mode(intent.livemode);
                self.publishable_key(intent).await;
                intent.livemode == self.desk.live
            }
            None => {
                let fault = |error: &Error| self.fault(CheckItem::SaleRequest, error);
                self.without_a_payment(answer.as_ref().err().map_or(CheckFault::Unreadable, fault));
                true
            }
        };
        let ended = self.desk.end(&mut payment).await;
        // Nothing was made for certain, so there is nothing to cancel.
        if !matches!(ended, Ok(Ended::NeverMade)) {
            self.tell(self.cancelled(ended));
        }
        mode_agrees
    }

    fn cancelled(&self, ended: Result<Ended, NotEnded>) -> CheckLine {
        let item = CheckItem::Cancel;
        match ended {
            Ok(Ended::Cancelled) => CheckLine::shown(item, None),
            Ok(Ended::TakenElsewhere) => CheckLine::failed(item, CheckFault::TakenElsewhere),
            Ok(_) => CheckLine::not_shown(item, WhyNotShown::NotTold),
            Err(why) => CheckLine::failed(item, self.not_ended(item, why)),
        }
    }

    /// The sale's request was not taken: what that says of the lines that rest on it.
    fn without_a_payment(&self, fault: CheckFault) {
        let right = match &fault {
            CheckFault::LacksRight { right: KeyRight::PaymentIntents } => {
                CheckLine::failed(CheckItem::WritePaymentIntents, fault.clone())
            }
            _ => CheckLine::not_shown(CheckItem::WritePaymentIntents, WhyNotShown::LineBefore),
        };
        self.tell(CheckLine::failed(CheckItem::SaleRequest, fault));
        self.tell(right);
        for item in [CheckItem::KeyMode, CheckItem::PublishableKey] {
            self.tell(CheckLine::not_shown(item, WhyNotShown::LineBefore));
        }
    }

    fn key_mode(&self, live: bool) {
        let item = CheckItem::KeyMode;
        self.tell(if live == self.desk.live {
            CheckLine::shown(item, Some(CheckDetail::Mode { live }))
        } else {
            CheckLine::failed(item, CheckFault::OtherMode { live })
        });
    }

    async fn publishable_key(&self, intent: &PaymentIntent) {
        let item = CheckItem::PublishableKey;
        let Some(secret) = &intent.client_secret else {
            return self.tell(CheckLine::not_shown(item, WhyNotShown::NotTold));
        };
        let read = self.desk.stripe.retrieve_as_page(&intent.id, secret, &self.asked.publishable).await.result;
        self.tell(match read {
            Ok(read) if read.id == intent.id => CheckLine::shown(item, None),
            Ok(_) => CheckLine::failed(item, CheckFault::OtherAccount),
            Err(Error::Api(error)) if error.status == 404 => CheckLine::failed(item, CheckFault::OtherAccount),
            Err(Error::Api(error)) if matches!(error.status, 401 | 403) => {
                CheckLine::failed(item, CheckFault::PublishableNotAccepted)
            }
            Err(error) => CheckLine::failed(item, self.fault(item, &error)),
        });
    }

    /// A test card that is approved, and its money given back.
    async fn approved_card(&self) {
        let (item, refund) = (CheckItem::ApprovedCard, CheckItem::Refund);
        let (mut payment, answer) = match self.pay(self.new_id(), Tries::ApprovedCard, APPROVED).await {
            Ok(made) => made,
            Err(fault) => {
                self.tell(CheckLine::failed(item, fault));
                return self.no_refund();
            }
        };
        let paid = matches!(&answer, Ok(intent) if intent.status == PaymentIntentStatus::Succeeded);
        self.tell(match &answer {
            Ok(_) if paid => CheckLine::shown(item, None),
            Ok(intent) => CheckLine::failed(item, other_outcome(intent)),
            Err(error) => CheckLine::failed(item, self.fault(item, error)),
        });
        match self.desk.end(&mut payment).await {
            Ok(Ended::Refunded) => {
                self.tell(CheckLine::shown(refund, None));
                self.tell(CheckLine::shown(CheckItem::WriteCharges, None));
            }
            Err(why) if paid => {
                let fault = self.not_ended(refund, why);
                let right = match &fault {
                    CheckFault::LacksRight { .. } => CheckLine::failed(CheckItem::WriteCharges, fault.clone()),
                    _ => CheckLine::not_shown(CheckItem::WriteCharges, WhyNotShown::LineBefore),
                };
                self.tell(CheckLine::failed(refund, fault));
                self.tell(right);
            }
            Ok(Ended::TakenElsewhere) => {
                self.tell(CheckLine::failed(refund, CheckFault::TakenElsewhere));
                self.tell(CheckLine::not_shown(CheckItem::WriteCharges, WhyNotShown::LineBefore));
            }
            Ok(_) | Err(_) => self.no_refund(),
        }
    }

    fn no_refund(&self) {
        self.tell(CheckLine::not_shown(CheckItem::Refund, WhyNotShown::LineBefore));
        self.tell(CheckLine::not_shown(CheckItem::WriteCharges, WhyNotShown::LineBefore));
    }

    /// A test card that is declined.
    async fn declined_card(&self) {
        let item = CheckItem::DeclinedCard;
        let (mut payment, answer) = match self.pay(self.new_id(), Tries::DeclinedCard, DECLINED).await {
            Ok(made) => made,
            Err(fault) => return self.tell(CheckLine::failed(item, fault)),
        };
        let declined = matches!(&answer, Err(Error::Api(error)) if error.status == 402);
        let ended = self.desk.end(&mut payment).await;
        self.tell(match (&answer, ended) {
            (_, Ok(Ended::TakenElsewhere)) => CheckLine::failed(item, CheckFault::TakenElsewhere),
            (_, Err(why)) if declined => CheckLine::failed(item, self.not_ended(item, why)),
            (Err(_), Ok(_)) if declined => CheckLine::shown(item, None),
            (Ok(intent), _) => CheckLine::failed(item, other_outcome(intent)),
            (Err(error), _) => CheckLine::failed(item, self.fault(item, error)),
        });
    }

    fn new_id(&self) -> CheckId {
        CheckId::new(&*self.desk.entropy)
    }

    /// Pays with one of Stripe's ready-made test cards.
    pub(super) async fn pay(
        &self,
        id: CheckId,
        tries: Tries,
        card: &str,
    ) -> Result<(CheckPayment, Answer), CheckFault> {
        let request = self.create(id, card)?;
        self.make(id, tries, request).await
    }

    /// What a sale would be, if somebody bought for this much.
    pub(super) fn order(&self) -> Order {
        Money::twice_the_least(self.asked.currency).into()
    }

    /// The request of a sale, with a check's marks in the place of the sale's.
    fn create(&self, id: CheckId, card: &str) -> Result<Prepared, CheckFault> {
        let card = PaymentMethodId::parse(card).map_err(|_| CheckFault::Unreadable)?;
        let marks = self.desk.marks(id);
        let marks = marks.each_ref().map(|(name, value)| (*name, value.as_str()));
        Ok(self.order().request(Paying::Check { marks: &marks, card: &card }))
    }

    /// Writes down what is about to be made, and makes it.
    async fn make(&self, id: CheckId, tries: Tries, request: Prepared) -> Result<(CheckPayment, Answer), CheckFault> {
        let not_on_record = |refusal| CheckFault::NotOnRecord { refusal };
        let mut payment = CheckPayment::new(id, self.desk.now());
        let call = self.desk.call("create", request).map_err(not_on_record)?;
        let started = CheckEvent::CheckStarted { tries, call: call.clone() };
        self.desk.write(&mut payment, started).await.map_err(not_on_record)?;
        let answer = self.desk.stripe.act(&call.request, &call.key).await.result;
        // What cannot be written now, the look that ends it finds again.
        let known = match (of_answer(&answer), &answer) {
            (Some(intent), _) => Some(CheckEvent::CheckMade { id: intent.id.clone() }),
            (None, Err(error)) if made_nothing(error) => Some(CheckEvent::CheckEnded { how: Ended::NeverMade }),
            (None, _) => None,
        };
        payment.forbidden = matches!(&answer, Err(error) if error.fate() == Fate::Forbidden);
        if let Some(known) = known {
            let _unwritten = self.desk.write(&mut payment, known).await;
        }
        Ok((payment, answer))
    }

    pub(super) fn not_ended(&self, item: CheckItem, why: NotEnded) -> CheckFault {
        match why {
            NotEnded::Stripe(error) => self.fault(item, &error),
            NotEnded::NotOnRecord(refusal) => CheckFault::NotOnRecord { refusal },
            NotEnded::NotYet | NotEnded::NoneSoFar => CheckFault::StillOpen,
        }
    }

    /// What a call for this line that failed says.
    pub(super) fn fault(&self, item: CheckItem, error: &Error) -> CheckFault {
        match (error, item.right()) {
            (Error::Api(error), _) if error.status == 401 => CheckFault::KeyNotAccepted,
            // An answer shows the charge, too: where that may not be read, this is why.
            (Error::Api(error), Some(KeyRight::PaymentIntents))
                if error.status == 403 && self.lacks_charges && item != CheckItem::ReadPaymentIntents =>
            {
                CheckFault::LacksRight { right: KeyRight::ChargesAndRefunds }
            }
            (Error::Api(error), Some(right)) if error.status == 403 => CheckFault::LacksRight { right },
            (Error::Api(error), _) => {
                CheckFault::Refused { status: error.status, code: error.code.clone(), param: error.param.clone() }
            }
            (Error::Unreadable { .. }, _) => CheckFault::Unreadable,
            (Error::NotSent { .. } | Error::NoAnswer { .. } | Error::NotStripe { .. }, _) => {
                match Link::of(error, self.desk.clock.now_ms()) {
                    Some(Link::SomethingElse) => CheckFault::NotStripe,
                    Some(Link::CertificateRefused { fault, .. }) => CheckFault::Certificate {
                        perhaps_clock: matches!(
                            fault,
                            stripe_client::CertificateFault::Expired | stripe_client::CertificateFault::NotYetValid
                        ),
                    },
                    Some(Link::Stripe | Link::Nobody) | None => CheckFault::Offline,
                }
            }
        }
    }
}

pub(super) type Answer = Result<PaymentIntent, Error>;

pub(super) fn other_outcome(intent: &PaymentIntent) -> CheckFault {
    CheckFault::OtherOutcome { status: intent.status.as_str().to_owned() }
}
