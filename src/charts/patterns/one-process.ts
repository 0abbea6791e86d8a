import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { defineApp, Gateway, Image, Microservice, Namespace, Volume } from '../../index';

const program = {
  image: Image.of('node:24-slim'),
  command: ['node', '/app/notes.mjs'],
  files: { '/app/notes.mjs': { file: 'examples/notes.mjs' } },
};

/** Notes. One process does everything: it serves the page and stores the notes. */
export class Notes extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'notes' });
    new Namespace(this, 'notes');
    const data = { env: { NOTES_FILE: '/data/notes' }, volumes: { '/data': new Volume(this, 'data') } };
    const notes = new Microservice(this, 'notes', { ...program, ...data, replicas: 1 });
    new Gateway(this, 'gateway', { host: 'notes.localhost', routes: { '/': notes } });
  }
}

export default defineApp((app) => {
  new Notes(app, 'notes');
});
