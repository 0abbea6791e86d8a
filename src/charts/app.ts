import { App } from 'cdk8s';
import { Blog } from './blog';

/** Everything that `callsign synth` writes to k8s-out. */
const app = new App();
new Blog(app, 'blog');
export default app;
