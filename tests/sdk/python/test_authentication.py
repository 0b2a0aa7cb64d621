"""Authentication: manual confirmation with the bank's challenge, and every way around it."""

import stripe

from simulator import TYPES_NAMED, Case

CHALLENGED = "pm_card_authenticationRequired"


class Authentication(Case):
    def challenged(self, card=CHALLENGED):
        intent = self.pay(card)
        self.assertEqual((intent.status, intent.next_action.type), ("requires_action", "use_stripe_sdk"))
        self.assertIsNone(intent.latest_charge)
        return intent

    def test_a_passed_challenge_needs_the_second_confirm(self):
        intent = self.challenged()
        self.sim.challenge(intent, "complete")
        intent = self.stripe.payment_intents.retrieve(intent.id)
        self.assertEqual((intent.status, intent.amount_received), ("requires_confirmation", 0))
        intent = self.stripe.payment_intents.confirm(intent.id, {"expand": ["latest_charge"]})
        self.assertEqual((intent.status, intent.next_action), ("succeeded", None))
        self.assertEqual(intent.latest_charge.payment_method_details.card.three_d_secure.result, "authenticated")

    def test_a_failed_or_cancelled_challenge_wants_another_card(self):
        for outcome in ("fail", "cancel"):
            intent = self.challenged()
            self.sim.challenge(intent, outcome)
            intent = self.stripe.payment_intents.retrieve(intent.id)
            self.assertEqual((intent.status, intent.payment_method), ("requires_payment_method", None))
            self.assertEqual(intent.last_payment_error.code, "payment_intent_authentication_failure")
            intent = self.stripe.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
            self.assertEqual(intent.status, "succeeded")

    def test_after_the_challenge_the_bank_may_still_decline(self):
        intent = self.challenged("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
        self.sim.challenge(intent, "complete")
        error = self.refused(stripe.CardError, self.stripe.payment_intents.confirm, intent.id)
        self.assertEqual((error.code, error.error.decline_code), ("card_declined", "insufficient_funds"))

    def test_the_attempt_lives_for_an_hour(self):
        intent = self.challenged()
        self.sim.challenge(intent, "complete")
        self.sim.advance(3601)
        intent = self.stripe.payment_intents.retrieve(intent.id)
        self.assertEqual((intent.status, intent.latest_charge), ("requires_payment_method", None))

    def test_off_session_is_declined_where_the_customer_would_be_asked(self):
        error = self.refused(
            stripe.CardError,
            self.stripe.payment_intents.create,
            {
                "amount": 2500,
                "currency": "usd",
                "payment_method": CHALLENGED,
                "payment_method_types": ["card"],
                "confirm": True,
                "off_session": True,
            },
            TYPES_NAMED,
        )
        self.assertEqual((error.http_status, error.code), (402, "authentication_required"))
        self.assertEqual(error.error.payment_intent.status, "requires_payment_method")

    def test_error_on_requires_action(self):
        error = self.refused(stripe.CardError, self.pay, CHALLENGED, error_on_requires_action=True)
        self.assertEqual((error.code, error.error.decline_code), ("authentication_required", "authentication_not_handled"))

    def test_authentication_can_be_asked_for(self):
        options = {"card": {"request_three_d_secure": "any"}}
        self.assertEqual(self.pay("pm_card_threeDSecureOptional").status, "succeeded")
        intent = self.pay("pm_card_threeDSecureOptional", payment_method_options=options)
        self.assertEqual(intent.status, "requires_action")

    def test_automatic_confirmation_goes_on_by_itself(self):
        intent = self.stripe.payment_intents.create(
            {
                "amount": 900,
                "currency": "usd",
                "payment_method": CHALLENGED,
                "payment_method_types": ["card"],
                "confirm": True,
                "return_url": "https://shop.example/back",
            },
            TYPES_NAMED,
        )
        self.assertEqual(intent.next_action.type, "redirect_to_url")
        self.assertEqual(intent.next_action.redirect_to_url.return_url, "https://shop.example/back")
        self.sim.challenge(intent, "complete")
        self.assertEqual(self.stripe.payment_intents.retrieve(intent.id).status, "succeeded")
