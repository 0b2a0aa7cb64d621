//! What the payment window is to show for a sale.

use super::{Coordinator, Doing, PaymentStep};
use crate::ids::SaleId;
use crate::machine;
use crate::sale::{Purpose, Stage};
use crate::show;
use crate::view::{DeclineView, StageView, WhyDeclined};

impl Coordinator {
    pub(super) fn payment_step(&mut self, id: SaleId) -> PaymentStep {
        let Some(run) = self.sales.get(&id) else { return PaymentStep::Done };
        let attempt_id = run.sale.last_attempt().map_or(run.next_attempt, |attempt| attempt.id);
        let working = |doing| PaymentStep::Working { attempt_id, doing };
        let stage = show::stage(&run.sale, run.this_run(self.clock.now_ms()));
        let card = |decline: Option<DeclineView>, notice: Option<WhyDeclined>| PaymentStep::Card {
            attempt_id: run.next_attempt,
            decline,
            notice,
        };
        match (stage, &run.sale.stage) {
            (StageView::Open { notice }, _) => card(None, notice),
            (StageView::Declined { decline }, _) if machine::accepts_card(&run.sale) => card(Some(decline), None),
            (_, Stage::Submitting) => working(Doing::Charging),
            (_, Stage::Confirming) => working(Doing::Confirming),
            (_, Stage::Cancelling) => match run.sale.in_flight {
                Some(Purpose::Cancel) => working(Doing::Cancelling),
                Some(Purpose::Submit | Purpose::ConfirmAgain) => working(Doing::AwaitingCharge),
                // It is found out by itself, and nobody has to stand by.
                None => PaymentStep::Done,
            },
            (_, Stage::Authenticated { .. }) if run.attended => working(Doing::Confirming),
            (_, Stage::NeedsAuthentication) if run.stalled => PaymentStep::Done,
            (_, Stage::NeedsAuthentication) => match (&run.client_secret, run.hinted || run.opening) {
                (Some(client_secret), false) => PaymentStep::Authenticate {
                    attempt_id,
                    client_secret: client_secret.clone(),
                    deadline_ms: run.sale.deadline_ms(),
                },
                _ => working(Doing::Checking),
            },
            _ => PaymentStep::Done,
        }
    }
}
