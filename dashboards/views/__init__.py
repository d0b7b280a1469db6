"""Views of pages that users save, pin and share."""
