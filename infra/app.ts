/**
 * The CDK app. Context: `config` names the configuration, `vitals.config.ts` by default; `local=true` is for the
 * emulator at AWS_ENDPOINT_URL.
 */
import { App } from 'aws-cdk-lib';
import { ConfigError } from '../lib/config/errors.ts';
import { ConfigFileError, loadConfig } from '../lib/config/load.ts';
import { emulatorEndpointFrom } from './emulator.ts';
import { VitalsStack } from './stack.ts';

const BAD_CONFIGURATION = 64;

const app = new App();
try {
  const path: unknown = app.node.tryGetContext('config') ?? 'vitals.config.ts';
  const local: unknown = app.node.tryGetContext('local');
  const emulatorEndpoint =
    local === 'true' || local === true ? emulatorEndpointFrom(process.env.AWS_ENDPOINT_URL) : undefined;
  new VitalsStack(app, { config: await loadConfig(String(path)), emulatorEndpoint });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof ConfigFileError)) throw error;
  console.error(error.message);
  process.exitCode = BAD_CONFIGURATION;
}
