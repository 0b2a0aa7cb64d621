"""Lists and searches: pages both ways, by time, by owner, by query."""

import stripe

from simulator import Case


class Lists(Case):
    def pay_many(self, count):
        return [self.pay(metadata={"number": str(number)}).id for number in range(count)]

    def test_pages_both_ways(self):
        ids = self.pay_many(7)
        newest_first = list(reversed(ids))
        page = self.stripe.payment_intents.list({"limit": 3})
        self.assertEqual(([intent.id for intent in page.data], page.has_more), (newest_first[:3], True))
        forward = [intent.id for intent in page.auto_paging_iter()]
        self.assertEqual(forward, newest_first)
        page = self.stripe.payment_intents.list({"limit": 3, "ending_before": ids[0]})
        backward = [intent.id for intent in page.auto_paging_iter()]
        self.assertEqual(backward, ids[1:])
        rest = self.stripe.payment_intents.list({"limit": 100, "starting_after": newest_first[4]})
        self.assertEqual(([intent.id for intent in rest.data], rest.has_more), (newest_first[5:], False))

    def test_by_time(self):
        early = self.pay()
        self.sim.advance(60)
        late = self.pay()
        self.assertGreaterEqual(late.created, early.created + 60)

        def found(**created):
            return [intent.id for intent in self.stripe.payment_intents.list({"created": created}).data]

        self.assertEqual(found(gt=early.created), [late.id])
        self.assertEqual(found(gte=early.created), [late.id, early.id])
        self.assertEqual(found(lt=late.created), [early.id])
        self.assertEqual(found(gte=early.created, lte=early.created), [early.id])
        exact = self.stripe.payment_intents.list({"created": late.created}).data
        self.assertEqual([intent.id for intent in exact], [late.id])

    def test_limits_and_unknown_places_are_refused(self):
        for params in ({"limit": 0}, {"limit": 101}, {"starting_after": "pi_none"}, {"status": "succeeded"}):
            error = self.refused(stripe.InvalidRequestError, self.stripe.payment_intents.list, params)
            self.assertIn(error.param, ("limit", "starting_after", "status"))

    def test_searching_payments(self):
        ids = self.pay_many(3)
        self.refused(stripe.CardError, self.pay, "pm_card_chargeDeclined", metadata={"number": "1"})
        # What was just written is not found at once.
        self.sim.advance(120)
        search = self.stripe.payment_intents.search
        found = search({"query": "status:'succeeded' AND metadata['number']:'1'"})
        self.assertEqual([intent.id for intent in found.data], [ids[1]])
        page = search({"query": "status:'succeeded'", "limit": 2})
        self.assertEqual((len(page.data), page.has_more, page.next_page is not None), (2, True, True))
        self.assertEqual(sorted(intent.id for intent in page.auto_paging_iter()), sorted(ids))
        self.refused(stripe.InvalidRequestError, search, {"query": "colour:'red'"})

    def test_searching_charges_and_customers(self):
        self.pay()
        customer = self.stripe.customers.create({"email": "jenny@example.com", "name": "Jenny Rosen"})
        self.sim.advance(120)
        charges = self.stripe.charges.search({"query": "amount>2000 AND currency:'usd'"})
        self.assertEqual([charge.amount for charge in charges.data], [2500])
        customers = self.stripe.customers.search({"query": "email:'jenny@example.com'"})
        self.assertEqual([found.id for found in customers.data], [customer.id])
