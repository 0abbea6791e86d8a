import type { Context, Step } from './context';
import { diagnose } from './diagnosis';
import type { Report } from './report';
import { SITE } from './support/load';
import { removePublisher } from './support/publisher';
import { secondsSince, until } from './support/until';

/** Runs the steps one after the other and returns how many failed. A cluster that cannot take the blog at all ends it. */
export async function runSteps(steps: readonly Step[], context: Context, report: Report, say: (line: string) => void): Promise<number> {
  let failed = 0;
  for (const [index, step] of steps.entries()) {
    const start = Date.now();
    say(`  … ${step.name}: ${step.promise}`);
    try {
      if (step.name !== 'fresh') await standAsApplied(context);
      const evidence = await step.run({ ...context, say: (line) => say(`      ${line}`) });
      const line = { step: step.name, promise: step.promise, ok: true, seconds: secondsSince(start), evidence };
      report.add(line);
      say(`  ✓ ${step.name} (${line.seconds} s)  ${brief(evidence)}`);
    } catch (error) {
      if (context.signal.aborted) throw error;
      failed++;
      const broken = (error as Error).message;
      report.add({ step: step.name, promise: step.promise, ok: false, seconds: secondsSince(start), broken });
      say(`  ✗ ${step.name} (${secondsSince(start)} s)  It does not hold: ${step.promise}`);
      say(`      ${broken.split('\n').slice(0, 30).join('\n      ')}`);
      const { whole, short } = await diagnose(context.kubectl, start);
      const place = report.attach(`${step.name}-failed.txt`, `${(error as Error).stack}\n\n${whole}`);
      say(`${short}\n      More in ${place}`);
      if (step.name === 'fresh') {
        const rest = steps.slice(index + 1);
        for (const { name, promise } of rest) report.add({ step: name, promise, ok: false, seconds: 0, broken: 'not tried: the blog does not stand' });
        return failed + rest.length;
      }
    }
  }
  return failed;
}

/** Whatever the step before did: the blog is as k8s-out says, everything is Ready, and the gateway knows it. */
async function standAsApplied({ kubectl, blog, gateway }: Context): Promise<void> {
  await removePublisher(kubectl);
  await kubectl.must(['-n', 'kube-system', 'scale', 'deployment/coredns', '--replicas=2']);
  await kubectl.must(['-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=60s'], { timeoutMs: 70_000 });
  await blog.apply();
  await blog.ready();
  for (const { path, expect } of SITE.filter(({ body }) => !body)) {
    await until(`GET ${path} answers ${expect}`, 30, async () => (await gateway.ask(path)).status === expect);
  }
}

/** The figures in a line, as far as they are short. */
function brief(evidence: object): string {
  return Object.entries(evidence)
    .filter(([, value]) => ['number', 'string', 'boolean'].includes(typeof value) && String(value).length < 60)
    .map(([key, value]) => `${key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${value}`)
    .join(', ');
}
