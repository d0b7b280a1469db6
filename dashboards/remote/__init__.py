"""The published and the keyed file over HTTP, for who attaches them from another machine."""
