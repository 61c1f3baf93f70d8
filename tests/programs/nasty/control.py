"""Branches and loops: written on one side only, in some iterations only, until something happens, or never."""

import numpy as np

X = np.array([0.7, -0.4, 1.3, 0.9])
A = np.array([[0.8, -0.5, 1.2], [0.3, 0.9, -0.7], [1.1, -0.2, 0.6]])


# written on one side of a branch that reads what it writes
def written_in_one_branch(a, k):
    b = a * a
    if a[k] > 0:
        b[1] = b[0] * a[1]
        b[0] = np.sin(b[1])
    b *= a
    return b


# both sides write, different entries, and what is read afterwards is one of them
def written_in_both_branches(a, k):
    if a[k] > 0:
        a[0] = a[1] * a[2]
    else:
        a[1] = a[0] * a[3]
    a[2] *= a[0]
    return a


# the test is on what the branch overwrites
def test_on_what_is_overwritten(a):
    for i in range(len(a)):
        if a[i] > 0.5:
            a[i] = a[i] - a[i - 1] ** 2
        if a[i] < 0:
            a[i] = -2.0 * a[i]
    return a


# which array the name stands for is known only at run time; then it is written
def alias_in_one_branch(a, flag):
    z = np.ones(len(a))
    if flag:
        b = a
    else:
        b = z
    b[0] = a[1] * z[2]
    b *= a
    return a * z


# likewise by an expression, an index, and a dict
def alias_by_choice(a, b, k):
    target = a if k > 0 else b
    target[0] *= b[1]
    other = [a, b][k]
    other[1] = a[0] * target[1]
    third = {0: b, 1: a}[k]
    third[2] += other[1] * target[0]
    return a, b


# the name moves from one array to another inside the loop
def alias_moves_in_a_loop(a, b, n):
    current = a
    for i in range(n):
        current[i % 3] *= b[0] + a[1]
        if i == 1:
            current = b
    return a, b


# double buffering: which array holds the result depends on whether the number of steps is odd
def double_buffering(u, n):
    v = np.zeros_like(u)
    for _ in range(n):
        v[1:-1] = 0.5 * (u[2:] - u[:-2]) * u[1:-1]
        v[0] = u[-1]
        v[-1] = u[0] * u[1]
        u, v = v, u
    return u, v


# three buffers go round
def triple_buffering(a, n):
    b = np.sin(a)
    c = np.empty_like(a)
    for _ in range(n):
        c[:] = a * b + 0.1
        c[1] = b[0] * a[1]
        a, b, c = b, c, a
    return b * c + a


# a copy in each step, and the next state written from it
def copy_each_step(u, n):
    for _ in range(n):
        un = u.copy()
        u[1:] = un[1:] - 0.4 * un[1:] * (un[1:] - un[:-1])
        u[0] = un[-1]
    return u


# no iteration: what was there before is the result
def zero_trips(a, n):
    b = a * a
    last = b[0]
    for i in range(n):
        b[i] = last * a[i]
        last = b[i]
    b[1] *= last
    return b


# no iteration of the inner loop in the first of the outer
def zero_trips_inside(a):
    for i in range(len(a)):
        for j in range(i):
            a[i] += a[j] * a[i]
        for j in range(i, 0, -1):
            a[j - 1] = a[j - 1] * 0.5 + a[j] ** 2 * 0.1
    return a


# written, then out of the loop; the rest of the body is not run
def write_after_break(a):
    for i in range(1, len(a)):
        a[i] = a[i] * a[0]
        if a[i] > 0.5:
            a[i] = a[i] ** 2
            break
        a[i - 1] += a[i]
    a[0] *= a[1]
    return a


# some iterations leave early, some write late
def write_after_continue(a):
    for i in range(1, len(a)):
        a[i] += a[i - 1]
        if a[i] < 1.0:
            continue
        a[i] = a[i] / a[i - 1]
    return a


# out of two loops by a flag, writes on the way out
def leaves_two_loops(M):
    done = False
    for i in range(3):
        for j in range(3):
            M[i, j] *= M[j, i]
            if M[i, j] < -0.1:
                done = True
                break
        if done:
            M[i] += M[i - 1] ** 2
            break
    else:
        M *= 2.0
    return M


# back out of the function between two writes
def returns_between_writes(a):
    for i in range(len(a)):
        a[i] = np.sin(a[i]) * a[0]
        if i == 2:
            a[0] = a[1] * a[2]
            return a
        a[i] += 1.0
    a[1] = 5.0
    return a


# while: the array decides how often
def while_on_an_entry(a):
    while a[0] < 10.0:
        a[0] = a[0] * a[2] + 0.3
        a[1:] *= 1.1 + 0.1 * a[:-1]
    return a


# while until nothing changes, and then all of it is used
def until_it_converges(a):
    y = np.ones(len(a))
    change = 1.0
    while change > 1e-14:
        change = 0.0
        for i in range(len(a)):
            new = np.cos(0.3 * a[i] * y[i] + 0.1 * y[i - 1])
            change = max(change, abs(new - y[i]))
            y[i] = new
    return y * a


# the array of the first iteration is another one than that of all later ones
def first_iteration_differs(a, n):
    b = a
    for i in range(n):
        b = b * a if i == 0 else b
        b[i] = np.sin(b[i]) * a[0]
    return a, b


# allocated in each iteration, partly filled, and one of them survives
def allocated_in_the_loop(a):
    kept = np.zeros(3)
    for i in range(1, 4):
        work = np.empty(i)
        for j in range(i):
            work[j] = a[j] * a[i]
        work[0] *= work[-1]
        kept[i - 1] = work[0] + kept[i - 2]
        if i == 2:
            survivor = work
    survivor *= kept[:2]
    return kept, survivor


# the array changes its shape from one iteration to the next
def shrinks_in_the_loop(a):
    while len(a) > 1:
        a[:-1] *= a[1:]
        a[0] += 1.0
        a = a[1:]
    return a


# an array is built up by halving: views of views, deeper each time
def halved_again_and_again(a):
    v = a
    while len(v) > 1:
        half = len(v) // 2
        v[:half] += v[half:] ** 2
        v = v[:half]
    return a


# conditionally written in some iterations, then read in others
def written_in_odd_iterations(a, n):
    memory = a[0]
    buffer = np.zeros(2)
    for i in range(n):
        if i % 2:
            buffer[0] = memory * a[i % 4]
            buffer[1] += buffer[0] ** 2
        else:
            memory = np.sin(buffer[0]) + buffer[1] + a[1]
    return buffer, memory


# the step and the bounds are known at run time only, and run backwards
def strided_backwards(a, start, stop, step):
    for i in range(start, stop, step):
        a[i] = a[i] * a[i - 1] + a[i - step] if i - step < len(a) else a[i] ** 2
    return a


# a loop inside a branch inside a loop, each writing
def loop_in_branch_in_loop(M):
    for i in range(3):
        if M[i, i] > 0.7:
            for j in range(i, 3):
                M[i, j] *= M[j, 0]
                M[j, 0] += M[i, j] ** 2 * 0.2
        else:
            M[i] = M[i][::-1] * M[0, 0]
    return M


# the last value of each variable in the loop is used behind it
def read_after_the_loop(M):
    for i, row in enumerate(M):
        scale = row[0] * row[1]
        row /= 1.0 + scale * scale
    row *= scale
    M[i - 1] += row
    return M * scale


# an entry is written in the try part and again in the end
def written_in_a_context(a):
    with np.errstate(all="raise"):
        a[0] = a[1] * a[2]
        a[1] = np.exp(a[0])
    a[0] *= a[1]
    return a


ARGUMENTS = {
    written_in_one_branch: [(X, 0), (X, 1)],
    written_in_both_branches: [(X, 1), (X, 0)],
    test_on_what_is_overwritten: [(X,)],
    alias_in_one_branch: [(X, 1), (X, 0)],
    alias_by_choice: [(X, X[::-1].copy(), 1), (X, X[::-1].copy(), 0)],
    alias_moves_in_a_loop: [(X, X[::-1].copy(), 4), (X, X[::-1].copy(), 2)],
    double_buffering: [(X, 3), (X, 4), (X, 0)],
    triple_buffering: [(X, 5), (X, 3), (X, 1)],
    copy_each_step: [(X, 3)],
    zero_trips: [(X, 0), (X, 3)],
    zero_trips_inside: [(X,)],
    write_after_break: [(X,), (0.3 * X,)],
    write_after_continue: [(X,)],
    leaves_two_loops: [(A,), (np.abs(A),)],
    returns_between_writes: [(X,), (X[:2],)],
    while_on_an_entry: [(X,), (X + 12.0,)],
    until_it_converges: [(X,)],
    first_iteration_differs: [(X, 3), (X, 0)],
    allocated_in_the_loop: [(X,)],
    shrinks_in_the_loop: [(X,), (X[:1],)],
    halved_again_and_again: [(X,)],
    written_in_odd_iterations: [(X, 5), (X, 2), (X, 0)],
    strided_backwards: [(X, 3, 0, -2), (X, 0, 4, 3), (X, 2, 2, 1)],
    loop_in_branch_in_loop: [(A,)],
    read_after_the_loop: [(A,)],
    written_in_a_context: [(X,)],
}
