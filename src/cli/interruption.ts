/**
 * Fires at the first Ctrl-C or SIGTERM, so that what is under way can come to its outcome. A second
 * one ends the process as ever.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
