import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeaderLines, ParsedMail } from 'mailparser';

/** Sender and recipients of a caught mail by SMTP; the headers may differ. */
export interface CaughtEnvelope {
  readonly from: string;
  readonly to: readonly string[];
  readonly receivedAt: number;
}

/** A caught mail as a list shows it. */
export interface CaughtSummary {
  readonly id: string;
  /** The From header; the envelope's sender where there is none. */
  readonly from: string;
  /** The envelope's recipients. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly receivedAt: number;
  readonly bytes: number;
}

/** A caught mail, opened. */
export interface CaughtMail extends CaughtSummary {
  readonly envelope: CaughtEnvelope;
  /** In the order of the mail, unfolded, not decoded. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly html: string | undefined;
  readonly text: string | undefined;
  /** Byte for byte what came over the wire. */
  readonly raw: Buffer;
}

const ID = /^\d{13}-\d{6}$/;
const KEEP_MOST = 10_000;
const PRUNE_EVERY = 500;
const SEQUENCE_END = 1_000_000;

/**
 * The mails that the catcher kept, as files in one folder: `<time>-<n>.eml` holds the bytes and
 * `<time>-<n>.json` the envelope. Plain files, so that any mail program can open them, and no
 * database has to be told about them.
 */
export class CaughtMails {
  readonly #folder: string;
  readonly #keepMost: number;
  #sequence = 0;
  #saved = 0;

  /** The mails of an installation. */
  static of({ dataDir }: { readonly dataDir: string }): CaughtMails {
    return new CaughtMails(join(dataDir, 'caught'));
  }

  constructor(folder: string, options: { keepMost?: number } = {}) {
    this.#folder = folder;
    this.#keepMost = options.keepMost ?? KEEP_MOST;
  }

  /** Keeps a mail; once this resolves it can be read, under the id returned. */
  async save(raw: Buffer, envelope: CaughtEnvelope): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    const id = await this.#write(raw, envelope);
    this.#saved += 1;
    // Not at every mail: reading a folder of thousands would cost more than the mail itself.
    if (this.#saved % Math.min(PRUNE_EVERY, this.#keepMost) === 0) await this.#prune();
    return id;
  }

  async count(): Promise<number> {
    return (await this.#ids()).length;
  }

  /** Newest first. */
  async list(options: { offset?: number; limit?: number } = {}): Promise<CaughtSummary[]> {
    const offset = options.offset ?? 0;
    const ids = (await this.#ids()).slice(offset, offset + (options.limit ?? 50));
    const mails = await Promise.all(ids.map((id) => this.#summary(id)));
    return mails.filter((mail) => mail !== undefined);
  }

  /** Undefined where there is no such mail, also for an id that is no id. */
  async read(id: string): Promise<CaughtMail | undefined> {
    const files = await this.#files(id);
    if (!files) return undefined;
    const parsed = await parseMail(files.raw);
    return {
      ...summaryOf(id, files, parsed),
      envelope: files.envelope,
      headers: parsed.headerLines.map(nameAndValue),
      html: parsed.html || undefined,
      text: parsed.text,
      raw: files.raw,
    };
  }

  /** The envelope is written last: a mail without one is still being received. */
  async #write(raw: Buffer, envelope: CaughtEnvelope): Promise<string> {
    for (;;) {
      this.#sequence = (this.#sequence + 1) % SEQUENCE_END;
      const time = String(Math.max(0, Math.floor(envelope.receivedAt))).padStart(13, '0');
      const id = `${time}-${String(this.#sequence).padStart(6, '0')}`;
      try {
        // `wx`: another process may be writing to the same folder in the same millisecond.
        await writeFile(this.#path(id, 'eml'), raw, { flag: 'wx' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      await writeFile(this.#path(id, 'json'), JSON.stringify(envelope));
      return id;
    }
  }

  async #summary(id: string): Promise<CaughtSummary | undefined> {
    const files = await this.#files(id);
    return files && summaryOf(id, files, await parseMail(headerPart(files.raw)));
  }

  async #files(id: string): Promise<Files | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      const [raw, envelope] = await Promise.all([
        readFile(this.#path(id, 'eml')),
        readFile(this.#path(id, 'json'), 'utf8'),
      ]);
      return { raw, envelope: JSON.parse(envelope) };
    } catch {
      return undefined; // pruned in this moment, or not there at all
    }
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .filter((id) => ID.test(id))
      .sort()
      .reverse();
  }

  async #prune(): Promise<void> {
    for (const id of (await this.#ids()).slice(this.#keepMost)) {
      await rm(this.#path(id, 'json'), { force: true });
      await rm(this.#path(id, 'eml'), { force: true });
    }
  }

  #path(id: string, extension: 'eml' | 'json'): string {
    return join(this.#folder, `${id}.${extension}`);
  }
}

interface Files {
  readonly raw: Buffer;
  readonly envelope: CaughtEnvelope;
}

function summaryOf(id: string, files: Files, parsed: ParsedMail): CaughtSummary {
  return {
    id,
    from: parsed.from?.text || files.envelope.from,
    to: files.envelope.to,
    subject: parsed.subject ?? '',
    receivedAt: files.envelope.receivedAt,
    bytes: files.raw.length,
  };
}

/**
 * A list needs subject and sender: parsing whole mails for it would take seconds for a page of
 * them.
 */
function headerPart(raw: Buffer): Buffer {
  const end = raw.indexOf('\r\n\r\n');
  return end < 0 ? raw : raw.subarray(0, end + 4);
}

function nameAndValue({ line }: HeaderLines[number]): readonly [string, string] {
  const colon = line.indexOf(':');
  return [
    line.slice(0, colon).trim(),
    line
      .slice(colon + 1)
      .replace(/\r?\n[ \t]+/g, ' ')
      .trim(),
  ];
}

/**
 * Loaded when the first mail is looked at: a process that only sends is a good deal smaller without
 * it.
 */
async function parseMail(raw: Buffer): Promise<ParsedMail> {
  const { simpleParser } = await import('mailparser');
  return simpleParser(raw);
}
