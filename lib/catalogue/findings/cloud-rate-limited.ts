import type { Facts } from '../../model/report.ts';
import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** The time the API named with its 429, where it named one. */
function untilIn({ rate_limited_until: until }: Facts): string | null {
  return typeof until === 'string' && !Number.isNaN(Date.parse(until)) ? until : null;
}

export const cloudRateLimited: FindingDefinition = {
  ...MINUTELY,
  id: 'cloud-rate-limited',
  kinds: ['prefect'],
  component: 'server',
  title: 'The API turns requests away: too many',
  needs: ['prefect.rate_limited'],
  thresholds: { warning: { enter: 1, leave: 1 } },
  meaning:
    "The API answered requests of this probe, ten a minute at most, with 429. Others share the limit with it: what it meets, the installation's own clients meet as well.",
  impact:
    'Clients wait and try again, so runs start and report late; those that do not try again fail. The probe sends nothing more in the same minute, nor before the time the API names, and less is known of the API.',
  remedy: [
    {
      text: 'Send less: let workers ask for runs less often.',
      command: 'prefect config set PREFECT_WORKER_QUERY_SECONDS=30',
    },
    {
      text: 'Let clients try again, and wait longer in between.',
      command: 'prefect config set PREFECT_CLIENT_MAX_RETRIES=10',
    },
    { text: 'If the limit is that of your plan, ask for a higher one.' },
  ],
  causes: ['run-flood-unlimited'],
  source: ['Prefect, flow_run.count: Prefect Cloud free tier rate limits cause request failures'],
  judge: (look) => {
    const refused = look.value('prefect.rate_limited');
    const severity = look.level(refused);
    if (severity === null) return null;
    const until = untilIn(look.facts);
    const after =
      until === null
        ? 'the others of that minute not sent'
        : `the API wants none before ${until}, and gets none`;
    return {
      severity,
      evidence: [
        {
          text: `${refused} requests of the probe were answered with 429; ${after}`,
          signal: 'prefect.rate_limited',
          value: refused,
          threshold: look.threshold(severity),
        },
      ],
    };
  },
};
