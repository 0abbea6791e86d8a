import { serviceVariables } from '../common/config.ts';

export const schema = serviceVariables;
