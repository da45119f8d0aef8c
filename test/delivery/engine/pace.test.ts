import { describe, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../src/base/clock.ts';
import { GROUP_PRESETS, Pace, type PaceLimits } from '../../../src/delivery/engine/pace.ts';
import { ReceivingGroups } from '../../../src/delivery/engine/receiving-group.ts';
import type { Verdict } from '../../../src/transport/reply.ts';

const START = Date.UTC(2026, 10, 22, 7);
const ACCEPTED: Verdict = { outcome: 'accepted', fault: 'none', phase: 'body', reply: '250 2.0.0 OK' };
const SLOW_DOWN: Verdict = {
  outcome: 'deferred',
  fault: 'ours',
  phase: 'rcpt',
  reply: '421 4.7.28 too fast',
};

describe('the pace', () => {
  test('is unlimited where nothing limits it', () => {
    expect(sendFor(SECOND_MS, paceWith({}))).toBe(1000);
  });

  test('keeps to a rate without bursts, for the relay and for a group', () => {
    expect(sendFor(10 * SECOND_MS, paceWith({ relay: { perSecond: 5 } }))).toBeCloseTo(50, -1);
    expect(sendFor(10 * SECOND_MS, paceWith({ groups: { google: { perSecond: 2 } } }))).toBeCloseTo(20, -1);
    expect(sendFor(100, paceWith({ relay: { perSecond: 5 } }))).toBe(1);
  });

  test('lets one group wait while another goes on', () => {
    const pace = paceWith({ groups: { google: { connections: 1 } } });
    pace.begin('google', START);
    expect(pace.admit('google', START).admitted).toBe(false);
    expect(pace.admit('example.org', START).admitted).toBe(true);
    pace.end('google', ACCEPTED, START);
    expect(pace.admit('google', START).admitted).toBe(true);
  });

  test('halves when a server asks for it, once for all that was under way', () => {
    const pace = paceWith({ relay: {}, groups: { yahoo: { perSecond: 8 } } });
    for (let n = 0; n < 5; n += 1) pace.begin('yahoo', START);
    for (let n = 0; n < 5; n += 1) pace.end('yahoo', SLOW_DOWN, START);
    expect(pace.slowed().get('yahoo')).toBe(4);
    expect(pace.admit('yahoo', START).admitted).toBe(false);
    expect(pace.admit('example.org', START).admitted).toBe(true);
  });

  test('comes back to full speed when the server is content', () => {
    const pace = paceWith({ groups: { yahoo: { perSecond: 8 } } });
    pace.begin('yahoo', START);
    pace.end('yahoo', SLOW_DOWN, START);
    sendFor(5 * MINUTE_MS, pace, 'yahoo');
    expect(pace.slowed().size).toBe(0);
  });

  test('a refused recipient does not slow anybody down', () => {
    const pace = paceWith({});
    pace.begin('yahoo', START);
    pace.end(
      'yahoo',
      { outcome: 'deferred', fault: 'recipient', phase: 'rcpt', reply: '452 4.2.2 full' },
      START,
    );
    expect(pace.slowed().size).toBe(0);
  });

  test('stops at the daily cap, also counting what was sent before, until midnight UTC', () => {
    const pace = paceWith({ perDay: 100 });
    pace.countDay(90, START);
    expect(sendFor(SECOND_MS, pace)).toBe(10);
    expect(pace.admit('example.org', START + SECOND_MS)).toEqual({ admitted: false, until: midnight(START) });
    expect(pace.admit('example.org', midnight(START)).admitted).toBe(true);
  });
});

describe('receiving groups', () => {
  test('well-known domains go by their provider, whatever the country', () => {
    const groups = new ReceivingGroups(undefined);
    const of = (domain: string) => groups.groupOf(`a@${domain}`, START);
    expect(['gmail.com', 'hotmail.co.uk', 'live.fr', 'yahoo.co.jp', 'me.com', 'example.org'].map(of)).toEqual(
      ['google', 'microsoft', 'microsoft', 'yahoo', 'apple', 'example.org'],
    );
    expect(Object.keys(GROUP_PRESETS)).toEqual(
      expect.arrayContaining(['google', 'microsoft', 'yahoo', 'apple']),
    );
  });

  test('a company that lets a provider run its mail belongs to the provider, once a resolver said so', async () => {
    let asked = 0;
    const groups = new ReceivingGroups(async () => {
      asked += 1;
      return [{ exchange: 'aspmx.l.google.com' }];
    });
    expect(groups.groupOf('a@company.example', START)).toBe('company.example');
    await new Promise(setImmediate);
    expect(groups.groupOf('b@company.example', START)).toBe('google');
    expect(asked).toBe(1);
  });

  test('a resolver that fails or looks alike changes nothing', async () => {
    const failing = new ReceivingGroups(() => Promise.reject(new Error('no resolver')));
    const alike = new ReceivingGroups(async () => [{ exchange: 'mx.notgoogle.com' }]);
    for (const groups of [failing, alike]) {
      groups.groupOf('a@company.example', START);
      await new Promise(setImmediate);
      expect(groups.groupOf('a@company.example', START)).toBe('company.example');
    }
  });
});

function paceWith(limits: Partial<PaceLimits>): Pace {
  return new Pace({ relay: {}, groups: {}, ...limits });
}

/** How many messages start in that time when one is tried every millisecond and each is accepted at once. */
function sendFor(ms: number, pace: Pace, group = 'google'): number {
  let sent = 0;
  for (let now = START; now < START + ms; now += 1) {
    if (!pace.admit(group, now).admitted) continue;
    pace.begin(group, now);
    pace.end(group, ACCEPTED, now);
    sent += 1;
  }
  return sent;
}

function midnight(now: number): number {
  return (Math.floor(now / DAY_MS) + 1) * DAY_MS;
}
