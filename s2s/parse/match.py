"""`match` as the branches that it stands for.

    match shape:                          subject = shape
        case ["disc", r]:                 if isinstance(subject, Sequence) and ... and subject[0] == "disc":
            area = pi * r**2        =>        r = subject[1]
        case _:                               area = pi * r**2
            area = 0.0                    else:
                                              area = 0.0

In: libcst's Match, and the reader of its expressions and bodies.  Out: statements.  Names are bound behind a test that
holds; in front of a guard, which may read them, in the test itself.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import libcst as cst

from s2s import syntax as sx
from s2s.primitives import contains

WHOLE = {"bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"}
"""Classes whose one positional pattern is for the whole object."""
TEXT = ("str", "bytes", "bytearray")

Bindings = list[tuple[str, sx.Expr]]


class Unmatched(Exception):
    """A pattern that has no branch: the reason, the hint, and the pattern."""


def read_match(reader: Any, node: cst.Match, serial: int, place: dict[str, Any]) -> Iterator[sx.Statement]:
    """The statements of a match; a Refusal for one with a pattern that is not taken."""
    branches = Branches(reader, serial)
    try:
        statement = branches.cases(node.cases)
    except Unmatched as error:
        reason, hint, pattern = error.args
        yield sx.Refusal(reason, hint, **{**place, "span": reader.span(pattern)})
        return
    span = reader.span(node.subject)
    yield from branches.imports(span)
    yield sx.Assign((branches.subject(span),), reader.expr(node.subject), **{**place, "span": span})
    yield from statement


class Branches:
    """One match."""

    def __init__(self, reader: Any, serial: int) -> None:
        self.reader, self.serial = reader, serial
        self.classes: dict[str, str] = {}

    def subject(self, span: sx.Span) -> sx.Expr:
        return sx.Name(f"subject@{self.serial}", span=span)

    def imports(self, span: sx.Span) -> Iterator[sx.Statement]:
        """The abstract classes that tests name."""
        for name, local in self.classes.items():
            yield sx.Import("collections.abc", name, local, span=span)

    def cases(self, cases: Sequence[cst.MatchCase]) -> sx.Body:
        if not cases:
            return ()
        case, rest = cases[0], cases[1:]
        span = self.reader.span(case.pattern)
        bindings: Bindings = []
        tests = list(self.pattern(case.pattern, self.subject(span), bindings))
        body: sx.Body = self.reader.body(case.body)
        if case.guard is not None:
            if bindings:
                tests.append(sx.Display(tuple, tuple(_walrus(name, value) for name, value in bindings), span=span))
            tests.append(self.reader.expr(case.guard))
        else:
            body = (*(_bind(name, value) for name, value in bindings), *body)
        if not tests:
            return body
        text = self.reader.text(span)
        return (sx.If(_all(tests), body, self.cases(rest), span=span, text=f"case {text}:"),)

    # --------------------------------------------------------------------------------------------------- patterns
    def pattern(self, node: Any, subject: sx.Expr, bindings: Bindings) -> Iterator[sx.Expr]:
        """The tests of one pattern, in order; what it binds is added to `bindings`."""
        span = self.reader.span(node)
        match node:
            case cst.MatchValue():
                yield sx.Compare(subject, ((operator.eq, self.reader.expr(node.value)),), span=span)
            case cst.MatchSingleton():
                yield sx.Compare(subject, ((operator.is_, self.reader.expr(node.value)),), span=span)
            case cst.MatchAs():
                if node.pattern is not None:
                    yield from self.pattern(node.pattern, subject, bindings)
                if node.name is not None:
                    bindings.append((node.name.value, subject))
            case cst.MatchOr():
                yield self.alternatives(node, subject, span)
            case cst.MatchList() | cst.MatchTuple():
                yield from self.sequence(node, subject, bindings, span)
            case cst.MatchMapping():
                yield from self.mapping(node, subject, bindings, span)
            case cst.MatchClass():
                yield from self.instance(node, subject, bindings, span)

    def alternatives(self, node: cst.MatchOr, subject: sx.Expr, span: sx.Span) -> sx.Expr:
        bindings: Bindings = []
        found = [list(self.pattern(element.pattern, subject, bindings)) for element in node.patterns]
        if bindings:
            raise Unmatched("alternatives of a pattern bind names", "write a case for each", node)
        tests = [_all(tests) if tests else sx.Literal(True, span=span) for tests in found]
        return sx.Logic(False, tuple(tests), span=span)

    def sequence(self, node: Any, subject: sx.Expr, bindings: Bindings, span: sx.Span) -> Iterator[sx.Expr]:
        stars = [k for k, element in enumerate(node.patterns) if isinstance(element, cst.MatchStar)]
        count = len(node.patterns) - len(stars)
        yield self.is_a("Sequence", subject, span)
        text = sx.Display(tuple, tuple(sx.Name(name, span=span) for name in TEXT), span=span)
        yield sx.Operation(operator.not_, (_call("isinstance", (subject, text), span),), span=span)
        test = operator.ge if stars else operator.eq
        yield sx.Compare(_call("len", (subject,), span), ((test, sx.Literal(count, span=span)),), span=span)
        for k, element in enumerate(node.patterns):
            behind = len(node.patterns) - k
            if isinstance(element, cst.MatchStar):
                if element.name is not None:
                    stop = sx.Literal(1 - behind, span=span) if behind > 1 else None
                    part = sx.Slice(sx.Literal(k, span=span), stop, None, span=span)
                    rest = _call("list", (sx.Subscript(subject, part, span=span),), span)
                    bindings.append((element.name.value, rest))
                continue
            index = -behind if stars and k > stars[0] else k
            item = sx.Subscript(subject, sx.Literal(index, span=span), span=span)
            yield from self.pattern(element.value, item, bindings)

    def mapping(self, node: cst.MatchMapping, subject: sx.Expr, bindings: Bindings, span: sx.Span) -> Iterator[sx.Expr]:
        if node.rest is not None:
            raise Unmatched("a pattern takes the rest of a dict", "read its items by their keys", node)
        yield self.is_a("Mapping", subject, span)
        for element in node.elements:
            key = self.reader.expr(element.key)
            yield sx.Compare(key, ((contains, subject),), span=span)
            yield from self.pattern(element.pattern, sx.Subscript(subject, key, span=span), bindings)

    def instance(self, node: cst.MatchClass, subject: sx.Expr, bindings: Bindings, span: sx.Span) -> Iterator[sx.Expr]:
        cls = self.reader.expr(node.cls)
        yield _call("isinstance", (subject, cls), span)
        if isinstance(cls, sx.Name) and cls.id in WHOLE and node.patterns:
            yield from self.pattern(node.patterns[0].value, subject, bindings)
            return
        for k, element in enumerate(node.patterns):
            names = sx.Attribute(cls, "__match_args__", span=span)
            name = sx.Subscript(names, sx.Literal(k, span=span), span=span)
            yield from self.pattern(element.value, _call("getattr", (subject, name), span), bindings)
        for keyword in node.kwds:
            value = sx.Attribute(subject, keyword.key.value, span=span)
            yield from self.pattern(keyword.pattern, value, bindings)

    def is_a(self, name: str, subject: sx.Expr, span: sx.Span) -> sx.Expr:
        local = self.classes.setdefault(name, f"{name.lower()}@{self.serial}")
        return _call("isinstance", (subject, sx.Name(local, span=span)), span)


def _all(tests: list[sx.Expr]) -> sx.Expr:
    """The conjunction, nested to the right: a test is evaluated only where those before it hold."""
    return reduce(lambda rest, test: sx.Logic(True, (test, rest), span=test.span), reversed(tests[:-1]), tests[-1])


def _call(name: str, args: tuple[sx.Expr, ...], span: sx.Span) -> sx.Expr:
    return sx.Call(sx.Name(name, span=span), args, (), span=span)


def _walrus(name: str, value: sx.Expr) -> sx.Expr:
    return sx.Walrus(sx.Name(name, span=value.span), value, span=value.span)


def _bind(name: str, value: sx.Expr) -> sx.Statement:
    return sx.Assign((sx.Name(name, span=value.span),), value, span=value.span)
