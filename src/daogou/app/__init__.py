"""Puts a shop together: the only place that chooses a store, an index and a language model."""

from daogou.app.loading import LoadReport, Reading, Replacing, load_shop
from daogou.app.opening import Shop, open_shop
from daogou.app.serving import serve_shop
from daogou.index.loading import Listener

__all__ = ["Listener", "LoadReport", "Reading", "Replacing", "Shop", "load_shop", "open_shop", "serve_shop"]
