package dev.perennial.conformance;

import java.io.IOException;
import java.net.URI;

/**
 * A client in another process that speaks the control protocol of a {@link ConformanceServer}. Only
 * the kit implements this interface.
 *
 * <pre>{@code
 * try (ConformanceServer server = ConformanceServer.start();
 *     RemoteClient client = server.client("my client", Set.of(Protocol.SSE), Set.of())) {
 *   Process process = new ProcessBuilder("my-client", client.url().toString()).start();
 *   Report report = Conformance.of(client).run();
 * }
 * }</pre>
 *
 * <p>{@link #follow} waits until the process has fetched the stream, at most as long as the
 * server's {@linkplain ConformanceServer.Builder#idleLimit idle limit}. All methods may be called
 * from any thread.
 *
 * @since 0.1.0
 */
public interface RemoteClient extends ClientUnderTest {

  /** Returns the URL of the session, which the process asks for what to do next. */
  URI url();

  /**
   * {@inheritDoc} Returns when the process has fetched the stream.
   *
   * @throws IOException if the process does not fetch it within the server's {@linkplain
   *     ConformanceServer.Builder#idleLimit idle limit}, or the client is closed
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  @Override
  Following follow(Instructions instructions, ClientReport report)
      throws IOException, InterruptedException;

  /** Signals the process that there is nothing more to do, but does not end it. Idempotent. */
  @Override
  void close();
}
