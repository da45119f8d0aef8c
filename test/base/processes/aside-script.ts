import { answerAside } from '../../../src/base/processes/aside.ts';

/** Does as it is told: doubles a number, throws, ends, or says who it is. */
answerAside<number | 'throw' | 'end' | 'pid', number>(async (task) => {
  if (task === 'throw') throw new Error('it cannot be doubled');
  if (task === 'end') process.exit();
  return task === 'pid' ? process.pid : 2 * task;
});
