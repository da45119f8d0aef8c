import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import { openDatabase } from '../../../src/storage/database.ts';

/** Run as a process of its own: saves the articles on its command line and prints what came of it. */
const [, , url = '', articles = '[]', now = '0'] = process.argv;
const db = await openDatabase(url);
console.log(JSON.stringify(await saveArticles(db, 'house', JSON.parse(articles), Number(now))));
await db.destroy();
