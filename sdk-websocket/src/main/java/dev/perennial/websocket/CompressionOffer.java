package dev.perennial.websocket;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers a server about permessage-deflate (RFC 7692, 7.1). Immutable, and equal to
 * an offer of the same.
 *
 * <p>Parameters that begin with {@code client} are about messages to the server. Those are never
 * compressed, which any such parameter allows, so they cost nothing here and can save the server
 * memory.
 *
 * @see WebSockets.Builder#compressed(CompressionOffer...)
 * @since 0.1.0
 */
public final class CompressionOffer {
  static final String EXTENSION = "permessage-deflate";
  static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
  static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
  static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
  static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

  private static final int LEAST_BITS = 8;
  private static final int MOST_BITS = 15;
  private static final int NOT_OFFERED = 0;

  private static final CompressionOffer STANDARD =
      new CompressionOffer(false, false, NOT_OFFERED, MOST_BITS);

  private final boolean isServerNoContextTakeover;
  private final boolean isClientNoContextTakeover;
  private final int serverMaxWindowBits;
  private final int clientMaxWindowBits;

  private CompressionOffer(
      boolean isServerNoContextTakeover,
      boolean isClientNoContextTakeover,
      int serverMaxWindowBits,
      int clientMaxWindowBits) {
    this.isServerNoContextTakeover = isServerNoContextTakeover;
    this.isClientNoContextTakeover = isClientNoContextTakeover;
    this.serverMaxWindowBits = serverMaxWindowBits;
    this.clientMaxWindowBits = clientMaxWindowBits;
  }

  /**
   * Returns the offer that browsers make: the server chooses how it compresses, and it may limit
   * the client's window ({@code client_max_window_bits} without a value).
   */
  public static CompressionOffer standard() {
    return STANDARD;
  }

  /** Requires the server to compress each message on its own (RFC 7692, 7.1.1.1). */
  public CompressionOffer withServerNoContextTakeover() {
    return new CompressionOffer(
        true, isClientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits);
  }

  /** Says that the client compresses each message on its own (RFC 7692, 7.1.1.2). */
  public CompressionOffer withClientNoContextTakeover() {
    return new CompressionOffer(
        isServerNoContextTakeover, true, serverMaxWindowBits, clientMaxWindowBits);
  }

  /**
   * Requires the server to compress with a window of at most {@code 2^bits} bytes (RFC 7692,
   * 7.1.2.1).
   *
   * @param bits from 8 to 15
   * @throws IllegalArgumentException if it is out of range
   */
  public CompressionOffer withServerMaxWindowBits(int bits) {
    requireBits("withServerMaxWindowBits", bits);
    return new CompressionOffer(
        isServerNoContextTakeover, isClientNoContextTakeover, bits, clientMaxWindowBits);
  }

  /**
   * Says that the client compresses with a window of at most {@code 2^bits} bytes, and that the
   * server may limit it further (RFC 7692, 7.1.2.2). 15 is the {@link #standard()}.
   *
   * @param bits from 8 to 15
   * @throws IllegalArgumentException if it is out of range
   */
  public CompressionOffer withClientMaxWindowBits(int bits) {
    requireBits("withClientMaxWindowBits", bits);
    return new CompressionOffer(
        isServerNoContextTakeover, isClientNoContextTakeover, serverMaxWindowBits, bits);
  }

  /** Leaves {@code client_max_window_bits} out, for servers that do not know it. */
  public CompressionOffer withoutClientMaxWindowBits() {
    return new CompressionOffer(
        isServerNoContextTakeover, isClientNoContextTakeover, serverMaxWindowBits, NOT_OFFERED);
  }

  private static void requireBits(String option, int bits) {
    if (bits < LEAST_BITS || bits > MOST_BITS) {
      throw new IllegalArgumentException(option + " must be from 8 to 15 but was " + bits);
    }
  }

  /**
   * Says why a server's parameters do not answer this offer, as "expected but was"; null if they do
   * (RFC 7692, 7.1).
   *
   * @param answer the parameters by name, with an empty value if there is none; each valid in
   *     itself
   */
  @Nullable String mismatch(Map<String, String> answer) {
    String serverBits = answer.get(SERVER_MAX_WINDOW_BITS);
    String clientBits = answer.get(CLIENT_MAX_WINDOW_BITS);
    if (isServerNoContextTakeover && !answer.containsKey(SERVER_NO_CONTEXT_TAKEOVER)) {
      return SERVER_NO_CONTEXT_TAKEOVER + ", as offered, but was absent";
    }
    if (serverMaxWindowBits != NOT_OFFERED && isMoreThan(serverMaxWindowBits, serverBits)) {
      return atMost(SERVER_MAX_WINDOW_BITS, serverMaxWindowBits, serverBits);
    }
    if (clientBits != null && clientMaxWindowBits == NOT_OFFERED) {
      return "no parameter that was not offered but was " + CLIENT_MAX_WINDOW_BITS;
    }
    if (clientBits != null && isMoreThan(clientMaxWindowBits, clientBits)) {
      return atMost(CLIENT_MAX_WINDOW_BITS, clientMaxWindowBits, clientBits);
    }
    return null;
  }

  private static boolean isMoreThan(int most, @Nullable String bits) {
    return bits == null || Integer.parseInt(bits) > most;
  }

  private static String atMost(String name, int most, @Nullable String bits) {
    return name
        + " of at most "
        + most
        + ", as offered, but was "
        + (bits == null ? "absent" : bits);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CompressionOffer that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** Returns the offer as the header {@code Sec-WebSocket-Extensions} has it. */
  @Override
  public String toString() {
    StringBuilder offer = new StringBuilder(EXTENSION);
    if (isServerNoContextTakeover) {
      offer.append("; ").append(SERVER_NO_CONTEXT_TAKEOVER);
    }
    if (isClientNoContextTakeover) {
      offer.append("; ").append(CLIENT_NO_CONTEXT_TAKEOVER);
    }
    if (serverMaxWindowBits != NOT_OFFERED) {
      offer.append("; ").append(SERVER_MAX_WINDOW_BITS).append('=').append(serverMaxWindowBits);
    }
    if (clientMaxWindowBits != NOT_OFFERED) {
      offer.append("; ").append(CLIENT_MAX_WINDOW_BITS);
      if (clientMaxWindowBits != MOST_BITS) {
        offer.append('=').append(clientMaxWindowBits); // Without a value, 15 bits are meant.
      }
    }
    return offer.toString();
  }
}
