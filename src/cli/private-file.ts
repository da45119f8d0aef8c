import { createWriteStream, fchmodSync, fstatSync, type WriteStream } from 'node:fs';

const OWNER_ALONE = 0o600;

/**
 * Opens a file of readers' addresses for writing. Its owner alone may read it, also where a file
 * was there before that others could read: the permissions change before a byte is written. A
 * device or a pipe keeps its own.
 */
export function privateFile(path: string): WriteStream {
  const file = createWriteStream(path, { mode: OWNER_ALONE });
  file.once('open', (fd: number) => {
    try {
      if (fstatSync(fd).isFile()) fchmodSync(fd, OWNER_ALONE);
    } catch (error) {
      file.destroy(error as Error);
    }
  });
  return file;
}
