"""The state reader against states written by hand; where node is installed, against what running them gives."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.text import nuxt
from newsspider.text.nuxt.limits import MAX_ARRAY, MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, MAX_NUMBER, NuxtStateError
from newsspider.text.nuxt.state import find_state, read_state
from tests.patience import HUNG

STATES = [
    ("{}", {}),
    ("[]", []),
    ("null", None),
    ('"x"', "x"),
    (" { a : 1 , b : [ 2 ] } ; ", {"a": 1, "b": [2]}),
    ("{a:1,'b-c':2,\"d\\u002Fe\":3,4:5,$_:6,return:7,a1:8}", {
        "a": 1, "b-c": 2, "d/e": 3, "4": 5, "$_": 6, "return": 7, "a1": 8,
    }),
    ("{a:1,a:2,}", {"a": 2}),
    ("[!0,!1,true,false,null,void 0,undefined]", [True, False, True, False, None, None, None]),
    ("[NaN,Infinity,-Infinity]", [None, None, None]),
    ("[0,-1,1.5,.5,-.5,1e3,1E-2,1.,2e+2]", [0, -1, 1.5, 0.5, -0.5, 1000.0, 0.01, 1.0, 200.0]),
    ("[1234567890123456,12345678901234567890]", [1234567890123456, 12345678901234567168]),
    ("[,1,,2,,]", [None, 1, None, 2, None]),
    ("[[],[[]],{a:{}},[{}]]", [[], [[]], {"a": {}}, [{}]]),
    (r'"\u002F\x41\u{1F600}\ud83d\ude00\n\t\b\f\v\r\0\'\"\\\/\q"', "/A😀😀\n\t\b\f\v\r\0'\"\\/q"),
    (r'"\ud83d-\ude00-\ude00\ud83d"', "\ufffd-\ufffd-\ufffd\ufffd"),
    ('"a\\\nb\\\r\nc"', "abc"),
    ("'it\"s'", 'it"s'),
    ("[Array(0),Array(2)]", [[], [None, None]]),
    ("(function(){return {a:1}}());", {"a": 1}),
    ("(function(){return{a:1};})();", {"a": 1}),
    ('(function(a,b){return {source:b,x:[a,a],y:a}}(1,"b"))', {"source": "b", "x": [1, 1], "y": 1}),
    ("(function(a){return a}([1]))", [1]),
    ("(function(a,b){return [a,b]}(1))", [1, None]),
    ("(function(a){return a}(1,2))", 1),
    (
        '(function(a,b,d){d.id="x";d["two words"]=a;d.in={};d.in.deep=b;return {data:[d,{d:d}]}}(1,null,{}));',
        {"data": [
            {"id": "x", "two words": 1, "in": {"deep": None}},
            {"d": {"id": "x", "two words": 1, "in": {"deep": None}}},
        ]},
    ),
    ("(function(a,b){a[0]=b;a[1]={c:b};return a}(Array(2),3))", [3, {"c": 3}]),
    ("(function(a,b){a.b=b;b.c=1;a.b.d=2;return a}({},{}))", {"b": {"c": 1, "d": 2}}),
    ("(function(a){a[0]=1;return a}({}))", {"0": 1}),
    ("(function(a){return {k:a,k:1,j:2,j:a,i:a,i:a}}(7))", {"k": 1, "j": 7, "i": 7}),
]  # fmt: skip

BOUNDS = [
    ("[Array(10000),Array(0)]", [[None] * 10_000, []]),
    (f"[{'1' * MAX_NUMBER},-{'1' * (MAX_NUMBER - 1)}]", [int(float("1" * 64)), -int(float("1" * 63))]),
    (f"[1{'1' * MAX_NUMBER},-{'1' * MAX_NUMBER}]", [None, None]),
    ("{1234567890:1,'':2}", {"1234567890": 1, "": 2}),
    (r"'\477\377\78\400'", "'7\xff\x078\x200"),  # an octal number is below 400
    (r"'\u{10FFFF}\u{0}'", "\U0010ffff\0"),
    ("'a\\\u2028b\\\u2029c'", "abc"),
    ("['a\\\rb','\\ude00']", ["ab", "\ufffd"]),
    ("[' a ','',9007199254740993]", [" a ", "", 9_007_199_254_740_992]),
    ("[new Date( NaN )]", [None]),
    (f"[Symbol({'x' * 200})]", [None]),
    ("[Object.create(null,{a:{}})]", [{"a": None}]),
    ("(function(a,b){a.self=a;a.n=b;return a}({},1))", {"self": None, "n": 1}),
]


@pytest.mark.parametrize(("source", "value"), BOUNDS)
def test_a_state_is_read_up_to_its_bounds(source, value):
    assert read_state(source) == value


def test_whole_numbers_are_whole():
    assert repr(read_state("[-1,-0,1,1.0,1e3,123456789012345,-12345678901234567]")) == (
        "[-1, 0, 1, 1.0, 1000.0, 123456789012345, -12345678901234568]"
    )


# What @nuxt/devalue 2.0.2 (npm), the serializer of Nuxt 2, wrote under Node 20.20.2 of each expression.
DEVALUED = [
    ("{d: new Date(NaN)}", "{d:new Date(NaN)}", {"d": None}),
    (
        "{d: new Date(8.64e15), e: new Date(-62198755200000)}",
        "{d:new Date(8640000000000000),e:new Date(-62198755200000)}",
        {"d": None, "e": None},
    ),
    ("d = new Date(NaN), {d, e: d}", "(function(a){return {d:a,e:a}}(new Date(NaN)))", {"d": None, "e": None}),
    (
        "{s: new Set([1, 'a', {b: 1}]), m: new Map([[1, 'x'], ['k', {v: 2}]])}",
        '(function(a){return {s:new Set([a,"a",{b:a}]),m:new Map([[a,"x"],["k",{v:2}]])}}(1))',
        {"s": [1, "a", {"b": 1}], "m": [[1, "x"], ["k", {"v": 2}]]},
    ),
    (
        "[new Set([new Set([1])]), new Map([[new Map(), 1]])]",
        "(function(a){return [new Set([new Set([a])]),new Map([[new Map([]),a]])]}(1))",
        [[[1]], [[[], 1]]],
    ),
    ("s = new Set([1, 'b']), [s, s]", '(function(a){a.add(1).add("b");return [a,a]}(new Set))', [[1, "b"], [1, "b"]]),
    (
        "m = new Map([['k', 1], ['j', {a: 2}]]), [m, m]",
        '(function(a){a.set("k", 1).set("j", {a:2});return [a,a]}(new Map))',
        [[["k", 1], ["j", {"a": 2}]]] * 2,
    ),
    (
        "x = {n: 1}, {m: new Map([[x, x]]), x}",
        "(function(a){a.n=1;return {m:new Map([[a,a]]),x:a}}({}))",
        {"m": [[{"n": 1}, {"n": 1}]], "x": {"n": 1}},
    ),
    ("s = new Set, s.add(s), {s}", "(function(a){a.add(a);return {s:a}}(new Set))", {"s": [None]}),
    ("{e: Object.create(null)}", "{e:Object.create(null)}", {"e": {}}),
    (
        "n = Object.create(null), n['a b'] = [1], n.c = {d: new Set}, {n}",
        (
            '{n:Object.create(null,{"a b":{writable:true,enumerable:true,value:[1]},'
            "c:{writable:true,enumerable:true,value:{d:new Set([])}}})}"
        ),
        {"n": {"a b": [1], "c": {"d": []}}},
    ),
    (
        "n = Object.create(null), n.a = 1, n.b = 1, {n}",
        (
            "(function(a){return {n:Object.create(null,{a:{writable:true,enumerable:true,value:a},"
            "b:{writable:true,enumerable:true,value:a}})}}(1))"
        ),
        {"n": {"a": 1, "b": 1}},
    ),
    (
        "n = Object.create(null), n.me = n, n['a-b'] = 1, {n, o: n}",
        '(function(a){a.me=a;a["a-b"]=1;return {n:a,o:a}}(Object.create(null)))',
        {"n": {"me": None, "a-b": 1}, "o": {"me": None, "a-b": 1}},
    ),
    (r"{r: /[/\]]\//u, s: /a/}", r"{r:/[/\]]\//u,s:/a/}", {"r": None, "s": None}),
    ("d = /x/g, [d, d]", "(function(a){return [a,a]}(/x/g))", [None, None]),
    ("{u: undefined, z: -0, n: NaN, i: Infinity, j: -Infinity, b: 10n}",
     "{u:void 0,z:-0,n:NaN,i:Infinity,j:-Infinity,b:10}",
     {"u": None, "z": 0, "n": None, "i": None, "j": None, "b": 10}),
    ("{a: 10n ** 80n, b: 1}", f"{{a:1{'0' * 80},b:1}}", {"a": None, "b": 1}),
    ("[1e21, 1e-7, -0.5]", "[1e+21,1e-7,-.5]", [1e21, 1e-7, -0.5]),
    ("{a: [, 1, , undefined, 2, , ]}", "{a:[,1,,void 0,2,,]}", {"a": [None, 1, None, None, 2, None]}),
    ("a = {x: 1}, a.self = a, {a}", "(function(a){a.x=1;a.self=a;return {a:a}}({}))", {"a": {"x": 1, "self": None}}),
    ("a = {}, b = {a}, a.b = b, [a]", "(function(a){a.b={a:a};return [a]}({}))", [{"b": {"a": None}}]),
    ("a = [], a[0] = a, a[3] = 1, a", "(function(a){a[0]=a;a[3]=1;return a}(Array(4)))", [None, None, None, 1]),
    (
        "{str: new String('x'), num: new Number(3), bo: new Boolean(false)}",
        '{str:Object("x"),num:Object(3),bo:Object(false)}',
        {"str": "x", "num": 3, "bo": False},
    ),
    ("s = new String('x'), [s, s]", '(function(a){return [a,a]}(Object("x")))', ["x", "x"]),
    (
        r"{x: '\u2028\0</script>\ud800 \u{10000}'}",
        r'{x:"\u2028\0\u003C\u002Fscript\u003E\uD800 𐀀"}',
        {"x": "\u2028\0</script>\ufffd 𐀀"},
    ),
    (r"'\x001\x0077'", r'"\01\077"', "\x01\x3f"),  # JavaScript reads \01 as one character
    ("{f() {}, e: new Error('x')}", "{f:{},e:{}}", {"f": {}, "e": {}}),
]  # fmt: skip

# These two JavaScript itself cannot read: a Symbol is written without quotes, and of an empty Set or Map that is shared
# nothing is left but a point. Both cost a page its scripts, and a record nothing.
BROKEN = [
    ("{s: Symbol('x'), a: 1}", "{s:Symbol(x),a:1}", {"s": None, "a": 1}),
    ("s = new Set, [s, s]", "(function(a){a.;return [a,a]}(new Set))", [[], []]),
    ("s = new Map, {s, t: s}", "(function(a){a.;return {s:a,t:a}}(new Map))", {"s": [], "t": []}),
]


@pytest.mark.parametrize(("source", "value"), [each[1:] for each in DEVALUED + BROKEN])
def test_what_the_serializer_writes_costs_no_state(source, value):
    read = read_state(source)

    assert read == value
    assert json.dumps(read)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: nothing to compare with")
def test_what_the_serializer_writes_is_read_as_running_it_would_give():
    script = """
        const plain = (value, way) => {
            if (value instanceof String || value instanceof Number || value instanceof Boolean) value = value.valueOf();
            if (value === undefined || way.includes(value)) return null;
            if (value instanceof Date || value instanceof RegExp) return null;
            if (typeof value === 'string') return value.toWellFormed();
            if (typeof value !== 'object' || value === null) return value > 1e64 ? null : value;
            const further = [...way, value], inner = each => plain(each, further);
            if (value instanceof Map) return [...value].map(([key, each]) => [inner(key), inner(each)]);
            if (value instanceof Set || Array.isArray(value)) return [...value].map(inner);
            return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inner(each)]));
        };
        const states = JSON.parse(require('fs').readFileSync(0, 'utf8'));
        process.stdout.write(JSON.stringify(states.map(state => plain(eval('(' + state + ')'), []))));
    """
    sources = [source for _, source, _ in DEVALUED]

    run = subprocess.run(
        ["node", "-e", script], input=json.dumps(sources).encode(), capture_output=True, check=True, timeout=HUNG
    )

    assert [value for _, _, value in DEVALUED] == json.loads(run.stdout)


@pytest.mark.parametrize(
    "form", ["new Set([%s])", "new Map([[1,%s]])", "Object(%s)", "Object.create(null,{a:{value:%s}})"]
)
def test_forms_within_one_another_are_bounded(form):
    before, behind = form.split("%s")

    for depth in (MAX_DEPTH + 1, 20_000):
        with pytest.raises(NuxtStateError, match=f"more than {MAX_DEPTH} arrays and objects"):
            read_state(before * depth + "1" + behind * depth)


@pytest.mark.parametrize(("source", "value"), STATES)
def test_a_state_is_read(source, value):
    assert read_state(source) == value


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: nothing to compare with")
def test_a_state_is_read_as_running_it_would_give():
    script = """
        const states = JSON.parse(require('fs').readFileSync(0, 'utf8'));
        const wellFormed = (key, value) => typeof value === 'string' ? value.toWellFormed()
            : value === undefined ? null : value;
        process.stdout.write(JSON.stringify(
            states.map(state => JSON.stringify([eval('(' + state.trim().replace(/;$/, '') + ')')], wellFormed))));
    """
    sources = [source for source, _ in STATES]

    run = subprocess.run(
        ["node", "-e", script], input=json.dumps(sources).encode(), capture_output=True, check=True, timeout=HUNG
    )

    # Both hold numbers in 53 bits, but print the large ones differently.
    values = [json.loads(value, parse_int=lambda digits: int(float(digits))) for value in json.loads(run.stdout)]
    assert [[read_state(source)] for source in sources] == values


def test_a_date_is_a_moment_in_utc():
    assert read_state("{at:new Date(1547024662500)}") == {"at": datetime(2019, 1, 9, 9, 4, 22, 500_000, tzinfo=UTC)}


def test_a_shared_part_stays_one_object():
    first, second = read_state("(function(a){a.x=1;return [a,a]}({}))")

    assert first is second


@pytest.mark.parametrize(
    ("source", "offset", "problem"),
    [
        ("", 0, "it ended where a value was expected"),
        ("{a:1", 4, "it ended where '}' was expected"),
        ("[1,", 3, "it ended where a value was expected"),
        ("{a:1}}", 5, "found '}' after the state"),
        ("{a:1};x()", 6, "found 'x()' after the state"),
        ("{a:b}", 3, "found 'b}' where a value was expected"),
        ("{a:fetch('/')}", 3, "found \"fetch('/')}\" where a value was expected"),
        ("{a:1+1}", 4, "found '+1}' where '}' was expected"),
        ("{a 1}", 1, "found 'a 1}' where a key was expected"),
        ("{[a]:1}", 1, "found '[a]:1}' where a key was expected"),
        ("{...a}", 1, "found '...a}' where a key was expected"),
        ("{a(){}}", 1, "found 'a(){}}' where a key was expected"),
        ("{1.5:1}", 1, "found '1.5:1}' where a key was expected"),
        ("[1 2]", 3, "found '2]' where ']' was expected"),
        ("[`x`]", 1, "found '`x`]' where a value was expected"),
        ("[/*x*/1]", 1, "found '/*x*/1]' where a value was expected"),
        ("[!2]", 1, "found '!2]' where a value was expected"),
        ("[!0.5]", 1, "found '!0.5]' where a value was expected"),
        ("[+1]", 1, "found '+1]' where a value was expected"),
        ("[- 1]", 1, "found '- 1]' where a value was expected"),
        ("[010]", 1, "found '010]' where a value was expected"),
        ("[0x10]", 1, "found '0x10]' where a value was expected"),
        ("[10n]", 1, "found '10n]' where a value was expected"),
        ("[1_000]", 1, "found '1_000]' where a value was expected"),
        ("[1e]", 1, "found '1e]' where a value was expected"),
        ("[void 1]", 6, "found '1]' after void"),
        ("[this]", 1, "found 'this]' where a value was expected"),
        ("[new WeakSet]", 5, "found 'WeakSet]' where 'Date' was expected"),
        ("[new Set(1)]", 10, "found ')]' after what is no list of members"),
        ("[new Map([],1)]", 11, "found ',1)]' where ')' was expected"),
        ("[Object.create({})]", 15, "found '{})]' where 'null' was expected"),
        ("[Object.create(null,{a:1})]", 25, "found ')]' after what describes no members"),
        ("[Object.keys({})]", 8, "found 'keys({})]' where 'create' was expected"),
        ("[Object()]", 8, "found ')]' where a value was expected"),
        ("[Symbol(a(b))]", 7, "found '(a(b))]' where a value was expected"),
        ("[/x]", 1, "found '/x]' where a value was expected"),
        ("(function(a){a.add(1);return a}({}))", 13, "an addition to what is no list of members"),
        ("(function(a){a.add(1);return a}(1))", 13, "an addition to what is no list of members"),
        ("(function(a){a.x.add(1);return a}({x:[]}))", 20, "found '(1);return a}({x:[]}' where '[' was expected"),
        *(
            (f"(function({word}){{return 1}}(1))", 10, None)
            for word in (
                "true",
                "false",
                "null",
                "NaN",
                "Infinity",
                "void",
                "Array",
                "Object",
                "Symbol",
                "new",
                "Date",
                "function",
                "return",
            )
        ),
        (f"[Symbol({'x' * 201})]", 7, None),
        ("{12345678901:1}", 1, "found '12345678901:1}' where a key was expected"),
        ("[/**/]", 1, "found '/**/]' where a value was expected"),
        ("[/x/A]", 1, "found '/x/A]' where a value was expected"),
        ("[Array(10001)]", 6, f"an array of 10001, where {MAX_ARRAY} is the limit"),
        (f"(function(a){{a{'.x' * 101}=1;return a}}({{}}))", 13, "an assignment to 101 members"),
        (f"(function(a){{a{'.x' * 100}=1;return a}}({{}}))", 13, f"an assignment to {['x'] * 100} of nothing"),
        ("(function(a){a.add(1).set(1,2);return a}(new Set))", 22, None),
        ("(function(a){a.set(1);return a}(new Map))", 20, "found ');return a}(new Map)' where ',' was expected"),
        ("[new Date]", 9, "found ']' where '(' was expected"),
        ("[new Date('x')]", 10, "found \"'x')]\" where Date takes a whole number"),
        ("[Array(1.5)]", 7, "found '1.5)]' where Array takes a whole number"),
        ("[Array(1,2)]", 8, "found ',2)]' where ')' was expected"),
        ("[Array(-1)]", 6, f"an array of -1, where {MAX_ARRAY} is the limit"),
        ("[Array(1e9)]", 6, f"an array of 1000000000, where {MAX_ARRAY} is the limit"),
        ("[Array(1e999)]", 7, None),
        ('["a', 1, "found '\"a' where a value was expected"),
        ('["a\nb"]', 1, "found '\"a\\nb\"]' where a value was expected"),
        (r'["ab\u12"]', 4, r"found '\\u12' where an escape was expected"),
        (r'["\x1"]', 2, r"found '\\x1' where an escape was expected"),
        (r'["\u{110000}"]', 2, r"found '\\u{110000}' where an escape was expected"),
        ("(1)", 1, "found '1)' where 'function' was expected"),
        ("(function:(){return 1}())", 1, "found 'function:(){return 1' where 'function' was expected"),
        ("(function(a){return:1}())", 13, "found 'return:1}())' where a parameter or 'return' was expected"),
        ("(function(a){'a'.x=1;return a}({}))", 13, None),
        ("(()=>({}))()", 1, "found '()=>({}))()' where 'function' was expected"),
        ("(function(a,a){return a}(1))", 12, "found 'a){return a}(1))' where a new parameter was expected"),
        ("(function(undefined){return 1}(1))", 10, None),
        (
            "(function(a){b.x=1;return a}({}))",
            13,
            "found 'b.x=1;return a}({}))' where a parameter or 'return' was expected",
        ),
        ("(function(a){var b=1;return a}({}))", 13, None),
        ("(function(a){a=1;return a}({}))", 13, "an assignment to 0 members"),
        ("(function(a){a.x();return a}({}))", 16, "found '();return a}({}))' where '[' was expected"),
        ("(function(a){a.x=1;return a}(1))", 13, "an assignment to ['x'] of nothing"),
        ("(function(a){a.x.y=1;return a}({}))", 13, "an assignment to ['x', 'y'] of nothing"),
        ("(function(a){a[1]=1;return a}([0]))", 13, "an assignment to [1] of nothing"),
        ("(function(a){a.length=9;return a}([0]))", 13, "an assignment to ['length'] of nothing"),
        ("(function(a){return a.x}({}))", 21, "found '.x}({}))' where '}' was expected"),
        ("(function(a){return a()}({}))", 21, "found '()}({}))' where '}' was expected"),
        ("(function(a){return 1}(a))", 23, "found 'a))' where a value was expected"),
        ("(function(a){}(1))", 13, "found '}(1))' where a parameter or 'return' was expected"),
        ("(function(a){return 1}(1)", 25, "it ended where ')' was expected"),
        ("(function(a){return 1}.call(1))", 22, "found '.call(1))' where '(' was expected"),
    ],
)
def test_what_is_not_known_is_an_error_that_names_the_place(source, offset, problem):
    with pytest.raises(NuxtStateError) as caught:
        read_state(source)

    assert caught.value.offset == offset
    if problem is not None:
        assert caught.value.problem == problem
        assert str(caught.value) == f"window.__NUXT__ was not read: {problem}, at character {offset} of the state"


def test_a_cycle_that_is_not_returned_harms_nobody():
    assert read_state("(function(a,b){a.b=b;b.a=a;return [1]}({},{}))") == [1]


def test_every_prefix_of_a_state_is_an_error():
    source = '(function(a,d){d.id="\\u002Fx";return {a:a,list:[d,!0,new Date(0),Array(2)]}}("x",{}))'

    for length in range(len(source)):
        with pytest.raises(NuxtStateError):
            read_state(source[:length])


@given(st.text(alphabet="(){}[]function(a,b)return;:.,\"'\\u1!0 voidArraynewDate=-e") | st.text())
def test_any_text_is_read_or_refused(source):
    with suppress(NuxtStateError):
        read_state(source)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=20,
)


@given(JSON_VALUES, st.booleans())
def test_any_json_is_a_state(value, escaped):
    assert read_state(json.dumps(value, ensure_ascii=escaped)) == value


@given(JSON_VALUES, JSON_VALUES)
def test_an_argument_is_as_good_as_the_value_itself(first, second):
    arguments = f"{json.dumps(first)},{json.dumps(second)},{{}}"
    source = f"(function(a,b,c){{c.x=a;c.y=[b];return {{one:a,two:b,all:[b,c,a]}}}}({arguments}));"

    assert read_state(source) == {
        "one": first,
        "two": second,
        "all": [second, {"x": first, "y": [second]}, first],
    }


# --- Limits ---


@pytest.mark.parametrize("opening", ["[", "{a:"])
def test_depth_is_bounded_without_the_interpreter_s_stack(opening):
    closing = {"[": "]", "{a:": "}"}[opening]

    assert read_state(opening * MAX_DEPTH + "1" + closing * MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(NuxtStateError, match=f"more than {MAX_DEPTH} arrays and objects"):
            read_state(opening * depth)


def test_the_source_is_bounded():
    assert read_state("{}" + " " * (MAX_CHARACTERS - 2)) == {}
    with pytest.raises(NuxtStateError, match=f"more than {MAX_CHARACTERS} characters"):
        read_state(" " * (MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    "source",
    ["[" + "1," * MAX_NODES, "[" + "," * MAX_NODES, f"[{f'Array({MAX_ARRAY}),' * (MAX_NODES // MAX_ARRAY + 1)}]"],
)
def test_the_number_of_values_is_bounded(source):
    with pytest.raises(NuxtStateError, match=f"more than {MAX_NODES} values"):
        read_state(source)


@pytest.mark.parametrize(("more", "is_read"), [(0, True), (1, False)])
@pytest.mark.parametrize(
    "source", ["[%sArray(%d)]", "(function(a,b){return [%s]}(Array(10000),Array(%d)))"], ids=["in place", "shared"]
)
def test_a_state_has_at_most_200_000_values(source, more, is_read):
    """The array around all, nineteen of 10,000 and one of the rest, and each of those arrays."""
    rest = 200_000 - 1 - 19 * 10_001 - 1 + more
    many = "Array(10000)," * 19
    written = source % (many, rest) if "%sArray" in source else source % ("a," * 19 + "b", rest)

    if is_read:
        assert len(read_state(written)) == 20
    else:
        with pytest.raises(NuxtStateError, match="more than 200000 values"):
            read_state(written)


def doubling(levels: int) -> str:
    """Write a state that holds 2 ** levels values when it is unfolded."""
    names = [f"p{level}" for level in range(levels)]
    statements = "".join(f"{outer}[0]={inner};{outer}[1]={inner};" for inner, outer in pairwise(names))
    return f"(function({','.join(names)}){{{statements}return {names[-1]}}}({','.join(['Array(2)'] * levels)}))"


def chain(length: int) -> str:
    """Write a state whose arguments hang on one another."""
    names = [f"p{level}" for level in range(length)]
    statements = "".join(f"{outer}.x={inner};" for inner, outer in pairwise(names))
    return f"(function({','.join(names)}){{{statements}return {names[-1]}}}({','.join(['{}'] * length)}))"


def test_what_parameters_unfold_to_is_bounded():
    assert read_state(doubling(10)) is not None
    with pytest.raises(NuxtStateError, match=f"more than {MAX_NODES} values when unfolded"):
        read_state(doubling(40))


def test_how_deep_parameters_unfold_is_bounded():
    assert read_state(chain(MAX_DEPTH)) is not None
    for length in (MAX_DEPTH + 1, 10_000):
        with pytest.raises(NuxtStateError, match=f"more than {MAX_DEPTH} arrays and objects"):
            read_state(chain(length))


def test_depth_is_counted_across_a_part_that_was_measured_before():
    half = MAX_DEPTH * 2 // 3
    source = f"(function(a){{a.x={'[' * half}{']' * half};return [a,{'[' * half}a{']' * half}]}}({{}}))"

    with pytest.raises(NuxtStateError, match=f"more than {MAX_DEPTH} arrays and objects"):
        read_state(source)


def steps(source: str) -> int:
    """Count the lines that reading *source* runs: what a clock cannot measure exactly."""
    counted = 0
    own = str(Path(nuxt.__file__).parent)

    def trace(frame, event, argument):
        nonlocal counted
        if not frame.f_code.co_filename.startswith(own):
            return None
        counted += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with suppress(NuxtStateError):
            read_state(source)
    finally:
        sys.settrace(before)
    return counted


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "[" + "1," * n + "]",
        lambda n: "[" + "," * n + "]",
        lambda n: "[" + "[]," * n + "]",
        lambda n: "{" + "a:1," * n + "}",
        lambda n: '["' + r"\u002F" * n + '"]',
        lambda n: "(function(a){" + "a.x=1;" * n + "return a}({}))",
        lambda n: "(function(a){return [" + "a," * n + "]}([1,2]))",
        lambda n: "(function(" + ",".join(f"p{i}" for i in range(n)) + "){return 1}())",
        lambda n: "(function(a){return 1}(" + "1," * n + "))",
        lambda n: "[" + "new Set([1])," * n + "]",
        lambda n: "[" + "/x/," * n + "]",
        lambda n: "(function(a){a" + ".add(1)" * n + ";return a}(new Set))",
        lambda n: doubling(n),
        lambda n: chain(n),
    ],
)
def test_steps_grow_with_the_length_of_the_source(make):
    small, large = steps(make(500)), steps(make(1000))

    assert large <= 2.1 * small


@pytest.mark.parametrize(
    "source",
    ['"' * 1_000_001, '"' + "\\" * 1_000_000, "[" + "a " * 500_000, " " * 1_000_000, "1" * 1_000_000, "a" * 1_000_000,
     '["' + "\\u" * 500_000 + '"]', "!" * 1_000_000, "[/" + "[" * 1_000_000,
     "[" + "Symbol(" * 200_000, '["' + "\\ud800" * 160_000 + '"]'],
    ids=lambda source: source[:8],
)  # fmt: skip
def test_a_hostile_token_is_read_once(source):
    """Quadratic reading of a million characters would take hours."""
    with suppress(NuxtStateError):
        read_state(source)


# --- Finding it ---


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("<script>window.__NUXT__={a:1};</script>", "{a:1};"),
        ("<SCRIPT type='x'>\n window.__NUXT__ = {}</SCRIPT >", " {}"),
        ('<p>window.__NUXT__=1</p><script>window.__NUXT__={a:"<p>"}</script>', '{a:"<p>"}'),
        ('<script>window.__NUXT__={a:"</script><p>"}</script>', '{a:"'),
        ('<script>window.__NUXT__={a:"</scripts>"}</script>', '{a:"</scripts>"}'),
        ("<script>window.__NUXT__={a:1", "{a:1"),
        ("<script>window.__NUXT__==1</script>", None),
        ("<script>window.__NUXT__\n =\n1</script>", "\n1"),
        ('<script>window.__NUXT__={a:"</script/>"}', '{a:"'),
        ('<script>window.__NUXT__={a:"</ScRiPt\n>"}', '{a:"'),
        ("<script x>window.__NUXT__=1;window.__NUXT__=2</script>", "1;window.__NUXT__=2"),
        ("<scripts>window.__NUXT__=1</scripts><script>window.__NUXT__=2</script>", "2"),
        (f"<script{' ' * 192}>window.__NUXT__=1</script>", "1"),
        (f"<script{' ' * 193}>window.__NUXT__=1</script>", None),
        ("<script>window.__NUXT__||1</script>", None),
        ("<script>if(window.__NUXT__==1){}</script>", None),
        ("<script>x();window.__NUXT__={}</script>", None),
        ("<p>no state</p>", None),
        ("", None),
    ],
)
def test_the_state_is_the_script_that_begins_with_it(html, source):
    assert find_state(html) == source


def test_looking_for_a_state_in_a_hostile_page_is_linear():
    """Quadratic search in a page of 5 MB would take hours."""
    assert find_state("<script " * 700_000) is None
    assert find_state("window.__NUXT__=" * 350_000) is None
    assert find_state("<script>window.__NUXT__=" + "</scrip" * 700_000) is not None
