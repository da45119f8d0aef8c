import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { SECOND_MS } from '../../base/clock.ts';
import type { Worker } from './claim.ts';

/** Long against a pause of the process, short against a reader's patience when a machine dies. */
const LEASE_MS = 60 * SECOND_MS;

/** This process as the ledger knows it: `<host>/<process id>/<nonce>`. */
export function thisWorker(): Worker {
  return { id: `${hostname()}/${process.pid}/${randomBytes(6).toString('hex')}`, leaseMs: LEASE_MS };
}

/**
 * True when a worker was a process of this machine that is known to have ended: then nobody needs
 * to wait for its lease. A process with our own id but another nonce is an earlier one, as happens
 * in containers, where all are process 1.
 */
export function isGone(me: Worker, workerId: string): boolean {
  const [host, pid] = workerId.split('/');
  if (workerId === me.id || host !== hostname() || !pid) return false;
  return Number(pid) === process.pid || !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
