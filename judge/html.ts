import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { MAIL_RULES } from './html-rules.ts';
import { type Judge, noneOf } from './verdict.ts';

/** The HTML standard, but for what mail programs force on everybody: see `html-rules.ts`. */
export const htmlValidate: Judge = {
  name: 'html-validate',
  async judge(messages) {
    const validator = new HtmlValidate(new StaticConfigLoader([], MAIL_RULES));
    const findings: string[] = [];
    for (const { name, html } of messages) {
      const { results } = await validator.validateString(html);
      for (const { messages: found } of results)
        findings.push(
          ...found.map(
            ({ ruleId, line, column, message }) => `${name}:${line}:${column}: ${ruleId}: ${message}`,
          ),
        );
    }
    return noneOf(findings);
  },
};
