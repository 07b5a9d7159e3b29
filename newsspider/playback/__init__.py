"""A person looks at a collection: pywb, in an environment of its own, and a page that lists the articles.

``environment.py`` belongs to the command. ``server.py`` and what it imports run in pywb's environment, where nothing of
ours is installed: they stand on the standard library, on ``newsspider.archive``, and ``server.py`` alone on pywb.
"""
