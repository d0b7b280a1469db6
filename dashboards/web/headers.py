"""What every answer tells the browser not to do."""

from flask import Response

# Strict, because texts on the pages come from strangers: anyone may put anything into a utm tag.
#
# Scripts: only our files. plotly.js builds one function from a string, in a polyfill of
# Function.prototype.bind that no browser of today runs, so 'unsafe-eval' is not needed.
# Styles: only our files. plotly.js would write a <style> element of its own; a stylesheet with the
# same rules and the id it looks for stands in (static/vendor/VENDORED.md). What it sets through
# `element.style` is no inline style to a browser.
# Images: data: for icons, blob: for the picture that "save as PNG" draws, made by the page itself.
# Media: recordings, which come through us.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "media-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Where a page talks to another window, a script might send numbers past the policy above.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def protect(response: Response) -> Response:
    """Add the headers; one that a view has set itself stays."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
