"""The addresses in a style sheet, held against a whole CSS tokenizer, and against hostile input."""

from __future__ import annotations

import pytest
import tinycss2
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.parsing.requisites.styles import addresses

ADDRESSING = {"url", "src", "image-set", "-webkit-image-set"}


def by_tinycss2(css: str) -> list[tuple[str, str]]:
    """The same from the tokens of tinycss2, which has the blocks matched already."""
    found: list[tuple[str, str]] = []
    rule = ""

    def walk(nodes, function: str | None) -> None:
        nonlocal rule
        for node in nodes:
            match node.type:
                case "at-keyword":
                    rule = node.lower_value
                case "literal" if node.value == ";" and rule != "font-face":
                    rule = ""
                case "{} block":
                    rule = rule if rule == "font-face" else ""
                    walk(node.content, None)
                    rule = ""
                case "() block":
                    walk(node.content, "")
                case "function":
                    walk(node.arguments, node.lower_name)
                case "url":
                    add(node.value)
                case "string" if function in ADDRESSING or (function is None and rule == "import"):
                    add(node.value)

    def add(address: str) -> None:
        nonlocal rule
        if address and rule != "namespace":
            kind = {"import": "styles", "font-face": "fonts"}.get(rule, "images")
            rule = "imported" if rule == "import" else rule
            found.append((address, kind))

    walk(tinycss2.parse_component_value_list(css), None)
    return found


names = st.text("abz/.:?=&-_%0~新", min_size=1, max_size=8)
escaped = st.one_of(names, st.sampled_from([r"\62 c", r"a\)b", r"a\'b", r"\5c\000022x", "\\\u65b0", r"\110000 x"]))
inside_quotes = st.one_of(escaped, st.sampled_from(["a b", "url(no)", "/*no*/", "a\\\nb", ";", "}", "("]))
space = st.sampled_from(["", " ", "\n", "\t ", "/**/", "/* url(no) ; ' */"])
blank = st.sampled_from(["", " ", "\n"])
string = st.one_of(inside_quotes.map(lambda text: f'"{text}"'), inside_quotes.map(lambda text: f"'{text}'"))
url = st.builds(
    lambda name, before, address, after: f"{name}({before}{address}{after})",
    st.sampled_from(["url", "URL"]), blank, st.one_of(escaped, string), blank,
)  # fmt: skip
image_set = st.builds(
    lambda one, two, space: f"image-set({one} type('image/avif') 1x,{space}{two} 2x)", string, url, space
)
value = st.one_of(
    url, image_set, string, names.map(lambda name: f"local('{name}')"),
    st.sampled_from(["red", "10px", "format('woff2')", "url(a b)", "url(a'b')", "calc(1px*(2 + 3))", "src('s')"]),
)  # fmt: skip
declaration = st.builds(lambda space, value: f"x:{space}{value};", space, value)
block = st.lists(declaration, max_size=3).map(lambda lines: "{" + "".join(lines) + "}")
rule = st.one_of(
    block.map(lambda text: f"a:hover,curl>b{text}"),
    block.map(lambda text: f"@font-face {text}"),
    block.map(lambda text: f"@media screen{{p{text}}}"),
    st.builds(
        lambda space, what: f"@import{space or ' '}{what} supports(x: url(y)) screen;", space, st.one_of(string, url)
    ),
    url.map(lambda url: f"@namespace svg {url};"),
    st.just('@charset "utf-8";'),
)


@settings(deadline=None)
@given(st.lists(rule, max_size=4).map("\n".join))
def test_addresses_are_those_of_a_whole_tokenizer(css):
    assert list(addresses(css)) == by_tinycss2(css)


@settings(deadline=None)
@given(st.text("url('\")(\\;{}@import /*-a\n", max_size=60))
def test_any_text_is_read(css):
    assert all(address for address, _ in addresses(css))


@pytest.mark.parametrize(
    "part",
    ["a", "(", "url(", "url( ", "url(a b ", "\"'", "\\", '"\\', "/*", "@import", "a(", "image-set('", " ", "\\62"],
)
def test_hostile_style_sheet_is_read_to_its_end(part):
    css = part * (1_000_000 // len(part))

    assert all(address for address, _ in addresses(css))  # a second try at every place would take hours
