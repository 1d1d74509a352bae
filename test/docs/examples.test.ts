import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../lib/config/load.ts';
import { targetsOf } from '../../lib/config/targets.ts';
import { assemblyOf, resourcesOf, templateOf } from '../infra/synth.ts';

const FOLDER = join(import.meta.dirname, '../../docs/examples');
const FILES = ['customer-managed.ts', 'oss-on-eks.ts', 'several-installations.ts'];

describe('the examples', () => {
  it('are these', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(FILES);
  });

  it.each(FILES)(
    '%s is read, and synthesised by the rules of CloudFormation',
    async (file) => {
      const config = await loadConfig(join(FOLDER, file));
      const assembly = assemblyOf(config, { validated: true });
      expect(assembly.manifest.missing).toBeUndefined();
      expect(assembly.getStackByName(config.stackName).template).toHaveProperty('Resources');
    },
    60_000,
  );

  it.each(FILES)('%s has a schedule for every kind of target of every installation', async (file) => {
    const config = await loadConfig(join(FOLDER, file));
    const schedules = Object.values(resourcesOf(templateOf(config), 'AWS::Scheduler::Schedule'));
    const names = schedules.map((s) => String(s.Properties.Name));
    for (const installation of config.installations) {
      for (const { kind } of targetsOf(installation)) {
        expect(names.some((n) => n.startsWith(`${installation.name}-${kind}-`))).toBe(true);
      }
    }
  });
});
