"""The needs suite: conversations over real shops, each shown product tested on its raw feed row."""
