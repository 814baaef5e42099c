import { MORE_PATIENCE } from './race-rounds';

// On a busy machine everything takes its time, and nothing here is measured by it: a test that hangs is found all the same.
jest.setTimeout(60_000 + MORE_PATIENCE);
