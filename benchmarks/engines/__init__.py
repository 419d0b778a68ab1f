"""One module per engine; each is run in a process of its own and prints one line of JSON."""
