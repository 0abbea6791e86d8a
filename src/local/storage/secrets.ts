import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { CallsignError } from '../../problems/problem';

type Values = Record<string, Record<string, string>>;

/** The values of Secrets that the charts only name. They are generated once, into a file that only the user can read. */
export class LocalSecrets {
  readonly #values: Values;

  constructor(readonly file: string) {
    this.#values = existsSync(file) ? read(file) : {};
  }

  /** The value of a key. It is generated at the first use. */
  value(secret: string, key: string): string {
    const keys = (this.#values[secret] ??= {});
    if (keys[key] === undefined) {
      keys[key] = randomBytes(24).toString('base64url');
      this.#write();
    }
    return keys[key];
  }

  /** The file is replaced as a whole, so an interrupted write loses nothing. */
  #write(): void {
    const temporary = `${this.file}.new`;
    writeFileSync(temporary, `${JSON.stringify(this.#values, undefined, 2)}\n`, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, this.file);
  }
}

function read(file: string): Values {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Values;
  } catch (error) {
    throw new CallsignError([
      {
        code: 'start-failed',
        message: `The file of the secrets is not JSON: ${(error as Error).message}`,
        place: { file, line: 1 },
        fix: 'Correct the file. If you delete it, the databases with their old passwords must be deleted too.',
      },
    ]);
  }
}
