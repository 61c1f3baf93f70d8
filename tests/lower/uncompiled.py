"""Functions with a rule that compiled programs do not, or not always, take: a program that calls them is compiled in part.

`python -m rules.compiled`, from `tests/`, says of each case why.
"""

from __future__ import annotations

FOURIER = ("fft", "ifft", "rfft", "ihfft", "irfft", "hfft", "fft2", "ifft2", "fftn", "ifftn", "rfft2", "rfftn", "irfft2", "irfftn",
           "fftshift", "ifftshift")  # fmt: skip

SPECIAL = (
    "i0", "_basic.zeta", "_basic.comb", "_lambertw.lambertw", "_spfun_stats.multigammaln", "airy", "betainc", "betaincc",
    "betaincinv", "betainccinv", "binom", "boxcox", "boxcox1p", "cbrt", "chdtr", "chdtrc", "cosm1", "dawsn", "ellipe", "ellipeinc",
    "ellipk", "ellipkinc", "ellipkm1", "erfcinv", "erfi", "eval_chebyt", "eval_chebyu", "eval_gegenbauer", "eval_genlaguerre",
    "eval_hermite", "eval_hermitenorm", "eval_jacobi", "eval_laguerre", "eval_legendre", "exp1", "exp10", "exp2", "expi", "expm1",
    "expn", "exprel", "fresnel", "gammainc", "gammaincc", "gammainccinv", "gammaincinv", "hankel1", "hankel2", "huber", "hyp0f1",
    "hyp1f1", "hyp2f1", "hyperu", "i0e", "i1e", "ive", "k0", "k0e", "k1", "k1e", "kl_div", "kn", "kv", "kve", "log1p", "loggamma",
    "owens_t", "pdtr", "pdtrc", "poch", "pseudo_huber", "rel_entr", "rgamma", "shichi", "sici", "spence", "stdtr", "stdtrit", "wofz",
    "wrightomega", "y0", "y1", "yn", "yv", "ellipj", "_basic.factorial", "_basic.softplus", "_multiufuncs.sph_harm_y", "bdtr", "bdtrc",
    "cosdg", "cotdg", "fdtr", "fdtrc", "gdtr", "gdtrc", "inv_boxcox", "inv_boxcox1p", "jve", "modstruve", "ndtri_exp", "powm1", "sindg",
    "struve", "tandg", "voigt_profile", "yve", "zetac",
    *(f"_spherical_bessel.spherical_{name}" for name in ("jn", "yn", "in", "kn")),
)  # fmt: skip
LINALG = (
    "_basic.det", "_decomp.eigh", "_decomp.eigvalsh", "_decomp_cholesky.cho_factor", "_decomp_cholesky.cho_solve",
    "_decomp_lu.lu_factor", "_decomp_lu.lu_solve", "_decomp_svd.svd", "_decomp_svd.svdvals", "_decomp_qr.qr", "_basic.inv",
    "_basic.solve", "_basic.solve_triangular", "_decomp_cholesky.cholesky", "_matfuncs.cosm", "_matfuncs.expm", "_matfuncs.sinm",
    "_matfuncs.sqrtm", "_solvers.solve_continuous_lyapunov", "_solvers.solve_discrete_lyapunov", "_solvers.solve_sylvester",
    "_special_matrices.circulant", "_special_matrices.hankel", "_special_matrices.toeplitz",
    "_basic.solve_banded", "_basic.solveh_banded", "_basic.solve_toeplitz", "_basic.matmul_toeplitz", "_decomp.eigh_tridiagonal",
    "_decomp.eigvalsh_tridiagonal", "_decomp_lu.lu", "_decomp_polar.polar", "_expm_frechet.expm_frechet", "_misc.norm",
    "_solvers.solve_continuous_are", "_solvers.solve_discrete_are", "_decomp.hessenberg",
    *(f"_matfuncs.{name}" for name in ("logm", "fractional_matrix_power", "sinhm", "coshm", "tanm", "tanhm")),
)  # fmt: skip

CONTINUOUS = (
    "beta", "cauchy", "chi2", "expon", "f", "gamma", "gennorm", "gumbel_l", "gumbel_r", "halfcauchy", "halfnorm", "invgamma", "laplace",
    "logistic", "lognorm", "norm", "pareto", "rayleigh", "t", "truncnorm", "uniform", "weibull_min", "burr12", "chi", "fisk", "genextreme",
    "genpareto", "gompertz", "hypsecant", "johnsonsu", "loggamma", "lomax", "maxwell", "moyal", "powerlaw", "skewnorm", "weibull_max",
)  # fmt: skip
DENSITIES_ONLY = ("invgauss", "nakagami", "rice")
OF_CONTINUOUS = ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")
DISCRETE, OF_DISCRETE = ("bernoulli", "binom", "geom", "nbinom", "poisson"), ("pmf", "logpmf", "cdf", "sf")
STATS = (
    "vonmises.pdf", "vonmises.logpdf", "wrapcauchy.pdf", "wrapcauchy.logpdf", "multivariate_normal.entropy",
    "multivariate_normal.pdf", "multivariate_normal.logpdf", "dirichlet.pdf", "dirichlet.logpdf",
    "_entropy.entropy", "poisson.entropy", *(f"{dist}.{name}" for dist in DENSITIES_ONLY for name in ("pdf", "logpdf")),
    *(f"{dist}.{name}" for dist in ("betabinom", "multinomial") for name in ("pmf", "logpmf")),
    *(f"{dist}.{name}" for dist in CONTINUOUS for name in OF_CONTINUOUS),
    *(f"{dist}.{name}" for dist in DISCRETE for name in OF_DISCRETE),
)  # fmt: skip

OF_SCIPY = {f"scipy.special.{name}" for name in SPECIAL} | {f"scipy.linalg.{name}" for name in LINALG}
NDIMAGE = (
    "convolve", "convolve1d", "correlate", "correlate1d", "gaussian_filter", "gaussian_filter1d", "laplace", "prewitt", "sobel",
    "uniform_filter", "uniform_filter1d",
)  # fmt: skip
SIGNAL = ("convolve", "convolve2d", "correlate", "correlate2d", "detrend", "fftconvolve", "lfilter", "oaconvolve", "sosfilt")
TRANSFORMS = ("fft", "fft2", "fftn", "ifft", "ifft2", "ifftn", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftn", "hfft", "ihfft")
REAL_TRANSFORMS = ("dct", "dctn", "dst", "dstn", "idct", "idctn", "idst", "idstn")
OF_SCIPY |= {f"scipy.fft._basic.{name}" for name in TRANSFORMS} | {f"scipy.fft._realtransforms.{name}" for name in REAL_TRANSFORMS}
OF_SCIPY |= {"scipy.fft._helper.fftshift", "scipy.fft._helper.ifftshift"}
OF_SCIPY |= {"scipy.integrate._quadrature.trapezoid", "scipy.integrate._quadrature.cumulative_trapezoid"}
OF_SCIPY |= {f"scipy.ndimage._filters.{name}" for name in NDIMAGE}
OF_SCIPY |= {f"scipy.signal._signaltools.{name}" for name in SIGNAL}
OF_SCIPY |= {"scipy.ndimage._interpolation.map_coordinates", "scipy.signal._savitzky_golay.savgol_filter"}
OF_SCIPY |= {f"scipy.stats.{name}" for name in STATS}
OF_SCIPY |= {"scipy.cluster.vq.vq", *(f"scipy.spatial.distance.{name}" for name in ("cdist", "pdist", "squareform"))}
"""Functions of SciPy for which there is no kernel."""

NOT_YET = {
    **dict.fromkeys([f"numpy.fft.{name}" for name in FOURIER], "Numba has no Fourier transforms, and there is no kernel for them"),
    **dict.fromkeys(["numpy.delete", "numpy.insert", "numpy.compress", "numpy.bincount", "numpy.unstack"], "no loops are written for it"),
    **dict.fromkeys(["numpy.convolve", "numpy.correlate"], "their adjoints pad by lengths that are known at run time"),
    **dict.fromkeys([f"numpy.{name}" for name in (
        "unwrap", "choose", "partition", "histogram", "nanmedian", "nanquantile", "nanpercentile",
        "lib.stride_tricks.sliding_window_view", "linalg.lstsq",
    )], "no loops are written for it, and Numba has not all that it does"),
    **dict.fromkeys(["numpy.linalg.eig", "numpy.linalg.eigvals", "numpy.roots"], "values decide whether what it gives is real"),
    "numpy.linalg.multi_dot": "its subscripts follow from shapes",
    **dict.fromkeys(["numpy.reshape", "numpy.ravel", "numpy.astype"], "of these cases: other orders, numbers without axes"),
}
"""Those of which none of the cases is compiled, and why."""

IN_PART = {
    **dict.fromkeys(["numpy.repeat", "numpy.diff", "numpy.clip", "numpy.cumsum"],
                    "where lengths are 1 or 0, or counts are arrays"),
    **dict.fromkeys(["numpy.stack", "numpy.vstack", "numpy.dstack", "numpy.column_stack", "numpy.append"],
                    "where one array is given for several, or a number is joined"),
    "numpy.linalg.eigh": "stacks of matrices",
    **dict.fromkeys(["numpy.atleast_1d", "numpy.atleast_2d", "numpy.atleast_3d", "numpy.expand_dims", "numpy.asarray", "numpy.rot90",
                     "numpy.diagflat", "numpy.nan_to_num"], "a number for an array, or several axes turned"),
    **dict.fromkeys([f"scipy.special.{name}" for name in (
        "erfcx", "erfinv", "log_ndtr", "ndtri", "gamma", "gammaln", "psi", "_basic.polygamma", "beta", "betaln", "j0", "j1", "jv",
        "i1", "iv",
    )], "the function or its derivative has no kernel; programs of numbers alone run as they are"),
    **dict.fromkeys([f"numpy.{name}" for name in ("modf", "frexp", "i0", "nanmax", "nanmin")], "programs of numbers alone run as they are"),
    "numpy.sinc": "its derivative has no kernel",
    "numpy.quantile": "several quantiles that are differentiated by where they are",
    "numpy.pad": "borders that are computed",
}  # fmt: skip
"""Those of which some cases are not, and which."""
