"""`omloop demo`: load the demo group of companies; again changes nothing."""

from argparse import ArgumentParser, Namespace

from omloop.cli.start import django


def add_arguments(parser: ArgumentParser) -> None:
    """No arguments."""


def run(arguments: Namespace) -> int:
    """Load, and say what was done."""
    with django():
        from omloop.demo.load import load_demo

        for line in load_demo():
            print(line, flush=True)
    return 0
