import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** Fewer are single mishaps, whatever share of the traffic they are. */
const FAILED_PER_MINUTE_MIN = 3;

const SHARE = 'service.requests.failed_percent';
const FAILED = 'service.requests.failed_per_minute';

const remedyFor = (service: string): readonly Remedy[] => [
  {
    text: 'See first what stands beside this: a database that is slow or full of connections is the usual cause.',
  },
  {
    text: 'If the databases are well, run more replicas of the service.',
    command: `kubectl scale deployment/${service} -n <namespace> --replicas=<n>`,
  },
  {
    text: 'Give each replica a larger pool, as long as the database admits the connections of all of them.',
    command: `kubectl set env deployment/${service} -n <namespace> PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=60 PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW=10`,
  },
  {
    text: 'Let fewer runs start at once.',
    command: 'prefect work-pool set-concurrency-limit <pool> <n>',
  },
];

export const apiOverloaded5xx: FindingDefinition = {
  ...MINUTELY,
  id: 'api-overloaded-5xx',
  kinds: ['service'],
  component: 'services',
  title: 'A Prefect service answers requests with 5xx',
  needs: [SHARE, FAILED],
  thresholds: { warning: { enter: 1, leave: 0.5 } },
  meaning:
    'More than one request in a hundred fails on the side of the service: it has no connection to its database left, runs out of time there, or cannot reach a service it depends on.',
  impact:
    'Clients repeat what failed and add to the load; submissions of runs and changes of their states come late or are lost.',
  remedy: remedyFor('<service>'),
  causes: [
    'postgres-down',
    'service-down',
    'postgres-connections-high',
    'postgres-lock-contention',
    'postgres-cpu-high',
    'redis-down',
    'run-flood-unlimited',
  ],
  source: [
    'prefect.server.api.request.duration: API server overload at high scale causes HTTP 500 errors',
    'prefect.flow_run.count: API server overload',
  ],
  judge: (look) => {
    const share = look.value(SHARE);
    const failed = look.value(FAILED);
    const severity = look.level(share);
    if (severity === null || failed < FAILED_PER_MINUTE_MIN) return null;
    const name = look.target.id.replace(/^service\//, '');
    return {
      severity,
      evidence: [
        {
          text: `${share.toFixed(1)} % of the requests to ${name} were answered 5xx`,
          signal: SHARE,
          value: share,
          threshold: look.threshold(severity),
        },
        {
          text: `${failed.toFixed(1)} a minute`,
          signal: FAILED,
          value: failed,
          threshold: FAILED_PER_MINUTE_MIN,
        },
      ],
      remedy: remedyFor(name),
    };
  },
};
