"""A URL: scheme, host and port are literal; values are percent-encoded in its path and query."""

from urllib.parse import quote

from flows.filling.filler import Filler, check_filters
from flows.filling.places.query import encoded
from flows.filling.template import Placeholder, Template, parse_template
from flows.json_documents import whole_characters
from flows.refusal import FlowRefusal

_LITERAL_SAFE = "%:/?#[]@!$&'()*+,;=~"
_HINT = "scheme, host and port are written out: placeholders may stand in path and query"
_STEPS = (".", "..")


def check(text: str) -> None:
    template = parse_template(text)
    check_filters(template)
    _split(template)


def fill(text: str, filler: Filler, charset: str) -> str:
    """Raises `FlowRefusal`, `url-value`, for a value that would change which place is meant."""
    origin, path, query = _split(parse_template(text))
    filled_path = filler.fill(path, _in_path)
    _refuse_steps(filled_path, path)
    return origin + filled_path + filler.fill(query, lambda value: encoded(value, charset))


def _split(template: Template) -> tuple[str, Template, Template]:
    """Scheme, host and port; the path; the query with its question mark."""
    first = template.parts[0] if template.parts else ""
    if not isinstance(first, str) or "#" in "".join(_literals(template)):
        raise FlowRefusal("url-value", "", _HINT if "#" not in str(first) else "has a fragment")
    scheme, separator, rest = first.partition("://")
    if separator:
        end = min(rest.find(mark) % (len(rest) + 1) for mark in "/?")
        origin = scheme + separator + rest[:end]
        if end == len(rest) and len(template.parts) > 1:
            raise FlowRefusal("url-value", _written(template.parts[1]), _HINT)
        first = rest[end:]
    elif first.startswith("/"):
        origin = ""
    else:
        raise FlowRefusal("url-value", "", "write the whole address, like https://crm.example/api")
    return origin, *_path_and_query((first, *template.parts[1:]))


def _path_and_query(parts: tuple[str | Placeholder, ...]) -> tuple[Template, Template]:
    for number, part in enumerate(parts):
        if isinstance(part, str) and "?" in part:
            before, mark, after = part.partition("?")
            path = (*parts[:number], before)
            return _encoded(path), _encoded((mark + after, *parts[number + 1 :]))
    return _encoded(parts), Template(())


def _encoded(parts: tuple[str | Placeholder, ...]) -> Template:
    return Template(
        tuple(
            quote(part, safe=_LITERAL_SAFE) if isinstance(part, str) else part
            for part in parts
            if part
        )
    )


def _in_path(value: str) -> str:
    if not value:
        raise FlowRefusal("url-value", "", "is empty")
    return quote(whole_characters(value), safe="")


def _refuse_steps(filled: str, template: Template) -> None:
    """A segment `..` leads to another place than the flow says."""
    written = "".join(_literals(template)).split("/")
    for segment in filled.split("?")[0].split("/"):
        if segment.replace("%2E", ".").replace("%2e", ".") in _STEPS and segment not in written:
            raise FlowRefusal("url-value", "", "a segment of the path would be . or ..")


def _literals(template: Template) -> list[str]:
    return [part for part in template.parts if isinstance(part, str)]


def _written(part: str | Placeholder) -> str:
    return part if isinstance(part, str) else part.written
