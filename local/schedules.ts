import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Tier, TierSchema } from '../lib/model/report.ts';
import type { Deployed } from './deploy.ts';

/** One schedule of the deployed app: which function it invokes, and with what. */
export interface Scheduled {
  readonly functionName: string;
  readonly input: string;
  /** Of a probe; null is the schedule that assesses. */
  readonly tier: Tier | null;
}

const Template = v.object({
  Resources: v.record(v.string(), v.looseObject({ Type: v.string(), Properties: v.unknown() })),
});
const Schedule = v.object({
  Target: v.object({
    Arn: v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.literal('Arn')]) }),
    Input: v.string(),
  }),
});
const Input = v.pipe(v.string(), v.parseJson(), v.object({ tier: v.optional(TierSchema) }));
const LambdaFunction = v.object({ FunctionName: v.string() });

/** Read from the very template that was deployed, so that nothing is invoked with other words than a schedule's. */
export async function schedulesOf({ assembly, stackName }: Deployed): Promise<readonly Scheduled[]> {
  const text = await readFile(join(assembly, `${stackName}.template.json`), 'utf8');
  const { Resources } = v.parse(Template, JSON.parse(text));
  return Object.values(Resources)
    .filter((r) => r.Type === 'AWS::Scheduler::Schedule')
    .map((r) => {
      const { Target } = v.parse(Schedule, r.Properties);
      const target = Resources[Target.Arn['Fn::GetAtt'][0]];
      return {
        functionName: v.parse(LambdaFunction, target?.Properties).FunctionName,
        input: Target.Input,
        tier: v.parse(Input, Target.Input).tier ?? null,
      };
    });
}
