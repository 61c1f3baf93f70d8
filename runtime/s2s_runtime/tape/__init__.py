"""The eager tape: calls recorded as they are made, and walked back.

In: a rule table, values.  Out: `Variable`s that record, cotangents, tangents.  `s2s.eager` has the rule table of this package.
"""

from s2s_runtime.tape.core import TapeError
from s2s_runtime.tape.gradients import Gradients
from s2s_runtime.tape.tape import Tape
from s2s_runtime.tape.variable import Variable

__all__ = ["Gradients", "Tape", "TapeError", "Variable"]
