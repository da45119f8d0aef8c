import { expect, test } from 'vitest';
import { KeptPages } from '../../src/web/kept-pages.ts';

const made = (body: string) => async () => ({ body, headers: {} });

test('a page is made once while its stamp stays, also when many ask at one moment', async () => {
  const pages = new KeptPages();
  let times = 0;
  const make = async () => {
    times += 1;
    return { body: `made ${times}`, headers: {} };
  };
  const all = await Promise.all([1, 2, 3].map(() => pages.page('a', 'one', make)));
  expect(all.map((page) => page?.body.toString())).toEqual(['made 1', 'made 1', 'made 1']);
  expect((await pages.page('a', 'two', make))?.body.toString()).toBe('made 2');
  expect((await pages.page('b', 'two', make))?.body.toString()).toBe('made 3');
});

test('the same words have the same tag, others another; a page says for how long it may be kept', async () => {
  const pages = new KeptPages();
  const [one, same, other] = await Promise.all(
    [made('x'), made('x'), made('y')].map((make, at) => pages.page(String(at), '', make)),
  );
  expect(one?.headers.etag).toBe(same?.headers.etag);
  expect(one?.headers.etag).not.toBe(other?.headers.etag);
  expect(one?.headers['cache-control']).toBe('public, max-age=60');
});

test('what could not be made, or is not there, is tried again', async () => {
  const pages = new KeptPages();
  await expect(pages.page('a', '', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await pages.page('a', '', async () => undefined)).toBeUndefined();
  expect((await pages.page('a', '', made('now')))?.body.toString()).toBe('now');
});

test('however many pages there are, a bounded number is kept, those that are asked for', async () => {
  const pages = new KeptPages();
  let times = 0;
  const make = async () => {
    times += 1;
    return { body: 'x', headers: {} };
  };
  await pages.page('front', '', make);
  for (let at = 0; at < 500; at += 1) {
    await pages.page(`other ${at}`, '', make);
    await pages.page('front', '', make);
  }
  expect(times).toBe(501);
  await pages.page('other 0', '', make);
  expect(times).toBe(502);
});
