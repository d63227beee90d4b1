package dev.perennial.tests.conformance;

import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.ConformanceSuite;
import dev.perennial.subjects.PerennialClient;

/** This SDK keeps every rule, over every transport. */
class PerennialConformanceTest extends ConformanceSuite {

  @Override
  protected ClientUnderTest client() {
    return new PerennialClient();
  }

  @Override
  protected int atOnce() {
    return 24;
  }
}
