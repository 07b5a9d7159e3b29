from __future__ import annotations

import asyncio
import gzip
import json
import re
import ssl
import subprocess
import sys
import zlib
from html import unescape
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest

from newsspider.demo.server import serve
from newsspider.demo.site import BASE, Site
from tests.patience import HUNG

SITE = Site(articles=40)


class Visitor:
    """A plain HTTP/1.1 client on one connection to the demo's https port, without a word of Scrapy."""

    def __init__(self, demo_site):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._connection = HTTPSConnection("127.0.0.1", demo_site.https, timeout=HUNG, context=context)

    def get(self, url: str, method: str = "GET", **headers: str):
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, target, headers={"Host": parts.netloc, **named})
        response = self._connection.getresponse()
        body = response.read()
        if response.headers["Content-Encoding"] == "gzip" and body:
            body = gzip.decompress(body)
        return response, body

    def close(self):
        self._connection.close()


@pytest.fixture
def visitor(demo_site):
    visitor = Visitor(demo_site)
    yield visitor
    visitor.close()


def text_of(body: bytes, content_type: str) -> str:
    return body.decode("gb18030" if "gb2312" in content_type else "utf-8")


def test_every_page_that_the_site_promises_is_served_to_the_byte(demo_site, visitor):
    for target in demo_site.site.targets():
        page = demo_site.site.page(target)
        response, body = visitor.get(BASE + target, Accept_Encoding="gzip")

        assert (response.status, response.headers["Content-Type"], body) == (page.status, page.content_type, page.body)


def test_an_article_page_says_what_is_expected_of_it(demo_site, visitor):
    for story in demo_site.site.expected():
        response, body = visitor.get(story.url, Accept_Encoding="gzip")
        text = text_of(body, response.headers["Content-Type"])
        if story.kind == "state-only":
            text = text.replace("\\u002F", "/").replace("\\u003C", "<").replace("\\u003E", ">")

        said = [story.title, story.published_raw, story.source, *story.paragraphs, story.copyright_notice]
        said += [card.title for card in story.recommendations] + [card.date for card in story.recommendations]
        said += [picture.url for picture in story.pictures] + [story.image_credit or ""]
        assert [words for words in said if words not in text] == []


def test_every_kind_of_story_and_of_transfer_is_there():
    pages = [SITE.page(target) for target in SITE.targets()]

    assert {story.kind for story in SITE.expected()} == {"current", "state-only", "video", "legacy", "legacy-gbk"}
    assert {page.transfer for page in pages} == {"gzip", "chunked", "chunked-gzip", "plain"}
    assert len({story.url for story in SITE.expected()}) == len(SITE.expected()) == 40


def test_two_stories_share_their_text_and_nothing_else():
    twins = [story for story in SITE.expected() if sum(o.paragraphs == story.paragraphs for o in SITE.expected()) == 2]

    assert len(twins) == 2
    assert twins[0].title != twins[1].title
    assert twins[0].published_at != twins[1].published_at


def links(target: str) -> set[str]:
    text = SITE.page(target).body.decode()
    return {unescape(link).removeprefix(BASE) for link in re.findall(r'href="([^"#]+)"', text)}


def lists(targets: set[str]) -> set[str]:
    return {target for target in targets if target.startswith(("/channel/", "/xinwen/", "/k24"))}


def test_every_story_is_linked_from_a_list_within_two_clicks_of_the_start():
    near = lists(links("/"))
    far = near | lists(set().union(*map(links, near)))
    linked = set().union(*map(links, far))

    assert [story.url for story in SITE.expected() if story.path not in linked] == []


def test_two_sites_of_one_seed_are_equal_and_of_two_are_not():
    def bodies(site: Site) -> list[bytes]:
        return [site.page(target).body for target in site.targets()]

    assert bodies(Site(articles=25, seed=7)) == bodies(Site(articles=25, seed=7))
    assert Site(articles=25, seed=7).expected() != Site(articles=25, seed=8).expected()


@pytest.mark.parametrize("articles", [1, 2, 3, 19])
def test_a_site_too_small_for_every_kind_still_stands(articles):
    site = Site(articles=articles)

    assert len(site.expected()) == articles
    assert all(site.page(story.path).status == 200 for story in site.expected())


def test_articles_weigh_what_real_ones_do():
    weights = [len(SITE.page(story.path).body) for story in SITE.expected() if story.kind == "current"]

    assert [weight for weight in weights if not 25_000 < weight < 37_000] == []


def test_an_alias_leads_to_the_canonical_article(demo_site, visitor):
    for alias, canonical in demo_site.site.aliases.items():
        if alias.startswith("http:"):
            continue
        response, body = visitor.get(alias)

        if response.status == 302:
            assert response.headers["Location"] == canonical
        else:
            assert f'rel="canonical" href="{canonical}"' in text_of(body, response.headers["Content-Type"])


def test_http_leads_to_https(demo_site):
    connection = HTTPConnection("127.0.0.1", demo_site.http, timeout=HUNG)
    connection.request("GET", "/k24?x=1", headers={"Host": "www.kankanews.com"})
    response = connection.getresponse()
    connection.close()

    assert (response.status, response.headers["Location"]) == (301, "https://www.kankanews.com/k24?x=1")


def test_what_is_missing_says_so_once_with_404_and_once_with_200(demo_site, visitor):
    absent, soft = (visitor.get(url) for url in demo_site.site.missing)

    assert (absent[0].status, soft[0].status) == (404, 200)
    assert absent[1] == soft[1]


def test_robots_txt_closes_what_pages_link_to(demo_site, visitor):
    rules = RobotFileParser()
    rules.parse(visitor.get(BASE + "/robots.txt")[1].decode().splitlines())
    home = visitor.get(BASE + "/")[1].decode()

    assert [rules.can_fetch("newsspider", url) for url in demo_site.site.forbidden] == [False, False, False]
    assert all(f'href="{url}"' in home for url in demo_site.site.forbidden)
    assert all(rules.can_fetch("newsspider", story.url) for story in demo_site.site.expected())


def test_pictures_are_real_and_each_has_bytes_of_its_own(demo_site, visitor):
    covers = [story.cover for story in demo_site.site.expected()]
    bodies = [visitor.get(cover)[1] for cover in covers]

    assert all(body.startswith(b"\x89PNG\r\n\x1a\n") and body.endswith(b"IEND\xaeB`\x82") for body in bodies)
    assert len(set(bodies)) == len(set(covers))
    pixels = bodies[0][bodies[0].index(b"IDAT") + 4 : -16]
    assert len(zlib.decompress(pixels)) == 180 * (1 + 320 * 3)


def test_head_gives_the_header_alone_and_a_known_etag_gives_304(demo_site, visitor):
    url = demo_site.site.expected()[0].url
    full = visitor.get(url, Accept_Encoding="gzip")[0]
    head, nothing = visitor.get(url, method="HEAD", Accept_Encoding="gzip")
    again, unchanged = visitor.get(url, If_None_Match=full.headers["ETag"])

    assert (head.status, nothing, head.headers.items()) == (200, b"", full.headers.items())
    assert (again.status, unchanged) == (304, b"")


def test_who_does_not_accept_gzip_gets_none(demo_site, visitor):
    story = next(s for s in demo_site.site.expected() if "gzip" in demo_site.site.page(s.path).transfer)
    response, body = visitor.get(story.url, Accept_Encoding="identity")

    assert response.headers["Content-Encoding"] is None
    assert body == demo_site.site.page(story.path).body


def test_requests_in_flight_are_counted_by_host():
    async def ask(port: int, host: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /robots.txt HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        await reader.read()
        writer.close()
        await writer.wait_closed()

    async def crowd():
        async with serve(Site(articles=3), delay=0.2, redirect_to_https=False) as (ports, counts):
            await asyncio.gather(
                *(ask(ports.http, "a.test") for _ in range(5)), *(ask(ports.http, "b.test") for _ in range(2))
            )
            await ask(ports.http, "a.test")
        return counts.as_json()

    stats = asyncio.run(crowd())

    assert (stats["requests"], stats["in_flight"], stats["max_in_flight"]) == (8, 0, 7)
    assert {host: load["max_in_flight"] for host, load in stats["hosts"].items()} == {"a.test": 5, "b.test": 2}
    assert stats["urls"] == {"http://a.test/robots.txt": 6, "http://b.test/robots.txt": 2}
    assert stats["statuses"] == {"200": 8}


def test_pipelined_requests_are_answered_in_their_order():
    async def pipeline():
        async with serve(Site(articles=3), delay=0.01, redirect_to_https=False) as (ports, _counts):
            reader, writer = await asyncio.open_connection("127.0.0.1", ports.http)
            for path in (b"/robots.txt", b"/nowhere", b"/about/"):
                writer.write(b"HEAD %b HTTP/1.1\r\nHost: a.test\r\n\r\n" % path)
            statuses = [(await reader.readuntil(b"\r\n\r\n"))[9:12] for _ in range(3)]
            writer.close()
            await writer.wait_closed()
            return statuses

    assert asyncio.run(pipeline()) == [b"200", b"404", b"200"]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [(b"nonsense\r\n\r\n", b"400"), (b"DELETE / HTTP/1.1\r\n\r\n", b"405"), (b"GET /" + b"x" * 70000, b"431")],
)
def test_a_request_that_is_not_one_is_refused(request_bytes, status):
    async def ask():
        async with serve(Site(articles=3)) as (ports, _counts):
            reader, writer = await asyncio.open_connection("127.0.0.1", ports.http)
            writer.write(request_bytes)
            answer = await reader.read()
            writer.close()
            return answer

    assert asyncio.run(ask())[9:12] == status


def test_the_demo_server_ends_with_its_input_at_sigterm_and_after_its_time():
    command = [sys.executable, "-m", "newsspider.demo", "--articles", "3"]

    def start(*more: str):
        process = subprocess.Popen([*command, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        ready = json.loads(process.stdout.readline())
        assert ready["articles"] == 3
        return process

    with start() as by_input, start() as by_signal, start("--seconds", "0.1") as by_time:
        by_input.stdin.close()
        by_signal.terminate()

        assert [process.wait(HUNG) for process in (by_input, by_signal, by_time)] == [0, 0, 0]


def test_some_addresses_have_the_identical_payload():
    copy = next(alias for alias in SITE.aliases if "/detail/" in alias)
    original = SITE.aliases[copy]

    assert SITE.page("/about/") == SITE.page("/about/index.shtml")
    assert SITE.page(copy.removeprefix(BASE)) == SITE.page(original.removeprefix(BASE))
