"""Capture, refunds, charges, disputes, the balance."""

import stripe

from simulator import Case


class AfterPayment(Case):
    def hold(self):
        intent = self.pay(capture_method="manual")
        self.assertEqual((intent.status, intent.amount_capturable), ("requires_capture", 2500))
        return intent

    def test_capture_whole_part_and_too_much(self):
        intent = self.stripe.payment_intents.capture(self.hold().id)
        self.assertEqual((intent.status, intent.amount_received), ("succeeded", 2500))
        intent = self.hold()
        error = self.refused(
            stripe.InvalidRequestError, self.stripe.payment_intents.capture, intent.id, {"amount_to_capture": 2501}
        )
        self.assertEqual(error.code, "amount_too_large")
        intent = self.stripe.payment_intents.capture(intent.id, {"amount_to_capture": 1000})
        self.assertEqual((intent.amount_received, intent.amount_capturable), (1000, 0))
        error = self.refused(stripe.InvalidRequestError, self.stripe.payment_intents.capture, intent.id)
        self.assertEqual(error.code, "payment_intent_unexpected_state")

    def test_a_hold_is_released_by_cancelling_or_after_a_week(self):
        intent = self.stripe.payment_intents.cancel(self.hold().id, {"expand": ["latest_charge"]})
        self.assertEqual((intent.status, intent.latest_charge.captured), ("canceled", False))
        intent = self.hold()
        self.sim.advance(7 * 24 * 3600 + 1)
        self.assertEqual(self.stripe.payment_intents.retrieve(intent.id).status, "canceled")

    def test_refunds_partial_repeated_and_no_further(self):
        intent = self.pay()
        first = self.stripe.refunds.create(
            {"payment_intent": intent.id, "amount": 1000, "reason": "requested_by_customer", "metadata": {"till": "2"}}
        )
        self.assertEqual((first.status, first.amount, first.charge), ("succeeded", 1000, intent.latest_charge))
        error = self.refused(
            stripe.InvalidRequestError, self.stripe.refunds.create, {"charge": intent.latest_charge, "amount": 1501}
        )
        self.assertEqual((error.http_status, error.param), (400, "amount"))
        rest = self.stripe.refunds.create({"charge": intent.latest_charge})
        self.assertEqual(rest.amount, 1500)
        error = self.refused(stripe.InvalidRequestError, self.stripe.refunds.create, {"payment_intent": intent.id})
        self.assertEqual(error.code, "charge_already_refunded")
        charge = self.stripe.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
        self.assertEqual((charge.refunded, charge.amount_refunded, len(charge.refunds.data)), (True, 2500, 2))
        listed = self.stripe.refunds.list({"payment_intent": intent.id})
        self.assertEqual([refund.id for refund in listed.data], [rest.id, first.id])
        self.assertEqual(self.stripe.refunds.retrieve(first.id).metadata["till"], "2")
        changed = self.stripe.refunds.update(first.id, {"metadata": {"till": "3"}})
        self.assertEqual(changed.metadata["till"], "3")

    def test_refunds_that_take_their_time(self):
        intent = self.pay("pm_card_pendingRefund")
        refund = self.stripe.refunds.create({"payment_intent": intent.id})
        self.assertEqual(refund.status, "pending")
        error = self.refused(stripe.InvalidRequestError, self.stripe.refunds.cancel, refund.id)
        self.assertEqual(error.http_status, 400)
        self.sim.advance(7 * 24 * 3600)
        self.assertEqual(self.stripe.refunds.retrieve(refund.id).status, "succeeded")
        intent = self.pay("pm_card_refundFail")
        refund = self.stripe.refunds.create({"payment_intent": intent.id, "expand": ["charge"]})
        self.assertEqual((refund.status, refund.charge.id), ("succeeded", intent.latest_charge))
        self.sim.advance(7 * 24 * 3600)
        refund = self.stripe.refunds.retrieve(refund.id)
        self.assertEqual((refund.status, refund.failure_reason is not None), ("failed", True))

    def test_charges(self):
        intent = self.pay("pm_card_amex")
        charge = self.stripe.charges.retrieve(intent.latest_charge, {"expand": ["balance_transaction", "payment_intent"]})
        self.assertEqual((charge.paid, charge.captured, charge.payment_intent.id), (True, True, intent.id))
        self.assertEqual((charge.outcome.type, charge.payment_method_details.card.brand), ("authorized", "amex"))
        listed = self.stripe.charges.list({"payment_intent": intent.id})
        self.assertEqual([charge.id for charge in listed.data], [intent.latest_charge])
        changed = self.stripe.charges.update(charge.id, {"description": "Coats", "metadata": {"a": "b"}})
        self.assertEqual((changed.description, changed.metadata["a"]), ("Coats", "b"))
        declined = self.refused(stripe.CardError, self.pay, "pm_card_chargeDeclined").error.charge
        charge = self.stripe.charges.retrieve(declined)
        self.assertEqual((charge.status, charge.paid, charge.failure_code), ("failed", False, "card_declined"))

    def test_the_balance_adds_up(self):
        intent = self.pay(expand=["latest_charge"])
        self.stripe.refunds.create({"payment_intent": intent.id, "amount": 500})
        transactions = self.stripe.balance_transactions.list({"limit": 100}).data
        self.assertEqual([row.type for row in transactions], ["refund", "charge"])
        for row in transactions:
            self.assertEqual(row.net, row.amount - row.fee)
        balance = self.stripe.balance.retrieve()
        both = sum(part.amount for part in balance.available + balance.pending if part.currency == "usd")
        self.assertEqual(both, sum(row.net for row in transactions))
        row = self.stripe.balance_transactions.retrieve(transactions[1].id, {"expand": ["source"]})
        self.assertEqual(row.source.id, intent.latest_charge.id)

    def test_a_disputed_payment(self):
        intent = self.pay("pm_card_createDispute")
        charge = self.stripe.charges.retrieve(intent.latest_charge)
        self.assertTrue(charge.disputed)
        error = self.refused(stripe.InvalidRequestError, self.stripe.refunds.create, {"payment_intent": intent.id})
        self.assertEqual(error.code, "charge_disputed")
        listed = self.stripe.disputes.list({"payment_intent": intent.id}).data
        self.assertEqual([(dispute.charge, dispute.amount) for dispute in listed], [(charge.id, 2500)])
        dispute = self.stripe.disputes.retrieve(listed[0].id)
        self.assertEqual((dispute.status, dispute.reason), ("needs_response", "fraudulent"))
        dispute = self.stripe.disputes.update(
            dispute.id, {"evidence": {"customer_name": "Jenny Rosen"}, "metadata": {"seen": "yes"}}
        )
        self.assertEqual((dispute.evidence.customer_name, dispute.metadata["seen"]), ("Jenny Rosen", "yes"))
        self.assertEqual(self.stripe.disputes.close(dispute.id).status, "lost")
