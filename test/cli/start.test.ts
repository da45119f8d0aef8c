import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CLI, closedPort, environmentOf, type Folder, NEWSLETTERS, openFolder } from './command.ts';

let folder: Folder;
let running: ChildProcess | undefined;
beforeEach(() => {
  folder = openFolder();
  const yesterday = new Date(Date.now() - 20 * 3_600_000).toISOString();
  const article = `---\nheadline: The news of the day\ndate: ${yesterday}\n---\n\nIt happened, and here it is told in full.\n`;
  folder.write('articles/today.md', article);
  // Due every minute, so that the article is in whatever the hour; a run takes less than the test.
  folder.write('newsletters.yaml', NEWSLETTERS.replace('0 7 * * *', '"* * * * *"'));
});
afterEach(() => {
  running?.kill('SIGKILL');
  folder[Symbol.dispose]();
});

test('start rehearses the whole way, serves its pages, and stops when told: 0', async () => {
  const port = await closedPort();
  const child = start(port);
  const said = await until(child, 'Ctrl-C stops.');
  expect(said).toContain('Rehearsal: nothing is configured to send');
  expect(said).toMatch(/readers {4}\d sample readers for The Daily Belle/);
  expect(said).toMatch(/ledger {5}candidates \d = prepared \d \(accepted \d\) \+ excluded \d/);
  expect(said).toContain(`http://localhost:${port}/studio/caught`);
  expect(readdirSync(join(folder.path, 'data/rehearsal/caught')).length).toBeGreaterThan(0);
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('The Daily Belle');
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);

  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test('start on a port that is taken says so: 3', async () => {
  const port = await closedPort();
  const other = createServer().listen(port, '127.0.0.1');
  try {
    const { code, stderr } = await folder.run(['start'], { PORT: String(port) });
    expect(code).toBe(3);
    expect(stderr).toContain(`Port ${port} is taken`);
    expect(stderr).toContain('→ Is Broadsheet already running?');
  } finally {
    other.close();
  }
});

function start(port: number): ChildProcess {
  const env = environmentOf({ PORT: String(port) });
  running = spawn(process.execPath, [CLI, 'start'], { cwd: folder.path, env });
  return running;
}

function until(child: ChildProcess, words: string): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const add = (chunk: Buffer) => {
      said += chunk;
      if (said.includes(words)) resolve(said);
    };
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
    child.once('close', (code) => reject(new Error(`It ended with ${code} and said:\n${said}`)));
  });
}

test('where a service runs for real and nobody watches, every line it writes is JSON', async () => {
  const port = await closedPort();
  const settings = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'post@belle.example', PORT: String(port) };
  running = spawn(process.execPath, [CLI, 'start'], { cwd: folder.path, env: environmentOf(settings) });
  let stdout = '';
  let stderr = '';
  running.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  running.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  await expect.poll(() => stderr, { timeout: 40_000 }).toContain('"Started"');
  const ended = new Promise((resolve) => running?.once('close', resolve));
  running.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(stdout).toBe('');
  const messages = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg);
  expect(messages).toEqual(expect.arrayContaining(['Started', expect.stringContaining('Stopping')]));
});
