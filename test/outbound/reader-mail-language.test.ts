import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { App } from '../../src/app.ts';
import { clockAt } from '../../src/base/clock.ts';
import { loadConfig } from '../../src/config/config.ts';
import { claim } from '../../src/delivery/engine/claim.ts';
import { findEdition } from '../../src/editions/store/edition-store.ts';
import { withContent } from '../../src/editions/store/kept-edition.ts';
import { sampleReader } from '../../src/outbound/addressed.ts';
import { deliveryById } from '../../src/outbound/sent-mail.ts';
import { siteDeps } from '../../src/ports.ts';
import { publish } from '../../src/publishing/publish.ts';
import { addReaders } from '../../src/subscribers/add-readers.ts';
import { SILENT, worker } from '../delivery/fixture.ts';
import { address } from '../mail/sample.ts';

const NOW = Date.UTC(2026, 10, 22, 7, 1);
const ANNA = address('anna@readers.example');
const BEN = address('ben@readers.example');

const NEWSLETTERS = `
publisher: { name: Belle, postal_address: "12 Garden Row, London SE1 0AA" }
sources: { stories: { folder: articles } }
newsletters:
  daily:
    title: The Daily Belle
    schedule: 0 7 * * *
    sources: [stories]
    sections: { all: { title: Everything } }
`;

async function openHouse() {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-language-'));
  mkdirSync(join(folder, 'articles'));
  const article =
    '---\nheadline: A quiet wedding in the north\ndate: 2026-11-22T05:00:00Z\n---\n\nIt rained, and nobody minded.\n';
  writeFileSync(join(folder, 'articles', 'wedding.md'), article);
  writeFileSync(join(folder, 'newsletters.yaml'), NEWSLETTERS);
  const settings = {
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: `sqlite:${join(folder, 'test.db')}`,
    SECRET_KEY: 'a-secret-of-forty-characters-for-the-tests',
  };
  const house = await App.open(loadConfig(settings, join(folder, 'newsletters.yaml')), SILENT, clockAt(NOW));
  return {
    house,
    [Symbol.asyncDispose]: async () => {
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test('from their preferences to their inbox: a reader who chose German is spoken to in German around the stories', async () => {
  await using open = await openHouse();
  const { house } = open;
  const people = [ANNA, BEN].map((email) => ({ email, name: '', sections: null }));
  await addReaders(house.db, people, { newsletterId: 'daily', origin: 'test', now: NOW });
  await house.db.updateTable('subscribers').set({ language: 'de-CH' }).where('email', '=', ANNA).execute();
  const [newsletter] = house.config.newsletters;
  if (!newsletter) throw new Error('there is one');
  const { edition } = await publish(house.publishing, newsletter);
  expect(edition.state).toBe('frozen');

  const texts = new Map<string, string>();
  for (const one of await claim(house.db, worker(), 9, NOW)) {
    const parsed = await simpleParser((await house.composer.compose(one)).raw);
    texts.set(one.email, parsed.text ?? '');
    const delivery = await deliveryById(house.db, one.id);
    const web = delivery ? await house.composer.personalVersion(delivery) : '';
    expect(web.includes('Abbestellen')).toBe(one.email === ANNA);
  }
  expect(texts.get(ANNA)).toMatch(/Eine Geschichte[\s\S]*A quiet wedding[\s\S]*Abbestellen/);
  expect(texts.get(BEN)).toMatch(/One story[\s\S]*A quiet wedding[\s\S]*Unsubscribe/);

  const kept = await findEdition(house.db, edition.id);
  if (!kept) throw new Error('it was kept');
  const sample = sampleReader(withContent(kept));
  const seen = await house.composer.preview(withContent(kept), { ...sample, language: 'de-CH' });
  expect(seen.text).toContain('Abbestellen');
});

test('who changes the language while an edition waits has it in the new one', async () => {
  await using open = await openHouse();
  const { house } = open;
  await addReaders(house.db, [{ email: ANNA, name: '', sections: null }], {
    ...{ newsletterId: 'daily', origin: 'test', now: NOW },
  });
  const [newsletter] = house.config.newsletters;
  if (newsletter) await publish(house.publishing, newsletter);
  await house.db.updateTable('subscribers').set({ language: 'fr' }).execute();
  await siteDeps(house.parts).reselect(1);
  const [one] = await claim(house.db, worker(), 9, NOW);
  if (!one) throw new Error('one was prepared');
  const { text } = await simpleParser((await house.composer.compose(one)).raw);
  expect(text).toContain('Se désabonner');
});
