"""Ways to call a function that have no derivative here: refused at the user's line, with the argument that is in the way."""

from __future__ import annotations

import numpy as np
import pytest

from rules.written import functions_of
from s2s import jvp, vjp
from s2s.errors import Refused

X = np.random.default_rng(5).uniform(0.2, 1.8, (2, 3))

CALLS = {
    "np.sin(x, where=x > 1.0)": "'where'",
    "np.add(x, x, dtype=np.float32)": "'dtype'",
    "np.prod(x, dtype=np.float32)": "'dtype'",
    "np.reshape(x, (3, 2), 'A')": "order='A'",
    "np.ravel(x, 'K')": "order='K'",
    "np.pad(x, 1, mode='reflect', reflect_type='odd')": "'reflect_type'",
    "np.concatenate([x, x], dtype=np.float32)": "'dtype'",
    "np.var(x, ddof=x[0, 0])": "no derivative by ddof",
    "np.nan_to_num(x, copy=False)": "change it in place",
    "np.power.reduce(x)": "reduce",
    "np.nextafter(x, 2.0)": "numpy.nextafter has no derivative rule",
    "np.einsum(x, list(map(int, x[0])), [0])": "not known",
    "pow(x, 2, None)": "pow() with these arguments",
    "x.flatten('F', 1)": "flatten() with these arguments",
    "np.vectorize(math.sin, otypes=[np.float32])(x)": "otypes other than float",
}
FUNCTIONS = functions_of(list(CALLS), "refused_calls")


@pytest.mark.parametrize(("function", "reason"), list(zip(FUNCTIONS, CALLS.values())), ids=CALLS)
def test_it_says_where_and_why(function, reason):
    with pytest.raises(Refused) as caught:
        vjp(function, X)
    text = str(caught.value)
    assert reason in text
    assert f"refused_calls.py:{function.__code__.co_firstlineno + 1}:" in text
    assert "^" in text


ACTIVE = {
    "special.jv(y, x)": "by v",
    "np.var(x, ddof=y)": "by ddof",
    "np.linalg.norm(x, y)": "by ord",
    "np.nan_to_num(x, nan=y)": "by nan",
    "special.jv([y, 1.0, 2.0], x)": "by v",
}
BESIDE = functions_of(list(ACTIVE), "active_beside")


@pytest.mark.parametrize(("function", "reason"), list(zip(BESIDE, ACTIVE.values())), ids=ACTIVE)
@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_a_part_without_a_derivative_is_not_left_out(function, reason, mode):
    """What one argument contributes is known, what the other one does is not: there is no sum of the two."""
    with pytest.raises(Refused, match=f"no derivative {reason}"):
        jvp(function, (X, 1.5), (X, 1.0)) if mode == "forward" else vjp(function, X, 1.5)


def test_no_kernel_of_ours_is_proposed():
    (function,) = functions_of(["np.nextafter(x, 1.0)"], "no_rule")
    with pytest.raises(Refused) as caught:
        vjp(function, X)
    assert "s2s_runtime" not in str(caught.value)
