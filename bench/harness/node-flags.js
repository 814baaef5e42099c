import { readFileSync } from 'node:fs';

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** The flags with which `npm start` has node run; the peers are given the same. */
export const NODE_FLAGS = scripts['start:built'].split(' ').filter((word) => word.startsWith('--'));
