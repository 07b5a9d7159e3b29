"""A command and its terminal: what it prints, how far it is, how it is interrupted."""
