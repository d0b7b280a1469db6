"""What the URL of a page says: period, filters, comparison."""
