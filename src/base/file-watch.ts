import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Quiet time to wait for after a change: a saving editor, or a copied folder, makes many changes at
 * once.
 */
const SETTLED_MS = 120;

export interface FileWatchOptions {
  /** Absolute; those that are not there, or cannot be watched, are passed over and told of. */
  readonly folders: readonly string[];
  /** Names of files that matter. */
  readonly names: RegExp;
  /** Called once they have been left alone for a moment. */
  readonly changed: () => void;
  readonly unwatched: (folder: string, error: unknown) => void;
}

/**
 * Tells when files in some folders or below them change. Costs nothing while none does: the
 * operating system tells us. A watcher for each folder, and not the recursive one, which on Linux
 * opens a watcher for every single file.
 */
export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  #pending: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: FileWatchOptions) {
    this.#options = options;
  }

  /** Resolves once everything is watched. */
  async start(): Promise<void> {
    for (const folder of this.#options.folders) await this.#add(folder);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#pending);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  async #add(folder: string): Promise<void> {
    if (this.#closed) return;
    try {
      if (!this.#watchers.has(folder)) this.#watch(folder);
      for (const entry of await readdir(folder, { withFileTypes: true }))
        if (entry.isDirectory() && !entry.name.startsWith('.')) await this.#add(join(folder, entry.name));
    } catch (error) {
      this.#forget(folder);
      if (!this.#closed) this.#options.unwatched(folder, error);
    }
  }

  #watch(folder: string): void {
    const watcher = watch(folder, { persistent: false }, (event, name) => this.#notice(event, name));
    watcher.on('error', () => this.#forget(folder));
    this.#watchers.set(folder, watcher);
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #notice(event: 'rename' | 'change', name: string | null): void {
    if (this.#closed || name?.startsWith('.')) return;
    // A folder that came brings files that nobody tells of; one that went takes some away.
    const mayBeFolder = event === 'rename' && name !== null && !/\.\w+$/.test(name);
    if (!mayBeFolder && name !== null && !this.#options.names.test(name)) return;
    clearTimeout(this.#pending);
    this.#pending = setTimeout(() => void this.#settle(), SETTLED_MS);
    this.#pending.unref();
  }

  async #settle(): Promise<void> {
    await this.start();
    if (!this.#closed) this.#options.changed();
  }
}
