"""`/docs`, `/llms.txt`: the papers of docs/, at hand where the data is.

reading.py   which there are, and Markdown in, HTML out
views.py     pages for people, Markdown and a list for agents
"""
