import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { defineApp, Gateway, Image, Microservice, Namespace, Volume } from '../../index';

const program = {
  image: Image.of('node:24-slim'),
  command: ['node', '/app/notes.mjs'],
  files: { '/app/notes.mjs': { file: 'examples/notes.mjs' } },
};

/** Notes. Three tiers behind one gateway, which serves the page to people and the API to programs. */
export class Notes extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'notes' });
    new Namespace(this, 'notes');
    const data = { env: { NOTES_FILE: '/data/notes' }, volumes: { '/data': new Volume(this, 'data') } };
    const store = new Microservice(this, 'store', { ...program, ...data, replicas: 1 });
    const notes = new Microservice(this, 'notes', { ...program, replicas: 2 });
    const web = new Microservice(this, 'web', { ...program, replicas: 2 });
    web.calls(notes);
    notes.calls(store);
    new Gateway(this, 'gateway', { host: 'notes.localhost', routes: { '/': web, '/api': notes } });
  }
}

export default defineApp((app) => {
  new Notes(app, 'notes');
});
