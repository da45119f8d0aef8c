import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import type { DkimRecord } from '../src/transport/dkim/dkim-record.ts';
import { signedFields, tamper } from './tamper.ts';
import { type Judge, noneOf, type SentMessage } from './verdict.ts';

/** Verifies every signature, then everything that somebody on the way could have changed. */
export function mailauth(record: DkimRecord): Judge {
  return {
    name: 'mailauth DKIM',
    async judge(messages) {
      const findings: string[] = [];
      for (const message of messages) findings.push(...(await findingsOf(message, record)));
      return noneOf(findings);
    },
  };
}

async function findingsOf({ name, raw }: SentMessage, record: DkimRecord): Promise<string[]> {
  if (signedFields(raw.toString('latin1')).length === 0) return [`${name}: it is not signed`];
  const genuine = await resultOf(raw, record);
  const findings = genuine === 'pass' ? [] : [`${name}: ${genuine}`];
  for (const { what, raw: changed } of tamper(raw))
    if ((await resultOf(changed, record)) === 'pass') findings.push(`${name}: passes with ${what}`);
  return findings;
}

async function resultOf(raw: Buffer, { name, value }: DkimRecord): Promise<string> {
  const resolver = async (asked: string) => {
    if (asked === name) return [[value]];
    throw Object.assign(new Error(`there is no ${asked}`), { code: 'ENOTFOUND' });
  };
  const { results } = await dkimVerify(raw, { resolver });
  const [only] = results;
  return results.length === 1 && only?.status.result === 'pass' && only.status.aligned
    ? 'pass'
    : results.map(({ status }) => [status.result, status.comment].filter(Boolean).join(': ')).join(', ') ||
        'none';
}
