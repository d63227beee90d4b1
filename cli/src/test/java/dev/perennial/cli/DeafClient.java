package dev.perennial.cli;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
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
