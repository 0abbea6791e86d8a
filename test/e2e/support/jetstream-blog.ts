import { Blog, NAMESPACE } from './blog';

/** A program for a replica of the bus, with the client of NATS and without code of the bus. It prints its result. */
const withNats = (program: string) => `
(async () => {
  const { connect } = await import('@nats-io/transport-node');
  const { EVENT_LOG_SERVERS, EVENT_LOG_USER: user, EVENT_LOG_PASSWORD: pass } = process.env;
  const nats = await connect({ servers: EVENT_LOG_SERVERS.split(','), user, pass });
  const run = async () => {${program}};
  const result = await run();
  await nats.close();
  console.log(JSON.stringify(result));
})();
`;

/** Reads all events from the streams. */
const READ_LOG = withNats(`
  const events = [];
  for (let partition = 0; partition < 16; partition++) {
    for (let seq = 1; ; ) {
      const ask = JSON.stringify({ seq, batch: 500 });
      const options = { strategy: 'sentinel', maxWait: 5000 };
      let ended = true;
      for await (const { headers, data } of await nats.requestMany('$JS.API.DIRECT.GET.EVENTS_' + partition, ask, options)) {
        if (data.length === 0) {
          ended = headers.code !== 204 || headers.get('Nats-Num-Pending') === '0';
          break;
        }
        const text = Buffer.from(data).toString();
        const end = text.indexOf('\\n');
        const { source, id, subject } = JSON.parse(text.slice(0, end));
        const stored_at = headers.get('Nats-Time-Stamp');
        seq = Number(headers.get('Nats-Sequence')) + 1;
        events.push({ partition, offset: seq - 1, source, id, subject, stored_at, body: text.slice(end + 1) });
      }
      if (ended) break;
    }
  }
  const { deadLetters } = await (await fetch('http://localhost:8080/dead-letters')).json();
  return { events, letters: deadLetters };
`);

/** The name of the server that leads most streams. */
const MOST_LEADERS = withNats(`
  const counts = {};
  for (let partition = 0; partition < 16; partition++) {
    const info = JSON.parse((await nats.request('$JS.API.STREAM.INFO.EVENTS_' + partition, '')).string());
    counts[info.cluster.leader] = (counts[info.cluster.leader] ?? 0) + 1;
  }
  return Object.entries(counts).toSorted((a, b) => b[1] - a[1])[0][0];
`);

/** Leaves one copy of each stream: that of its leader. */
const KEEP_ONE_COPY = withNats(`
  for (let partition = 0; partition < 16; partition++) {
    const ask = async (call, body) => JSON.parse((await nats.request('$JS.API.STREAM.' + call + '.EVENTS_' + partition, body)).string());
    const { config } = await ask('INFO', '');
    const { error } = await ask('UPDATE', JSON.stringify({ ...config, num_replicas: 1 }));
    if (error) throw new Error(error.description);
    while ((await ask('INFO', '')).cluster.replicas?.length > 0) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return null;
`);

interface CopiedLog {
  readonly events: readonly object[];
  readonly letters: readonly object[];
}

/** The blog with the log of the bus in NATS JetStream. */
export class JetStreamBlog extends Blog {
  override async deliveriesToCome(): Promise<number> {
    const status = "fetch('http://localhost:8080/status').then((answer) => answer.text()).then(console.log)";
    const { subscribers } = await this.kubectl.script<{ subscribers: readonly { lag: number }[] }>(
      NAMESPACE,
      await this.#busPod(),
      status,
    );
    return subscribers.reduce((sum, { lag }) => sum + lag, 0);
  }

  /** The name of the server that leads most streams. */
  async mostLeaders(): Promise<string> {
    return this.kubectl.script<string>(NAMESPACE, await this.#busPod(), MOST_LEADERS);
  }

  /** Leaves one copy of each stream: that of its leader. */
  async keepOneCopy(): Promise<void> {
    await this.kubectl.script(NAMESPACE, await this.#busPod(), KEEP_ONE_COPY);
  }

  /** Copies the log to tables with the names and columns of the log in PostgreSQL. */
  override async showLogInSql(): Promise<void> {
    const { events, letters } = await this.kubectl.script<CopiedLog>(NAMESPACE, await this.#busPod(), READ_LOG);
    const quoted = (value: object) => `$json$${JSON.stringify(value)}$json$`;
    const input = `
      DROP SCHEMA IF EXISTS event_bus CASCADE;
      CREATE SCHEMA event_bus;
      CREATE TABLE event_bus.event (partition int, "offset" bigint, source text, id text, subject text, body text, stored_at timestamptz);
      CREATE TABLE event_bus.dead_letter (subscriber text, error text);
      INSERT INTO event_bus.event SELECT * FROM json_populate_recordset(NULL::event_bus.event, ${quoted(events)});
      INSERT INTO event_bus.dead_letter SELECT * FROM json_populate_recordset(NULL::event_bus.dead_letter, ${quoted(letters)});`;
    const command = ['psql', '-U', 'postgres', '-d', 'blog', '-v', 'ON_ERROR_STOP=1', '-q'];
    await this.kubectl.exec(NAMESPACE, 'postgres-0', command, { input });
  }

  async #busPod(): Promise<string> {
    const [pod] = await this.readyPods('event-bus');
    if (!pod) throw new Error('no replica of the bus is ready');
    return pod.metadata.name;
  }
}
