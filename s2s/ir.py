"""The intermediate representation: a typed, functional program with structured control flow.

    function = name(parameters) { block }              a block yields atoms; a function's block yields its result
    stmt     = Let name = apply
             | If atom block block -> names            each branch yields one atom per name
             | For name in range(start, stop, step), carried (name = init)*, block -> names
             | While block, carried (name = init)*, block -> names
             | With apply block -> names
             | Try block handler* -> names
             | Raise atom
    apply    = function(atom*, key=atom*)              `function` is a Python function object: a primitive
    atom     = Var name | Const value | Pack kind atom*

Every name is bound once.  Values never change: a store is a function that returns a new value (`index_set`), and a loop
carries what it changes.  So an operand means the same thing wherever it is read, and a derivative cannot read a value that
was overwritten; whether a store may write in place is decided at the very end, where ownership is proved.

A loop's block ends an iteration by yielding the next value of each carried name, and, if `stops`, one more boolean
first: true ends the loop after this iteration.  With `slots`, its reversal keeps that many states of it and no records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from s2s.facts import Type
from s2s.syntax import Span


# ------------------------------------------------------------------------------------------------------- atoms
@dataclass(frozen=True, slots=True)
class Var:
    """A name, unique in its program.  What to call it in text is kept beside the program, in `hints`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A Python object known when the program is built.  Equal only if the type is equal too: 1 is not 1.0 or True."""

    value: Any

    def key(self) -> Any:
        value = self.value
        if isinstance(value, (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))):
            return type(value), repr(value)
        if type(value) is slice:
            return slice, *(Const(part).key() for part in (value.start, value.stop, value.step))
        if type(value) is tuple:
            return tuple, *(Const(part).key() for part in value)
        return id(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())


@dataclass(frozen=True, slots=True)
class Pack:
    """Atoms put together without computing: `kind` is tuple, list, dict (keys in `keys`), slice, or a record's class."""

    kind: Any
    items: tuple[Atom, ...]
    keys: tuple[Any, ...] = ()


Atom = Var | Const | Pack


class _Undefined:
    """The value of a variable on a path that did not assign it."""

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Const(_Undefined())


# -------------------------------------------------------------------------------------------------- statements
@dataclass(frozen=True, slots=True)
class Origin:
    """The user's statement that something comes from.  `role` is primal, tangent or adjoint, or again for what the reverse sweep
    computes once more; `place` may be a part of the statement.

    `of` is the function whose derivative a statement belongs to, as it is spoken of; `order` says how often it was
    differentiated.  `index` is the user's word for what a loop counts, empty where that is only the number of an iteration;
    `rounds` are the numbers of the iterations, where loops around the statement are written out.
    """

    file: str
    span: Span
    text: str = ""
    comments: tuple[str, ...] = ()
    trailing: str = ""
    role: str = "primal"
    place: Span | None = None
    of: str = ""
    order: int = 0
    index: str = ""
    rounds: tuple[int, ...] = ()

    def at(self, place: Span) -> Origin:
        """The same statement, and the part of it that stands at this place."""
        return replace(self, place=place)

    def again(self) -> Origin:
        """The same statement, computed once more for the reverse sweep."""
        return replace(self, role="again")

    def derived(self, of: str) -> Origin:
        """The same place, in what differentiates a statement: the derivative of this function, or one order more of another's."""
        return replace(self, of=self.of or of, order=self.order + 1)


@dataclass(frozen=True, slots=True)
class Apply:
    function: Callable[..., Any]
    args: tuple[Atom, ...] = ()
    kwargs: tuple[tuple[str, Atom], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    statements: tuple[Stmt, ...]
    yields: tuple[Atom, ...] = ()
    free: frozenset[str] | None = field(default=None, init=False, repr=False, compare=False)
    """What `free` found: it is asked of the same block many times."""


@dataclass(frozen=True, slots=True)
class Let:
    target: str
    value: Apply
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class If:
    test: Atom
    then: Block
    other: Block
    results: tuple[str, ...]
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class For:
    index: str
    bounds: tuple[Atom, Atom, Atom]
    carried: tuple[str, ...]
    inits: tuple[Atom, ...]
    body: Block
    results: tuple[str, ...]
    stops: bool = False
    origin: Origin | None = None
    slots: Atom | None = None
    parallel: bool = False


@dataclass(frozen=True, slots=True)
class While:
    """`test` yields one boolean; it sees the carried names, as the body does."""

    test: Block
    carried: tuple[str, ...]
    inits: tuple[Atom, ...]
    body: Block
    results: tuple[str, ...]
    stops: bool = False
    origin: Origin | None = None
    slots: Atom | None = None


@dataclass(frozen=True, slots=True)
class With:
    context: Apply
    body: Block
    results: tuple[str, ...]
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """A handler is (exception classes, block); the first that matches gives the results."""

    body: Block
    handlers: tuple[tuple[Atom, Block], ...]
    results: tuple[str, ...]
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Raise:
    """The exception is None where the one that is being handled is raised again."""

    exception: Atom
    origin: Origin | None = None


Stmt = Let | If | For | While | With | Try | Raise


# --------------------------------------------------------------------------------------------------- functions
@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a Function.  `captured`: the user's function did not have it; it read it from its surroundings."""

    name: str
    captured: bool = False
    default: Atom | None = None


@dataclass(frozen=True)
class Function:
    """`body` yields exactly one atom: the result.

    `inputs` has one atom per parameter: the tree of the leaves that the body's first statements load from it.  `types` has
    a fact for each name that something is known of, `hints` the word that the user has for it.
    """

    name: str
    parameters: tuple[Parameter, ...]
    inputs: tuple[Atom, ...]
    body: Block
    types: Mapping[str, Type] = field(repr=False)
    hints: Mapping[str, str] = field(repr=False)
    origin: Origin | None = None
    doc: str = ""


# ---------------------------------------------------------------------------------------------------- walking
def index_parts(index: Atom) -> tuple[Atom, ...]:
    """The parts of an index, one per position."""
    if isinstance(index, Pack) and index.kind is tuple:
        return index.items
    if isinstance(index, Const) and isinstance(index.value, tuple):
        return tuple(Const(part) for part in index.value)
    return (index,)


def slice_parts(part: Atom) -> tuple[Atom, Atom, Atom] | None:
    """Start, stop and step of a slice; None for anything else."""
    if isinstance(part, Pack) and part.kind is slice:
        start, stop, step = part.items
        return start, stop, step
    if isinstance(part, Const) and isinstance(part.value, slice):
        return Const(part.value.start), Const(part.value.stop), Const(part.value.step)
    return None


def variables(atom: Atom) -> Iterator[str]:
    """The names that an atom reads."""
    if isinstance(atom, Var):
        yield atom.name
    elif isinstance(atom, Pack):
        for item in atom.items:
            yield from variables(item)


def reads(apply: Apply) -> Iterator[str]:
    """The names that an application reads, in order, with repetitions."""
    for arg in apply.args:
        yield from variables(arg)
    for _, arg in apply.kwargs:
        yield from variables(arg)


def replace_atom(atom: Atom, change: Callable[[str], Atom]) -> Atom:
    """The atom with every name replaced."""
    if isinstance(atom, Var):
        return change(atom.name)
    if isinstance(atom, Pack):
        return Pack(atom.kind, tuple([replace_atom(item, change) for item in atom.items]), atom.keys)
    return atom


def replace_apply(apply: Apply, change: Callable[[str], Atom]) -> Apply:
    args = tuple([replace_atom(arg, change) for arg in apply.args])
    if not apply.kwargs:
        return Apply(apply.function, args)
    return Apply(apply.function, args, tuple([(key, replace_atom(arg, change)) for key, arg in apply.kwargs]))


def blocks(stmt: Stmt) -> tuple[Block, ...]:
    """The blocks inside a statement."""
    match stmt:
        case If():
            return (stmt.then, stmt.other)
        case For():
            return (stmt.body,)
        case While():
            return (stmt.test, stmt.body)
        case With():
            return (stmt.body,)
        case Try():
            return (stmt.body, *(block for _, block in stmt.handlers))
        case _:
            return ()


def map_blocks(stmt: Stmt, change: Callable[[Block], Block]) -> Stmt:
    """The statement with the blocks inside it changed."""
    match stmt:
        case If():
            return replace(stmt, then=change(stmt.then), other=change(stmt.other))
        case For() | With():
            return replace(stmt, body=change(stmt.body))
        case While():
            return replace(stmt, test=change(stmt.test), body=change(stmt.body))
        case Try():
            return replace(stmt, body=change(stmt.body), handlers=tuple([(kind, change(block)) for kind, block in stmt.handlers]))
        case _:
            return stmt


def operands(stmt: Stmt) -> Iterator[Atom]:
    """The atoms that a statement reads itself, its blocks aside."""
    match stmt:
        case Let():
            yield from stmt.value.args
            yield from (arg for _, arg in stmt.value.kwargs)
        case If():
            yield stmt.test
        case For():
            yield from stmt.bounds
            yield from stmt.inits
            yield from () if stmt.slots is None else (stmt.slots,)
        case While():
            yield from stmt.inits
            yield from () if stmt.slots is None else (stmt.slots,)
        case With():
            yield from stmt.context.args
            yield from (arg for _, arg in stmt.context.kwargs)
        case Raise():
            yield stmt.exception


def binds(stmt: Stmt) -> tuple[str, ...]:
    """The names that a statement binds for the statements after it."""
    match stmt:
        case Let():
            return (stmt.target,)
        case If() | For() | While() | With() | Try():
            return stmt.results
        case _:
            return ()


def free(block: Block) -> frozenset[str]:
    """The names that a block reads and does not bind."""
    if block.free is not None:
        return block.free
    found: set[str] = set()
    bound: set[str] = set()
    _add_names(block.yields, found)
    for stmt in block.statements:
        if isinstance(stmt, Let):
            _add_names(stmt.value.args, found)
            _add_names([atom for _, atom in stmt.value.kwargs], found)
            bound.add(stmt.target)
            continue
        if isinstance(stmt, For):
            bound.add(stmt.index)
        if isinstance(stmt, (For, While)):
            bound.update(stmt.carried)
        _add_names(operands(stmt), found)
        bound.update(binds(stmt))
        for inner in blocks(stmt):
            found |= free(inner)
    names = frozenset(found - bound)
    object.__setattr__(block, "free", names)
    return names


def _add_names(atoms: Iterable[Atom], names: set[str]) -> None:
    """Add what atoms read to names."""
    for atom in atoms:
        if isinstance(atom, Var):
            names.add(atom.name)
        elif isinstance(atom, Pack):
            _add_names(atom.items, names)
