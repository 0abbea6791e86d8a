import * as fc from 'fast-check';
import { renderChart } from '../../../src/compose/write/chart';
import { secretCommands } from '../../../src/compose/write/report';
import { execFileSync } from 'node:child_process';
import { problemsOfChart } from '../run-chart';

const chartOf = (sources: readonly string[]) =>
  renderChart({ name: 'shop', sources, parts: [], calls: [], secrets: [], warnings: [] }, 'callsign-k8s');

test('the name of a file cannot end the comment', () => {
  expect(chartOf(['compose.yaml', 'b.yaml'])).toContain('/** From compose.yaml and b.yaml. */');
  expect(chartOf(['a*/process.exit(1)/*.yaml'])).toContain('/** From a*\\/process.exit(1)/*.yaml. */');
  expect(chartOf(['a\nb\r\u2028c.yaml'])).toContain('/** From a\\u000ab\\u000d\\u2028c.yaml. */');
});

test('a chart from a file of any name is the same program', () => {
  const name = fc.string({
    unit: fc.constantFrom('*', '/', '\\', '\n', '`', '$', '{', '}', "'", '"', ';', 'a', '\u2028'),
  });
  const plain = chartOf(['x']).replace('From x.', '');
  fc.assert(
    fc.property(name, (source) => {
      const chart = chartOf([source]);
      expect(chart.replace(/From [^]*?\. (?=\*\/\nexport class)/, ' ')).toBe(plain);
      expect(/From ([^]*?)\. \*\/\nexport class/.exec(chart)![1]).not.toMatch(/\*\/|[\n\r\u2028]/);
    }),
  );
  expect(problemsOfChart(chartOf(['*/throw new Error("x");/*']))).toEqual([]);
});

test('the names of files are words of the shell', () => {
  const command = (file: string) => secretCommands('shop', [{ name: 'web', keys: [{ key: 'a', file }] }])[1]!;
  expect(command('certs/site.pem')).toBe('kubectl -n shop create secret generic web --from-file=a=certs/site.pem');
  for (const file of ["it's.pem", 'a b.pem', '$(touch x).pem', '`x`', 'a\nb', '"', '\\', '*', '~/x;y', '#']) {
    const [, words = ''] = command(file).split('generic web ');
    expect(execFileSync('sh', ['-c', `printf %s ${words}`], { encoding: 'utf8' })).toBe(`--from-file=a=${file}`);
  }
});

test('a variable with a name that no shell accepts is left to the person', () => {
  const command = (variable: string) => secretCommands('shop', [{ name: 'web', keys: [{ key: 'a', variable }] }])[1]!;
  expect(command('JWT_SECRET')).toMatch(/--from-literal=a="\$JWT_SECRET"$/);
  expect(command('x$(touch y)')).toMatch(/--from-literal=a=…$/);
});
