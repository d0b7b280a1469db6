"""Figures: rows in, a plotly figure out, as a plain dict. Colours and fonts are static/charts.js's.

A figure names neither, because one and the same has to be drawn light, dark and on paper. Besides
`data` and `layout` it may have `links`: per trace, per mark (in a heatmap per row and column),
where a click on it leads, None for nowhere. And `colours`: per trace the number of its colour in
the colorway, 1 to 9, for traces of scatters and bars that belong together.
"""

from typing import Any

Figure = dict[str, Any]
"""What `Plotly.newPlot` takes: `data`, a list of traces, and `layout`; and `links`, `colours`."""
