import { join } from 'node:path';
import type { DkimRecord } from '../src/transport/dkim/dkim-record.ts';
import { tamper } from './tamper.ts';
import { debian, PYTHON, run } from './tool.ts';
import { type Judge, noneOf } from './verdict.ts';

const SCRIPT = join(import.meta.dirname, 'dkimpy_verify.py');

/** A second verifier, of other people's making and in another language: the same questions, the same answers. */
export function dkimpy(record: DkimRecord): Judge {
  return {
    name: 'dkimpy DKIM',
    needs: debian('python3-dkim', PYTHON, ['-c', 'import dkim']),
    async judge(messages) {
      const asked = messages.flatMap(({ name, raw }) => [
        { name, what: '', raw: raw.toString('base64') },
        ...tamper(raw).map(({ what, raw }) => ({ name, what, raw: raw.toString('base64') })),
      ]);
      const { code, out } = await run(PYTHON, [SCRIPT], JSON.stringify({ record, asked }));
      if (code !== 0) throw new Error(`${SCRIPT} ended with ${code}: ${out}`);
      return noneOf(JSON.parse(out));
    },
  };
}
