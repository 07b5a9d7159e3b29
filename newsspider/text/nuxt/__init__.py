"""The state that Nuxt 2 leaves in a page, read without running it.

A server-rendered page ends in ``<script>window.__NUXT__=…;</script>``, where … is an object, or a function that is
called at once so that repeated values are written only once::

    (function(a,b,d){d.id="x";return {layout:a,data:[{title:b,more:d}]}}("default","…",{}))

Only that shape is known here: parameters, assignments to their members, one ``return``, arguments; and as values
strings, numbers, ``!0``, ``void 0`` and their like, arrays, objects, parameters, and what Nuxt's serializer
(@nuxt/devalue 2.0.2) writes of other things: ``Array(n)``, ``new Date(n)``, ``new Set``, ``new Map``, ``Object(…)``,
``Object.create(null)``. These are given plainly: a set as a list, a map as a list of pairs, a wrapped value as itself.
What JSON has no value for is null: a regular expression, a symbol, a date that is invalid or that no calendar of Python
has, and a part where it contains itself. All else is a :class:`NuxtStateError`. Nothing is looked up or called, and
time and memory grow with the length of the state, which is bounded. chompjs reads no function around the object, and
returns ``!0`` and ``void 0`` as strings.

Parameters make it possible to write a small state that unfolds without end (``b[0]=a;b[1]=a;c[0]=b;c[1]=b;…``, or
``a.me=a``). So shared parts stay the same object in the result, and the result is measured as if it were unfolded: it
has no cycle and stays within the same limits, and can be walked without precautions. A long string may still be
shared often, so writing all of a state out is not bounded; and who changes a part changes it everywhere.
"""
