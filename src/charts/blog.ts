import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Database, EventLog, Gateway, Namespace } from '../index';
import { comments } from './blog/comments';
import { eventBus } from './blog/event-bus';
import { moderation } from './blog/moderation';
import { posts } from './blog/posts';
import { query } from './blog/query';
import { web } from './blog/web';

/** A blog made of microservices. This chart declares all calls between them. */
export class Blog extends Chart {
  /** The parts that an environment can override, by name. */
  readonly parts;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'blog' });
    new Namespace(this, 'blog', { rebalance: true });
    const postgres = new Database(this, 'postgres', { databaseName: 'blog' });
    // Without servers, the bus keeps its events in postgres. An environment can choose NATS: `log: { servers: 3 }`.
    const log = new EventLog(this, 'log', { servers: 0 });
    const backends = {
      'event-bus': eventBus(this, postgres),
      posts: posts(this, postgres),
      comments: comments(this, postgres),
      moderation: moderation(this, postgres),
      query: query(this, postgres),
    };
    const api = {
      '/api/posts': backends.posts,
      '/api/comments': backends.comments,
      '/api/query': backends.query,
    };
    const services = { ...backends, web: web(this, Object.keys(api)) };

    const bus = services['event-bus'];
    services.posts.calls(bus);
    services.comments.calls(bus);
    services.moderation.calls(bus);
    bus.keepsLogIn(log);
    bus.notifies(services.posts, services.comments, services.moderation, services.query);

    const gateway = new Gateway(this, 'gateway', {
      host: 'blog.localhost',
      // An Ingress, because every cluster knows it. Staging and production use the Gateway API.
      controller: 'traefik',
      routes: { '/': services.web, ...api },
    });
    this.parts = { ...services, postgres, log, gateway };
  }
}
