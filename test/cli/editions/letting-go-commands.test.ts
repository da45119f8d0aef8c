import { expect, test } from 'vitest';
import { EDITION, NEWSLETTERS, openFolder, SLOT } from '../command.ts';

const WAITING = NEWSLETTERS.replace('    schedule:', '    review: { approval: required }\n    schedule:');
const TO_READERS = ['subscribers', 'add', 'anna@example.org', 'ben@example.org'];
const SEND = ['send', '--as-of', SLOT];

test('what needs approval is not sent by `send`: it says so and leaves with 3; approved it goes', async () => {
  using folder = openFolder(WAITING);
  const [, sent, again, status, doctor, findings, approved, delivered, twice] = await folder.runAll([
    TO_READERS,
    SEND,
    [...SEND, '--json'],
    ['status'],
    ['doctor'],
    ['doctor', '--json'],
    ['approve'],
    ['send', EDITION],
    ['approve', EDITION],
  ]);
  expect(sent?.code).toBe(3);
  expect(sent?.stdout).toContain(`stays      waits for approval; \`broadsheet approve ${EDITION}\``);
  expect(again?.code).toBe(3);
  expect(JSON.parse(again?.stdout ?? '')).toMatchObject([
    {
      ...{ state: 'draft', reason: 'waits for approval', reasonCode: { code: 'waits-for-approval' } },
      ...{ keptBy: 'waits for approval', keptByCode: { code: 'waits-for-approval' } },
    },
  ]);
  expect(status?.stdout).toMatch(
    /^daily-20201111T0700Z +draft +waits for approval, due at 2020-11-11T07:00Z$/m,
  );
  expect(doctor?.stdout).toContain(`· ${EDITION} waits for approval`);
  expect(JSON.parse(findings?.stdout ?? '')).toContainEqual(
    expect.objectContaining({
      ...{ part: EDITION, code: 'draft-on-desk' },
      about: {
        ...{ standing: 'waits', leavesAt: '2020-11-11T07:00Z', corrects: null },
        ...{ keptBy: { code: 'waits-for-approval' }, reason: { code: 'waits-for-approval' } },
      },
    }),
  );
  expect(approved).toMatchObject({ code: 0 });
  expect(approved?.stdout).toContain(`${EDITION}  Approved: the edition is going out`);
  expect(delivered?.code).toBe(0);
  expect(delivered?.stdout).toContain('sent       2 now');
  expect(twice).toMatchObject({ code: 3, stdout: `${EDITION}  It has already gone out\n` });
});

test('`hold` keeps a draft from everybody, and a dry run says what keeps it', async () => {
  using folder = openFolder(WAITING);
  const [none, , held, dry, approve] = await folder.runAll([
    ['hold'],
    SEND,
    ['hold', 'daily'],
    [...SEND, '--dry-run'],
    ['approve', EDITION],
  ]);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('No draft is on the desk') });
  expect(held).toMatchObject({ code: 0, stdout: expect.stringContaining('Held: nobody gets it') });
  expect(dry?.stdout).toContain('as it is on the editors’ desk');
  expect(dry?.stdout).toContain('desk       held by the command line, due at 2020-11-11T07:00Z');
  expect(approve).toMatchObject({
    code: 3,
    stdout: `${EDITION}  Held by the command line. Release the hold first\n`,
  });
});
