import { dev } from './environments/dev';
import { prod } from './environments/prod';
import { staging } from './environments/staging';
import { defineApp } from '../index';
import { Blog } from './blog';

/** Everything that `callsign synth` writes, as it stands or for one of the environments. */
export default defineApp(
  (app) => {
    new Blog(app, 'blog');
  },
  { dev, staging, prod },
);
