"""Text to values: dates, encodings, addresses, the Nuxt state. Pure functions; nothing here reads or writes a file."""
