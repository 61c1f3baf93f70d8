"""The type of a call from the call itself, made on small samples of its operands.

In: a function of a library, atoms, what is known of them.  Out: a fact, or None where no sample can be made or it is outside the
function's domain.
"""

from __future__ import annotations

import functools
import itertools
import math
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir, lengths
from s2s.facts import Dim, Num
from s2s.infer.atoms import NoSample, TypeOf


def sample(function: Any, args: tuple[ir.Atom, ...], kwargs: dict[str, ir.Atom], type_of: TypeOf) -> facts.Type | None:
    """The type of a call on small values of the operands' types; symbolic lengths of its result are unknown.

    A tuple may have as many items as the sample is long, so it is believed if samples of two lengths agree.
    """
    if (getattr(function, "__module__", None) is None and not isinstance(function, np.ufunc)) or not is_library(
        function
    ):
        return None
    types: list[TypeOf] = list(itertools.islice(_choices(args, type_of), MOST_TRIED + 1))
    if len(types) > MOST_TRIED:
        return None
    found = [_trusted(function, args, kwargs, one) for one in types]
    return None if None in found or not found else functools.reduce(facts.join, found)


MOST_TRIED = 16


def _choices(args: tuple[ir.Atom, ...], type_of: TypeOf) -> Iterator[TypeOf]:
    """What is known of atoms, for each choice of what the operands may be."""
    several: dict[ir.Atom, frozenset[facts.Kind]] = {
        arg: found for arg in args if isinstance(arg, ir.Var) and (found := _kinds_of(type_of(arg)))
    }
    if not several:
        yield type_of
        return
    for chosen in itertools.product(*several.values()):
        kinds = dict(zip(several, chosen, strict=True))

        def known(atom: ir.Atom, kinds: dict[ir.Atom, facts.Kind] = kinds) -> facts.Type | None:
            return _of_kind(type_of(atom), kinds[atom]) if atom in kinds else type_of(atom)

        yield known


def _kinds_of(fact: facts.Type | None) -> frozenset[facts.Kind]:
    """All that an operand of one kind or another may be; so may the items of a list that are of one dtype."""
    if isinstance(fact, facts.Listing) and isinstance(fact.item, Num) and fact.item.dtype is not None:
        fact = fact.item
    return facts.kinds_of(fact) if isinstance(fact, Num) and is_open(fact) else frozenset()


def _of_kind(fact: facts.Type | None, kind: facts.Kind) -> facts.Type | None:
    """A type that is open, as one of the kinds that it may be."""
    if isinstance(fact, facts.Listing):
        return facts.Listing(_of_kind(fact.item, kind))
    return replace(fact, dtype=kind[0], weak=kind[1], kinds=frozenset()) if isinstance(fact, Num) else fact


def is_open(fact: Num) -> bool:
    """Whether a number or an array is of one kind or another, and it is known of which."""
    return bool(fact.kinds) if fact.dtype is None else fact.weak is None and fact.shape == ()


def _trusted(function: Any, args: tuple[ir.Atom, ...], kwargs: dict[str, ir.Atom], type_of: TypeOf) -> facts.Type | None:
    """The type of a call; that of a record, or where a flag is not known, is believed if two samples agree."""
    found = _sampled(function, args, kwargs, type_of, SAMPLE_LENGTH)
    if _has_record(found) or _has_flag(function, (*args, *kwargs.values()), type_of):
        return facts.join(found, _sampled(function, args, kwargs, type_of, OTHER_LENGTH))
    return found


def _has_flag(function: Any, operands: Iterable[ir.Atom], type_of: TypeOf) -> bool:
    """Whether a call takes a bool that is not known: `keepdims=flag` says how many axes there are.  To a ufunc it is a number."""
    unknown = [] if isinstance(function, np.ufunc) else [type_of(one) for one in operands if isinstance(one, ir.Var)]
    return any(isinstance(fact, Num) and fact.shape == () and fact.dtype == np.bool_ for fact in unknown)


def _sampled(
    function: Any, args: tuple[ir.Atom, ...], kwargs: dict[str, ir.Atom], type_of: TypeOf, length: int
) -> facts.Type | None:
    """The type of a call where every length that is not known is this one."""
    try:
        values = [sample_atom(arg, type_of, length) for arg in args]
        named = {key: sample_atom(arg, type_of, length) for key, arg in kwargs.items()}
    except NoSample:
        return None
    return type_of_sample(quietly(function, values, named))


def shares_memory(function: Any, args: tuple[ir.Atom, ...], kwargs: dict[str, ir.Atom], type_of: TypeOf) -> bool:
    """Whether a library function gives memory of an argument, or may do so; also where it cannot be tried.

    Of something small some functions give what they were given (`scipy.linalg.hessenberg`).  Of other lengths there may be no sample,
    since it would be too large, or have a length below 0.
    """
    tried = _shares(function, args, kwargs, type_of, SAMPLE_LENGTH, True)
    return tried or any(_shares(function, args, kwargs, type_of, length, False) for length in (OTHER_LENGTH, SMALL))


def _shares(
    function: Any, args: tuple[ir.Atom, ...], kwargs: dict[str, ir.Atom], type_of: TypeOf, length: int, untried: bool
) -> bool:
    """Whether a result for arguments of a length shares memory with one; what is said where there are none of that length."""
    try:
        values = [sample_atom(arg, type_of, length) for arg in args]
        named = {key: sample_atom(arg, type_of, length) for key, arg in kwargs.items()}
    except NoSample:
        return untried
    given = [value for value in (*values, *named.values()) if isinstance(value, np.ndarray)]
    found = quietly(function, values, named)
    results = found if isinstance(found, (tuple, list)) else (found,)
    return any(isinstance(r, np.ndarray) and np.may_share_memory(r, value) for r in results for value in given)


def lies_in_order(made: ir.Apply, type_of: TypeOf) -> bool | None:
    """Whether the result of a call on arrays in C order lies in C order, or else in Fortran's (False)."""
    if not is_library(made.function) or isinstance(made.function, type):
        return None
    try:
        values = [sample_atom(arg, type_of, SAMPLE_LENGTH) for arg in made.args]
        named = {key: sample_atom(arg, type_of, SAMPLE_LENGTH) for key, arg in made.kwargs}
    except NoSample:
        return None
    found = quietly(made.function, values, named)
    given = [value for value in (*values, *named.values()) if isinstance(value, np.ndarray)]
    if not isinstance(found, np.ndarray) or any(np.may_share_memory(found, value) for value in given):
        return None
    return True if found.flags.c_contiguous else False if found.flags.f_contiguous else None


def _has_record(fact: facts.Type | None) -> bool:
    return isinstance(fact, facts.Record) or (isinstance(fact, facts.Listing) and _has_record(fact.item))


LIBRARIES = ("numpy", "math", "cmath", "scipy", "_operator", "operator", "builtins", "s2s_runtime", "s2s")


def is_library(function: Any) -> bool:
    """Whether a function belongs to a library that may be called on samples: it has no side effects."""
    if isinstance(function, np.ufunc):
        return True
    return (getattr(function, "__module__", None) or "").partition(".")[0] in LIBRARIES and function is not print


def sample_atom(atom: ir.Atom, type_of: TypeOf, length: int) -> Any:
    if isinstance(atom, ir.Const):
        return atom.value
    if isinstance(atom, ir.Pack) and atom.kind in (tuple, list, slice):
        items = [sample_atom(item, type_of, length) for item in atom.items]
        return slice(*items) if atom.kind is slice else atom.kind(items)
    return _sample_type(type_of(atom), length)


SAMPLE_LENGTH, OTHER_LENGTH, SMALL = 5, 7, 2
"""Two samples differ in what is not known: lengths, and flags, which are set in the first and not in the second."""


def _sample_type(fact: facts.Type | None, length: int) -> Any:
    if isinstance(fact, Num) and fact.dtype is not None and fact.shape is not None and fact.dtype.kind in "fciub":
        if fact.weak is None:
            raise NoSample
        extents = tuple(max(_sample_length(dim, length), 0) for dim in fact.shape)
        if math.prod(extents) > 10_000:
            raise NoSample
        if not fact.shape:
            known = fact.length is not None
            if fact.dtype == np.bool_:
                return scalar(fact.dtype, bool(fact.weak), length == SAMPLE_LENGTH)
            return _sample_length(fact.length, length) if known else scalar(fact.dtype, bool(fact.weak))  # type: ignore[arg-type]
        values = np.ones(extents, fact.dtype)
        if len(extents) >= 2 and fact.dtype.kind in "fc":
            values = values + np.eye(extents[-2], extents[-1], dtype=fact.dtype)
        return values
    if isinstance(fact, facts.Listing):
        return [_sample_type(fact.item, length)] * (length - 2)
    if isinstance(fact, facts.Record) and fact.kind in (tuple, list):
        return fact.kind(_sample_type(item, length) for item in fact.items)
    raise NoSample


def _sample_length(dim: Dim, length: int) -> int:
    """The value that a dim has where every symbol has this one."""
    total = lengths.value(dim, length)
    if total > 256:
        raise NoSample
    return total


def type_of_sample(value: Any) -> facts.Type | None:
    """What a sampled result says: dtype, rank and structure; never a length."""
    if value is None:
        return None
    if isinstance(value, (bool, int, float, complex)) and not isinstance(value, np.generic):
        return Num(np.dtype(type(value)), (), weak=True)
    if isinstance(value, (np.ndarray, np.generic)):
        return Num(value.dtype, tuple(facts.fresh() for _ in np.shape(value))) if value.dtype.kind in "fciub" else None
    if isinstance(value, tuple):
        items = tuple(type_of_sample(item) for item in value)
        return facts.Record(tuple if type(value) is tuple else type(value), items, getattr(value, "_fields", ()))
    if isinstance(value, list):
        item = type_of_sample(value[0]) if value else None
        for other in value[1:]:
            item = facts.join(item, type_of_sample(other))
        return facts.Listing(facts.with_dims(item, lambda _: facts.fresh(varies=True)))
    if isinstance(value, str):
        return facts.Opaque(str)
    return None


def scalar(dtype: np.dtype[Any], weak: bool, number: Any = 1) -> Any:
    value = dtype.type(number)
    return value.item() if weak else value


def quietly(function: Any, args: Any, kwargs: Any = {}) -> Any:  # noqa: B006
    """The result of a call on a sample, or None if the sample is outside the domain; what it warns of is nothing to the user."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            return function(*args, **kwargs)
    except Exception:
        return None
