package dev.perennial.spi;

/**
 * How a subscription reaches its stream. One transport serves any number of subscriptions, on any
 * thread.
 */
@FunctionalInterface
public interface Transport {

  /**
   * Makes the connection for one attempt. No I/O happens yet, so that {@link
   * StreamConnection#close} has a target from the first moment on.
   */
  StreamConnection newConnection(Attempt attempt);

  /**
   * The endpoint as messages may show it: without query and user info. By default {@code "the
   * stream"}.
   */
  default String endpoint() {
    return "the stream";
  }
}
