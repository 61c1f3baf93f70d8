"""Matrices of 2 or 3 rows and columns as tuples of their entries, row by row, which a compiler keeps in registers.

`m23` is a matrix of two rows and three columns; `by_33` multiplies by one of three rows and three columns from the right.
"""

from peers.hand._compiled import inlined


@inlined
def m33(a):
    return (a[0, 0], a[0, 1], a[0, 2], a[1, 0], a[1, 1], a[1, 2], a[2, 0], a[2, 1], a[2, 2])


@inlined
def m23(a):
    return (a[0, 0], a[0, 1], a[0, 2], a[1, 0], a[1, 1], a[1, 2])


@inlined
def row_by_33(a, b, c, m):
    return (a * m[0] + b * m[3] + c * m[6], a * m[1] + b * m[4] + c * m[7], a * m[2] + b * m[5] + c * m[8])


@inlined
def row_by_23(a, b, m):
    return (a * m[0] + b * m[3], a * m[1] + b * m[4], a * m[2] + b * m[5])


@inlined
def m33_by_33(a, m):
    first, second = row_by_33(a[0], a[1], a[2], m), row_by_33(a[3], a[4], a[5], m)
    return first + second + row_by_33(a[6], a[7], a[8], m)


@inlined
def m23_by_33(a, m):
    return row_by_33(a[0], a[1], a[2], m) + row_by_33(a[3], a[4], a[5], m)


@inlined
def m22_by_23(a, m):
    return row_by_23(a[0], a[1], m) + row_by_23(a[2], a[3], m)


@inlined
def turned_23_by_23(a, m):
    """a.T @ m: three rows and three columns."""
    return row_by_23(a[0], a[3], m) + row_by_23(a[1], a[4], m) + row_by_23(a[2], a[5], m)


@inlined
def m23_by_turned_23(a, b):
    """a @ b.T: two rows and two columns."""
    first = (a[0] * b[0] + a[1] * b[1] + a[2] * b[2], a[0] * b[3] + a[1] * b[4] + a[2] * b[5])
    return (*first, a[3] * b[0] + a[4] * b[1] + a[5] * b[2], a[3] * b[3] + a[4] * b[4] + a[5] * b[5])


@inlined
def m22_by_22(a, b):
    first = (a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3])
    return (*first, a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3])


@inlined
def turned_33(a):
    return (a[0], a[3], a[6], a[1], a[4], a[7], a[2], a[5], a[8])


@inlined
def turned_22(a):
    return (a[0], a[2], a[1], a[3])


@inlined
def outer_33(a, b):
    first = (a[0] * b[0], a[0] * b[1], a[0] * b[2])
    return (*first, a[1] * b[0], a[1] * b[1], a[1] * b[2], a[2] * b[0], a[2] * b[1], a[2] * b[2])


@inlined
def outer_23(a, b):
    return (a[0] * b[0], a[0] * b[1], a[0] * b[2], a[1] * b[0], a[1] * b[1], a[1] * b[2])


@inlined
def plus_9(a, b):
    first = (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4])
    return (*first, a[5] + b[5], a[6] + b[6], a[7] + b[7], a[8] + b[8])


@inlined
def plus_6(a, b):
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5])


@inlined
def plus_4(a, b):
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])


@inlined
def plus_3(a, b):
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


@inlined
def minus(a):
    return (-a[0], -a[1], -a[2], -a[3], -a[4], -a[5])
