import type { App } from '../app.ts';
import { AppError } from '../base/errors.ts';
import { HEAD_BYTES, holdsHeaders, isAutomatic, recipientsIn } from '../transport/inbound/automatic-mail.ts';
import { firstBytes } from '../transport/inbound/smtp-listener.ts';
import { say } from './output.ts';
import { SYSEXIT } from './sysexit.ts';

/**
 * `broadsheet receive`: one mail on stdin. 0 also for a mail with nothing to do, so that whoever
 * wrote it gets no answer from a machine; 67 where what the address was made for is not here any
 * more, so that its writer hears that nobody left; 65 where its headers are longer than what is
 * read of a mail.
 */
export async function receive(app: App, options: { to?: string[]; from?: string }): Promise<number> {
  if (!app.config.inbound)
    throw new AppError('CONFIG_INVALID', 'INBOUND_ADDRESS: expected, since mail comes in', {
      hint: 'docs/OPERATING.md has what to set and how mail gets here.',
    });
  const { leaving } = app;
  const raw = await firstBytes(process.stdin, HEAD_BYTES);
  if (!holdsHeaders(raw)) {
    say('Nothing was done: the headers of this mail are too long to be read.');
    return SYSEXIT.badMail;
  }
  const recipients = [...new Set(options.to ?? recipientsIn(raw))];
  if (!recipients.some((one) => leaving.accepts(one))) {
    say('Nothing to do: the mail was to no address that Broadsheet put into one of its own.');
    return SYSEXIT.done;
  }
  if (isAutomatic({ raw, from: options.from })) {
    say('Nothing to do: a machine wrote this, not a reader.');
    return SYSEXIT.done;
  }
  const outcomes = [];
  for (const recipient of recipients) outcomes.push(await leaving.take(recipient));
  if (outcomes.includes('lost')) {
    say(
      'Nobody was unsubscribed: what the address was made for is not here any more, or could be meant for another reader.',
    );
    return SYSEXIT.noUser;
  }
  say('Unsubscribed.');
  return SYSEXIT.done;
}
