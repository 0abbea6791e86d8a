import { dev } from './environments/dev';
import { prod } from './environments/prod';
import { staging } from './environments/staging';
import { defineApp } from '../index';
import { Blog } from './blog';

/** The app that `callsign synth` writes. */
export default defineApp(
  (app) => {
    new Blog(app, 'blog');
  },
  { dev, staging, prod },
);
