import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type { ICommandHooks } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import type { Config } from '../lib/config/schema.ts';
import { ATTACH_SCRIPT } from './paths.ts';

const quoted = (words: readonly string[]): string => words.map((word) => JSON.stringify(word)).join(' ');

/**
 * What functions read at run time beside their bundle: `config.json`, the checked configuration, and for those that
 * serve it `page/`. The configuration holds references to secrets and never a secret.
 */
export class Attachments {
  readonly #configFile: string;

  constructor(scope: Construct, config: Config) {
    const assembly = Stage.of(scope)?.outdir;
    if (assembly === undefined) throw new TypeError('a stack needs an app, whose output its files go to');
    this.#configFile = resolve(assembly, 'config.json');
    writeFileSync(this.#configFile, JSON.stringify(config));
  }

  config(): ICommandHooks {
    return this.#hooks([]);
  }

  configAndPage(): ICommandHooks {
    return this.#hooks(['--page']);
  }

  #hooks(more: readonly string[]): ICommandHooks {
    return {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (_, to) => [
        `node ${quoted([ATTACH_SCRIPT, '--to', to, '--config', this.#configFile, ...more])}`,
      ],
    };
  }
}
