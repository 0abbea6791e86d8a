import { databaseVariables, fileLines, serviceUrl, serviceVariables } from '../common/config.ts';

export const schema = {
  ...serviceVariables,
  ...databaseVariables,
  EVENT_BUS_URL: serviceUrl(),
  /** A file with one word a line; read at start, as a changed ConfigMap rolls the pods. */
  BLOCKED_WORDS_FILE: fileLines(),
};
