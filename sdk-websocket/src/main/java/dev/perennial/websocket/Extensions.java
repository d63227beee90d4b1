package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of permessage-deflate, the only extension we offer, that a server agreed to (RFC
 * 7692, 7.1). Only one of them matters: we compress nothing, so no client parameter binds us, and
 * we read windows of all sizes in the same way.
 *
 * @param isServerNoContextTakeover whether the server compresses each message on its own
 */
record Extensions(boolean isServerNoContextTakeover) {
  static final String HEADER = "Sec-WebSocket-Extensions";

  /** The value of {@link #HEADER} that offers compression. */
  static final String OFFER = "permessage-deflate";

  private static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
  private static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
  private static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";

  /** 8 to 15, without leading zeros (RFC 7692, 7.1.2.1). */
  private static final Pattern WINDOW_BITS = Pattern.compile("[89]|1[0-5]");

  /**
   * Parses the extensions that the server agreed to.
   *
   * @param answer the values of all {@link #HEADER} fields of the response 101
   * @param isDeflateOffered whether the request had {@link #OFFER}
   * @return null if there is no extension
   * @throws TransportException if the server agreed to something that was not offered or is not
   *     allowed; the connection must not be used then (RFC 6455, 4.1 and RFC 7692, 7.1)
   */
  static @Nullable Extensions parse(List<String> answer, boolean isDeflateOffered)
      throws TransportException {
    HeaderTokens in = new HeaderTokens(HEADER, String.join(",", answer));
    Extensions agreed = null;
    while (!in.isAtEnd()) {
      if (in.take(',')) {
        continue; // RFC 9110, 5.6.1.2: empty elements are ignored.
      }
      String name = in.token();
      if (!isDeflateOffered || !name.equalsIgnoreCase(OFFER)) {
        throw refused(
            (isDeflateOffered ? "no extension but " + OFFER : "no extension") + " but was " + name);
      } else if (agreed != null) {
        throw refused(OFFER + " once but was twice");
      }
      agreed = parameters(in);
      if (!in.isAtEnd() && !in.take(',')) {
        throw in.malformed();
      }
    }
    return agreed;
  }

  private static Extensions parameters(HeaderTokens in) throws TransportException {
    Set<String> names = new HashSet<>();
    while (in.take(';')) {
      String name = in.token().toLowerCase(Locale.ROOT);
      String value = in.take('=') ? in.value() : null;
      if (!names.add(name)) {
        throw refused("each parameter once but was twice " + name);
      }
      checkParameter(name, value);
    }
    return new Extensions(names.contains(SERVER_NO_CONTEXT_TAKEOVER));
  }

  private static void checkParameter(String name, @Nullable String value)
      throws TransportException {
    switch (name) {
      case SERVER_NO_CONTEXT_TAKEOVER, CLIENT_NO_CONTEXT_TAKEOVER -> {
        if (value != null) {
          throw refused(name + " without a value but was " + value);
        }
      }
      case SERVER_MAX_WINDOW_BITS -> {
        if (value == null || !WINDOW_BITS.matcher(value).matches()) {
          throw refused(name + " of 8 to 15 but was " + value);
        }
      }
      default -> // Also client_max_window_bits, which was not offered (7.1.2.2).
          throw refused("parameters of " + OFFER + " that may be answered but was " + name);
    }
  }

  private static TransportException refused(String expectedAndActual) {
    return new TransportException(
        Reason.PROTOCOL, "Expected in " + HEADER + " " + expectedAndActual);
  }
}
