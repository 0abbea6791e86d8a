import { body, composeFolder, service } from './import';

const folder = composeFolder();
const MANY = 100_000;
const quoted = (text: string) => JSON.stringify(text);
const many = (count: number, line: (i: number) => string) => Array.from({ length: count }, (_, i) => line(i)).join('');

/** The time limit is for input on which a quadratic search takes minutes. */
const SECONDS = 20_000;

const UNITS = [
  '.',
  'a',
  'a=',
  'a.',
  'a@',
  'x ',
  ' ',
  '"',
  "'",
  '\\',
  '|| ',
  ' >',
  '; ',
  '-p',
  '-a ',
  '-',
  '://',
  '/',
  ':',
  'eyJ-',
];

test.each(UNITS)(
  '%j, many times, in any value',
  async (unit) => {
    const long = unit.repeat(MANY / unit.length);
    folder.put('a.env', `A=${long}\n`);
    folder.put('a.conf', `${long}\n<a>${long}\n`);
    const { chart, problems } = await folder.import(
      service(`command: [serve, ${quoted(long)}]
healthcheck: { test: [CMD-SHELL, ${quoted(`curl ${long}`)}] }
expose: [80]
env_file: [{ path: a.env, format: raw }]
environment: { B: ${quoted(long)}, DB_HOST: ${quoted(long)}, C: ${quoted(`http://u:${long}`)}, PASSWORD: hidden-word }
labels: { traefik.http.routers.a.rule: ${quoted(`Host(${long}`)} }
working_dir: ${quoted(`/${long}x`)}
user: ${quoted(long)}
stop_grace_period: ${quoted(long)}
mem_limit: ${quoted(long)}
volumes: ["./a.conf:/etc/a.conf:ro", ${quoted(`data:/${long}x`)}]`),
    );
    expect(problems).toEqual([]);
    expect(chart).toContain('extends Chart');
  },
  SECONDS,
);

test(
  'a long name of an image, a service, a port or a key is a problem or gets a shorter name',
  async () => {
    const dots = '.'.repeat(MANY);
    const image = await folder.import(service('').replace('shop/web:1.0.0', quoted(dots)));
    expect(image.problems.map(({ code }) => code)).toEqual(['compose-invalid']);
    const name = await folder.import(`services:\n  ? ${quoted(`web${dots}`)}\n  : image: a:1\n`);
    expect([name.problems, body(name.chart)]).toEqual([[], expect.stringContaining("new Microservice(this, 'web'")]);
    const port = await folder.import(service(`ports: [${quoted(`80${dots}`)}]`));
    expect(port.problems).toHaveLength(1);
    const key = await folder.import(service(`? ${quoted(dots)}\n: x`));
    expect(key.problems).toHaveLength(1);
    const path = await folder.import(service(`volumes: [${quoted(`./${'a'.repeat(MANY)}:/a`)}, "./a\\0:/b"]`));
    expect(path.problems).toEqual([]);
  },
  SECONDS,
);

test(
  'many services, and long chains of them',
  async () => {
    const plain = await folder.import(`services:\n${many(2000, (i) => `  s${i}: { image: "a:1" }\n`)}`);
    expect(plain.problems).toEqual([]);
    const chain = many(6000, (i) => `  s${i}: { image: "a:1", depends_on: [s${i + 1}] }\n`);
    const depending = await folder.import(`services:\n${chain}  s6000: { image: "a:1" }\n`);
    expect(depending.problems).toEqual([]);
    const cycle = await folder.import(`services:\n${chain}  s6000: { image: "a:1", depends_on: [s0] }\n`);
    expect(cycle.problems.map(({ code }) => code)).toEqual(['compose-cycle']);
  },
  3 * SECONDS,
);

test.each([100, 101])(
  'services that extend each other: %d',
  async (levels) => {
    const forwards = many(levels, (i) => `  s${i}: { extends: s${i + 1} }\n`);
    const { problems } = await folder.import(`services:\n${forwards}  s${levels}: { image: "a:1" }\n`);
    const backwards = many(levels, (i) => `  s${i + 1}: { extends: s${i} }\n`);
    const other = await folder.import(`services:\n  s0: { image: "a:1" }\n${backwards}`);
    const expected =
      levels > 100
        ? [
            expect.stringMatching(
              /^The service "s\d+" is in a chain of more than 100 services, in which each extends the next\.$/,
            ),
          ]
        : [];
    expect(problems.map(({ message }) => message).filter((message) => /chain/.test(message))).toEqual(expected);
    expect(other.problems.map(({ message }) => message).filter((message) => /chain/.test(message))).toEqual(expected);
  },
  SECONDS,
);

test(
  'files that include each other, each twice',
  async () => {
    for (let i = 0; i < 30; i++) folder.put(`c${i}.yaml`, `include: [c${i + 1}.yaml, ./c${i + 1}.yaml]\n`);
    folder.put('c30.yaml', 'x-last: {}\n');
    const { problems } = await folder.import(`include: [c0.yaml]\n${service('')}`);
    expect(problems).toEqual([]);
    for (let i = 0; i < 150; i++) folder.put(`d${i}.yaml`, `include: [d${i + 1}.yaml]\n`);
    folder.put('d150.yaml', 'x-last: {}\n');
    const deep = await folder.import(`include: [d0.yaml]\n${service('')}`);
    expect(deep.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/is at the end of too many files that include each other\.$/),
    ]);
  },
  SECONDS,
);

test.each([
  ['brackets', `x-y: ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['braces', `x-y: ${'{a: '.repeat(20_000)}${'}'.repeat(20_000)}`],
  ['list marks', `x-y:\n  ${'- '.repeat(50_000)}a`],
  ['anchors', `x-a0: &a0 { A: 1 }\n${many(2000, (i) => `x-a${i + 1}: &a${i + 1} { <<: *a${i} }\n`)}`],
  ['indentation', `x-y:\n${many(1200, (i) => `${' '.repeat(i + 1)}a:\n`)}`],
])(
  'too many levels of %s',
  async (_what, text) => {
    const { problems, error } = await folder.import(`${text}\n${service('')}`);
    expect([problems.map(({ message }) => message), error]).toEqual([
      ['The lists and maps of the file have too many levels.'],
      '',
    ]);
  },
  SECONDS,
);

test('brackets in texts, and fewer levels, are no problem', async () => {
  const { problems } = await folder.import(
    `x-y: ${'['.repeat(150)}${']'.repeat(150)}\nx-z: "${'['.repeat(500)}"\nx-q: |\n  ${'- ['.repeat(500)}\n${service('')}`,
  );
  expect(problems).toEqual([]);
});

test(
  'many anchors, many keys and many variables',
  async () => {
    const anchors = `${many(4000, (i) => `x-a${i}: &a${i} b\n`)}${service(`environment:\n${many(4000, (i) => `  A${i}: *a${i}\n`)}`)}`;
    expect((await folder.import(anchors)).problems).toEqual([]);
    const keys = service(`environment:\n${many(20_000, (i) => `  B${i}: "\${A${i}:-x}"\n`)}`);
    expect((await folder.import(keys)).problems).toEqual([]);
    const secret = service(`environment:\n${many(4000, (i) => `  B${i}_PASSWORD: word-of-${i}\n  C${i}: x\n`)}`);
    expect((await folder.import(secret)).secrets).toHaveLength(2);
    const hosts = service(`environment:\n${many(2000, (i) => `  B${i}_HOST: "x"\n  B${i}_PORT: "${i + 1}"\n`)}`);
    expect((await folder.import(hosts)).problems).toEqual([]);
    const outside = service(`environment:\n${many(16_000, (i) => `  V${i}: "http://web${i}.example.com/x"\n`)}`);
    expect((await folder.import(outside)).chart).toContain("new External('web15999.example.com', 80)");
  },
  3 * SECONDS,
);

test(
  'variables that multiply each other are a problem',
  async () => {
    folder.put('.env', `A=${'x'.repeat(MANY)}\n`);
    const result = await folder.import(service(`environment:\n${many(1000, (i) => `  B${i}: "$A$A"\n`)}`));
    expect(result.problems.map(({ message }) => message)).toEqual([
      'The aliases or the variables of the file expand to too many values.',
    ]);
    const one = await folder.import(service(`environment: { B: "${'$A'.repeat(50_000)}" }`));
    expect(one.problems.map(({ message }) => message)).toEqual([
      'services.web.environment.B contains variables with more than 1000000 characters.',
    ]);
    folder.put('.env', '');
  },
  SECONDS,
);

test(
  'one rule with many hosts and paths is refused',
  async () => {
    const list = (start: string) => many(1000, (i) => `\`${start}${i}\`,`);
    const rule = `Host(${list('h')}\`z\`) && PathPrefix(${list('/')}\`/z\`)`;
    const { report } = await folder.import(
      service(`expose: [80]\nlabels: { traefik.http.routers.a.rule: ${quoted(rule)} }`),
    );
    expect(report.find(({ path }) => path.includes('rule'))).toMatchObject({ status: 'refused' });
  },
  SECONDS,
);

test(
  'equal names get numbers',
  async () => {
    const text = `services:\n${many(1000, (i) => `  "a${'.'.repeat(i % 40)}${'_'.repeat(Math.floor(i / 40))}b": { image: "a:1" }\n`)}`;
    const { chart, problems } = await folder.import(text);
    expect([problems, chart.includes("'a-b-999'")]).toEqual([[], true]);
  },
  SECONDS,
);
