"""In the web request: who sends, is it accepted, keep the bytes, answer. Nothing else."""
