"""What is shown of a derivative: its text, the program after one stage of the way, what was taken as known.

In: a transform or a function, and example arguments (or none).  Out: text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2s import facts
from s2s.accounts import accounts
from s2s.emit import emit
from s2s.jit.choice import Choice, settled
from s2s.kinds import Request
from s2s.optimise import optimise
from s2s.pipeline import Derived, derive, header
from s2s.specialise import parameter_names
from s2s.tiers import Tier

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.code import Variant

STAGES = ("parsed", "normalised", "specialised", "differentiated", "optimised", "final")


def source_of(
    transform: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    mode: str | None = None,
    lowered: bool = False,
    check_nan: bool = False,
) -> str:
    """The text of a transform, for arguments like these or for unknown ones.

    `lowered`: as the loop nests that are compiled; `check_nan`: as the NumPy code that watches itself.
    """
    derived, choice = derived_for(transform, args, kwargs, mode), settled(transform.options, transform.function)
    if lowered:
        return "\n\n".join(source.text for variant in lowered_forms(derived, choice) for source in variant.sources)
    sources = derived.watched() if check_nan else derived.sources
    return "\n\n".join(source.text for source in sources)


def lowered_forms(derived: Derived, choice: Choice) -> list[Variant]:
    """What is compiled of a derivative, for the lengths of its example arguments."""
    from s2s.code import shown
    from s2s.lower import missing

    without = missing(derived.functions)
    sizes, options = derived.specialised.sizes, choice.for_compiling()
    return [shown(function, derived.header, sizes, without, options) for function in derived.functions]


def derived_for(transform: Any, args: tuple[Any, ...], kwargs: dict[str, Any], mode: str | None = None) -> Derived:
    from s2s.arguments import unbundle

    kind = mode or {"jacfwd": "linearize", "jacrev": "split"}.get(transform.kind, transform.kind) or "vjp"
    if kind == "hvp":
        return derived_for(_pushed_gradient(transform), args, kwargs, "jvp")
    callee = unbundle(transform.function)
    argnums = transform.argnums if transform.argnums is not None or transform.argnames else None
    if args or kwargs:
        callee, call = call_of(transform, args, kwargs, kind)
        request = Request(
            kind, call.wrt, transform.single or (kind == "grad" and len(call.wrt) == 1), transform.has_aux
        )
        return derive(callee.function, request, call.args, call.kwargs)
    count = len(parameter_names(callee.function, None))
    numbers = [argnums] if isinstance(argnums, int) else argnums
    wrt = tuple(range(count)) if numbers is None else tuple(n % max(count, 1) for n in numbers)
    if kind in ("grad", "value_and_grad") and numbers is None:
        wrt = wrt[:1]
    return derive(callee.function, Request(kind, wrt, transform.single or len(wrt) == 1, transform.has_aux))


def call_of(transform: Any, args: tuple[Any, ...], kwargs: dict[str, Any], kind: str = "vjp") -> tuple[Callee, Call]:
    """The function inside a transform and its arguments: by all that may be differentiated, if nothing else was asked for."""
    from s2s.arguments import arranged, unbundle
    from s2s_runtime import tree

    callee = unbundle(transform.function)
    argnums = transform.argnums
    if argnums is None and not transform.argnames:
        argnums = [k for k, a in enumerate(args) if any(tree.is_differentiable(leaf) for leaf in tree.flatten(a)[0])]
        if kind in ("grad", "value_and_grad"):
            argnums = argnums[:1]
    return callee, arranged(callee, args, kwargs, argnums, transform.argnames)


def _pushed_gradient(transform: Any) -> Any:
    from s2s.transforms import Gradient, Transform

    return Transform(Gradient(transform.function, 0), None)


def explain(transform: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """What is differentiated, what is recorded, and what was taken as known."""
    derived = derived_for(transform, args, kwargs)
    program = derived.specialised.function
    lines = [
        f"{program.name}: {len(derived.functions)} generated function(s), {sum(len(s.text.splitlines()) for s in derived.sources)} lines"
    ]
    for parameter in program.parameters:
        word = program.hints.get(parameter.name, parameter.name)
        kind = "read from its surroundings" if parameter.captured else "parameter"
        lines.append(f"  {word}: {kind}, {facts.describe(program.types.get(parameter.name)) or 'nothing known of it'}")
    choice = settled(transform.options, transform.function)
    lines += [f"  {line}" for line in how_it_runs(derived, choice)]
    nests = [part.loops for variant in lowered_forms(derived, choice) for part in variant.parted.parts] if choice.compiles else []
    return "\n".join([*lines, *(f"  {line}" for line in accounts(derived.functions, nests))])


def how_it_runs(derived: Derived, choice: Choice) -> list[str]:
    """Whether a derivative is compiled, and when; which lines are not, and why."""
    if choice.check_nan:
        return ["compiled: no, it runs as NumPy code that watches itself (check_nan=True)"]
    if not choice.jit:
        return ["compiled: no, it runs as NumPy code (jit=False)"]
    cost = Tier(derived.sources).cost
    when = f"NumPy code first, compiled when that has run for {cost:.1f} s, which is about what compiling takes"
    account = [line for variant in lowered_forms(derived, choice) for line in variant.account()]
    return [when, *account] if choice.waits else account


def show(function: Any, *, mode: str = "grad", stage: str = "final", args: tuple[Any, ...] | None = None) -> str:
    """The program at one stage of the way, as text that runs (for the first two, the user's own)."""
    from s2s.arguments import unbundle
    from s2s.transforms import Transform

    transform = function if isinstance(function, Transform) else Transform(function, None)
    if stage == "final":
        return source_of(transform, args or (), {}, mode)
    callee = unbundle(function)
    if stage in ("parsed", "normalised"):
        from s2s.normalise import normalise
        from s2s.parse import parse_function
        from s2s.unparse import unparse

        plain: Any = callee.function
        syntax = parse_function(plain.__code__, plain)
        return unparse(normalise(syntax) if stage == "normalised" else syntax)
    derived = derived_for(transform, args or (), {}, mode)
    if stage == "specialised":
        program = derived.specialised.function
        return emit(optimise(program), program.name, header(callee.function)).text
    return "\n\n".join(source.text for source in derived.sources)
