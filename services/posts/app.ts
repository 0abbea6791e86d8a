// posts: POST /posts {title} with a safe retry, GET /posts, GET /posts/:id.
import { Type } from '../common/schema.ts';
import type { Static } from '../common/schema.ts';
import { CommentModerated, PageQuery, PostPath, Title, page } from '../common/blog.ts';
import type { Config } from '../common/config.ts';
import { Database } from '../common/database.ts';
import type { Queryable } from '../common/database.ts';
import { notFound } from '../common/errors.ts';
import { Idempotency } from '../common/idempotency.ts';
import { measureOutbox } from '../common/outbox.ts';
import { Relay } from '../common/relay.ts';
import type { Context, Service } from '../common/run.ts';
import { handler, subscribe } from '../common/subscriber.ts';
import type { schema } from './config.ts';
import { countComment, createPost, findPost, listPosts, MIGRATIONS, newPost } from './store.ts';

const NewPost = Type.Object({ title: Title() }, { additionalProperties: false });

export function build({
  config,
  log,
  metrics,
  health,
  servers: { app, events },
}: Context<Config<typeof schema>>): Service {
  const database = new Database({ config, schema: 'posts', migrations: MIGRATIONS, log });
  const relay = new Relay({ database, busUrl: config.EVENT_BUS_URL, log, metrics });
  const idempotency = new Idempotency({ database, log, metrics });
  health.beforeReady('database', () => database.check());
  measureOutbox(database, metrics);

  app.post<{ Body: Static<typeof NewPost> }>('/posts', { schema: { body: NewPost } }, async (request, reply) => {
    const post = newPost(request.body.title);
    const effect = (tx: Queryable) => createPost(tx, post, request.id);
    await idempotency.write(request, reply, { resource: '/posts', status: 201, answer: post, effect });
    relay.wake();
    return reply;
  });

  app.get<{ Querystring: PageQuery }>('/posts', { schema: { querystring: PageQuery } }, async (request) => {
    const limit = Number(request.query.limit ?? 50);
    const { items, next } = page(await listPosts(database, limit + 1, request.query.after), limit);
    return { posts: items, next };
  });

  app.get<{ Params: Static<typeof PostPath> }>('/posts/:id', { schema: { params: PostPath } }, async (request) => {
    const post = await findPost(database, request.params.id);
    if (!post) throw notFound('no such post');
    return post;
  });

  const handlers = { CommentModerated: handler(CommentModerated, (tx, event) => countComment(tx, event.data)) };
  subscribe(events, { database, log, metrics, handlers });
  return { workers: [relay, idempotency], database };
}
