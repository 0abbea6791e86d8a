import type * as os from 'node:os';
import type { Context, Step } from '../e2e/context';
import type { Line, Report } from '../e2e/report';
import { Runner } from '../e2e/runner';

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
  gateway: { pace: 1 },
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

async function ran(
  steps: readonly Step[],
  endOfTime = Infinity,
): Promise<{ counts: { passed: number; failed: number; notRun: number }; broken: Line[]; lines: Partial<Line>[] }> {
  const lines: Line[] = [];
  const report = { add: (line: Line) => lines.push(line), attach: () => 'place' } as unknown as Report;
  const results = await new Runner(context, report, endOfTime).run(steps);
  return {
    counts: { ...results, failed: results.failed.length },
    broken: [...results.failed],
    lines: lines.map(({ step, ok, repeatedAfter, notRun }) => ({ step, ok, repeatedAfter, notRun })),
  };
}

test('a step that failed beside others is repeated once, alone; the report has both attempts', async () => {
  expect(await ran([failing('slow', 1), failing('fine', 0)])).toMatchObject({
    counts: { passed: 2, failed: 0, notRun: 0 },
    lines: [
      { step: 'fine', ok: true },
      { step: 'slow', ok: false },
      { step: 'slow', ok: true, repeatedAfter: ['other steps ran at the same time'] },
    ],
  });
  expect((await ran([failing('broken', 2), failing('fine', 0)])).counts).toEqual({ passed: 1, failed: 1, notRun: 0 });
});

test('a step that ran alone is repeated only if the machine was busy, at most twice, with half of the load', async () => {
  jest.spyOn(jest.requireActual<typeof os>('node:os'), 'loadavg').mockReturnValue([500, 500, 500]);
  const { gateway } = context;
  const busy = expect.stringContaining('the machine was busy');
  const load = (percent: number) => `the load is ${percent} % of the usual one`;
  expect(await ran([failing('slow', 1)])).toMatchObject({
    counts: { failed: 0 },
    lines: [{ step: 'slow', ok: true, repeatedAfter: [busy, load(50)] }],
  });
  gateway.pace = 1;
  expect(await ran([failing('slower', 2)])).toMatchObject({
    counts: { failed: 0 },
    lines: [{ repeatedAfter: [busy, load(50), busy, load(25)] }],
  });
  // A fourth of the usual load is the least.
  expect(await ran([failing('slowest', 1)])).toMatchObject({ lines: [{ repeatedAfter: [busy, load(25)] }] });
  gateway.pace = 1;
  expect((await ran([failing('broken', 3)])).counts.failed).toBe(1);
});

test('a step that ran alone is not repeated', async () => {
  expect(await ran([failing('broken', 1)])).toMatchObject({
    counts: { failed: 1 },
    lines: [{ step: 'broken', ok: false }],
  });
});

test('a step that would end too late does not start if it is not core, and is not repeated', async () => {
  const minutes = (left: number) => Date.now() + left * 60_000;
  const notRun = 'no time was left';
  expect(await ran([failing('fine', 0), { ...failing('long', 0), minutes: 10 }], minutes(5))).toMatchObject({
    counts: { passed: 1, failed: 0, notRun: 1 },
    lines: [
      { step: 'long', ok: false, notRun },
      { step: 'fine', ok: true },
    ],
  });
  expect((await ran([failing('fine', 0)], minutes(3))).counts).toEqual({ passed: 0, failed: 0, notRun: 1 });
  const core: Step = { ...failing('core', 0), core: true };
  expect((await ran([core, failing('fine', 0)], minutes(3))).counts).toEqual({ passed: 1, failed: 0, notRun: 1 });
  let tries = 0;
  const late: Step = {
    ...failing('late', 0),
    async run() {
      tries++;
      jest.spyOn(Date, 'now').mockReturnValue(minutes(20));
      throw new Error('too slow');
    },
  };
  expect((await ran([late, { ...failing('long', 0), minutes: 10 }], minutes(5))).counts).toEqual({
    passed: 0,
    failed: 1,
    notRun: 1,
  });
  expect(tries).toBe(1);
});

test('the results name each failed step and its broken promise', async () => {
  const { broken } = await ran([failing('broken', 3), failing('fine', 0)]);
  expect(broken).toMatchObject([{ step: 'broken', broken: 'too slow' }]);
});
