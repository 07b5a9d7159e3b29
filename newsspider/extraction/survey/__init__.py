"""The survey of a site without a file: what its pages agree on becomes its file, for a person to check."""
