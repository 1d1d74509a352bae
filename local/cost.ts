import { Command } from 'commander';
import { ConfigError } from '../lib/config/errors.ts';
import { ConfigFileError, loadConfig } from '../lib/config/load.ts';
import type { Config } from '../lib/config/schema.ts';
import { EXIT_BAD_CONFIGURATION } from './check/exit.ts';
import { ASSUMED } from './cost/assumptions.ts';
import { billOf, totalOf } from './cost/bill.ts';
import { PRICED_IN, PRICED_ON, PRICES } from './cost/prices.ts';
import { alternatives, billText } from './cost/report.ts';
import { templateOf } from './cost/synthesise.ts';

interface Options {
  readonly config: string;
  readonly json?: boolean;
}

const command = new Command('npm run cost --')
  .description('Says what a month of a configuration costs, line by line, from the template it makes.')
  .option('--config <file>', 'what to watch', 'vitals.config.ts')
  .option('--json', 'print lines, prices and assumptions as JSON')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_BAD_CONFIGURATION));

const withMetrics = (config: Config, metrics: 'essential' | 'full'): Config => ({
  ...config,
  installations: config.installations.map((i) => ({ ...i, metrics })),
});

try {
  const { config: file, json } = command.parse().opts<Options>();
  const config = await loadConfig(file);
  const bill = (of: Config) => billOf(templateOf(of), of);
  const lines = bill(config);
  if (json === true) {
    const together = { total: totalOf(lines), lines, prices: PRICES, assumed: ASSUMED };
    const priced = { pricedOn: PRICED_ON, pricedIn: PRICED_IN };
    process.stdout.write(`${JSON.stringify({ ...priced, ...together }, null, 2)}\n`);
  } else {
    const compared = alternatives(bill(withMetrics(config, 'essential')), bill(withMetrics(config, 'full')));
    process.stdout.write(billText(lines, compared));
  }
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof ConfigFileError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_BAD_CONFIGURATION;
}
