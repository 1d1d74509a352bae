const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `stop` whenever this process is asked to end, and when the one that started it (local/bootstrap.mjs) is gone. It
 * may be called several times: people press Ctrl-C again, and npm repeats it.
 */
export function onEnding(stop: () => void): void {
  for (const signal of SIGNALS) process.on(signal, stop);
  process.on('disconnect', stop);
  // The channel is only there to be seen closing: it must not keep this process running.
  process.channel?.unref();
}
