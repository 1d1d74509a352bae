import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { shellWord } from '../quoting.ts';

const Leaked = v.fallback(
  v.array(
    v.object({
      limit_name: v.string(),
      deployment: v.string(),
      slots_limit: v.number(),
      slots_taken: v.number(),
      runs: v.number(),
    }),
  ),
  [],
);
const NAMED = 5;
/** Prefect takes back the slots of a run that went away within minutes. */
const TAKEN_BACK_SECONDS = 600;

const SEE_LIMITS: Remedy = {
  text: 'See the limits and their slots.',
  command: 'prefect global-concurrency-limit ls',
};

export const concurrencyLimitExhausted: FindingDefinition = {
  id: 'concurrency-limit-exhausted',
  kinds: ['postgres'],
  component: 'flow-runs',
  title: "A deployment's concurrency limit is full of slots nobody holds",
  needs: ['postgres.concurrency_limits.leaked', 'postgres.flow_runs.awaiting_slot'],
  thresholds: { warning: { enter: 1, leave: 1 } },
  pendingSeconds: TAKEN_BACK_SECONDS,
  recoverySeconds: 0,
  status: STATUS_OF_SEVERITY,
  meaning:
    'A limit counts as many slots as it allows, yet the deployment has fewer runs than that to hold them: the runs are gone and their slots were never given back.',
  impact:
    'New runs of the deployment wait for a slot that never comes free, or are cancelled for want of one.',
  remedy: [
    SEE_LIMITS,
    {
      text: 'Set the slots in use to the runs there are.',
      command: 'prefect global-concurrency-limit update <name> --active-slots <n>',
    },
  ],
  causes: ['redis-down', 'stuck-pending'],
  source: ['Prefect issues 18933, 17955 and 18324'],
  judge: (look) => {
    const many = look.value('postgres.concurrency_limits.leaked');
    const severity = look.level(many);
    if (severity === null) return null;
    const leaked = v.parse(Leaked, look.facts.limits_leaked).slice(0, NAMED);
    const awaiting = look.value('postgres.flow_runs.awaiting_slot');
    return {
      severity,
      evidence: [
        {
          text: `${many} full limits count more slots than there are runs`,
          signal: 'postgres.concurrency_limits.leaked',
          value: many,
          threshold: look.threshold(severity),
        },
        ...leaked.map((l) => ({
          text: `${l.deployment}: ${l.slots_taken} of ${l.slots_limit} slots taken by ${l.runs} runs`,
        })),
        {
          text: `${awaiting} runs wait for a slot`,
          signal: 'postgres.flow_runs.awaiting_slot',
          value: awaiting,
        },
      ],
      ...(leaked.length > 0 && {
        remedy: [
          SEE_LIMITS,
          ...leaked.map((l) => ({
            text: `Set the slots in use of ${l.deployment} to the runs there are.`,
            command: `prefect global-concurrency-limit update ${shellWord(l.limit_name)} --active-slots ${l.runs}`,
          })),
        ],
      }),
    };
  },
};
