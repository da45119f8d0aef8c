import { type JsonObject, listAt, objectFrom, textAt } from '../text/json-values.ts';

/** No page says more of one article. */
const MAX_CHARACTERS = 200_000;
const MOST_OBJECTS = 500;
const ARTICLE =
  /(?:Article|BlogPosting|Posting|Report|Review|Recipe|HowTo|OpinionPiece|Interview|Critique|CreativeWork|Story)$/;

/**
 * The fields that a page's JSON-LD gives of its article, by key; empty where it has none that can
 * be read.
 */
export function articleData(scripts: readonly string[]): [string, unknown][] {
  const objects = scripts.flatMap((script) => objectsIn(parsed(script.slice(0, MAX_CHARACTERS))));
  const articles = objects.filter((object) => typesOf(object).some((type) => ARTICLE.test(type)));
  const article = articles.find((object) => textAt(object, 'headline') || textAt(object, 'name'));
  if (!article) return [];
  const byId = new Map(objects.map((object) => [textAt(object, '@id'), object]));
  return Object.entries(article).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'mainEntityOfPage') return [['url', addressOf(value)]];
    return key.startsWith('@') ? [] : [[key, withReferences(value, byId)]];
  });
}

/** Parses a script in spite of common faults: comment marks, line breaks in texts, extra commas. */
function parsed(script: string): unknown {
  const plain = script
    .trim()
    .replace(/^(?:\/\/)?\s*(?:<!--|<!\[CDATA\[)/, '')
    .replace(/(?:\/\/)?\s{0,9}(?:-->|\]\]>)$/, '');
  for (const text of [plain, plain.replace(/[\u0000-\u001f]+/g, ' ').replace(/,\s{0,99}(?=[}\]])/g, '')]) {
    try {
      return JSON.parse(text);
    } catch {
      // Then in the next spelling, or not at all: the page says it in other ways, too.
    }
  }
  return undefined;
}

/** All objects: in lists, and in the graph that some pages wrap around them. */
function objectsIn(value: unknown): JsonObject[] {
  const found: JsonObject[] = [];
  const queue: unknown[] = [value];
  for (let one = queue.shift(); one !== undefined && found.length < MOST_OBJECTS; one = queue.shift()) {
    if (Array.isArray(one)) queue.push(...one.slice(0, MOST_OBJECTS));
    else if (typeof one === 'object' && one !== null) {
      const object = objectFrom(one);
      found.push(object);
      queue.push(...listAt(object, '@graph'), object.mainEntity, object.mainEntityOfPage);
    }
    while (queue.length > 0 && (queue[0] === undefined || queue[0] === null)) queue.shift();
  }
  return found;
}

function typesOf(object: JsonObject): string[] {
  const type = object['@type'];
  return (Array.isArray(type) ? type : [type]).filter((one): one is string => typeof one === 'string');
}

function addressOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const object = objectFrom(value);
  return textAt(object, '@id') || textAt(object, 'url');
}

/** Replaces objects that only name another by its id with that object. */
function withReferences(value: unknown, byId: ReadonlyMap<string, JsonObject>): unknown {
  if (Array.isArray(value)) return value.slice(0, MOST_OBJECTS).map((one) => withReferences(one, byId));
  const object = objectFrom(value);
  const id = textAt(object, '@id');
  const isReference = id !== '' && Object.keys(object).every((key) => key.startsWith('@'));
  return isReference ? (byId.get(id) ?? '') : value;
}
