"""The published records: articles and their parts, the manifest of a run, the JSON Schemas of both."""
