"""Which names there are rules for: all elementwise functions of `math` and NumPy that have a derivative, and every family."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats

from s2s import grad
from s2s.errors import MissingRule
from s2s.rules import RULES
from s2s.specialise.handlers import BUILTINS

FAMILIES = """
    where clip maximum minimum max min amax amin abs sign sum mean prod var std cumsum
    matmul dot inner outer vdot tensordot einsum kron trace diag tril triu
    reshape ravel transpose swapaxes moveaxis expand_dims squeeze broadcast_to concatenate stack hstack vstack split tile repeat
    flip roll pad take take_along_axis sort
    linalg.solve linalg.inv linalg.det linalg.slogdet linalg.norm linalg.cholesky
    zeros ones full arange linspace eye empty zeros_like ones_like full_like empty_like identity tri
"""
WITHOUT = {
    "nextafter",  # of the machine's numbers, not of real ones
}  # fmt: skip


def test_every_family_is_there():
    missing = []
    for name in FAMILIES.split():
        function = np
        for part in name.split("."):
            function = getattr(function, part)
        if not RULES.of(function) and function not in RULES.constants:
            missing.append(name)
    assert missing == []


def test_every_elementwise_function_of_numpy():
    ufuncs = {name: f for name, f in vars(np).items() if isinstance(f, np.ufunc)}
    known = {*RULES.rules, *RULES.constants, *RULES.definitions}
    assert {name for name, f in ufuncs.items() if f not in known} == WITHOUT


@pytest.mark.parametrize("name", [name for name in vars(math) if callable(getattr(math, name)) and name[0] != "_"])
def test_every_function_of_math(name):
    function = getattr(math, name)
    known = RULES.of(function) or function in RULES.constants or function in BUILTINS
    assert bool(known) == (name not in {"nextafter", "ulp", "fma", "sumprod"})


def test_a_method_of_a_distribution_is_refused_by_its_whole_name():
    """It was called `scipy.stats.rvs`."""
    with pytest.raises(MissingRule, match=r"scipy\.stats\.norm\.rvs has no derivative rule[\s\S]*loc \+ scale"):
        grad(lambda x: np.sum(scipy.stats.norm.rvs(x, size=3)))(0.3)
