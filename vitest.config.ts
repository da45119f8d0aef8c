import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { filesByLane, LANES, type Lane } from './test/helpers/lanes.ts';

/** Begins with the lanes that wait most, so that the others fill the time. */
class LongestLaneFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}

function place({ project }: TestSpecification): number {
  return LANES.indexOf(project.name as Lane);
}

const files = filesByLane();

export default defineConfig({
  test: {
    globalSetup: ['test/helpers/global-setup.ts'],
    sequence: { sequencer: LongestLaneFirst },
    projects: LANES.map((name) => ({
      test: {
        name,
        include: files[name],
        isolate: name !== 'unit',
        setupFiles: name === 'unit' ? [] : ['test/helpers/cheap-passwords.ts'],
        // Two cores: one more worker than that, since a third of the tests wait for servers and clocks.
        maxWorkers: 3,
        // A machine that is busy with something else is no fault of ours: what is polled for may take its time.
        testTimeout: 120_000,
        hookTimeout: 120_000,
        expect: { poll: { timeout: 60_000 } },
        ...(name === 'browser' && { globalSetup: ['test/helpers/browser-setup.ts'] }),
      },
    })),
  },
});
