-- Creates records, each with another title.
local thread = 0
function setup(t)
  t:set("id", thread)
  thread = thread + 1
end
local n = 0
function request()
  n = n + 1
  local body = string.format('{"title":"bench %d-%d","views":%d,"draft":false}', id, n, n)
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, body)
end
