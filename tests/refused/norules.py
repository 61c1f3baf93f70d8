"""Functions that have no rule yet: found by looking into the registry, so that a new rule needs no change here."""

import importlib
import pkgutil

import numpy as np
import scipy.special

import s2s.rules
from refused.case import Refusal
from s2s.rules.declare import RULES

CANDIDATES = [
    scipy.special.mathieu_a,
    scipy.special.mathieu_b,
    scipy.special.pbwa,
    scipy.special.tklmbda,
    np.nextafter,
]


def takes_two(function):
    return getattr(function, "nin", 2) == 2


def without_rule():
    """The candidates that take two arguments, and that no module of rules declares."""
    for info in pkgutil.iter_modules(s2s.rules.__path__):
        importlib.import_module(f"s2s.rules.{info.name}")
    return [
        function
        for function in CANDIDATES
        if takes_two(function) and not RULES.of(function) and function not in RULES.constants
    ]


WITHOUT_RULE = without_rule()
unruly = WITHOUT_RULE[0]


def calls_what_has_no_rule(x):
    print("running")
    y = np.sin(x) * 2
    return y * unruly(x, y)  # refused


def passes_what_has_no_rule(x):
    print("running")
    return applied(unruly, x)


def applied(f, x):
    return 2 * f(x, x)  # refused


REFUSED = [
    Refusal(calls_what_has_no_rule, (0.7,), "unruly(x, y)", "rule"),
    Refusal(passes_what_has_no_rule, (0.7,), "f(x, x)", "rule", within=applied),
]
