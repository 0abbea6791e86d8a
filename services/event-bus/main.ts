import { run } from '../common/run.ts';
import { build } from './app.ts';
import { schemaFor } from './config.ts';

await run('event-bus', schemaFor(process.env), build);
