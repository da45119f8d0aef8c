import type { App } from '../../app.ts';
import { messageOf } from '../../base/errors.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Edition, EditionStory } from '../../editions/edition.ts';
import { findingLines } from '../finding-lines.ts';
import { type Finding, finding } from './doctor-finding.ts';

/** Number of stories that uses every part of a layout: a lead, a second, and some in a tail. */
const STORIES_IN_A_SECTION = 4;
const MOST_SECTIONS = 3;

/**
 * Renders every mail of every newsletter with sample stories, and puts the edition before the
 * checks that keep a real one from being sent: what would stop an edition on the day it is due is
 * found here.
 */
export async function templates(app: App): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const newsletter of app.config.newsletters) findings.push(...(await checkTemplates(app, newsletter)));
  return findings.length > 0 ? findings : [finding('templates', 'templates-ready', {})];
}

async function checkTemplates(app: App, newsletter: NewsletterConfig): Promise<Finding[]> {
  const sample = sampleEdition(newsletter, app.clock.now());
  try {
    await app.composer.rehearseTemplates(newsletter, sample);
  } catch (error) {
    return [finding('templates', 'template-invalid', { newsletter: newsletter.id, error: messageOf(error) })];
  }
  const verdict = await app.verdict(sample);
  if (verdict.ready) return [];
  const blocking = verdict.findings.filter(({ severity }) => severity === 'blocking');
  const checks = [...new Set(blocking.map(({ check }) => check))];
  const lines = findingLines({ findings: blocking });
  return [finding('templates', 'edition-not-ready', { newsletter: newsletter.id, checks, lines })];
}

function sampleEdition(newsletter: NewsletterConfig, now: number): Edition {
  const sections = newsletter.sections.slice(0, MOST_SECTIONS).map(({ id, title }) => ({ id, title }));
  const stories = sections.flatMap(({ id }, at) =>
    Array.from({ length: STORIES_IN_A_SECTION }, (_, n) =>
      sampleStory(id, at * STORIES_IN_A_SECTION + n, now),
    ),
  );
  const content = { title: newsletter.title, language: newsletter.language, sections, stories };
  return { id: `${newsletter.id}-sample`, newsletterId: newsletter.id, slot: now, content };
}

/**
 * A story that no check of its own words finds fault with, so that what is found is the template's.
 */
function sampleStory(sectionId: string, bit: number, now: number): EditionStory {
  return {
    bit,
    storyId: 0,
    articleId: bit,
    sectionId,
    headline: `A gardener opens gate number ${bit + 1} to the public`,
    standfirst: `The path behind gate ${bit + 1} leads past the roses, down to the river and back again.`,
    link: `https://www.example.org/gates/${bit + 1}`,
    picture: null,
    author: '',
    sourceId: 'sample',
    publishedAt: now,
    tags: [],
    chapter: 0,
    update: false,
    earlier: false,
    alsoBy: [],
  };
}
