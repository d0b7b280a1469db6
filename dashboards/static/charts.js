// Draws the figures embedded in the page as JSON. The server decides what is drawn; the look is set
// here from colours.css, so that it follows light, dark and print.
"use strict";

(() => {
  // By default plotly.js offers to upload charts to its vendor's cloud: remove the button and the
  // address. Nothing on these pages may leave our own host.
  const CONFIG = {
    displayModeBar: "hover",
    displaylogo: false,
    modeBarButtons: [["toImage"]],
    plotlyServerURL: "",
    responsive: true,
    showSendToCloud: false,
  };

  // plotly.js sets an empty style on each colour of a scale, which the CSP would report.
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function set(name, value) {
    if (name !== "style" || value !== "") setAttribute.call(this, name, value);
  };

  // Browsers fire beforeprint before laying the page out for paper: the width of an A4 sheet.
  const PAPER_WIDTH = 640;
  const paper = window.matchMedia("print");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const template = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const axis = {
      automargin: true,
      fixedrange: true,
      gridcolor: colour("grid"),
      linecolor: colour("line"),
      title: { font: { size: 13 } },
      zerolinecolor: colour("line"),
    };
    return {
      data: {
        bar: [{ marker: { line: { color: colour("surface"), width: 1 } } }],
        heatmap: [{ autocolorscale: true }],
      },
      layout: {
        bargap: 0.28,
        colorway: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => colour(`c${number}`)),
        colorscale: {
          sequential: [[0, colour("heat-0")], [1, colour("heat-1")]],
          diverging: [[0, colour("c2")], [0.5, colour("surface")], [1, colour("c1")]],
        },
        dragmode: false,
        font: { color: colour("text-soft"), family: getComputedStyle(document.body).fontFamily, size: 13 },
        hoverlabel: {
          align: "left",
          bgcolor: colour("surface"),
          bordercolor: colour("line"),
          font: { color: colour("text") },
        },
        legend: { orientation: "h", traceorder: "normal", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom" },
        margin: { b: 36, l: 40, pad: 4, r: 12, t: 40 },
        modebar: { activecolor: colour("text"), bgcolor: "rgba(0,0,0,0)", color: colour("text-soft") },
        paper_bgcolor: colour("surface"),
        plot_bgcolor: colour("surface"),
        shapedefaults: { fillcolor: colour("weekend"), layer: "below", line: { color: colour("control"), width: 0 } },
        xaxis: {
          ...axis,
          showgrid: false,
          spikecolor: colour("control"),
          spikedash: "dot",
          spikethickness: 1,
        },
        yaxis: axis,
      },
    };
  };

  // The trace meant when a hover text names all traces at once: the bar under the pointer in a
  // stack, else the nearest mark.
  const meant = (plot, pointed, event) => {
    // Alerts and notes stand beside what is counted (figures/marks.py), and lead nowhere.
    const counted = pointed.filter(({ data }) => data.yaxis !== "y9");
    const points = counted.length ? counted : pointed;
    if (points.length < 2) return points[0];
    const ground = plot.querySelector(".nsewdrag").getBoundingClientRect();
    const at = points[0].yaxis.p2d(event.clientY - ground.top);
    const bars = points.filter(({ data }) => data.type === "bar");
    if (bars.length && plot.layout.barmode === "stack") {
      let top = 0;
      return bars.sort((a, b) => a.curveNumber - b.curveNumber).find(({ y }) => (top += y) >= at) ?? points.at(-1);
    }
    const away = ({ y }) => Math.abs(y - at);
    return points.reduce((found, point) => (away(point) < away(found) ? point : found));
  };

  // Link behind a mark; in a heatmap the mark's number is its row and column.
  const lead = (plot, links) => {
    if (!links) return;
    plot.classList.add("leads");
    plot.removeAllListeners("plotly_click");
    plot.on("plotly_click", ({ points, event }) => {
      const point = meant(plot, points, event);
      const place = [point.curveNumber, point.pointNumber ?? point.pointIndex].flat();
      const link = place.reduce((found, index) => found?.[index], links);
      if (!link) return;
      if (event.ctrlKey || event.metaKey) window.open(link, "_blank", "noopener");
      else window.location.assign(link);
    });
  };

  // A figure may give a trace's colour by number in the colorway, e.g. to pair two traces.
  const coloured = ({ data, colours = [] }) => {
    const { colorway } = template().layout;
    return data.map((trace, index) => {
      const color = colorway[colours[index] - 1];
      if (!color) return trace;
      // The area between two lines has the same colour at a quarter of the opacity.
      const ground = trace.fill ? { fillcolor: `${color}40` } : {};
      return { ...trace, ...ground, line: { ...trace.line, color }, marker: { ...trace.marker, color } };
    });
  };

  const draw = (card) => {
    const failed = (reason) => {
      card.querySelector(".chart-failed").hidden = false;
      card.querySelector(".plot").hidden = true;
      console.error("a chart could not be drawn:", reason);
    };
    try {
      const { name, figure, locale } = JSON.parse(card.querySelector(".chart-data").textContent);
      const layout = { ...figure.layout, template: template() };
      const config = {
        ...CONFIG,
        locale: locale.name,
        locales: { [locale.name]: locale },
        toImageButtonOptions: { filename: name, scale: 2 },
      };
      if (paper.matches) layout.width = PAPER_WIDTH;
      const plot = card.querySelector(".plot");
      Plotly.react(plot, coloured(figure), layout, config).then(() => lead(plot, figure.links), failed);
    } catch (reason) {
      failed(reason);
    }
  };

  const drawAll = () => document.querySelectorAll(".chart").forEach(draw);

  drawAll();
  paper.addEventListener("change", drawAll);
  dark.addEventListener("change", drawAll);
})();
