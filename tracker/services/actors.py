"""Owns who acts: a person with an account, or the command line in the name of whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, as it is written beside every change; `address` is where from."""

    name: str
    address: str = ""


#: Whoever can run the command line owns the instance.
COMMAND_LINE = Actor("命令行")
