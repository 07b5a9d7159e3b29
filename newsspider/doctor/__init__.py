"""What is wrong with the place where crawls run: one kind of check a file. Reads, and repairs nothing."""
