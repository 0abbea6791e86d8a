import { readConfig } from '../common/config.ts';
import { run } from '../common/run.ts';
import { build } from './app.ts';
import { schemaFor } from './config.ts';
import { move } from './move.ts';
import { replay } from './replay.ts';

const COMMANDS = { replay, move };

const [command, name, ...more] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);
if (command === undefined) await run('event-bus', schemaFor(process.env), build);
else if (Object.hasOwn(COMMANDS, command) && name !== undefined && more.length === 0)
  process.exitCode = await COMMANDS[command as keyof typeof COMMANDS](readConfig(schemaFor(process.env)), name, say);
else {
  say('usage: node event-bus/main.ts [replay SUBSCRIBER | move jetstream | move postgres]');
  process.exitCode = 2;
}
