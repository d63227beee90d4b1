package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of permessage-deflate, the only extension we offer, that a server agreed to (RFC
 * 7692, 7.1). All are checked, but only one of them matters afterwards: we compress nothing, which
 * every client parameter allows, and we read windows of all sizes in the same way.
 *
 * @param isServerNoContextTakeover whether the server compresses each message on its own
 */
record Extensions(boolean isServerNoContextTakeover) {
  static final String HEADER = "Sec-WebSocket-Extensions";

  /** 8 to 15, without leading zeros (RFC 7692, 7.1.2.1). */
  private static final Pattern WINDOW_BITS = Pattern.compile("[89]|1[0-5]");

  /**
   * Parses the extensions that the server agreed to.
   *
   * @param answer the values of all {@link #HEADER} fields of the response 101
   * @param offers what the request offered
   * @return null if there is no extension
   * @throws TransportException if the server agreed to something that was not offered or is not
   *     allowed; the connection must not be used then (RFC 6455, 4.1 and RFC 7692, 7.1)
   */
  static @Nullable Extensions parse(List<String> answer, List<CompressionOffer> offers)
      throws TransportException {
    String offered = CompressionOffer.EXTENSION;
    HeaderTokens in = new HeaderTokens(HEADER, String.join(",", answer));
    Extensions agreed = null;
    while (!in.isAtEnd()) {
      if (in.take(',')) {
        continue; // RFC 9110, 5.6.1.2: empty elements are ignored.
      }
      String name = in.token();
      if (offers.isEmpty() || !name.equalsIgnoreCase(offered)) {
        throw refused(
            (offers.isEmpty() ? "no extension" : "no extension but " + offered)
                + " but was "
                + name);
      } else if (agreed != null) {
        throw refused(offered + " once but was twice");
      }
      agreed = agreed(parameters(in), offers);
      if (!in.isAtEnd() && !in.take(',')) {
        throw in.malformed();
      }
    }
    return agreed;
  }

  /** RFC 7692, 5.1: the answer has to be one to any of the offers. */
  private static Extensions agreed(Map<String, String> parameters, List<CompressionOffer> offers)
      throws TransportException {
    String firstMismatch = null;
    for (CompressionOffer offer : offers) {
      String mismatch = offer.mismatch(parameters);
      if (mismatch == null) {
        return new Extensions(parameters.containsKey(CompressionOffer.SERVER_NO_CONTEXT_TAKEOVER));
      }
      firstMismatch = firstMismatch == null ? mismatch : firstMismatch;
    }
    throw refused(String.valueOf(firstMismatch));
  }

  /** Returns the values of the parameters that come next; empty for those without one. */
  private static Map<String, String> parameters(HeaderTokens in) throws TransportException {
    Map<String, String> values = new HashMap<>();
    while (in.take(';')) {
      String name = in.token().toLowerCase(Locale.ROOT);
      String value = in.take('=') ? in.value() : null;
      if (values.put(name, value == null ? "" : value) != null) {
        throw refused("each parameter once but was twice " + name);
      }
      checkParameter(name, value);
    }
    return values;
  }

  private static void checkParameter(String name, @Nullable String value)
      throws TransportException {
    switch (name) {
      case CompressionOffer.SERVER_NO_CONTEXT_TAKEOVER,
          CompressionOffer.CLIENT_NO_CONTEXT_TAKEOVER -> {
        if (value != null) {
          throw refused(name + " without a value but was " + value);
        }
      }
      case CompressionOffer.SERVER_MAX_WINDOW_BITS, CompressionOffer.CLIENT_MAX_WINDOW_BITS -> {
        if (value == null || !WINDOW_BITS.matcher(value).matches()) {
          throw refused(name + " of 8 to 15 but was " + value);
        }
      }
      default -> throw refused("no unknown parameter but was " + name);
    }
  }

  private static TransportException refused(String expectedAndActual) {
    return new TransportException(
        Reason.PROTOCOL, "Expected in " + HEADER + " " + expectedAndActual);
  }
}
