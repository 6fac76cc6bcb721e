-- wrk sends the requests of a file, each as it stands there, one after the other; when
-- they are used up the last again. Its figures are printed as one line.

local requests, place = {}, 0

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  while true do
    local length = file:read("*n", "*l")
    if not length then break end
    requests[#requests + 1] = file:read(length)
  end
end

function request()
  if place < #requests then place = place + 1 end
  return requests[place]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    "FIGURES %d %d %d %d %d %d %d %d",
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), latency.max))
end
