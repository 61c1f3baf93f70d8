"""What a place in a program knows: the names that are bound there, and what may be written."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from random_programs.choices import Choices
from random_programs.kinds import FLOAT, Array, Float, Function, Holder, Int, Kind, Listing, Pair, Shape, joined

BUDGET = 400
"""Roughly how many statements a program may run: loops multiply, calls add."""


@dataclass
class Author:
    """Who writes a program: decisions, features, and what is common to all of its functions.

    `left` is how many statements may still be written; when there are none, blocks have one simple statement each.  `constants` and
    `imports` are lines of the module.
    """

    choices: Choices
    features: frozenset[str]
    shapes: list[Shape] = field(default_factory=list)
    helpers: dict[str, Function] = field(default_factory=dict)
    serial: int = 0
    left: int = 12
    constants: list[str] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)

    def has(self, *features: str) -> bool:
        return self.features.issuperset(features)

    def fresh(self, stem: str) -> str:
        self.serial += 1
        return f"{stem}{self.serial}"


@dataclass
class Scope:
    """`kinds` of the names bound here; `fixed` names are not assigned (counters); `runs` is how often this place runs.

    `result` is what the function returns, `loop` whether break and continue may stand here, `jumped` whether one of them
    does, in which case names bound later need not be bound after the loop.
    """

    author: Author
    kinds: dict[str, Kind]
    result: Kind | None
    fixed: set[str] = field(default_factory=set)
    runs: int = 1
    depth: int = 0
    loop: bool = False
    jumped: bool = False

    @property
    def choices(self) -> Choices:
        return self.author.choices

    def has(self, *features: str) -> bool:
        return self.author.has(*features)

    def inner(self, runs: int = 1, loop: bool | None = None) -> Scope:
        """The scope of a block in this one."""
        is_loop = self.loop if loop is None else loop
        return Scope(
            self.author, dict(self.kinds), self.result, set(self.fixed), self.runs * max(runs, 1), self.depth + 1, is_loop
        )

    def bind(self, stem: str, kind: Kind) -> str:
        name = self.author.fresh(stem)
        self.kinds[name] = kind
        return name

    def after(self, *blocks: Scope) -> None:
        """This scope behind a branch: a name is bound if it is in every block."""
        for name in list({name: None for block in blocks for name in block.kinds}):
            kinds = [block.kinds.get(name) for block in blocks]
            kind = kinds[0]
            for other in kinds[1:]:
                kind = joined(kind, other) if kind is not None and other is not None else None
            if kind is None or (isinstance(kind, Function) and name not in self.kinds):
                self.kinds.pop(name, None)
            else:
                self.kinds[name] = kind
        self.jumped = self.jumped or any(block.jumped for block in blocks)

    # ------------------------------------------------------------------------------------------------ names by kind
    def named(self, kind: Kind) -> list[str]:
        return [name for name, known in self.kinds.items() if known == kind]

    def floats(self, assigned: bool = False) -> list[str]:
        return [n for n, kind in self.kinds.items() if isinstance(kind, Float) and not (assigned and n in self.fixed)]

    def ints(self) -> list[tuple[str, Int]]:
        return [(name, kind) for name, kind in self.kinds.items() if isinstance(kind, Int)]

    def arrays(self, rank: int | None = None) -> list[tuple[str, Shape]]:
        found = [(name, kind.shape) for name, kind in self.kinds.items() if isinstance(kind, Array)]
        found += [
            (f"{name}[{k}]", kind.item.shape)
            for name, kind in self.kinds.items()
            if isinstance(kind, Listing) and isinstance(kind.item, Array)
            for k in range(min(kind.count, 2))
        ]
        found += [
            (name + place, shape)
            for name, kind in self.holders()
            for place, shape in zip(kind.places, kind.shapes, strict=True)
        ]
        return [(name, shape) for name, shape in found if rank is None or len(shape) == rank]

    def listings(self) -> list[tuple[str, Listing]]:
        return [(name, kind) for name, kind in self.kinds.items() if isinstance(kind, Listing)]

    def holders(self) -> list[tuple[str, Holder]]:
        return [(name, kind) for name, kind in self.kinds.items() if isinstance(kind, Holder)]

    def pairs(self) -> list[tuple[str, Pair]]:
        return [(name, kind) for name, kind in self.kinds.items() if isinstance(kind, Pair)]

    def callables(self, result: Kind | None) -> list[tuple[str, Function]]:
        """What may be called here for a result of this kind, without running for too long."""
        known = {**self.author.helpers, **self.kinds}
        found = [(name, kind) for name, kind in known.items() if isinstance(kind, Function) and kind.result == result]
        return [(name, kind) for name, kind in found if kind.cost * self.runs <= BUDGET]

    # ------------------------------------------------------------------------------------------------------- lengths
    def size(self, length: int) -> str:
        """A text for a length that the program can see: of an array, a parameter, or the number itself."""
        texts = [str(length)]
        for name, shape in self.arrays():
            texts += [f"{name}.shape[{axis}]" for axis, have in enumerate(shape) if have == length]
            texts += [f"len({name})"] if shape[0] == length else []
            texts += [f"{name}.size"] if len(shape) == 1 and shape[0] == length else []
        texts += [name for name, kind in self.ints() if kind == Int(length, length)]
        return self.choices.pick(texts)

    def shape_text(self, shape: Shape) -> str:
        if len(shape) == 1:
            return self.size(shape[0])
        return f"({', '.join(self.size(length) for length in shape)})"

    def some_shape(self) -> Shape:
        return self.choices.pick(self.author.shapes)

    def some_kind(self) -> Kind:
        return FLOAT if self.choices.chance(45) else Array(self.some_shape())


def count(shape: Shape) -> int:
    return math.prod(shape)
