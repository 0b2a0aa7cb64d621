"""The simulators of Stripe that are compared: each started as it is published, on a port of its own."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import stripe

HERE = pathlib.Path(__file__).parent


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A simulator that runs. `name` and `version` head its column."""

    name = version = ""
    environment = {}

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # Whatever a server writes, it writes here.
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            self.command(),
            cwd=self.folder.name,
            env={**os.environ, "HOME": self.folder.name, **self.environment, "PORT": str(self.port)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not listen on port {self.port}.")

    def command(self):
        raise NotImplementedError

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def client(self, key):
        # The calls send `payment_method_types`, which newer versions do not take.
        version = "2026-05-27.dahlia"
        return stripe.StripeClient(
            key, base_addresses={"api": self.url}, max_network_retries=0, stripe_version=version
        ).v1

    def challenge(self, intent, passed):
        """Does what the customer would do in the bank's challenge, by the way that the simulator has for it."""
        raise NotImplementedError("this simulator has no way to answer a challenge")

    def post(self, path, body, kind):
        request = urllib.request.Request(self.url + path, data=body.encode(), headers={"Content-Type": kind})
        urllib.request.urlopen(request, timeout=10).close()


class Ours(Server):
    name, version = "stripe-sim", "this one"

    def command(self):
        return [os.environ["STRIPE_SIM_BIN"], "--port", str(self.port), "--control"]

    def challenge(self, intent, passed):
        body = json.dumps({"outcome": "complete" if passed else "fail"})
        self.post(f"/_sim/challenges/{intent.id}", body, "application/json")


class LocalStripe(Server):
    name, version = "localstripe", "1.15.10"

    def command(self):
        program = pathlib.Path(sys.executable).with_name("localstripe")
        return [str(program), "--port", str(self.port), "--from-scratch"]

    def challenge(self, intent, passed):
        # What the page that it serves calls.
        form = {"success": "true" if passed else "false", "client_secret": intent.client_secret, "key": "pk_test_12345"}
        body = urllib.parse.urlencode(form)
        self.post(f"/v1/payment_intents/{intent.id}/_authenticate", body, "application/x-www-form-urlencoded")


class StatefulMock(Server):
    name, version = "stripe-stateful-mock", "0.0.16"
    environment = {"LOG_LEVEL": "silent"}

    def command(self):
        return ["node", str(HERE / "node_modules/stripe-stateful-mock/dist/cli.js")]


ALL = [Ours, LocalStripe, StatefulMock]
