import * as v from 'valibot';
import type { Evidence, Remedy } from '../../model/finding.ts';
import { type FindingDefinition, type Look, STATUS_OF_SEVERITY } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import type { Theme } from '../signatures/signature.ts';

/** The facts of the probe: what was seen, where, when, and one redacted line of it. */
const Sightings = v.fallback(
  v.array(
    v.object({
      signature: v.string(),
      theme: v.string(),
      count: v.number(),
      pods: v.array(v.object({ pod: v.string(), count: v.number() })),
      sample: v.string(),
    }),
  ),
  [],
);
type Sighting = v.InferOutput<typeof Sightings>[number];

/** What all findings of this kind share: a line counts at once, and is remembered while nobody says more. */
export const IN_LOGS = {
  kinds: ['logs'],
  needs: ['logs.signature'],
  pendingSeconds: 0,
  recoverySeconds: 600,
  status: STATUS_OF_SEVERITY,
} as const satisfies Partial<FindingDefinition>;

/** Which sightings speak for a finding: those of some signatures, or of a theme. */
export type Speaking = readonly string[] | { readonly theme: Theme };

const speaks = (of: Speaking, { signature, theme }: Sighting): boolean =>
  'theme' in of ? of.theme === theme : of.includes(signature);

const sightingsOf = (look: Pick<Look, 'facts'>, of: Speaking): readonly Sighting[] =>
  v.parse(Sightings, look.facts.log_signatures).filter((sighting) => speaks(of, sighting));

/** Records of the last minute that show any of these signatures, each signature counted for itself. */
export const countOf = (look: Pick<Look, 'all'>, signatures: readonly string[]): number =>
  look
    .all('logs.signature')
    .filter((r) => signatures.includes(r.labels?.signature ?? ''))
    .reduce((sum, r) => sum + (r.value ?? 0), 0);

/** How often each was seen, in which pods, and one line of it. */
export const evidenceOf = (look: Look, of: Speaking): readonly Evidence[] =>
  sightingsOf(look, of).map(({ signature, count, pods, sample }) => ({
    text: `${signature}: ${count} in the last minute, in ${pods.map((p) => p.pod).join(', ')}: ${sample}`,
    signal: 'logs.signature',
    value: count,
  }));

/** What was not read may hold more. */
export function unreadEvidence(look: Pick<Look, 'all'>): readonly Evidence[] {
  const unread = look.all('logs.containers.unread')[0]?.value ?? 0;
  return unread === 0
    ? []
    : [
        {
          text: `${unread} logs could not be read: there may be more`,
          signal: 'logs.containers.unread',
          value: unread,
        },
      ];
}

const READ_THE_LOG: Remedy = {
  text: 'Read what it says.',
  command: 'kubectl logs -n <namespace> <pod> --since=15m',
};

/** Names the pods that say it most. */
export function readTheLogs(look: Pick<Look, 'facts'>, of: Speaking): readonly Remedy[] {
  const pods = new Set(sightingsOf(look, of).flatMap((s) => s.pods.slice(0, 1).map((p) => p.pod)));
  return pods.size === 0
    ? [READ_THE_LOG]
    : [...pods].slice(0, 2).map((pod) => ({
        text: `Read what ${pod} says.`,
        command: `kubectl logs -n <namespace> ${shellWord(pod)} --since=15m`,
      }));
}

/** A finding that holds by how often some signatures were seen. */
export function seenInLogs(
  signatures: readonly string[],
  definition: Omit<FindingDefinition, keyof typeof IN_LOGS | 'judge'>,
): FindingDefinition {
  return {
    ...IN_LOGS,
    ...definition,
    remedy: [...definition.remedy, READ_THE_LOG],
    judge(look) {
      const severity = look.level(countOf(look, signatures));
      if (severity === null) return null;
      return {
        severity,
        evidence: [...evidenceOf(look, signatures), ...unreadEvidence(look)],
        remedy: [...definition.remedy, ...readTheLogs(look, signatures)],
      };
    },
  };
}
