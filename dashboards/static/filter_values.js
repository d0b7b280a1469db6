// What the filters can be set to over the days of the page: fetched once, when somebody chooses.
"use strict";

const filterValues = (() => {
  let asked;
  return () => {
    const days = [...new URLSearchParams(window.location.search)]
      .filter(([name]) => ["from", "to", "period", "lang"].includes(name));
    const values = `${document.documentElement.dataset.basePath}/api/reports/filter_values`;
    asked ??= fetch(`${values}?${new URLSearchParams(days)}`, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : { rows: [] }))
      .then(({ rows }) => rows.filter(({ value }) => value !== null));
    return asked;
  };
})();
