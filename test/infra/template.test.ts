import { describe, expect, it } from 'vitest';
import reference from '../../docs/examples/oss-on-eks.ts';
import { templateOf } from './synth.ts';

/** The files of a function's code are named after their content. */
const ASSET = /\b[0-9a-f]{64}\b/g;
/** What may be behind an alarm is for the catalogue to say, and held by tests of its own. */
const SUSPECTS = /(runbooks\/<finding>, of )[^"]*/g;

describe('the template of the reference installation', () => {
  it('is this one: what changes in it is seen before it is deployed, and taken by `vitest -u`', async () => {
    const json = JSON.stringify(templateOf(reference).toJSON(), null, 2);
    const lasting = json.replaceAll(ASSET, '<asset>').replaceAll(SUSPECTS, '$1<findings>');
    await expect(`${lasting}\n`).toMatchFileSnapshot('golden/oss-on-eks.template.json.txt');
  });
});
