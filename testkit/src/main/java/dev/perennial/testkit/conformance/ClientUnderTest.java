package dev.perennial.testkit.conformance;

import java.io.IOException;
import java.util.Set;

/**
 * A client that the rules are tried on.
 *
 * <pre>{@code
 * final class MyClient implements ClientUnderTest {
 *   public String name() { return "my client"; }
 *   public Set<Protocol> protocols() { return Set.of(Protocol.SSE); }
 *   public Set<Capability> capabilities() { return Set.of(Capability.RECONNECTS); }
 *   public Following follow(Instructions instructions, ClientReport report) {
 *     MyStream stream = MyStream.open(instructions.url());
 *     stream.onEvent(event -> report.event(event.id(), event.type(), event.data()));
 *     return stream::close;
 *   }
 * }
 * }</pre>
 *
 * <p>All methods may be called from any thread, {@link #follow} from several at once.
 *
 * @since 0.1.0
 */
public interface ClientUnderTest extends AutoCloseable {

  /** What it is called in reports. */
  String name();

  /** The transports that it speaks. */
  Set<Protocol> protocols();

  /** What it can do. The rules that need more do not apply to it. */
  Set<Capability> capabilities();

  /**
   * Starts to follow a stream, and returns at once.
   *
   * @param instructions the URL, and what the client is to be set to
   * @param report is told what the client sees
   * @throws Exception to fail the scenario: the client could not be started
   */
  Following follow(Instructions instructions, ClientReport report) throws Exception;

  /** Releases what all its streams shared. By default there is nothing to release. */
  @Override
  default void close() {}

  /** A stream that is being followed. */
  @FunctionalInterface
  interface Following extends AutoCloseable {

    /** Ends it, from any thread, also from within a report. Idempotent. */
    @Override
    void close() throws IOException;
  }
}
