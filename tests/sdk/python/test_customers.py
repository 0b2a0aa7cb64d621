"""Customers, the cards that they keep, and SetupIntents."""

import stripe

from simulator import TYPES_NAMED, Case


class Customers(Case):
    def test_customers(self):
        customer = self.stripe.customers.create(
            {"email": "jenny@example.com", "name": "Jenny Rosen", "metadata": {"since": "2026"}}
        )
        self.assertEqual((customer.object, customer.email, customer.balance), ("customer", "jenny@example.com", 0))
        customer = self.stripe.customers.update(
            customer.id, {"phone": "+441904000000", "metadata": {"since": ""}, "address": {"city": "York"}}
        )
        self.assertEqual((customer.phone, customer.metadata.to_dict()), ("+441904000000", {}))
        self.assertEqual(self.stripe.customers.retrieve(customer.id).address.city, "York")
        other = self.stripe.customers.create({"email": "other@example.com"})
        self.assertEqual([found.id for found in self.stripe.customers.list().data], [other.id, customer.id])
        by_email = self.stripe.customers.list({"email": "jenny@example.com"})
        self.assertEqual([found.id for found in by_email.data], [customer.id])
        deleted = self.stripe.customers.delete(customer.id)
        self.assertTrue(deleted.deleted)
        self.assertTrue(self.stripe.customers.retrieve(customer.id).deleted)
        self.assertEqual([found.id for found in self.stripe.customers.list().data], [other.id])

    def test_a_kept_card_pays_again_and_again(self):
        customer = self.stripe.customers.create()
        method = self.stripe.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        self.assertEqual(method.customer, customer.id)
        for _ in range(2):
            self.assertEqual(self.pay(method.id, customer=customer.id).status, "succeeded")
        listed = self.stripe.payment_methods.list({"customer": customer.id, "type": "card"})
        self.assertEqual([found.id for found in listed.data], [method.id])
        listed = self.stripe.customers.payment_methods.list(customer.id)
        self.assertEqual([found.id for found in listed.data], [method.id])
        found = self.stripe.customers.payment_methods.retrieve(customer.id, method.id)
        self.assertEqual(found.id, method.id)
        changed = self.stripe.payment_methods.update(method.id, {"billing_details": {"name": "Jenny"}, "metadata": {"a": "b"}})
        self.assertEqual((changed.billing_details.name, changed.metadata["a"]), ("Jenny", "b"))
        detached = self.stripe.payment_methods.detach(method.id)
        self.assertIsNone(detached.customer)
        self.refused(stripe.InvalidRequestError, self.pay, method.id)

    def test_a_card_that_declines_is_not_kept(self):
        customer = self.stripe.customers.create()
        error = self.refused(
            stripe.CardError, self.stripe.payment_methods.attach, "pm_card_chargeDeclined", {"customer": customer.id}
        )
        self.assertEqual(error.code, "card_declined")
        kept = self.stripe.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
        self.refused(stripe.CardError, self.pay, kept.id, customer=customer.id)

    def test_a_payment_may_keep_its_card(self):
        customer = self.stripe.customers.create()
        intent = self.pay(customer=customer.id, setup_future_usage="off_session")
        later = self.stripe.payment_intents.create(
            {
                "amount": 700,
                "currency": "usd",
                "customer": customer.id,
                "payment_method": intent.payment_method,
                "payment_method_types": ["card"],
                "confirm": True,
                "off_session": True,
            },
            TYPES_NAMED,
        )
        self.assertEqual(later.status, "succeeded")

    def test_setup_intents(self):
        customer = self.stripe.customers.create()
        setup = self.stripe.setup_intents.create({"customer": customer.id, "payment_method_types": ["card"]}, TYPES_NAMED)
        self.assertEqual((setup.object, setup.status, setup.usage), ("setup_intent", "requires_payment_method", "off_session"))
        setup = self.stripe.setup_intents.update(setup.id, {"metadata": {"a": "b"}, "description": "Kept card"})
        self.assertEqual(setup.description, "Kept card")
        setup = self.stripe.setup_intents.confirm(setup.id, {"payment_method": "pm_card_visa"})
        self.assertEqual(setup.status, "succeeded")
        setup = self.stripe.setup_intents.retrieve(setup.id, {"expand": ["payment_method"]})
        self.assertEqual(setup.payment_method.customer, customer.id)
        self.assertEqual([found.id for found in self.stripe.setup_intents.list().data], [setup.id])
        other = self.stripe.setup_intents.create({"payment_method_types": ["card"]}, TYPES_NAMED)
        self.assertEqual(self.stripe.setup_intents.cancel(other.id).status, "canceled")

    def test_a_card_set_up_with_a_challenge_pays_off_session(self):
        customer = self.stripe.customers.create()
        setup = self.stripe.setup_intents.create(
            {
                "customer": customer.id,
                "payment_method": "pm_card_authenticationRequiredOnSetup",
                "payment_method_types": ["card"],
                "confirm": True,
                "use_stripe_sdk": True,
            },
            TYPES_NAMED,
        )
        self.assertEqual(setup.status, "requires_action")
        self.sim.challenge(setup, "complete")
        setup = self.stripe.setup_intents.retrieve(setup.id)
        self.assertEqual(setup.status, "succeeded")
        intent = self.pay(setup.payment_method, customer=customer.id, off_session=True)
        self.assertEqual(intent.status, "succeeded")

    def test_a_declined_setup(self):
        error = self.refused(
            stripe.CardError,
            self.stripe.setup_intents.create,
            {"payment_method": "pm_card_chargeDeclined", "payment_method_types": ["card"], "confirm": True},
            TYPES_NAMED,
        )
        self.assertEqual(error.error.setup_intent.status, "requires_payment_method")
