"""All settings, grouped by what reads them, each with its reason.

A name of this file or of Scrapy's can also be given by ``-s NAME=VALUE`` or as an environment variable
``NEWSSPIDER_NAME``; the command line wins over the environment, the environment over this file. Nothing of Scrapy is
imported: most commands read this file and need no more.
"""

from __future__ import annotations

import os

BOT_NAME = "newsspider"
SPIDER_MODULES = ["newsspider.spiders"]
SPIDER_LOADER_CLASS = "newsspider.crawl.spiderloader.SpiderLoader"
COMMANDS_MODULE = "newsspider.commands"
ADDONS = {
    "newsspider.crawl.preflight.Preflight": 0,
    "newsspider.crawl.logs.Logs": 5,
    "newsspider.crawl.identity.UserAgent": 10,
    "newsspider.crawl.unloaded.DisabledComponents": 20,
}

# --- Where it goes ---------------------------------------------------------------------------------------------------
ARCHIVE_DIR = "archives"
COLLECTION = None  # the spider's name
# Seconds for which a crawl with --collection holds it, again and again while it goes on. One that was killed keeps
# others away for as long.
COLLECTION_LEASE = 300
# Articles in a feed part. A part is published whole, so this is also how many records a kill can cost, all of which
# the next run finds again.
PART_ITEMS = 200
# The most bytes of a WARC file that `scrapy extract` takes as one unit of work, where an index says where to cut.
# The records of a unit are one part.
EXTRACT_SPAN = 64 << 20

# --- What is fetched again -------------------------------------------------------------------------------------------
# Ages of an article, each with the interval after which it is looked at below that age: doubled every time that nothing
# is new, never again beyond the last. Most corrections are made within hours, nearly all within days.
REVISIT = {"6h": "30m", "2d": "6h", "30d": "7d"}
# Pages in a run; at one request a second a quarter of an hour, so that an hourly run is over before the next.
REVISIT_LIMIT = 1000
# Ask for a known article only "if it changed", by the validators that came with it (RFC 9110, 13). It spares both sides
# the page, but then the site is believed, and the archive has no capture of what stayed as it was.
CONDITIONAL_REQUESTS = False

# --- The archive -----------------------------------------------------------------------------------------------------
WARC_MAX_SIZE = 1 << 30  # bytes, 1 GiB: what the field's tools and file systems handle well
WARC_PREFIX = None  # the collection's name
WARC_OPERATOR = None  # who answers for the crawl; goes into warcinfo
# `standard`: of the entity body, as ISO 28500 wants it. `stored`: of the chunks as stored, as some checkers expect.
WARC_PAYLOAD_DIGEST = "standard"

# --- Replay ----------------------------------------------------------------------------------------------------------
REPLAY_CACHE = None  # where `scrapy replay` keeps the environment of pywb; by default ~/.cache/newsspider, by XDG

# --- Whom it reaches -------------------------------------------------------------------------------------------------
CONTACT = None  # a URL or e-mail address where a site's owner reaches you; goes into the User-Agent
CONNECT_TO = None  # HOST:PORT:HOST:PORT[,…], as curl's --connect-to
ALLOW_PRIVATE_ADDRESSES = False
TWISTED_DNS_RESOLVER = "newsspider.crawl.resolver.Resolver"  # IPv6 too, which Scrapy's leaves out
# An archive that is to prove something must know whom it talked to. What CONNECT_TO names is not checked.
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    "http": "newsspider.crawl.capture.CaptureHandler",
    "https": "newsspider.crawl.capture.CaptureHandler",
    # What the archive cannot hold is not fetched, and no page may lead to a file of this machine.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# --- Politeness ------------------------------------------------------------------------------------------------------
ROBOTSTXT_OBEY = True
# Which groups rule us: RFC 9309, where Scrapy's takes others' too.
ROBOTSTXT_PARSER = "newsspider.crawl.robots.RobotParser"
# Seconds; no standard has Crawl-delay, and search engines that keep it stop at thirty.
CRAWL_DELAY_MAX = 30
DOWNLOADER = "newsspider.crawl.downloader.Downloader"  # holds the concurrency that Scrapy 2.14-2.19 lets slip
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0  # the delay is the least, not the mean: Scrapy's own 0.5 would halve it now and then
CONCURRENT_REQUESTS_PER_DOMAIN = 2
AUTOTHROTTLE_ENABLED = True  # slower when the site gets slower; never faster than DOWNLOAD_DELAY
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY
RETRY_AFTER_MAX = 300  # seconds; a site that asks for more ends the run, to be tried again later
REMOTE_CONTROL_ENABLED = False  # an HTTP endpoint that runs Python; on by default in Scrapy
TELNETCONSOLE_ENABLED = False
COOKIES_ENABLED = False  # the site serves everybody the same; and no cookie, no secret

# --- What is bounded -------------------------------------------------------------------------------------------------
# Not with uvloop (ASYNCIO_EVENT_LOOP): under Twisted's reactor it hangs for good when a peer resets two TLS connections
# in a row (uvloop 0.23, Twisted 26.10; stock Scrapy too), and no timeout ends it.
DOWNLOAD_TIMEOUT = 60  # seconds for a whole exchange, so that a slow drip ends too
DOWNLOAD_MAXSIZE = 64 << 20  # bytes, also after decompression
DOWNLOAD_WARNSIZE = 16 << 20
REDIRECT_MAX_TIMES = 10
METAREFRESH_ENABLED = False  # a page's markup does not steer the crawl
LIST_DEPTH = 2  # list pages are followed this far from the start pages
# Seconds that what is on its way gets after the request to stop; Docker kills after ten, and closing takes time too.
SHUTDOWN_TIMEOUT = 5
# Kinds of page requisites that are captured with an article; there are videos too, whose files are large. None: "".
REQUISITES = "images,styles,scripts,fonts,posters"
REQUISITE_HOSTS = None  # domains that they may come from: the site's own and those of its CDN
REQUISITE_MAX_SIZE = 8 << 20  # bytes; what is larger is cut off
REQUISITES_MAX = 300  # of one article, those of its style sheets counted in
REQUISITE_DAYS = 7  # what the collection got less than so long ago is not fetched again
VIDEO_MAX_SIZE = 256 << 20  # bytes of a video file
SCHEDULER = "newsspider.crawl.scheduler.Scheduler"  # reports what it takes, so that every request is counted
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # as pages list them: the newest articles first
RETRY_TIMES = 2
# What Scrapy retries, and a body that is damaged though all of it came.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectError",
    "twisted.internet.error.ConnectionLost",
    OSError,
    "scrapy.core.downloader.handlers.http11.TunnelError",
    "newsspider.warc.codings.ContentCodingError",
]

# --- What a good run is ----------------------------------------------------------------------------------------------
# A redesign of a site fails nearly all pages, a broken page one.
VERDICT_MAX_FAILED = 0.5  # share of the article pages asked for
# On a quiet night one page is asked for, and it may well be broken: ten that fail are no chance. A run with fewer is
# judged together with those before it.
VERDICT_MIN_PAGES = 10
# Lists grow and shrink by the hour, but not by half; a list that is built by a script shows nothing at all.
VERDICT_MIN_FOUND = 0.5  # share of the median of the last runs
VERDICT_MIN_GIVEN = 0.5  # share of what a field or a witness gave before: a sign of a redesign that spares the rest
VERDICT_MIN_ARTICLES = 30  # articles that such a share is of: in fewer, a few videos in a row look like a redesign
VERDICT_MAX_QUIET = 72  # hours without anything new, a long weekend; 0: for ever
VERDICT_RUNS = 30  # good runs that one is compared with: a day of hourly ones, a month of daily ones
# Set it to the day (2026-11-01) of a change of the site that is right as it is: earlier runs are no baseline any more.
VERDICT_SINCE = None

# --- How people are addressed ----------------------------------------------------------------------------------------
# `en`, `zh_CN` or another spelling of one; by default what LANGUAGE, LC_ALL or LANG say. Of commands, pages, reports
# and mails; what programs read stays English.
UI_LANGUAGE = None

# --- Who is notified --------------------------------------------------------------------------------------------------
# A file NAME.prom that Prometheus' node exporter reads, or its directory: there the collection gives the name.
PROMETHEUS_TEXTFILE = None
# Notified of a run that ended with anything but 0 and 75: JSON, by POST or on standard input.
VERDICT_WEBHOOK = None  # an http(s) address, yours and so also one in your network; its answer is not read
VERDICT_COMMAND = None  # a program and its arguments, split as a shell would, but run by none

# --- What is sent ----------------------------------------------------------------------------------------------------
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    # br and zstd, which Scrapy would ask for, are read by few tools of web archiving.
    "Accept-Encoding": "gzip, deflate",
}

# --- Components ------------------------------------------------------------------------------------------------------
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newsspider.crawl.middlewares.robotstxt.RobotsTxtMiddleware": 100,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "newsspider.crawl.middlewares.offsite.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newsspider.crawl.middlewares.httpcompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "newsspider.crawl.middlewares.redirect.RedirectMiddleware": 600,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "newsspider.crawl.middlewares.httperror.HttpErrorMiddleware": 50,
    "newsspider.crawl.middlewares.credentials.CredentialsMiddleware": 60,
    # Nearest to the spider: after it a request is counted, whatever others do with it.
    "newsspider.crawl.middlewares.made.MadeMiddleware": 1_000_000,
    # Nothing reads the depth they count or the length they check: LIST_DEPTH and clean addresses bound the crawl.
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
EXTENSIONS = {
    "scrapy.extensions.feedexport.FeedExporter": None,
    "newsspider.crawl.exporter.FeedExporter": 0,
    "newsspider.crawl.extensions.archive.Archive": 0,
    "newsspider.crawl.extensions.errors.Errors": 0,
    "newsspider.crawl.extensions.outcomes.Outcomes": 0,
    "newsspider.crawl.extensions.pace.Pace": 0,
    "newsspider.crawl.extensions.run.Run": 10,
    "newsspider.crawl.extensions.ending.Ending": 20,
    "newsspider.crawl.extensions.lease.Lease": 20,
    "newsspider.crawl.extensions.retryafter.RetryAfter": 20,
    "newsspider.crawl.extensions.report.Report": 20,
    "newsspider.crawl.extensions.progress.Progress": 30,
    "newsspider.crawl.extensions.garbage.Garbage": 40,
}
ITEM_PIPELINES = {
    "newsspider.crawl.pipelines.duplicates.Duplicates": 100,
    "newsspider.crawl.pipelines.records.Records": 300,
}
FEED_STORAGES = {
    "": "newsspider.crawl.storage.AtomicFileStorage",
    "file": "newsspider.crawl.storage.AtomicFileStorage",
}
CONCURRENT_ITEMS = 1  # our pipelines wait for nothing; Scrapy starts so many tasks for every response (default: 100)
WARN_ON_GENERATOR_RETURN_VALUE = False  # Scrapy parses the source of the callback again for every response
FEED_EXPORT_ENCODING = "utf-8"
LOG_FORMATTER = "newsspider.crawl.logformatter.LogFormatter"
LOG_LEVEL = "INFO"
LOG_JSON = False  # a JSON object a line, for a log collector

prefix = "NEWSSPIDER_"
names = {name for name in globals() if name.isupper()}
for _variable, _value in os.environ.items():
    if _variable.startswith(prefix):
        globals()[_variable.removeprefix(prefix)] = _value
