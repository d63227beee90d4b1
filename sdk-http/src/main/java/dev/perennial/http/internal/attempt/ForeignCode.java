package dev.perennial.http.internal.attempt;

import java.io.Closeable;
import java.io.IOException;
import okhttp3.Response;
import okio.Socket;

/**
 * The one way into OkHttp, and with it into the caller's interceptors, listeners and factories.
 *
 * <p>They may throw anything: OkHttp throws IllegalArgumentException for a length of -5, an
 * interceptor IllegalStateException because its token store is busy, code in Kotlin a checked
 * exception that it does not declare. For a subscription all these are the failure of one attempt,
 * so they leave here as an {@link IOException}. An {@link Error} passes: it says that the program
 * is broken, and trying again would only hide that.
 */
public final class ForeignCode {

  /** Code that calls OkHttp. */
  @FunctionalInterface
  public interface Body<V> {
    V run() throws Exception;
  }

  private ForeignCode() {}

  /**
   * Returns what {@code body} returns.
   *
   * @throws IOException also in place of every other exception
   */
  public static <V> V call(Body<V> body) throws IOException {
    try {
      return body.run();
    } catch (IOException e) {
      throw e;
    } catch (InterruptedException e) {
      // OkHttp waits for connections in Kotlin, which lets this pass undeclared.
      throw HttpFailures.interrupted(e);
    } catch (Exception e) {
      throw new UnexpectedException(e);
    }
  }

  /**
   * Closes a response that is not needed any more, whatever state its body is in, and the socket of
   * one that was upgraded: OkHttp counts that connection as in use until both its streams are
   * closed.
   *
   * @param cancel cancels its call, which closes the connection when the body cannot be closed
   */
  public static void close(Response response, Runnable cancel) {
    Socket upgraded = response.socket();
    if (upgraded != null) {
      cancel.run(); // Then closing it writes nothing, so it cannot block.
      closeQuietly(upgraded.getSource());
      closeQuietly(upgraded.getSink());
    }
    try {
      response.close();
    } catch (RuntimeException e) {
      // What could not be read cannot be skipped either.
      cancel.run();
    }
  }

  private static void closeQuietly(Closeable stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // The connection was cancelled, so nothing can be lost any more.
    }
  }
}
