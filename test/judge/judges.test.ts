import { beforeAll, describe, expect, it } from 'vitest';
import { htmlValidate } from '../../judge/html.ts';
import { mailauth } from '../../judge/mailauth.ts';
import { oneClick } from '../../judge/one-click.ts';
import { json, table } from '../../judge/report.ts';
import { withSentMail } from '../../judge/sent.ts';
import { signedFields, tamper } from '../../judge/tamper.ts';
import { debian } from '../../judge/tool.ts';
import type { SentMessage, Verdict } from '../../judge/verdict.ts';
import type { DkimRecord } from '../../src/transport/dkim/dkim-record.ts';

let all: readonly SentMessage[];
let two: SentMessage[];
let record: DkimRecord;
let clicked: Verdict;

beforeAll(() =>
  withSentMail(async (sent) => {
    all = sent.messages;
    two = all.filter(({ name }) => ['everything-magazine', 'confirmation'].includes(name));
    record = sent.record;
    clicked = await oneClick(sent).judge(two);
  }),
);

const NOTHING = { score: 0, limit: 0, pass: true, details: [] };
const changed = (change: (text: string) => string): SentMessage[] =>
  two.map((message) => ({ ...message, raw: Buffer.from(change(message.raw.toString('latin1')), 'latin1') }));

describe('what is judged', () => {
  it('is mail in every layout to every reader, and every letter', () => {
    expect(all.map(({ name }) => name)).toEqual([
      'address-new',
      'address-old',
      'already-subscribed',
      'confirmation',
      'everything-brief',
      'everything-magazine',
      'goodbye',
      'muted-named-weekly-brief',
      'muted-named-weekly-magazine',
      'one-section-brief',
      'one-section-magazine',
      'welcome',
    ]);
  });

  it('differs as its readers do', () => {
    const tells = (name: string, what: string) =>
      all.find((message) => message.name === `${name}-magazine`)?.html.includes(what);
    const readers = ['everything', 'one-section', 'muted-named-weekly'];
    expect(readers.map((reader) => tells(reader, 'Desmond Arkwell'))).toEqual([true, false, false]);
    expect(readers.map((reader) => tells(reader, 'Skerry Holm'))).toEqual([true, false, true]);
    expect(readers.map((reader) => tells(reader, 'Anna-Maria O’Neill'))).toEqual([false, false, true]);
  });

  it('passes before the judges that need nothing but npm', async () => {
    expect(await mailauth(record).judge(two)).toEqual(NOTHING);
    expect(await htmlValidate.judge(two)).toEqual(NOTHING);
    expect(clicked).toEqual(NOTHING);
  });
});

describe('the judges of signatures', () => {
  it('look at each covered field, and at the body', () => {
    const raw = two.find(({ name }) => name === 'everything-magazine')?.raw ?? Buffer.alloc(0);
    const changes = tamper(raw);
    expect(changes.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'a changed list-unsubscribe',
        'a changed subject',
        'a further from',
        'a changed body',
      ]),
    );
    expect(changes.length).toBeGreaterThan(new Set(signedFields(raw.toString('latin1'))).size);
    expect(changes.filter((change) => change.raw.equals(raw))).toEqual([]);
  });

  it('find a message that was changed, and one that was never signed', async () => {
    const bent = await mailauth(record).judge(changed((text) => text.replace(/^Subject: ./m, 'Subject: X')));
    expect(bent).toMatchObject({ score: 2, pass: false });
    expect(bent.details[0]).toMatch(/^confirmation: .*signature/);
    const bare = await mailauth(record).judge(
      changed((text) => text.replace(/^DKIM-Signature:.*\r\n([ \t].*\r\n)*/, '')),
    );
    expect(bare.details).toEqual(['confirmation: it is not signed', 'everything-magazine: it is not signed']);
  });

  it('find a field that anybody may change', async () => {
    const open = changed((text) =>
      text.replace(/^DKIM-Signature/, 'Subject: of somebody else\r\nDKIM-Signature'),
    );
    expect((await mailauth(record).judge(open)).pass).toBe(false);
  });
});

describe('the judge of HTML', () => {
  it('takes what mail needs and nothing else', async () => {
    const bad = two.map((message) => ({
      ...message,
      html: message.html.replace('</body>', '<center>!</center><img src="a"></body>'),
    }));
    const { pass, details } = await htmlValidate.judge(bad);
    expect(pass).toBe(false);
    const rules = details.map((detail) => detail.split(': ')[1]);
    expect(new Set(rules)).toEqual(new Set(['deprecated', 'element-permitted-content', 'wcag/h37']));
  });
});

describe('the table', () => {
  const passed = { judge: 'One', verdict: { score: 0.1, limit: 0.5, pass: true, details: ['welcome: 0.1'] } };
  const failed = { judge: 'Two', verdict: { score: 2, limit: 0, pass: false, details: ['a', 'b'] } };
  const missing = { judge: 'Three', notRun: 'apt install three' };

  it('says score, limit and verdict, and what was found', () => {
    expect(table([passed, failed, missing]).split('\n')).toEqual([
      'judge  score  limit  verdict',
      'One      0.1    0.5  pass',
      '    welcome: 0.1',
      'Two        2      0  FAIL',
      '    a',
      '    b',
      'Three                not run: apt install three',
    ]);
  });

  it('counts no judge that could not be asked as one that passed', () => {
    expect(JSON.parse(json([passed, missing]))).toEqual([
      { judge: 'One', score: 0.1, limit: 0.5, pass: true },
      { judge: 'Three', score: 'not run: apt install three', limit: null, pass: false },
    ]);
  });

  it('knows a program that is there from one that is not', async () => {
    expect(await debian('node', process.execPath, ['--version']).isThere()).toBe(true);
    expect(await debian('nothing', 'no-such-program', []).isThere()).toBe(false);
  });
});
