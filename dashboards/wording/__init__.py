"""Values as a reader reads them, in Russian and in English."""
