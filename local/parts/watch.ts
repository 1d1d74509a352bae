// The guardian's own process. Told `+ <group>` and `- <group>` on stdin; when stdin closes because its parent is gone,
// even by SIGKILL, it kills the groups that are left.
import { createInterface } from 'node:readline';
import { signalGroup } from './process.ts';

const groups = new Set<number>();

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, group] = line.split(' ');
  if (verb === '+') groups.add(Number(group));
  else groups.delete(Number(group));
}
for (const group of groups) signalGroup(group, 'SIGKILL');
