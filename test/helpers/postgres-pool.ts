import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate, openDatabase } from '../../src/storage/database.ts';

/**
 * Databases that tests borrow from the run's PostgreSQL. All are copies of one that was migrated once; one that comes back
 * is emptied and lent again, since emptying it takes a tenth of the time of making another.
 */

const TEMPLATE = 'template_migrated';

const QUOTED_TABLES = `select format('%I', relname) from pg_class where relkind = 'r' and relnamespace =`;

/** The schema `fresh` holds what a migrated database holds, and can put the schema `public` back into that state. */
const FRESH = `
create schema fresh;

create function fresh.shape() returns text language sql as $$
  select md5(string_agg(line, ';' order by line)) from (
    select concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull) as line from pg_attribute
      where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace) and attnum > 0
    union all select pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select tgname from pg_trigger where not tgisinternal
    union all select proname from pg_proc where pronamespace = 'public'::regnamespace
    union all select setconfig::text from pg_db_role_setting
      where setdatabase = (select oid from pg_database where datname = current_database())
  ) as lines
$$;

create function fresh.restore() returns void language plpgsql as $$
declare name text; sequence record;
begin
  set local session_replication_role = replica; -- no foreign key asks in which order
  for name in ${QUOTED_TABLES} 'public'::regnamespace loop
    execute 'delete from public.' || name;
  end loop;
  for name in ${QUOTED_TABLES} 'fresh'::regnamespace loop
    execute format('insert into public.%s overriding system value select * from fresh.%s', name, name);
  end loop;
  for sequence in select format('%I.%I', schemaname, sequencename)::regclass as id, start_value from pg_sequences loop
    perform setval(sequence.id, sequence.start_value, false);
  end loop;
end
$$;

do $$
declare name text; filled boolean;
begin
  execute format('create function fresh.original_shape() returns text language sql as %L', format('select %L', fresh.shape()));
  for name in ${QUOTED_TABLES} 'public'::regnamespace loop
    execute format('select exists (select from public.%s)', name) into filled;
    if filled then execute format('create table fresh.%s as table public.%s', name, name); end if;
  end loop;
end
$$;`;

/** Makes the database that all others are copied from, and the list of those that are lent. */
export async function makePool(server: string): Promise<void> {
  await run(server, `create database ${TEMPLATE}`);
  const template = at(server, TEMPLATE);
  const db = await openDatabase(template);
  await migrate(db);
  await db.destroy();
  await run(template, FRESH);
  await run(server, 'create table pool (name text primary key, lent boolean not null)');
}

export interface Lent {
  readonly url: string;
  readonly giveBack: () => Promise<void>;
}

/** Lends a database that is as if it had just been migrated. */
export async function borrow(server: string): Promise<Lent> {
  const name = await withClient(server, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `update pool set lent = true where name =
        (select name from pool where not lent limit 1 for update skip locked) returning name`,
    );
    return rows[0]?.name ?? copyTemplate(client);
  });
  return { url: at(server, name), giveBack: () => takeBack(server, name) };
}

/** Makes a database without tables, which is dropped when it is given back. */
export async function makeEmpty(server: string): Promise<Lent> {
  const name = newName();
  await run(server, `create database ${name}`);
  return { url: at(server, name), giveBack: () => drop(server, name) };
}

async function copyTemplate(client: pg.Client): Promise<string> {
  const name = newName();
  await client.query(`create database ${name} template ${TEMPLATE}`);
  await client.query(`insert into pool values ('${name}', true)`);
  return name;
}

/** What a test has changed the tables of is dropped; any other database is emptied and lent again. */
async function takeBack(server: string, name: string): Promise<void> {
  const isFresh = await withClient(at(server, name), restore).catch(() => false);
  if (isFresh) await run(server, `update pool set lent = false where name = '${name}'`);
  else await drop(server, name);
}

async function restore(client: pg.Client): Promise<boolean> {
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  const { rows } = await client.query('select fresh.shape() = fresh.original_shape() as same');
  if (!rows[0]?.same) return false;
  await client.query('select fresh.restore()');
  return true;
}

function drop(server: string, name: string): Promise<void> {
  return run(server, `drop database ${name} with (force)`);
}

function newName(): string {
  return `t_${randomBytes(8).toString('hex')}`;
}

function at(server: string, name: string): string {
  return server.replace(/\/postgres$/, `/${name}`);
}

async function run(url: string, statement: string): Promise<void> {
  await withClient(url, (client) => client.query(statement));
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
