import { expect, test } from 'vitest';
import type { Article } from '../../src/articles/article.ts';
import { composition } from '../../src/composing/composition.ts';
import { decisionWords } from '../../src/composing/decision-words.ts';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import { findEdition } from '../../src/editions/store/edition-store.ts';
import { withContent } from '../../src/editions/store/kept-edition.ts';
import { publish } from '../../src/publishing/publish.ts';
import { addReaders } from '../../src/subscribers/add-readers.ts';
import { eachDatabase, openSqlite } from '../helpers/databases.ts';
import { address } from '../mail/sample.ts';
import { DAILY, DAY, HOUR, news, type Press, press, SLOT } from '../publishing/press.ts';

const CUT = { url: 'media:0123456789abcdef.jpg', width: 10, height: 10, bytes: 10 };
const PICTURE = { url: 'https://paper.example/p.jpg', alt: '', caption: '' };
const CUTS = { wide: CUT, card: CUT, thumb: CUT };

eachDatabase((open) => {
  test('a Sunday edition also tells what the week told, to those who had none of it', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT - 3 * DAY);
    await addReaders(store.db, [{ email: address('anna@readers.example'), name: '', sections: null }], {
      newsletterId: 'daily',
      origin: 'test',
      now: desk.clock.now(),
    });
    await publishAt(desk, SLOT - 3 * DAY, 0);
    await publishAt(desk, SLOT - 2 * DAY, 1);
    const sunday = await publishAt(desk, SLOT, 2);
    expect(sunday.content?.stories.map(({ headline, earlier }) => [headline.slice(0, 6), earlier])).toEqual([
      ['Tennis', false],
      ['Chef r', true],
      ['Prince', true],
    ]);
    const variants = await store.db
      .selectFrom('variants')
      .select('selection')
      .where('edition_id', '=', sunday.id)
      .execute();
    expect(variants).toEqual([{ selection: '0000000000000001' }]);
  });

  test('what was withdrawn since is not told again, and what was tagged since is tagged', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT - 2 * DAY);
    await publishAt(desk, SLOT - 2 * DAY, 0);
    await publishAt(desk, SLOT - DAY, 1);
    await store.db
      .updateTable('articles')
      .set({ withdrawn_at: SLOT - HOUR })
      .where('headline', 'like', 'Princess%')
      .execute();
    const tagged = async (articles: readonly Article[]) =>
      articles.map((article) => ({ ...article, tags: ['illness'] }));
    const { content } = await composition({ ...desk, tagged }, DAILY, SLOT, SLOT);
    expect(content?.stories).toMatchObject([{ headline: /Chef/, tags: ['illness'], earlier: true }]);
  });
});

test('pictures are made of what was chosen alone, and a story whose picture fails is told without', async () => {
  await using store = await openSqlite();
  const desk = await press(store.db, SLOT);
  desk.offer(
    ...[0, 1, 2].map((n) => ({
      ...news(n, SLOT - (n + 1) * HOUR),
      standfirst: 'So it is.',
      picture: n < 2 ? { ...PICTURE, url: `https://paper.example/${n}.jpg` } : null,
    })),
  );
  await desk.collect([]);
  const asked: string[][] = [];
  const illustrate = async (articles: readonly Article[]) => {
    asked.push(articles.map(({ picture }) => picture?.url ?? ''));
    return {
      pictures: new Map(
        articles.map(({ id, picture }) => [
          id,
          picture && !picture.url.endsWith('0.jpg') ? { ...picture, cuts: CUTS } : null,
        ]),
      ),
      refused: [
        { headline: news(0, 0).headline, url: '', reason: { code: 'answered' as const, status: 404 } },
      ],
    };
  };
  const { content, decisions } = await composition({ ...desk, illustrate }, DAILY, SLOT, SLOT);
  expect(asked).toEqual([['https://paper.example/0.jpg', 'https://paper.example/1.jpg']]);
  // The first would have led; without a picture, the one that has one does.
  expect(content?.stories.map(({ headline, picture }) => [headline.slice(0, 4), picture])).toEqual([
    ['Chef', { ...PICTURE, url: 'https://paper.example/1.jpg', cuts: CUTS }],
    ['Prin', null],
    ['Tenn', null],
  ]);
  expect(decisions.map(({ reason }) => decisionWords(reason))).toEqual([
    'in ALL, without its picture: the server answered 404 (there is nothing at this address)',
    'leads the edition, from ALL',
    'in ALL',
  ]);
});

async function publishAt(desk: Press, slot: number, which: number) {
  desk.clock.advance(slot - desk.clock.now());
  desk.offer(news(which, slot - HOUR));
  const { edition } = await publish(desk, DAILY);
  await freezeAudience(desk.db, withContent(edition), slot);
  return (await findEdition(desk.db, edition.id)) ?? edition;
}
