"""Figures: rows in, a plotly figure out, as a plain dict. Colours and fonts come from
static/charts.js.

A figure sets neither, because the same figure is drawn light, dark and on paper. Besides `data` and
`layout` it may have `links`: per trace, per mark (in a heatmap per row and column), the URL a click
opens, or None; and `colours`: per trace its number in the colorway, 1 to 9, for scatter and bar
traces that belong together.
"""

from typing import Any

Figure = dict[str, Any]
"""Input of `Plotly.newPlot`: `data`, a list of traces, and `layout`; plus `links`, `colours`."""
