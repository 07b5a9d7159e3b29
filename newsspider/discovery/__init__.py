"""Finds the articles of a site without a file: in feeds, sitemaps and the links of its pages.

Bytes in, addresses out: nothing in here asks the network, and nothing that a stranger writes makes it read without end.
What is left out is counted.
"""
