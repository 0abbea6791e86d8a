import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Real processes and a real database on a machine that may be busy.
jest.setTimeout(90_000);

// For what is said of memory: a collection when a test asks for one.
setFlagsFromString('--expose-gc');
Object.assign(globalThis, { gc: runInNewContext('gc') as () => void });
