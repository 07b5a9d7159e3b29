"""How long tests wait for what will come: they wait for events, and this bound is only for what hangs."""

HUNG = 300
"""Seconds; a machine with ten times the work of its cores needs half a minute for what takes three seconds."""
