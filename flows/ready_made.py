"""Ready-made definitions: commented files to begin with."""

from importlib.resources import files

_FOLDER = files("flows").joinpath("templates")


def template_names() -> list[str]:
    return sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir())


def template_text(name: str) -> str:
    return _FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8")
