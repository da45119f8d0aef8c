import { AppError } from '../../../base/errors.ts';
import { DETAIL_FIELDS, fieldNamed, STANDING_FIELDS } from './import-fields.ts';

/**
 * Reads `email="Email Address",unsubscribed="Left",unsubscribed="Opted out"`, with or without the
 * quotation marks, which a shell may have taken.
 * @throws AppError USAGE.
 */
export function readMapping(text: string): Record<string, string | readonly string[]> {
  const pairs = text.split(/,(?=\s*\w+\s*=)/).map((pair) => /^\s*(\w+)\s*=\s*"?(.*?)"?\s*$/s.exec(pair));
  const mapping: Record<string, string | readonly string[]> = {};
  for (const pair of pairs) {
    const field = fieldNamed(pair?.[1]?.toLowerCase() ?? '');
    if (field === undefined)
      throw new AppError('USAGE', `--map "${text}" is not understood`, {
        hint: `Write it as email="Email Address",name="First Name"; the names on the left are ${names().join(', ')}.`,
      });
    const before = mapping[field];
    const heading = pair?.[2] ?? '';
    mapping[field] = before === undefined ? heading : [...[before].flat(), heading];
  }
  return mapping;
}

/**
 * Reads `Royal fans=royal`: the name of a tag, and the section it stands for; nothing behind the
 * `=` for none.
 * @throws AppError USAGE.
 */
export function readTag(text: string, sections: readonly string[]): readonly [tag: string, section: string] {
  const at = text.lastIndexOf('=');
  const [tag, section] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at > 0 && (section === '' || sections.includes(section))) return [tag, section];
  throw new AppError('USAGE', `--tag "${text}" is not understood`, {
    hint: `Write it as "Royal fans=${sections[0] ?? 'section'}"; the newsletter has ${sections.join(', ')}.`,
  });
}

function names(): readonly string[] {
  return [...DETAIL_FIELDS, ...STANDING_FIELDS].filter((field) => field !== 'left_at');
}
