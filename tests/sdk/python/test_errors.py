"""Every class of error that the SDK knows for card payments."""

import stripe

from simulator import TYPES_NAMED, Case


class Errors(Case):
    def test_declines_by_code(self):
        expected = {
            "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
            "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
            "pm_card_visa_chargeDeclinedLostCard": ("card_declined", "lost_card"),
            "pm_card_visa_chargeDeclinedStolenCard": ("card_declined", "stolen_card"),
            "pm_card_visa_chargeDeclinedVelocityLimitExceeded": ("card_declined", "card_velocity_exceeded"),
            "pm_card_chargeDeclinedExpiredCard": ("expired_card", None),
            "pm_card_chargeDeclinedIncorrectCvc": ("incorrect_cvc", None),
            "pm_card_chargeDeclinedProcessingError": ("processing_error", None),
        }
        for card, codes in expected.items():
            error = self.refused(stripe.CardError, self.pay, card)
            self.assertEqual((error.code, getattr(error.error, "decline_code", None)), codes, card)
            self.assertEqual(error.http_status, 402)
            self.assertTrue(error.user_message)
            self.assertTrue(error.error.charge.startswith("ch_"))

    def test_every_decline_code_has_its_error(self):
        codes = self.sim.decline_codes()
        self.assertGreater(len(codes), 40)
        for code in codes:
            self.sim.decline_next(code)
            error = self.refused(stripe.CardError, self.pay)
            told = (error.code, getattr(error.error, "decline_code", None))
            self.assertIn(code, told)
            self.assertEqual(error.error.payment_intent.last_payment_error.code, error.code)
            if error.error.charge:
                charge = self.stripe.charges.retrieve(error.error.charge)
                self.assertEqual((charge.status, charge.failure_code), ("failed", error.code))
        self.assertEqual(self.pay().status, "succeeded")

    def test_card_data_that_cannot_be(self):
        cases = {
            "incorrect_number": {"number": "4242424242424241", "exp_month": 1, "exp_year": 2034, "cvc": "123"},
            "invalid_cvc": {"number": "4242424242424242", "exp_month": 1, "exp_year": 2034, "cvc": "99"},
            "invalid_expiry_month": {"number": "4242424242424242", "exp_month": 13, "exp_year": 2034, "cvc": "123"},
            "invalid_expiry_year": {"number": "4242424242424242", "exp_month": 1, "exp_year": 1970, "cvc": "123"},
        }
        for code, card in cases.items():
            params = {"type": "card", "card": card}
            error = self.refused(stripe.CardError, self.page.payment_methods.create, params)
            self.assertEqual((error.code, error.http_status), (code, 402))

    def test_wrong_parameters_are_named(self):
        create = self.stripe.payment_intents.create
        good = {"amount": 500, "currency": "usd", "payment_method_types": ["card"]}
        cases = [
            ({**good, "colour": "red"}, "parameter_unknown", "colour"),
            ({**good, "shipping": {"colour": "red"}}, None, None),
            ({"currency": "usd"}, "parameter_missing", "amount"),
            ({**good, "amount": "lots"}, "parameter_invalid_integer", "amount"),
            ({**good, "amount": 0}, "parameter_invalid_integer", "amount"),
            ({**good, "currency": "xyz"}, None, "currency"),
            ({**good, "confirmation_method": "by_hand"}, None, "confirmation_method"),
            ({**good, "metadata": {"k" * 41: "v"}}, None, None),
            ({**good, "payment_method": "pm_1NoSuchMethod"}, "resource_missing", "payment_method"),
        ]
        for params, code, param in cases:
            error = self.refused(stripe.InvalidRequestError, create, params, TYPES_NAMED)
            self.assertIn(error.http_status, (400, 404))
            if code:
                self.assertEqual(error.code, code, params)
            if param:
                self.assertEqual(error.param, param, params)

    def test_amounts_too_small_and_too_large(self):
        for amount, code in ((49, "amount_too_small"), (100_000_000, "amount_too_large")):
            error = self.refused(
                stripe.InvalidRequestError,
                self.stripe.payment_intents.create,
                {"amount": amount, "currency": "usd", "payment_method_types": ["card"]},
                TYPES_NAMED,
            )
            self.assertEqual(error.code, code)

    def test_what_does_not_exist_is_a_404(self):
        reads = [
            (self.stripe.payment_intents, "pi_none"),
            (self.stripe.payment_methods, "pm_none"),
            (self.stripe.charges, "ch_none"),
            (self.stripe.refunds, "re_none"),
            (self.stripe.customers, "cus_none"),
            (self.stripe.setup_intents, "seti_none"),
            (self.stripe.disputes, "du_none"),
            (self.stripe.events, "evt_none"),
            (self.stripe.tokens, "tok_none"),
            (self.stripe.balance_transactions, "txn_none"),
        ]
        for service, id in reads:
            error = self.refused(stripe.InvalidRequestError, service.retrieve, id)
            self.assertEqual((error.http_status, error.code), (404, "resource_missing"), id)
            self.assertIn(id, error.user_message)
        error = self.refused(stripe.InvalidRequestError, self.stripe.invoices.list)
        self.assertEqual(error.http_status, 404)

    def test_keys_that_are_not_known(self):
        for key in ("nonsense", "sk_live_4eC39HqLyjWDarjtT1zdp7dc"):
            error = self.refused(stripe.AuthenticationError, self.client(key).balance.retrieve)
            self.assertEqual(error.http_status, 401)
            self.assertNotIn("HqLyjWDarj", str(error))
        error = self.refused(stripe.AuthenticationError, self.page.balance.retrieve)
        self.assertEqual(error.error.code, "secret_key_required")

    def test_a_restricted_key_without_the_permission(self):
        restricted = self.client(f"rk_test_{self.tail}")
        error = self.refused(stripe.PermissionError, restricted.accounts.retrieve_current)
        self.assertEqual(error.http_status, 403)
        self.assertIn("rak_accounts_kyc_basic_read", str(error))

    def test_too_many_requests(self):
        client = self.client(f"sk_test_{self.tail}", max_network_retries=0)
        self.sim.fault("GET", "/v1/balance", {"kind": "status", "status": 429})
        error = self.refused(stripe.RateLimitError, client.balance.retrieve)
        self.assertEqual((error.http_status, error.error.code), (429, "rate_limit"))

    def test_a_failure_at_stripe(self):
        client = self.client(f"sk_test_{self.tail}", max_network_retries=0)
        self.sim.fault("GET", "/v1/balance", {"kind": "status", "status": 500})
        error = self.refused(stripe.APIError, client.balance.retrieve)
        self.assertEqual(error.http_status, 500)

    def test_no_connection_and_no_whole_answer(self):
        client = self.client(f"sk_test_{self.tail}", max_network_retries=0)
        for kind in ("drop", "torn"):
            self.sim.fault("GET", "/v1/balance", {"kind": kind}, moment="after")
            self.refused(stripe.APIConnectionError, client.balance.retrieve)
        self.sim.fault("GET", "/v1/balance", {"kind": "not_json"})
        self.refused(stripe.APIError, client.balance.retrieve)

    def test_a_card_serves_one_payment(self):
        method = self.key_card("4242424242424242")
        self.assertEqual(self.pay(method.id).status, "succeeded")
        error = self.refused(stripe.InvalidRequestError, self.pay, method.id)
        self.assertEqual((error.http_status, error.code), (400, None))
        self.assertIn("previously used", error.user_message)
