"""Source that is shown before any call: nothing is known of the arguments, and the numbers are the same.

Some programs can only be taken apart once their arguments are known (a dict's keys, a function that is passed in): these
are refused here, by name of the reason, and never give another number.
"""

import numpy as np
import pytest

from language import oracle
from language.corpus import all_programs

REFUSALS = (
    "a derivative would pass through", "a key that is computed", "the length of what is unpacked", "the keys of what is unpacked",
    "sorted() of values", "used as a value", "there is no key", "the keys of this dict", "never settles", "loop over", "is a function",
    "of one kind", "which is not known", "number of axes is not known", "whether this", "is changed in place", "several names",
    "a value of an unknown type", "or of unknown ones", "not known to be a matrix", "anything but a vector", "or along an axis",
    "goes through this array", "without an end that is known",
    "changed places", "of unknown rank", "does not take", "what it does with it is not known",
)  # fmt: skip

SHORT_OF = {"distances/infinite_and_then_replaced": "what a store replaced is NaN, not 0, where shapes are not known"}


@pytest.fixture(scope="module")
def s2s():
    return pytest.importorskip("s2s")


@pytest.mark.parametrize("program", all_programs())
def test_the_source_for_unknown_arguments(s2s, program, rng, request):
    from s2s.arguments import unbundle
    from s2s.errors import Refused
    from s2s.fitting import fit
    from s2s.kinds import Request
    from s2s.pipeline import derive
    from s2s.specialise import parameter_names
    from s2s.specialise.outside import Environment

    reason = SHORT_OF.get(request.node.callspec.id)
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    function, args = program.function, program.fresh_args()
    callee = unbundle(function)
    if callee.args or callee.kwargs or len(parameter_names(callee.function, None)) != len(args):
        pytest.skip("its arguments cannot be told from its signature")
    if any(isinstance(arg, (str, type(None))) or callable(arg) for arg in args):
        pytest.skip("an argument that is no value")
    try:
        derived = derive(callee.function, Request("split", tuple(program.active)))
    except Refused as refusal:
        assert any(text in refusal.reason for text in REFUSALS), refusal  # noqa: PT017
        return
    forward, reverse = derived.callables()
    environment = Environment(callee.function, tuple(args))
    captures = zip(derived.sources[0].captured, derived.specialised.captures, strict=True)
    captured = {name: capture.get(environment) for name, capture in captures}
    result, residuals = forward(*args, **captured)
    cotangent = oracle.random_cotangent(result, rng)
    found = reverse(*residuals, cotangent)
    _, pullback = s2s.vjp(function, *program.fresh_args())
    wanted = pullback(cotangent)
    for position, bar in zip(program.active, found, strict=True):
        oracle.assert_same_derivative(fit(bar, args[position]), wanted[position], np.finfo(float).eps)
