-- Everything the local Telegram remembers. Messages and updates are kept as TL, as the bot sees them.
CREATE TABLE IF NOT EXISTS bots (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  access_hash INTEGER NOT NULL,
  pts INTEGER NOT NULL DEFAULT 1,
  qts INTEGER NOT NULL DEFAULT 0,
  last_message INTEGER NOT NULL DEFAULT 0,
  repeats INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS auth_keys (
  id INTEGER PRIMARY KEY,
  data BLOB NOT NULL,
  bot INTEGER REFERENCES bots (id)
);
CREATE TABLE IF NOT EXISTS salts (
  auth_key INTEGER NOT NULL REFERENCES auth_keys (id) ON DELETE CASCADE,
  salt INTEGER NOT NULL,
  since INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS salts_of_key ON salts (auth_key, since);
-- The sessions that asked for updates: a client that comes back after a restart still hears them.
CREATE TABLE IF NOT EXISTS listeners (
  auth_key INTEGER NOT NULL REFERENCES auth_keys (id) ON DELETE CASCADE,
  session BLOB NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (auth_key, session)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS commands (
  bot INTEGER NOT NULL REFERENCES bots (id),
  scope BLOB NOT NULL,
  language TEXT NOT NULL,
  tl BLOB NOT NULL,
  PRIMARY KEY (bot, scope, language)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS customers (
  id INTEGER PRIMARY KEY,
  access_hash INTEGER NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT,
  username TEXT,
  language_code TEXT,
  phone TEXT
);
-- A chat exists once its customer has written: before that a bot cannot reach him.
CREATE TABLE IF NOT EXISTS chats (
  bot INTEGER NOT NULL REFERENCES bots (id),
  customer INTEGER NOT NULL REFERENCES customers (id),
  blocked_at INTEGER,
  PRIMARY KEY (bot, customer)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
  bot INTEGER NOT NULL,
  id INTEGER NOT NULL,
  customer INTEGER NOT NULL,
  out INTEGER NOT NULL,
  random_id INTEGER,
  pts INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  tl BLOB NOT NULL,
  deleted_at INTEGER,
  repeats INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (bot, id),
  FOREIGN KEY (bot, customer) REFERENCES chats (bot, customer)
);
CREATE UNIQUE INDEX IF NOT EXISTS messages_once
  ON messages (bot, customer, random_id) WHERE random_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS messages_of_chat ON messages (bot, customer, id);
CREATE INDEX IF NOT EXISTS messages_changed ON messages (bot, customer, rev);
-- `pts` is the state after the update, `count` how far it moved.
CREATE TABLE IF NOT EXISTS updates (
  bot INTEGER NOT NULL,
  pts INTEGER NOT NULL,
  count INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('new', 'edit', 'delete')),
  ids TEXT NOT NULL,
  PRIMARY KEY (bot, pts)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stops (
  bot INTEGER NOT NULL,
  qts INTEGER NOT NULL,
  customer INTEGER NOT NULL,
  date INTEGER NOT NULL,
  stopped INTEGER NOT NULL,
  PRIMARY KEY (bot, qts)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
  id INTEGER PRIMARY KEY,
  access_hash INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  size INTEGER NOT NULL
);
