"""Prints, feature by feature, what this simulator and two others make of the same calls of the official SDK.

    STRIPE_SIM_BIN=.../stripe-sim python tests/sdk/compare/run.py [--reasons]

With --reasons, why each feature failed is told below the table.
"""

import datetime
import sys

import stripe

import features  # noqa: F401 (adds to FEATURES)
from servers import ALL
from shop import FEATURES, Shop


def outcome(server, number, function):
    """None when the feature is there; otherwise the reason in a line."""
    if server.process.poll() is not None:
        return "the simulator has ended"
    try:
        function(Shop(server, f"compare{number:04}"))
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())}"[:160]
    return None


def main():
    columns = []
    for kind in ALL:
        server = kind()
        try:
            columns.append([outcome(server, number, function) for number, (_, function) in enumerate(FEATURES)])
        finally:
            server.stop()
    day = datetime.date.today().isoformat()
    print(f"Through the official SDK for Python {stripe.VERSION}, {day}.\n")
    print("| feature | " + " | ".join(f"{kind.name} ({kind.version})" for kind in ALL) + " |")
    print("|---|" + "---|" * len(ALL))
    for number, (name, _) in enumerate(FEATURES):
        print(f"| {name} | " + " | ".join("fail" if column[number] else "pass" for column in columns) + " |")
    sums = [f"{column.count(None)} of {len(FEATURES)}" for column in columns]
    print("| **all** | " + " | ".join(f"**{text}**" for text in sums) + " |")
    if "--reasons" in sys.argv[1:]:
        for kind, column in zip(ALL, columns):
            print(f"\n{kind.name}:")
            for (name, _), reason in zip(FEATURES, column):
                if reason:
                    print(f"  {name}\n    {reason}")


main()
