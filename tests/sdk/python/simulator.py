"""The simulator as the suites use it: one process behind its checking door, a new account for each test.

The SDK is used as it is published. Only the address that it talks to is another.
"""

import itertools
import json
import os
import subprocess
import unittest
import urllib.error
import urllib.request

import stripe

# The version of a call that sends `payment_method_types`: the SDK's own version, endive, no longer takes it.
TYPES_NAMED = {"stripe_version": "2026-05-27.dahlia"}

_tails = itertools.count(1)


class Simulator:
    """A running simulator. `url` is where the SDK talks to; the control routes are called here directly."""

    def __init__(self):
        program = os.environ["STRIPE_SIM_BIN"]
        self.process = subprocess.Popen([program, "--port", "0", "--control", "--quiet"], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith("http://127.0.0.1:"):
            raise RuntimeError(f"{program} named no address, but said {self.url!r}.")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def _json(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data=data), timeout=10) as answer:
            return json.load(answer)

    def advance(self, seconds):
        self._json("/_sim/clock", {"advance_s": seconds})

    def challenge(self, intent, outcome):
        """Does what the customer would do in the bank's challenge: `complete`, `fail` or `cancel`."""
        self._json(f"/_sim/challenges/{intent.id}", {"outcome": outcome})

    def account(self, key, **settings):
        """What Stripe has enabled the account for, and what its restricted key may do."""
        self._json("/_sim/account", {"key": key, "settings": settings})

    def decline_codes(self):
        """Every decline code that can be played, whether a test card has it or not."""
        return self._json("/_sim/declines")["decline_codes"]

    def decline_next(self, code):
        self._json("/_sim/declines", {"decline_code": code})

    def faults(self, *rules):
        self._json("/_sim/faults", {"rules": list(rules)})

    def fault(self, method, path, fault, next=1, moment="before"):
        self.faults({"method": method, "path": path, "next": next, "moment": moment, "fault": fault})

    def requests(self):
        return self._json("/_sim/ledger")["requests"]

    def seen(self):
        return self._json("/_schema/seen")


class Case(unittest.TestCase):
    """A test with an account of its own: `self.stripe` holds its secret key, `self.page` its publishable key."""

    sim: Simulator = None

    def setUp(self):
        self.tail = f"python{next(_tails):05}"
        self.stripe = self.client(f"sk_test_{self.tail}")
        self.page = self.client(f"pk_test_{self.tail}")

    def tearDown(self):
        self.sim.faults()

    def client(self, key, **options):
        return stripe.StripeClient(key, base_addresses={"api": self.sim.url}, **options).v1

    def pay(self, payment_method="pm_card_visa", **params):
        """One call as a till makes it: created, confirmed by hand, paid by card."""
        return self.stripe.payment_intents.create(
            {
                "amount": 2500,
                "currency": "usd",
                "payment_method": payment_method,
                "payment_method_types": ["card"],
                "confirmation_method": "manual",
                "confirm": True,
                "use_stripe_sdk": True,
                **params,
            },
            TYPES_NAMED,
        )

    def key_card(self, number, **params):
        """A PaymentMethod as the page makes it: from card data, with the publishable key."""
        card = {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
        return self.page.payment_methods.create({"type": "card", "card": card, **params})

    def refused(self, error, call, *arguments, **named):
        """The error that a call must end with. Its class is held exactly: a subclass is another error."""
        with self.assertRaises(error) as caught:
            call(*arguments, **named)
        self.assertIs(type(caught.exception), error, caught.exception)
        return caught.exception
