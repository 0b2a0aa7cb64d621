"""Runs the suite against one simulator, and says in the end how many tests passed and failed.

    STRIPE_SIM_BIN=.../checked-sim python tests/sdk/python/run.py [words]

With words, only tests whose name contains one. The whole suite fails when an operation of Stripe's schema was not
answered with 200 at least once, but for those in NEVER.
"""

import pathlib
import sys
import unittest

from simulator import Case, Simulator

# No refund of a card ever waits for the customer, and only such a refund can be cancelled: a test holds the refusal.
NEVER = ["POST /v1/refunds/{refund}/cancel"]


def wanted(suite, words):
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from wanted(part, words)
        elif not words or any(word in part.id() for word in words):
            yield part


def main():
    words = sys.argv[1:]
    found = unittest.defaultTestLoader.discover(str(pathlib.Path(__file__).parent))
    Case.sim = Simulator()
    try:
        result = unittest.TextTestRunner(verbosity=2).run(unittest.TestSuite(wanted(found, words)))
        failed = len(result.failures) + len(result.errors)
        passed = result.testsRun - failed - len(result.skipped)
        seen = Case.sim.seen()
    finally:
        Case.sim.stop()
    print(f"{seen['answers']} answers were held against Stripe's schema.")
    if not words:
        if seen["missing"] != NEVER:
            print("Operations of the schema that were never answered with 200:", *seen["missing"], sep="\n  ")
            failed += 1
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
