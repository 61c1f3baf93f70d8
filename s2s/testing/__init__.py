"""Oracles for derivatives: what a derivative is held against, in this project's tests and in its users'.

from s2s.testing import check_grads

check_grads(loss, (w, b, x, y))       # both modes, order 2; AssertionError names the argument, entry and numbers
"""

from s2s.testing.agreement import check_dot, check_dtypes
from s2s.testing.check import check_grads, check_rule, derivative_checks, taylor_slopes
from s2s.testing.compare import Check
from s2s.testing.dots import Dot
from s2s.testing.numeric import Estimate, complex_step, numeric_grad, numeric_jvp

__all__ = [
    "Check",
    "Dot",
    "Estimate",
    "check_dot",
    "check_dtypes",
    "check_grads",
    "check_rule",
    "complex_step",
    "derivative_checks",
    "numeric_grad",
    "numeric_jvp",
    "taylor_slopes",
]
