import { expect, test } from 'vitest';
import { databaseUrlProblem } from '../../src/config/database-url.ts';
import { readEnvironment } from '../../src/config/environment.ts';

test.each([
  'sqlite:data/broadsheet.db',
  'sqlite:./broadsheet.db',
  'sqlite:/var/lib/broadsheet/broadsheet.db',
  'sqlite:///var/lib/broadsheet/broadsheet.db',
  'sqlite::memory:',
  'file:///var/lib/broadsheet/broadsheet.db',
  '/var/lib/broadsheet/broadsheet.db',
  './readers',
  'broadsheet.sqlite3',
  'C:\\broadsheet\\broadsheet.db',
  'postgres://news:secret@db.example:5432/news',
  'postgresql://news@db.example/news?sslmode=require',
  'postgres:///news?host=/run/postgresql',
  'postgres://news:secret@/news?host=/run/postgresql',
  'postgres://news:a%2Fb%40c@db.example/news',
])('%s names a database', (url) => {
  expect(databaseUrlProblem(url)).toBeUndefined();
});

test.each([
  ['mysql://news:secret@db.example/news', 'not supported'],
  ['mariadb://db.example/news', 'not supported'],
  ['postgresql+psycopg://news:secret@db.example/news', 'not supported'],
  ['jdbc:postgresql://db.example/news', 'not supported'],
  ['libsql://news.example', 'not supported'],
  ['db.example:5432/secret', 'not supported'],
  ['localhost/secret', 'no scheme'],
  ['news:secret@db.example/news', 'not supported'],
  ['Postgres://db.example/news', 'lower case'],
  ['postgres:db.example/news', 'two slashes'],
  ['postgres://news:sec/ret@db.example/news', '%2F'],
  ['postgres://news:sec#ret@db.example/news', '%23'],
  ['postgres://news:100%secret@db.example/news', '%25'],
  ['postgres://news:secret@home@db.example/news', '%40'],
  ['sqlite://db.example/secret', 'a path after sqlite:'],
  ['sqlite:', 'a path after sqlite:'],
  ['sqlite:mysql://news:secret@db.example/news', 'a path after sqlite:'],
  ['sqlite:///postgres://news:secret@db.example/news', 'a path after sqlite:'],
  ['file:broadsheet.db', 'three slashes'],
  ['file://db.example/secret', 'three slashes'],
])('%s is refused with what is right, and no part of it is repeated', (url, says) => {
  expect(() => readEnvironment({ DATABASE_URL: url, SECRET_KEY: 'k'.repeat(40) })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^DATABASE_URL: expected .+$/s),
    }),
  );
  const problem = databaseUrlProblem(url) ?? '';
  expect(problem).toContain(says);
  expect(problem).not.toContain('secret');
  expect(problem).not.toContain('db.example');
});
