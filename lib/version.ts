import manifest from '../package.json' with { type: 'json' };

/** Of Prefect Vitals itself. */
export const VERSION: string = manifest.version;
