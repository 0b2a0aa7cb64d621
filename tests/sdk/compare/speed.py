"""Prints how fast this simulator and localstripe create and confirm payments, one beside the other in the same run.

    STRIPE_SIM_BIN=.../stripe-sim python tests/sdk/compare/speed.py [calls]

A call is one POST that creates a PaymentIntent and confirms it, over a connection that stays open, from a plain HTTP
client: an SDK's own time would hide the difference. The times are the caller's; the client, the simulator and whatever
else runs share the machine. The two take turns, so that neither has the quieter hour.
"""

import datetime
import http.client
import os
import statistics
import sys
import threading
import time
import urllib.parse

from servers import LocalStripe, Ours

ROUNDS = 5
TOGETHER = 8
BODY = urllib.parse.urlencode(
    {
        "amount": 2500,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "payment_method_types[]": "card",
        "confirm": "true",
    }
)
HEADERS = {
    "Authorization": "Bearer sk_test_speed00001",
    "Content-Type": "application/x-www-form-urlencoded",
}


def calls(port, count, times):
    """Makes `count` calls one after the other over one connection; adds how long each took, in milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(count):
        started = time.perf_counter()
        connection.request("POST", "/v1/payment_intents", BODY, HEADERS)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - started) * 1000)
        if answer.status != 200 or b'"succeeded"' not in body:
            raise SystemExit(f"A payment did not succeed: {answer.status} {body[:300]!r}")
    connection.close()


def together(port, count):
    """The same over several connections at once. How many calls were answered in a second."""
    each = max(1, count // TOGETHER)
    threads = [threading.Thread(target=calls, args=(port, each, [])) for _ in range(TOGETHER)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return each * TOGETHER / (time.perf_counter() - started)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    servers = [Ours(), LocalStripe()]
    times = {server.name: [] for server in servers}
    rates = {server.name: [] for server in servers}
    try:
        for server in servers:
            calls(server.port, 20, [])
        for _ in range(ROUNDS):
            for server in servers:
                calls(server.port, count // ROUNDS, times[server.name])
                rates[server.name].append(together(server.port, count // ROUNDS))
    finally:
        for server in servers:
            server.stop()
    day = datetime.date.today().isoformat()
    print(f"{count} calls each over one connection, and {count} over {TOGETHER}, {os.cpu_count()} processors, {day}.\n")
    print("| create + confirm | median | p99 | calls a second, 1 connection | calls a second, 8 connections |")
    print("|---|---|---|---|---|")
    for server in servers:
        found = sorted(times[server.name])
        median, p99 = statistics.median(found), found[min(len(found) - 1, int(len(found) * 0.99))]
        alone, many = 1000 / statistics.mean(found), statistics.median(rates[server.name])
        print(f"| {server.name} ({server.version}) | {median:.2f} ms | {p99:.2f} ms | {alone:.0f} | {many:.0f} |")


main()
