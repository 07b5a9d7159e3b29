"""Engines, which run a function over many units: the processes of this machine, Dask or Spark."""
