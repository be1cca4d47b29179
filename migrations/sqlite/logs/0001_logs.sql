-- The log of requests and of the server's own messages, in a file of its own.

-- New entries get growing ids, so that both indexes grow at their end alone.
CREATE TABLE _logs (
    id      TEXT PRIMARY KEY NOT NULL,
    level   NUMERIC DEFAULT 0 NOT NULL,
    message TEXT DEFAULT '' NOT NULL,
    data    JSON DEFAULT '{}' NOT NULL,
    created TEXT DEFAULT '' NOT NULL
);
CREATE INDEX idx__logs_created ON _logs (created);
