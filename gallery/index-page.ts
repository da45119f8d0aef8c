import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import type { Failure, Shot } from './exhibition.ts';

/** The page to look through: thumbnails by case, and what could not be drawn. */
export function indexPage(shots: readonly Shot[], failures: readonly Failure[]): string {
  const cases = [...new Map(shots.map(({ mail }) => [mail.one.id, mail.one])).values()];
  const distinct = <T>(of: (shot: Shot) => T) => [...new Set(shots.map(of))];
  const source = readFileSync(join(import.meta.dirname, 'index.html.hbs'), 'utf8');
  return Handlebars.compile(source, { strict: true })({
    count: shots.length === 1 ? '1 picture' : `${shots.length} pictures`,
    filters: [
      { name: 'case', options: cases.map(({ id }) => id) },
      { name: 'kind', options: distinct(({ mail }) => mail.kind) },
      { name: 'width', options: distinct(({ width }) => width) },
      { name: 'mode', options: distinct(({ mode }) => mode) },
    ],
    cases: cases.map(({ id, title }) => ({
      id,
      title,
      shots: shots
        .filter(({ mail }) => mail.one.id === id)
        .map(({ mail, width, mode, file, thumbnail }) => ({ kind: mail.kind, width, mode, file, thumbnail })),
    })),
    failures: failures.map(({ mail, reason }) => ({ id: mail.one.id, kind: mail.kind, reason })),
  });
}
