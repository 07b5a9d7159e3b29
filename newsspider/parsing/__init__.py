"""Independent witnesses of what a news page says, one file each; a site names their words in its table.

A witness reads a ``Page`` and returns ``{field: raw value}``. It does not know the other witnesses: ``article.py``
hears them in order and writes down whom it believed.
"""
