/** Whether every target of a list has a name of its own, which names it in every key and metric. */
export const namesDiffer = (targets: readonly { readonly name: string }[]): boolean =>
  new Set(targets.map((t) => t.name)).size === targets.length;
export const TARGETS_DIFFER = 'targets with different names';
