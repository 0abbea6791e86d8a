// Loaded into a bus with `--import`. The number of partitions never changes in a bus, so it is no setting. This changes the
// number in the source while Node.js loads it, for both logs.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const partitions = Number(process.env.PARTITIONS);
const CHANGES = [
  ['/event-bus/jetstream/names.ts', 'PARTITIONS = 16;', `PARTITIONS = ${partitions};`],
  ['/event-bus/postgres/migrations.ts', 'generate_series(0, 15)', `generate_series(0, ${partitions - 1})`],
];

// The hooks run in a thread of their own, which loads this file again.
if (isMainThread && partitions) register(import.meta.url);

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const change = CHANGES.find(([file]) => url.split('?')[0].endsWith(file));
  if (!change) return loaded;
  const [file, from, to] = change;
  const source = String(loaded.source);
  if (!source.includes(from)) throw new Error(`${file} has no ${from}`);
  return { ...loaded, source: source.replace(from, to) };
}
