import type * as os from 'node:os';
import type { Context, Step } from '../e2e/context';
import type { Line, Report } from '../e2e/report';
import { runSteps } from '../e2e/runner';

// Otherwise a busy machine would be a reason to repeat a step.
beforeEach(() => void jest.spyOn(jest.requireActual<typeof os>('node:os'), 'loadavg').mockReturnValue([0, 0, 0]));
afterEach(() => jest.restoreAllMocks());

/** A healthy cluster without pods. */
const kubectl = {
  run: async () => ({ code: 0, out: '', error: '' }),
  list: async (kind: string) =>
    kind === 'nodes' ? [{ metadata: {}, status: { conditions: [{ type: 'Ready', status: 'True' }] } }] : [],
};
const context = {
  kubectl,
  cluster: { stopped: new Set() },
  signal: new AbortController().signal,
  say: () => undefined,
} as unknown as Context;

/** A step that fails the given number of times. */
const failing = (name: string, times: number): Step => {
  let left = times;
  return {
    name,
    promise: 'It holds.',
    apart: true,
    async run() {
      if (left-- > 0) throw new Error('too slow');
      return {};
    },
  };
};

async function ran(steps: readonly Step[]): Promise<{ failed: number; lines: Line[] }> {
  const lines: Line[] = [];
  const report = { add: (line: Line) => lines.push(line), attach: () => 'place' } as unknown as Report;
  const failed = await runSteps(steps, context, report, () => undefined);
  return { failed, lines: lines.map(({ step, ok, repeatedAfter }) => ({ step, ok, repeatedAfter }) as Line) };
}

test('a step that failed beside others is repeated once, alone; the report has both attempts', async () => {
  expect(await ran([failing('slow', 1), failing('fine', 0)])).toEqual({
    failed: 0,
    lines: [
      { step: 'fine', ok: true },
      { step: 'slow', ok: false },
      { step: 'slow', ok: true, repeatedAfter: ['other steps ran at the same time'] },
    ],
  });
  expect((await ran([failing('broken', 2), failing('fine', 0)])).failed).toBe(1);
});

test('a step that ran alone is repeated only if the machine was busy', async () => {
  jest.spyOn(jest.requireActual<typeof os>('node:os'), 'loadavg').mockReturnValue([500, 500, 500]);
  const repeatedAfter = [expect.stringContaining('the machine was busy')];
  expect(await ran([failing('slow', 1)])).toEqual({ failed: 0, lines: [{ step: 'slow', ok: true, repeatedAfter }] });
  expect((await ran([failing('broken', 2)])).failed).toBe(1);
});

test('a step that ran alone is not repeated', async () => {
  expect(await ran([failing('broken', 1)])).toMatchObject({ failed: 1, lines: [{ step: 'broken', ok: false }] });
});
