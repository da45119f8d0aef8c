import { expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { ourVocabulary } from '../../src/config/vocabulary.ts';
import type { EditionStory } from '../../src/editions/edition.ts';
import { editionId } from '../../src/editions/edition.ts';
import { selectAll } from '../../src/editions/selection.ts';
import { withContent } from '../../src/editions/store/kept-edition.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { approve, schedule, sendNow } from '../../src/publishing/acts.ts';
import { contentOf } from '../../src/publishing/corrections/correction-content.ts';
import { composeNow } from '../../src/publishing/drafts.ts';
import { publicArchive } from '../../src/publishing/public-archive.ts';
import { publishDue } from '../../src/publishing/publish.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { addActive, emails } from '../delivery/fixture.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { LINKS, newsletter, PUBLISHER } from '../mail/sample.ts';
import { standing } from '../publishing/open-desk.ts';
import { DAY, HOUR, news, type Press, press } from '../publishing/press.ts';
import { section } from './sample-article.ts';

/** A newsletter of Sundays, on the Monday before. */
const SUNDAY = Date.UTC(2026, 11, 6, 7);
const MONDAY = Date.UTC(2026, 10, 30, 12);
const WEEKLY = newsletter({ sections: [section('all')], schedule: '0 7 * * 0' });
const ID = editionId('daily', SUNDAY);
const BY = { by: 'Anna' };

/** Its draft, asked for ahead of its slot; of nothing but sad stories, so that the subject is our own, with the date. */
async function asked(db: Database, weekly = WEEKLY): Promise<Press> {
  await addActive(db, emails(2));
  const desk = {
    ...(await press(db, MONDAY, [weekly])),
    tagged: async <One extends object>(articles: readonly One[]) =>
      articles.map((one) => ({ ...one, tags: ['illness'] })),
  };
  desk.offer(news(0, MONDAY - HOUR), news(1, MONDAY - HOUR));
  expect(await composeNow(desk, weekly, 'Anna')).toMatchObject({ ok: true, id: ID });
  return desk;
}

const RENDERER = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });

/** Everywhere the mail of an edition says its day; without the commas that some versions of the locale's data have. */
async function mailOf(db: Database, now?: number, of = WEEKLY) {
  const edition = withContent(await standing(db, ID), now);
  const mail = await RENDERER.edition(of, edition, selectAll(edition.content));
  const said = (part: string) => part.replaceAll(',', '');
  return {
    subject: said(mail.subject),
    html: said(mail.html),
    text: said(mail.text),
    web: said(await RENDERER.webVersion(of, edition)),
  };
}

eachDatabase((open) => {
  test('an edition that is sent ahead of its slot bears the day on which it leaves, wherever it says one', async () => {
    await using store = await open();
    const desk = await asked(store.db);
    expect(await mailOf(store.db)).toMatchObject({ subject: expect.stringContaining('Sunday 6 December') });
    expect(await sendNow(desk, ID, { ...BY, revision: 0 })).toMatchObject({ ok: true });
    expect(await standing(store.db, ID)).toMatchObject({ id: ID, slot: SUNDAY, state: 'frozen' });
    const { subject, html, text, web } = await mailOf(store.db);
    for (const part of [subject, html, text, web]) {
      expect(part).toContain('Monday 30 November');
      expect(part).not.toContain('6 December');
    }
  });

  test('its place in the archive, its correction and its months are those of the day on which it left', async () => {
    await using store = await open();
    const desk = await asked(store.db);
    await sendNow(desk, ID, { ...BY, revision: 0 });
    const archive = publicArchive({
      db: store.db,
      renderer: RENDERER,
      links: LINKS,
      newsletters: Newsletters.with([WEEKLY]),
    });
    const november = { from: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 11, 1) };
    expect(await archive.editions('daily', november)).toMatchObject([{ id: ID, datedAt: MONDAY }]);
    expect(await archive.newestDated('daily', SUNDAY)).toBe(MONDAY);
    expect(await archive.datedAt(ID)).toBe(MONDAY);
    const page = await archive.publicEdition(ID);
    expect(page?.html).toContain('30 November');
    const content = correctionOf(desk, await standing(store.db, ID));
    expect(content.subject?.text).toContain('30 November');
    expect(content.corrects).toBe(MONDAY);
  });

  test('an edition that was given another moment is shown, and leaves, with the day of that moment', async () => {
    await using store = await open();
    const desk = await asked(store.db);
    const wednesday = MONDAY + 2 * DAY;
    await schedule(desk, WEEKLY, ID, { ...BY, sendAt: wednesday });
    expect((await mailOf(store.db, MONDAY)).text).toContain('Wednesday 2 December');
    desk.clock.advance(2 * DAY);
    await publishDue(desk);
    expect((await mailOf(store.db)).html).toContain('Wednesday 2 December');
    await store.db.updateTable('editions').set({ send_at: MONDAY }).execute();
    expect((await mailOf(store.db)).html).toContain('Wednesday 2 December');
  });

  test('one that waits past its moment is shown with today, and leaves with the day of its approval', async () => {
    await using store = await open();
    const strict = { ...WEEKLY, review: { ...WEEKLY.review, approval: 'required' as const } };
    const desk = await asked(store.db, strict);
    desk.clock.advance(SUNDAY + 18 * HOUR - MONDAY);
    expect((await mailOf(store.db, SUNDAY + 18 * HOUR)).text).toContain('Monday 7 December');
    await approve(desk, ID, { ...BY, revision: 0 });
    expect((await mailOf(store.db)).html).toContain('Monday 7 December');
  });

  test('the day is that of the newsletter’s own time zone', async () => {
    await using store = await open();
    const far = { ...WEEKLY, time_zone: 'Pacific/Auckland' };
    const slot = Date.UTC(2026, 11, 5, 18);
    await addActive(store.db, emails(2));
    const desk = await press(store.db, MONDAY, [far]);
    desk.offer(news(0, MONDAY - HOUR));
    const { id = '' } = await composeNow(desk, far, 'Anna');
    expect(id).toBe(editionId('daily', slot));
    await sendNow(desk, id, { ...BY, revision: 0 });
    const edition = withContent(await standing(store.db, id));
    const { text } = await RENDERER.edition(far, edition, selectAll(edition.content));
    expect(text).toContain('1 December');
  });

  test('what had gone out before the day was kept says the day of its slot, as its mails do', async () => {
    await using store = await open();
    const desk = await asked(store.db);
    await sendNow(desk, ID, { ...BY, revision: 0 });
    await store.db.updateTable('editions').set({ dated_at: null }).execute();
    expect((await mailOf(store.db)).text).toContain('Sunday 6 December');
    const archive = publicArchive({
      db: store.db,
      renderer: RENDERER,
      links: LINKS,
      newsletters: Newsletters.with([WEEKLY]),
    });
    expect(await archive.newestDated('daily', SUNDAY + 1)).toBe(SUNDAY);
  });
});

function correctionOf(desk: Press, edition: Awaited<ReturnType<typeof standing>>) {
  const deps = { clock: desk.clock, publisher: PUBLISHER, vocabulary: ourVocabulary(), links: LINKS };
  const story: EditionStory | undefined = edition.content?.stories[0];
  const order = { editionId: edition.id, articleId: story?.articleId ?? null, text: 'It was the other one.' };
  return contentOf(deps, WEEKLY, edition, story, order);
}
