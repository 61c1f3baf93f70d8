"""Which names carry a derivative: they depend on an input that is differentiated, and the result depends on them.

In: statements, the names of the inputs, the atoms of the result.  Out: a set of names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from s2s import ir
from s2s.differentiate.refusing import refusal
from s2s.errors import UnsupportedConstruct
from s2s.primitives import Opaque
from s2s.rules.declare import RULES

Carries = Callable[[str], bool]


def active(statements: Sequence[ir.Stmt], wrt: Iterable[str], results: Iterable[ir.Atom], carries: Carries) -> set[str]:
    """The names that are varied and useful."""
    varied = set(wrt)
    vary(statements, varied, carries, methods_of(statements))
    useful = {name for atom in results for name in ir.variables(atom)}
    use(statements, useful)
    check_handed_over(statements, varied, useful)
    return varied & useful


def check_handed_over(statements: Sequence[ir.Stmt], varied: set[str], useful: set[str]) -> None:
    """Refuse a call of what is not known that is given a value with a derivative, and may keep it in an object.

        recent = SomeQueue()
        recent.put(x)               the call gives nothing back, but what `recent` gives later depends on x
        return recent.total()
    """
    sources: dict[str, set[str]] = {}
    calls: list[ir.Let] = []
    collect(statements, sources, calls)
    for call in calls:
        reads = set(ir.reads(call.value))
        if reads.isdisjoint(varied):
            continue
        objects = {name for name in reads - varied if name in sources}
        while more := {source for name in objects for source in sources.get(name, ())} - objects:
            objects |= more
        if not objects.isdisjoint(useful):
            raise refusal(UnsupportedConstruct, f"{call.value.function.__name__} is given a value that carries a derivative, and "
                          "what it does with it is not known", "use a list, a dict, or a class of your own", call.origin)  # fmt: skip


def collect(statements: Sequence[ir.Stmt], sources: dict[str, set[str]], calls: list[ir.Let]) -> None:
    """The calls of what is not known; and for each object that one gave, or that is an attribute, what it comes from."""
    for stmt in statements:
        if isinstance(stmt, ir.Let) and isinstance(stmt.value.function, Opaque):
            calls.append(stmt)
            sources[stmt.target] = {stmt.target}
        elif isinstance(stmt, ir.Let) and stmt.value.function is getattr:
            sources[stmt.target] = set(ir.variables(stmt.value.args[0]))
        for block in ir.blocks(stmt):
            collect(block.statements, sources, calls)


def differentiated(block: ir.Block) -> set[str]:
    """The names that a block reads where a derivative may pass: not those of which it asks a length, or the like."""
    names: set[str] = {name for atom in block.yields for name in ir.variables(atom)}
    for stmt in block.statements:
        if not (isinstance(stmt, ir.Let) and RULES.is_constant(stmt.value.function)):
            names.update(name for atom in ir.operands(stmt) for name in ir.variables(atom))
        for inner in ir.blocks(stmt):
            names |= differentiated(inner)
    return names


def _any(atom: ir.Atom, names: set[str]) -> bool:
    return any(name in names for name in ir.variables(atom))


def vary(statements: Sequence[ir.Stmt], varied: set[str], carries: Carries, methods: Mapping[str, str]) -> None:
    """Add to `varied` what depends on it."""
    for stmt in statements:
        match stmt:
            case ir.Let():
                if not RULES.is_constant(stmt.value.function) and any(name in varied for name in ir.reads(stmt.value)):
                    if carries(stmt.target):
                        varied.add(stmt.target)
                    varied.update(kept_by(stmt.value, methods))
            case ir.For() | ir.While():
                _vary_loop(stmt, varied, carries, methods)
            case _:
                arms = ir.blocks(stmt)
                for block in arms:
                    vary(block.statements, varied, carries, methods)
                for k, name in enumerate(ir.binds(stmt)):
                    if any(_any(block.yields[k], varied) for block in arms) and carries(name):
                        varied.add(name)


def kept_by(apply: ir.Apply, methods: Mapping[str, str]) -> Iterator[str]:
    """Of a call of a method that is not known, `queue.append(x)`: the object, which may keep what it is given."""
    if isinstance(apply.function, Opaque) and apply.args and isinstance(apply.args[0], ir.Var):
        name = apply.args[0].name
        while name in methods:
            name = methods[name]
            yield name


def methods_of(statements: Sequence[ir.Stmt]) -> dict[str, str]:
    """Attributes that are read, each with the object that it is read from."""
    found: dict[str, str] = {}
    for stmt in statements:
        if isinstance(stmt, ir.Let) and stmt.value.function is getattr and isinstance(stmt.value.args[0], ir.Var):
            found[stmt.target] = stmt.value.args[0].name
        for block in ir.blocks(stmt):
            found |= methods_of(block.statements)
    return found


def _vary_loop(
    stmt: ir.For | ir.While, varied: set[str], carries: Carries, methods: Mapping[str, str]
) -> None:
    first = 1 if stmt.stops else 0
    while True:
        before = len(varied)
        for k, name in enumerate(stmt.carried):
            if (_any(stmt.inits[k], varied) or _any(stmt.body.yields[first + k], varied)) and carries(name):
                varied.update((name, stmt.results[k]))
        vary(stmt.body.statements, varied, carries, methods)
        if len(varied) == before:
            return


def use(statements: Sequence[ir.Stmt], useful: set[str]) -> None:
    """Add to `useful` what it depends on."""
    for stmt in reversed(statements):
        match stmt:
            case ir.Let():
                if stmt.target in useful and not RULES.is_constant(stmt.value.function):
                    useful.update(ir.reads(stmt.value))
            case ir.For() | ir.While():
                _use_loop(stmt, useful)
            case _:
                for block in ir.blocks(stmt):
                    for k, name in enumerate(ir.binds(stmt)):
                        if name in useful:
                            useful.update(ir.variables(block.yields[k]))
                    use(block.statements, useful)


def _use_loop(stmt: ir.For | ir.While, useful: set[str]) -> None:
    first = 1 if stmt.stops else 0
    while True:
        before = len(useful)
        for k, name in enumerate(stmt.carried):
            if name in useful or stmt.results[k] in useful:
                useful.update((name, stmt.results[k]))
                useful.update(ir.variables(stmt.body.yields[first + k]))
                useful.update(ir.variables(stmt.inits[k]))
        use(stmt.body.statements, useful)
        if len(useful) == before:
            return
