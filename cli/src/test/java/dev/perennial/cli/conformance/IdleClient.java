package dev.perennial.cli.conformance;

import dev.perennial.testkit.conformance.Capability;
import dev.perennial.testkit.conformance.ClientReport;
import dev.perennial.testkit.conformance.ClientUnderTest;
import dev.perennial.testkit.conformance.Instructions;
import dev.perennial.testkit.conformance.Protocol;
import java.util.Set;

/** A client without capabilities that never connects. */
public final class IdleClient implements ClientUnderTest {

  @Override
  public String name() {
    return "idle";
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
