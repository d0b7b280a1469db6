"""The door for agents: reports, definitions, tables, SQL and leads as tools of the Model Context
Protocol (https://modelcontextprotocol.io).

It is a client of the dashboards' API and opens no file: what a token may see, what is masked and
what the access log notes is decided there alone.
"""
