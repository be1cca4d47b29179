-- The log of requests and of the server's own messages, in a schema of its own. All nodes share it.

CREATE TABLE _logs (
    id      text COLLATE "C" PRIMARY KEY NOT NULL,
    level   double precision DEFAULT 0 NOT NULL,
    message text COLLATE "C" DEFAULT '' NOT NULL,
    data    json DEFAULT '{}' NOT NULL,
    created text COLLATE "C" DEFAULT '' NOT NULL,
    _rowid  bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX idx__logs_created ON _logs (created);
CREATE INDEX idx__logs_rowid ON _logs (_rowid);
