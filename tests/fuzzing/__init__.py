"""Malformed inputs for everything that reads what others wrote.

    python -m tests.fuzzing [--quick 1000000] [--heavy 50000] [--seed 1] [--only html,pdf]

`mutations` makes the inputs, `targets` are the parsers as the product calls them, `__main__` runs them in children with
bounds. An input is named by seed, target and number, and made anew from these; what was ever found stands in `kept/`
and runs with the suite.
"""
