-- What the user typed, saw and wrote. Times are nanoseconds since 1970, UTC. Never deleted by us.
CREATE TABLE draft (
  identity TEXT NOT NULL,
  entity   TEXT NOT NULL,
  is_new   INTEGER NOT NULL, -- 1 = of a record that does not exist yet; record is then ''
  record   TEXT NOT NULL,
  instance TEXT NOT NULL,    -- which run of ficha typed it: two at once keep both
  body     TEXT NOT NULL,    -- JSON: base, edits, typed
  state    TEXT NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (identity, entity, is_new, record, instance)
);

CREATE TABLE columns (
  identity TEXT NOT NULL,
  entity   TEXT NOT NULL,
  columns  TEXT NOT NULL,    -- JSON: names of fields
  PRIMARY KEY (identity, entity)
);

CREATE TABLE recent (
  identity TEXT NOT NULL,
  entity   TEXT NOT NULL,
  record   TEXT NOT NULL,
  title    TEXT NOT NULL,
  visits   INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (identity, entity, record)
);
CREATE INDEX recent_by_time ON recent (at);

CREATE TABLE value (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE change (
  number   INTEGER PRIMARY KEY AUTOINCREMENT,
  identity TEXT NOT NULL,
  entity   TEXT NOT NULL,
  record   TEXT NOT NULL,
  deed     TEXT NOT NULL,
  old      TEXT NOT NULL,    -- JSON: what stood in these fields before
  new      TEXT NOT NULL,    -- JSON: what was written into them
  at       INTEGER NOT NULL
);
CREATE INDEX change_by_identity ON change (identity, number);
