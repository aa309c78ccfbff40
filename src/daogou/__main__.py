"""`python -m daogou` is the command line."""

from daogou.cli import main

main()
