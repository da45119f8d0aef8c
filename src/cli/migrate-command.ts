import { EXIT, say } from './output.ts';

/** `broadsheet migrate`: opening the app has migrated already. */
export async function migrated(): Promise<number> {
  say('The database is up to date.');
  return EXIT.done;
}
