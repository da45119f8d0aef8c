import type { App } from '../app.ts';
import { isRehearsal } from '../config/config.ts';
import { may } from '../editors/editor.ts';
import { listEditors } from '../editors/editor-store.ts';
import { counted } from './output.ts';

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

/** Who can get into the studio, as `doctor` says it. */
export async function studioState(
  app: App,
): Promise<{ readonly verdict: 'fine' | 'note' | 'wrong'; readonly says: string }> {
  const { config } = app;
  const editors = await listEditors(app.db);
  const approving = editors.filter((one) => may(one, 'approve')).length;
  const url = new URL(config.publicUrl);
  if (config.studioPassword === undefined && isRehearsal(config)) return openInRehearsal(app, url);
  if (config.studioPassword === undefined && editors.length === 0)
    return {
      verdict: 'note',
      says: 'closed, since STUDIO_PASSWORD is not set and `broadsheet editors add` has let nobody in',
    };
  if (config.studioPassword === undefined && approving === 0)
    return {
      verdict: 'wrong',
      says: 'nobody may approve: `broadsheet editors role EMAIL approve` lets somebody, or set STUDIO_PASSWORD',
    };
  const who = `open to ${counted(editors.length, 'editor', 'editors')}, ${approving} of whom may approve`;
  const ways = config.studioPassword === undefined ? who : `${who}, and to whoever has STUDIO_PASSWORD`;
  return url.protocol === 'http:' && !LOCAL.test(url.hostname)
    ? { verdict: 'wrong', says: `${ways}; but over http anybody on the way can read their passwords` }
    : { verdict: 'fine', says: ways };
}

function openInRehearsal({ config }: App, url: URL) {
  const isLocal = LOCAL.test(config.host) && LOCAL.test(url.hostname);
  return isLocal
    ? ({
        verdict: 'fine',
        says: 'open on this machine without a password, since this is a rehearsal',
      } as const)
    : ({
        verdict: 'note',
        says: `open without a password to whatever asks from this machine, also to a proxy on it that hides for whom, and this is reached from outside (HOST ${config.host}, PUBLIC_URL ${config.publicUrl}): set STUDIO_PASSWORD`,
      } as const);
}
