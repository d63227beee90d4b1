package dev.perennial.conformance;

import java.io.IOException;
import java.util.Set;

/**
 * A client to run the rules against.
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

  /** Returns the client's name in reports. */
  String name();

  /** Returns the transports that the client speaks. */
  Set<Protocol> protocols();

  /** Returns what the client can do. Rules that need more do not apply to it. */
  Set<Capability> capabilities();

  /**
   * Starts to follow a stream, and returns at once.
   *
   * @param instructions the URL, and how to configure the client
   * @param report receives what the client sees
   * @throws Exception if the client could not be started, which fails the scenario
   */
  Following follow(Instructions instructions, ClientReport report) throws Exception;

  /** Releases what the client's streams share. By default does nothing. */
  @Override
  default void close() {}

  /** A stream that a client follows. */
  @FunctionalInterface
  interface Following extends AutoCloseable {

    /** Ends the stream. May be called from any thread, also from within a report. Idempotent. */
    @Override
    void close() throws IOException;
  }
}
