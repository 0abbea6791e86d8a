import type { Blog } from '../blog';
import type { Environment } from '../../index';

/** What an environment may change of the blog; a name or an option that is not there does not compile. */
export type BlogEnvironment = Environment<Blog['parts']>;
