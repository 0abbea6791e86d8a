import { run } from '../common/run.ts';
import { build } from './app.ts';
import { schema } from './config.ts';

await run('posts', schema, build);
