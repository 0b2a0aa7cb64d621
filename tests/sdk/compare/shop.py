"""What every compared feature stands on: one account at one simulator, and what a call must come to."""

import stripe

CARD = {"amount": 2500, "currency": "usd", "payment_method_types": ["card"]}
FEATURES = []


def feature(name):
    def add(function):
        FEATURES.append((name, function))
        return function

    return add


def hold(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")


def refused(kind, call, **wanted):
    """The call must end with this class of error; `wanted` are fields of its body."""
    try:
        call()
    except stripe.StripeError as error:
        hold(type(error).__name__, kind.__name__)
        for name, value in wanted.items():
            hold(getattr(error.error, name, None), value)
        return error
    raise AssertionError(f"answered, instead of {kind.__name__}")


class Shop:
    """One account at one simulator."""

    def __init__(self, server, tail):
        self.server = server
        self.stripe, self.page = server.client(f"sk_test_{tail}"), server.client(f"pk_test_{tail}")
        self.tail = tail

    def pay(self, card="pm_card_visa", **params):
        """Automatic confirmation, in one call: the least that any simulator of PaymentIntents plays."""
        return self.stripe.payment_intents.create({**CARD, "payment_method": card, "confirm": True, **params})

    def till(self, card="pm_card_visa", **params):
        """Manual confirmation, in one call, as a server does that finishes payments itself."""
        return self.pay(card, confirmation_method="manual", use_stripe_sdk=True, **params)

    def charge(self, amount=2500, options=None, **params):
        """Without a PaymentIntent, as shops did before there were any."""
        return self.stripe.charges.create({"amount": amount, "currency": "usd", "source": "tok_visa", **params}, options)

    def challenged(self, pay):
        intent = pay("pm_card_authenticationRequired")
        hold((intent.status, intent.next_action.type), ("requires_action", "use_stripe_sdk"))
        return intent

    def read(self, intent):
        return self.stripe.payment_intents.retrieve(intent.id)
