-- Asks a list again and again. UNDERPIN_BENCH_QUERY is the query string; NUMBER in it is replaced by
-- one of a thousand numbers in each request.
local query = os.getenv("UNDERPIN_BENCH_QUERY")
local token = os.getenv("UNDERPIN_BENCH_TOKEN")
local thread = 0
function setup(t)
  t:set("id", thread)
  thread = thread + 1
end
function init()
  math.randomseed(7 + id)
end
function request()
  local path = "/api/collections/posts/records?" .. query:gsub("NUMBER", function()
    return tostring(math.random(0, 999))
  end)
  local headers = {}
  if token ~= "" then
    headers["Authorization"] = token
  end
  return wrk.format("GET", path, headers)
end
