import { signalsOf } from '../signal.ts';

export const PREFECT_SIGNALS = signalsOf('prefect')({
  'prefect.up': {
    metric: 'PrefectUp',
    unit: 'None',
    nature: 'gauge',
    help: '1 when /health answers 200, 0 when it answers anything else or nothing',
    from: 'GET /health',
  },
  'prefect.health_ms': {
    metric: 'PrefectHealthTime',
    unit: 'Milliseconds',
    nature: 'gauge',
    help: 'time to the whole answer of /health',
    from: 'GET /health',
  },
  'prefect.ready': {
    metric: 'PrefectReady',
    unit: 'None',
    nature: 'gauge',
    help: '1 when /ready answers 200, 0 when it says the database is not available or does not answer',
    from: 'GET /ready',
  },
  'prefect.ready_ms': {
    metric: 'PrefectReadyTime',
    essential: {},
    unit: 'Milliseconds',
    nature: 'gauge',
    help: "time to the whole answer of /ready, which takes a connection from the server's own pool",
    from: 'GET /ready',
  },
  'prefect.clock_skew_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    help: "by how much the server's clock is ahead of the probe's, negative when it is behind; to a second or so",
    from: 'GET /health, its Date',
  },
  'prefect.docket.in_memory': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: '1 when the server keeps its docket in its own memory, 0 when it is in Redis',
    from: 'GET /admin/settings',
  },
  'prefect.docket.password_shown': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    help: "1 when the settings a client may read hold the password of docket's Redis, else 0; it is not kept",
    from: 'GET /admin/settings',
  },
  'prefect.flow_run.count': {
    metric: 'PrefectFlowRuns',
    essential: { labels: ['RUNNING', 'PENDING'] },
    unit: 'Count',
    nature: 'gauge',
    label: 'state',
    tiers: ['minute', 'quarter-hour'],
    help: 'flow runs by state type',
    from: 'POST /flow_runs/count',
  },
});
