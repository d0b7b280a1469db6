"""What is wrong and what was, who is told, and what people noted."""
