"""The door: HTTP and the web page."""
