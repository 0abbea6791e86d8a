import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The tests use real processes and a real database, possibly on a busy machine.
jest.setTimeout(90_000);

// Lets tests start a garbage collection before they measure memory.
setFlagsFromString('--expose-gc');
Object.assign(globalThis, { gc: runInNewContext('gc') as () => void });
