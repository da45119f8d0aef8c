import { describe, expect, test } from 'vitest';
import { verdictOfReply } from '../../src/transport/reply.ts';

const read = (reply: string, phase: 'mail' | 'rcpt' | 'data' | 'body' = 'rcpt') =>
  verdictOfReply(phase, Number(reply.slice(0, 3)), reply);

describe('nobody has the address, as it is said by', () => {
  test.each([
    [
      'Postfix',
      '550 5.1.1 <nina@mill.example>: Recipient address rejected: User unknown in local recipient table',
    ],
    [
      'Postfix',
      '550 5.1.1 <nina@mill.example>: Recipient address rejected: User unknown in virtual mailbox table',
    ],
    ['Postfix', '550 <nina@mill.example>: Recipient address rejected: User unknown in relay recipient table'],
    ['Postfix', '550 5.1.2 <nina@mill.example>: Recipient address rejected: Domain not found'],
    [
      'Postfix',
      '550 5.1.1 <nina@mill.example>: Recipient address rejected: undeliverable address: host mx.mill.example said: no such user',
    ],
    ['Postfix', '554 5.7.1 <nina@mill.example>: Recipient address rejected: user unknown'],
    ['Exim', '550 Unrouteable address'],
    ['Exim', '550 Unknown user'],
    ['Exim', '550 unknown local part "nina"'],
    ['cPanel', '550 "No Such User Here"'],
    ['Exim', '550-The account nina@mill.example does not exist here 550 Please check the spelling'],
    ['Exchange', '550 5.1.1 User unknown'],
    ['Exchange', '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'],
    [
      'Microsoft 365',
      '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient nina@mill.example not found by SMTP address lookup',
    ],
    [
      'Microsoft 365',
      '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB5.mill.example]',
    ],
    ['Outlook.com', '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).'],
    [
      'Gmail',
      "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550-5.1.1 unnecessary spaces. Learn more at 550 5.1.1 https://support.google.com/mail/?p=NoSuchUser a1-2 - gsmtp",
    ],
    [
      'Gmail',
      '550 5.2.1 The email account that you tried to reach is disabled. Learn more at https://support.google.com/mail/?p=DisabledUser',
    ],
    ['Gmail', '550-5.2.1 The email account that you tried to reach is inactive. - gsmtp'],
    [
      'Yahoo',
      "554 delivery error: dd This user doesn't have a yahoo.com account (nina@yahoo.example) [0] - mta4.mail.example",
    ],
    ['Yahoo', '552 1 Requested mail action aborted, mailbox not found'],
    [
      'Yahoo',
      '554 30 Sorry, your message to nina@yahoo.example cannot be delivered. This mailbox is disabled (554.30).',
    ],
    ['iCloud', '550 5.1.1 <nina@icloud.example>: user does not exist'],
    ['iCloud', '550 5.1.6 recipient no longer on server: nina@icloud.example'],
    ['iCloud', '550 5.1.1 unknown or illegal alias: nina@icloud.example'],
    [
      'GMX',
      '550-Requested action not taken: mailbox unavailable 550 For explanation visit https://postmaster.gmx.example/error-messages?c=rp',
    ],
    ['qmail', '550 sorry, no mailbox here by that name. (#5.7.17)'],
    ['qmail', '511 sorry, no mailbox here by that name (#5.1.1 - chkuser)'],
    ['Domino', '550 5.1.1 nina@mill.example... User unknown; not listed in Domino Directory'],
    ['Domino', '550 nina@mill.example not listed in public Name & Address Book'],
    ['Orange', '550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416'],
    ['a null MX', '556 5.1.10 nina@mill.example: Recipient address has null MX'],
    ['a relay', '550 5.1.3 bad destination mailbox address syntax'],
    ['a relay', '550 Host or domain name not found. Name service error for name=mlil.example'],
    ['an old server', '550 Mailbox not found'],
    ['an old server', '550 Invalid recipient nina@mill.example'],
    ['an old server', '553 no such user'],
    ['a German server', '550 Empfänger unbekannt'],
    ['somebody whose address has our words in it', '550 <spam@policy.example>: no such user'],
  ])('%s: %s', (_, reply) => {
    expect(read(reply)).toMatchObject({ outcome: 'rejected', fault: 'recipient', bounce: 'hard' });
  });

  test('also after the message, which went to this reader alone', () => {
    expect(read('550 5.1.1 no such user', 'body')).toMatchObject({ outcome: 'rejected', bounce: 'hard' });
    expect(read('550 5.1.1 no such user', 'data')).toMatchObject({ outcome: 'rejected', bounce: 'hard' });
  });
});

describe('the address is not held to be gone', () => {
  test.each([
    ['552 5.2.2 <nina@mill.example>: user is over quota', 'rejected', 'recipient'],
    ['552-5.2.2 The email account that you tried to reach is over quota - gsmtp', 'rejected', 'recipient'],
    ['552 mailbox full', 'rejected', 'recipient'],
    ['550 5.2.1 mailbox disabled: quota exceeded', 'rejected', 'recipient'],
    [
      '554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour',
      'deferred',
      'recipient',
    ],
    [
      '550-5.2.1 The user you are trying to contact is receiving email at a rate that prevents more',
      'deferred',
      'recipient',
    ],
    [
      '450 4.1.1 <nina@mill.example>: Recipient address rejected: unverified address',
      'deferred',
      'recipient',
    ],
    ['450 4.2.0 greylisted, come back later', 'deferred', 'recipient'],
    ['450 mailbox unavailable', 'deferred', 'recipient'],
    ['554 transaction failed', 'rejected', 'recipient'],
    ['550 administrative refusal', 'rejected', 'recipient'],
    ['552 5.2.3 too long for this mailbox', 'rejected', 'recipient'],
    [
      '550 5.2.1 Mailbox unavailable. Your IP address 192.0.2.7 is blacklisted using an RBL',
      'deferred',
      'ours',
    ],
    [
      '550-Verification failed for <b@paper.example> 550-No such user 550 Sender verify failed',
      'deferred',
      'ours',
    ],
    [
      '550 5.1.0 <b@paper.example>: Sender address rejected: User unknown in local recipient table',
      'deferred',
      'ours',
    ],
    ['550 5.1.1 <b@paper.example>: Sender address rejected: does not exist', 'deferred', 'ours'],
  ] as const)('%s', (reply, outcome, fault) => {
    const verdict = read(reply);
    expect(verdict).toMatchObject({ outcome, fault });
    expect(verdict.bounce).toBeUndefined();
  });
});

describe('what speaks about us is never held against a reader', () => {
  test.each([
    '550 5.4.5 Daily user sending limit exceeded. For more information visit https://support.google.com/a/answer/166852',
    '550-5.4.5 Daily SMTP relay sending limit exceeded for customer',
    '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message',
    '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; cannot submit',
    "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
    '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
    '554 Message rejected: Email address is not verified. The following identities failed the check in region EU: nina@mill.example',
    '554 Access denied: Sending paused for this account. For more information see the documentation',
    '550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved',
    '550 5.7.1 Unconfigured Sending Domain <paper.example>',
    '550 Domain paper.example has exceeded the max emails per hour (101/100 (101%)) allowed. Message discarded.',
    '554 Your account has been suspended',
    '550 Not enough credits',
    '452 4.7.0 Hourly sending quota exceeded for user news',
  ])('our account at the relay, for every reader alike: %s', (reply) => {
    for (const phase of ['rcpt', 'data', 'body'] as const)
      expect(read(reply, phase)).toMatchObject({ outcome: 'deferred', fault: 'ours', cause: 'account' });
  });

  test.each([
    '550 5.1.8 Sender address rejected: Domain not found',
    '501 5.1.7 Bad sender address syntax',
    '552 5.3.4 Message size exceeds fixed limit',
    '552 Message size exceeds maximum permitted',
    '550 relay not permitted',
    '554 5.7.1 <nina@mill.example>: Relay access denied',
    '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
    '553 sorry, that domain is not in my list of allowed rcpthosts (#5.7.1)',
    '550 Sender verify failed',
    '554 Message rejected as spam',
    '554 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org',
    '554-Transaction failed 554 Reject due to policy restrictions.',
    '550 5.7.26 This mail has been blocked because the sender is unauthenticated',
    '554 5.6.0 Message content rejected',
    '550 5.7.0 Authentication required',
    '550 too many messages from your server',
    '550 Message was rejected: DMARC',
  ])('our sender, message or server: %s', (reply) => {
    expect(read(reply)).toMatchObject({ outcome: 'deferred', fault: 'ours' });
    expect(read(reply, 'body')).toMatchObject({ outcome: 'deferred', fault: 'ours' });
    expect(read(reply).bounce).toBeUndefined();
  });

  test.each([
    '454 Throttling failure: Maximum sending rate exceeded.',
    '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded',
    '421 4.3.2 too many connections',
    '451 rate limited, slow down',
    '452 4.5.3 too many recipients',
  ])('a relay that takes less at a time: %s', (reply) => {
    for (const phase of ['mail', 'rcpt', 'body'] as const)
      expect(read(reply, phase)).toMatchObject({ outcome: 'deferred', fault: 'relay' });
  });
});
