package dev.perennial.cli.conformance;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
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
