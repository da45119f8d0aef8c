import { DatabaseSync } from 'node:sqlite';

export interface RepeatCount {
  readonly deliveries: number;
  readonly variants: number;
  readonly storiesSent: number;
  /** Stories that a reader was sent again without a later chapter. */
  readonly repeats: number;
  /** Stories about a subject that their reader mutes. */
  readonly muted: number;
}

const AT_A_TIME = 5_000;

/**
 * Counts in SQL alone, over what is stored, and shares no line with the code that chose: an event is what the link of
 * its article says it is, and a bit is read off the hexadecimal digit it stands in.
 */
export function countRepeats(file: string): RepeatCount {
  const database = new DatabaseSync(file);
  database.exec(`
    create temp table told as
      select editions.id as edition_id, editions.slot, story.value ->> '$.bit' as bit, story.value ->> '$.tags' as tags,
             substr(story.value ->> '$.link', 23) as path
      from editions, json_each(editions.content, '$.stories') as story;
    create temp table sent as
      select variants.id as variant_id, slot, tags,
             cast(substr(path, 1, instr(path, '/') - 1) as integer) as event,
             cast(substr(path, instr(path, '/') + 1, 1) as integer) as chapter
      from variants join told using (edition_id)
      where (instr('0123456789abcdef', substr(selection, 16 - bit / 4, 1)) - 1) >> (bit % 4) & 1;
    create index temp.sent_by_variant on sent (variant_id);`);
  const most = one(database, 'select max(id) as n from subscribers');
  const totals = { storiesSent: 0, repeats: 0, muted: 0 };
  for (let from = 0; from <= most; from += AT_A_TIME) {
    const found = chunk(database, from);
    totals.storiesSent += found.stories;
    totals.repeats += found.repeats;
    totals.muted += found.muted;
  }
  const counts = {
    deliveries: one(database, 'select count(*) as n from deliveries'),
    variants: one(
      database,
      'select max(n) as n from (select count(*) as n from variants group by edition_id)',
    ),
  };
  database.close();
  return { ...counts, ...totals };
}

function chunk(database: DatabaseSync, from: number): { stories: number; repeats: number; muted: number } {
  const row = database
    .prepare(
      `with got as (
         select subscribers.id, mutes, event, chapter, tags,
                lag(chapter) over (partition by subscribers.id, event order by slot) as before
         from subscribers
         join subscriptions on subscriptions.subscriber_id = subscribers.id
         join deliveries on deliveries.subscription_id = subscriptions.id
         join sent on sent.variant_id = deliveries.variant_id
         where subscribers.id >= ? and subscribers.id < ? and deliveries.state in ('accepted', 'uncertain'))
       select count(*) as stories,
              coalesce(sum(before is not null and chapter <= before), 0) as repeats,
              coalesce(sum(mutes <> '[]' and instr(tags, substr(mutes, 2, length(mutes) - 2)) > 0), 0) as muted
       from got`,
    )
    .get(from, from + AT_A_TIME);
  return { stories: Number(row?.stories), repeats: Number(row?.repeats), muted: Number(row?.muted) };
}

function one(database: DatabaseSync, query: string): number {
  return Number(database.prepare(query).get()?.n);
}
