"""PaymentIntents: create, retrieve, update, confirm, cancel, and what comes with them."""

import stripe

from simulator import TYPES_NAMED, Case


class PaymentIntents(Case):
    def test_one_call_pays(self):
        intent = self.pay(metadata={"order": "6735"}, description="Two coats", receipt_email="jenny@example.com")
        self.assertEqual((intent.object, intent.status, intent.amount_received), ("payment_intent", "succeeded", 2500))
        self.assertEqual(intent.metadata["order"], "6735")
        self.assertEqual(intent.payment_method_types, ["card"])
        self.assertFalse(intent.livemode)
        again = self.stripe.payment_intents.retrieve(intent.id)
        self.assertEqual(again.latest_charge, intent.latest_charge)
        self.assertTrue(intent.last_response.request_id.startswith("req_"))

    def test_step_by_step_with_automatic_confirmation(self):
        intent = self.stripe.payment_intents.create(
            {
                "amount": 1099,
                "currency": "eur",
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )
        self.assertEqual((intent.status, intent.confirmation_method), ("requires_payment_method", "automatic"))
        intent = self.stripe.payment_intents.update(
            intent.id, {"amount": 1199, "payment_method": "pm_card_mastercard", "metadata": {"a": "1", "b": "2"}}
        )
        self.assertEqual((intent.status, intent.amount), ("requires_confirmation", 1199))
        intent = self.stripe.payment_intents.confirm(intent.id)
        self.assertEqual((intent.status, intent.amount_received, intent.currency), ("succeeded", 1199, "eur"))

    def test_metadata_is_merged_and_unset(self):
        intent = self.stripe.payment_intents.create(
            {"amount": 500, "currency": "usd", "metadata": {"a": "1", "b": "2"}, "payment_method_types": ["card"]},
            TYPES_NAMED,
        )
        intent = self.stripe.payment_intents.update(intent.id, {"metadata": {"a": "", "c": "ü & = [x]"}})
        self.assertEqual(intent.metadata.to_dict(), {"b": "2", "c": "ü & = [x]"})
        intent = self.stripe.payment_intents.update(intent.id, {"metadata": ""})
        self.assertEqual(intent.metadata.to_dict(), {})

    def test_nested_parameters_come_back(self):
        address = {"line1": "1 High St", "city": "York", "country": "GB", "postal_code": "YO1 7HH"}
        intent = self.pay(
            shipping={"name": "Jenny Rosen", "address": address},
            payment_method_options={"card": {"request_three_d_secure": "automatic"}},
            statement_descriptor_suffix="COATS",
        )
        self.assertEqual(intent.shipping.address.postal_code, "YO1 7HH")
        self.assertEqual(intent.payment_method_options.card.request_three_d_secure, "automatic")
        self.assertEqual(intent.statement_descriptor_suffix, "COATS")

    def test_expand_reaches_four_levels(self):
        intent = self.pay(expand=["latest_charge.balance_transaction", "payment_method"])
        charge = intent.latest_charge
        self.assertIsInstance(charge, stripe.Charge)
        self.assertIsInstance(intent.payment_method, stripe.PaymentMethod)
        self.assertEqual(charge.payment_method_details.card.last4, "4242")
        self.assertIn(type(charge.balance_transaction), (stripe.BalanceTransaction, type(None)))
        listed = self.stripe.payment_intents.list({"limit": 1, "expand": ["data.latest_charge"]})
        self.assertEqual(listed.data[0].latest_charge.id, charge.id)

    def test_a_payment_method_from_card_data(self):
        details = {"name": "Jenny Rosen", "address": {"postal_code": "12345"}}
        method = self.key_card("4000056655665556", billing_details=details)
        self.assertEqual((method.card.brand, method.card.funding, method.card.last4), ("visa", "debit", "5556"))
        intent = self.pay(method.id, expand=["latest_charge"])
        checks = intent.latest_charge.payment_method_details.card.checks
        self.assertEqual((checks.cvc_check, checks.address_postal_code_check), ("pass", "pass"))
        self.assertEqual(intent.latest_charge.billing_details.name, "Jenny Rosen")

    def test_a_payment_method_from_a_token(self):
        token = self.page.tokens.create({"card": {"number": "4242424242424242", "exp_month": "5", "exp_year": "2031"}})
        self.assertEqual((token.object, token.card.last4, token.used), ("token", "4242", False))
        self.assertEqual(self.page.tokens.retrieve(token.id).id, token.id)
        for source in (token.id, "tok_visa"):
            method = self.stripe.payment_methods.create({"type": "card", "card": {"token": source}})
            self.assertEqual(self.pay(method.id).status, "succeeded")

    def test_a_confirmation_token(self):
        token = self.stripe.test_helpers.confirmation_tokens.create({"payment_method": "pm_card_visa"})
        self.assertEqual(token.payment_method_preview.card.last4, "4242")
        intent = self.stripe.payment_intents.create(
            {
                "amount": 700,
                "currency": "usd",
                "confirm": True,
                "confirmation_token": token.id,
                "payment_method_types": ["card"],
            },
            TYPES_NAMED,
        )
        self.assertEqual(intent.status, "succeeded")
        self.assertEqual(self.stripe.confirmation_tokens.retrieve(token.id).payment_intent, intent.id)

    def test_payment_method_data_in_the_call(self):
        intent = self.stripe.payment_intents.create(
            {
                "amount": 700,
                "currency": "gbp",
                "confirm": True,
                "payment_method_types": ["card"],
                "payment_method_data": {"type": "card", "card": {"token": "tok_mastercard"}},
            },
            TYPES_NAMED,
        )
        self.assertEqual(intent.status, "succeeded")

    def test_cancel(self):
        intent = self.stripe.payment_intents.create(
            {"amount": 500, "currency": "usd", "payment_method_types": ["card"]}, TYPES_NAMED
        )
        intent = self.stripe.payment_intents.cancel(intent.id, {"cancellation_reason": "requested_by_customer"})
        self.assertEqual((intent.status, intent.cancellation_reason), ("canceled", "requested_by_customer"))
        error = self.refused(
            stripe.InvalidRequestError, self.stripe.payment_intents.confirm, intent.id, {"payment_method": "pm_card_visa"}
        )
        self.assertEqual((error.http_status, error.code), (400, "payment_intent_unexpected_state"))

    def test_a_declined_payment_takes_another_card(self):
        error = self.refused(stripe.CardError, self.pay, "pm_card_chargeDeclinedInsufficientFunds")
        intent = error.error.payment_intent
        self.assertEqual((intent.status, intent.payment_method), ("requires_payment_method", None))
        self.assertEqual(intent.last_payment_error.decline_code, "insufficient_funds")
        intent = self.stripe.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
        self.assertEqual((intent.status, intent.last_payment_error), ("succeeded", None))

    def test_events_tell_the_story(self):
        intent = self.pay()
        events = self.stripe.events.list({"limit": 10}).data
        kinds = [event.type for event in reversed(events)]
        self.assertEqual(kinds[:3], ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"])
        event = self.stripe.events.retrieve(events[0].id)
        self.assertIsInstance(event, stripe.Event)
        self.assertEqual(event.data.object.id, intent.id)
        only = self.stripe.events.list({"types": ["charge.succeeded"]}).data
        self.assertEqual([event.type for event in only], ["charge.succeeded"])
