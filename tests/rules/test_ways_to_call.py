"""The ways to call a function that NumPy has: by keyword, by position, as a method, over several axes, with defaults.

Each expression is a program for the whole transformer, checked in both modes up to order 2.
"""

from __future__ import annotations

import numpy as np
import pytest

from rules.written import functions_of
from s2s.testing import check_grads

RNG = np.random.default_rng(3)
X, Y = RNG.uniform(0.2, 1.8, (2, 3)), RNG.uniform(0.3, 1.5, (2, 3))

REDUCTIONS = [
    "np.{f}(x)", "np.{f}(x, 0)", "np.{f}(x, axis=-1)", "np.{f}(x, np.int64(1))", "np.{f}(x, axis=(0, 1))",
    "np.{f}(x, axis=(-1, 0), keepdims=True)", "np.{f}(x, 1, keepdims=True)", "np.{f}(a=x)", "np.{f}(x, axis=None)",
    "x.{f}()", "x.{f}(1)", "x.{f}(axis=-1)", "x.{f}(axis=1, keepdims=True)", "np.{f}(x, 1, out=None)",
]  # fmt: skip
LEFT_OUT = [
    "np.sum(x, 1, None, None, True)", "np.sum(x, axis=1, dtype=None)", "np.mean(x, 0, None, None, True)", "x.mean(0, None)",
    "np.max(x, 1, None, True)", "np.take(x, [0, 1], 1, None, 'wrap')", "np.matmul(x, y.T, out=None)", "np.sin(x, out=None)",
    "np.sin(x, where=True)", "np.array(x, copy=True, order='F')",
    "np.array([x, y], copy=True)", "np.copy(x, order='F')", "np.linspace(0.0, x, 3, retstep=False)",
    "np.meshgrid(x[0], x[1], copy=True, sparse=False)", "np.average(x, returned=False)", "np.clip(x, 0.5, 1.0, out=None)",
    "np.trace(x, 0, 0, 1, None)", "np.cumsum(x, 0, None, None)",
]  # fmt: skip
OPTIONS = [
    "np.sum(x, dtype=np.float64)", "np.mean(x, axis=1, dtype=float)", "np.cumsum(x, 1, dtype=float)", "np.var(x, ddof=1)",
    "x.std(ddof=1)", "np.std(x, axis=1, ddof=1, keepdims=True)", "np.var(x, axis=(0, 1), ddof=2)", "np.sum(x, axis=())",
    "x.ravel(order='F')", "np.ravel(x, order='C')", "x.flatten()", "x.flatten('F')", "x.flatten(order='F')",
    "x.reshape(-1)", "x.reshape(3, -1)", "x.reshape((-1, 2))", "x.reshape(3, 2, order='F')", "np.reshape(x, (3, 2), 'F')",
    "x.reshape(y.T.shape)", "x.transpose(1, 0)", "x.transpose((1, 0))", "np.transpose(x, axes=[1, 0])",
    "np.moveaxis(x, [0, 1], [1, 0])", "np.expand_dims(x, (0, -1))", "x[None].squeeze(0)", "np.squeeze(x[:, None], axis=1)",
    "np.concatenate([x, y], axis=-1)", "np.concatenate((x, y), axis=None)", "np.concatenate(x)", "np.stack([x, y], axis=-1)",
    "np.stack([row * 2 for row in x])", "np.hstack([x[0, 0], x[0]])", "np.append(x, y, axis=0)", "np.split(x, [1, 2], axis=1)[1]",
    "np.array_split(x, 2, axis=-1)[0]", "np.split(x, 2)[1] * np.split(y, 2)[0]", "np.tile(x, [2, 1, 2])", "np.repeat(x, [1, 0, 2], 1)",
    "x.repeat(2, axis=0)", "np.repeat(x, np.int64(2), 1)", "np.flip(x, axis=(0, 1))", "np.roll(x, (1, 2), axis=(0, 1))",
    "np.roll(x, [1, 2], axis=[0, 1])", "np.rot90(x, k=2, axes=(1, 0))", "np.pad(x, ((1, 2), (0, 1)))", "np.pad(x, 1, 'edge')",
    "np.pad(x, 1, mode='reflect')", "np.pad(x, 1, mode='symmetric')", "np.pad(x, (1, 2), mode='wrap')",
    "np.pad(x, 1, constant_values=((1.0, 2.0), (3.0, 4.0)))", "np.pad(x, {-1: (1, 2)})", "np.pad(x, {0: 1})",
    "np.take(x, [0, 7], axis=1, mode='wrap')", "np.take(x, [0, 7], axis=1, mode='clip')", "x.take([1, 1], axis=0)",
    "np.take_along_axis(x, np.argsort(x, axis=1), 1)", "x.compress([True, False, True], 1)", "x.compress([False, True], axis=0)",
    "x.clip(min=0.5)", "x.clip(max=0.5)", "np.clip(x, min=0.5, max=1.0)", "x.clip(0.5)", "x.clip(0.5, y[0])",
    "np.clip(a=x, a_min=0, a_max=1)", "x.item(5)", "x.item(1, 2)", "x.item((1, 2))", "x[0].item(1)", "x[0, 0].item()",
    "np.argmax(x, 1).item(0) * x", "np.arange(6).item(4) * x", "np.size(x, 1) * x", "x[np.where(x > 1.0)]", "x[np.nonzero(x > 1.0)]",
    "np.where(x, x, 1.0)", "np.where([True, False, True], x, y)", "np.sort(x)", "np.sort(x, axis=0)", "np.sort(x, None)",
    "np.add.reduce(x)", "np.add.reduce(x, axis=1)", "np.add.reduce(x, None)", "np.multiply.reduce(x, 1, keepdims=True)",
    "np.maximum.reduce([x[0], x[1]])", "np.minimum.reduce(x)", "np.add.accumulate(x)", "np.multiply.accumulate(x, axis=1)",
    "np.subtract.outer(x[0], x[1])", "np.multiply.outer(x, y[0])", "np.add.outer(x[0], y)", "np.maximum.outer(x[0], 0.7)",
    "np.sort(x, kind='stable')[:, 0] * x[:, 1]", "np.arange(6.0).reshape(2, 3)[0] * x", "x[()]", "x[...]", "x[0, 0][()]",
]  # fmt: skip
PRODUCTS = [
    "np.tensordot(x, y.T, 1)", "np.tensordot(x, y, axes=([0, 1], [0, 1]))", "np.tensordot(x, y, axes=((1,), (1,)))",
    "np.tensordot(x, y, (-1, 1))", "np.tensordot(x, y)", "np.dot(a=x, b=y.T)", "x.dot(y[0])", "np.inner(x, y)", "np.vdot(x, y)",
    "np.einsum('ij,kj', x, y)", "np.einsum('ij,ij', x, y)", "np.einsum('...j,j->...', x, y[0])", "np.einsum('ji', x)",
    "np.einsum('...i', x)", "np.einsum('ii', x[:, :2])", "np.einsum('ii->i', x[:, 1:])", "np.einsum('iij->j', x[None, :1])",
    "np.einsum(' i j , k j -> i k ', x, y)", "np.einsum('i,ij,j->', x[:, 0], y, x[0], optimize=True)", "np.einsum(',ij->ij', x[0, 0], y)",
    "np.einsum('ij,ij->ij', x[:, :1], y)", "np.linalg.multi_dot((x, y.T))", "np.linalg.multi_dot([x, y.T, x])",
    "np.linalg.norm(x, axis=(1,))", "np.linalg.norm(x, 2, axis=np.int64(1))", "np.linalg.norm(x, 1, (0, 1), True)",
    "np.linalg.norm(x, ord=3, axis=0)", "np.linalg.norm(x, -np.inf)", "np.linalg.norm(x[0], -2)", "np.linalg.norm(x, keepdims=True)",
    "np.linalg.slogdet(x @ y.T + np.eye(2)).logabsdet", "np.linalg.slogdet(-x[:, 1:] @ [[0.0, 1.0], [1.0, 0.1]])[1]", "np.linalg.qr(x)",
    "np.linalg.qr(x.T)", "np.linalg.trace(x)", "np.linalg.diagonal(x, offset=1)", "np.linalg.outer(x[0], y[0])", "np.linalg.svdvals(x)",
    "np.linalg.matmul(x, y.T)", "np.linalg.matrix_transpose(x)", "np.linalg.vecdot(x, y)",
]  # fmt: skip
EXPRESSIONS = [
    *(form.format(f=f) for f in ("sum", "prod", "max", "var") for form in REDUCTIONS), *LEFT_OUT, *OPTIONS, *PRODUCTS,
]  # fmt: skip
FUNCTIONS = functions_of(EXPRESSIONS, "ways_to_call")


@pytest.mark.parametrize("function", FUNCTIONS, ids=EXPRESSIONS)
def test_both_modes_up_to_order_2(function):
    check_grads(function, (X, Y)[: function.__code__.co_argcount], directions=1)
