import { expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { TokenSigner } from '../../src/base/token.ts';
import { composition } from '../../src/composing/composition.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import { pullStory } from '../../src/delivery/pull.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { MailComposer } from '../../src/outbound/mail-composer.ts';
import { asShownAgain, deliveryById } from '../../src/outbound/sent-mail.ts';
import { mailLinks } from '../../src/outbound/site-links.ts';
import { noticeFacts } from '../../src/publishing/notice-facts.ts';
import { publish } from '../../src/publishing/publish.ts';
import { addActive, draft, emails, NOW } from '../delivery/fixture.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { newsletter, PUBLISHER, story } from '../mail/sample.ts';
import { DAILY, DAY, HOUR, news, press, SLOT } from '../publishing/press.ts';
import { section } from './sample-article.ts';

eachDatabase((open) => {
  test('a reader’s own web version is what they were sent, but for what was taken out since', async () => {
    await using store = await open();
    const [both, alone] = [emails(1), emails(1, 'style.example')];
    await addActive(store.db, both);
    await addActive(store.db, alone, ['style']);
    const edition = await draft(store.db, { stories: [story(0), story(1, { sectionId: 'style' })] });
    await freezeAudience(store.db, edition, NOW);
    await store.db.updateTable('deliveries').set({ state: 'accepted' }).execute();
    await store.db.updateTable('editions').set({ state: 'finished' }).execute();
    const clock = new ManualClock(NOW);
    const config: Config = {
      ...loadConfig({
        PUBLIC_URL: 'https://news.example',
        SECRET_KEY: 'a-secret-of-forty-characters-for-the-tests',
      }),
      newsletters: Newsletters.with([newsletter({ sections: [section('royals'), section('style')] })]),
    };
    const links = mailLinks(config.publicUrl);
    const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links });
    const signer = new TokenSigner(config.secrets);
    const composer = new MailComposer({ noticeFacts, db: store.db, config, clock, links, renderer, signer });
    const shown = async (id: number) => {
      const delivery = await deliveryById(store.db, id);
      const again = delivery && (await asShownAgain(store.db, delivery));
      return again && composer.personalVersion(again);
    };
    expect(await shown(1)).toContain('Headline number 1');
    await pullStory({ db: store.db, clock }, { editionId: edition.id, articleId: 2, by: 'Ada' });
    expect(await shown(1)).toContain('Headline number 0');
    expect(await shown(1)).not.toContain('Headline number 1');
    expect(await shown(2)).toBeUndefined();
    const variants = await store.db.selectFrom('deliveries').select('variant_id').orderBy('id').execute();
    expect(variants).toEqual([{ variant_id: 1 }, { variant_id: 2 }]); // the ledger says what they were sent
  });

  test('the week’s best leaves out what was pulled, and it is not told again by itself', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT - 2 * DAY);
    desk.offer(news(0, SLOT - 2 * DAY - HOUR), news(1, SLOT - 2 * DAY - HOUR));
    const { edition } = await publish(desk, DAILY);
    const [gone, kept] = edition.content?.stories ?? [];
    await pullStory(
      { db: store.db, clock: desk.clock },
      { editionId: edition.id, articleId: gone?.articleId ?? 0, by: 'Ada' },
    );
    const { content } = await composition(desk, DAILY, SLOT, SLOT); // a Sunday
    expect(content?.stories.map(({ headline, earlier }) => ({ headline, earlier }))).toEqual([
      { headline: kept?.headline, earlier: true },
    ]);
  });
});
