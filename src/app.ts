import type { FastifyInstance } from 'fastify';
import cron from 'node-cron';
import { Collector } from './articles/sources/collector.ts';
import { taggedArticles } from './articles/subjects/tag-decisions.ts';
import { type Clock, systemClock } from './base/clock.ts';
import { AppError } from './base/errors.ts';
import type { Log } from './base/log.ts';
import { TEMPLATES_DIR } from './base/templates.ts';
import { TokenSigner } from './base/token.ts';
import { userAgentOf } from './base/version.ts';
import { illustrate } from './composing/illustrate.ts';
import type { Config } from './config/config.ts';
import type { Claim } from './delivery/engine/claim.ts';
import { Engine } from './delivery/engine/engine.ts';
import { paceLimits } from './delivery/engine/pace.ts';
import { ReceivingGroups } from './delivery/engine/receiving-group.ts';
import { thisWorker } from './delivery/engine/worker.ts';
import { readOnce } from './editions/store/newsletter-store.ts';
import { editionForLog } from './editions/words/reason-words.ts';
import { examineGround, type Ground, mediaDirOf, openGround } from './ground.ts';
import { createRenderer } from './mail/render.ts';
import { MailComposer } from './outbound/mail-composer.ts';
import { mailLinks } from './outbound/site-links.ts';
import { type Parts, siteDeps, studioDeps } from './ports.ts';
import { type GiveVerdict, verdictGiver } from './publishing/checking/give-verdict.ts';
import { noticeFacts } from './publishing/notice-facts.ts';
import { type PublishingDeps, publishDue } from './publishing/publish.ts';
import { watchForRestore } from './publishing/restore.ts';
import type { Found } from './storage/examine.ts';
import type { Database } from './storage/schema/schema.ts';
import { type LiveFiles, liveFiles } from './studio/live-files.ts';
import { type LeaveByMail, leaveByMail } from './subscribers/leave-by-mail.ts';
import { CaughtMails } from './transport/inbound/caught-mails.ts';
import { Outlet } from './transport/outlet.ts';
import type { Connect } from './transport/smtp.ts';

/** The parts, wired. What is started is stopped by `close`, in the order that loses nothing. */
export class App implements Ground {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly db: Database;
  readonly composer: MailComposer;
  readonly publishing: PublishingDeps;
  readonly collector: Collector;
  /** Checks whether an edition is ready to send. */
  readonly verdict: GiveVerdict;
  readonly #signer: TokenSigner;
  readonly #renderer: ReturnType<typeof createRenderer>;
  readonly #caught: CaughtMails;
  readonly #outlet: Outlet;
  readonly #closers: (() => Promise<unknown>)[] = [];
  readonly #live: LiveFiles;
  #engine: Engine | undefined;

  /** Opens the database, brings it up to date, and wires everything; starts nothing. */
  static async open(config: Config, log: Log, clock: Clock = systemClock): Promise<App> {
    return new App(await openGround(config, log, clock));
  }

  /** Wires everything on a database that is only read: nothing is created, migrated or written. */
  static async examine(config: Config, log: Log): Promise<{ readonly app: App; readonly found: Found }> {
    const { ground, found } = await examineGround(config, log, systemClock);
    return { app: new App(ground), found };
  }

  private constructor({ config, log, clock, db }: Ground) {
    const links = mailLinks(config.publicUrl);
    this.config = config;
    this.log = log;
    this.clock = clock;
    this.db = db;
    this.#signer = new TokenSigner(config.secrets);
    this.#renderer = createRenderer({ ...config, templatesDir: TEMPLATES_DIR, links });
    this.#caught = CaughtMails.of(config);
    this.#outlet = new Outlet(config, { caught: this.#caught, clock });
    const mailing = { db, config, clock, links, signer: this.#signer, renderer: this.#renderer };
    this.composer = new MailComposer({ ...mailing, noticeFacts });
    this.verdict = verdictGiver(mailing);
    this.collector = new Collector({ ...this.#collecting, baseDir: config.baseDir }, config.sources);
    this.publishing = {
      db,
      clock,
      log,
      newsletters: config.newsletters,
      sources: config.sources,
      tagged: (articles) => taggedArticles(db, articles, config.subjects),
      illustrate: (articles) => illustrate({ ...this.#collecting, sources: config.sources }, articles),
      collect: (ids) => this.collector.collect(ids),
      check: (edition) => this.verdict(edition),
      speaks: this.composer.speaks,
    };
    this.#live = liveFiles(config, this.publishing, this.#renderer);
    this.#closers.push(
      () => db.destroy(),
      () => this.#outlet.close(),
      () => this.collector.close(),
    );
  }

  /**
   * Holds a restored backup, from before anything is sent on. @throws when one was found and could
   * not be held.
   */
  async watchForRestore(): Promise<void> {
    this.#closers.push(await watchForRestore(this.publishing, this.config));
  }

  /** Starts carrying deliveries to the relay; in rehearsal to the catcher. */
  async startDelivery(): Promise<Engine> {
    const engine = new Engine({
      db: this.db,
      clock: this.clock,
      log: this.log,
      worker: thisWorker(),
      connect: await this.relay(),
      connections: this.config.smtpConnections,
      compose: (claim) => this.composer.compose(claim),
      limits: paceLimits(this.config.pace),
      groups: new ReceivingGroups(),
      uncertainPolicy: ({ newsletterId }: Claim) =>
        this.config.newsletters.get(newsletterId)?.uncertain ?? 'hold',
    });
    engine.start();
    this.#engine = engine;
    this.#closers.push(() => engine.stop());
    return engine;
  }

  /** Readers' and editors' pages, not yet listening. */
  async createServer(): Promise<FastifyInstance> {
    const { config, log, db } = this;
    // Most commands serve no page, and start sooner without all this.
    const [{ createServer }, { speaking }, { registerSite }, { registerStudio }] = await Promise.all([
      import('./web/server.ts'),
      import('./site/page-language.ts'),
      import('./site/site-routes.ts'),
      import('./studio/studio-routes.ts'),
    ]);
    const server = await createServer({ log, trustProxy: config.trustProxy, words: speaking(config) });
    await registerSite(server, siteDeps(this.parts));
    await registerStudio(server, studioDeps(this.parts));
    server.get('/readyz', async () => {
      await readOnce(db);
      return { status: 'ready' };
    });
    return server;
  }

  /** Serves them. @throws AppError PORT_IN_USE. */
  async startServer(): Promise<void> {
    const { host, port } = this.config;
    const server = await this.createServer();
    this.#closers.push(() => server.close());
    await server.listen({ host, port }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') throw cause;
      throw new AppError('PORT_IN_USE', `Port ${port} is taken`, {
        hint: 'Is Broadsheet already running? Or set PORT to another.',
        cause,
      });
    });
  }

  /** Ends subscriptions by mail. */
  get leaving(): LeaveByMail {
    return leaveByMail({ ...siteDeps(this.parts), address: this.config.inbound?.address });
  }

  /** Takes unsubscribe mail if configured; returns the port. @throws AppError PORT_IN_USE. */
  async startInbound(): Promise<number | undefined> {
    const { host, port } = this.config.inbound ?? {};
    if (host === undefined || port === undefined) return undefined;
    const { leaving, log, config } = this;
    const { startInbound } = await import('./transport/inbound/inbound.ts');
    const inbound = await startInbound({
      host,
      port,
      log,
      name: new URL(config.publicUrl).hostname,
      ...leaving,
    });
    this.#closers.push(() => inbound.close());
    return inbound.port;
  }

  /** Watches template and article files: every mail made from now on has their changes. */
  async startWatching(): Promise<void> {
    this.#closers.push(() => this.#live.close());
    await this.#live.start();
  }

  /** Checks each minute for due work. node-cron only wakes us: due work follows from past work. */
  startSchedule(): void {
    const task = cron.schedule('* * * * *', () => this.runSchedule(), {
      noOverlap: true,
      // A minute that was slept through is nothing to tell: after a leap of the clock there would be thousands.
      suppressMissedWarning: true,
    });
    this.#closers.push(async () => task.stop());
  }

  /** Publishes what is due at this moment. */
  async runSchedule(): Promise<void> {
    try {
      for (const { edition } of await publishDue(this.publishing))
        if (edition.state !== 'draft') this.log.info(editionForLog(edition), 'A slot was due');
      this.#engine?.wake();
    } catch (error) {
      this.log.error({ error }, 'The schedule could not be looked at; it is tried again in a minute');
    }
  }

  /** Opens connections to the relay (in rehearsal, the catcher): the running one, or our own. */
  relay(): Promise<Connect> {
    return this.#outlet.connections();
  }

  /** Stops in reverse order of starting: no new work, running work completes, then the database. */
  async close(): Promise<void> {
    this.collector.stop();
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  /** Dependencies for fetching and storing what others publish. */
  get #collecting() {
    const { db, clock, log, config } = this;
    return { db, clock, log, mediaDir: mediaDirOf(config), userAgent: userAgentOf(config.publicUrl) };
  }

  /** Dependencies of the pages. */
  get parts(): Parts {
    return {
      ...this.#collecting,
      config: this.config,
      signer: this.#signer,
      renderer: this.#renderer,
      composer: this.composer,
      publishing: this.publishing,
      verdict: this.verdict,
      caught: this.#caught,
      takesUtf8: () => this.#outlet.takesUtf8,
      live: this.#live,
      wake: () => this.#engine?.wake(),
    };
  }
}
