"""The practice API server. Tests use `PracticeServer`; `python -m practice` runs it alone."""

from practice.server.faults import Fault, Faults
from practice.server.server import PracticeServer
from practice.server.users import Rule

__all__ = ("Fault", "Faults", "PracticeServer", "Rule")
