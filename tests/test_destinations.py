"""Whom a crawl talks to, and how it knows: private addresses, CONNECT_TO, certificates, proxies."""

from __future__ import annotations

import json
import socket

import pytest

from tests.servers.cases import Case
from tests.servers.wire import WireServer
from tests.warcs import of_url, outcomes, read_warcs


@pytest.fixture
def ask(scrapy_run, tmp_path):
    """Ask for addresses, one after the other; returns the collection's records and URL -> what became of it."""

    def run(urls: list[str], *, env: dict[str, str] | None = None, **settings):
        out = tmp_path / "outcomes.jsonl"
        ended = scrapy_run(
            "runspider", "tests/spiders/wire.py", "-a", f"requests={json.dumps([['GET', url, ''] for url in urls])}",
            "-a", f"out={out}", *[part for name, value in settings.items() for part in ("-s", f"{name}={value}")],
            env=env,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        became = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        records = read_warcs(ended.archive_dir / "wire")
        return records, {each["url"]: each.get("status", each.get("error")) for each in became}

    return run


def details(records) -> dict[str, str]:
    return {record["WARC-Target-URI"]: record.fields()["detail"] for record in records if record.type == "metadata"}


def moved(name: str, location: str) -> Case:
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    return Case(name=name, script=(head.encode(),), payload=b"")


# ---------------------------------------------------------------- private addresses


SPELLINGS = (
    "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[::1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b:1::127.0.0.1]",
    "[fec0::1]",
)  # fmt: skip


def test_private_address_is_refused_however_it_is_spelled(ask, wire_server):
    urls = [f"http://{host}:{wire_server.http}/plain" for host in SPELLINGS]
    urls += [f"https://localhost:{wire_server.https}/plain", "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/"]

    records, became = ask(urls, ROBOTSTXT_OBEY=False)

    assert wire_server.log == []
    assert became == dict.fromkeys(urls, "PrivateAddressError")
    assert outcomes(records) == dict.fromkeys(urls, "private-address")
    assert "not a public address" in details(records)[urls[0]]


def test_redirect_into_the_private_network_is_refused(ask, wire_server):
    inside = f"http://localhost:{wire_server.http}/plain"
    with WireServer([moved("leads", inside)]) as server:
        records, became = ask(["http://wire.test/leads"], CONNECT_TO=server.connect_to, REDIRECT_ENABLED=True)

    assert wire_server.log == []
    assert became == {inside: "PrivateAddressError"}
    assert outcomes(records)[inside] == "private-address"
    assert len(of_url(records, "http://wire.test/leads", "response")) == 1


def test_robots_txt_that_leads_into_the_private_network_allows_nothing(ask, wire_server):
    leads = moved("robots.txt", f"http://127.0.0.1:{wire_server.http}/robots.txt")
    with WireServer(robots=leads) as server:
        _, became = ask(["http://wire.test/plain"], CONNECT_TO=server.connect_to, REDIRECT_ENABLED=True)

    assert [logged.target for logged in server.log] == ["/robots.txt"]
    assert became == {"http://wire.test/plain": "ForbiddenByRobotsError"}


def test_private_address_is_crawled_when_allowed(ask, wire_server):
    url = f"http://localhost:{wire_server.http}/plain"

    records, became = ask([url], ALLOW_PRIVATE_ADDRESSES=True)

    assert became == {url: 200}
    (response,) = of_url(records, url, "response")
    assert response["WARC-IP-Address"] == "127.0.0.1"


# ---------------------------------------------------------------- CONNECT_TO and certificates


def test_server_sees_the_first_name_of_connect_to(ask, wire_server):
    urls = [f"{scheme}://news.example/plain" for scheme in ("http", "https")]
    connect_to = f"news.example:80:127.0.0.1:{wire_server.http},news.example:443:localhost:{wire_server.https}"

    records, became = ask(urls, CONNECT_TO=connect_to, ROBOTSTXT_OBEY=False)

    assert became == dict.fromkeys(urls, 200)
    assert wire_server.server_names == ["news.example"]
    for logged in wire_server.log:
        assert b"\r\nHost: news.example\r\n" in logged.received
    for url in urls:
        assert len(of_url(records, url, "response", "revisit")) == 1


@pytest.mark.parametrize(
    ("host", "why"), [("127.0.0.1", "certificate verify failed"), ("localhost", "DNSMismatch")], ids=["issuer", "name"]
)
def test_certificate_that_proves_nothing_is_refused(ask, wire_server, host, why):
    url = f"https://{host}:{wire_server.https}/plain"

    records, became = ask([url], ALLOW_PRIVATE_ADDRESSES=True, ROBOTSTXT_OBEY=False)

    assert wire_server.log == []
    assert set(became) == {url}
    assert outcomes(records) == {url: "tls"}
    assert why in details(records)[url]
    assert [record.type for record in records] == ["warcinfo", "metadata"]  # no request was sent


def test_certificate_is_taken_when_told_not_to_look(ask, wire_server):
    url = f"https://localhost:{wire_server.https}/plain"

    records, became = ask([url], ALLOW_PRIVATE_ADDRESSES=True, DOWNLOAD_VERIFY_CERTIFICATES=False)

    assert became == {url: 200}
    (response,) = of_url(records, url, "response")
    assert "tls/1.3" in response.headers["warc-protocol"]
    assert records[0].fields()["scrapy-DOWNLOAD_VERIFY_CERTIFICATES"] == "False"  # the archive tells, too


# ---------------------------------------------------------------- IPv6


@pytest.fixture
def ipv6_server():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"no IPv6 loopback here: {error}")
    with WireServer(address="::1") as server:
        yield server


def test_site_with_ipv6_only_is_crawled(ask, ipv6_server):
    led = ["http://wire.test/plain", "https://wire.test/gzip"]
    literal = [f"http://[::1]:{ipv6_server.http}/empty", f"https://[0:0:0:0:0:0:0:1]:{ipv6_server.https}/no-reason"]

    records, became = ask(
        [*led, *literal], CONNECT_TO=ipv6_server.connect_to, ALLOW_PRIVATE_ADDRESSES=True,
        DOWNLOAD_VERIFY_CERTIFICATES=False, ROBOTSTXT_OBEY=False,
    )  # fmt: skip

    assert became == dict.fromkeys([*led, *literal], 200)
    hosts = {logged.target: logged.received.partition(b"\r\nHost: ")[2].split(b"\r\n")[0] for logged in ipv6_server.log}
    assert hosts == {
        "/plain": b"wire.test", "/gzip": b"wire.test", "/empty": b"[::1]:%d" % ipv6_server.http,
        "/no-reason": b"[0:0:0:0:0:0:0:1]:%d" % ipv6_server.https,
    }  # fmt: skip
    for url in (*led, *literal):
        (response,) = of_url(records, url, "response")
        assert response["WARC-IP-Address"] == "::1"


# ---------------------------------------------------------------- failures are evidence


def test_what_cannot_be_reached_is_recorded_with_its_reason(ask):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    unaskable = ["http://a..example/", f"http://{'a' * 64}.example/"]  # by the rules of DNS
    urls = ["http://no-such-host.invalid/", *unaskable, f"http://127.0.0.1:{port}/"]

    records, became = ask(urls, ALLOW_PRIVATE_ADDRESSES=True, ROBOTSTXT_OBEY=False)

    errors = [*["CannotResolveHostError"] * 3, "DownloadConnectionRefusedError"]
    assert became == dict(zip(urls, errors, strict=True))
    assert outcomes(records) == dict(zip(urls, ["dns", "dns", "dns", "refused"], strict=True))


# ---------------------------------------------------------------- proxies


def test_blocks_are_the_same_through_a_proxy(ask, wire_server):
    urls = [f"{scheme}://wire.test/{name}" for scheme in ("http", "https") for name in ("plain", "chunked-gzip")]
    proxy = f"http://127.0.0.1:{wire_server.http}"

    records, became = ask(
        urls, env={"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""},
        ROBOTSTXT_OBEY=False, DOWNLOAD_VERIFY_CERTIFICATES=False,
    )  # fmt: skip

    assert became == dict.fromkeys(urls, 200)
    exchanges = [logged for logged in wire_server.log if not logged.received.startswith(b"CONNECT ")]
    assert [logged.secure for logged in exchanges] == [False, False, True, True]
    for url, logged in zip(urls, exchanges, strict=True):
        (request,) = of_url(records, url, "request")
        (response,) = of_url(records, url, "response", "revisit")
        sent = bytes(logged.sent)
        assert request.block == logged.received
        # Over https some payloads are those of http once more.
        assert response.block == (sent if response.type == "response" else sent.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        assert ("tls/1.3" in response.headers["warc-protocol"]) == url.startswith("https")
        for record in (request, response):
            assert record["WARC-IP-Address"] is None  # the proxy's is not the site's
