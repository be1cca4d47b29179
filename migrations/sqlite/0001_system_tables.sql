-- The tables that every database has, before any collection is made.

-- Small values by name: the change log's epoch, the live settings.
CREATE TABLE _params (
    id      TEXT PRIMARY KEY NOT NULL,
    value   JSON DEFAULT NULL,
    created TEXT DEFAULT '' NOT NULL,
    updated TEXT DEFAULT '' NOT NULL
);

-- Definitions of collections. Their rules stand in _policies.
CREATE TABLE _collections (
    id      TEXT PRIMARY KEY NOT NULL,
    system  BOOLEAN DEFAULT FALSE NOT NULL,
    type    TEXT DEFAULT 'base' NOT NULL,
    name    TEXT UNIQUE NOT NULL,
    fields  JSON DEFAULT '[]' NOT NULL,
    indexes JSON DEFAULT '[]' NOT NULL,
    options JSON DEFAULT '{}' NOT NULL,
    created TEXT DEFAULT '' NOT NULL,
    updated TEXT DEFAULT '' NOT NULL
);

-- Who may do what: one decision a row.
CREATE TABLE _policies (
    id        INTEGER PRIMARY KEY,
    role      TEXT NOT NULL,
    object    TEXT NOT NULL,
    action    TEXT NOT NULL,
    effect    TEXT DEFAULT 'allow' NOT NULL CHECK (effect IN ('allow', 'deny')),
    condition TEXT DEFAULT '' NOT NULL,
    created   TEXT DEFAULT '' NOT NULL,
    updated   TEXT DEFAULT '' NOT NULL
);
CREATE INDEX idx__policies_object ON _policies (object);

-- Who has which role; a role may be a member of another.
CREATE TABLE _role_links (
    member TEXT NOT NULL,
    role   TEXT NOT NULL,
    PRIMARY KEY (member, role)
) WITHOUT ROWID;

-- What was written, in order. AUTOINCREMENT, because a position is never given
-- out twice, not even after all rows were trimmed.
CREATE TABLE _changes (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    record     TEXT NOT NULL,
    action     TEXT NOT NULL CHECK (action IN ('create', 'update', 'delete')),
    before     TEXT DEFAULT NULL,
    after      TEXT DEFAULT NULL,
    at         INTEGER NOT NULL,
    origin     TEXT DEFAULT '' NOT NULL
);
