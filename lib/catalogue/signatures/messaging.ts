import { type Signature, SOURCE } from './signature.ts';

/** Events on their way: the broker, its consumers, and what is dropped. */
export const MESSAGING_SIGNATURES: readonly Signature[] = [
  {
    id: 'event-queue-nearly-full',
    theme: 'events',
    pattern: /Event queue at \d{1,3}% capacity/,
    anchors: ['Event queue at'],
    examples: [
      {
        text: '08:00:00.000 | WARNING | prefect.server.events.services.event_persister - Event queue at 82% capacity (41000/50000)',
        from: SOURCE,
      },
    ],
    nearMisses: ['Event queue at rest'],
    meaning: 'events come faster than PostgreSQL takes them',
  },
  {
    id: 'events-dropped',
    theme: 'events',
    pattern:
      /Event queue full \(\d{1,9}\/\d{1,9}\), dropping|Max flush retries \(\d{1,6}\) reached, dropping|Dropping event \S{1,80} after \d{1,6} failed|Refusing to publish event of size/,
    anchors: ['Event queue full', 'Max flush retries', 'Dropping event', 'Refusing to publish event'],
    examples: [
      {
        text: '08:00:00.000 | ERROR   | prefect.server.events.services.event_persister - Max flush retries (5) reached, dropping 500 events',
        from: SOURCE,
      },
    ],
    nearMisses: ['Event queue full of joy', 'Max flush retries: 5'],
    meaning: 'events are lost for good',
  },
  {
    id: 'flush-failed',
    theme: 'events',
    pattern:
      /Error flushing (?:\d{1,9} events|events \(attempt \d{1,6}\/\d{1,6}\))|Error during periodic flush/,
    anchors: ['Error flushing', 'Error during periodic flush'],
    examples: [
      {
        text: '08:00:00.000 | ERROR   | prefect.server.services.task_run_recorder - Error flushing 120 events (120 to retry, 0 dropped)',
        from: SOURCE,
      },
      {
        text: '08:00:00.000 | DEBUG   | prefect.server.events.services.event_persister - Error flushing events (attempt 2/5), restoring to queue',
        from: SOURCE,
      },
    ],
    nearMisses: ['Flushing 120 events', 'Error flushing events of joy'],
    meaning: 'events could not be written and will be tried again',
  },
  {
    id: 'message-dropped',
    theme: 'messaging',
    pattern: /Subscription queue is full, dropping message/,
    anchors: ['Subscription queue is full'],
    examples: [
      {
        text: "08:00:00.000 | WARNING | prefect.server.utilities.messaging.memory - Subscription queue is full, dropping message for topic='events' queue_size=10000 retry_queue_size=1000",
        from: SOURCE,
      },
    ],
    nearMisses: ['Subscription queue is empty'],
    meaning: 'the in-memory broker lost a message: its consumer is too slow',
  },
  {
    id: 'redis-consumer-lost',
    theme: 'messaging',
    pattern: /Redis connection error in consumer |Failed to read from stream: /,
    anchors: ['Redis connection error in consumer', 'Failed to read from stream'],
    examples: [
      {
        text: '04:12:22.063 | WARNING | prefect.prefect_redis.messaging - Redis connection error in consumer actions-pod-16138-948ac438, reconnecting in 1.0s (attempt 1): Connection closed by server.',
        from: 'redis-stopped-services',
      },
    ],
    nearMisses: ['Consumer actions reconnected to Redis successfully'],
    meaning: 'a consumer of events lost Redis and tries again',
  },
  {
    id: 'message-failed',
    theme: 'messaging',
    pattern:
      /Error (?:processing pending messages|handling message \S{1,60}) in consumer |Failed in consume_loop|Message had no (?:attributes|data)\b/,
    anchors: ['in consumer ', 'Failed in consume_loop', 'Message had no'],
    examples: [
      {
        text: '04:09:48.334 | ERROR   | prefect.prefect_redis.messaging - Error handling message 1795234188318-2 in consumer ephemeral-pod-76964aa0f43147078701d216f1a7a084, continuing',
        from: 'poisoned-message-services',
      },
      {
        text: '04:09:48.319 | WARNING | prefect.server.events.triggers - Message had no attributes',
        from: 'poisoned-message-services',
      },
    ],
    nearMisses: ['Handling message 1-1 in consumer a'],
    meaning: 'a message cannot be handled; it is tried again and ends as a dead letter',
  },
  {
    id: 'dead-letter',
    theme: 'messaging',
    pattern:
      /sending to dead letter queue|will be moved to the dead letter queue|Failed to write message to dead letter queue/,
    anchors: ['dead letter queue'],
    examples: [
      {
        text: '08:00:00.000 | WARNING | prefect.prefect_redis.messaging - Message could not be processed after 3 retries; sending to dead letter queue',
        from: SOURCE,
      },
    ],
    nearMisses: ['The dead letter queue is empty'],
    meaning: 'a message was given up',
  },
  {
    id: 'automation-failed',
    theme: 'events',
    pattern:
      /Error evaluating automation |Error running periodic evaluation|Action failed: |exceeded the maximum recursion depth/,
    anchors: [
      'Error evaluating automation',
      'Error running periodic evaluation',
      'Action failed: ',
      'maximum recursion depth',
    ],
    examples: [
      {
        text: '04:12:24.651 | ERROR   | prefect.server.events.triggers - Error running periodic evaluation',
        from: 'redis-stopped-services',
      },
    ],
    nearMisses: ['Automation evaluated', 'RecursionError: maximum recursion depth'],
    meaning: 'an automation was not evaluated, or what it should do failed',
  },
  {
    id: 'client-queue-stuck',
    theme: 'events',
    pattern: /Service '(?:EventsWorker|APILogWorker)' failed with \d{1,9} pending/,
    anchors: ['EventsWorker', 'APILogWorker'],
    examples: [
      {
        text: "04:54:31.538 | ERROR   | GlobalEventLoopThread | prefect._internal.concurrency - Service 'EventsWorker' failed with 1 pending items.",
        from: 'api-unreachable-worker',
      },
    ],
    nearMisses: ['EventsWorker - Still processing items: 1 items remaining...'],
    meaning: 'a run ended before its events or logs were sent: they are lost',
  },
];
