import type { App } from '../../app.ts';
import { isRehearsal } from '../../config/config.ts';
import { may } from '../../editors/editor.ts';
import { listEditors } from '../../editors/editor-store.ts';
import { type Finding, finding } from './doctor-finding.ts';

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

/** Finds who can get into the studio. */
export async function studioState(app: App): Promise<Finding> {
  const { config } = app;
  const editors = await listEditors(app.db);
  const approving = editors.filter((one) => may(one, 'approve')).length;
  const url = new URL(config.publicUrl);
  if (config.studioPassword === undefined && isRehearsal(config)) return openInRehearsal(app, url);
  if (config.studioPassword === undefined && editors.length === 0)
    return finding('studio', 'studio-closed', {});
  if (config.studioPassword === undefined && approving === 0)
    return finding('studio', 'studio-without-approver', { editors: editors.length });
  const readable = url.protocol === 'http:' && !LOCAL.test(url.hostname);
  return finding('studio', readable ? 'studio-over-http' : 'studio-open', {
    editors: editors.length,
    approving,
    password: config.studioPassword !== undefined,
  });
}

function openInRehearsal({ config: { host, publicUrl } }: App, url: URL): Finding {
  const isLocal = LOCAL.test(host) && LOCAL.test(url.hostname);
  return isLocal
    ? finding('studio', 'studio-open-in-rehearsal', {})
    : finding('studio', 'studio-open-without-password', { host, publicUrl });
}
