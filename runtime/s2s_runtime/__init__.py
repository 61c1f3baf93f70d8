"""What exists while a derivative runs: kernels, residual storage, the eager tape.  Never imports `s2s`."""
