"""Values formatted for readers, in Russian and English."""
