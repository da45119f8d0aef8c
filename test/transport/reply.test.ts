import { expect, test } from 'vitest';
import { type Phase, type Verdict, verdictOfReply, verdictOfSilence } from '../../src/transport/reply.ts';

type Row = [phase: Phase, reply: string, outcome: Verdict['outcome'], fault: Verdict['fault'], why: string];

test.each<Row>([
  ['rcpt', '552 5.2.2 over quota and inactive', 'rejected', 'recipient', 'a mailbox full for good'],
  ['rcpt', '550 5.4.1 recipient address rejected', 'rejected', 'recipient', 'a Microsoft tenant without it'],
  ['rcpt', '450 4.2.0 greylisted', 'deferred', 'recipient', 'greylisting'],
  ['rcpt', '452 4.2.2 over quota', 'deferred', 'recipient', 'a mailbox full for now'],
  ['rcpt', '451 4.7.1 try later', 'deferred', 'ours', 'a policy for now'],
  ['rcpt', '550 5.7.1 blocked', 'deferred', 'ours', 'a policy block'],
  ['rcpt', '550-5.7.26 unauthenticated\n550 5.7.26 see help', 'deferred', 'ours', 'one told in two lines'],
  ['rcpt', '550 #5.7.1 blocked', 'deferred', 'ours', 'one with a sign before its code'],
  ['rcpt', '550 5.7.515 access denied', 'deferred', 'ours', "one of Microsoft's for bulk senders"],
  ['rcpt', '503 5.5.1 bad sequence', 'deferred', 'ours', 'a session out of step'],
  ['rcpt', '530 5.7.0 log in first', 'deferred', 'ours', 'a login that is missing'],
  ['rcpt', '535 wrong password', 'deferred', 'ours', 'a wrong password'],
  ['rcpt', '421 4.7.0 closing', 'deferred', 'ours', 'a server that closes for our sake'],
  ['rcpt', '421 too busy', 'deferred', 'relay', 'a server that closes'],
  ['rcpt', '452 4.3.1 out of storage', 'deferred', 'relay', 'a server without room'],
  ['rcpt', '450 4.4.3 host lookup failed', 'deferred', 'relay', 'a server without a way'],
  [
    'rcpt',
    '550 unknown here, says 5.7.33.21',
    'rejected',
    'recipient',
    'an IP address that looks like a code',
  ],
  ['mail', '553 5.1.8 sender refused', 'deferred', 'ours', 'our sender refused'],
  ['mail', '451 4.3.0 later', 'deferred', 'ours', 'our sender put off'],
  ['data', '554 5.5.1 no valid recipients', 'rejected', 'recipient', 'a recipient refused only at DATA'],
  ['body', '554 5.7.1 spam', 'deferred', 'ours', 'a content policy'],
  ['body', '554 5.6.0 not accepted', 'deferred', 'ours', 'a message refused after the dot for what is in it'],
  ['body', '451 4.3.0 queue trouble', 'deferred', 'relay', 'a queue in trouble after the dot'],
  ['connect', '554 5.3.2 go away', 'deferred', 'ours', 'a greeting that refuses'],
])('at %s, %j is %s and the fault is %s: %5$s', (phase, reply, outcome, fault) => {
  const verdict = verdictOfReply(phase, Number(reply.slice(0, 3)), reply);
  expect(verdict).toEqual({ outcome, fault, phase, reply });
});

test.each<[Phase, Verdict['outcome']]>([
  ['connect', 'deferred'],
  ['mail', 'deferred'],
  ['rcpt', 'deferred'],
  ['data', 'deferred'],
  ['body', 'uncertain'],
])(
  'a line that goes dead at %s leaves the delivery %s, and nobody but the relay is at fault',
  (phase, outcome) => {
    expect(verdictOfSilence(phase, 'gone')).toEqual({ outcome, fault: 'relay', phase, reply: 'gone' });
  },
);
