"""Functions are found wherever they were written: files of any kind, cells, class bodies, lambdas on one line."""

from __future__ import annotations

import functools
import importlib.util
import linecache
import sys

import numpy as np
import pytest

from s2s import differentiable, grad, value_and_grad


def cell(text, name="<cell 1>"):
    """Run text as a notebook or the REPL does: its lines are in linecache only."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace = {"__name__": "__main__", "np": np}
    exec(compile(text, name, "exec"), namespace)
    return namespace


def imported(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def test_a_cell():
    f = cell("def f(x):\n    # of a notebook\n    return x * np.sin(x)\n")["f"]
    assert grad(f)(0.7) == pytest.approx(np.sin(0.7) + 0.7 * np.cos(0.7), rel=1e-15)


def test_two_cells_that_call_each_other():
    first = cell("def g(x):\n    return x ** 3\n", "<cell 2>")
    text = "def f(x):\n    return g(x) * 2\n"
    linecache.cache["<cell 3>"] = (len(text), None, text.splitlines(keepends=True), "<cell 3>")
    exec(compile(text, "<cell 3>", "exec"), first)
    assert grad(first["f"])(1.5) == pytest.approx(6 * 1.5**2, rel=1e-15)


def test_a_cell_that_is_run_again_with_another_text():
    f = cell("def f(x):\n    return x * 2.0\n", "<cell 4>")["f"]
    assert grad(f)(1.5) == 2.0
    f = cell("def f(x):\n    return x * 5.0\n", "<cell 4>")["f"]
    assert grad(f)(1.5) == 5.0


def test_a_class_body():
    class Model:
        def energy(self, x):
            return self.scale * x**2

        scale = 3.0
        shifted = lambda self, x: (x - self.scale) ** 2

        class Inner:
            def cubed(self, x):
                return x**3

    assert grad(Model().energy)(1.5) == 9.0
    assert grad(Model().shifted)(1.5) == -3.0
    assert grad(Model.Inner().cubed)(2.0) == 12.0


def test_lambdas_of_one_line():
    # fmt: off
    one, two, three = lambda x: x, lambda x: x * x, lambda x: (lambda y: y * x * x)(x)
    pairs = [(lambda x: 2 * x, lambda x: 3 * x), (lambda x: 4 * x, lambda x: 5 * x)]
    # fmt: on
    assert [grad(f)(2.0) for f in (one, two, three)] == [1.0, 4.0, 12.0]
    assert [grad(f)(2.0) for pair in pairs for f in pair] == [2.0, 3.0, 4.0, 5.0]


def test_lambdas_that_look_alike():
    fs = [lambda x, k=k: k * x for k in range(3)]
    assert [grad(f)(2.0) for f in fs] == [0.0, 1.0, 2.0]


def test_a_lambda_over_several_lines():
    # fmt: off
    fs = [
        lambda x, k=2.0: k  # a factor
        * x
        * (
            x + 1.0
        )
    ]
    # fmt: on
    assert grad(fs[0])(1.5) == 8.0


def test_a_lambda_in_a_call():
    assert value_and_grad(lambda x: x * x)(3.0) == (9.0, 6.0)
    assert grad(lambda x: x * x if x > 0 else x)(3.0) == 6.0


# fmt: off
def one_liner(x): return x * x
def strange_spaces ( x ,k = 2.0 ) :
        y=x   *k ;z=y
        return (z*
   z)
# fmt: on


def test_unusual_layouts():
    assert grad(one_liner)(1.5) == 3.0
    assert grad(strange_spaces)(1.5) == 12.0


if True:

    def under_an_if(x):
        return x * x

    try:

        def under_a_try(x):
            return x * 3.0

    except ImportError:
        pass


def test_definitions_under_other_statements():
    assert grad(under_an_if)(1.5) == 3.0
    assert grad(under_a_try)(1.5) == 3.0


def twice_defined(x):
    return x * 2.0


first_definition = twice_defined


def twice_defined(x):
    return x * 5.0


def test_two_functions_of_one_name():
    assert grad(first_definition)(1.5) == 2.0
    assert grad(twice_defined)(1.5) == 5.0


def halved(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs) / 2

    return wrapper


@differentiable
@halved
def under_decorators(x, k=1.0):
    return x * x * k


def test_decorators_of_others():
    assert under_decorators(1.5, k=2.0) == 2.25
    assert grad(under_decorators)(1.5, k=2.0) == 3.0


def test_texts_inside():
    def f(x):
        """A text with # no comment, 'quotes' and
        def g(x): return 0
        """
        s = 'def h(x):\n    return "#"'
        return x * len(s.splitlines())  # a comment with """ in it

    assert grad(f)(1.5) == 2.0


FILES = {
    "tabs": b"def f(x):\n\tif x > 0:\n\t\ty = x * x\n\telse:\n\t\ty = x\n\treturn y\n",
    "carriage_returns": b"def f(x):\r\n    # comment\r\n    y = x\r\n    return y * x\r\n",
    "no_last_newline": b"def f(x):\n    return x * x",
    "byte_order_mark": b"\xef\xbb\xbfdef f(x):\n    return x * x\n",
    "latin": "# -*- coding: latin-1 -*-\ndef f(größe):\n    # Größe\n    return größe * größe\n".encode("latin-1"),
    "form_feed": b"a = 1\n\x0c\ndef f(x):\n    return x * x\n",
    "continued": b"def f(x,\n      k=1.0):\n    y = x \\\n        * k\n    return (\n        y\n        * y\n    )\n",
    "comment_at_the_end": b"def f(x):\n    return x * x\n    # the end\n\n# not of f\n",
    "many_blank_lines": b"\n\n\ndef f(x):\n\n\n    y = x\n\n\n    return y * x\n\n\n",
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_any_kind(name, tmp_path):
    path = tmp_path / f"file_with_{name}.py"
    path.write_bytes(FILES[name])
    assert grad(imported(path).f)(1.5) == 3.0
