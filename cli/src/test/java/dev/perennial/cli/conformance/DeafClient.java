package dev.perennial.cli.conformance;

import dev.perennial.testkit.conformance.Capability;
import dev.perennial.testkit.conformance.ClientReport;
import dev.perennial.testkit.conformance.ClientUnderTest;
import dev.perennial.testkit.conformance.Instructions;
import dev.perennial.testkit.conformance.Protocol;
import java.util.Set;

/** Claims nothing, and does not connect. */
public final class DeafClient implements ClientUnderTest {

  @Override
  public String name() {
    return "deaf";
  }

  @Override
  public Set<Protocol> protocols() {
    return Set.of(Protocol.SSE);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of();
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    return () -> {};
  }
}
