/** A mail as it came over the wire. */
export interface SentMessage {
  /** To whom and of which newsletter, such as `everything-magazine`. */
  readonly name: string;
  readonly raw: Buffer;
  readonly html: string;
  /** Unfolded, in the order of the mail. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface Verdict {
  /** The worst of all messages, or how many findings there were. */
  readonly score: number;
  /** The most that passes. */
  readonly limit: number;
  readonly pass: boolean;
  /** What was found, each with its message; the worst message where nothing was. */
  readonly details: readonly string[];
}

export interface Judge {
  readonly name: string;
  /** What has to be on the machine. */
  readonly needs?: Need;
  judge(messages: readonly SentMessage[]): Promise<Verdict>;
}

export interface Need {
  /** Debian's name for it. */
  readonly package: string;
  isThere(): Promise<boolean>;
}

/** A verdict that counts what was found, and passes when that is nothing. */
export function noneOf(findings: readonly string[]): Verdict {
  return { score: findings.length, limit: 0, pass: findings.length === 0, details: findings };
}
