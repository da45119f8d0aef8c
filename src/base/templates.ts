import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';
import { AppError, messageOf } from './errors.ts';

/** The templates that come with Broadsheet. */
export const TEMPLATES_DIR = fileURLToPath(new URL('../../templates/', import.meta.url));

const EXTENSION = '.hbs';

/** Marks a helper's result as HTML, so that it is not escaped. */
export function asHtml(html: string): Handlebars.SafeString {
  return new Handlebars.SafeString(html);
}

/**
 * A compiled template. @throws AppError TEMPLATE_INVALID when it prints a value that is not there.
 */
export type Fill = (values: object) => string;

/** Functions that a template may call, by name. */
export type Helpers = Readonly<Record<string, Handlebars.HelperDelegate>>;

/**
 * Compiles one text that includes no other, more strictly than `loadTemplates`: a condition or a
 * list that asks for what is not there is an error, and a helper that is not there.
 * @param placeOf names the file, and the line if it can, that a message of Handlebars is about.
 * @throws AppError TEMPLATE_INVALID when tags do not match.
 */
export function compileTemplate(
  source: string,
  placeOf: (message: string) => string,
  helpers: Helpers = {},
): Fill {
  const environment = Handlebars.create();
  for (const [name, helper] of Object.entries(helpers)) environment.registerHelper(name, helper);
  askForWhatIsThere(environment, source);
  const knownHelpers = Object.fromEntries(Object.keys(helpers).map((name) => [name, true]));
  const naming = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      const message = messageOf(cause);
      throw new AppError('TEMPLATE_INVALID', `${placeOf(message)}: ${message}`, { cause });
    }
  };
  naming(() => Handlebars.parse(source)); // compiling waits for the first use
  const template = environment.compile(source, { strict: true, knownHelpers, knownHelpersOnly: true });
  return (values) => naming(() => template(values));
}

/**
 * Handlebars takes a condition on a misspelt name for one that is not met, and leaves out what
 * depends on it.
 */
function askForWhatIsThere(environment: typeof Handlebars, source: string): void {
  const lines = source.split('\n');
  for (const name of ['if', 'unless', 'each', 'with']) {
    const helper = environment.helpers[name];
    environment.registerHelper(name, function (this: unknown, value: unknown, options: BlockOptions) {
      if (value !== undefined) return helper?.call(this, value, options);
      const { line, column } = options.loc.start;
      const [, asked = ''] =
        /^\{\{~?[#^]?\s*(?:else\s+)?\w+\s+(?:[@./]|this\.)*([\w.]*)/.exec(
          lines[line - 1]?.slice(column) ?? '',
        ) ?? [];
      throw new Error(`"${asked}" not defined, and {{#${name}}} asks for it - ${line}:${column}`);
    });
  }
}

interface BlockOptions extends Handlebars.HelperOptions {
  readonly loc: { readonly start: { readonly line: number; readonly column: number } };
}

export interface Templates {
  /**
   * Fills a template by its name without `.hbs`, such as `sign-up`. Values are escaped for HTML
   * unless the template says otherwise, and a value the template prints but `values` lacks is an
   * error: a mail with a hole must not exist. Only a condition or a list may ask for what is not
   * there.
   */
  fill(name: string, values: object): string;
}

/**
 * Compiles the `.hbs` files of one folder; those in its `partials/` can be included by name. Every
 * folder gets an environment of its own, with no helper but Handlebars' own and those handed in,
 * and no way to a prototype.
 */
export function loadTemplates(folder: string, helpers: Helpers = {}): Templates {
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
