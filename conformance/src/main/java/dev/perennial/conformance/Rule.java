package dev.perennial.conformance;

import java.util.List;
import java.util.Set;

/**
 * One requirement on clients, and the scenario that shows whether a client meets it. {@link Rules}
 * has all of them; only the kit implements this interface. Immutable.
 *
 * @since 0.1.0
 */
public interface Rule {

  /** Returns the id, such as {@code resume-02}. */
  String id();

  /** Returns the area that the rule belongs to. */
  Area area();

  /** Returns the requirement in one sentence. */
  String sentence();

  /** Returns the source: a clause of a specification, or a decision of this project. */
  String source();

  /** Returns whether the rule is required, optional or stochastic. */
  Level level();

  /** Returns the transports that the rule applies to. */
  Set<Protocol> protocols();

  /** Returns the capabilities that a client must claim for the rule to apply to it. */
  Set<Capability> needs();

  /** Returns the ids of the promises, requirements and faults that the rule covers. */
  Set<String> covers();

  /**
   * Describes the scenario, a line each for what the server does, what the consumer does and what
   * is expected.
   *
   * @param protocol the transport, one of {@link #protocols}
   */
  List<String> describe(Protocol protocol);
}
