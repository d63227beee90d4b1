package dev.perennial.subjects;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Protocol;
import java.util.EnumSet;
import java.util.Set;

/** A client whose name, protocol and capabilities never change. */
abstract class DescribedClient implements ClientUnderTest {
  private final String name;
  private final Protocol protocol;
  private final EnumSet<Capability> capabilities = EnumSet.noneOf(Capability.class);

  DescribedClient(String name, Protocol protocol, Capability... capabilities) {
    this.name = name;
    this.protocol = protocol;
    this.capabilities.addAll(Set.of(capabilities));
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Set<Protocol> protocols() {
    return EnumSet.of(protocol);
  }

  @Override
  public final Set<Capability> capabilities() {
    return EnumSet.copyOf(capabilities);
  }
}
