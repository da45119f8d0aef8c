import { DomUtils } from 'htmlparser2';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { NOBODY } from '../../../src/base/public-id.ts';
import { elementsIn, parsePage } from '../../../src/checks/mail-page.ts';
import { freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { claim } from '../../../src/delivery/engine/claim.ts';
import { select } from '../../../src/editions/selection.ts';
import { findEdition } from '../../../src/editions/store/edition-store.ts';
import { withContent } from '../../../src/editions/store/kept-edition.ts';
import { sampleReader } from '../../../src/outbound/addressed.ts';
import { COLOURS } from '../../../src/studio/preview/preview-colours.ts';
import { inMode } from '../../../src/studio/preview/preview-modes.ts';
import { addReaders } from '../../../src/subscribers/add-readers.ts';
import { mute } from '../../../src/subscribers/choices.ts';
import { withLinksInNewTab } from '../../../src/web/mail-document.ts';
import { worker } from '../../delivery/fixture.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { address } from '../../mail/sample.ts';
import { addEdition, EDITION_ID, HERE, type OpenStudio, openStudio } from '../open-studio.ts';

const CONTENT = {
  title: 'The Daily Belle',
  language: 'en',
  sections: [
    { id: 'royal', title: 'Royals' },
    { id: 'stars', title: 'Stars' },
  ],
  stories: [
    { headline: 'A garden opens', sectionId: 'royal' },
    { headline: 'A star is gone', sectionId: 'stars', tags: ['death'] },
    { headline: 'A star sings <again>', sectionId: 'stars' },
  ],
};
const BASE = `/studio/editions/${EDITION_ID}`;

async function withDraft(parts: Parameters<typeof openStudio>[0] = {}): Promise<OpenStudio> {
  const studio = await openStudio(parts);
  await addEdition(studio.db, { state: 'draft', candidates: null, content: CONTENT });
  return studio;
}

async function editionOf({ db }: OpenStudio) {
  const kept = await findEdition(db, EDITION_ID);
  if (!kept) throw new Error('the edition was added');
  return withContent(kept);
}

const get = ({ app }: OpenStudio, url: string) => app.inject({ url, headers: HERE });

async function addReader({ db, clock }: OpenStudio, sections: readonly string[] | null, language = 'de') {
  const reader = { email: address('ada@example.org'), name: 'Ada', sections, language };
  await addReaders(db, [reader], { newsletterId: 'daily', origin: 'test', now: clock.now() });
  const { id } = await db.selectFrom('subscribers').select('id').executeTakeFirstOrThrow();
  return id;
}

eachDatabase((open) => {
  test('what is shown is, to the last byte, the mail that is sent, but for what the mode is about', async () => {
    await using studio = await withDraft({ database: await open() });
    await addReader(studio, ['stars']);
    const edition = await editionOf(studio);
    const reader = {
      ...sampleReader(edition),
      name: 'Ada',
      language: 'de',
      email: address('ada@example.org'),
    };
    const choices = { sections: ['stars'], frequency: 'every', mutes: [] } as const;
    const selection = select(edition.content, choices);
    const shown = await studio.house.composer.preview(edition, { ...reader, selection });
    for (const colours of COLOURS)
      for (const pictures of [true, false]) {
        const query = `as=reader&reader=ada%40example.org&colours=${colours}${pictures ? '' : '&pictures=off'}`;
        const { body } = await get(studio, `${BASE}/preview?${query}`);
        expect(body).toBe(withLinksInNewTab(inMode(shown.html, { colours, pictures })));
      }
    // The same mail in the same words goes out: with the reader's own ids, byte for byte what the send path makes.
    await freezeAudience(studio.db, edition, studio.clock.now(), studio.house.composer);
    const [delivery] = await claim(studio.db, worker(), 1, studio.clock.now());
    if (!delivery) throw new Error('one was prepared');
    const sent = await studio.house.composer.compose(delivery);
    const own = await studio.house.composer.preview(edition, { ...reader, ...delivery, selection });
    expect(sent.raw.equals(own.raw)).toBe(true);
    const parsed = await simpleParser(sent.raw);
    const withoutTokens = (html: string) => html.replace(/\/(u|preferences|view)\/[\w-]+/g, '/$1/…');
    expect(withoutTokens(String(parsed.html).trim())).toBe(
      withoutTokens(shown.html.replace(/\r?\n/g, '\n').trim()),
    );
  });
});

describe('as whom', () => {
  test('a reader’s address shows their stories, with links that are nobody’s', async () => {
    await using studio = await withDraft();
    const id = await addReader(studio, null);
    await mute(studio.db, id, ['death']);
    const { statusCode, body } = await get(studio, `${BASE}/preview?as=reader&reader=Ada%40Example.org`);
    expect(statusCode).toBe(200);
    expect(body).toContain('A garden opens');
    expect(body).not.toContain('A star is gone');
    const [, token = ''] = /\/preferences\/([\w-]+)/.exec(body) ?? [];
    expect(studio.house.parts.signer.verify('preferences', token)).toMatchObject({ publicId: NOBODY });
  });

  test.each([
    ['reader', 'nobody@example.org', 404, 'Nobody with this address subscribes'],
    ['reader', 'no address', 404, 'This is not an address: '],
    ['reader', '', 404, 'Enter an email address'],
    ['weekly', '', 404, 'This is not the last edition of its week'],
    ['section-style', '', 404, 'Nothing in Style &amp; beauty this time'],
    ['<script>', '', 404, 'No such sample reader'],
  ])('as %s %s there is no mail, and the frame says why', async (as, reader, status, says) => {
    await using studio = await withDraft();
    const url = `${BASE}/preview?as=${encodeURIComponent(as)}&reader=${encodeURIComponent(reader)}`;
    const { statusCode, body } = await get(studio, url);
    expect(statusCode).toBe(status);
    expect(body).toContain(says);
    expect(body).not.toContain('<script>');
  });

  test('what nobody understands is the usual mail in the light', async () => {
    await using studio = await withDraft();
    const usual = await get(studio, `${BASE}/preview`);
    expect((await get(studio, `${BASE}/preview?colours=pink&show=x&pictures=no&as=`)).body).toBe(usual.body);
    const twice = await get(studio, `${BASE}/preview?colours=light&colours=dark&as=everything&as=weekly`);
    expect(twice.body).toBe(usual.body);
  });
});

describe('as text', () => {
  test('the plain text, the HTML, the headers and the whole message are shown as they are, escaped', async () => {
    await using studio = await withDraft();
    const edition = await editionOf(studio);
    const { html, text, raw } = await studio.house.composer.preview(edition, sampleReader(edition));
    const lines = async (show: string) => {
      const [pre] = elementsIn(parsePage((await get(studio, `${BASE}/preview?show=${show}`)).body), 'pre');
      return pre ? DomUtils.textContent(pre).trimEnd() : '';
    };
    expect(await lines('text')).toBe(text.trimEnd());
    expect(await lines('html')).toBe(html.replace(/\r\n/g, '\n').trimEnd());
    const message = raw.toString().replace(/\r\n/g, '\n');
    expect(await lines('raw')).toBe(message.trimEnd());
    expect(await lines('headers')).toBe(message.slice(0, message.indexOf('\n\n')));
    expect(await lines('mjml')).toContain('<mj-wrapper');
    expect((await get(studio, `${BASE}/preview?show=text`)).body).toContain('&lt;again&gt;');
  });

  test('the message can be saved to the byte', async () => {
    await using studio = await withDraft();
    const edition = await editionOf(studio);
    const { raw } = await studio.house.composer.preview(edition, sampleReader(edition));
    const saved = await get(studio, `${BASE}/preview.eml`);
    expect(saved.rawPayload.equals(raw)).toBe(true);
    expect(saved.headers['content-disposition']).toBe(`attachment; filename="${EDITION_ID}.eml"`);
    expect((await get(studio, `${BASE}/preview.eml?as=weekly`)).statusCode).toBe(404);
  });

  test('the public web version is shown as everybody may read it', async () => {
    await using studio = await withDraft();
    const { body } = await get(studio, `${BASE}/preview?show=web&colours=dark`);
    expect(body).toContain('A garden opens');
    expect(body).not.toMatch(/\/(?:u|preferences|view)\//);
  });
});

describe('what stands above the frame', () => {
  test('names subject, stories and size of this reader’s mail, and the longest of all', async () => {
    await using studio = await withDraft();
    const words = async (query: string) =>
      (await get(studio, `${BASE}/preview/facts?${query}`)).body.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');
    expect(await words('as=section-royal')).toMatch(
      /Subject: A garden opens 1 story, \d+ KB of HTML\. Chose the section Royals/,
    );
    expect(await words('as=everything')).toMatch(/3 stories, .*Longest mail: [\d,]{5,} of 99,000 bytes \(/);
    expect(await words('as=weekly')).toMatch(
      /^ ?Weekly reader gets no mail\. This is not the last edition of its week\./,
    );
  });
});

describe('all sample readers', () => {
  test('are side by side, each mail once, with who gets none and why', async () => {
    await using studio = await withDraft();
    const { statusCode, body } = await get(studio, `${BASE}/personas?width=phone&colours=dark`);
    expect(statusCode).toBe(200);
    const frames = [...body.matchAll(/<iframe sandbox="([^"]+)" src="([^"]+)"/g)];
    expect(frames.map(([, , src]) => src)).toContain(`${BASE}/preview?as=section-stars&amp;colours=dark`);
    expect(new Set(frames.map(([, sandbox]) => sandbox)).size).toBe(1);
    expect(body).not.toContain('allow-scripts');
    expect(body).toContain('Also: Chose no section, Gets the most stories');
    expect(body).toContain(
      '<dt>Only Style &amp; beauty</dt><dd>Nothing in Style &amp; beauty this time.</dd>',
    );
    expect(body).toContain(`href="${BASE}?as=everything#preview"`);
  });

  test('the page of an edition opens as the one that was chosen', async () => {
    await using studio = await withDraft();
    const { body } = await get(studio, `${BASE}?as=section-stars&colours=dark`);
    expect(body).toContain('<option value="section-stars" selected>');
    expect(body).toContain(
      `src="${BASE}/preview?as&#x3D;section-stars&amp;show&#x3D;mail&amp;colours&#x3D;dark"`,
    );
  });

  test.each(['preview', 'preview/facts', 'preview.eml', 'personas', 'verdict'])(
    'there is no %s of an edition that is not there, or has nothing to tell',
    async (path) => {
      await using studio = await openStudio();
      await addEdition(studio.db, { state: 'empty', candidates: null });
      for (const id of ['nothing', EDITION_ID])
        expect((await get(studio, `/studio/editions/${id}/${path}`)).statusCode).toBe(404);
    },
  );
});
