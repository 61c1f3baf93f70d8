"""Building blocks of models as plain functions, written in NumPy and differentiated from their source."""
