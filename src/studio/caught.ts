import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CaughtMail, CaughtMails, CaughtSummary } from '../transport/inbound/caught-mails.ts';
import { MAIL_FRAME_SANDBOX, sendMailDocument, withLinksInNewTab } from '../web/mail-document.ts';
import type { Studio } from './studio-deps.ts';
import { type Asking, sendPage } from './studio-page.ts';
import { count, distance, size } from './studio-words.ts';

interface MailRoute {
  Params: { id: string };
  Querystring: { show?: string };
}

const PER_PAGE = 50;
const VIEWS = ['html', 'text', 'headers'] as const;
type View = (typeof VIEWS)[number];
const VIEW_LABELS: Readonly<Record<View, string>> = { html: 'Mail', text: 'Plain text', headers: 'Headers' };

/** The mail of a rehearsal, to be read as its readers would. */
export function caughtRoutes(scope: FastifyInstance, studio: Studio): void {
  const { caught } = studio;
  if (!caught) return;
  scope.get<{ Querystring: { page?: string } }>('/studio/caught', (request, reply) =>
    sendList(studio, caught, request, reply, pageNumber(request.query.page)),
  );
  scope.get<MailRoute>('/studio/caught/:id', async (request, reply) => {
    const mail = await caught.read(request.params.id);
    return mail ? sendMail(studio, request, reply, mail) : reply.callNotFound();
  });
  scope.get<MailRoute>('/studio/caught/:id/html', async (request, reply) => {
    const mail = await caught.read(request.params.id);
    if (mail?.html === undefined) return reply.callNotFound();
    return sendMailDocument(reply, withLinksInNewTab(mail.html));
  });
  scope.get<MailRoute>('/studio/caught/:id/raw', async (request, reply) => {
    const mail = await caught.read(request.params.id);
    if (!mail) return reply.callNotFound();
    return reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', `attachment; filename="${mail.id}.eml"`)
      .send(mail.raw);
  });
}

async function sendList(
  studio: Studio,
  caught: CaughtMails,
  request: Asking,
  reply: FastifyReply,
  page: number,
): Promise<FastifyReply> {
  const total = await caught.count();
  const mails = await caught.list({ offset: (page - 1) * PER_PAGE, limit: PER_PAGE });
  return sendPage(studio, request, reply, 'caught', {
    pageTitle: 'Caught mail',
    total: count(total),
    one: total === 1,
    mails: mails.map((mail) => entry(mail, studio.clock.now())),
    newer: page > 1 ? `/studio/caught?page=${page - 1}` : '',
    older: page * PER_PAGE < total ? `/studio/caught?page=${page + 1}` : '',
  });
}

function sendMail(
  studio: Studio,
  request: FastifyRequest<MailRoute>,
  reply: FastifyReply,
  mail: CaughtMail,
): FastifyReply {
  const available = VIEWS.filter((view) => view !== 'html' || mail.html !== undefined);
  const shown = available.find((view) => view === request.query.show) ?? available[0] ?? 'headers';
  const here = `/studio/caught/${mail.id}`;
  return sendPage(studio, request, reply, 'caught-mail', {
    pageTitle: mail.subject || 'A mail without a subject',
    mail: entry(mail, studio.clock.now()),
    envelopeFrom: mail.envelope.from,
    tabs: available.map((view) => ({
      href: `${here}?show=${view}`,
      label: VIEW_LABELS[view],
      current: view === shown,
    })),
    raw: `${here}/raw`,
    frame: shown === 'html' ? `${here}/html` : '',
    sandbox: MAIL_FRAME_SANDBOX,
    text: shown === 'text' ? (mail.text ?? 'This mail has no plain text.') : '',
    headers: shown === 'headers' ? mail.headers.map(([name, value]) => ({ name, value })) : [],
  });
}

function entry(mail: CaughtSummary, now: number) {
  return {
    href: `/studio/caught/${mail.id}`,
    subject: mail.subject || 'No subject',
    from: mail.from.replace(/^"([^"\\]*)" </, '$1 <'),
    to: mail.to.join(', '),
    ago: distance(mail.receivedAt, now),
    iso: new Date(mail.receivedAt).toISOString(),
    size: size(mail.bytes),
  };
}

function pageNumber(text: string | undefined): number {
  return /^[1-9]\d{0,4}$/.test(text ?? '') ? Number(text) : 1;
}
