import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { HistorySchema } from '../model/history.ts';
import { FactSchema } from '../model/report.ts';
import { SnapshotSchema } from '../model/snapshot.ts';

/** A JSON Schema, as far as it is of interest here: an object that is handed on. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Rules between several fields, and that numbers are finite, have no word in JSON Schema. */
const NOT_TOLD = ['check', 'finite'];

/** @returns JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
const schemaOf = (title: string, schema: GenericSchema): JsonSchema => ({
  title,
  ...toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'output',
    ignoreActions: NOT_TOLD,
    definitions: { Fact: FactSchema },
  }),
});

export const snapshotSchema = (): JsonSchema => schemaOf('Snapshot', SnapshotSchema);
export const historySchema = (): JsonSchema => schemaOf('History', HistorySchema);
