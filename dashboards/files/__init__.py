"""What pages show, as files for people: XLSX and CSV."""
