import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseFault } from '../local/faults/fault';
import { parseFaultsFile, type FaultNames, type FaultsFile } from '../local/faults/faults-file';
import { parseKill } from '../local/faults/kill';
import { isSeed, SEED } from '../local/faults/random';
import { UsageError, type Arguments, type Command } from './command';

/** The options that say what goes wrong on purpose. */
export const FAULT_OPTIONS: Command['options'] = {
  fault: {
    type: 'string',
    multiple: true,
    help: 'what goes wrong with a call: comments->event-bus:delay=500,share=0.2, and error=503 or cut (can be repeated)',
  },
  kill: {
    type: 'string',
    multiple: true,
    help: 'kill a replica of a part every 10 seconds: comments:every=10 (can be repeated)',
  },
  faults: { type: 'string', help: 'a YAML file with faults and kills' },
  seed: { type: 'string', help: 'the same seed gives the same faults and kills (default: another one each time)' },
};

/** What goes wrong on purpose: the entries of the file, and then those of the command line. */
export function faultsOf({ options, lists }: Arguments, names: FaultNames): FaultsFile & { readonly seed: number } {
  const given = seedOf(options.seed);
  const file = options.faults === undefined ? undefined : String(options.faults);
  const read = file === undefined ? undefined : parseFaultsFile(file, readFileSync(file, 'utf8'), names);
  return {
    seed: given ?? read?.seed ?? randomInt(1_000_000),
    faults: [...(read?.faults ?? []), ...(lists.fault ?? []).map((text) => parseFault(text, names.ends))],
    kills: [...(read?.kills ?? []), ...(lists.kill ?? []).map((text) => parseKill(text, names.parts))],
  };
}

function seedOf(text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seed = /^\d+$/.test(String(text)) ? Number(text) : undefined;
  if (!isSeed(seed)) throw new UsageError(`--seed ${text}: expected ${SEED}.`);
  return seed;
}
