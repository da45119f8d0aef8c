import { describe, expect, test } from 'vitest';
import { verdictOf } from '../../src/checks/check-edition.ts';
import type { Finding } from '../../src/checks/finding.ts';
import { noteRelayDown, noteRelayUp } from '../../src/delivery/engine/relay-trouble.ts';
import type { Edition } from '../../src/editions/edition.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { addEdition, EDITION_ID, HERE, logIn, openStudio } from './open-studio.ts';

const SLOT = Date.parse('2026-11-22T07:00:00Z');

eachDatabase((open) => {
  test('the first page shows each edition’s ledger, in numbers and as a bar', async () => {
    await using studio = await openStudio({ database: await open() });
    await addEdition(studio.db, { deliveries: { accepted: 7, rejected: 1 }, excluded: { unsubscribed: 2 } });
    const { statusCode, body } = await studio.app.inject({ url: '/studio', headers: HERE });
    expect(statusCode).toBe(200);
    const words = body.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');
    expect(words).toContain('10 candidates = 8 prepared + 2 excluded');
    expect(body).toContain(
      'aria-label="candidates 10 &#x3D; prepared 8 (accepted 7, rejected 1) + excluded 2 (unsubscribed 2)"',
    );
    expect(body.match(/<rect class="(\w+)"/g)).toEqual([
      '<rect class="accepted"',
      '<rect class="rejected"',
      '<rect class="excluded"',
    ]);
    expect(body).toContain('x="0.000%" y="0" width="70.000%"');
  });

  test('the first page says that no mail leaves, since when and why, until the relay is back', async () => {
    await using studio = await openStudio({ database: await open() });
    const page = async () => (await studio.app.inject({ url: '/studio', headers: HERE })).body;
    expect(await page()).not.toContain('the relay cannot be used');
    await noteRelayDown(studio.db, '535 5.7.8 <wrong password>', SLOT);
    const body = await page();
    expect(body).toContain('No mail is going out: the relay is not working.');
    expect(body).toContain('<code>535 5.7.8 &lt;wrong password&gt;</code>');
    expect(body).toContain(`<time datetime="${new Date(SLOT).toISOString()}">`);
    await noteRelayUp(studio.db);
    expect(await page()).not.toContain('the relay cannot be used');
  });

  test('an edition’s page lists who was not reached, the worst first, and who may have two copies', async () => {
    await using studio = await openStudio({ database: await open() });
    await addEdition(studio.db, {
      deliveries: { accepted: 2, waiting: 3, deferred: 1, uncertain: 1, rejected: 1, cancelled: 1 },
    });
    const { id } = await studio.db
      .updateTable('deliveries')
      .set({ attempt_count: 2, state: 'waiting' })
      .where('email', '=', 'uncertain0@example.org')
      .returning('id')
      .executeTakeFirstOrThrow();
    await studio.db
      .insertInto('attempts')
      .values([
        { delivery_id: id, number: 1, outcome: 'uncertain', phase: 'body', reply: '', at: 0 },
        { delivery_id: id, number: 2, outcome: 'uncertain', phase: 'body', reply: '', at: 1 },
      ])
      .execute();
    const { body } = await studio.app.inject({ url: `/studio/editions/${EDITION_ID}`, headers: HERE });
    const listed = [...body.matchAll(/<th scope="row" class="address">([^<]+)</g)].map((match) => match[1]);
    expect(listed).toEqual([
      'rejected0@example.org',
      'deferred0@example.org',
      'uncertain0@example.org',
      'cancelled0@example.org',
    ]);
    expect(body).toContain('550 5.1.1 &lt;b&gt;User&lt;/b&gt; unknown');
    expect(body).toContain('<li class="address">uncertain0@example.org</li>');
  });
});

eachDatabase((open) => {
  test('an edition’s page says when it left, where that was not at its slot', async () => {
    await using studio = await openStudio({ database: await open() });
    await addEdition(studio.db, { slot: SLOT, deliveries: { accepted: 2, rejected: 1 } });
    const rows = await studio.db.selectFrom('deliveries').select(['id', 'state']).execute();
    const title = async (at: number) => {
      await studio.db.deleteFrom('attempts').execute();
      const attempts = rows.map(({ id, state }, place) => ({
        delivery_id: id,
        number: 1,
        outcome: state === 'accepted' ? ('accepted' as const) : ('rejected' as const),
        phase: 'body',
        reply: '',
        at: state === 'accepted' ? at + place * 1_000 : at - 3_600_000, // refused long before anything left
      }));
      await studio.db.insertInto('attempts').values(attempts).execute();
      const { body } = await studio.app.inject({ url: `/studio/editions/${EDITION_ID}`, headers: HERE });
      return body
        .slice(
          body.indexOf('<header class="title">'),
          body.indexOf('</header>', body.indexOf('class="title"')),
        )
        .replace(/<[^>]+>/g, '');
    };
    expect(await title(SLOT + 240_000)).not.toContain('left');
    expect(await title(Date.parse('2026-11-21T23:17:05Z'))).toMatch(
      /Sun 22 Nov, 07:00 Europe\/London finished left Sat 21 Nov, 23:17/,
    );
    expect(await title(Date.parse('2026-11-22T09:40:00Z'))).toContain('left Sun 22 Nov, 09:40');
  });
});

describe('the first page', () => {
  test('shows when each newsletter is due next, in its own time zone', async () => {
    await using studio = await openStudio();
    const { body } = await studio.app.inject({ url: '/studio', headers: HERE });
    expect(body).toContain('Mon 23 Nov, 07:00');
    expect(body).toContain('<small>in 23 hours</small>');
    expect(body).toContain('Europe/London');
    expect(body).toContain('Fri 27 Nov, 17:30');
  });

  test('says when a ledger does not add up', async () => {
    await using studio = await openStudio();
    await addEdition(studio.db, { deliveries: { accepted: 1 }, candidates: 3 });
    const { body } = await studio.app.inject({ url: '/studio', headers: HERE });
    expect(body).toContain('class="sum plain wrong"');
    expect(body).toContain('≠');
  });

  test('tells why an edition was empty', async () => {
    await using studio = await openStudio();
    await addEdition(studio.db, { state: 'empty', candidates: null, reason: 'No article was <new>.' });
    expect((await studio.app.inject({ url: '/studio', headers: HERE })).body).toContain(
      'No article was &lt;new&gt;.',
    );
  });

  test('shows which source is failing, since when, and with which words', async () => {
    await using studio = await openStudio({
      sourceStates: async () => [
        { id: 'well', checkedAt: 1_795_334_400_000, succeededAt: 1_795_334_400_000, failure: null },
        {
          id: 'ill',
          checkedAt: 1_795_334_400_000,
          succeededAt: null,
          failure: { code: 'text', text: '503 <b>' },
        },
      ],
    });
    const { body } = await studio.app.inject({ url: '/studio', headers: HERE });
    expect(body).toMatch(/well<\/th><td><span class="health good">OK/);
    expect(body).toMatch(
      /ill<\/th><td><span class="health bad">Failing<\/span> <span class="why">503 &lt;b&gt;/,
    );
    expect(body).toContain('never');
  });

  test('leads to the caught mail in a rehearsal, and does not speak of it otherwise', async () => {
    await using studio = await openStudio();
    expect((await studio.app.inject({ url: '/studio', headers: HERE })).body).toContain(
      'href="/studio/caught"',
    );
    await using real = await openStudio({ rehearsal: false, studioPassword: 'a long password' });
    const headers = { ...HERE, ...(await logIn(real, { password: 'a long password' })) };
    expect((await real.app.inject({ url: '/studio', headers })).body).not.toContain('/studio/caught');
    expect((await real.app.inject({ url: '/studio/caught', headers })).statusCode).toBe(404);
  });
});

describe('an edition’s page', () => {
  test('frames the mail, sandboxed on both sides of the frame', async () => {
    const content = {
      title: 'The Daily Belle',
      language: 'en',
      sections: [{ id: 'royal', title: 'Royals' }],
      stories: [{ bit: 0, sectionId: 'royal', headline: 'A & B', sourceId: 'palace', tags: ['death'] }],
    };
    await using studio = await openStudio();
    await addEdition(studio.db, { content });
    const page = await studio.app.inject({ url: `/studio/editions/${EDITION_ID}`, headers: HERE });
    expect(page.body).toContain(
      `<iframe name="mail" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" src="/studio/editions/${EDITION_ID}/preview?`,
    );
    expect(page.body).toContain('A &amp; B');
    expect(page.body).toContain('<span class="tag">Death and grief</span>');
    const mail = await studio.app.inject({ url: `/studio/editions/${EDITION_ID}/preview`, headers: HERE });
    expect(mail.headers['content-security-policy']).toMatch(
      /^sandbox allow-same-origin .*default-src 'none'/,
    );
    expect(mail.headers['content-security-policy']).not.toMatch(/script|allow-forms/);
    expect(mail.headers['origin-agent-cluster']).toBe('?1'); // it has the origin of the page around it
    expect(mail.body).toContain('<head><base target="_blank">');
  });

  test.each(['nothing', '..%2f..', '%00', "x'or'1'='1", '__proto__'])('is not there for %s', async (id) => {
    await using studio = await openStudio();
    await addEdition(studio.db);
    expect((await studio.app.inject({ url: `/studio/editions/${id}`, headers: HERE })).statusCode).toBe(404);
    expect(
      (await studio.app.inject({ url: `/studio/editions/${id}/preview`, headers: HERE })).statusCode,
    ).toBe(404);
  });
});

describe('caught mail', () => {
  test('is listed, newest first, and every text of it escaped', async () => {
    await using studio = await openStudio();
    await studio.caught.save(mail('<script>alert(1)</script>'), envelope(0));
    await studio.caught.save(mail('Later'), envelope(60_000));
    const { body } = await studio.app.inject({ url: '/studio/caught', headers: HERE });
    const subjects = [...body.matchAll(/<span class="subject">([^<]*)/g)].map((match) => match[1]);
    expect(subjects).toEqual(['Later', '&lt;script&gt;alert(1)&lt;/script&gt;']);
    expect(body).not.toContain('<script');
    expect(body).toContain('2 mails');
  });

  test('is shown fifty to a page', async () => {
    await using studio = await openStudio();
    for (let number = 0; number < 60; number += 1)
      await studio.caught.save(mail(`Nr ${number}`), envelope(number));
    const first = await studio.app.inject({ url: '/studio/caught', headers: HERE });
    expect(first.body.match(/class="subject"/g)).toHaveLength(50);
    expect(first.body).toContain('rel="next" href="/studio/caught?page&#x3D;2"');
    const second = await studio.app.inject({ url: '/studio/caught?page=2', headers: HERE });
    expect(second.body.match(/class="subject"/g)).toHaveLength(10);
    for (const page of ['0', '-1', 'x', '1e9', '99999999'])
      expect(
        (await studio.app.inject({ url: `/studio/caught?page=${page}`, headers: HERE })).statusCode,
      ).toBe(200);
  });

  test('opens as mail, plain text, headers and the bytes themselves', async () => {
    await using studio = await openStudio();
    const raw = mail('Hello', '<p>Rich</p>');
    const id = await studio.caught.save(raw, envelope(0));
    const get = (rest: string) => studio.app.inject({ url: `/studio/caught/${id}${rest}`, headers: HERE });
    expect((await get('')).body).toContain(
      `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="/studio/caught/${id}/html"`,
    );
    expect((await get('?show=text')).body).toContain('<pre class="text" tabindex="0">Plain &amp; simple');
    expect((await get('?show=headers')).body).toMatch(/<th scope="row">Subject<\/th><td>Hello</);
    expect((await get('?show=%3Cscript%3E')).body).toContain('<iframe');
    const saved = await get('/raw');
    expect(saved.rawPayload).toEqual(raw);
    expect(saved.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(saved.headers['content-disposition']).toBe(`attachment; filename="${id}.eml"`);
  });

  test('with hostile HTML stays in its sandbox', async () => {
    await using studio = await openStudio();
    const html =
      '<base href="https://evil.example"><script>top.location="//evil.example"</script><form action="/subscribe">';
    const id = await studio.caught.save(mail('Hostile', html), envelope(0));
    const { headers } = await studio.app.inject({ url: `/studio/caught/${id}/html`, headers: HERE });
    expect(headers['content-security-policy']).toBe(
      "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' http: https: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
    );
    const page = await studio.app.inject({ url: `/studio/caught/${id}`, headers: HERE });
    expect(page.body).not.toContain('evil.example');
  });

  test('without HTML is shown as text', async () => {
    await using studio = await openStudio();
    const id = await studio.caught.save(Buffer.from('Subject: Plain\r\n\r\n</pre><script>\r\n'), envelope(0));
    const { body } = await studio.app.inject({ url: `/studio/caught/${id}`, headers: HERE });
    expect(body).not.toContain('<iframe');
    expect(body).toContain('&lt;/pre&gt;&lt;script&gt;');
    expect((await studio.app.inject({ url: `/studio/caught/${id}/html`, headers: HERE })).statusCode).toBe(
      404,
    );
  });

  test.each([
    'nothing',
    '1795330800000-999999',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e',
    '1795330800000-000001.eml',
  ])('is not there for the id %s', async (id) => {
    await using studio = await openStudio();
    await studio.caught.save(mail('x'), envelope(0));
    for (const rest of ['', '/html', '/raw'])
      expect(
        (await studio.app.inject({ url: `/studio/caught/${id}${rest}`, headers: HERE })).statusCode,
      ).toBe(404);
  });
});

function envelope(later: number) {
  return { from: 'b@example.org', to: ['ada@example.org'], receivedAt: 1_795_334_000_000 + later };
}

function mail(subject: string, html = '<p>x</p>'): Buffer {
  return Buffer.from(
    [
      'From: Belle <daily@belle.example>',
      `Subject: ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=x',
      '',
      '--x',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Plain & simple',
      '--x',
      'Content-Type: text/html; charset=utf-8',
      '',
      html,
      '--x--',
      '',
    ].join('\r\n'),
  );
}

describe('the verdict on an edition', () => {
  const content = { title: 'The Daily', language: 'en', sections: [], stories: [{ headline: 'A garden' }] };
  const finding: Finding = {
    check: 'links',
    severity: 'blocking',
    says: 'The link "<b>A story</b>" leads nowhere',
    where: { part: 'links', story: 'A <i>garden</i>', excerpt: '#' },
    mend: 'Give it a whole address.',
  };
  const page = async (state: 'draft' | 'finished', found: Finding[]) => {
    const asked: Edition[] = [];
    await using studio = await openStudio({
      verdict: async (edition) => {
        asked.push(edition);
        return verdictOf(found);
      },
    });
    await addEdition(studio.db, { state, content });
    const { body } = await studio.app.inject({ url: `/studio/editions/${EDITION_ID}`, headers: HERE });
    return { body, asked };
  };

  test('stands on a draft’s page: what is wrong, where, and how to mend it, as text', async () => {
    const { body, asked } = await page('draft', [finding]);
    expect(body).toContain('Not ready to send');
    expect(body).toContain('The link &quot;&lt;b&gt;A story&lt;/b&gt;&quot; leads nowhere');
    expect(body).toContain('<p class="place">A &lt;i&gt;garden&lt;/i&gt;</p>');
    expect(body).toContain('<p class="excerpt">#</p>');
    expect(body).toContain('Give it a whole address.');
    expect(asked).toMatchObject([
      { id: EDITION_ID, newsletterId: 'daily', slot: Date.parse('2026-11-22T07:00:00Z'), content },
    ]);
  });

  test('says so too when nothing was found', async () => {
    const { body } = await page('draft', []);
    expect(body).toContain('Ready to send');
    expect(body).toContain('All checks passed.');
  });

  test('is not asked for once an edition has left', async () => {
    const { body, asked } = await page('finished', [finding]);
    expect(asked).toEqual([]);
    expect(body).not.toContain('eady to send');
  });
});
