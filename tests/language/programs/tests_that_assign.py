"""Tests that change what they test: walrus in the head of a while, a method that counts, a list that is popped."""

from language.corpus import Program


def walrus_in_the_head(x):
    n = 0
    while (x := x * 0.7) > 0.2:
        n += 1
    return x * n


def new_name_in_the_head(x):
    while (y := x * 0.5) > 0.2:
        x = y
    return x * y


def halts_at_once(x):
    while (x := x * 2) < 0:
        x = x + 1
    return x


def stack_in_the_head(x):
    xs = [x, x * x, x * 3]
    s = 0
    while xs and (v := xs.pop()) > 0.1:
        s += v * v
    return s


class Decay:
    """Something that moves on each time it is asked."""

    def __init__(self, x):
        self.x = x
        self.n = 0

    def goes_on(self):
        self.n += 1
        self.x *= 0.9
        return self.n < 4


def method_in_the_head(x):
    decay = Decay(x)
    total = 0
    while decay.goes_on():
        total += decay.x
    return total * decay.n + decay.x


def counts_in_the_head(x):
    n = 0
    while (n := n + 1) < 5:
        if n == 2:
            continue
        x = x * 1.1
        if x > 3:
            break
    else:
        x = x * x
    return x * n


def second_part_of_the_head(x):
    i = 0
    while i < 3 and (x := x * x + 0.1) < 5:
        i += 1
    return x * i


def nonlocal_in_the_head(x, n):
    def down():
        nonlocal n
        n -= 1
        return n

    s = 0.0
    while down() >= 0:
        for j in range(n):
            s = s + x**j
        while (_ := down()) > 3:
            s = s * x
    return s


def nested_heads(x):
    total, i = 0.0, 0
    while (i := i + 1) < 4:
        j = 0
        while (j := j + 1) <= i:
            total = total * x + j
    return total


PROGRAMS = [
    Program(walrus_in_the_head, (1.3,)),
    Program(new_name_in_the_head, (1.7,)),
    Program(new_name_in_the_head, (0.1,), name="no-trip"),
    Program(halts_at_once, (0.7,)),
    Program(halts_at_once, (-0.7,), name="two-trips"),
    Program(stack_in_the_head, (0.7,)),
    Program(method_in_the_head, (0.7,)),
    Program(counts_in_the_head, (0.7,), name="else"),
    Program(counts_in_the_head, (2.9,), name="break"),
    Program(second_part_of_the_head, (0.7,)),
    Program(second_part_of_the_head, (2.7,), name="stops"),
    Program(nonlocal_in_the_head, (0.7, 7)),
    Program(nested_heads, (0.7,)),
]
