"""Coordinates in arrays of their own; each body gathers over all others, and inverse distances are kept for the way back."""

import numpy as np

from peers.hand._compiled import fast


@fast
def interact(x, y, z, mass, G, softening, inverse, ax, ay, az):
    """Fills the accelerations and the inverse distances (0 for a body and itself); the potential energy."""
    n = len(mass)
    potential = 0.0
    for i in range(n):
        xi, yi, zi, row = x[i], y[i], z[i], inverse[i]
        sum_x = sum_y = sum_z = sum_m = 0.0
        for j in range(n):
            dx, dy, dz = x[j] - xi, y[j] - yi, z[j] - zi
            one = 1.0 / np.sqrt(dx * dx + dy * dy + dz * dz + softening * softening)
            one = one if i != j else 0.0
            row[j] = one
            pull = mass[j] * one
            sum_m += pull
            pull *= one * one
            sum_x += pull * dx
            sum_y += pull * dy
            sum_z += pull * dz
        ax[i], ay[i], az[i] = G * sum_x, G * sum_y, G * sum_z
        potential -= 0.5 * G * mass[i] * sum_m
    return potential


@fast
def interact_back(x, y, z, mass, G, softening, inverse, bx, by, bz, seed, pos_bar, mass_bar):
    """Adds to the cotangents of positions and masses, from those of the accelerations (b) and of the energy (seed).

    Gives the cotangents of G and of the softening.
    """
    n = len(mass)
    G_bar = softening_bar = 0.0
    for i in range(n):
        xi, yi, zi, mi, row = x[i], y[i], z[i], mass[i], inverse[i]
        bxi, byi, bzi = bx[i], by[i], bz[i]
        sum_x = sum_y = sum_z = sum_m = sum_G = sum_s = 0.0
        for j in range(n):
            dx, dy, dz, mj, one = x[j] - xi, y[j] - yi, z[j] - zi, mass[j], row[j]
            square = one * one
            cube = one * square
            other = bx[j] * dx + by[j] * dy + bz[j] * dz
            own = bxi * dx + byi * dy + bzi * dz
            both = cube * (mj * own - mi * other)
            energy = seed * mi * mj * one
            sum_m -= cube * other + seed * mj * one
            sum_G += cube * mj * own - 0.5 * energy
            radial = square * (energy - 3.0 * both)
            sum_s += radial
            sum_x += radial * dx + cube * (mj * bxi - mi * bx[j])
            sum_y += radial * dy + cube * (mj * byi - mi * by[j])
            sum_z += radial * dz + cube * (mj * bzi - mi * bz[j])
        pos_bar[0, i] -= G * sum_x
        pos_bar[1, i] -= G * sum_y
        pos_bar[2, i] -= G * sum_z
        mass_bar[i] += G * sum_m
        G_bar += sum_G
        softening_bar += sum_s
    return G_bar, 0.5 * G * softening * softening_bar


@fast
def kinetic(vel, mass):
    total = 0.0
    for i in range(len(mass)):
        total += mass[i] * (vel[0, i] ** 2 + vel[1, i] ** 2 + vel[2, i] ** 2)
    return 0.5 * total


@fast
def value_and_grad(mass, pos, vel, steps, dt, G, softening):
    n = len(mass)
    p, v, a = np.empty((steps + 1, 3, n)), np.empty((2 * steps + 1, 3, n)), np.empty((steps + 1, 3, n))
    inverse = np.empty((steps + 1, n, n))
    mean = mass.sum() / n
    drift = np.empty(3)
    for k in range(3):
        for i in range(n):
            p[0, k, i] = pos[i, k]
            v[0, k, i] = vel[i, k]
        drift[k] = (mass @ v[0, k]) / n / mean
        v[0, k] -= drift[k]
    energies = kinetic(v[0], mass)
    potential = interact(p[0, 0], p[0, 1], p[0, 2], mass, G, softening, inverse[0], a[0, 0], a[0, 1], a[0, 2])
    for s in range(steps):
        for k in range(3):
            here, there, old, half, pull = p[s, k], p[s + 1, k], v[2 * s, k], v[2 * s + 1, k], a[s, k]
            for i in range(n):
                half[i] = old[i] + pull[i] * (0.5 * dt)
                there[i] = here[i] + half[i] * dt
        q, pull = p[s + 1], a[s + 1]
        potential += interact(q[0], q[1], q[2], mass, G, softening, inverse[s + 1], pull[0], pull[1], pull[2])
        for k in range(3):
            half, new, one = v[2 * s + 1, k], v[2 * s + 2, k], pull[k]
            for i in range(n):
                new[i] = half[i] + one[i] * (0.5 * dt)
        energies += kinetic(v[2 * s + 2], mass)

    share = 1.0 / (steps + 1)
    p_bar, v_bar, a_bar = np.empty((3, n)), np.empty((3, n)), np.zeros((3, n))
    mass_bar = np.zeros(n)
    value = share * (energies + 0.5 * potential)
    dt_bar = G_bar = softening_bar = 0.0
    for k in range(3):
        here, speed = p[steps, k], v[2 * steps, k]
        for i in range(n):
            value += 0.1 * here[i] * (here[i] + speed[i])
            p_bar[k, i] = 0.1 * (2.0 * here[i] + speed[i])
            v_bar[k, i] = 0.1 * here[i]
    for s in range(steps, -1, -1):
        new = v[2 * s]
        for k in range(3):
            for i in range(n):
                v_bar[k, i] += share * mass[i] * new[k, i]
                mass_bar[i] += 0.5 * share * new[k, i] ** 2
                if s > 0:
                    a_bar[k, i] += v_bar[k, i] * (0.5 * dt)
                    dt_bar += 0.5 * v_bar[k, i] * a[s, k, i]
        q = p[s]
        more = interact_back(
            q[0], q[1], q[2], mass, G, softening, inverse[s], a_bar[0], a_bar[1], a_bar[2], 0.5 * share, p_bar, mass_bar
        )
        G_bar += more[0]
        softening_bar += more[1]
        if s > 0:
            for k in range(3):
                for i in range(n):
                    bar = v_bar[k, i] + p_bar[k, i] * dt
                    dt_bar += p_bar[k, i] * v[2 * s - 1, k, i] + 0.5 * bar * a[s - 1, k, i]
                    v_bar[k, i] = bar
                    a_bar[k, i] = bar * (0.5 * dt)

    pos_bar, vel_bar = np.ascontiguousarray(p_bar.T), np.empty((n, 3))
    for k in range(3):
        total = v_bar[k].sum() / n / mean
        for i in range(n):
            vel_bar[i, k] = v_bar[k, i] - total * mass[i]
            mass_bar[i] += total * (drift[k] - vel[i, k])
    return value, (mass_bar, pos_bar, vel_bar, dt_bar, G_bar, softening_bar)
