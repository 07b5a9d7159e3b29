"""What robots.txt says to a crawler called newsspider; sections are of RFC 9309."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.crawl.robots import MAX_SIZE, RobotParser, availability, product_token

AGENT = "newsspider/0.1.0 (+https://example.org/about-our-news-crawler)"
URL = "https://www.example.org"


def allows(robots: str | bytes, path: str = "/detail/1", agent: str = AGENT) -> bool:
    body = robots.encode() if isinstance(robots, str) else robots
    return RobotParser(body).allowed(URL + path, agent)


def test_every_status_means_one_of_three_things():
    """2.3.1: 2xx is read, 4xx allows everything, and what leaves the rules unknown allows nothing."""
    meaning = {status: availability(status) for status in range(100, 1000)}

    assert {status for status, each in meaning.items() if each == "read"} == {*range(200, 300)} - {206}
    assert {status for status, each in meaning.items() if each == "unavailable"} == {*range(400, 500)} - {429}
    assert set(meaning.values()) == {"read", "unavailable", "unreachable"}


@pytest.mark.parametrize(
    "name",
    [
        *("newsspider", "NewsSpider", "NEWSSPIDER", "NewsSpider/1.0", "newsspider/0.1.0", "newsspider 2"),
        *("NewsSpider*", "newsspider/1.0 (+https://example.org)", "newsspider # us", "newsspider;q=1", "newsspider2"),
    ],
)
def test_a_group_is_ours_by_the_name_alone(name):
    assert not allows(f"User-agent: {name}\nDisallow: /detail/")
    assert allows(f"User-agent: {name}\nDisallow: /detail/\n\nUser-agent: *\nDisallow: /", "/list")


@pytest.mark.parametrize(
    "name",
    [
        *("news", "spider", "newsspider-image", "newsspiders", "my-newsspider"),
        *("example", "crawler", "mozilla", "about", "+", ""),
    ],
)
def test_a_group_of_another_name_rules_nobody_else(name):
    assert allows(f"User-agent: {name}\nDisallow: /")
    assert not allows(f"User-agent: {name}\nDisallow:\n\nUser-agent: *\nDisallow: /")


def test_the_group_for_everybody_counts_only_where_there_is_none_of_ours():
    robots = "User-agent: *\nDisallow: /\n\nUser-agent: newsspider\nDisallow: /private/"

    assert allows(robots)
    assert not allows(robots, "/private/1")
    assert not allows(robots, agent="otherbot/1.0")


def test_groups_of_one_name_are_merged_wherever_they_stand():
    names = {"newsspider": "/a", "other": "/b", "NewsSpider/2": "/c"}
    robots = "\n\n".join(f"User-agent: {name}\nDisallow: {path}" for name, path in names.items())

    assert [allows(robots, path) for path in ("/a", "/b", "/c")] == [False, True, False]


def test_a_group_for_everybody_may_name_others_too():
    robots = "User-agent: other\nUser-agent: *\nUser-agent: third\nDisallow: /"

    assert not allows(robots)
    assert not allows(robots, agent="third/1.0")


def test_one_file_has_rules_for_each_crawler_that_asks():
    parser = RobotParser(b"User-agent: newsspider\nDisallow: /a\n\nUser-agent: *\nDisallow: /b")

    asked = [(agent, path) for agent in (AGENT, "other/1.0", AGENT) for path in ("/a", "/b")]
    assert [parser.allowed(URL + path, agent) for agent, path in asked] == [False, True, True, False, False, True]


@pytest.mark.parametrize(
    "between", ["", "Sitemap: https://www.example.org/s.xml\n", "Crawl-delay: 5\n", "Host: x\n", "\n"]
)
def test_what_is_no_rule_ends_no_list_of_names(between):
    """2.2.4: other records must not interfere with the groups."""
    assert not allows(f"User-agent: newsspider\n{between}User-agent: other\nDisallow: /")


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        # 2.2.2: the longest match counts, and of two of one length the one that allows.
        ("Allow: /detail/\nDisallow: /", "/detail/1", True),
        ("Disallow: /detail/\nAllow: /detail/1", "/detail/1", True),
        ("Disallow: /detail/1\nAllow: /detail/", "/detail/1", False),
        ("Disallow: /detail/1\nAllow: /detail/1", "/detail/1", True),
        ("Disallow: /*.pdf$", "/a.pdf", False),
        ("Disallow: /*.pdf$", "/a.pdf?x", True),
        ("Disallow: /a*z", "/abcz/1", False),
        ("Disallow:", "/detail/1", True),
        ("Disallow: /DETAIL", "/detail/1", True),
        # Percent-encoded and not, in any case of the digits.
        ("Disallow: /新闻", "/%E6%96%B0%E9%97%BB/1", False),
        ("Disallow: /%e6%96%b0", "/%E6%96%B0%E9%97%BB", False),
        ("Disallow: /a%2Fb", "/a/b", True),
        ("Disallow: /~x", "/%7Ex", False),
        # Misspelled, and with blanks for the colon.
        ("dissallow: /detail/", "/detail/1", False),
        ("Disallow /detail/", "/detail/1", False),
        ("DISALLOW : /detail/ # ours", "/detail/1", False),
        ("Disallow: /", "/robots.txt", True),
    ],
)
def test_rules_are_matched_as_the_standard_has_it(rules, path, allowed):
    assert allows(f"User-agent: *\n{rules}", path) is allowed


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\ufeff# ours\n", "junk\nDisallow: /list\n"])
def test_lines_end_in_each_of_three_ways(start, end):
    robots = start + end.join(["User-agent: *", "Disallow: /detail/", ""])

    assert (allows(robots), allows(robots, "/list")) == (False, True)


def test_a_path_in_another_encoding_is_compared_by_its_bytes():
    assert not allows("User-agent: *\nDisallow: /新闻".encode("gbk"), "/%D0%C2%CE%C5/1")


def test_half_a_megabyte_is_read_and_no_half_line():
    filler = "# " + "x" * 97 + "\n"
    body = "User-agent: *\n" + filler * (MAX_SIZE // len(filler) - 2)
    room = MAX_SIZE - len(body) - len("Disallow: /detail/\n")
    padded = body + "#" * (room - 1) + "\nDisallow: /detail/\n"

    assert len(padded) == MAX_SIZE == 512_000  # 500 KiB, which the standard asks for
    assert not allows(padded)
    assert not allows(padded.replace("\n", "\r"))
    assert not allows(body + "#" * room + "\nDisallow: /detail/")  # its last line ends with the file
    assert not allows(("User-agent: *\nDisallow: /detail/\n" + filler * (MAX_SIZE // len(filler))).replace("\n", "\r"))
    assert allows(body + "#" * (room + 8) + "\nDisallow: /detail/\n")  # cut off within the path


@pytest.mark.parametrize(
    ("robots", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 5", 5),
        ("User-agent: *\nCrawl-delay: 0.5\nDisallow: /x", 0.5),
        ("User-agent: *\nCrawl-delay: 0", 0),
        ("User-agent: *\nCrawl-delay: 7\nCrawl-delay: 2\nDisallow:", 7),
        ("User-agent: *\nCrawl-delay: 123456789.5", 123456789.5),
        ("User-agent: newsspider\nCrawl-delay: 2\nDisallow:\n\nUser-agent: *\nCrawl-delay: 9\nDisallow:", 2),
        ("User-agent: newsspider\nCrawl-delay: 2\nDisallow:\n\nUser-agent: newsspider\ncrawl-delay:7", 7),
        ("User-agent: other\nCrawl-delay: 5", None),
        *((f"User-agent: *\nCrawl-delay: {odd}", None) for odd in ("", "soon", "-1", "nan", "1e9", "9" * 400, "٥")),
    ],
)
def test_the_delay_is_that_of_our_groups(robots, delay):
    assert RobotParser(robots.encode()).crawl_delay(AGENT) == delay


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        (AGENT, "newsspider"),
        ("Mozilla/5.0 (compatible; Example-Bot/1.0; +https://example.org)", "example-bot"),
        ("Mozilla/5.0 (compatible;Example-Bot)", "example-bot"),
        ("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "mozilla"),
        ("360Spider", "360spider"),
        ("", ""),
    ],
)
def test_the_name_of_a_crawler_is_the_product_of_its_user_agent(agent, token):
    assert product_token(agent) == token


def test_a_crawler_whose_name_has_digits_is_known_by_it():
    assert not allows("User-agent: 360Spider\nDisallow: /", agent="360Spider/1.0")
    assert allows("User-agent: 361Spider\nDisallow: /", agent="360Spider/1.0")


@given(st.binary(max_size=300) | st.text(alphabet="User-agent: *\nDisallow/Crawldelay9newsspider%$#").map(str.encode))
def test_any_bytes_are_rules(body):
    parser = RobotParser(body)

    assert parser.allowed(URL + "/robots.txt", AGENT)
    assert parser.crawl_delay(AGENT) is None or parser.crawl_delay(AGENT) >= 0


def test_sitemaps_are_named_for_every_crawler():
    named = b"Sitemap: https://www.example.org/a.xml\nUser-agent: other\nDisallow: /\n SITEMAP : /b.xml # all"

    assert RobotParser(named).sitemaps == ["https://www.example.org/a.xml", "/b.xml"]
    assert RobotParser("Sitemap: /新闻.xml".encode()).sitemaps == ["/新闻.xml"]


@pytest.mark.parametrize(("lines", "heeded"), [(99, 99), (100, 100), (101, 100)])
def test_sitemaps_are_heeded_up_to_a_number(lines, heeded):
    assert len(RobotParser(b"Sitemap: /a.xml\n" * lines).sitemaps) == heeded


@pytest.mark.parametrize(("more", "heeded"), [(0, ["/a.xml"]), (1, [])])
def test_sitemaps_are_heeded_as_far_as_the_file_is_read(more, heeded):
    filler = b"#" * (MAX_SIZE - len(b"\nSitemap: /a.xml") + more)

    assert RobotParser(filler + b"\nSitemap: /a.xml").sitemaps == heeded
