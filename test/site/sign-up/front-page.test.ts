import { describe, expect, test } from 'vitest';
import { oneNewsletter } from '../../web/sample-newsletters.ts';
import { openSite } from '../open-site.ts';

describe('the front page', () => {
  test('names the publisher, each newsletter with its times, and every section ticked', async () => {
    await using site = await openSite();
    const { statusCode, body } = await site.app.inject('/');
    expect(statusCode).toBe(200);
    expect(body).toContain('<p class="name">Belle</p>');
    expect(body).toContain('Every day at 07:00, London time');
    expect(body).toContain('Every Friday at 17:30, London time');
    expect(body.match(/name="section"[^>]*checked/g)).toHaveLength(4);
    expect(body).toContain('Style &amp; beauty');
  });

  test('shows the latest headlines with a way to read the edition', async () => {
    const older = {
      id: 'daily-20261121T0700Z',
      newsletterId: 'daily',
      slot: 0,
      title: '',
      headlines: ['Old'],
    };
    const latest = { ...older, id: 'daily-20261122T0700Z', headlines: ['Palace <confirms> all'] };
    await using site = await openSite({ editions: [latest, older] });
    const { body } = await site.app.inject('/');
    expect(body).toContain('Palace &lt;confirms&gt; all');
    expect(body).toContain('href="/archive/daily-20261122T0700Z"');
    expect(body).not.toContain('Old');
  });

  test('ticks the newsletter that the address asks for, and none that it makes up', async () => {
    await using site = await openSite();
    const ticked = async (url: string) =>
      [...(await site.app.inject(url)).body.matchAll(/name="newsletter" value="([^"]*)" checked/g)].map(
        (match) => match[1],
      );
    expect(await ticked('/?newsletter=weekend')).toEqual(['weekend']);
    expect(await ticked('/?newsletter=%22%3E%3Cscript%3E')).toEqual(['daily']);
  });

  test('asks nothing about newsletters where there is only one', async () => {
    await using site = await openSite({ file: oneNewsletter() });
    const { body } = await site.app.inject('/');
    expect(body).not.toContain('type="checkbox" name="newsletter"');
    expect(body).toContain('I would like to receive The Daily Belle by email from Belle.');
  });

  test.each([
    ['Belle', 'short'],
    ['Cosmopolitan', 'medium'],
    ['The Gentlewoman’s Quarterly Review', 'long'],
  ])('sets the name %j in a size that fits it: %s', async (name, size) => {
    const file = oneNewsletter();
    await using site = await openSite({ file: { ...file, publisher: { ...file.publisher, name } } });
    expect((await site.app.inject('/')).body).toContain(`<header class="masthead ${size}">`);
  });
});
