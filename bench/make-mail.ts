import MailComposer from 'nodemailer/lib/mail-composer';
import { selectionOf } from '../src/editions/selection.ts';
import { mergeMessage, prepareMessage } from '../src/mail/mime/message.ts';
import { answer } from './child.ts';
import { newsroom, renderSample } from './sample.ts';

/** What it takes to make mail, without sending any. All in milliseconds, but those that say otherwise. */

export interface MailRun {
  readonly firstRenderMs: number;
  readonly furtherRenderMs: number;
  readonly prepareUs: number;
  readonly mergeUs: number;
  readonly tokensUs: number;
  readonly composeUs: number;
  readonly bytes: number;
}

const FURTHER = 20;

await answer<{ merges: number }>(async ({ merges }): Promise<MailRun> => {
  const { renderer, newsletter, edition } = newsroom();
  const render = (selection: number) =>
    renderer.edition(newsletter, edition, selectionOf(selection.toString(16)));
  const firstRenderMs = await each(1, () => render(3));
  const furtherRenderMs = await each(FURTHER, (n) => render(3 << (n % 7)));
  const sample = await renderSample();
  const prepare = () => prepareMessage(sample.mail, sample.messageHeaders);
  const prepareUs = (await each(200, prepare)) * 1000;
  const template = prepare();
  const recipient = sample.recipient(1);
  let bytes = 0;
  const merge = () => {
    bytes = mergeMessage(template, recipient).length;
  };
  await each(merges, merge); // warm
  const mergeUs = (await each(merges, merge)) * 1000;
  const tokensUs = (await each(merges, (n) => sample.recipient(n))) * 1000;
  const compose = (n: number) => composeWithNodemailer(sample, n);
  await each(100, compose);
  const composeUs = (await each(Math.ceil(merges / 50), compose)) * 1000;
  return { firstRenderMs, furtherRenderMs, prepareUs, mergeUs, tokensUs, composeUs, bytes };
});

function composeWithNodemailer(sample: Awaited<ReturnType<typeof renderSample>>, n: number): Promise<Buffer> {
  return new MailComposer({
    from: 'The Daily Stopwatch <newsletter@paper.example>',
    to: 'reader@readers.example',
    subject: sample.mail.subject,
    headers: sample.headers(n),
    ...sample.personal(n),
  })
    .compile()
    .build();
}

async function each(times: number, work: (n: number) => unknown): Promise<number> {
  const began = performance.now();
  for (let n = 0; n < times; n += 1) {
    const result = work(n);
    if (result instanceof Promise) await result;
  }
  return (performance.now() - began) / times;
}
