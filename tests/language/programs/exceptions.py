"""try in all its parts: handlers, else, finally, raise again; with break, continue and return on the way through."""

import math

import numpy as np

from language.corpus import Program


def finally_restores(x):
    depth = 0
    try:
        depth += 1
        y = x * x
    finally:
        depth -= 1
    return y + depth


def finally_after_the_return(x):
    try:
        return x * x
    finally:
        x = 0.0


def finally_after_a_handler(x, table):
    try:
        y = table["k"] * x
    except KeyError:
        y = x
    finally:
        y = y * x
    return y


def finally_in_a_loop(x):
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            x = x * 1.5
        finally:
            x = x + 0.1
        x = x * x
    return x


def finally_that_prints(x, table):
    try:
        try:
            y = table["k"] * x
        finally:
            print("looked up")
    except KeyError:
        y = x * x
    return y


def all_four_parts(x, text):
    try:
        n = int(text)
    except ValueError:
        n = 2
    else:
        n = n + 1
    finally:
        x = x * 2
    return x**n


def returns_through_a_finally(x):
    for i in range(4):
        try:
            if x > 1:
                return x * i
        finally:
            x = x * 1.5
    return x


def breaks_through_a_finally(x):
    while True:
        try:
            x = x * 1.3
            if x > 2:
                break
        finally:
            x = x + 0.01
    return x


def factor_of(table):
    try:
        k = table["k"]
    except KeyError:
        print("no factor")
        raise
    return k


def raised_again(x, table):
    try:
        k = factor_of(table)
    except KeyError:
        k = x * x
    return k * x


def handler_returns(A):
    try:
        L = np.linalg.cholesky(A)
        log_det = 2 * np.sum(np.log(np.diag(L)))
    except np.linalg.LinAlgError:
        return A[0, 0] * 100.0
    return log_det + A[0, 1] * L[1, 1]


def handler_keeps_the_old_value(x, letters):
    n = 0
    for letter in letters:
        try:
            n += int(letter)
        except ValueError:
            continue
        x = x * 1.1
    return x * n


def break_in_a_handler(x, letters):
    n = 0
    while True:
        try:
            n += int(letters[n])
        except IndexError:
            break
        except ValueError:
            return x
        x = x * 1.1
    return x * n


def domain_error(x):
    try:
        y = math.log(x)
    except ValueError:
        y = x * x
    return y * x


def unused_result_may_fail(x):
    try:
        math.log(x)
    except ValueError:
        return x * x
    return x * 3.0


def raised_and_handled(x):
    try:
        if x < 1:
            raise ValueError("small")
        y = x * 3
    except ValueError:
        y = x * x
    return y


def assertion_handled(x):
    try:
        assert x > 1, "small"
    except AssertionError:
        return x * x
    return x


def other_branch_raises(x):
    s = 0.0
    for v in x:
        if v > -10:
            y = v * v
        else:
            raise ValueError("too small")
        s = s + np.sin(y) * y
    return s


def first_branch_raises(x):
    s = 1.0
    for v in x:
        if v < -10:
            raise ValueError("too small")
        else:
            y = np.exp(v) * s
        s = np.sin(y) * y
    return s


def of_a_kind(v, kind):
    if kind > 1:
        return v * v
    elif kind > 0:
        return np.sin(v)
    else:
        raise ValueError(kind)


def chooses_or_raises(x, kinds):
    s = 1.0
    for v, kind in zip(x, kinds):
        s = s * of_a_kind(v, kind) + of_a_kind(s, 1 + kind)
    return s


def leaves_the_loop_or_raises(x):
    s = 0.3
    for v in x:
        t = 0.1
        while True:
            t = t * 1.5 + s
            if t > 2:
                w = t * v
                break
            elif t < -50:
                raise RuntimeError("lost")
            else:
                w = t
        s = np.sin(s * w) + v
    return s


def changed_in_place_after_a_branch(x):
    if x[0] > 0:
        y = x * x
    else:
        raise ValueError("negative")
    y += x
    return np.sum(y**2)


X = np.array([0.7, 1.3, -0.4, 2.1])
A = np.array([[2.0, 0.3], [0.3, 1.0]])

PROGRAMS = [
    Program(finally_restores, (0.7,)),
    Program(finally_after_the_return, (0.7,)),
    Program(finally_after_a_handler, (0.7, {"k": 2.0}), wrt=(0,)),
    Program(finally_after_a_handler, (0.7, {}), name="handler"),
    Program(finally_in_a_loop, (0.7,)),
    Program(finally_that_prints, (0.7, {"k": 2.0}), wrt=(0,)),
    Program(finally_that_prints, (0.7, {}), name="handler"),
    Program(all_four_parts, (0.7, "2"), name="else"),
    Program(all_four_parts, (0.7, "two"), name="handler"),
    Program(returns_through_a_finally, (0.7,)),
    Program(returns_through_a_finally, (0.1,), name="runs-through"),
    Program(breaks_through_a_finally, (0.7,)),
    Program(raised_again, (0.7, {"k": 2.0}), wrt=(0,)),
    Program(raised_again, (0.7, {}), name="handler"),
    Program(handler_returns, (A,)),
    Program(handler_returns, (-A,), name="handler"),
    Program(handler_keeps_the_old_value, (0.7, "12")),
    Program(handler_keeps_the_old_value, (0.7, "1x2"), name="handler"),
    Program(break_in_a_handler, (0.7, "12")),
    Program(break_in_a_handler, (0.7, "1x"), name="returns"),
    Program(domain_error, (0.7,)),
    Program(domain_error, (-0.7,), name="handler"),
    Program(unused_result_may_fail, (0.7,)),
    Program(unused_result_may_fail, (-0.7,), name="handler"),
    Program(raised_and_handled, (0.7,), name="handler"),
    Program(raised_and_handled, (1.7,)),
    Program(assertion_handled, (0.7,), name="handler"),
    Program(assertion_handled, (1.7,)),
    Program(other_branch_raises, (X,)),
    Program(first_branch_raises, (X,)),
    Program(chooses_or_raises, (X, (1, 2, 1, 2))),
    Program(chooses_or_raises, (X, np.array([1, 2, 1, 2])), name="array"),
    Program(leaves_the_loop_or_raises, (X[:2],)),
    Program(changed_in_place_after_a_branch, (X,)),
]
