import * as v from 'valibot';
import { LogGroupTargetSchema, PostgresLogTargetSchema } from '../../config/targets.ts';
import type { Report } from '../../model/report.ts';
import { probe, type Visit } from '../frame.ts';
import { type ClientOf, clientOf } from './client.ts';
import { postgresLogProbe } from './postgres.ts';
import { prefectLogGroupProbe } from './prefect.ts';

/** A log group as a target, whatever it holds. */
export const AnyLogGroupSchema = v.variant('kind', [LogGroupTargetSchema, PostgresLogTargetSchema]);
export type AnyLogGroup = v.InferOutput<typeof AnyLogGroupSchema>;

export const lookAtLogGroup = (
  target: AnyLogGroup,
  visit: Visit,
  clientFor: ClientOf = clientOf,
): Promise<Report> =>
  target.kind === 'logs'
    ? probe(prefectLogGroupProbe(clientFor), target, visit)
    : probe(postgresLogProbe(clientFor), target, visit);
