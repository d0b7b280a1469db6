"""The image that deploy/Dockerfile describes, built and run by a real engine."""
