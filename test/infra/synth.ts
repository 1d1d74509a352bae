import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { afterAll } from 'vitest';
import { VitalsStack } from '../../infra/stack.ts';
import { parseConfig } from '../../lib/config/define.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';

const cdkJson: { readonly context: object } = JSON.parse(
  readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'),
);

/** Every app's output goes under it, and away with it when the file's tests are over. */
const output = mkdtempSync(join(tmpdir(), 'vitals-cdk-'));
afterAll(() => rmSync(output, { recursive: true }));

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
export const secretArn = (name: string): string =>
  `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-a1B2c3`;

const orion = { name: 'orion', host: 'orion.db.internal', database: 'prefect', user: 'vitals' };
const streams = { name: 'streams', host: '10.0.7.9', port: 6380 };
const server = { name: 'server', apiUrl: 'https://prefect.internal:8443/api' };

/** One of each kind, with a secret each. */
export const PRODUCTION: ConfigInput = {
  account: ACCOUNT,
  region: REGION,
  installations: [
    {
      name: 'production',
      postgres: [{ ...orion, password: { from: 'secret', arn: secretArn('orion') } }],
      redis: [{ ...streams, password: { from: 'secret', arn: secretArn('streams') } }],
      prefect: [
        { ...server, auth: { scheme: 'bearer', credential: { from: 'secret', arn: secretArn('api-key') } } },
      ],
    },
  ],
  alerts: { emails: ['platform@example.com'] },
};

/** Nothing that names an account, a VPC or a secret. */
export const BARE: ConfigInput = {
  installations: [{ name: 'bare', postgres: [orion], redis: [streams], prefect: [server] }],
};

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

interface SynthOptions {
  readonly emulatorEndpoint?: string;
  readonly context?: object;
  /** Whether to hold the template against CloudFormation's own rules, which takes seconds. */
  readonly validated?: boolean;
}

function appAndStack(input: ConfigInput, { emulatorEndpoint, context, validated = false }: SynthOptions) {
  // Bundling takes seconds a function and says nothing about the template.
  const app = new App({
    outdir: mkdtempSync(join(output, 'app-')),
    context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [], ...context },
    builtinCloudFormationValidation: validated,
  });
  return { app, stack: new VitalsStack(app, { config: parseConfig(input), emulatorEndpoint }) };
}

/** The stack of a configuration, under the context of cdk.json. */
export const stackOf = (input: ConfigInput, options: SynthOptions = {}): VitalsStack =>
  appAndStack(input, options).stack;

export const templateOf = (input: ConfigInput, options?: SynthOptions): Template =>
  Template.fromStack(stackOf(input, options));

/** What the CLI is handed: the manifest says which account it is for and what is still to be looked up. */
export const assemblyOf = (input: ConfigInput, options: SynthOptions = {}): CloudAssembly =>
  appAndStack(input, options).app.synth();

export const resourcesOf = (template: Template, type: string): Readonly<Record<string, Resource>> =>
  template.findResources(type) as Record<string, Resource>;

/** A logical id without the hash the CDK puts behind it: which construct it is, for a person. */
export const plain = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
