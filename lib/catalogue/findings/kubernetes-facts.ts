import * as v from 'valibot';
import type { Fact } from '../../model/report.ts';

/*
 * What the collectors of a cluster leave in the facts, for the rules to name names by. A fact that is not there, since
 * its collector failed in this round, names nobody.
 */

const listOf = <T extends v.GenericSchema>(item: T) => v.fallback(v.array(item), []);

const ContainersSchema = listOf(
  v.object({
    namespace: v.string(),
    pod: v.string(),
    container: v.string(),
    restarts: v.number(),
    reason: v.optional(v.string()),
    exit_code: v.optional(v.number()),
  }),
);
export type Containers = v.InferOutput<typeof ContainersSchema>;
export const containersIn = (fact: Fact | undefined): Containers => v.parse(ContainersSchema, fact);

const PodsSchema = listOf(
  v.object({
    namespace: v.string(),
    pod: v.string(),
    work_pool: v.optional(v.string()),
    reason: v.optional(v.string()),
  }),
);
export const podsIn = (fact: Fact | undefined): v.InferOutput<typeof PodsSchema> => v.parse(PodsSchema, fact);

const NodesSchema = listOf(
  v.object({
    node: v.string(),
    reason: v.optional(v.string()),
    percent: v.optional(v.number()),
    conditions: v.optional(v.array(v.string())),
  }),
);
export const nodesIn = (fact: Fact | undefined): v.InferOutput<typeof NodesSchema> =>
  v.parse(NodesSchema, fact);

const WorkloadsSchema = listOf(
  v.object({
    kind: v.string(),
    namespace: v.string(),
    name: v.string(),
    desired: v.number(),
    ready: v.optional(v.number()),
  }),
);
export type Workloads = v.InferOutput<typeof WorkloadsSchema>;
export const workloadsIn = (fact: Fact | undefined): Workloads => v.parse(WorkloadsSchema, fact);

const IstioSchema = v.fallback(v.object({ namespace: v.string(), gateway: v.string() }), {
  namespace: '<namespace>',
  gateway: '<gateway>',
});
export const istioIn = (fact: Fact | undefined): v.InferOutput<typeof IstioSchema> =>
  v.parse(IstioSchema, fact);

const MinimumSchema = v.fallback(
  v.nullable(v.object({ nodes: v.number(), cpuCores: v.number(), memoryGiB: v.number() })),
  null,
);
export const minimumIn = (fact: Fact | undefined): v.InferOutput<typeof MinimumSchema> =>
  v.parse(MinimumSchema, fact ?? null);

const ChecksSchema = listOf(v.string());
export const checksIn = (fact: Fact | undefined): readonly string[] => v.parse(ChecksSchema, fact);
