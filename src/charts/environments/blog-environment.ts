import type { Blog } from '../blog';
import type { Environment } from '../../index';

/** The overrides of an environment of the blog. An unknown part or option does not compile. */
export type BlogEnvironment = Environment<Blog['parts']>;
