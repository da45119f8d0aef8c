/** The first value of a form field, trimmed; empty where there is none. */
export function field(body: unknown, name: string): string {
  return (fields(body, name)[0] ?? '').trim();
}

/** All values of a form field, in order: a ticked box is one value, several are a list. */
export function fields(body: unknown, name: string): readonly string[] {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return [];
  const value: unknown = (body as Record<string, unknown>)[name];
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}

/** A number as text, from a form or as a script sends it; empty for anything else. */
export function numberIn(body: unknown, name: string): string {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return '';
  const value: unknown = (body as Record<string, unknown>)[name];
  return typeof value === 'number' ? String(value) : field(body, name);
}

/**
 * Takes out what an address asks more than once: no page of ours does, and each value that is left
 * is a text.
 */
export function askedOnce(query: unknown): void {
  if (typeof query !== 'object' || query === null) return;
  for (const [name, value] of Object.entries(query))
    if (Array.isArray(value)) Reflect.deleteProperty(query, name);
}
