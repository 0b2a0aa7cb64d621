"""The lines that the simulator's README shows for this SDK do what it says they do."""

import contextlib
import io
import pathlib

from simulator import Case

README = pathlib.Path(__file__).parents[3] / "src-tauri/crates/stripe-sim/README.md"
ADDRESS = "http://127.0.0.1:12111"


class Readme(Case):
    def test_its_lines_for_python_pay(self):
        lines = README.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
        self.assertEqual(lines.count(ADDRESS), 1, lines)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(lines.replace(ADDRESS, self.sim.url), str(README), "exec"), {})
        self.assertEqual(said.getvalue(), "succeeded\n")
        self.assertIn("print(payment.status)  # succeeded", lines)
