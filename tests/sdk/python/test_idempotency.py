"""Idempotency keys, and the SDK's own retries."""

import stripe

from simulator import TYPES_NAMED, Case


class Idempotency(Case):
    def setUp(self):
        super().setUp()
        # As the SDK's own default is for calls that are made without a client.
        self.patient = self.client(f"sk_test_{self.tail}", max_network_retries=2)

    params = {
        "amount": 2500,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "payment_method_types": ["card"],
        "confirm": True,
    }

    def create(self, key, **params):
        options = {"idempotency_key": key, "max_network_retries": 0, **TYPES_NAMED}
        return self.stripe.payment_intents.create({**self.params, **params}, options)

    def payments(self):
        return len(self.stripe.payment_intents.list({"limit": 100}).data)

    def test_the_same_key_and_parameters_pay_once(self):
        first, again = self.create("order-1"), self.create("order-1")
        self.assertEqual(first.id, again.id)
        self.assertEqual(again.last_response.headers["idempotent-replayed"], "true")
        self.assertEqual(again.last_response.headers["original-request"], first.last_response.request_id)
        self.assertEqual(self.payments(), 1)

    def test_the_same_key_with_other_parameters_is_refused(self):
        self.create("order-2")
        error = self.refused(stripe.IdempotencyError, self.create, "order-2", amount=2600)
        self.assertEqual(error.http_status, 400)
        self.assertEqual(self.payments(), 1)

    def test_a_decline_is_replayed_as_a_decline(self):
        errors = [
            self.refused(stripe.CardError, self.create, "order-3", payment_method="pm_card_chargeDeclined")
            for _ in range(2)
        ]
        self.assertEqual(errors[0].error.charge, errors[1].error.charge)
        self.assertEqual(self.payments(), 1)

    def test_after_a_day_the_key_is_forgotten(self):
        first = self.create("order-4")
        self.sim.advance(24 * 3600 + 1)
        self.assertNotEqual(self.create("order-4").id, first.id)

    def test_a_lost_answer_is_asked_for_again_under_the_same_key(self):
        for fault in ({"kind": "drop"}, {"kind": "status", "status": 502}):
            before = self.payments()
            self.sim.fault("POST", "/v1/payment_intents", fault, moment="after")
            intent = self.patient.payment_intents.create(self.params, TYPES_NAMED)
            self.assertEqual(intent.status, "succeeded")
            self.assertEqual(self.payments(), before + 1, fault)
            tries = [entry for entry in self.sim.requests() if entry["method"] == "POST"][-2:]
            self.assertEqual(tries[0]["idempotency_key"], tries[1]["idempotency_key"])
            self.assertTrue(tries[1]["replayed"])

    def test_a_torn_answer_is_the_callers_to_ask_for_again(self):
        # The SDK for Python does not try again by itself when a body breaks off.
        self.sim.fault("POST", "/v1/payment_intents", {"kind": "torn"}, moment="after")
        self.refused(stripe.APIConnectionError, self.create, "order-5")
        self.assertEqual(self.create("order-5").status, "succeeded")
        self.assertEqual(self.payments(), 1)

    def test_a_conflict_and_a_failure_are_tried_again(self):
        for status in (409, 500, 503):
            self.sim.fault("POST", "/v1/payment_intents", {"kind": "status", "status": status})
            self.assertEqual(self.patient.payment_intents.create(self.params, TYPES_NAMED).status, "succeeded")

    def test_the_sdk_gives_up_after_two_retries(self):
        self.sim.fault("GET", "/v1/balance", {"kind": "status", "status": 500}, next=3)
        self.refused(stripe.APIError, self.patient.balance.retrieve)
        self.assertEqual(len(self.patient.balance.retrieve().available), 1)

    def test_what_stripe_forbids_is_not_tried_again(self):
        fault = {"kind": "status", "status": 500, "should_retry": False}
        self.sim.fault("POST", "/v1/payment_intents", fault, next=2)
        self.refused(stripe.APIError, self.patient.payment_intents.create, self.params, TYPES_NAMED)
        self.refused(stripe.APIError, self.patient.payment_intents.create, self.params, TYPES_NAMED)
        self.assertEqual(self.patient.payment_intents.create(self.params, TYPES_NAMED).status, "succeeded")
