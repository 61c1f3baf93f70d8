"""Generated derivatives made wrong on purpose: a certificate that does not notice one of them certifies nothing.

In: a function, shapes.  Out: each wrong text of its cotangents: what was changed, whether `verify` notices it, and whether it makes a
difference on machine numbers at all.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from s2s.showing import call_of, derived_for
from s2s.transforms import Transform
from s2s.verify.claims import loaded, surroundings
from s2s.verify.deciding import Verdict
from s2s.verify.mutations import CHANGES, Change
from s2s.verify.programs import POINTS, Verification
from s2s_runtime import tree


# ------------------------------------------------------------------------------------------------------------- changes
def dropped(node: ast.AST) -> bool:
    """A statement that is not run: the first one of a body."""
    return _without(node, 0)


def dropped_last(node: ast.AST) -> bool:
    return _without(node, -1)


def _without(node: ast.AST, place: int) -> bool:
    body = getattr(node, "body", None)
    if not isinstance(body, list) or isinstance(body[place], (ast.FunctionDef, ast.Return, ast.Import)):
        return False
    body[place] = ast.copy_location(ast.Pass(), body[place])
    return True


def replaced_sum(node: ast.AST) -> bool:
    """`x = v` in the place of `x += v`: what was there is lost."""
    body: Any = getattr(node, "body", None)
    for k, part in enumerate(body if isinstance(body, list) else []):
        if isinstance(part, ast.AugAssign):
            body[k] = ast.copy_location(ast.Assign([part.target], part.value), part)
            return True
    return False


def sign_of_sum(node: ast.AST) -> bool:
    """`-=` in the place of `+=`, and the other way round."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
        node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        return True
    return False


def other_index(node: ast.AST) -> bool:
    """`x[i + 1]` and `x[i]` for `x[i]` and `x[i + 1]`; x[0] for another whole number."""
    if not isinstance(node, ast.Subscript):
        return False
    if isinstance(node.slice, ast.Name):
        node.slice = ast.BinOp(node.slice, ast.Sub(), ast.Constant(1))
    elif isinstance(node.slice, ast.BinOp):
        node.slice = node.slice.left
    elif isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int) and node.slice.value:
        node.slice = ast.Constant(0)
    else:
        return False
    return True


def turned_comparison(node: ast.AST) -> bool:
    """The other branch."""
    if isinstance(node, (ast.If, ast.IfExp)):
        node.test = ast.UnaryOp(ast.Not(), node.test)
        return True
    return False


STATEMENTS: tuple[Change, ...] = (*CHANGES, dropped, dropped_last, replaced_sum, sign_of_sum, other_index, turned_comparison)


# --------------------------------------------------------------------------------------------------------------- plants
@dataclass(frozen=True)
class Plant:
    """A wrong text: the line that was changed, whether it was noticed, and whether it differs on machine numbers."""

    change: str
    noticed: bool
    differs: bool


def planted(function: Any, specs: dict[str, Any], points: int = POINTS) -> Iterator[Plant]:
    """Each change of the text of a function's cotangents, verified."""
    right = Verification(function, specs)
    args = right.arguments(0)
    transform = Transform(function, None)
    derived = derived_for(transform, args, {}, "vjp")
    callee, call = call_of(transform, args, {})
    (run,) = derived.callables()
    for change, wrong in changed(inspect.unwrap(run), str(derived.sources[0].text)):
        fresh = Verification(function, specs)
        fresh.programs = replace(right.programs, reverse=loaded(derived, callee, call, wrong), forward=None, second=None)
        outside = surroundings(derived, callee, call)
        yield Plant(change, notices(fresh, points), differs(partial(run, **outside), partial(wrong, **outside), right))


def notices(verification: Verification, points: int) -> bool:
    """Whether a certificate says that something is wrong; what cannot be run is noticed, too."""
    try:
        return verification.run(points).verdict <= Verdict.rounded
    except Exception:  # whatever a wrong text raises
        return True


def seed_like(leaf: Any) -> Any:
    return np.cos(np.arange(1.0, np.size(leaf) + 1)).reshape(np.shape(leaf)) + 1.5


def leaves(found: Any) -> list[Any]:
    return [leaf for leaf in tree.flatten(found)[0] if leaf is not None]


def given(run: Callable[..., Any], args: tuple[Any, ...], seed: Any) -> Any:
    """What a text gives if it is told no seed, where it has one of its own."""
    return run(*tree.copy(args)) if np.ndim(seed) == 0 and isinstance(seed, (float, np.ndarray, np.generic)) else None


def differs(run: Callable[..., Any], wrong: Callable[..., Any], verification: Verification) -> bool:
    """Whether the wrong text gives other machine numbers, at some point."""
    function = inspect.unwrap(verification.function)
    for number in range(POINTS):
        args = verification.arguments(number)
        with np.errstate(all="ignore"):
            seed = tree.tree_map(seed_like, function(*tree.copy(args)))
            wanted = leaves([run(*tree.copy(args), seed), given(run, args, seed)])
            try:
                found = leaves([wrong(*tree.copy(args), seed), given(wrong, args, seed)])
            except Exception:  # whatever it raises
                return True
        if len(found) != len(wanted) or not all(np.allclose(a, b, rtol=1e-9, equal_nan=True) for a, b in zip(found, wanted, strict=True)):
            return True
    return False


def changed(run: Callable[..., Any], text: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The text with each change, as the function that it defines."""
    module = ast.parse(text)
    before = ast.unparse(module)
    for number in range(sum(1 for _ in ast.walk(module))):
        for change in STATEMENTS:
            fresh = copy.deepcopy(module)
            place = next(node for k, node in enumerate(ast.walk(fresh)) if k == number)
            if change(place) and (after := ast.unparse(fresh)) != before:
                names = {**run.__globals__, "one_more_turn": Turns()}
                for loop in [node for node in ast.walk(fresh) if isinstance(node, ast.While)]:
                    loop.test = ast.BoolOp(ast.And(), [ast.Call(ast.Name("one_more_turn", ast.Load()), [], []), loop.test])
                exec(compile(ast.fix_missing_locations(fresh), "<a wrong derivative>", "exec"), names)
                yield f"{change.__name__}: {where(before, after)}", names[run.__name__]


class Turns:
    """Counts the turns of loops: a wrong one may never end."""

    left = 10_000

    def __call__(self) -> bool:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("a loop that does not end")
        return True


def where(before: str, after: str) -> str:
    """The first line that is another one."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    return next((f"{old.strip()} -> {new.strip()}" for old, new in pairs if old != new), "a line less")
