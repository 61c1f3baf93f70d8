"""Derivatives on disk: found where all that the derivation can have looked at is the same, and nowhere else."""

from __future__ import annotations

import gc
import sys
import types
import weakref

import numpy as np
import pytest

from jit.texts import in_new_process
from s2s import entries, value_and_grad
from s2s.arguments import arranged, unbundle
from s2s.cache import Ready
from s2s.entries.inside import Unknowable
from s2s.entries.reached import Reached
from s2s.kinds import Request
from s2s.pipeline import derive
from s2s.specialise.outside import Environment

PREFACE = "import dataclasses, enum, functools, typing\nimport numpy as np\nfrom s2s.rules.declare import elementwise\n"

X = np.array([0.3, 0.5])


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A function that imports a text as a new process would: in a file of one name, with functions and classes of its own."""

    def imported(text: str, name: str = "entries_model"):
        path = tmp_path / f"{name}.py"
        path.write_text(PREFACE + text)
        module = types.ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(PREFACE + text, str(path), "exec"), vars(module))
        return module

    return imported


@pytest.fixture
def declared():
    """Forgets the rules that were declared since, as a new process does."""
    from s2s.rules.declare import RULES

    before = {*RULES.rules, *RULES.constants}

    def forget():
        for table in (RULES.rules, RULES.constants):
            for function in [key for key in table if key not in before and is_users(key)]:
                del table[function]

    def is_users(function):
        return (getattr(function, "__module__", None) or "").startswith("entries_")

    yield forget
    forget()


def arguments(function, *args):
    callee = unbundle(function)
    call = arranged(callee, args, {}, 0, None)
    return callee, Request("value_and_grad", call.wrt, single=True), call


def found(function, *args):
    """What is on disk for a call."""
    return entries.lookup(entries.Place(*arguments(function, *args)))


def kept(function, *args) -> str:
    """Derive for a call and keep that; why it is not kept."""
    callee, request, call = arguments(function, *args)
    place = entries.Place(callee, request, call)
    return entries.save(place, derive(callee.function, request, call.args, call.kwargs))


def run(made, function, *args):
    callee, _, call = arguments(function, *args)
    ready = Ready(made)
    return ready.functions()[0](*call.all, **ready.captured(callee, call))


# Pieces of a program, and what each is changed to: the entry of one must not be found for the other.
CHANGES = {
    "text": ("def f(x): return np.sum(x * 2.0)", "2.0", "3.0"),
    "callee": ("def g(x): return x * 2.0\ndef f(x): return np.sum(g(x))", "2.0", "3.0"),
    "callee of a callee": ("def h(x): return x * 2.0\ndef g(x): return h(x)\ndef f(x): return np.sum(g(x))", "2.0", "3.0"),
    "default": ("def g(x, k=2.0): return x * k\ndef f(x): return np.sum(g(x))", "2.0", "3.0"),
    "number": ("K = 2.0\ndef f(x): return np.sum(x * K)", "2.0", "3"),
    "kind of number": ("K = 2.0\ndef f(x): return np.sum(x * K)", "2.0", "np.float32(2.0)"),
    "array": ("K = np.ones(2)\ndef f(x): return np.sum(x * K)", "np.ones(2)", "np.ones((2, 2))"),
    "layout": ("K = np.ones((2, 2))\ndef f(x): return np.sum(K.reshape(4)) * x[0]", "(2, 2)", "(2, 2), order='F'"),
    "text as a value": ("M = 'a'\ndef f(x): return np.sum(x) if M == 'a' else np.prod(x)", "M = 'a'", "M = 'b'"),
    "which function": ("def f(x): return np.sum(act(x))\nact = np.sin", "np.sin", "np.cos"),
    "closure": ("def made(k):\n    def f(x): return np.sum(x * k)\n    return f\nf = made(2.0)", "2.0", "(2.0, 1.0)"),
    "method": ("class C:\n    def m(self, x): return x * 2.0\nc = C()\ndef f(x): return np.sum(c.m(x))", "2.0", "3.0"),
    "method of a base": (
        "class B:\n    def m(self, x): return x * 2.0\nclass C(B): pass\nc = C()\ndef f(x): return np.sum(c.m(x))", "2.0", "3.0"
    ),
    "property": ("class C:\n    @property\n    def k(self): return 2.0\nc = C()\ndef f(x): return np.sum(x * c.k)", "2.0", "3.0"),
    "class attribute": ("class C:\n    k = 2.0\ndef f(x): return np.sum(x * C.k)", "2.0", "np.float32(2.0)"),
    "object": (
        "class C:\n    def __init__(self, k): self.k = k\nc = C(2.0)\ndef f(x): return np.sum(x * c.k)", "C(2.0)", "C(np.ones(1))"
    ),
    "slots": (
        "class C:\n    __slots__ = ('k',)\nc = C()\nc.k = 'a'\ndef f(x): return np.sum(x) if c.k == 'a' else np.prod(x)",
        "c.k = 'a'", "c.k = 'b'",
    ),
    "dataclass": (
        "@dataclasses.dataclass\nclass C:\n    k: str = 'a'\ndef f(x): return np.sum(x) if C().k == 'a' else np.prod(x)",
        "str = 'a'", "str = 'b'",
    ),
    "enum": (
        "class E(enum.Enum):\n    A = 'a'\ndef f(x): return np.sum(x) if E.A.value == 'a' else np.prod(x)", "A = 'a'", "A = 'b'"
    ),
    "named tuple": (
        "class P(typing.NamedTuple):\n    a: str = 'a'\ndef f(x): return np.sum(x) if P().a == 'a' else np.prod(x)",
        "str = 'a'", "str = 'b'",
    ),
    "partial": ("def g(k, x): return x * k\nh = functools.partial(g, 2.0)\ndef f(x): return np.sum(h(x))", "g, 2.0", "g, 'a'"),
    "dict": ("D = {'k': 'a'}\ndef f(x): return np.sum(x) if D['k'] == 'a' else np.prod(x)", "'k': 'a'", "'k': 'b'"),
    "decorator": (
        "def twice(g):\n    @functools.wraps(g)\n    def inner(x): return 2.0 * g(x)\n    return inner\n"
        "@twice\ndef g(x): return x\ndef f(x): return np.sum(g(x))", "2.0", "3.0",
    ),
    "nested text": ("def f(x):\n    def g(y): return y * 2.0\n    return np.sum(g(x))", "2.0", "3.0"),
    "lambda": ("g = lambda x: x * 2.0\ndef f(x): return np.sum(g(x))", "2.0", "3.0"),
    "name that comes to be": ("def f(x): return np.sum(abs(x))", "def f", "def abs(x): return 2.0 * x\ndef f"),
    "rule": ("@elementwise(lambda x: x)\ndef r(x): return 2.0\ndef f(x): return np.sum(x)", "2.0", "3.0"),
    "order of rules": (
        "def g(x): return x\ndef a(x): return 2.0 + 0.0 * x\ndef b(x): return 3.0 + 0.0 * x\ndef f(x): return np.sum(g(x))\n"
        "elementwise(g)(a), elementwise(g)(b)", "elementwise(g)(a), elementwise(g)(b)", "elementwise(g)(b), elementwise(g)(a)",
    ),
    "function without a derivative": (
        "from s2s.rules.declare import constant\ndef g(x): return x\ndef f(x): return np.sum(g(x) * x)\ndef k(): pass\nconstant(k)",
        "constant(k)", "constant(g)",
    ),
    "class that is declared a subclass": (
        "import abc\nclass A(abc.ABC): pass\nclass B: pass\nclass C: pass\nc = C()\nA.register(B)\n"
        "def f(x): return np.sum(x) if isinstance(c, A) else np.prod(x)", "A.register(B)", "A.register(C)",
    ),
    "what an enum's member holds": (
        "class E(enum.Enum):\n    A = 1\nE.A.mode = 'a'\ndef f(x): return np.sum(x) if E.A.mode == 'a' else np.prod(x)",
        ".mode = 'a'", ".mode = 'b'",
    ),
    "name of a function": (
        "def g(x): return x\ng.__name__ = 'a'\ndef f(x): return np.sum(x) if g.__name__ == 'a' else np.prod(x)",
        "__name__ = 'a'", "__name__ = 'b'",
    ),
    "two lambdas": ("a = lambda x: x * 2.0; b = lambda x: x * 3.0\nh = a\ndef f(x): return np.sum(h(x))", "h = a", "h = b"),
    "arguments of a transform": (
        "import s2s\ndef g(x, y): return np.sum(x**3 * y)\nh = s2s.grad(g, argnums=0)\ndef f(x): return np.sum(h(x, x))",
        "argnums=0", "argnums=1",
    ),
    "fields of a record": (
        "P = typing.NamedTuple('P', [('a', float), ('b', float)])\np = P(2.0, 3.0)\ndef f(x): return np.sum(p.a * x)",
        "('a', float), ('b', float)", "('b', float), ('a', float)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES)
def test_an_entry_is_found_for_the_same_program_only(case, model, declared):
    text, old, new = CHANGES[case]
    assert old in text

    def again(text):
        declared()
        return model(text).f

    function = again(text)
    assert kept(function, X) == ""
    expected = run(found(function, X), function, X)
    same = again(text)
    assert same is not function
    made = found(same, X)
    assert made is not None
    assert np.array_equal(run(made, same, X)[1], expected[1])
    assert found(again(text.replace(old, new)), X) is None


def test_another_module_is_looked_into(model):
    text = "import entries_other\ndef f(x): return np.sum(x * entries_other.K + entries_other.g(x))"
    model("K = 2.0\ndef g(x): return x * 2.0\nunused = 1", "entries_other")
    assert kept(model(text).f, X) == ""
    model("K = 2.0\ndef g(x): return x * 2.0\nunused = 2", "entries_other")
    assert found(model(text).f, X) is None, "the lines of its file are others"
    model("K = 2.0\ndef g(x): return x * 2.0\nunused = 1", "entries_other").K = 3
    assert found(model(text).f, X) is None
    model("K = 2.0\ndef g(x): return x * 2.0\nunused = 1", "entries_other").unused = 3
    assert found(model(text).f, X) is not None


def test_the_call_is_part_of_the_key(model):
    function = model("def f(x, mode='a', g=None): return np.sum(x) if mode == 'a' else np.prod(x)").f
    assert kept(function, X) == ""
    assert found(function, X) is not None
    for others in ((X.astype(np.float32),), (X[:1],), (X, "a"), (X, "b"), (X[:, None],), (1.0,), ([0.3, 0.5],)):
        assert found(function, *others) is None
    callee, _, call = arguments(function, X)
    place = entries.Place(callee, Request("call", call.wrt, single=True), call)
    assert entries.lookup(place) is None


def test_functions_and_objects_that_are_arguments(model):
    text = "class C:\n    k = 'a'\ndef g(x): return 2.0 * x\ndef f(x, g, c): return np.sum(g(x)) if c.k == 'a' else np.prod(x)"
    module = model(text)
    assert kept(module.f, X, module.g, module.C()) == ""
    module = model(text)
    made = found(module.f, X, module.g, module.C())
    assert np.array_equal(run(made, module.f, X, module.g, module.C())[1], [2.0, 2.0])
    other = module.C()
    other.k = "b"
    assert found(module.f, X, module.g, other) is None
    module = model(text.replace("2.0 * x", "3.0 * x"))
    assert found(module.f, X, module.g, module.C()) is None


def test_what_an_entry_reads_is_read_at_each_call(model):
    text = "K = 2.0\nW = np.array([1.0, 2.0])\ndef g(x): return x * x\ndef f(x): return np.sum(g(x) * K * W)"
    assert kept(model(text).f, X) == ""
    module = model(text)
    made = found(module.f, X)
    module.K, module.W = 5.0, np.array([1.0, 3.0])
    assert np.allclose(run(made, module.f, X)[1], 2 * X * 5.0 * module.W)
    environment = Environment(module.f, (X,))
    ready = Ready(made)
    assert ready.holds(environment)
    module.g = lambda x: x
    assert not ready.holds(environment)


def test_memory_that_is_shared_is_found_out(model):
    text = "def f(x, y):\n    y[0] = x[0]\n    return x[0] * y[1]"
    assert kept(model(text).f, X, X.copy()) == ""
    function = model(text).f
    made = found(function, X, X.copy())
    with pytest.raises(Exception, match="share memory"):
        run(made, function, X, X)


def test_a_function_of_a_library_that_was_replaced(model, monkeypatch):
    text = "def f(x): return np.sum(np.tanh(x))"
    assert kept(model(text).f, X) == ""
    with monkeypatch.context() as patched:
        patched.setattr(np, "tanh", lambda x: 2.0 * x)
        assert found(model(text).f, X) is None
        assert kept(model(text).f, X) != ""
    assert found(model(text).f, X) is not None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import entries_other as o\ndef f(x): return np.sum(x) * getattr(o, 'K')", "getattr may find"),
        ("def f(x): return np.sum(x) * globals()['K']", "globals may find"),
        ("r = np.random.default_rng(0)\ndef f(x): return np.sum(x) * r.normal()", "an object of type Generator"),
        ("n = iter([1])\ndef f(x): return np.sum(x) * next(n)", "an object of type"),
        ("K = np.array([None])\ndef f(x): return np.sum(x) if K[0] is None else 0.0", "an array of dtype object"),
        ("def f(x):\n    import not_imported_yet\n    return x", "is not imported yet"),
        ("K = np.ma.ones(2)\ndef f(x): return np.sum(x * K)", "an array of the class MaskedArray"),
        ("K = {(1, 2)}\ndef f(x): return np.sum(x * len(K))", "the order of a set"),
        ("import entries_other as o\nG = getattr\nN = 'K'\ndef f(x): return np.sum(x) * G(o, N)", "getattr may find"),
        ("class C:\n    k = 2.0\n    def __getattribute__(self, n): return 2.0\nc = C()\ndef f(x): return np.sum(x) * c.k", "its own"),
        ("import types\nclass M(types.ModuleType): K = 2.0\nm = M('m')\ndef f(x): return np.sum(x) * m.K", "when they are asked for"),
        ("class C(float): pass\nc = C(2.0)\ndef f(x): return np.sum(x) * c", "an object of type C"),
        ("class C:\n    py_func = lambda x: x\nc = C()\nc.f = iter([])\ndef f(x): return np.sum(c.f)", "an object of"),
    ],
)
def test_what_cannot_be_compared_is_not_kept(text, reason, model):
    model("K = 2.0", "entries_other")
    function = model(text).f
    with pytest.raises(Unknowable, match=reason):
        entries.Place(*arguments(function, X))
    assert entries.place_of(*arguments(function, X)) is None


def test_what_changes_while_it_is_derived_is_not_kept(model):
    module = model("K = 2.0\ndef f(x): return np.sum(x * K)")
    callee, request, call = arguments(module.f, X)
    place = entries.Place(callee, request, call)
    module.K = 3.0
    reason = entries.save(place, derive(callee.function, request, call.args, call.kwargs))
    assert reason == "what the function reaches was changed meanwhile"


def test_a_damaged_entry_is_not_found(model, cache):
    text = "def f(x): return np.sum(x * 2.0)"
    assert kept(model(text).f, X) == ""
    (file,) = (cache / "derived").rglob("program")
    whole = file.read_bytes()
    for damaged in (whole[:200], whole[:-1] + b"!", b""):
        file.write_bytes(damaged)
        assert found(model(text).f, X) is None
    assert kept(model(text).f, X) == ""
    assert found(model(text).f, X) is not None


def test_identity_counts(model):
    """Two names of one function are not two functions that are equal."""
    text = "def g(x): return x\nh = g\ndef f(x): return np.sum(g(x) + h(x))"
    walks = []
    for other in (text, text, text.replace("h = g", "def h(x): return x")):
        reached = Reached()
        reached.add(model(other).f)
        walks.append(reached.finish())
    assert walks[0] == walks[1] != walks[2]


NEW_PROCESS = """
import sys
import numpy as np
from s2s import entries, value_and_grad
from s2s.arguments import arranged, unbundle
from s2s.cache import Ready
from s2s.entries.inside import Unknowable
from s2s.entries.reached import Reached
from s2s.kinds import Request
sys.path.insert(0, sys.argv[1])
from entries_of_a_file import Model, loss
model, x = Model(3.0), np.array([0.3, 0.5])
callee = unbundle(loss)
call = arranged(callee, (x, model), {}, 0, None)
request = Request("value_and_grad", call.wrt, single=True)
place = entries.Place(callee, request, call)
made = entries.lookup(place)
print("hit" if made else "miss")
if made is None:
    from s2s.pipeline import derive
    made = derive(callee.function, request, call.args, call.kwargs)
    print(entries.save(place, made))
ready = Ready(made)
print(ready.functions()[0](*call.all, **ready.captured(callee, call))[1].tolist())
print([name for name in ("libcst",) if name in sys.modules])
"""


def test_a_new_process_derives_nothing(tmp_path):
    (tmp_path / "entries_of_a_file.py").write_text(
        "import numpy as np\nW = np.array([1.0, 2.0])\n\n\nclass Model:\n    def __init__(self, k):\n        self.k = k\n\n"
        "    def act(self, x):\n        return np.tanh(self.k * x)\n\n\ndef loss(x, model):\n    return np.sum(W * model.act(x))\n"
    )
    first = in_new_process(NEW_PROCESS, tmp_path).splitlines()
    second = in_new_process(NEW_PROCESS, tmp_path).splitlines()
    assert first[:2] == ["miss", ""]
    assert second == ["hit", first[2], "[]"]


def test_no_call_is_held_and_what_is_made_anew_is_not_kept(model, cache):
    module = model("def f(x): return np.sum(x * x)\ndef made(k):\n    return lambda x: np.sum(x * k)")
    x = np.linspace(0.1, 0.9, 30)
    held = weakref.ref(x)
    assert np.allclose(value_and_grad(module.f, jit="auto")(x)[1], 2 * x)
    del x
    gc.collect()
    assert held() is None
    assert len([*(cache / "derived").iterdir()]) == 1
    value_and_grad(module.made(2.0), jit="auto")(np.ones(3))
    assert len([*(cache / "derived").iterdir()]) == 1
    assert entries.place_of(*arguments(module.made(2.0), X)) is None
    assert entries.place_of(*arguments(module.f, X)) is not None


COMPILED = """
import sys
import numpy as np
from s2s import value_and_grad, vjp
sys.path.insert(0, sys.argv[1])
from entries_of_a_file import loss, printed
for length in map(int, sys.argv[2:]):
    value, gradient = value_and_grad(loss, jit=True)(np.linspace(0.1, 0.9, length), np.ones(length))
    assert np.allclose(gradient, 2 * np.linspace(0.1, 0.9, length))
    print("libcst" in sys.modules)
print(value_and_grad(printed, jit="auto")(np.ones(3))[1].tolist(), vjp(loss, np.ones(2), np.ones(2), cotangent=1.0, jit=True)[1])
print("libcst" in sys.modules)
"""


def test_a_new_process_compiles_nothing_for_lengths_that_are_on_disk(tmp_path):
    (tmp_path / "entries_of_a_file.py").write_text(
        "import numpy as np\n\n\ndef loss(x, w):\n    return np.sum(w * x * x)\n\n\n"
        "def printed(x):\n    y = x * 2.0\n    print(y[0])\n    return np.sum(y * y)\n"
    )
    first = in_new_process(COMPILED, tmp_path, 20, 30).splitlines()
    assert first[:2] == ["True", "True"]
    again = in_new_process(COMPILED, tmp_path, 20, 30, 40).splitlines()
    assert again[:3] == ["False", "False", "False"]
    assert again[3:-1] == first[2:-1], "what is printed is printed, and results are the same"
    assert again[-1] == "False"
    others = in_new_process(COMPILED, tmp_path, 2, 20, 3).splitlines()
    assert others[:3] == ["True", "True", "True"], "a length below five is another program"
    assert in_new_process(COMPILED, tmp_path, 2, 20).splitlines()[:2] == ["False", "False"]
