export { type Answer, ask, type Question } from '../http/ask.ts';
