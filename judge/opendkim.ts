import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DkimRecord } from '../src/transport/dkim/dkim-record.ts';
import { tamper } from './tamper.ts';
import { debian, run } from './tool.ts';
import { type Judge, noneOf, type SentMessage } from './verdict.ts';

const PASSED = 'succeeded';

/** The verifier that many mail servers run. It reads keys from a file in place of DNS, and judges one file at a time. */
export function opendkim(record: DkimRecord): Judge {
  return {
    name: 'OpenDKIM',
    needs: debian('opendkim', 'opendkim', ['-V']),
    async judge(messages) {
      const folder = mkdtempSync(join(tmpdir(), 'broadsheet-judge-'));
      try {
        const config = configure(folder, record);
        const findings: string[] = [];
        for (const message of messages) findings.push(...(await findingsOf(message, folder, config)));
        return noneOf(findings);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function configure(folder: string, { name, value }: DkimRecord): string {
  const keys = join(folder, 'keys');
  writeFileSync(keys, `${name} ${value}\n`);
  const config = join(folder, 'opendkim.conf');
  writeFileSync(config, `Mode v\nSyslog no\nTestPublicKeys ${keys}\n`);
  return config;
}

/** Every message, and of each the changes that matter most: it takes a process each time. */
async function findingsOf({ name, raw }: SentMessage, folder: string, config: string): Promise<string[]> {
  const file = join(folder, 'message.eml');
  const verify = async (bytes: Buffer) => {
    writeFileSync(file, bytes);
    const { out } = await run('opendkim', ['-x', config, '-vvv', '-t', file]);
    return /: verification (?:\(.*\) )?(.*)/.exec(out)?.[1] ?? out.slice(-200);
  };
  const genuine = await verify(raw);
  const findings = genuine === PASSED ? [] : [`${name}: ${genuine}`];
  const changes = tamper(raw).filter(({ what }) => /^a changed (list-unsubscribe|from|body)$/.test(what));
  for (const { what, raw: changed } of changes)
    if ((await verify(changed)) === PASSED) findings.push(`${name}: passes with ${what}`);
  return findings;
}
