import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';
import { AppError, messageOf } from './errors.ts';

/** The templates that come with Broadsheet. */
export const TEMPLATES_DIR = fileURLToPath(new URL('../../templates/', import.meta.url));

const EXTENSION = '.hbs';

export interface Templates {
  /**
   * Fills a template by its name without `.hbs`, such as `sign-up`. Values are escaped for HTML unless the template
   * says otherwise, and a value the template prints but `values` lacks is an error: a mail with a hole must not exist.
   * Only a condition or a list may ask for what is not there.
   */
  fill(name: string, values: object): string;
}

/**
 * Compiles the `.hbs` files of one folder; those in its `partials/` can be included by name. Every folder gets an
 * environment of its own, with no helper but Handlebars' own and those handed in, and no way to a prototype.
 */
export function loadTemplates(
  folder: string,
  helpers: Readonly<Record<string, Handlebars.HelperDelegate>> = {},
): Templates {
  const environment = Handlebars.create();
  for (const [name, helper] of Object.entries(helpers)) environment.registerHelper(name, helper);
  for (const [name, source] of filesIn(join(folder, 'partials'))) environment.registerPartial(name, source);
  const compiled = new Map(
    filesIn(folder).map(([name, source]) => [name, environment.compile(source, { strict: true })]),
  );
  return {
    fill: (name, values) => {
      const template = compiled.get(name);
      if (!template)
        throw new AppError('TEMPLATE_INVALID', `There is no template ${join(folder, name)}${EXTENSION}`);
      try {
        return template(values);
      } catch (cause) {
        throw new AppError('TEMPLATE_INVALID', `${join(folder, name)}${EXTENSION}: ${messageOf(cause)}`, {
          cause,
        });
      }
    },
  };
}

function filesIn(folder: string): [name: string, source: string][] {
  const names = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith(EXTENSION),
  );
  return names.map(({ name }) => [
    name.slice(0, -EXTENSION.length),
    readFileSync(join(folder, name), 'utf8'),
  ]);
}
