"""The tools, as the official SDK serves them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

import orjson
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from calltouch.agents import instructions
from calltouch.agents.answers import (
    changes_of,
    definition_of,
    lead_of,
    report_of,
    reports_of,
    rows_of_sql,
    tables_of,
)
from calltouch.agents.asking import MOST_ROWS, Ask, Value
from calltouch.agents.remote_api import Json, Refused, RemoteApi
from receiver import __version__

_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
ApiOf = Callable[[Mapping[str, str] | None], RemoteApi]
"""The API as the caller may ask it, by the headers of the call; None where there are none."""
_Name = Annotated[str, Field(max_length=200)]
_Names = Annotated[Sequence[_Name], Field(max_length=50)]


def agents_server(api_of: ApiOf) -> MCPServer:
    """Says below WARNING nothing of calls: they may name a client."""
    server = MCPServer(
        instructions.NAME,
        title="Calltouch",
        instructions=instructions.INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
        subscriptions=False,
    )
    _Tools(api_of).add_to(server)
    return server


class _Tools:
    """Each says what it takes by its signature, and what it is for in instructions.py."""

    def __init__(self, api_of: ApiOf) -> None:
        self._api_of = api_of

    def add_to(self, server: MCPServer) -> None:
        for name, tool, description in (
            ("list_reports", self.list_reports, instructions.LIST_REPORTS),
            ("report", self.report, instructions.REPORT),
            ("definition", self.definition, instructions.DEFINITION),
            ("tables", self.tables, instructions.TABLES),
            ("sql", self.select, instructions.SQL),
            ("lead", self.lead, instructions.LEAD),
            ("changes", self.changes, instructions.CHANGES),
        ):
            server.add_tool(tool, name, description=description, annotations=_READS)

    def list_reports(self, context: Context, page: _Name | None = None) -> CallToolResult:
        return self._answer(context, lambda api: reports_of(api, page))

    def report(
        self,
        context: Context,
        report: _Name,
        period: _Name | None = None,
        start: _Name | None = None,
        end: _Name | None = None,
        filters: dict[_Name, Value | Sequence[Value]] | None = None,
        group_by: _Names = (),
        compare: _Name | None = None,
        model: Literal[0, 1] | None = None,
        as_of: _Name | None = None,
        columns: _Names = (),
        limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 100,
        cursor: Annotated[str, Field(max_length=8000)] | None = None,
    ) -> CallToolResult:
        ask = Ask(
            report=report,
            period=period,
            start=start,
            end=end,
            filters=filters or {},
            group_by=group_by,
            compare=compare,
            model=model,
            as_of=as_of,
            columns=columns,
            limit=limit,
            cursor=cursor,
        )
        return self._answer(context, lambda api: report_of(api, ask))

    def definition(self, context: Context, word: _Name) -> CallToolResult:
        return self._answer(context, lambda api: definition_of(api, word))

    def tables(self, context: Context, table: _Name | None = None) -> CallToolResult:
        return self._answer(context, lambda api: tables_of(api, table))

    def select(
        self,
        context: Context,
        sql: Annotated[str, Field(max_length=20_000)],
        parameters: dict[_Name, Any] | None = None,
    ) -> CallToolResult:
        return self._answer(context, lambda api: rows_of_sql(api, sql, parameters or {}))

    def lead(
        self,
        context: Context,
        lead_type: Literal["call", "request"],
        lead_id: Annotated[int, Field(ge=0)],
    ) -> CallToolResult:
        return self._answer(context, lambda api: lead_of(api, lead_type, lead_id))

    def changes(
        self,
        context: Context,
        since: _Name | None = None,
        cursor: Annotated[int, Field(ge=0)] = 0,
        limit: Annotated[int, Field(ge=1, le=MOST_ROWS - 100)] = 100,
    ) -> CallToolResult:
        return self._answer(context, lambda api: changes_of(api, since, cursor, limit))

    def _answer(self, context: Context, ask: Callable[[RemoteApi], Json]) -> CallToolResult:
        """The same as text, for clients that know no structured content: JSON, so that no value
        can look like anything else."""
        try:
            answer = ask(self._api_of(context.headers))
        except Refused as refused:
            raise ToolError(str(refused)) from None
        text = orjson.dumps(answer).decode()
        return CallToolResult(
            content=[TextContent(type="text", text=text)], structured_content=answer
        )
