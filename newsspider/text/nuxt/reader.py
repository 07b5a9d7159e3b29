"""The reader of a state: one pass over its tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn, cast

from newsspider.text.counted import counted
from newsspider.text.nuxt.assignment import Assignment, Parameter, assign
from newsspider.text.nuxt.limits import MAX_ARRAY, MAX_DEPTH, MAX_NODES, MAX_NUMBER, NuxtStateError
from newsspider.text.nuxt.tokens import (
    END,
    ESCAPE,
    INDEX,
    KEY,
    LITERAL,
    LITERALS,
    METHODS,
    NO_DATE,
    NUMBER,
    REGEXP,
    RESERVED,
    STRING,
    SURROGATE,
    SYMBOL,
    TOKEN,
    UNKNOWN,
    WORD,
    WORDS,
    unescape,
)
from newsspider.text.nuxt.unfolding import CONTAINERS, measure

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from newsspider.text.nuxt.limits import Value


class _Call:
    """``new Set(…)``, ``new Map(…)``, ``Object(…)`` or ``Object.create(null,…)``, while its argument is being read."""

    __slots__ = ("makes",)

    def __init__(self, makes: Callable[[Any], Any]):
        self.makes = makes
        """Turns the argument into the value."""


class Reader:
    """One pass over the tokens; what is open is kept in a list, not on Python's stack.

    The cursor, ``kind`` and ``text``, stands on the next token. A string's text has its quotes and a key's its colon,
    so that neither looks like a mark or a word.
    """

    def __init__(self, source: str):
        self.source = source
        self.matches = TOKEN.finditer(source)
        self.parameters: dict[str, Parameter] = {}
        self.references: list[tuple[Any, str | int, Parameter]] = []
        self.nodes = 0
        self.advance()

    # -- the cursor

    def advance(self) -> None:
        self.match = match = next(self.matches)
        self.kind = kind = match.lastindex or UNKNOWN
        self.text: str = match[kind]

    def skip(self, text: str) -> bool:
        if self.text != text:
            return False
        self.advance()
        return True

    def jump(self, position: int) -> None:
        """Go on after a value that no token is."""
        self.matches = TOKEN.finditer(self.source, position)
        self.advance()

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
        if self.kind != END:
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
            return arguments[value.position] if type(value) is Parameter else value

        for container, key, parameter in self.references:
            if container[key] is parameter:  # in {k:a,k:1} the second k has taken its place
                container[key] = arguments[parameter.position]
        for assignment in assignments:
            assign(arguments[assignment.parameter.position], assignment, resolve(assignment.value))
        state = resolve(returned)
        if any(type(argument) in CONTAINERS for argument in arguments):
            measure(state, returned_at)
        return state

    def read_parameters(self) -> None:
        while not self.skip(")"):
            if self.kind != WORD or self.text in RESERVED or self.text in self.parameters:
                self.fail("where a new parameter was expected")
            self.parameters[self.text] = Parameter(len(self.parameters))
            self.count()
            self.advance()
            if self.text != ")":
                self.expect(",")

    def read_assignments(self) -> list[Assignment]:
        """Read the statements before ``return``, and ``return`` itself."""
        assignments = []
        while not self.skip("return"):
            offset, parameter = self.offset, self.parameters.get(self.text)
            if parameter is None:
                self.fail("where a parameter or 'return' was expected")
            self.advance()
            assignments.append(self.read_assignment(offset, parameter))
            self.expect(";")
        return assignments

    def read_assignment(self, offset: int, parameter: Parameter) -> Assignment:
        """Read what stands after the parameter of a statement."""
        path: list[str | int] = []
        while not self.skip("="):
            if not path and self.text == ".":
                self.advance()
                if self.text == ";":  # an empty Set or Map that is shared: nothing is added, and yet there is the point
                    return Assignment(offset, parameter, [], [])
                name = self.name()
                if name in METHODS and self.text == "(":
                    return Assignment(offset, parameter, [], self.read_additions(name))
                path.append(name)
            else:
                path.append(self.member())
        if not 0 < len(path) <= MAX_DEPTH:
            raise NuxtStateError(offset, f"an assignment to {counted(len(path), 'member')}")
        return Assignment(offset, parameter, path, self.value())

    def read_additions(self, method: str) -> list[Any]:
        """Read ``(value).add(value)…``, or ``(key, value).set(key, value)…``; give the values, or the pairs."""
        added: list[Any] = []
        while True:
            self.expect("(")
            place = added if method == "add" else []
            self.put(place, self.value())
            if method == "set":
                self.expect(",")
                self.put(place, self.value())
                added.append(place)
            self.expect(")")
            if not self.skip("."):
                return added
            self.expect(method)

    def put(self, container: list[Any], value: Any) -> None:
        if type(value) is Parameter:
            self.references.append((container, len(container), value))
        container.append(value)

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
            elif self.text in ("new", "Object") and self.text not in self.parameters:
                value = self.built()
                if type(value) is _Call:
                    open_containers.append((value, ""))
                    self.check_depth(len(open_containers))
                    continue
            else:
                value = self.scalar()

            # A value is complete: put it where it belongs, and close what it was the last of.
            while open_containers:
                container, key = open_containers[-1]
                if type(container) is _Call:
                    container = container.makes(value)
                    self.expect(")")
                elif type(container) is list:
                    if type(value) is Parameter:
                        self.references.append((container, len(container), value))
                    container.append(value)
                    if self.skip(","):
                        self.holes(container)
                        if self.text != "]":
                            break
                    self.expect("]")
                else:
                    if type(value) is Parameter:
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

    def built(self) -> Any:
        """Read ``new …`` or ``Object…``: the value, or the call around a value that is to be read first."""
        if self.skip("Object"):
            if self.skip("("):
                return _Call(lambda value: value)
            for text in (".", "create", "(", "null"):
                self.expect(text)
            if self.skip(")"):
                return {}
            self.expect(",")
            return _Call(self.described)
        self.expect("new")
        if self.text not in ("Set", "Map"):
            return self.date()
        self.advance()
        return [] if not self.skip("(") or self.skip(")") else _Call(self.members)

    def members(self, value: Any) -> list[Any]:
        if type(value) is not list:
            self.fail("after what is no list of members")
        return value

    def described(self, value: Any) -> dict[str, Any]:
        """Turn the descriptions of members, ``{key:{writable:true,enumerable:true,value:…}}``, into the members."""
        members: dict[str, Any] = {}
        for key, description in value.items() if type(value) is dict else [("", None)]:
            if type(description) is not dict:
                self.fail("after what describes no members")
            members[key] = description.get("value")
            if type(members[key]) is Parameter:
                self.references.append((members, key, members[key]))
        return members

    def check_depth(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise NuxtStateError(self.offset, f"more than {MAX_DEPTH} arrays and objects within one another")

    def holes(self, array: list[Any]) -> None:
        while self.skip(","):
            self.count()
            array.append(None)

    def key(self) -> str:
        """Read the key of an object's member and the colon after it."""
        if self.kind == KEY:  # a bare name, whose token has the colon
            key = self.text[:-1].rstrip()
            self.advance()
            return key
        if self.kind == STRING:
            key = self.string()
        elif self.kind == NUMBER and INDEX.fullmatch(self.text):
            key = self.text
        else:
            self.fail("where a key was expected")
        self.advance()
        self.expect(":")
        return key

    def name(self) -> str:
        """Read the name after a point."""
        if self.kind != WORD:
            self.fail("where a name was expected")
        name = self.text
        self.advance()
        return name

    def member(self) -> str | int:
        """Read ``.name``, ``["name"]`` or ``[0]``."""
        member: str | int
        if self.skip("."):
            return self.name()
        self.expect("[")
        if self.kind == STRING:
            member = self.string()
        elif self.kind == NUMBER and INDEX.fullmatch(self.text):
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
        if kind == STRING:
            value = self.string()
        elif kind == NUMBER:
            value = self.number()
        elif kind == LITERAL:
            value = LITERALS[text]
        elif kind == WORD and text in self.parameters:
            value = self.parameters[text]
        elif kind == WORD and text in WORDS:
            value = WORDS[text]
        elif kind == WORD and text in ("void", "Array"):
            self.advance()
            return self.undefined() if text == "void" else self.array()
        elif kind == WORD and text == "Symbol":
            self.advance()
            return self.skipped(SYMBOL)
        elif text == "/":
            return self.skipped(REGEXP)
        else:
            self.fail("where a value was expected")
        self.advance()
        return value

    def skipped(self, pattern: re.Pattern[str]) -> None:
        """Go over what has no plain form."""
        if (match := pattern.match(self.source, self.offset)) is None:
            self.fail("where a value was expected")
        self.jump(match.end())

    def number(self) -> int | float | None:
        """Read a number as JavaScript holds it, in 53 bits; one without point and exponent is an int."""
        if len(self.text) > MAX_NUMBER:
            return None
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
        number = self.number() if self.kind == NUMBER else None
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

    def date(self) -> datetime | None:
        self.expect("Date")
        if self.text == "(" and (invalid := NO_DATE.match(self.source, self.offset)):
            self.jump(invalid.end())
            return None
        milliseconds = self.call_with_number("Date")
        try:
            return _EPOCH + timedelta(milliseconds=milliseconds)
        except OverflowError:  # JavaScript knows years from -271821 to 275760
            return None

    def string(self) -> str:
        """Give the value of the string under the cursor."""
        inner = self.text[1:-1]
        if "\\" not in inner:
            return inner
        offset = self.offset + 1
        text = ESCAPE.sub(lambda escape: unescape(escape, offset), inner)
        if SURROGATE.search(text):
            # Two escapes may make one character; half of a pair is none and could never be written as UTF-8.
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
