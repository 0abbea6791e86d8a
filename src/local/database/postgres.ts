import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  postgresObstacles,
  postgresRoles,
  postgresSession,
  type SqlStep,
} from '../../constructs/database/roles/postgres-roles';
import type { CallerRole, RolePlan } from '../../constructs/database/roles/role-plan';
import { CallsignError } from '../../problems/problem';
import { LOOPBACK } from '../network/ports';
import { LocalProcess } from '../run/process';
import type { Binaries, PostgresClient } from './binaries';

export interface PostgresOptions {
  readonly name: string;
  readonly databaseName: string;
  /** The password of the owner of the database, which the programs use. */
  readonly password: string;
  readonly rootPassword: string;
  readonly roles: RolePlan;
  readonly passwordOf: (role: CallerRole) => string;
  readonly initialSql: string | undefined;
  /** The arguments of the chart, such as `-c max_connections=200`. */
  readonly args: readonly string[];
  /** The folder of the project's local run. */
  readonly folder: string;
  readonly port: number;
  readonly onLine: (line: string) => void;
}

const SUPERUSER = 'postgres';
const WRONG_PASSWORD = '28P01';
/** An earlier server may still end. */
const START_SECONDS = 20;
const STOP_SECONDS = 30;
const RESTART_MS = 1_000;

/** A PostgreSQL server with its data in a folder. */
export class LocalPostgres {
  readonly data: string;
  /** The file that says that the database is complete. Without the folder of the local run, old data is not used. */
  readonly #complete: string;
  readonly #user: { uid?: number; gid?: number };
  #server: LocalProcess | undefined;
  #isStopping = false;

  constructor(
    private readonly options: PostgresOptions,
    private readonly binaries: Binaries,
  ) {
    this.#user = process.getuid?.() === 0 ? otherUser() : {};
    this.data = join(this.#user.uid === undefined ? options.folder : folderOfRoot(options.folder), options.name);
    this.#complete = join(options.folder, `${options.name}.complete`);
  }

  /** Starts the server. At the first start it makes the database. */
  async start(): Promise<void> {
    if (!existsSync(this.#complete)) {
      // An interrupted first start left an incomplete database.
      rmSync(this.data, { recursive: true, force: true });
      await this.#initialize();
    }
    await this.#run();
    if (!existsSync(this.#complete)) {
      await this.#makeDatabase();
      writeFileSync(this.#complete, '');
    }
    if (this.options.roles.roles.length > 0) await this.#makeRoles();
    void this.#keepRunning();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#server?.stop(STOP_SECONDS);
  }

  kill(): void {
    this.#server?.kill();
  }

  async #initialize(): Promise<void> {
    mkdirSync(this.data, { recursive: true, mode: 0o700 });
    const { uid, gid } = this.#user;
    if (uid !== undefined && gid !== undefined) chownSync(this.data, uid, gid);
    const passwordFile = `${this.data}.password`;
    writeFileSync(passwordFile, this.options.rootPassword, { mode: 0o600 });
    if (uid !== undefined && gid !== undefined) chownSync(passwordFile, uid, gid);
    try {
      await promisify(execFile)(
        this.binaries.initdb,
        [
          `--pgdata=${this.data}`,
          `--username=${SUPERUSER}`,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale=C',
          '--no-sync',
        ],
        this.#user,
      );
    } catch (error) {
      throw this.#problem((error as { stderr?: string }).stderr?.trim() || (error as Error).message);
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }

  /** Starts the server, and waits until it accepts connections. */
  async #run(): Promise<void> {
    const { args, port, onLine } = this.options;
    const settings = [`listen_addresses=${LOOPBACK}`, 'unix_socket_directories=', `port=${port}`];
    const until = Date.now() + START_SECONDS * 1_000;
    for (;;) {
      const lines: string[] = [];
      this.#server = new LocalProcess({
        command: [this.binaries.postgres, '-D', this.data, ...args, ...settings.flatMap((one) => ['-c', one])],
        folder: this.data,
        env: { LC_ALL: 'C' },
        // On SIGTERM it would wait until every client disconnects.
        signal: 'INT',
        ...this.#user,
        onLine: (line) => {
          lines.push(line);
          onLine(line);
        },
      });
      while (!this.#server.hasEnded && Date.now() < until) {
        if (await this.#accepts()) return;
        await sleep(50);
      }
      const isTaken = lines.some((line) => line.includes('postmaster.pid'));
      if (!this.#server.hasEnded || !isTaken || Date.now() > until) {
        await this.stop();
        throw this.#problem(lines.slice(-5).join('\n'));
      }
      await sleep(500);
    }
  }

  async #makeDatabase(): Promise<void> {
    const { databaseName, password, initialSql } = this.options;
    await this.#as(SUPERUSER, this.options.rootPassword, SUPERUSER, async (client) => {
      const name = client.escapeIdentifier(databaseName);
      await client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
      await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
    });
    if (initialSql === undefined) return;
    try {
      await this.#as(databaseName, password, databaseName, async (client) => {
        await client.query(initialSql);
      });
    } catch (error) {
      await this.stop();
      throw this.#problem(`The initialSql failed: ${(error as Error).message}`);
    }
  }

  /** Creates the roles of the callers, with the SQL that the Job in a cluster runs. */
  async #makeRoles(): Promise<void> {
    const { databaseName, rootPassword, roles, passwordOf } = this.options;
    let obstacles: string[] = [];
    await this.#as(SUPERUSER, rootPassword, databaseName, async (client) => {
      const texts = async (sql: string) =>
        (await client.query(sql)).rows.map((row) => Object.values(row as Record<string, string>)[0]!);
      const statements = (step: SqlStep): Promise<string[]> | string[] => {
        if ('sql' in step) return [step.sql];
        if ('rows' in step) return texts(step.rows);
        const { loginOf } = step;
        return [`ALTER ROLE "${loginOf.name}" LOGIN PASSWORD ${client.escapeLiteral(passwordOf(loginOf))}`];
      };
      const run = async (steps: readonly SqlStep[]) => {
        for (const step of steps) for (const statement of await statements(step)) await client.query(statement);
      };
      await run(postgresSession(roles));
      obstacles = await texts(postgresObstacles(roles));
      if (obstacles.length === 0) await run(postgresRoles(roles));
    });
    if (obstacles.length === 0) return;
    await this.stop();
    throw this.#problem(obstacles.join('\n'));
  }

  /** A server that ends by itself starts again. Its clients connect again. */
  async #keepRunning(): Promise<void> {
    while (!this.#isStopping) {
      await this.#server!.ended;
      if (this.#isStopping) return;
      this.options.onLine('PostgreSQL ended. It starts again.');
      await sleep(RESTART_MS);
      if (!this.#isStopping) await this.#run().catch((error: Error) => this.options.onLine(error.message));
    }
  }

  async #accepts(): Promise<boolean> {
    try {
      await this.#as(SUPERUSER, this.options.rootPassword, SUPERUSER, async (client) => {
        await client.query('SELECT 1');
      });
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== WRONG_PASSWORD) return false;
      await this.stop();
      throw this.#problem('its data has another password than the file of the secrets.');
    }
  }

  async #as(
    user: string,
    password: string,
    database: string,
    work: (client: PostgresClient) => Promise<void>,
  ): Promise<void> {
    const { port } = this.options;
    const client = new this.binaries.Client({ host: LOOPBACK, port, user, password, database });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }

  #problem(message: string): CallsignError {
    return new CallsignError([
      {
        code: 'start-failed',
        path: this.options.name,
        message: `PostgreSQL did not start: ${message}`,
        fix: `Correct the cause. To begin with an empty database, delete ${this.data} and ${this.#complete}.`,
      },
    ]);
  }
}

/** PostgreSQL refuses to run as root. */
function otherUser(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((option) => Number(execFileSync('id', [option, name], { stdio: 'pipe' })));
      return { uid: uid!, gid: gid! };
    } catch {
      // The next one.
    }
  }
  throw new CallsignError([
    {
      code: 'start-failed',
      message: 'PostgreSQL does not run as root, and there is no other user.',
      expected: 'a user postgres or nobody',
      fix: 'Run callsign as another user.',
    },
  ]);
}

/** The other user may not be able to read the folder of the project. */
function folderOfRoot(folder: string): string {
  const path = join('/var/lib/callsign', createHash('sha256').update(folder).digest('hex').slice(0, 16));
  mkdirSync(path, { recursive: true, mode: 0o755 });
  return path;
}
