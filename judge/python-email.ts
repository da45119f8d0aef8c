import { join } from 'node:path';
import { debian, PYTHON, run } from './tool.ts';
import { type Judge, noneOf } from './verdict.ts';

const SCRIPT = join(import.meta.dirname, 'python_email.py');

/** Python's own parser: what it calls a defect, some mail program reads differently from the next. */
export const pythonEmail: Judge = {
  name: 'Python email',
  needs: debian('python3', PYTHON, ['--version']),
  async judge(messages) {
    const input = messages.map(({ name, raw }) => ({ name, raw: raw.toString('base64') }));
    const { code, out } = await run(PYTHON, [SCRIPT], JSON.stringify(input));
    if (code !== 0) throw new Error(`${SCRIPT} ended with ${code}: ${out}`);
    return noneOf(JSON.parse(out));
  },
};
