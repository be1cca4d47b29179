-- What became of each job that runs by the clock: its newest run.
CREATE TABLE _jobs (
    id      TEXT PRIMARY KEY NOT NULL,
    -- The newest minute at which it was due and some node took it.
    due     TEXT DEFAULT '' NOT NULL,
    -- The newest run; empty until there was one. While it runs the outcome is empty.
    run     TEXT DEFAULT '' NOT NULL,
    node    TEXT DEFAULT '' NOT NULL,
    started TEXT DEFAULT '' NOT NULL,
    ended   TEXT DEFAULT '' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    error   TEXT DEFAULT '' NOT NULL,
    -- Until then nobody else begins. A node that is gone by then does not hold the job any more.
    lease   TEXT DEFAULT '' NOT NULL
);
