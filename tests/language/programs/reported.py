"""What users of other tools reported: programs that were refused, or whose derivative was silently wrong."""

import numpy as np
import numpy as onp

from language.corpus import Program


def integer_array_times_float(x):
    # integers beside the number gave a gradient of zeros
    counts = np.array([1, 2, 3])
    return np.sum(counts * x)


def integer_literal_power(x):
    return 3 * x**2 + 2 * x + 1


def integer_exponent_argument(x, n):
    return x**n / n


def broadcasting_division(x):
    # gave a 3 by 3 gradient for three numbers
    return np.sum(x[:, None] / x)


def broadcasting_multiply(scale, X):
    return np.sum(scale * X * scale)


def scalar_over_array(a, x):
    return np.sum(a / x + x**a)


def break_runs_the_right_trips(x):
    s = 0.0
    for i in range(10):
        s = s + x**i
        if i == 3:
            break
    return s


def continue_skips_the_right_trips(x):
    s = 0.0
    for i in range(5):
        if i == 2:
            continue
        s = s + i * x * x
    return s


def early_return(x):
    if x > 1:
        return x**3
    y = x * x
    return y


def if_else_not_swapped(x):
    if x > 0:
        y = 2.0 * x
    else:
        y = 5.0 * x
    return y


def method_calls(x):
    return np.exp(x).sum() + (x * x).mean()


def slices_in_a_loop(x):
    s = 0.0
    for i in range(3):
        s += np.sum(x[i : i + 2] ** 2)
    return s


def nested_def(x):
    def g(y):
        return y * x

    return g(x) + g(2.0)


def printing(x):
    print("x =", x)
    return x * x


def array_from_numbers(x):
    v = np.array([x, x * x, 1.0])
    return np.sum(v * v)


def nested_ranges_and_unpacked_shape(A):
    n, m = A.shape
    s = 0.0
    for i in range(n):
        for j in range(m):
            s += A[i, j] * A[j % n, i % m]
    return s


def any_alias_of_numpy(x):
    return onp.sum(onp.sin(x))


def chained_assignment(x):
    a = b = x * 2
    return a * b


def matmul_operator(A, x):
    return A @ x


def comprehension(x):
    return sum([v * v for v in x])


def body_under_with(x):
    with np.errstate(all="ignore"):
        y = x * x
    return y


def dynamic_loop_trips(x):
    # each number is multiplied by 4 through a loop whose count is data: the answer is [4, 4, 4]
    out = []
    for i in range(3):
        total = 0.0
        for _ in range(int(x[i]) * 0 + 4):
            total = total + x[i]
        out.append(total)
    return np.array(out)


def loop_carried_square(x):
    # the reverse sweep must read what y was, not what it became
    y = x
    for _ in range(3):
        y = y * y
    return y


def overwritten_scalar(x):
    a = x
    b = a * a
    a = np.sin(a)
    b = b * a
    a = a * b
    return a + b


def carried_vector(v):
    acc = v
    for i in range(2):
        acc = np.stack([acc[1], acc[0] * acc[1], acc[2] + acc[0]])
    return acc


def stale_condition_variable(x):
    y = 0.0
    flag = x
    for _ in range(3):
        if flag > 0:
            y = y + flag * x
            flag = flag - 1.0
        else:
            y = y - flag * x
            flag = flag + 1.5
    return y


def accumulated_then_used(x):
    total = 0.0
    product = 1.0
    for v in x:
        total = total + v
        product = product * total
    return product


def argument_used_twice(x, y):
    return np.sum(x * y) + np.sum(x / y)


def unused_argument(x, y):
    return x * x


def constant_function(x):
    return 3.0


def argument_passed_through(x, y):
    return y, x


def zero_size(x):
    return np.sum(x**2) + 1.0


def where_guards_the_square_root(x):
    safe = np.where(x > 0, x, 1.0)
    return np.sum(np.where(x > 0, np.sqrt(safe), 0.0))


def where_guards_itself(x):
    # the branch that is not taken has an infinite slope
    return np.sum(np.where(x > 0.5, np.log(np.where(x > 0.5, x, 1.0)), x**2))


def power_of_a_negative_base(x):
    return np.sum(x**3 + (-x) ** 2)


def product_with_a_zero(x):
    return np.prod(x)


def minimum_in_a_loop(x):
    best = x[0]
    for i in range(1, len(x)):
        best = min(best, x[i])
    return best**2


X = np.array([0.7, 1.3, 0.4])

PROGRAMS = [
    Program(integer_array_times_float, (0.7,)),
    Program(integer_array_times_float, (X,), name="array"),
    Program(integer_literal_power, (0.7,)),
    Program(integer_exponent_argument, (0.7, 3)),
    Program(broadcasting_division, (X,)),
    Program(broadcasting_multiply, (X, np.outer(X, X))),
    Program(scalar_over_array, (0.7, X)),
    Program(break_runs_the_right_trips, (0.7,)),
    Program(continue_skips_the_right_trips, (0.7,)),
    Program(early_return, (0.7,), name="late"),
    Program(early_return, (1.7,), name="early"),
    Program(if_else_not_swapped, (0.7,), name="if"),
    Program(if_else_not_swapped, (-0.7,), name="else"),
    Program(method_calls, (X,)),
    Program(slices_in_a_loop, (np.array([0.7, 1.3, 0.4, -0.6]),)),
    Program(nested_def, (0.7,)),
    Program(printing, (0.7,)),
    Program(array_from_numbers, (0.7,)),
    Program(nested_ranges_and_unpacked_shape, (np.array([[0.7, 1.3, 0.4], [0.2, -0.6, 1.1]]),)),
    Program(any_alias_of_numpy, (X,)),
    Program(chained_assignment, (0.7,)),
    Program(matmul_operator, (np.outer(X, X), X)),
    Program(comprehension, (X,)),
    Program(body_under_with, (0.7,)),
    Program(dynamic_loop_trips, (X,)),
    Program(loop_carried_square, (0.9,)),
    Program(overwritten_scalar, (0.7,)),
    Program(carried_vector, (X,)),
    Program(stale_condition_variable, (0.7,)),
    Program(stale_condition_variable, (2.4,), name="one-branch"),
    Program(accumulated_then_used, (X,)),
    Program(argument_used_twice, (X, X[::-1].copy())),
    Program(unused_argument, (0.7, 1.3)),
    Program(constant_function, (0.7,)),
    Program(argument_passed_through, (0.7, X)),
    Program(zero_size, (np.zeros(0),)),
    Program(where_guards_the_square_root, (np.array([0.7, -1.3, 0.4]),)),
    Program(where_guards_itself, (X,)),
    Program(power_of_a_negative_base, (np.array([0.7, -1.3]),)),
    Program(product_with_a_zero, (np.array([0.7, 0.0, 1.3]),)),
    Program(minimum_in_a_loop, (X,)),
]
