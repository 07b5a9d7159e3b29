"""The Encoding Standard (https://encoding.spec.whatwg.org): labels, decoders, and where a page says its label.

Python's codecs do the work, in C. Where they read a byte otherwise than browsers do, small tables and error handlers
correct them, so that a page costs what it costs Python, and each odd spot a little more. Nothing here guesses.
"""
