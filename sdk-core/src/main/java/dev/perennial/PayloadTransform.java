package dev.perennial;

import java.io.IOException;

/**
 * Changes what a server sends before anything else sees it: the payloads that classifiers, {@code
 * cursor()}, {@code sequence()} and decoders get are those that come out of it. Set with {@code
 * transform()} of a stream's builder; {@link PayloadTransforms} has those that most servers need.
 *
 * <p>One payload may become several, or none until more have come.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PayloadTransform {

  /**
   * Begins a connection. What the returned object keeps ends with that connection.
   *
   * @param maxBytes the most bytes that a payload may have that comes out of it, the stream's
   *     {@code maxEventBytes}
   */
  Step begin(int maxBytes);

  /** The transform of one connection, which uses it on one thread at a time. */
  @FunctionalInterface
  interface Step {

    /**
     * Takes a payload.
     *
     * @param payload valid during the call
     * @param out takes what comes out, in order
     * @throws dev.perennial.spi.TransportException to end the connection, such as when a limit is
     *     exceeded
     * @throws IOException if the payload is malformed: it is treated as an event that its decoder
     *     refused. Any other exception does the same
     */
    void apply(Payload payload, Output out) throws IOException;
  }

  /** Takes what a transform makes. */
  interface Output {

    /**
     * Adds a payload of text.
     *
     * @param utf8 not copied; must not change
     */
    void text(byte[] utf8);

    /**
     * Adds a payload of bytes.
     *
     * @param bytes not copied; must not change
     */
    void binary(byte[] bytes);
  }
}
