import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { messageOf } from '../src/base/errors.ts';
import { LAYOUTS } from '../src/config/newsletters.ts';
import { addresseeOf } from '../src/mail/mime/addressee.ts';
import { type RenderedMail, renderForReading } from '../src/mail/render.ts';
import { LETTER_KINDS } from '../src/mail/views/letter-view.ts';
import { NOTICE_KINDS } from '../src/mail/views/notice-view.ts';
import type { Case } from './cases.ts';
import { Desk, type Drawing, type View } from './draw.ts';
import type { Newsroom } from './newsroom.ts';
import { KINDS, type Kind, type Options } from './options.ts';

/** One mail that is drawn in every view. */
export interface PlannedMail {
  readonly one: Case;
  readonly kind: Kind;
}

/** A picture that hangs in the gallery; files are relative to its folder. */
export interface Shot extends View {
  readonly mail: PlannedMail;
  readonly file: string;
  readonly thumbnail: string;
}

export interface Failure {
  readonly mail: PlannedMail;
  readonly reason: string;
}

interface Exhibition {
  readonly browser: Browser;
  readonly room: Newsroom;
  readonly mails: readonly PlannedMail[];
  readonly options: Pick<Options, 'widths' | 'modes' | 'png'>;
  readonly folder: string;
}

/** One page waits for the other: drawing is what takes the time, and two processors draw twice as much. */
const DESKS = 3;
const QUALITY = 82;
const THUMBNAIL = { width: 260, height: 360 };

/**
 * The mails with these names: of cases, of layouts and letters, or of both; all of them without any.
 * @throws when a name is none of them.
 */
export function plan(cases: readonly Case[], names: readonly string[]): PlannedMail[] {
  const ids = cases.map(({ id }) => id);
  const unknown = names.filter((name) => !ids.includes(name) && !KINDS.some((kind) => kind === name));
  if (unknown.length > 0)
    throw new Error(`--only takes some of ${[...ids, ...KINDS].join(', ')}, not "${unknown.join(', ')}"`);
  const among = (all: readonly string[]) => {
    const named = all.filter((one) => names.includes(one));
    return named.length > 0 ? named : all;
  };
  const wantedCases = among(ids);
  const wantedKinds = among(KINDS);
  return cases
    .filter(({ id }) => wantedCases.includes(id))
    .flatMap((one) => (one.letters ? KINDS : LAYOUTS).map((kind) => ({ one, kind })))
    .filter(({ kind }) => wantedKinds.includes(kind));
}

/** Draws everything, on several pages at once, and keeps it; a mail that cannot be made is named, and holds up no other. */
export async function drawAll(
  exhibition: Exhibition,
  onDrawn: () => void,
): Promise<{ shots: Shot[]; failures: Failure[] }> {
  const { browser, room, mails } = exhibition;
  const queue = mails.entries();
  const shots: Shot[][] = [];
  const failures: Failure[] = [];
  const work = async () => {
    const desk = await Desk.open(browser, room);
    for (const [at, mail] of queue) {
      try {
        shots[at] = await drawOne(exhibition, desk, mail, onDrawn);
      } catch (error) {
        failures.push({ mail, reason: messageOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: DESKS }, work));
  return { shots: shots.flat(), failures };
}

async function drawOne(
  { room, options, folder }: Exhibition,
  desk: Desk,
  mail: PlannedMail,
  onDrawn: () => void,
): Promise<Shot[]> {
  const html = await htmlOf(room, mail);
  const views = options.modes.flatMap((mode) => options.widths.map((width) => ({ width, mode })));
  const shots: Promise<Shot>[] = [];
  const type = options.png ? 'png' : 'jpeg';
  for await (const drawing of desk.draw(html, views, { type, quality: QUALITY })) {
    shots.push(hang(folder, mail, drawing, type));
    onDrawn();
  }
  return Promise.all(shots);
}

/** The mail as its reader reads it. */
export async function htmlOf(room: Newsroom, mail: PlannedMail): Promise<string> {
  const addressee = addresseeOf(mail.one.name);
  return renderForReading(await mailOf(room, mail), {
    unsubscribe: 'u',
    preferences: 'p',
    view: 'v',
    confirm: 'c',
    address: 'a',
    review: 'r',
    addressee,
  }).html;
}

function mailOf({ renderer }: Newsroom, { one, kind }: PlannedMail): Promise<RenderedMail> {
  const { newsletter, edition } = one;
  const letter = LETTER_KINDS.find((each) => each === kind);
  if (letter) return renderer.letter(letter, newsletter);
  const notice = NOTICE_KINDS.find((each) => each === kind);
  const draft = {
    edition,
    leavesAt: edition.slot,
    toldAt: edition.slot,
    fate: 'goes',
    heldBy: '',
    mayApprove: true,
  } as const;
  const reason = notice === 'draft-missed' ? 'waits for approval' : '';
  if (notice) return renderer.notice(notice, newsletter, { ...draft, reason });
  const layout = LAYOUTS.find((each) => each === kind) ?? newsletter.layout;
  // Those of earlier editions too, which only a weekly reader gets.
  const everything = (1n << BigInt(edition.content.stories.length)) - 1n;
  return renderer.edition({ ...newsletter, layout }, edition, everything);
}

async function hang(
  folder: string,
  mail: PlannedMail,
  { width, mode, image }: Drawing,
  type: 'png' | 'jpeg',
): Promise<Shot> {
  const name = `${mail.one.id}/${mail.kind}-${width}-${mode}`;
  const file = `shots/${name}.${type === 'png' ? 'png' : 'jpg'}`;
  const thumbnail = `shots/${name}-small.jpg`;
  await mkdir(join(folder, 'shots', mail.one.id), { recursive: true });
  await writeFile(join(folder, file), image);
  await sharp(image)
    .resize({ ...THUMBNAIL, fit: 'cover', position: 'top' })
    .jpeg({ quality: 70 })
    .toFile(join(folder, thumbnail));
  return { mail, width, mode, file, thumbnail };
}
