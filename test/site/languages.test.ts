import { afterEach, describe, expect, test } from 'vitest';
import type { Article } from '../../src/articles/article.ts';
import type { TokenPurpose } from '../../src/base/token.ts';
import { readSubjects } from '../../src/config/sensitive.ts';
import { ourVocabulary } from '../../src/config/vocabulary.ts';
import { tokenFor } from '../helpers/tokens.ts';
import { twoNewsletters } from '../web/sample-newsletters.ts';
import { addSubscription, FORM, formBody, type OpenSite, openSite, type SiteParts } from './open-site.ts';

const LANGUAGES = ourVocabulary().languages.map(({ tag }) => tag);
const HTML = { accept: 'text/html' };

const open: OpenSite[] = [];
afterEach(async () => {
  for (const site of open.splice(0)) await site[Symbol.asyncDispose]();
});

async function siteWith(parts: SiteParts = {}): Promise<OpenSite> {
  const site = await openSite({ editions: EDITIONS, articles: [ARTICLE], ...parts });
  open.push(site);
  return site;
}

const EDITIONS = [7, 8].map((day) => ({
  id: `daily-202611${String(day).padStart(2, '0')}T0700Z`,
  newsletterId: 'daily',
  slot: Date.UTC(2026, 10, day, 7),
  title: 'The Daily Belle',
  headlines: ['A crown', 'A hat'],
}));

const ARTICLE: Article = {
  id: 1,
  sourceId: 'desk',
  link: 'article:desk/hat',
  address: 'article:desk/hat',
  headline: 'A hat',
  standfirst: '',
  paragraphs: ['It is a hat.'],
  author: 'Mia Brandt',
  categories: [],
  tags: [],
  picture: null,
  otherPictures: [],
  language: 'en',
  publishedAt: Date.UTC(2026, 10, 22),
  storyId: 1,
  chapter: 0,
  firstSeenAt: 0,
};

function said(language: string, key: string, values = {}): string {
  return ourVocabulary().in(language).html(key, values);
}

/** What is not an element, an attribute that nobody reads, or a name. */
function textOf(html: string): string {
  return html
    .replace(/<(script|style|select)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<a [^>]*hreflang=[\s\S]*?<\/a>/g, ' ')
    .replace(/<[^>]*aria-label="([^"]*)"[^>]*>/g, ' $1 ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/The Daily Belle|Weekend|Belle|Royals|Stars|Style|Garden Row|A crown|A hat|It is a hat/g, ' ');
}

/** Every page with the address it is at, for a reader who is subscribed. */
async function pagesOf(site: OpenSite, language: string): Promise<[string, string][]> {
  const id = await addSubscription(site, `${language}@example.org`);
  const pending = await addSubscription(site, `pending-${language}@example.org`, 'pending');
  const left = await addSubscription(site, `left-${language}@example.org`, 'unsubscribed');
  const token = (use: TokenPurpose, of: number, issuedAt = 0) => tokenFor(site, use, of, issuedAt);
  const now = site.clock.now();
  return [
    ['front page', '/'],
    ['archive', '/archive'],
    ['month', '/archive/daily/2026-11'],
    ['empty month', '/archive/2020-01'],
    ['no edition', '/archive/nothing'],
    ['article', '/articles/desk/hat'],
    ['no article', '/articles/desk/none'],
    ['confirm', `/confirm/${await token('confirm', pending, now)}`],
    ['expired', `/confirm/${await token('confirm', pending, now - 30 * 86_400_000)}`],
    ['already', `/confirm/${await token('confirm', id, now)}`],
    ['preferences', `/preferences/${await token('preferences', id)}`],
    ['preferences of who left', `/preferences/${await token('preferences', left)}`],
    ['another address', `/preferences/${await token('preferences', id)}/address`],
    ['erase me', `/preferences/${await token('preferences', id)}/erase`],
    ['unsubscribe', `/u/${await token('unsubscribe', id)}`],
    ['left', `/u/${await token('unsubscribe', left)}`],
    ['gone', `/u/${await token('unsubscribe', 999_999)}`],
    ['broken link', '/preferences/nothing'],
    ['no page', '/nowhere'],
  ];
}

describe.each(LANGUAGES)('a browser that asks for %s', (language) => {
  test('gets every page in it, from the first word to the last', async () => {
    const { newsletters, ...file } = twoNewsletters();
    const site = await siteWith({
      file: { ...file, newsletters: newsletters.map((one) => ({ ...one, description: '' })) },
      subjects: [...readSubjects()],
    });
    for (const [name, url] of await pagesOf(site, language)) {
      const answer = await site.app.inject({ url, headers: { ...HTML, 'accept-language': language } });
      expect([name, answer.headers['content-language']]).toEqual([name, language]);
      expect([name, answer.body]).toEqual([
        name,
        expect.stringContaining(`<html lang="${language}" dir="${ourVocabulary().in(language).direction}">`),
      ]);
      const text = textOf(answer.body);
      expect([name, /\{\w+\}|\*\*|\]\(|undefined/.exec(text)?.[0]]).toEqual([name, undefined]);
      const english = /\b(the|your?|with|and|this|from|every|sent|past)\b/i;
      if (language !== 'en') expect([name, english.exec(text)?.[0]]).toEqual([name, undefined]);
    }
  });
});

describe('the language of a page', () => {
  const headersFor = (language: string) => ({ ...HTML, 'accept-language': language });
  const languageOf = async (site: OpenSite, url: string, accepted = '') => {
    const { headers } = await site.app.inject({ url, headers: accepted ? headersFor(accepted) : HTML });
    return headers['content-language'];
  };

  test('is the first of the browser’s that there is, by weight and not by place', async () => {
    const site = await siteWith();
    expect(await languageOf(site, '/', 'fr')).toBe('fr');
    expect(await languageOf(site, '/', 'de-AT,de;q=0.9,en;q=0.8')).toBe('de');
    expect(await languageOf(site, '/', 'en;q=0.3, fi, es;q=0.7')).toBe('es');
    expect(await languageOf(site, '/', 'de;q=0, *')).toBe('en');
    expect(await languageOf(site, '/', ', ;q=, x_y;q=z,,\u00e9')).toBe('en');
  });

  test('is the newsletter’s where the browser says nothing, and English where that is not there', async () => {
    const site = await siteWith();
    expect(await languageOf(site, '/')).toBe('en');
    const { newsletters, ...file } = twoNewsletters();
    const spoken = (language: string) => ({
      file: { ...file, newsletters: newsletters.map((one) => ({ ...one, language })) },
    });
    expect(await languageOf(await siteWith(spoken('de-CH')), '/')).toBe('de');
    expect(await languageOf(await siteWith(spoken('fi')), '/')).toBe('en');
  });

  test('is what its address says, over the browser’s, and its links say it too', async () => {
    const site = await siteWith();
    const { body, headers } = await site.app.inject({ url: '/?lang=es', headers: headersFor('de') });
    expect(headers).toMatchObject({
      'content-language': 'es',
      vary: expect.stringContaining('accept-language'),
    });
    expect(body).toContain('href="/archive?lang&#x3D;es"');
    const { body: german } = await site.app.inject({ url: '/?newsletter=daily', headers: headersFor('de') });
    expect(german).toContain('href="/archive"');
    expect(german).toContain('<a href="?newsletter&#x3D;daily&amp;lang&#x3D;fr" lang="fr"');
    expect(await languageOf(site, '/?lang=xx', 'fr')).toBe('fr');
    expect(await languageOf(site, '/?lang=DE-at&lang=es', 'fr')).toBe('de');
    expect(await languageOf(site, '/?lang=%00&newsletter=x', 'fr')).toBe('fr');
  });

  test('can be changed on a form that is asked back, which leads to the form anew with its newsletters', async () => {
    const site = await siteWith();
    const payload = formBody({ email: 'mia', newsletter: ['daily', 'weekend'], lang: 'de' });
    const { statusCode, body } = await site.app.inject({
      method: 'POST',
      url: '/subscribe',
      payload,
      headers: FORM,
    });
    expect(statusCode).toBe(422);
    const [, href = ''] = /<a href="([^"]*)" lang="fr"/.exec(body) ?? [];
    const address = href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
    expect(address).toBe('/?newsletter=daily&newsletter=weekend&lang=fr');
    const french = await site.app.inject(address);
    expect(french.headers['content-language']).toBe('fr');
    expect(french.body.match(/name="newsletter" value="\w+" checked/g)).toHaveLength(2);
    const taken = formBody({ email: 'mia@example.org', newsletter: 'daily', lang: 'de' });
    const sent = await site.app.inject({ method: 'POST', url: '/subscribe', payload: taken, headers: FORM });
    expect(sent.body).not.toContain('hreflang=');
  });

  test('is the reader’s own choice before everything else', async () => {
    const site = await siteWith();
    const id = await addSubscription(site, 'mia@example.org');
    const url = `/preferences/${await tokenFor(site, 'preferences', id)}`;
    const payload = formBody({
      lang: 'en',
      section: ['royal', 'stars', 'style'],
      pause: 'none',
      language: 'fr',
    });
    const saved = await site.app.inject({
      method: 'POST',
      url,
      headers: { ...FORM, 'accept-language': 'de' },
      payload,
    });
    expect(saved.headers['content-language']).toBe('fr');
    expect(saved.body).toContain('<option value="fr" lang="fr" selected>Français</option>');
    expect(await languageOf(site, `${url}?lang=es`, 'de')).toBe('fr');
    const unsubscribe = `/u/${await tokenFor(site, 'unsubscribe', id)}`;
    expect(await languageOf(site, unsubscribe, 'de')).toBe('fr');
  });

  test('stays a reader’s own when the form is sent, also one that an import brought and there are no words in', async () => {
    const site = await siteWith();
    const id = await addSubscription(site, 'mia@example.org');
    const url = `/preferences/${await tokenFor(site, 'preferences', id)}`;
    const shownFor = async (language: string) => {
      await site.db.updateTable('subscribers').set({ language }).execute();
      const { body } = await site.app.inject({ url, headers: HTML });
      return /<option value="([\w-]*)" lang="[\w-]*" selected>/.exec(body)?.[1];
    };
    expect([await shownFor('de-AT'), await shownFor('it'), await shownFor('es')]).toEqual(['de', 'it', 'es']);
  });

  test('is that of a problem, too, for people and for programs', async () => {
    const site = await siteWith();
    const page = await site.app.inject({ url: '/nowhere', headers: headersFor('de') });
    expect(page.body).toContain(said('de', 'problems.NOT_FOUND.heading'));
    const program = await site.app.inject({ url: '/nowhere', headers: { 'accept-language': 'fr' } });
    expect(program.json().error.message).toBe(ourVocabulary().in('fr').say('problems.NOT_FOUND.heading'));
  });
});

describe('a sign-up in German', () => {
  const form = { newsletter: 'daily', email: 'mia@example.org', lang: 'de' };
  const send = (site: OpenSite, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    site.app.inject({
      method: 'POST',
      url: '/subscribe',
      headers: { ...FORM, ...headers },
      payload: formBody(fields),
    });

  test('is answered in German, and what was agreed to is kept in German', async () => {
    const site = await siteWith();
    const answer = await send(site, form, { 'accept-language': 'en' });
    expect(answer.body).toContain(said('de', 'notices.in_your_inbox.heading'));
    const [consent] = await site.db.selectFrom('consents').selectAll().execute();
    expect(consent?.wording).toBe(
      ourVocabulary().in('de').say('sign_up.agree_to_ticked', { publisher: 'Belle' }),
    );
  });

  test('says in German what is to be mended', async () => {
    const site = await siteWith();
    const answer = await send(site, { ...form, email: 'mia' });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain(said('de', 'addresses.form'));
  });

  test('makes German the language a newcomer is written to in, and nobody else', async () => {
    const site = await siteWith();
    await addSubscription(site, 'ada@example.org');
    await send(site, form);
    await send(site, { ...form, email: 'ada@example.org' });
    await send(site, { ...form, email: 'ben@example.org', lang: 'en' });
    const { lang: _none, ...plain } = form;
    await send(site, { ...plain, email: 'cleo@example.org' }, { 'accept-language': 'fr' });
    const people = await site.db
      .selectFrom('subscribers')
      .select(['email', 'language'])
      .orderBy('email')
      .execute();
    expect(people.map(({ email, language }) => [email, language])).toEqual([
      ['ada@example.org', null],
      ['ben@example.org', null],
      ['cleo@example.org', null],
      ['mia@example.org', 'de'],
    ]);
  });

  test('is confirmed in German, in whatever language the browser is', async () => {
    const site = await siteWith();
    await send(site, form);
    const { id } = await site.db.selectFrom('subscriptions').select('id').executeTakeFirstOrThrow();
    const url = `/confirm/${await tokenFor(site, 'confirm', id, site.clock.now())}`;
    const page = await site.app.inject({ url, headers: { ...HTML, 'accept-language': 'fr' } });
    const agreed = ourVocabulary().in('de').say('confirm.agree', { title: 'The Daily Belle' });
    expect(page.body).toContain(agreed);
    await site.app.inject({ method: 'POST', url, headers: FORM, payload: formBody({ lang: 'de' }) });
    const consents = await site.db.selectFrom('consents').select(['act', 'wording']).execute();
    expect(consents.at(-1)).toEqual({ act: 'confirmed', wording: agreed });
  });

  test('on somebody’s own pages is answered in German, by the script too', async () => {
    const site = await siteWith();
    const script = { accept: 'application/json', 'accept-language': 'en' };
    const stamp = await site.app.inject({ url: '/subscribe/stamp?lang=de', headers: script });
    expect(stamp.json().words).toEqual({ sending: 'Wird gesendet …', instead: 'Ja, … verwenden' });
    const elsewhere = { ...script, origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' };
    const answer = await send(site, form, elsewhere);
    expect(answer.json()).toMatchObject({ ok: true, heading: 'Schauen Sie in Ihr Postfach' });
    const [consent] = await site.db.selectFrom('consents').selectAll().execute();
    expect(consent).toMatchObject({
      origin: 'a form on shop.example',
      wording: 'Ich möchte The Daily Belle von Belle per E-Mail bekommen. Ich kann mich jederzeit abmelden.',
    });
  });
});
