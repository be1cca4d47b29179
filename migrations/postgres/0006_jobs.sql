-- What became of each job that runs by the clock: its newest run.
CREATE TABLE _jobs (
    id      text COLLATE "C" PRIMARY KEY NOT NULL,
    -- The newest minute at which it was due and some node took it.
    due     text COLLATE "C" DEFAULT '' NOT NULL,
    -- The newest run; empty until there was one. While it runs the outcome is empty.
    run     text COLLATE "C" DEFAULT '' NOT NULL,
    node    text COLLATE "C" DEFAULT '' NOT NULL,
    started text COLLATE "C" DEFAULT '' NOT NULL,
    ended   text COLLATE "C" DEFAULT '' NOT NULL,
    outcome text COLLATE "C" DEFAULT '' NOT NULL,
    error   text COLLATE "C" DEFAULT '' NOT NULL,
    -- Until then nobody else begins. A node that is gone by then does not hold the job any more.
    lease   text COLLATE "C" DEFAULT '' NOT NULL
);
