import { databaseVariables, fileLines, serviceUrl, serviceVariables, subscriberVariables } from '../common/config.ts';

export const schema = {
  ...serviceVariables,
  ...databaseVariables,
  ...subscriberVariables,
  EVENT_BUS_URL: serviceUrl(),
  /** A file with one word per line. It is read only at start, because a changed ConfigMap restarts the pods. */
  BLOCKED_WORDS_FILE: fileLines(),
};
