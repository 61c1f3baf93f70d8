"""How the derivatives by hand are compiled: sums may be taken in another order, infinities and NaN keep their meaning."""

from numba import njit

FASTMATH = {"reassoc", "contract", "nsz", "arcp"}
fast = njit(nogil=True, error_model="numpy", fastmath=FASTMATH)
inlined = njit(nogil=True, error_model="numpy", fastmath=FASTMATH, forceinline=True)
