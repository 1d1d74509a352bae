import { describe, expect, it } from 'vitest';
import { addressOfUrl } from '../../lib/config/address.ts';
import { parseConfig } from '../../lib/config/define.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { overridesFor, targetsOf } from '../../lib/config/targets.ts';

type EntranceInput = NonNullable<ConfigInput['installations'][number]['entrances']>[number];
const api: EntranceInput = { name: 'api', url: 'https://api.prefect.example.com/', serves: 'api' };
const parsed = (entrances: readonly EntranceInput[]) =>
  parseConfig({ installations: [{ name: 'production', entrances: [...entrances] }] }).installations[0];

describe('entrances of a configuration', () => {
  it('are targets of the network, with the certificates of public authorities unless told', () => {
    const installation = parsed([{ ...api, findings: { 'tls-expiring': { warning: 30 } } }]);
    if (installation === undefined) throw new Error('there is no installation');
    expect(targetsOf(installation)).toEqual([
      {
        kind: 'network',
        id: 'network/api',
        name: 'api',
        url: 'https://api.prefect.example.com',
        serves: 'api',
        tls: {},
      },
    ]);
    expect(overridesFor(installation, 'network/api')).toEqual({ 'tls-expiring': { warning: 30 } });
  });

  it('may be two of one address, for a server that answers both', () => {
    expect(parsed([api, { ...api, name: 'app', serves: 'ui' }])?.entrances).toHaveLength(2);
  });

  it.each([
    ['another thing to serve', { ...api, serves: 'metrics' }, /entrances\.0\.serves/],
    ['a query', { ...api, url: 'https://api.example.com/?a=b' }, /entrances\.0\.url: .*without a query/],
    ['a password', { ...api, url: 'https://me:secret@api.example.com' }, /entrances\.0\.url/],
    ['another scheme', { ...api, url: 'ftp://api.example.com' }, /an http or https address/],
  ])('are refused with %s', (_, entrance, message) => {
    expect(() => parsed([entrance as EntranceInput])).toThrow(message);
  });

  it('are refused when two have the same name', () => {
    expect(() => parsed([api, api])).toThrow(/different names/);
  });
});

describe('the address of a URL', () => {
  it.each([
    ['https://api.example.com/api', 'api.example.com', 443],
    ['http://api.example.com', 'api.example.com', 80],
    ['https://[fd00::7]:8443', 'fd00::7', 8443],
  ])('of %s is %s, port %d', (url, host, port) => {
    expect(addressOfUrl(url)).toEqual({ host, port });
  });
});
