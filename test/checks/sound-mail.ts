import { type CheckedMail, checkedMail } from '../../src/checks/checked-mail.ts';
import type { Finding } from '../../src/checks/finding.ts';
import type { EditionStory } from '../../src/editions/edition.ts';
import { edition, LINKS, newsletter, story } from '../mail/sample.ts';

const TOKEN = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const LEAVE = LINKS.unsubscribe(TOKEN);

export const STORIES = [
  story(0, { headline: 'The gardener who out-planted the palace' }),
  story(1, { headline: 'A coat for every winter', sectionId: 'lifestyle' }),
];

/** A mail with nothing wrong in it; a test replaces the part it is about. */
export interface Parts {
  readonly name?: string;
  readonly subject?: string;
  readonly preheader?: string;
  readonly head?: string;
  readonly html?: string;
  readonly body?: string;
  readonly footer?: string;
  readonly text?: string;
  readonly language?: string;
  readonly rehearsal?: boolean;
  readonly stories?: readonly EditionStory[];
}

export function soundMail(parts: Parts = {}): CheckedMail {
  const stories = parts.stories ?? STORIES;
  const title = 'The Daily Curtsey';
  const footer = parts.footer ?? `<p><a href="${LEAVE}" style="color:#5c535a">Unsubscribe</a></p>`;
  const html =
    parts.html ??
    `<!doctype html><html lang="en" dir="ltr"><head><title>${title}</title>${parts.head ?? ''}</head>` +
      `<body style="background-color:#fbf8f4;color:#1d1a1f"><table role="presentation"><tr><td><h1>${title}</h1>` +
      `${parts.body ?? stories.map(storyHtml).join('')}${footer}</td></tr></table></body></html>`;
  const text =
    parts.text ??
    `${title}\n\n${stories.map((one) => `${one.headline}\n${one.standfirst}\n${one.link}`).join('\n\n')}\n\nUnsubscribe: ${LEAVE}\n`;
  return checkedMail(
    {
      newsletter: newsletter(),
      edition: edition(stories, { language: parts.language ?? 'en' }),
      links: LINKS,
      rehearsal: parts.rehearsal ?? true,
    },
    {
      name: parts.name ?? 'a reader of everything',
      stories,
      mail: {
        subject: parts.subject ?? 'The gardener who out-planted the palace',
        preheader: parts.preheader ?? 'Also: a coat for every winter · a castle swept for forty years',
        html,
        text,
      },
    },
  );
}

export function storyHtml({ headline, standfirst, link }: EditionStory): string {
  return `<h2><a href="${link}" style="color:#1d1a1f">${headline}</a></h2><p>${standfirst}</p>`;
}

/** `severity: what it says`, for each finding. */
export function said(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, says }) => `${severity}: ${says}`);
}
