import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as v from 'valibot';
import { PROJECT } from '../../infra/paths.ts';
import { VitalsStack } from '../../infra/stack.ts';
import type { Config } from '../../lib/config/schema.ts';

const CdkJson = v.object({ context: v.record(v.string(), v.unknown()) });

function contextOf(file: string): Record<string, unknown> {
  return v.parse(CdkJson, JSON.parse(readFileSync(join(PROJECT, file), 'utf8'))).context;
}

/** The template of a configuration, synthesised without its bundles, which cost nothing. */
export function templateOf(config: Config): unknown {
  const outdir = mkdtempSync(join(tmpdir(), 'vitals-cost-'));
  try {
    const app = new App({
      outdir,
      context: { ...contextOf('cdk.json'), 'aws:cdk:bundling-stacks': [] },
      builtinCloudFormationValidation: false,
    });
    const stack = new VitalsStack(app, { config });
    return app.synth().getStackByName(stack.stackName).template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
