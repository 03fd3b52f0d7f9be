"""The commands of the command line, each a plain function; ``cli.py`` gives them their names."""
