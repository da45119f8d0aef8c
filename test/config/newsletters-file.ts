/** A small file that is right, for tests to spoil. */
export const FILE = `publisher:
  name: Belle
  postal_address: 12 Garden Row
sources:
  stories: { folder: articles }
  palace: { feed: https://palace.example/feed.xml }
newsletters:
  daily:
    title: The Daily Belle
    schedule: 0 7 * * *
    sources: [stories]
    sections:
      royal: { title: Royals, when: { category: royal } }
      more:
        title: More
`;

export function changed(from: string, to: string): string {
  if (!FILE.includes(from)) throw new Error(`The file has no "${from}"`);
  return FILE.replace(from, to);
}

/** The file with further keys of the newsletter, from line 9 on. */
export function daily(keys: string): string {
  return changed('    title: The', `    ${keys}\n    title: The`);
}
