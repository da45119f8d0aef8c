import { describe, expect, test } from 'vitest';
import { conversation, mailTo } from './conversation.ts';

const READER = 'reader@example.org';

describe.each([
  ['one command at a time', {}],
  ['pipelined', { extensions: ['PIPELINING'] }],
])('%s', (_, extensions) => {
  test('the mark is asked for after the server’s 354 and done before the first byte of the message', async () => {
    await using talk = await conversation({ ...extensions, data: { reply: '354 late', afterMs: 60 } });
    let asked = 0;
    let done = 0;
    await talk.connection.send(mailTo(READER), async () => {
      asked = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 60));
      done = performance.now();
      return true;
    });
    const at = (line: string) => talk.server.heard.find((one) => one.line === line)?.at ?? Number.NaN;
    expect(asked).toBeGreaterThan(at('> 354 late'));
    expect(at('<first byte>')).toBeGreaterThan(done);
    expect(at('<dot>')).toBeGreaterThanOrEqual(at('<first byte>'));
  });

  test('nothing is marked when the recipient is refused', async () => {
    await using talk = await conversation({ ...extensions, rcpt: { reply: '550 5.1.1 no such user' } });
    let marked = false;
    await talk.connection.send(mailTo(READER), async () => {
      marked = true;
      return true;
    });
    expect(marked).toBe(false);
    expect(talk.server.lines).not.toContain('<first byte>');
  });

  test.each([
    ['is refused', async () => false],
    [
      'cannot be written',
      async () => {
        throw new Error('disk full');
      },
    ],
  ])('when the mark %s not a byte leaves, nor the dot, and the line ends there', async (_what, mark) => {
    await using talk = await conversation(extensions);
    const verdict = await talk.connection.send(mailTo(READER), mark);
    expect(verdict).toMatchObject({ outcome: 'deferred', phase: 'data' });
    await expect.poll(() => talk.server.lines).toContain('<closed>');
    expect(talk.server.lines).not.toContain('<dot>');
    expect(talk.server.received).toEqual([]);
    expect(talk.connection.usable).toBe(false);
  });
});

test('a server that takes DATA for a refused recipient gets no message, and no mark is spent on it', async () => {
  const refuse = { reply: '550 5.1.1 no such user' };
  await using talk = await conversation({ extensions: ['PIPELINING'], rcpt: refuse, dataAnyway: true });
  let marked = false;
  const verdict = await talk.connection.send(mailTo(READER), async () => {
    marked = true;
    return true;
  });
  expect(verdict).toMatchObject({ outcome: 'rejected', phase: 'rcpt' });
  expect(marked).toBe(false);
  expect(talk.server.received.map(({ message }) => message.length)).toEqual([0]);
});
