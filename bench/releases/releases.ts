/** A release of Prefect with the packages it was tested with: on the newest ones an old server does not start. */
export interface Release {
  readonly prefect: string;
  readonly requirements: readonly string[];
  /** Installed with what this release asks for, where what it asks for itself cannot be had. */
  readonly dependenciesOf?: string;
}

/**
 * One whose docket does not keep when a task began, one whose docket puts back no task that was lost, and the newest. The
 * release everything else here runs on is in local/requirements.in.
 */
export const RELEASES: readonly Release[] = [
  {
    prefect: '3.6.13',
    requirements: [
      ...['prefect-redis==0.2.8', 'pydocket==0.16.6', 'fakeredis==2.33.0', 'redis==7.1.0'],
      ...['fastapi==0.128.0', 'starlette==0.50.0', 'uvicorn==0.40.0', 'websockets==16.0'],
      ...['pydantic==2.12.5', 'sqlalchemy==2.0.45', 'typer==0.20.1'],
      // It counts on this to come with another package, whose newest version no longer brings it.
      'importlib-metadata',
    ],
  },
  {
    prefect: '3.7.7',
    requirements: [
      ...['prefect-redis==0.2.12', 'pydocket==0.22.0', 'redis==8.0.1'],
      ...['fastapi==0.139.0', 'starlette==1.3.1', 'uvicorn==0.49.0', 'websockets==16.0'],
      ...['pydantic==2.13.4', 'sqlalchemy==2.0.45', 'typer==0.20.1'],
    ],
  },
  {
    prefect: '3.9.1',
    // It wants a certifi of the very day, which not every mirror of PyPI has.
    dependenciesOf: '3.8.8',
    requirements: [
      ...['prefect-redis==0.3.0', 'pydocket==0.27.0', 'fastapi==0.141.1', 'starlette==1.3.1'],
      ...['pydantic==2.13.4', 'sqlalchemy==2.0.45', 'whenever>=0.10.5,<0.12'],
    ],
  },
];

/** Thrown when a release is asked for that is not listed. */
export class UnknownRelease extends Error {
  override readonly name = 'UnknownRelease';

  constructor(release: string) {
    super(`${release} is not listed in bench/releases/releases.ts`);
  }
}
