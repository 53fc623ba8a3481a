/** What the migration to notices does with messages that were queued before. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/database';

const migration = readFileSync(join(__dirname, '../../storage/migrations/0008_notices.sql'), 'utf8');

/** The tables as they were, as far as the migration touches them. */
const BEFORE = `
create schema before;
set local search_path = before;
create table users (id text primary key);
create table workflow_starts (workflow_id text primary key);
create table outbox (
  id bigint generated always as identity primary key,
  user_id text references users (id) on delete cascade,
  recipient text not null,
  subject text not null,
  body text not null,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
insert into users values ('usr_1');
insert into outbox (user_id, recipient, subject, body) values ('usr_1', 'a@b', 'One', 'First.'), ('usr_1', 'c@d', 'Two', 'Second.');`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('the migration to notices', () => {
  it('keeps every message with its words, and gives it a name; a new one needs a kind or words', async () => {
    const connection = await database.pool.connect();
    try {
      await connection.query('begin');
      await connection.query(BEFORE);
      await connection.query(migration);
      const { rows } = await connection.query(
        `select recipient, subject, body, kind, notice_id ~ '^ntc_[0-9a-f]{22}$' as named from outbox order by id`,
      );
      expect(rows).toEqual([
        { recipient: 'a@b', subject: 'One', body: 'First.', kind: null, named: true },
        { recipient: 'c@d', subject: 'Two', body: 'Second.', kind: null, named: true },
      ]);
      const wordless = `insert into outbox (user_id, recipient, notice_id) values ('usr_1', 'e@f', 'ntc_x')`;
      await expect(connection.query(wordless)).rejects.toMatchObject({ constraint: 'outbox_words' });
    } finally {
      await connection.query('rollback');
      connection.release();
    }
  });
});
