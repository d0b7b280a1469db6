"""The examples for nginx, Caddy and HAProxy, run in front of a real server."""
