import { POINTS_MAX, RANGE_HOURS_MAX, SIGNALS_MAX } from './history-query.ts';
import type { RouteName } from './routes.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required?: true;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly explode?: true;
}

/** What OpenAPI is told of a route beside its path. `problems` are the statuses it answers with problem details. */
export interface RouteNote {
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly content: Readonly<Record<string, { readonly schema: Readonly<Record<string, unknown>> }>>;
  readonly isConditional?: true;
  readonly alsoContentAt?: number;
  readonly problems: readonly number[];
}

const text = { schema: { type: 'string' } };
const ref = (name: string) => ({ schema: { $ref: `#/components/schemas/${name}` } });
const anyObject = { schema: { type: 'object' } };

const query = (name: string, description: string, schema: Parameter['schema']): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});
const installation = query('installation', 'Which one; the first one configured otherwise.', {
  type: 'string',
});
const time = { type: 'string', format: 'date-time' };
const list = { type: 'array', items: { type: 'string' } };

export const ROUTE_NOTES: Readonly<Record<RouteName, RouteNote>> = {
  page: {
    summary: 'The health page',
    content: { 'text/html': text },
    isConditional: true,
    problems: [],
  },
  script: {
    summary: "The page's script",
    content: { 'text/javascript': text },
    isConditional: true,
    problems: [],
  },
  style: {
    summary: 'The style sheet of the page and of the runbooks',
    content: { 'text/css': text },
    isConditional: true,
    problems: [],
  },
  health: {
    summary: 'One word for load balancers; 503 in error, and when nothing recent is known',
    content: { 'application/json': ref('Health') },
    alsoContentAt: 503,
    problems: [],
  },
  installations: {
    summary: 'The names of what is watched, the default one first',
    content: { 'application/json': ref('Installations') },
    problems: [401],
  },
  snapshot: {
    summary: 'The present state of an installation',
    parameters: [
      installation,
      query('detailed', "Adds every target's readings and facts.", {
        type: 'string',
        enum: ['true', 'false'],
      }),
    ],
    content: { 'application/json': ref('Snapshot') },
    isConditional: true,
    problems: [400, 401, 404, 503],
  },
  history: {
    summary: `How signals went, at most ${RANGE_HOURS_MAX} hours in at most ${POINTS_MAX} points`,
    parameters: [
      installation,
      {
        ...query('signal', `Names of 1 to ${SIGNALS_MAX} signals.`, { ...list, minItems: 1 }),
        required: true,
        explode: true,
      },
      { ...query('target', 'Only of these targets, such as `postgres/orion`.', list), explode: true },
      { ...query('label', 'Only the series with these labels, such as `RUNNING`.', list), explode: true },
      query('from', 'An hour before `to` otherwise.', time),
      query('to', 'Now otherwise.', time),
    ],
    content: { 'application/json': ref('History') },
    problems: [400, 401, 404],
  },
  metrics: {
    summary: 'The latest values of every installation, Prometheus text format 0.0.4',
    content: { 'text/plain': text },
    problems: [401],
  },
  runbook: {
    summary: 'What a finding means and what to do; a page for whoever prefers text/html',
    parameters: [
      {
        name: 'finding',
        in: 'path',
        required: true,
        description: 'The id of a finding, such as `postgres-down`.',
        schema: { type: 'string' },
      },
    ],
    content: { 'application/json': ref('Runbook'), 'text/html': text },
    isConditional: true,
    problems: [404],
  },
  schema: {
    summary: 'JSON Schema of the snapshot',
    content: { 'application/schema+json': anyObject },
    isConditional: true,
    problems: [401],
  },
  openapi: {
    summary: 'This document',
    content: { 'application/json': anyObject },
    isConditional: true,
    problems: [401],
  },
};
