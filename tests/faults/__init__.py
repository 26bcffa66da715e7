"""Faults of the world around the site, made on real processes: what people see meanwhile, and what is left afterwards.

    python -m tests.faults [--only full,locked] [--patience 1]

Each fault meets an installation of its own in the middle of a scrape: web and both clusters under a service manager, a
small disk, a language model and a brand's site on loopback. `ground` is that installation and what is asked of it,
`keeper` its service manager, `names` its resolver, `injected` are the faults, `__main__` makes them and prints the table. Needs root for mounts;
what a machine cannot do is named as skipped. tests/halilit/test_faults.py is the short form.
"""
