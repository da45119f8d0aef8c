import { HtmlValidate } from 'html-validate';
import { expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/base/clock.ts';
import { ourVocabulary } from '../../../src/config/vocabulary.ts';
import { snippetsFor } from '../../../src/studio/readers/embed-page.ts';
import { countSignUps } from '../../../src/subscribers/sign-up/ceilings.ts';
import { twoNewsletters } from '../../web/sample-newsletters.ts';
import { HERE, openStudio } from '../open-studio.ts';

const { publisher, newsletters, signUp } = twoNewsletters();

test('every newsletter has a form, a form with the script, and a link, to be copied', async () => {
  await using studio = await openStudio();
  const { statusCode, body } = await studio.app.inject({ url: '/studio/embed', headers: HERE });
  expect(statusCode).toBe(200);
  for (const title of ['The Daily Belle', 'Weekend']) expect(body).toContain(`>${title}</h2>`);
  expect(body.match(/<textarea/g)).toHaveLength(6);
  expect(body).toContain('&lt;form action&#x3D;&quot;http://localhost:3000/subscribe&quot;');
  expect(body).toContain('&lt;a href&#x3D;&quot;http://localhost:3000/?newsletter&#x3D;weekend&quot;');
  expect((await studio.app.inject({ url: '/studio', headers: HERE })).body).toContain('href="/studio/embed"');
});

test('is for editors alone', async () => {
  await using studio = await openStudio({ rehearsal: false });
  expect((await studio.app.inject({ url: '/studio/embed', headers: HERE })).statusCode).toBe(404);
});

test('what is copied is valid HTML without inline script or style, and says what is agreed to', async () => {
  const html = new HtmlValidate({ extends: ['html-validate:recommended'] });
  const [daily] = newsletters;
  if (!daily) throw new Error('There is a daily');
  const named = {
    publisher: { ...publisher, name: 'Belle & "Co" <b>' },
    publicUrl: 'https://news.belle.example',
    vocabulary: ourVocabulary(),
  };
  for (const { code, rows } of snippetsFor(named, daily)) {
    const { results } = await html.validateString(code);
    expect(results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId))).toEqual([]);
    expect(code).not.toMatch(/\bon\w+=|style=|<style|<script(?! src=)/);
    expect(code.split('\n')).toHaveLength(rows);
    if (code.startsWith('<form'))
      expect(code).toContain(
        'I would like to receive The Daily Belle by email from Belle &amp; &quot;Co&quot; &lt;b&gt;. I can unsubscribe',
      );
  }
});

test('the overview says which ceiling sign-ups were over in the last day', async () => {
  await using studio = await openStudio();
  const at = async () => (await studio.app.inject({ url: '/studio', headers: HERE })).body;
  expect(await at()).not.toContain('more sign-ups arrived');
  const knock = {
    networks: ['192.0.2.0/24'],
    domain: 'example.org',
    plain: false,
    effort: 'none' as const,
    now: studio.clock.now() - HOUR_MS,
  };
  for (let times = 0; times < 23; times += 1) await countSignUps(studio.db, [knock], signUp);
  expect(await at()).toContain(
    '<b>3</b> over <code>net:192.0.2.0/24</code>, asked for proof of work or a wait',
  );
});
