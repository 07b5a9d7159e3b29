"""The state that Nuxt 2 leaves in a page, read without running it.

A server-rendered page ends in ``<script>window.__NUXT__=…;</script>``, where … is an object, or a function that is
called at once so that repeated values are written only once::

    (function(a,b,d){d.id="x";return {layout:a,data:[{title:b,more:d}]}}("default","…",{}))

Only that shape is known here: parameters, assignments to their members, one ``return``, arguments; and as values
strings, numbers, ``!0``, ``void 0`` and their like, arrays, objects, ``Array(n)``, ``new Date(n)`` and parameters. All
else is a :class:`NuxtStateError`. Nothing is looked up or called, and time and memory grow with the length of the
state, which is bounded.

Parameters make it possible to write a small state that unfolds without end (``b[0]=a;b[1]=a;c[0]=b;c[1]=b;…``, or
``a.me=a``). So shared parts stay the same object in the result, and the result is measured as if it were unfolded: it
has no cycle and stays within the same limits, and can be walked without precautions. A long string may still be
shared often, so writing all of a state out is not bounded; and who changes a part changes it everywhere.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, NoReturn, TypeAlias, cast

from newsspider.errors import NewsspiderError

MAX_CHARACTERS = 2_000_000
"""Length of the source; states of 30,000 are usual."""

MAX_DEPTH = 100
"""Arrays and objects within one another."""

MAX_NODES = 200_000
"""Values of all kinds, shared ones counted wherever they appear."""

MAX_ARRAY = 10_000
"""The n of ``Array(n)``."""

MAX_NUMBER = 64
"""Characters of a number; JavaScript prints 24 at most."""

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | datetime | None"
"""Dates are aware, in UTC. ``None`` stands for null, undefined, a hole in an array, and, as in JSON, NaN."""


class NuxtStateError(NewsspiderError):
    """A state is not of the known shape or beyond a limit; the page's other witnesses have to speak."""

    def __init__(self, offset: int, problem: str):
        super().__init__(f"window.__NUXT__ was not read: {problem}, at character {offset} of the state")
        self.offset = offset
        self.problem = problem


def find_state(html: str) -> str | None:
    """Cut out the source of the state, or give ``None`` when the page has none.

    The first ``</script`` ends it, as it does for a browser, even inside a string.

    >>> find_state('<p>…</p><script>window.__NUXT__={data:[]};</script><script src="app.js"></script>')
    '{data:[]};'
    >>> find_state("<p>window.__NUXT__=1</p>") is None
    True
    """
    name = html.find(_NAME)
    while name != -1:
        tag = html.rfind("<", max(0, name - _MAX_SCRIPT_TAG), name)
        assigned = _ASSIGNED.match(html, name + len(_NAME))
        if assigned and tag != -1 and _SCRIPT_TAG.fullmatch(html, tag, name):
            end = _SCRIPT_END.search(html, assigned.end())
            return html[assigned.end() : end.start() if end else len(html)]
        name = html.find(_NAME, name + len(_NAME))
    return None


def read_state(source: str) -> Value:
    r"""Read what :func:`find_state` gave; any other source is a :class:`NuxtStateError`.

    >>> read_state('(function(a,d){d.id=a;return {url:"\\u002Fk24",ok:!0,none:void 0,more:[d,d]}}("x",{}));')
    {'url': '/k24', 'ok': True, 'none': None, 'more': [{'id': 'x'}, {'id': 'x'}]}
    >>> read_state("{data:fetch(0)}")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    newsspider.nuxt.NuxtStateError: window.__NUXT__ was not read: found 'fetch(0)}' where a value was expected, at ...
    """
    if len(source) > MAX_CHARACTERS:
        raise NuxtStateError(MAX_CHARACTERS, f"more than {MAX_CHARACTERS} characters")
    return _Reader(source).state()


_NAME = "window.__NUXT__"
_MAX_SCRIPT_TAG = 200
_SCRIPT_TAG = re.compile(r"<script(?:\s[^<>]*)?>\s*", re.IGNORECASE)
_ASSIGNED = re.compile(r"\s*=(?!=)")
_SCRIPT_END = re.compile(r"</[sS][cC][rR][iI][pP][tT](?=[\s/>])")

# Possessive throughout: a token is read once and never tried shorter, which keeps hostile sources linear.
_TOKEN = re.compile(
    r"""\s*+(?:
    ( "[^"\\\n\r]*+(?:\\(?:\r\n|[\s\S])[^"\\\n\r]*+)*" | '[^'\\\n\r]*+(?:\\(?:\r\n|[\s\S])[^'\\\n\r]*+)*' )
    | ( (?:[^\W\d]|\$)[\w$]*+ \s*+ : )
    | ( (?:[^\W\d]|\$)[\w$]*+ )
    | ( -?(?:(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?(?![\w$.]) )
    | ( ![01](?![\w$.]) | -Infinity(?![\w$]) )
    | ( [][{}():;,.=] )
    | ( \Z )
    | ( [\s\S] )
    )""",
    re.VERBOSE,
)
_STRING, _KEY, _WORD, _NUMBER, _LITERAL, _MARK, _END, _UNKNOWN = range(1, 9)

_LITERALS: dict[str, Value] = {"!0": True, "!1": False, "-Infinity": None}
_WORDS: dict[str, Value] = {
    "true": True,
    "false": False,
    "null": None,
    "undefined": None,
    "NaN": None,
    "Infinity": None,
}
_RESERVED = frozenset(_WORDS) | {"void", "Array", "new", "Date", "function", "return"}


class _Parameter(NamedTuple):
    """Stands in the tree for an argument, as arguments come last in the source."""

    position: int


class _Assignment(NamedTuple):
    """``parameter.path[0].path[1]=value``."""

    offset: int
    parameter: _Parameter
    path: list[str | int]
    value: Any


class _Reader:
    """One pass over the tokens; what is open is kept in a list, not on Python's stack.

    The cursor, ``kind`` and ``text``, stands on the next token. A string's text has its quotes and a key's its colon,
    so that neither looks like a mark or a word.
    """

    def __init__(self, source: str):
        self.source = source
        self.matches = _TOKEN.finditer(source)
        self.parameters: dict[str, _Parameter] = {}
        self.references: list[tuple[Any, str | int, _Parameter]] = []
        self.nodes = 0
        self.advance()

    # -- the cursor

    def advance(self) -> None:
        self.match = match = next(self.matches)
        self.kind = kind = match.lastindex or _UNKNOWN
        self.text: str = match[kind]

    def skip(self, text: str) -> bool:
        if self.text != text:
            return False
        self.advance()
        return True

    def expect(self, text: str) -> None:
        if not self.skip(text):
            self.fail(f"where {text!r} was expected")

    @property
    def offset(self) -> int:
        return self.match.start(self.kind)

    def fail(self, problem: str) -> NoReturn:
        found = self.source[self.offset : self.offset + 20]
        raise NuxtStateError(self.offset, f"found {found!r} {problem}" if found else f"it ended {problem}")

    def count(self, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise NuxtStateError(self.offset, f"more than {MAX_NODES} values")

    # -- the whole

    def state(self) -> Value:
        if self.text == "(":
            self.advance()
            state = self.call()
        else:
            state = self.value()
        self.skip(";")
        if self.kind != _END:
            self.fail("after the state")
        return cast("Value", state)

    def call(self) -> Any:
        """Read ``function(…){…}(…))``, or ``function(…){…})(…)``, and give what it returns."""
        self.expect("function")
        self.expect("(")
        self.read_parameters()
        self.expect("{")
        assignments = self.read_assignments()
        returned_at = self.offset
        returned = self.value()
        self.skip(";")
        self.expect("}")
        closed = self.skip(")")
        self.expect("(")
        arguments = self.read_arguments()
        if not closed:
            self.expect(")")

        def resolve(value: Any) -> Any:
            return arguments[value.position] if type(value) is _Parameter else value

        for container, key, parameter in self.references:
            if container[key] is parameter:  # in {k:a,k:1} the second k has taken its place
                container[key] = arguments[parameter.position]
        for assignment in assignments:
            _assign(arguments[assignment.parameter.position], assignment, resolve(assignment.value))
        state = resolve(returned)
        if any(type(argument) in _CONTAINERS for argument in arguments):
            _measure(state, returned_at)
        return state

    def read_parameters(self) -> None:
        while not self.skip(")"):
            if self.kind != _WORD or self.text in _RESERVED or self.text in self.parameters:
                self.fail("where a new parameter was expected")
            self.parameters[self.text] = _Parameter(len(self.parameters))
            self.count()
            self.advance()
            if self.text != ")":
                self.expect(",")

    def read_assignments(self) -> list[_Assignment]:
        """Read the statements before ``return``, and ``return`` itself."""
        assignments = []
        while not self.skip("return"):
            offset, parameter = self.offset, self.parameters.get(self.text)
            if parameter is None:
                self.fail("where a parameter or 'return' was expected")
            self.advance()
            path: list[str | int] = []
            while not self.skip("="):
                path.append(self.member())
            if not 0 < len(path) <= MAX_DEPTH:
                raise NuxtStateError(offset, f"an assignment to {len(path)} members")
            assignments.append(_Assignment(offset, parameter, path, self.value()))
            self.expect(";")
        return assignments

    def read_arguments(self) -> list[Any]:
        """Read the arguments and ``)``; those that are missing are undefined."""
        parameters = len(self.parameters)
        self.parameters = {}  # they mean nothing out here
        arguments = []
        while not self.skip(")"):
            arguments.append(self.value())
            if self.text != ")":
                self.expect(",")
        return arguments + [None] * (parameters - len(arguments))

    # -- values

    def value(self) -> Any:
        """Read a value of any depth."""
        open_containers: list[tuple[Any, str]] = []
        while True:
            self.count()
            if self.text == "[":
                self.advance()
                value: Any = []
                self.holes(value)
                if not self.skip("]"):
                    open_containers.append((value, ""))
                    self.check_depth(len(open_containers))
                    continue
            elif self.text == "{":
                self.advance()
                value = {}
                if not self.skip("}"):
                    open_containers.append((value, self.key()))
                    self.check_depth(len(open_containers))
                    continue
            else:
                value = self.scalar()

            # A value is whole: put it where it belongs, and close what it was the last of.
            while open_containers:
                container, key = open_containers[-1]
                if type(container) is list:
                    if type(value) is _Parameter:
                        self.references.append((container, len(container), value))
                    container.append(value)
                    if self.skip(","):
                        self.holes(container)
                        if self.text != "]":
                            break
                    self.expect("]")
                else:
                    if type(value) is _Parameter:
                        self.references.append((container, key, value))
                    container[key] = value
                    if self.skip(",") and self.text != "}":
                        open_containers[-1] = (container, self.key())
                        break
                    self.expect("}")
                open_containers.pop()
                value = container
            else:
                return value

    def check_depth(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise NuxtStateError(self.offset, f"more than {MAX_DEPTH} arrays and objects within one another")

    def holes(self, array: list[Any]) -> None:
        while self.skip(","):
            self.count()
            array.append(None)

    def key(self) -> str:
        """Read the key of an object's member and the colon after it."""
        if self.kind == _KEY:  # a bare name, whose token has the colon
            key = self.text[:-1].rstrip()
            self.advance()
            return key
        if self.kind == _STRING:
            key = self.string()
        elif self.kind == _NUMBER and _INDEX.fullmatch(self.text):
            key = self.text
        else:
            self.fail("where a key was expected")
        self.advance()
        self.expect(":")
        return key

    def member(self) -> str | int:
        """Read ``.name``, ``["name"]`` or ``[0]``."""
        member: str | int
        if self.skip("."):
            if self.kind != _WORD:
                self.fail("where a name was expected")
            member = self.text
            self.advance()
            return member
        self.expect("[")
        if self.kind == _STRING:
            member = self.string()
        elif self.kind == _NUMBER and _INDEX.fullmatch(self.text):
            member = int(self.text)
        else:
            self.fail("where a member was expected")
        self.advance()
        self.expect("]")
        return member

    def scalar(self) -> Any:
        """Read a value that is one token, or a call that stands for a value."""
        kind, text = self.kind, self.text
        value: Any
        if kind == _STRING:
            value = self.string()
        elif kind == _NUMBER:
            value = self.number()
        elif kind == _LITERAL:
            value = _LITERALS[text]
        elif kind == _WORD and text in self.parameters:
            value = self.parameters[text]
        elif kind == _WORD and text in _WORDS:
            value = _WORDS[text]
        elif kind == _WORD and text in ("void", "Array", "new"):
            self.advance()
            return {"void": self.undefined, "Array": self.array, "new": self.date}[text]()
        else:
            self.fail("where a value was expected")
        self.advance()
        return value

    def number(self) -> int | float:
        """Read a number as JavaScript holds it, in 53 bits; one without point and exponent is an int."""
        if len(self.text) > MAX_NUMBER:
            raise NuxtStateError(self.offset, f"a number of {len(self.text)} characters")
        if not self.text.lstrip("-").isdigit():
            return float(self.text)
        return int(self.text) if len(self.text) <= 15 else int(float(self.text))

    def undefined(self) -> None:
        if self.text != "0":
            self.fail("after void")
        self.advance()

    def call_with_number(self, name: str) -> int:
        """Read ``(n)`` after *name*."""
        self.expect("(")
        number = self.number() if self.kind == _NUMBER else None
        if number is None or number != number // 1:
            self.fail(f"where {name} takes a whole number")
        self.advance()
        self.expect(")")
        return int(number)

    def array(self) -> list[Any]:
        offset = self.offset
        length = self.call_with_number("Array")
        if not 0 <= length <= MAX_ARRAY:
            raise NuxtStateError(offset, f"an array of {length}, where {MAX_ARRAY} is the limit")
        self.count(length)
        return [None] * length

    def date(self) -> datetime:
        self.expect("Date")
        offset = self.offset
        milliseconds = self.call_with_number("Date")
        try:
            return _EPOCH + timedelta(milliseconds=milliseconds)
        except OverflowError as error:
            raise NuxtStateError(offset, f"a date beyond the calendar, {milliseconds} ms") from error

    def string(self) -> str:
        """Give the value of the string under the cursor."""
        inner = self.text[1:-1]
        if "\\" not in inner:
            return inner
        offset = self.offset + 1
        text = _ESCAPE.sub(lambda escape: _unescape(escape, offset), inner)
        if _SURROGATE.search(text):
            # Two escapes may make one character; half of a pair is none and could never be written as UTF-8.
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text


_CONTAINERS = (dict, list)
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"} | dict.fromkeys(
    ["\n", "\r\n", "\r", "\u2028", "\u2029"],
    "",  # a backslash at the end of a line continues the string
)


def _unescape(escape: re.Match[str], offset: int) -> str:
    """Give the character that a backslash and what follows it stand for, in a string that begins at *offset*."""
    if code := escape[1] or escape[2] or escape[3]:
        if int(code, 16) <= 0x10FFFF:
            return chr(int(code, 16))
    elif escape[4] == "0" and not escape.string[escape.end() : escape.end() + 1].isdigit():
        return "\0"
    elif escape[4] not in "ux" and not "0" <= escape[4] <= "9":
        return _ESCAPED.get(escape[4], escape[4])
    found = escape.string[escape.start() : escape.start() + 10]
    raise NuxtStateError(offset + escape.start(), f"found {found!r} where an escape was expected")


def _assign(target: Any, assignment: _Assignment, value: Any) -> None:
    """Put *value* at the path of *assignment*, whose members but the last must exist."""
    *way, last = assignment.path
    try:
        for member in way:
            target = target[_place(target, member)]
        target[_place(target, last)] = value
    except LookupError as error:
        raise NuxtStateError(assignment.offset, f"an assignment to {assignment.path} of nothing") from error


def _place(target: Any, member: str | int) -> str | int:
    if type(target) is dict:
        return str(member)
    if type(target) is list and type(member) is int:
        return member
    raise LookupError(member)


def _measure(state: Any, offset: int) -> None:
    """Refuse a *state* that, unfolded, has a cycle or is beyond a limit; each part is looked at once.

    Errors name *offset*.
    """
    if type(state) not in _CONTAINERS:
        return
    measured: dict[int, tuple[int, int]] = {}  # by identity: values inside, depth; all parts live while this runs
    unfolding = [_Unfolding(state)]
    on_the_way = {id(state)}
    while unfolding:
        part = unfolding[-1]
        for child in part.children:
            if type(child) not in _CONTAINERS:
                part.size += 1
            elif id(child) in measured:
                part.add(*measured[id(child)])
            elif id(child) in on_the_way:
                raise NuxtStateError(offset, "a part that contains itself")
            else:
                unfolding.append(_Unfolding(child))
                on_the_way.add(id(child))
                break
        else:
            unfolding.pop()
            on_the_way.remove(part.identity)
            measured[part.identity] = part.size, part.depth
            if unfolding:
                unfolding[-1].add(part.size, part.depth)
        if part.size > MAX_NODES:
            raise NuxtStateError(offset, f"more than {MAX_NODES} values when unfolded")
        if part.depth > MAX_DEPTH or len(unfolding) > MAX_DEPTH:
            raise NuxtStateError(offset, f"more than {MAX_DEPTH} arrays and objects within one another")


class _Unfolding:
    """A container whose children are being counted."""

    __slots__ = ("children", "depth", "identity", "size")

    def __init__(self, container: Any):
        self.identity = id(container)
        self.children = iter(container.values() if type(container) is dict else container)
        self.size = 1
        self.depth = 1

    def add(self, size: int, depth: int) -> None:
        self.size += size
        self.depth = max(self.depth, depth + 1)
