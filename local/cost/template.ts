import * as v from 'valibot';
import { MINUTES_A_MONTH } from './assumptions.ts';

const Resource = v.object({ Type: v.string(), Properties: v.optional(v.unknown()) });
const TemplateSchema = v.object({ Resources: v.record(v.string(), Resource) });

const Schedule = v.object({
  ScheduleExpression: v.pipe(v.string(), v.regex(/^rate\(\d+ minutes?\)$/)),
  Target: v.object({ Arn: v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.literal('Arn')]) }) }),
});
const LambdaFunction = v.object({ FunctionName: v.string(), MemorySize: v.number() });
const InterfaceEndpoint = v.object({
  VpcEndpointType: v.literal('Interface'),
  SubnetIds: v.optional(v.array(v.unknown())),
});

/** A function with how often its schedules run it in a month. */
export interface Scheduled {
  readonly name: string;
  readonly memoryGiB: number;
  readonly runs: number;
}

/** What of a synthesised template costs money. */
export interface Billed {
  readonly functions: readonly Scheduled[];
  readonly secrets: number;
  readonly alarms: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  readonly keys: number;
  readonly subscriptions: number;
  readonly natGateways: number;
  /** Each interface endpoint's number of subnets; null where they are only known at deployment. */
  readonly endpointZones: readonly (number | null)[];
}

const minutesOf = (rate: string): number => Number(/\d+/.exec(rate)?.[0]);

/** Reads a template of this stack. @throws ValiError when it is none. */
export function billedIn(template: unknown, stackName: string): Billed {
  const resources = Object.entries(v.parse(TemplateSchema, template).Resources);
  const of = (type: string) => resources.filter(([, r]) => r.Type === type);
  const count = (type: string) => of(type).length;
  const schedules = of('AWS::Scheduler::Schedule').map(([, r]) => v.parse(Schedule, r.Properties));
  return {
    functions: of('AWS::Lambda::Function').map(([id, r]) => {
      const { FunctionName, MemorySize } = v.parse(LambdaFunction, r.Properties);
      const runs = schedules
        .filter((s) => s.Target.Arn['Fn::GetAtt'][0] === id)
        .map((s) => MINUTES_A_MONTH / minutesOf(s.ScheduleExpression));
      return {
        name: FunctionName.slice(stackName.length + 1),
        memoryGiB: MemorySize / 1024,
        runs: runs.reduce((sum, n) => sum + n, 0),
      };
    }),
    secrets: count('AWS::SecretsManager::Secret'),
    alarms: count('AWS::CloudWatch::Alarm'),
    compositeAlarms: count('AWS::CloudWatch::CompositeAlarm'),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    keys: count('AWS::KMS::Key'),
    subscriptions: count('AWS::SNS::Subscription'),
    natGateways: count('AWS::EC2::NatGateway'),
    endpointZones: of('AWS::EC2::VPCEndpoint').flatMap(([, r]) => {
      const endpoint = v.safeParse(InterfaceEndpoint, r.Properties);
      return endpoint.success ? [endpoint.output.SubnetIds?.length ?? null] : [];
    }),
  };
}
