import type { ImageNeeds } from './facts';

const ROOT = 'The image starts as root, prepares its folders and then becomes another user.';
const FOLDERS = 'The image writes to folders of its root file system.';

/** An image that starts as root and writes to its root file system. */
export const AS_IN_DOCKER: ImageNeeds = { runAs: ROOT, rootFilesystem: FOLDERS };
/** An image with a fixed user that writes to its root file system. */
export const WRITES: ImageNeeds = { rootFilesystem: FOLDERS };
/** An image about which nothing is known. */
export const UNKNOWN_IMAGE: ImageNeeds = {
  runAs: 'The import does not know the user of this image.',
  rootFilesystem: 'The import does not know the folders that this image writes to.',
};
