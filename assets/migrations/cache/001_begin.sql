-- What servers said. Times are nanoseconds since 1970, UTC. Deleting the file loses nothing.
CREATE TABLE connection (
  id       INTEGER PRIMARY KEY,
  identity TEXT NOT NULL UNIQUE
);

CREATE TABLE record (
  id          INTEGER PRIMARY KEY,
  connection  INTEGER NOT NULL REFERENCES connection (id),
  entity      TEXT NOT NULL,
  record      TEXT NOT NULL,
  listed      TEXT,     -- JSON: what lists held of it
  listed_seen INTEGER,
  whole       TEXT,     -- JSON: the record as it was read by itself
  whole_seen  INTEGER,
  seen        INTEGER NOT NULL,
  UNIQUE (connection, entity, record)
);
CREATE INDEX record_by_seen ON record (seen);

CREATE TABLE page (
  id         INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL REFERENCES connection (id),
  entity     TEXT NOT NULL,
  query      TEXT NOT NULL,
  stamp      TEXT NOT NULL,
  frame      TEXT NOT NULL, -- JSON: ids in order, fields, totals; the rows are in record
  seen       INTEGER NOT NULL,
  UNIQUE (connection, query)
);
CREATE INDEX page_by_seen ON page (seen);
CREATE INDEX page_by_entity ON page (connection, entity);

CREATE TABLE value (
  connection INTEGER NOT NULL REFERENCES connection (id),
  key        TEXT NOT NULL,
  value      TEXT NOT NULL,
  seen       INTEGER NOT NULL,
  PRIMARY KEY (connection, key)
);
CREATE INDEX value_by_seen ON value (seen);

-- One row a record, by record.id. Words come with spaces round every CJK character.
CREATE VIRTUAL TABLE words USING fts5 (
  title, rest,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61', prefix = '2 3'
);
