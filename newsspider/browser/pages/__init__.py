"""The pages, one kind a file: each is a function that takes what is asked and returns an answer."""
