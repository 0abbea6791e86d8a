import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../services/common/config.ts';
import { build } from '../../../services/moderation/app.ts';
import { schema } from '../../../services/moderation/config.ts';
import { startBus } from '../support/bus.ts';
import type { TestBus } from '../support/bus.ts';
import { useDatabase } from '../support/database.ts';
import { deliver, event } from '../support/http.ts';
import { startService, until } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';

const database = useDatabase();
const words = join(mkdtempSync(join(tmpdir(), 'callsign-')), 'words.txt');
let bus: TestBus;
let moderation: RunningService;

beforeAll(async () => {
  writeFileSync(words, 'orange\r\n\n  damson \n');
  bus = await startBus();
  moderation = await startService('moderation', schema, build, {
    DATABASE_URL: database.url(),
    EVENT_BUS_URL: bus.url,
    BLOCKED_WORDS_FILE: words,
  });
});
afterAll(async () => {
  await moderation.stop();
  await bus.stop();
});

const commentCreated = (id: string, content: string, postId: string) =>
  event('CommentCreated', postId, { id, postId, content }, { source: '/comments', requestid: 'trace-3' });

test.each([
  ['Nice and green', 'approved'],
  ['An Orange one', 'rejected'],
  ['damson', 'rejected'],
])('%j is %s, and the verdict is published', async (content, status) => {
  const [id, postId] = [crypto.randomUUID(), crypto.randomUUID()];
  expect((await deliver(moderation.url, commentCreated(id, content, postId))).body).toEqual({ status: 'applied' });
  await until(() => bus.accepted.some((one) => one.event.subject === postId));
  expect(bus.accepted.find((one) => one.event.subject === postId)?.event).toMatchObject({
    source: '/moderation',
    type: 'CommentModerated',
    requestid: 'trace-3',
    data: { id, postId, status },
  });
});

test('an event that arrives a thousand times at once leads to one verdict', async () => {
  const [id, postId] = [crypto.randomUUID(), crypto.randomUUID()];
  const created = commentCreated(id, 'Once', postId);
  // Retries after a 503 and after a lost connection, as the bus does.
  const deliverSurely = async () => {
    for (;;) {
      const reply = await deliver(moderation.url, created).catch(() => undefined);
      if (reply && reply.status !== 503) return reply;
    }
  };
  const replies = await Promise.all(Array.from({ length: 1_000 }, deliverSurely));
  expect(replies.filter((reply) => reply.body.status === 'applied')).toHaveLength(1);
  expect(replies.filter((reply) => reply.body.status === 'duplicate')).toHaveLength(999);
  await until(() => bus.accepted.some((one) => one.event.subject === postId));
  expect(bus.accepted.filter((one) => one.event.subject === postId)).toHaveLength(1);
});

test('a comment keeps its verdict if another event reports it again', async () => {
  const [id, postId] = [crypto.randomUUID(), crypto.randomUUID()];
  await deliver(moderation.url, commentCreated(id, 'fine', postId));
  await deliver(moderation.url, commentCreated(id, 'orange', postId));
  const after = crypto.randomUUID();
  await deliver(moderation.url, commentCreated(after, 'after', postId));
  await until(() => bus.accepted.some((one) => one.event.data['id'] === after));
  expect(bus.accepted.filter((one) => one.event.data['id'] === id).map((one) => one.event.data['status'])).toEqual([
    'approved',
  ]);
});

test('an unreadable list of words is reported at start', async () => {
  const env = { DATABASE_URL: database.url(), EVENT_BUS_URL: bus.url, BLOCKED_WORDS_FILE: '/nowhere/words.txt' };
  await expect(startService('moderation', schema, build, env)).rejects.toThrow(ConfigError);
  await expect(startService('moderation', schema, build, env)).rejects.toThrow('BLOCKED_WORDS_FILE is invalid');
});
