import { atOnce } from '../../src/basics/at-once';
import type { Context, Step } from './context';
import { diagnose } from './diagnosis';
import type { Line, Report } from './report';
import { Ground, isBusyness } from './support/ground';
import { SITE } from './support/load';
import type { KubeObject } from './support/kubectl';
import { slower } from './support/pace';
import { removePublisher } from './support/publisher';
import { secondsSince, until } from './support/until';

/** How many steps run in parallel. Most of their time is waiting, but two cores have to be enough for all of them. */
const AT_ONCE = 3;

interface Namespace extends KubeObject {
  readonly status: { readonly phase: string };
}

/** How the steps ended. */
export interface Results {
  readonly passed: number;
  readonly failed: readonly Line[];
  /** How many did not start, because no time was left. */
  readonly notRun: number;
}

/** A step takes as many minutes on a slow machine, if it does not say more. */
const MINUTES = 4;
/** A step that failed beside others may be repeated for so many minutes after the end. */
const MORE_MINUTES = 10;
/** How often a step is repeated that failed during a fault of the machine or the cluster: that is not a fault of the blog. */
const REPEATS = 2;

/** Runs the steps in order. Stops if the blog cannot be applied at all. */
export class Runner {
  private readonly ground: Ground;
  private blogRuns = true;

  constructor(
    private readonly context: Context,
    private readonly report: Report,
    /** A step that would end later does not start, if it is not `core`. */
    private readonly endOfTime: number,
    /** Runs once, when the blog is running. */
    private readonly onBlogRuns: () => Promise<void> = async () => undefined,
  ) {
    this.ground = new Ground(context.kubectl);
  }

  async run(steps: readonly Step[]): Promise<Results> {
    const lines: Line[] = [];
    for (const round of roundsOf(steps)) {
      const together = await atOnce(round, AT_ONCE, async (step) => {
        const line = await this.lineOf(step, round.length > 1);
        this.report.add(line);
        return { step, line };
      });
      const [first] = together;
      if (first?.step.name === 'fresh') {
        this.blogRuns = first.line.ok;
        if (this.blogRuns) await this.onBlogRuns();
      }
      for (const { step, line } of together) {
        const isFinal = line.ok || line.notRun || !this.blogRuns || round.length === 1;
        lines.push(isFinal || this.isTooLate(step, MORE_MINUTES) ? line : await this.attemptAlone(step));
      }
    }
    this.ground.stop();
    const notRun = lines.filter((line) => line.notRun).length;
    const passed = lines.filter(({ ok }) => ok).length;
    return { passed, failed: lines.filter((line) => !line.ok && !line.notRun), notRun };
  }

  private isTooLate({ core, minutes = MINUTES }: Step, more = 0): boolean {
    return !core && Date.now() + (minutes - more) * 60_000 > this.endOfTime;
  }

  private async lineOf(step: Step, besideOthers: boolean): Promise<Line> {
    const { say } = this.context;
    const { name, promise } = step;
    const notTried = { step: name, promise, ok: false, seconds: 0 };
    if (!this.blogRuns) return { ...notTried, broken: 'not run: the blog is not running' };
    if (this.isTooLate(step)) {
      say(`  - ${name} does not start: no time is left`);
      return { ...notTried, notRun: 'no time was left' };
    }
    say(`  … ${name}: ${promise}`);
    return besideOthers ? this.attempt(step) : this.attemptOnGround(step);
  }

  /** Runs a step. Repeats it if it failed during a fault of the machine or the cluster. */
  private async attemptOnGround(step: Step): Promise<Line> {
    const { cluster, gateway, say } = this.context;
    const repeatedAfter: string[] = [];
    for (let repeats = 0; ; repeats++) {
      const start = Date.now();
      cluster.stopped.clear();
      const line = await this.attempt(step);
      const faults = line.ok || repeats === REPEATS ? [] : await this.ground.faults(start, cluster.stopped);
      if (faults.length === 0) return repeatedAfter.length > 0 ? { ...line, repeatedAfter } : line;
      repeatedAfter.push(...faults);
      // A broken promise shows at each load. Only a machine that is too slow for the load stops failing with less of it.
      if (faults.some(isBusyness)) {
        gateway.pace = slower(gateway.pace);
        repeatedAfter.push(`the load is ${gateway.pace * 100} % of the usual one`);
      }
      say(`      The machine or the cluster had a fault (${repeatedAfter.join(', ')}): repeating the step.`);
      await this.ground.steady().catch((error: Error) => say(`      ${error.message}`));
    }
  }

  /** Repeats a step that failed beside others. They share the machine; if the step passes alone, that was the reason. */
  private async attemptAlone(step: Step): Promise<Line> {
    this.context.say(`  … ${step.name} failed while other steps ran: repeating it alone`);
    const { repeatedAfter = [], ...rest } = await this.attemptOnGround(step);
    const line = { ...rest, repeatedAfter: ['other steps ran at the same time', ...repeatedAfter] };
    this.report.add(line);
    return line;
  }

  private async attempt(step: Step): Promise<Line> {
    const { context, report } = this;
    const start = Date.now();
    const { name, promise } = step;
    try {
      if (name !== 'fresh' && !step.apart) await restoreBlog(context);
      const evidence = await step.run({
        ...context,
        say: (line) => context.say(`      ${step.apart ? `${name}: ` : ''}${line}`),
      });
      const seconds = secondsSince(start);
      context.say(`  ✓ ${name} (${seconds} s)  ${brief(evidence)}`);
      return { step: name, promise, ok: true, seconds, evidence };
    } catch (error) {
      if (context.signal.aborted) throw error;
      const broken = (error as Error).message;
      const seconds = secondsSince(start);
      context.say(`  ✗ ${name} (${seconds} s)  Broken promise: ${promise}`);
      context.say(`      ${broken.split('\n').slice(0, 30).join('\n      ')}`);
      const { whole, short } = await diagnose(context.kubectl, start);
      const place = report.attach(
        `${name}-failed-${new Date(start).toISOString().slice(11, 19).replaceAll(':', '-')}.txt`,
        `${(error as Error).stack}\n\n${whole}`,
      );
      context.say(`${short}\n      Details: ${place}`);
      return { step: name, promise, ok: false, seconds, broken };
    }
  }
}

/** Groups of steps that run in parallel: neighbors that do not touch the blog. */
function roundsOf(steps: readonly Step[]): Step[][] {
  const rounds: Step[][] = [];
  for (const step of steps) {
    const last = rounds.at(-1);
    if (step.apart && last?.[0]?.apart) last.push(step);
    else rounds.push([step]);
  }
  return rounds;
}

/** Restores the blog after the previous step: applied from k8s-out, Ready, and known to the gateway. */
async function restoreBlog({ kubectl, blog, gateway }: Context): Promise<void> {
  // The pods of deleted namespaces still use the machine. A namespace that stays is not a fault of the next step.
  await until('deleted namespaces are gone', 120, async () => {
    const namespaces = await kubectl.list<Namespace>('namespaces');
    return namespaces.every(({ status }) => status.phase !== 'Terminating');
  }).catch(() => undefined);
  await removePublisher(kubectl);
  await kubectl.must(['-n', 'kube-system', 'scale', 'deployment/coredns', '--replicas=2']);
  await kubectl.must(['-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=120s'], {
    timeoutMs: 130_000,
  });
  await blog.apply();
  await blog.ready();
  for (const { path, expect } of SITE.filter(({ body }) => !body)) {
    await until(`GET ${path} answers ${expect}`, 60, async () => (await gateway.ask(path)).status === expect);
  }
}

/** The short measurements, in one line. */
function brief(evidence: object): string {
  return Object.entries(evidence)
    .filter(([, value]) => ['number', 'string', 'boolean'].includes(typeof value) && String(value).length < 60)
    .map(([key, value]) => `${key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${value}`)
    .join(', ');
}
