"""What a publishable key sees, what a restricted key may do, and that accounts are apart."""

import stripe

from simulator import TYPES_NAMED, Case


class Keys(Case):
    def test_the_page_sees_a_payment_by_its_client_secret_and_sees_less(self):
        intent = self.pay("pm_card_authenticationRequired", metadata={"cost": "3"}, description="Coats")
        seen = self.page.payment_intents.retrieve(intent.id, {"client_secret": intent.client_secret})
        self.assertEqual((seen.id, seen.status, seen.amount), (intent.id, "requires_action", 2500))
        self.assertEqual(seen.next_action.type, "use_stripe_sdk")
        for hidden in ("metadata", "latest_charge", "customer", "amount_received"):
            self.assertNotIn(hidden, seen.to_dict(), hidden)
        wrong = {"client_secret": intent.id + "_secret_wrong"}
        error = self.refused(stripe.InvalidRequestError, self.page.payment_intents.retrieve, intent.id, wrong)
        self.assertEqual(error.param, "client_secret")

    def test_the_page_cannot_confirm_by_hand(self):
        intent = self.stripe.payment_intents.create(
            {
                "amount": 500,
                "currency": "usd",
                "confirmation_method": "manual",
                "payment_method": "pm_card_visa",
                "payment_method_types": ["card"],
            },
            TYPES_NAMED,
        )
        error = self.refused(
            stripe.InvalidRequestError,
            self.page.payment_intents.confirm,
            intent.id,
            {"client_secret": intent.client_secret},
        )
        self.assertIn("publishable key", error.user_message)

    def test_the_page_confirms_what_is_automatic(self):
        intent = self.stripe.payment_intents.create(
            {"amount": 500, "currency": "usd", "payment_method_types": ["card"]}, TYPES_NAMED
        )
        confirmed = self.page.payment_intents.confirm(
            intent.id, {"client_secret": intent.client_secret, "payment_method": "pm_card_visa"}
        )
        self.assertEqual(confirmed.status, "succeeded")

    def test_a_card_keyed_by_the_page_shows_no_fingerprint_there(self):
        method = self.key_card("4242424242424242")
        self.assertNotIn("fingerprint", method.card.to_dict())
        self.assertTrue(self.stripe.payment_methods.retrieve(method.id).card.fingerprint)

    def test_a_restricted_key_may_do_what_it_was_given(self):
        self.sim.account(f"sk_test_{self.tail}", restricted_key={"payment_intents": "write", "charges": "read"})
        restricted = self.client(f"rk_test_{self.tail}")
        intent = restricted.payment_intents.create(
            {
                "amount": 900,
                "currency": "usd",
                "payment_method": "pm_card_visa",
                "payment_method_types": ["card"],
                "confirm": True,
            },
            TYPES_NAMED,
        )
        self.assertEqual(restricted.charges.retrieve(intent.latest_charge).amount, 900)
        error = self.refused(stripe.PermissionError, restricted.refunds.create, {"payment_intent": intent.id})
        self.assertEqual(error.http_status, 403)
        self.assertIn("rak_charge_write", str(error))
        error = self.refused(stripe.PermissionError, restricted.balance.retrieve)
        self.assertIn("rak_balance_read", str(error))
        self.assertNotIn(self.tail[:-4], str(error))

    def test_moto_is_for_accounts_that_have_it(self):
        options = {"card": {"moto": True}}
        card = "pm_card_authenticationRequiredSetupForOffSession"
        self.assertEqual(self.pay(card).status, "requires_action")
        error = self.refused(stripe.InvalidRequestError, self.pay, card, payment_method_options=options)
        self.assertEqual(error.param, "payment_method_options[card][moto]")
        self.sim.account(f"sk_test_{self.tail}", moto=True)
        # Nobody can be asked over the telephone.
        self.assertEqual(self.pay(card, payment_method_options=options).status, "succeeded")

    def test_accounts_are_apart(self):
        intent = self.pay()
        other = self.client("sk_test_somebodyElse1")
        self.refused(stripe.InvalidRequestError, other.payment_intents.retrieve, intent.id)
        mine, theirs = self.stripe.accounts.retrieve_current(), other.accounts.retrieve_current()
        self.assertNotEqual(mine.id, theirs.id)
        self.assertTrue(mine.charges_enabled)

    def test_the_version_asked_for_is_answered(self):
        for version in ("2024-06-20", "2025-03-31.basil"):
            self.assertNotEqual(version, stripe.api_version)
            balance = self.stripe.balance.retrieve(options={"stripe_version": version})
            self.assertEqual(balance.last_response.headers["stripe-version"], version)
        for nonsense in ("banana", "2026-10-28.", "2026-05-27.endive"):
            error = self.refused(
                stripe.InvalidRequestError, self.stripe.balance.retrieve, options={"stripe_version": nonsense}
            )
            self.assertEqual((error.http_status, error.user_message), (400, f"Invalid Stripe API version: {nonsense}"))

    def test_the_version_of_the_sdk_takes_allowed_types_alone(self):
        named = {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
        types = {**named, "payment_method_types": ["card"]}
        error = self.refused(stripe.InvalidRequestError, self.stripe.payment_intents.create, types)
        self.assertEqual((error.http_status, error.code), (400, "payment_method_types_no_longer_supported"))
        self.assertEqual(error.param, "payment_method_types")
        intent = self.stripe.payment_intents.create({**named, "allowed_payment_method_types": ["card"]})
        self.assertEqual((intent.status, intent.payment_method_types), ("succeeded", ["card"]))

    def test_a_connected_account_is_refused(self):
        error = self.refused(
            stripe.InvalidRequestError, self.stripe.balance.retrieve, options={"stripe_account": "acct_1Other"}
        )
        self.assertIn("does not play Connect", error.user_message)
