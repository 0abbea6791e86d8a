// comments: POST and GET /posts/:id/comments. The same routes exist as /comments/:id, because the gateway routes
// /api/comments here.
import { Type } from '../common/schema.ts';
import type { Static } from '../common/schema.ts';
import { CommentModerated, Content, PageQuery, PostPath, page } from '../common/blog.ts';
import type { Config } from '../common/config.ts';
import { Database } from '../common/database.ts';
import type { Queryable } from '../common/database.ts';
import { Idempotency } from '../common/idempotency.ts';
import { measureOutbox } from '../common/outbox.ts';
import { Relay } from '../common/relay.ts';
import type { Context, Service } from '../common/run.ts';
import { handler, subscribe } from '../common/subscriber.ts';
import type { schema } from './config.ts';
import { createComment, listComments, MIGRATIONS, newComment, setStatus } from './store.ts';

const NewComment = Type.Object({ content: Content() }, { additionalProperties: false });

export function build({
  config,
  log,
  metrics,
  health,
  servers: { app, events },
}: Context<Config<typeof schema>>): Service {
  const database = new Database({ config, schema: 'comments', migrations: MIGRATIONS, log });
  const relay = new Relay({ database, busUrl: config.EVENT_BUS_URL, log, metrics });
  const idempotency = new Idempotency({ database, log, metrics });
  health.beforeReady('database', () => database.check());
  measureOutbox(database, metrics);

  for (const path of ['/posts/:id/comments', '/comments/:id']) {
    app.post<{ Params: Static<typeof PostPath>; Body: Static<typeof NewComment> }>(
      path,
      { schema: { params: PostPath, body: NewComment } },
      async (request, reply) => {
        const postId = request.params.id.toLowerCase();
        const comment = newComment(postId, request.body.content);
        const effect = (tx: Queryable) => createComment(tx, comment, request.id);
        // Both paths of a post are one resource.
        const resource = `/posts/${postId}/comments`;
        await idempotency.write(request, reply, { resource, status: 201, answer: comment, effect });
        relay.wake();
        return reply;
      },
    );

    app.get<{ Params: Static<typeof PostPath>; Querystring: PageQuery }>(
      path,
      { schema: { params: PostPath, querystring: PageQuery } },
      async (request) => {
        const limit = Number(request.query.limit ?? 100);
        const { items, next } = page(
          await listComments(database, request.params.id, limit + 1, request.query.after),
          limit,
        );
        return { comments: items, next };
      },
    );
  }

  const handlers = { CommentModerated: handler(CommentModerated, (tx, event) => setStatus(tx, event.data)) };
  subscribe(events, { database, log, metrics, handlers });
  return { workers: [relay, idempotency], database };
}
