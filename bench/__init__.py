"""Measurements: always ratios within one run, as machines differ and are shared."""
