import { AppError, messageOf } from '../base/errors.ts';
import { shorten } from '../base/text/one-line.ts';
import type { ReasonOf } from '../editions/reason.ts';
import { type CheckedMail, checkedMail, type MailContext, type NamedMail } from './checked-mail.ts';
import { type FetchLink, linkStatus } from './content/link-status.ts';
import { linkAddresses, linkNames, pictureAddresses, tracking } from './content/mail-addresses.ts';
import { stories } from './content/story-checks.ts';
import {
  altTexts,
  headings,
  languageAndTitle,
  layoutTables,
  pictureSizes,
  readingOrder,
} from './content/structure.ts';
import { leftovers, textPart } from './content/text-part.ts';
import { preheader, SUBJECT_CUTS, shouting, spamPhrases, subject, tone } from './content/wording.ts';
import { cut, type Finding } from './finding.ts';
import { clientSupport } from './look/client-support.ts';
import { pictureBytes, pictureWeight, size, wayOut } from './look/size.ts';
import { contrast } from './look/text-contrast.ts';

/** Result of checking an edition's mail before anybody gets it. */
export interface Verdict {
  /** No finding is blocking. */
  readonly ready: boolean;
  /** The blocking ones first, then in the order of docs/CHECKS.md. */
  readonly findings: readonly Finding[];
  /** Measures of the longest mail; undefined when there is none. */
  readonly measures: Measures | undefined;
}

export interface Measures {
  readonly htmlBytes: number;
  readonly textBytes: number;
  /** Bytes of the pictures whose size is known. */
  readonly pictureBytes: number;
  readonly stories: number;
  readonly subject: string;
  readonly subjectCharacters: number;
  /** Subject as a telephone and as a desktop cuts it. */
  readonly subjectCuts: readonly string[];
  readonly preheader: string;
  readonly preheaderCharacters: number;
  /** Number of mails checked. */
  readonly variants: number;
}

export interface CheckInput extends MailContext {
  /** The longest mail first. */
  readonly mails: readonly NamedMail[];
  /**
   * Ask the links of the longest mail whether they still lead somewhere; absent, nothing is
   * fetched.
   */
  readonly fetchLink?: FetchLink;
}

type Check = readonly [
  name: string,
  find: (mail: CheckedMail) => readonly Finding[] | Promise<readonly Finding[]>,
];

/** Over every mail. The names stand in "could not run"; a finding names its own check. */
const EVERY_MAIL: readonly Check[] = [
  ['leftovers', leftovers],
  ['unsubscribe', wayOut],
  ['size', size],
  ['text-part', textPart],
  ['stories', stories],
  ['subject', subject],
  ['shouting', shouting],
  ['preheader', preheader],
  ['tone', tone],
  ['spam-phrases', spamPhrases],
  ['links', linkAddresses],
  ['links', pictureAddresses],
  ['link-text', linkNames],
  ['tracking', tracking],
  ['language', languageAndTitle],
  ['headings', headings],
  ['alt-text', altTexts],
  ['picture-size', pictureSizes],
  ['picture-weight', pictureWeight],
  ['layout-tables', layoutTables],
  ['reading-order', readingOrder],
  ['contrast', contrast],
];
/** Takes a tenth of a second, so only the mail that shows the most of a template is looked at. */
const LONGEST_MAIL: readonly Check[] = [['client-support', (mail) => clientSupport(mail)]];

/** Names of the checks, under which findings are listed. */
export const CHECK_NAMES: readonly string[] = [
  ...new Set(['render', ...[...EVERY_MAIL, ...LONGEST_MAIL].map(([name]) => name), 'link-status']),
];

/**
 * Looks at an edition's mails from every side. A check that breaks is itself a blocking finding;
 * nothing is thrown.
 */
export async function checkEdition(input: CheckInput): Promise<Verdict> {
  const mails = input.mails.map((mail) => checkedMail(input, mail));
  const [longest] = mails;
  const { fetchLink } = input;
  const forLongest: Check[] = [
    ...LONGEST_MAIL,
    ...(fetchLink ? [['link-status', (mail) => linkStatus(mail, fetchLink)] satisfies Check] : []),
  ];
  const found: Finding[] = [];
  for (const check of EVERY_MAIL) {
    const byMail = mails.map(async (mail) => [mail.name, await run(check, mail)] as const);
    found.push(...shared(await Promise.all(byMail)));
  }
  for (const check of forLongest) if (longest) found.push(...(await run(check, longest)));
  return verdictOf(found, longest && measure(longest, mails.length));
}

/** A fault that several mails have is one finding; where not all have it, it says which. */
function shared(byMail: readonly (readonly [name: string, findings: readonly Finding[]])[]): Finding[] {
  const names = new Map<string, string[]>();
  for (const [name, findings] of byMail)
    for (const key of new Set(findings.map((finding) => JSON.stringify(finding))))
      names.set(key, [...(names.get(key) ?? []), name]);
  return [...names].map(([key, having]) => {
    const finding: Finding = JSON.parse(key);
    return having.length === byMail.length ? finding : { ...finding, mails: having };
  });
}

/** Joins findings to a verdict, the blocking ones first. */
export function verdictOf(findings: readonly Finding[], measures?: Measures): Verdict {
  const blocking = findings.filter(({ severity }) => severity === 'blocking');
  const advisory = findings.filter(({ severity }) => severity === 'advisory');
  return { ready: blocking.length === 0, findings: [...blocking, ...advisory], measures };
}

/** Characters: a reason stands in a line of a list. */
const MOST_REASON = 240;

/** Returns why an edition does not leave: the first of its blocking findings. */
export function whyNotReady({ findings }: Verdict): ReasonOf<'not-ready'> {
  const [first, ...others] = findings.filter(({ severity }) => severity === 'blocking');
  const says = shorten(first?.says ?? 'nothing blocks it', MOST_REASON);
  return { code: 'not-ready', check: first?.check ?? '', says, more: others.length };
}

async function run([name, find]: Check, mail: CheckedMail): Promise<readonly Finding[]> {
  try {
    return await find(mail);
  } catch (error) {
    return [couldNotRun(name, error)];
  }
}

function couldNotRun(name: string, error: unknown): Finding {
  return {
    check: name,
    severity: 'blocking',
    says: `The check "${name}" could not run: ${messageOf(error).split('\n')[0]}`,
    mend:
      (error instanceof AppError && error.hint) ||
      'Unless the template is broken, this is a fault of Broadsheet: please report it.',
  };
}

function measure(mail: CheckedMail, variants: number): Measures {
  return {
    htmlBytes: Buffer.byteLength(mail.html),
    textBytes: Buffer.byteLength(mail.text),
    pictureBytes: pictureBytes(mail).bytes,
    stories: mail.stories.length,
    subject: mail.subject,
    subjectCharacters: [...mail.subject].length,
    subjectCuts: SUBJECT_CUTS.map((characters) => cut(mail.subject, characters)),
    preheader: mail.preheader,
    preheaderCharacters: [...mail.preheader].length,
    variants,
  };
}
