-- For wrk: POST the file named by the first argument; print what was measured as one line of JSON.

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  file:close()
end

function done(summary, latency, requests)
  local errors = summary.errors
  local wrong = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '\n{"answers": %d, "wrong": %d, "seconds": %f, "p50": %f, "p99": %f, "slowest": %f}\n',
    summary.requests, wrong, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
