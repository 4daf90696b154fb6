"""The command line: parse, call the facade, print. Data goes to stdout, everything else to stderr."""

from spasmkg.cli.main import main

__all__ = ["main"]
