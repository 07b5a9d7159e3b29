"""Replay: pywb in an environment of its own.

``environment.py`` belongs to the command. ``server.py`` and what it imports run in pywb's environment, where nothing of
ours is installed: they stand on the standard library, on ``newsspider.collection``, and ``server.py`` alone on pywb.
"""
