"""What is compared: one function for each feature, which makes the SDK's calls and holds what must come of them.

What must come of them is what Stripe's documentation and OpenAPI document say. Nothing is asked that only one simulator
could know, except the answer to a challenge, for which each has its own way.
"""

import stripe

from shop import CARD, feature, hold, refused


@feature("PaymentIntent: created, then confirmed (automatic)")
def _(shop):
    intent = shop.stripe.payment_intents.create(CARD)
    hold(intent.status, "requires_payment_method")
    intent = shop.stripe.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    hold((intent.status, intent.amount_received), ("succeeded", 2500))


@feature("PaymentIntent: created and confirmed in one call")
def _(shop):
    hold(shop.pay().status, "succeeded")


@feature("Manual confirmation in one call, with `use_stripe_sdk`")
def _(shop):
    intent = shop.till()
    hold((intent.status, intent.confirmation_method), ("succeeded", "manual"))


@feature("3-D Secure: `requires_action`, passed, paid (automatic)")
def _(shop):
    intent = shop.challenged(lambda card: shop.pay(card, use_stripe_sdk=True))
    shop.server.challenge(intent, True)
    hold(shop.read(intent).status, "succeeded")


@feature("3-D Secure: passed, `requires_confirmation`, second confirm (manual)")
def _(shop):
    intent = shop.challenged(shop.till)
    shop.server.challenge(intent, True)
    hold(shop.read(intent).status, "requires_confirmation")
    hold(shop.stripe.payment_intents.confirm(intent.id).status, "succeeded")


@feature("3-D Secure: failed, `last_payment_error`, then another card")
def _(shop):
    intent = shop.challenged(shop.till)
    shop.server.challenge(intent, False)
    intent = shop.read(intent)
    hold(intent.last_payment_error.code, "payment_intent_authentication_failure")
    hold(shop.stripe.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status, "succeeded")


@feature("`off_session`: declined with `authentication_required`")
def _(shop):
    refused(
        stripe.CardError, lambda: shop.pay("pm_card_authenticationRequired", off_session=True), code="authentication_required"
    )


@feature("`error_on_requires_action`")
def _(shop):
    call = lambda: shop.pay("pm_card_authenticationRequired", error_on_requires_action=True)
    refused(stripe.CardError, call, code="authentication_required")


@feature("A decline: CardError, decline code, the PaymentIntent in the error")
def _(shop):
    error = refused(stripe.CardError, lambda: shop.pay("pm_card_chargeDeclined"), code="card_declined")
    hold((error.error.decline_code, error.error.payment_intent.status), ("generic_decline", "requires_payment_method"))


@feature("Declines: funds, lost, stolen, expired, CVC, processing")
def _(shop):
    cards = {
        "InsufficientFunds": ("card_declined", "insufficient_funds"),
        "LostCard": ("card_declined", "lost_card"),
        "StolenCard": ("card_declined", "stolen_card"),
        "ExpiredCard": ("expired_card", None),
        "IncorrectCvc": ("incorrect_cvc", None),
        "ProcessingError": ("processing_error", None),
    }
    for card, (code, decline) in cards.items():
        prefix = "pm_card_visa_chargeDeclined" if card in ("LostCard", "StolenCard") else "pm_card_chargeDeclined"
        error = refused(stripe.CardError, lambda: shop.pay(prefix + card), code=code)
        if decline:
            hold(error.error.decline_code, decline)


@feature("After a decline, another card on the same PaymentIntent")
def _(shop):
    intent = shop.stripe.payment_intents.create(CARD)
    confirm = lambda card: shop.stripe.payment_intents.confirm(intent.id, {"payment_method": card})
    refused(stripe.CardError, lambda: confirm("pm_card_chargeDeclined"))
    hold(confirm("pm_card_visa").status, "succeeded")


@feature("PaymentMethod from card data, with the publishable key")
def _(shop):
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    method = shop.page.payment_methods.create({"type": "card", "card": card})
    hold((method.card.brand, method.card.last4), ("visa", "4242"))
    hold(shop.pay(method.id).status, "succeeded")


@feature("PaymentMethods `pm_card_*` of eight brands")
def _(shop):
    for brand in ("visa", "mastercard", "amex", "discover", "diners", "jcb", "unionpay", "visa_debit"):
        hold(shop.pay(f"pm_card_{brand}").status, "succeeded")


@feature("Tokens `tok_*` as PaymentMethods")
def _(shop):
    method = shop.stripe.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    hold(shop.pay(method.id).status, "succeeded")


@feature("A card without a Customer serves one payment")
def _(shop):
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    method = shop.page.payment_methods.create({"type": "card", "card": card})
    shop.pay(method.id)
    refused(stripe.InvalidRequestError, lambda: shop.pay(method.id))


@feature("`description`, `receipt_email`, `statement_descriptor_suffix`, `shipping`")
def _(shop):
    shipping = {"name": "Jenny", "address": {"line1": "1 High St", "city": "York"}}
    intent = shop.pay(
        description="Coats", receipt_email="jenny@example.com", statement_descriptor_suffix="COATS", shipping=shipping
    )
    hold((intent.description, intent.receipt_email), ("Coats", "jenny@example.com"))
    hold((intent.statement_descriptor_suffix, intent.shipping.address.city), ("COATS", "York"))


@feature("`metadata`: merged, and unset key by key")
def _(shop):
    intent = shop.stripe.payment_intents.create({**CARD, "metadata": {"a": "1", "b": "2"}})
    intent = shop.stripe.payment_intents.update(intent.id, {"metadata": {"a": "", "c": "3"}})
    hold(intent.metadata.to_dict(), {"b": "2", "c": "3"})


@feature("Capture: whole, part, never beyond")
def _(shop):
    intent = shop.pay(capture_method="manual")
    hold(intent.status, "requires_capture")
    capture = lambda amount: shop.stripe.payment_intents.capture(intent.id, {"amount_to_capture": amount})
    refused(stripe.InvalidRequestError, lambda: capture(2501))
    hold(capture(1000).amount_received, 1000)
    hold(shop.stripe.payment_intents.capture(shop.pay(capture_method="manual").id).status, "succeeded")


@feature("Cancel, and what is cancelled stays so")
def _(shop):
    intent = shop.stripe.payment_intents.create(CARD)
    hold(shop.stripe.payment_intents.cancel(intent.id).status, "canceled")
    confirm = lambda: shop.stripe.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    refused(stripe.InvalidRequestError, confirm, code="payment_intent_unexpected_state")


@feature("A paid PaymentIntent cannot be confirmed again")
def _(shop):
    intent = shop.pay()
    confirm = lambda: shop.stripe.payment_intents.confirm(intent.id)
    refused(stripe.InvalidRequestError, confirm, code="payment_intent_unexpected_state")


@feature("Refunds of a PaymentIntent: whole and in parts")
def _(shop):
    intent = shop.pay()
    hold(shop.stripe.refunds.create({"payment_intent": intent.id, "amount": 1000}).status, "succeeded")
    hold(shop.stripe.refunds.create({"payment_intent": intent.id}).amount, 1500)


@feature("Refunds never exceed the payment")
def _(shop):
    intent = shop.pay()
    refund = lambda **params: shop.stripe.refunds.create({"payment_intent": intent.id, **params})
    refused(stripe.InvalidRequestError, lambda: refund(amount=2501))
    refund()
    refused(stripe.InvalidRequestError, refund, code="charge_already_refunded")


@feature("Asynchronous refunds (`pending`)")
def _(shop):
    refund = shop.stripe.refunds.create({"payment_intent": shop.pay("pm_card_pendingRefund").id})
    hold(refund.status, "pending")


@feature("Charges of payments: retrieve, list")
def _(shop):
    intent = shop.pay()
    charge = shop.stripe.charges.retrieve(intent.latest_charge)
    hold((charge.paid, charge.payment_intent), (True, intent.id))
    hold([found.id for found in shop.stripe.charges.list({"payment_intent": intent.id}).data], [charge.id])


@feature("The older Charges API: a charge of a token")
def _(shop):
    charge = shop.charge()
    hold((charge.paid, charge.amount), (True, 2500))


@feature("The older Charges API: a decline")
def _(shop):
    error = refused(stripe.CardError, lambda: shop.charge(source="tok_chargeDeclinedInsufficientFunds"), code="card_declined")
    hold(error.error.decline_code, "insufficient_funds")


@feature("The older Charges API: hold, capture in part")
def _(shop):
    charge = shop.charge(capture=False)
    hold(charge.captured, False)
    hold(shop.stripe.charges.capture(charge.id, {"amount": 1000}).amount_refunded, 1500)


@feature("The older Charges API: refunds in parts, never beyond")
def _(shop):
    charge = shop.charge()
    refund = lambda **params: shop.stripe.refunds.create({"charge": charge.id, **params})
    hold(refund(amount=1000).status, "succeeded")
    refused(stripe.InvalidRequestError, lambda: refund(amount=1501))
    hold(refund().amount, 1500)


@feature("The older Charges API: idempotency")
def _(shop):
    call = lambda amount: shop.charge(amount, {"idempotency_key": f"charge-{shop.tail}"})
    hold(call(2500).id, call(2500).id)
    refused(stripe.IdempotencyError, lambda: call(2600))


@feature("Disputes, as the dispute cards make them")
def _(shop):
    intent = shop.pay("pm_card_createDispute")
    hold([dispute.amount for dispute in shop.stripe.disputes.list({"payment_intent": intent.id}).data], [2500])


@feature("Customers: create, retrieve, update, list, delete")
def _(shop):
    customer = shop.stripe.customers.create({"email": "jenny@example.com"})
    shop.stripe.customers.update(customer.id, {"name": "Jenny"})
    hold(shop.stripe.customers.retrieve(customer.id).name, "Jenny")
    hold(customer.id in [found.id for found in shop.stripe.customers.list({"limit": 100}).data], True)
    hold(shop.stripe.customers.delete(customer.id).deleted, True)


@feature("A card kept by a Customer pays twice, off session")
def _(shop):
    customer = shop.stripe.customers.create({"email": "jenny@example.com"}).id
    method = shop.stripe.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    for _ in range(2):
        hold(shop.pay(method, customer=customer, off_session=True).status, "succeeded")
    hold([found.id for found in shop.stripe.payment_methods.list({"customer": customer, "type": "card"}).data], [method])


@feature("SetupIntents keep a card")
def _(shop):
    customer = shop.stripe.customers.create({"email": "jenny@example.com"}).id
    setup = shop.stripe.setup_intents.create({"customer": customer, "payment_method_types": ["card"]})
    setup = shop.stripe.setup_intents.confirm(setup.id, {"payment_method": "pm_card_visa"})
    hold(setup.status, "succeeded")
    hold(shop.pay(setup.payment_method, customer=customer, off_session=True).status, "succeeded")


@feature("Subscriptions (Billing)")
def _(shop):
    customer = shop.stripe.customers.create({"email": "jenny@example.com"}).id
    product = shop.stripe.products.create({"name": "Gold", "type": "service"}).id
    plan = {"amount": 500, "currency": "usd", "interval": "month", "product": product}
    plan = shop.stripe.plans.create(plan).id
    method = shop.stripe.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    shop.stripe.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})
    subscription = shop.stripe.subscriptions.create({"customer": customer, "items": [{"plan": plan}]})
    hold(subscription.status, "active")


@feature("Lists: pages forwards and backwards")
def _(shop):
    ids = [shop.pay().id for _ in range(5)]
    pages = shop.stripe.payment_intents.list({"limit": 2}).auto_paging_iter()
    hold([next(pages).id for _ in range(5)], ids[::-1])
    pages = shop.stripe.payment_intents.list({"limit": 2, "ending_before": ids[0]}).auto_paging_iter()
    hold([intent.id for intent in pages], ids[1:])


@feature("Lists: `created` filters")
def _(shop):
    intent = shop.pay()
    found = lambda created: [one.id for one in shop.stripe.payment_intents.list({"created": created}).data]
    hold(intent.id in found({"gte": intent.created}), True)
    hold(found({"gt": intent.created + 60}), [])


@feature("Search")
def _(shop):
    page = shop.stripe.payment_intents.search({"query": "status:'succeeded'"})
    hold(page.object, "search_result")


@feature("`expand`, two levels deep")
def _(shop):
    intent = shop.pay(expand=["latest_charge.payment_intent"])
    hold(intent.latest_charge.payment_intent.id, intent.id)


@feature("Unknown parameters are refused by name")
def _(shop):
    call = lambda: shop.stripe.payment_intents.create({**CARD, "colour": "red"})
    refused(stripe.InvalidRequestError, call, code="parameter_unknown", param="colour")


@feature("Amounts under the minimum are refused")
def _(shop):
    call = lambda: shop.stripe.payment_intents.create({**CARD, "amount": 10})
    refused(stripe.InvalidRequestError, call, code="amount_too_small")


@feature("Idempotency: the same key pays once")
def _(shop):
    call = lambda: shop.stripe.payment_intents.create(CARD, {"idempotency_key": f"once-{shop.tail}"})
    first, again = call(), call()
    hold(again.id, first.id)
    hold(again.last_response.headers.get("idempotent-replayed"), "true")


@feature("Idempotency: other parameters under the key are refused")
def _(shop):
    call = lambda amount: shop.stripe.payment_intents.create({**CARD, "amount": amount}, {"idempotency_key": f"other-{shop.tail}"})
    call(2500)
    refused(stripe.IdempotencyError, lambda: call(2600))


@feature("What does not exist: 404 `resource_missing`")
def _(shop):
    error = refused(stripe.InvalidRequestError, lambda: shop.stripe.payment_intents.retrieve("pi_none"), code="resource_missing")
    hold(error.http_status, 404)


@feature("An unknown key: AuthenticationError")
def _(shop):
    refused(stripe.AuthenticationError, shop.server.client("nonsense").payment_intents.list)


@feature("A restricted key without the permission: PermissionError")
def _(shop):
    refused(stripe.PermissionError, shop.server.client(f"rk_test_{shop.tail}").accounts.retrieve_current)


@feature("The page reads a payment by its client secret")
def _(shop):
    intent = shop.stripe.payment_intents.create({**CARD, "metadata": {"cost": "3"}})
    seen = shop.page.payment_intents.retrieve(intent.id, {"client_secret": intent.client_secret})
    hold((seen.id, "metadata" in seen.to_dict()), (intent.id, False))


@feature("Two keys are two accounts")
def _(shop):
    intent = shop.stripe.payment_intents.create(CARD)
    other = shop.server.client("sk_test_somebodyElse1")
    refused(stripe.InvalidRequestError, lambda: other.payment_intents.retrieve(intent.id))


@feature("Balance, and balance transactions with fees")
def _(shop):
    shop.pay(capture_method="automatic")
    shop.stripe.balance.retrieve()
    row = shop.stripe.balance_transactions.list({"limit": 1}).data[0]
    hold((row.amount, row.net), (2500, 2500 - row.fee))
    hold(row.fee > 0, True)


@feature("Events: list, retrieve")
def _(shop):
    intent = shop.pay()
    event = next(event for event in shop.stripe.events.list({"limit": 10}).data if event.type == "payment_intent.succeeded")
    hold(shop.stripe.events.retrieve(event.id).data.object.id, intent.id)


@feature("Account")
def _(shop):
    hold(shop.stripe.accounts.retrieve_current().object, "account")


@feature("Each answer has a request id")
def _(shop):
    hold((shop.stripe.payment_intents.create(CARD).last_response.request_id or "")[:4], "req_")
