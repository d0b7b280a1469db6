"""What a page is made of, and its way from a URL to HTML."""
