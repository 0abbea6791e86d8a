// tsx test/local/check/ledger.ts [SECONDS] [--without-keys] checks the blog of a local run, as the command of
// `callsign start --check`. It writes posts and comments through the gateway. Then each write that was answered with 201
// must take effect exactly once and in order. Without keys, repeated writes are doubled, so it must fail.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { writeAll, type Written } from '../../services/ledger/write.ts';
import { auditApi } from './audit-api.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { 'without-keys': { type: 'boolean' } } });
const seconds = Number(positionals[0] ?? 20);
const WRITERS = 4;
/** How many times the writers begin with new posts. */
const ROUNDS = 4;
/** How long the last effects may take. */
const EFFECT_SECONDS = 45;
/** A late delivery must not change anything either. */
const SETTLE_MS = 2_000;
const READ_ATTEMPTS = 30;

const gateway = process.env['CALLSIGN_GATEWAY'] ?? 'http://127.0.0.1:8080';

/** Reads, although some calls go wrong on purpose. */
async function read(path: string): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(`${gateway}${path}`, { signal: AbortSignal.timeout(5_000) });
      if (answer.status === 200) return await answer.json();
      throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
    } catch (error) {
      if (attempt === READ_ATTEMPTS) throw error;
      await sleep(200);
    }
  }
}

async function main(): Promise<void> {
  const began = new Date().toISOString();
  const written: Written[] = [];
  const counts = { repeated: 0, replayed: 0 };
  const [postsUrl, commentsUrl] = [`${gateway}/api`, `${gateway}/api`];
  for (let round = 1; round <= ROUNDS; round++) {
    const stop = AbortSignal.timeout((seconds / ROUNDS) * 1_000);
    const keyed = !values['without-keys'];
    written.push(...(await writeAll({ postsUrl, commentsUrl, writers: WRITERS, pauseMs: 100, stop, keyed }, counts)));
  }
  console.log(
    `${written.length} writes were answered with 201. ${counts.repeated} requests were repeated, and ${counts.replayed} of these writes had been stored before.`,
  );
  const end = Date.now() + EFFECT_SECONDS * 1_000;
  let problems = await auditApi(read, written, began);
  // A doubled write stays doubled. Other problems may end with the next deliveries.
  const isFinal = (problem: string) => problem.startsWith('doubled');
  while (problems.length > 0 && !problems.some(isFinal) && Date.now() < end) {
    await sleep(1_000);
    problems = await auditApi(read, written, began);
  }
  if (problems.length === 0) {
    await sleep(SETTLE_MS);
    problems = await auditApi(read, written, began);
  }
  const finalFirst = [...problems.filter(isFinal), ...problems.filter((problem) => !isFinal(problem))];
  for (const problem of finalFirst.slice(0, 10)) console.log(problem);
  if (problems.length > 0) throw new Error(`The ledger is wrong: ${problems.length} problems`);
  console.log('The ledger is correct: every write took effect once and in order.');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  },
);
