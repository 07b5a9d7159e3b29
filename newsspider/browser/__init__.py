"""Collections in a browser on this machine: the archive browser, and the replay of captured pages.

``playback/`` replays pages, by pywb. ``cache.py`` and what it stands on know what is to be found where, ``app.py`` what
stands at which address, and ``pages/`` has one kind of page a file. What a start need not wait for is imported by the
page that needs it.
"""
