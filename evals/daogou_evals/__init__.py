"""How well does the guide answer? Suites over real and little shops, each a command of `daogou evaluate`; no service imports them."""
