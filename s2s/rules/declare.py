"""The declaration of a derivative rule: what a rule author writes, and what the other rooms read.

In: an ordinary function, the *body*, and the functions whose derivative it states.  Out: a frozen `Rule` in `RULES`.

The kind of a function decides which one formula is needed:

| kind        | the body is called as            | and returns                                   |
|-------------|----------------------------------|-----------------------------------------------|
| elementwise | body(*primals)                   | one partial per parameter                     |
| diagonal    | body(v, *primals)                | v times the partial, by selection, per parameter |
| linear      | body(g, *primals)                | the adjoint, per `wrt` parameter              |
| multilinear | body(g, *primals)                | the adjoint, per `wrt` parameter              |
| custom      | body(g, *primals), and a JVP body | the adjoint; the JVP body: one term per `wrt` parameter |

A body is plain NumPy in the input language: it is called by the eager tape, inlined by the code generator and run on
symbols by the prover.  It never mentions broadcasting (the framework projects a cotangent onto its primal), never
mutates, and calls only functions that have rules.  A keyword-only parameter `result` receives the primal's result.
A single returned value stands for the only `wrt` parameter.  `None` stands for a parameter without a derivative.

What can be put together of functions that have rules needs none: `written` declares its text, a `Definition`.
"""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Literal

from s2s.errors import BadRule
from s2s.rules.cases import Case

Kind = Literal["elementwise", "diagonal", "linear", "multilinear", "custom"]
Body = Callable[..., Any]


@dataclass(frozen=True)
class Rule:
    """How one function is differentiated, with the inputs that its tests and its proof use.

    `parameters` is the primal's signature as the rule knows it: an argument outside it is refused.  `wrt` names the
    parameters that have a derivative.  `when`, if given, receives a fact per parameter (see `s2s.rules.when`) and says
    whether this rule applies: the first rule of a function that applies is taken.  `ignored` names parameters of which only
    the shape, the dtype or the structure is read: they may vary, and have no derivative.  A parameter of `wrt` is an array;
    `sequences` names those that are a list or tuple of arrays, `nested` those that take numbers nested in any way.  A linear
    rule `moves` if its adjoint takes entries from place to place and adds them up, and never makes one smaller: then the
    adjoint of a condition says where the adjoint of what is zero outside of it may be other than zero.

    A rule is right for complex numbers too, unless it is `real_only`.  Of a complex value z, a cotangent g says that the result
    moves by the real part of g dz: an analytic function needs no conjugate, and its rule is that of real numbers.

    `several`: what the function of two operands or more gives is a tuple, so that two tangents of it are added item by item.

    `users`: declared by a user, for whatever function; what its body returns is looked at before it is used.  `known_as`: what users
    call, where the functions are those that stand for it in programs.
    """

    kind: Kind
    functions: tuple[Callable[..., Any], ...]
    body: Body
    parameters: inspect.Signature
    wrt: tuple[str, ...]
    reads_result: bool
    jvp_body: Body | None = None
    when: Callable[..., bool] | None = None
    domain: str | tuple[str, ...] = "real"
    cases: tuple[Case, ...] = ()
    ignored: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    moves: bool = False
    real_only: bool = False
    source: str = ""
    users: bool = False
    several: bool = False
    known_as: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.body.__name__

    @property
    def place(self) -> str:
        """Where the body stands: `rules.py:12`."""
        code = self.body.__code__
        return f"{code.co_filename.rpartition('/')[2]}:{code.co_firstlineno}"


@dataclass(frozen=True)
class Given:
    """An argument of which the value is not known before the program runs: how many axes it has, and whether it is surely real.
    Arguments that surely are one and the same have the same `name`."""

    ndim: int | None = None
    real: bool = False
    name: Any = None


@dataclass(frozen=True)
class Definition:
    """A function written out with functions that have rules: its body is taken in the place of a call, as a user's function is.

    The value stays the library's to the last bit.  `arrays` names the parameters that may be given as lists.  `when`, if given,
    receives the value of each parameter, a `Given` where it is not known, and says whether the body is for this call; if it is
    not, the call stays, and the function's rules apply.
    """

    functions: tuple[Callable[..., Any], ...]
    body: Body
    parameters: inspect.Signature
    arrays: tuple[str, ...]
    when: Callable[..., bool] | None = None
    cases: tuple[Case, ...] = ()

    @property
    def name(self) -> str:
        return self.body.__name__


@dataclass
class Registry:
    """Every rule, by the function object it differentiates; and the functions that carry no derivative."""

    rules: dict[Any, list[Rule]] = field(default_factory=dict)
    constants: dict[Any, str] = field(default_factory=dict)
    definitions: dict[Any, Definition] = field(default_factory=dict)
    refused: dict[Any, tuple[str, str]] = field(default_factory=dict)
    """Functions without a rule of which more can be said: why there is none, and what to write instead."""
    constants_of_users: set[Any] = field(default_factory=set)
    """Those among them that this package does not declare itself: what is derived with them is not what another process derives."""
    deferred: dict[str, str] = field(default_factory=dict)
    """Modules with rules for a library: `{library: module}`, imported once the library is and a rule is missing."""
    combinators: dict[Any, list[Rule]] = field(default_factory=dict)
    """Rules of functions that are given functions of the program: no inputs can be drawn for these."""
    solvers: set[Any] = field(default_factory=set)
    """Functions that give what a solver of a library chose: constant to every derivative."""
    version: int = 0
    """Another number when a rule was declared; the rules of libraries are taken as given, whenever they are imported."""

    def add(self, rule: Rule) -> None:
        self.version += 1
        for function in rule.functions:
            self.rules.setdefault(function, []).append(rule)

    def put_first(self, rule: Rule) -> None:
        """A user's rule: it is asked before those that there are; one that always applies stands in their place."""
        self.version += 1
        for function in rule.functions:
            self.constants.pop(function, None)
            self.rules[function] = [rule, *(self.rules.get(function, []) if rule.when is not None else [])]

    def is_users(self, function: Any) -> bool:
        """Whether a user declared a rule for a function."""
        return any(rule.users for rule in self.rules.get(function, ()))

    def extend(self, function: Any, like: Any) -> None:
        """A function has the rules of another one: it is the same in another library, called in the same way."""
        self.version += 1
        for rule in list(self.rules[like]):
            wider = replace(rule, functions=(*rule.functions, function))
            for one in rule.functions:
                self.rules[one] = [wider if found is rule else found for found in self.rules[one]]
            self.rules.setdefault(function, []).append(wider)

    def of(self, function: Any) -> Sequence[Rule]:
        """The rules of `function`, most special first; empty if it has none."""
        try:
            found = self.rules.get(function) or self.combinators.get(function)
        except TypeError:  # an unhashable callable has no rule
            return ()
        if found is None and self.load_deferred():
            found = self.rules.get(function) or self.combinators.get(function)
        return found or ()

    def definition_of(self, function: Any) -> Definition | None:
        """The definition of a function; None if it has none."""
        try:
            found = self.definitions.get(function)
        except TypeError:  # an unhashable callable has none
            return None
        library = getattr(function, "__module__", None) or ""
        if found is None and library.startswith(tuple(self.deferred)) and self.load_deferred():
            found = self.definitions.get(function)
        return found

    def is_constant(self, function: Any) -> bool:
        """Whether no derivative passes a function: its result carries none, whatever its arguments."""
        return function in self.constants or function in self.solvers

    def load_deferred(self) -> bool:
        """Import the rules of every library that has been imported; whether there were any."""
        arrived = [library for library in self.deferred if library in sys.modules]
        version = self.version
        for library in arrived:
            import_module(self.deferred.pop(library))
        self.version = version
        return bool(arrived)

    def all(self) -> list[Rule]:
        """Every rule once, in the order of declaration."""
        unique: dict[int, Rule] = {}
        for rules in self.rules.values():
            unique.update((id(rule.body), rule) for rule in rules)
        return list(unique.values())


RULES = Registry()


def bad_rule(body: Body, reason: str, hint: str) -> BadRule:
    """The error about a rule that was declared, at the line of its body."""
    code = getattr(body, "__code__", None)
    if code is None:
        return BadRule(reason, hint=hint)
    line = code.co_firstlineno
    while linecache.getline(code.co_filename, line).lstrip().startswith("@") or (
        f"def {code.co_name}" not in (text := linecache.getline(code.co_filename, line)) and "lambda" not in text and text
    ):
        line += 1
    text = linecache.getline(code.co_filename, line)
    if not text:
        line, text = code.co_firstlineno, linecache.getline(code.co_filename, code.co_firstlineno)
    column = len(text) - len(text.lstrip())
    return BadRule(reason, hint=hint, file=code.co_filename, line=line, column=column, source=text.rstrip("\n"))


def primal_signature(body: Body, leading: int) -> tuple[inspect.Signature, bool]:
    """The primal's parameters, read off a body, and whether the body reads the result."""
    parameters = list(inspect.signature(body).parameters.values())[leading:]
    primal = [p for p in parameters if p.name != "result"]
    return inspect.Signature(primal), len(primal) < len(parameters)


def _declare(
    kind: Kind, leading: int, functions: tuple[Any, ...], wrt: Iterable[str] | None, **options: Any
) -> Callable[[Body], Body]:
    def register(body: Body) -> Body:
        signature, reads_result = primal_signature(body, leading)
        names = tuple(wrt) if wrt is not None else default_wrt(kind, signature)
        cases = tuple(options.pop("cases", ()))
        rule = Rule(kind, functions, body, signature, names, reads_result, cases=cases, **options)
        RULES.add(rule)
        return body

    return register


def default_wrt(kind: Kind, signature: inspect.Signature) -> tuple[str, ...]:
    """All parameters without a default; for a linear function the first one."""
    names = tuple(p.name for p in signature.parameters.values() if p.default is p.empty)
    return names[:1] if kind == "linear" else names


def elementwise(*functions: Any, wrt: Iterable[str] | None = None, **options: Any) -> Callable[[Body], Body]:
    """The body returns one partial derivative per `wrt` parameter (default: every parameter without a default)."""
    return _declare("elementwise", 0, functions, wrt, **options)


def diagonal(*functions: Any, wrt: Iterable[str] | None = None, **options: Any) -> Callable[[Body], Body]:
    """Elementwise, but the body multiplies by its partial itself, by selection: what is not selected cannot make a NaN."""
    return _declare("diagonal", 1, functions, wrt, **options)


def linear(*functions: Any, wrt: Iterable[str] | None = None, **options: Any) -> Callable[[Body], Body]:
    """Jointly linear in the `wrt` parameters (default: the first).  The body returns the adjoint."""
    return _declare("linear", 1, functions, wrt, **options)


def multilinear(*functions: Any, wrt: Iterable[str] | None = None, **options: Any) -> Callable[[Body], Body]:
    """Linear in each `wrt` parameter separately.  The body returns one adjoint each."""
    return _declare("multilinear", 1, functions, wrt, **options)


def custom(*functions: Any, jvp: Body, wrt: Iterable[str] | None = None, **options: Any) -> Callable[[Body], Body]:
    """Neither of these: the body returns the adjoints, `jvp(*tangents, *primals)` one term per `wrt` parameter."""
    return _declare("custom", 1, functions, wrt, jvp_body=jvp, **options)


def written(
    *functions: Any, arrays: Iterable[str] | None = None, when: Callable[..., bool] | None = None, cases: Iterable[Case] = ()
) -> Callable[[Body], Body]:
    """The body is the function itself, with its parameters; `arrays` (default: those without a default) may be lists."""

    def register(body: Body) -> Body:
        signature = inspect.signature(body)
        names = tuple(p.name for p in signature.parameters.values() if p.default is p.empty) if arrays is None else tuple(arrays)
        definition = Definition(functions, body, signature, names, when, tuple(cases))
        RULES.version += 1
        RULES.definitions.update(dict.fromkeys(functions, definition))
        return body

    return register


def constant(*functions: Any, reason: str = "") -> None:
    """Functions whose result carries no derivative (integers, booleans, shapes, fresh arrays)."""
    RULES.version += 1
    ours = sys._getframe(1).f_globals.get("__name__", "").startswith("s2s.rules.")
    for function in functions:
        RULES.constants[function] = reason
        if not ours:
            RULES.constants_of_users.add(function)


def refused(*functions: Any, reason: str, hint: str) -> None:
    """Functions through which no derivative passes, and that are refused where one would."""
    RULES.refused.update(dict.fromkeys(functions, (reason, hint)))


__all__ = [
    "RULES",
    "Definition",
    "Given",
    "Kind",
    "Registry",
    "Rule",
    "bad_rule",
    "constant",
    "custom",
    "diagonal",
    "elementwise",
    "linear",
    "multilinear",
    "refused",
    "replace",
    "written",
]
