"""Feeds: how parts are written, and how whoever loads them reads them back."""

from newsspider.feeds.reading import FeedError as FeedError
from newsspider.feeds.reading import FeedRun as FeedRun
from newsspider.feeds.reading import read as read
from newsspider.feeds.reading import runs as runs
