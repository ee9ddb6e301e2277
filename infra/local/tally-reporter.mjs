/**
 * Ends a test run with `N passed, N failed`, alone on the last line. What could not run counts as failed: a file that does not
 * load, an error outside of any test. Skipped tests count as failed in CI, where nothing may be left out.
 */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    let skipped = 0;
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failedTests++;
        else skipped++;
      }
      // A failing hook, or a file that does not load, fails the module and no test of it.
      failed += failedTests === 0 && module.state() === 'failed' ? 1 : failedTests;
    }
    if (skipped > 0) process.stderr.write(`${skipped} tests were skipped\n`);
    if (skipped > 0 && process.env.CI) {
      failed += skipped;
      process.exitCode = 1;
    }
    // The default reporter prints its summary in the same event; this line goes out after it.
    process.once('exit', () => process.stdout.write(`\n${passed} passed, ${failed} failed\n`));
  }
}
