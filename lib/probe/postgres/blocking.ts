/** A session that waits, and the pids it waits for (0 stands for a prepared transaction, which has no session). */
export interface Waiting {
  readonly pid: number;
  readonly blockers: readonly number[];
}

/** A session that blocks others and waits for nobody: how many wait behind it, and how long the longest chain is. */
export interface RootBlocker {
  readonly pid: number;
  readonly waiting: number;
  readonly depth: number;
}

/** The roots of the blocking graph, those that hold up most first. A ring of waiters (a deadlock) has no root. */
export function rootBlockersOf(waiting: readonly Waiting[]): readonly RootBlocker[] {
  const waiters = new Map<number, number[]>();
  for (const { pid, blockers } of waiting) {
    for (const blocker of new Set(blockers)) waiters.set(blocker, [...(waiters.get(blocker) ?? []), pid]);
  }
  const waits = new Set(waiting.map((w) => w.pid));
  const roots = [...waiters.keys()].filter((pid) => !waits.has(pid));
  return roots
    .map((pid) => {
      const behind = new Set<number>();
      let depth = 0;
      for (let level = waiters.get(pid) ?? []; level.length > 0; depth++) {
        for (const waiter of level) behind.add(waiter);
        level = level.flatMap((w) => waiters.get(w) ?? []).filter((w) => !behind.has(w));
      }
      return { pid, waiting: behind.size, depth };
    })
    .sort((a, b) => b.waiting - a.waiting || a.pid - b.pid);
}
