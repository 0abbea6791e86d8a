/** Answers after some seconds, and serves its health check. */
export const server = (seconds: number) =>
  `setTimeout(() => require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT), ${seconds * 1_000})`;

interface ServerOptions {
  readonly program?: string;
  readonly more?: string;
}

export const microservice = (name: string, { program = server(0), more = '' }: ServerOptions = {}) => `
  const ${name} = new Microservice(chart, '${name}', {
    image: Image.of('node:24-slim'),
    command: ['node', '-e', ${JSON.stringify(program)}],
    resources: { cpu: '25m' },
    shutdown: { pause: 1, grace: 5 },
    ${more}
  });`;

export function inNamespace(namespace: string, charts: string): string {
  return `
  const chart = new Chart(app, '${namespace}', { namespace: '${namespace}' });
  new Namespace(chart, '${namespace}');
  ${charts}`;
}
