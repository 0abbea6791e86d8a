// npm run bench:connections [-- SECONDS [POOL]] measures the memory of PostgreSQL per connection, with the blog as its
// client. It writes and reads through all services until the pools are full, and then reads what the kernel counts for
// each process of the server. The budget of connections (src/constructs/database/engines/postgres.ts) uses the result.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/local/network/ports';
import { ownPostgres } from './ledger/postgres.ts';
import { Program } from './ledger/program.ts';

const seconds = Number(process.argv[2] ?? 30);
const pool = process.argv[3] ?? '30';
const SHARED_BUFFERS_MIB = 128;
const AT_ONCE = 120;
const SERVICES = ['posts', 'comments', 'moderation', 'query', 'event-bus'] as const;

/** What one process holds that belongs to nobody else: its own pages, and the page tables of its address space. */
function ownKiB(pid: number): number {
  const read = (file: string, field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1] ?? 0);
  // A page that only one process maps is private, even if it is part of the shared buffers. Count anonymous pages only.
  return read('smaps_rollup', 'Pss_Anon') + read('status', 'VmPTE');
}

function processes(server: number): { pid: number; title: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const title = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return parent === server || Number(name) === server ? [{ pid: Number(name), title }] : [];
      } catch {
        return [];
      }
    });
}

function summary(kib: readonly number[]): Record<string, number> {
  const sorted = kib.toSorted((a, b) => a - b);
  const at = (share: number) => mib(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { count: kib.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

const mib = (kib: number) => Math.round((kib / 1024) * 100) / 100;

/** Starts every service with a database, as a process of its own. */
async function startServices(databaseUrl: string, folder: string): Promise<Record<string, Program>> {
  const words = join(folder, 'words.txt');
  writeFileSync(words, 'orange');
  const ports = Object.fromEntries(await Promise.all(SERVICES.map(async (name) => [name, await freePort()] as const)));
  const env = {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: pool,
    BLOCKED_WORDS_FILE: words,
    SUBSCRIBERS: 'posts,comments,moderation,query',
    ...Object.fromEntries(
      SERVICES.map((name) => [`${name.toUpperCase().replace('-', '_')}_URL`, `http://127.0.0.1:${ports[name]}`]),
    ),
  };
  const programs = SERVICES.map((name) => new Program(name, `services/${name}/main.ts`, ports[name]!, env));
  for (const program of programs) program.start();
  await Promise.all(programs.map((program) => program.ready()));
  return Object.fromEntries(programs.map((program) => [program.name, program]));
}

/** Writes and reads through all services for some seconds. Returns the numbers of writes that succeeded and failed. */
async function useServices(services: Record<string, Program>): Promise<{ written: number; failed: number }> {
  const url = (name: string) => services[name]!.url;
  const post = async (to: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(to, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.status !== 201) {
      failed++;
      return undefined;
    }
    written++;
    return (await answer.json()) as { id: string };
  };
  let [written, failed] = [0, 0];
  const end = Date.now() + seconds * 1_000;
  const visit = async () => {
    while (Date.now() < end) {
      const made = await post(`${url('posts')}/posts`, { title: 'A title of some words' });
      if (!made) continue;
      for (let n = 0; n < 3; n++)
        await post(`${url('comments')}/comments/${made.id}`, { content: 'word '.repeat(100) });
      const pages = [`${url('posts')}/posts`, `${url('posts')}/posts/${made.id}`, `${url('query')}/posts`];
      for (const page of [...pages, `${url('comments')}/comments/${made.id}`]) await (await fetch(page)).arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, visit));
  return { written, failed };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'callsign-connections-'));
  const postgres = await ownPostgres(['-c', `shared_buffers=${SHARED_BUFFERS_MIB}MB`]);
  let services: Record<string, Program> = {};
  try {
    services = await startServices(postgres.url, folder);
    const writes = await useServices(services);
    const all = processes(postgres.pid());
    // The title of a backend contains the user, the database and the address of the client.
    const isClient = (title: string) => /^postgres: \S+ blog /.test(title);
    const clients = all.filter(({ title }) => isClient(title)).map(({ pid }) => ownKiB(pid));
    const others = all.filter(({ title }) => !isClient(title)).map(({ pid }) => ownKiB(pid));
    const sum = (kib: readonly number[]) => mib(kib.reduce((total, value) => total + value, 0));
    const figures = {
      ...writes,
      sharedBuffersMiB: SHARED_BUFFERS_MIB,
      connectionMiB: summary(clients),
      allConnectionsMiB: sum(clients),
      otherProcessesMiB: sum(others),
    };
    console.log(JSON.stringify(figures, undefined, 2));
  } finally {
    for (const program of Object.values(services)) await program.end('SIGTERM');
    await postgres.remove();
    rmSync(folder, { recursive: true });
  }
}

void main();
