package dev.perennial.http.internal.attempt;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the failures that come again with each attempt until somebody changes a setting. OkHttp and
 * the TLS providers have no types for them, so they are known by what their messages say; one that
 * is not recognized is retried like any broken connection.
 */
final class ConfigurationFailures {
  private static final Pattern CONNECT_ANSWER =
      Pattern.compile("Unexpected response code for CONNECT: (\\d{3})");
  private static final String PROXY_WANTS_CREDENTIALS = "Failed to authenticate with proxy";
  private static final String NO_PROXY =
      "Received HTTP_PROXY_AUTH (407) code while not using proxy";
  private static final Pattern TOO_MANY =
      Pattern.compile("Too many (follow-up requests|tunnel connections attempted).*");

  /** Okio's words for a line that is longer than the limit, or that was cut: then it is shorter. */
  private static final Pattern NO_LINE_END =
      Pattern.compile("\\\\n not found: limit=(\\d{1,9}) .*", Pattern.DOTALL);

  private static final int LONG_LINE_BYTES = 16 * 1024;

  /** OkHttp's limit. */
  private static final int MAX_HEAD_BYTES = 256 * 1024;

  /**
   * As JSSE ("fatal alert: bad_certificate") and Conscrypt (SSLV3_ALERT_BAD_CERTIFICATE) say it.
   */
  private static final Pattern CERTIFICATE_ALERT =
      Pattern.compile(
          "alert[ :_]+(certificate_required|bad_certificate|unsupported_certificate"
              + "|certificate_revoked|certificate_expired|certificate_unknown|unknown_ca"
              + "|access_denied)");

  private ConfigurationFailures() {}

  /** Returns the failure as what it is; null when it is none of these. */
  static @Nullable TransportException of(IOException e, String endpoint) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      TransportException found = ofCause(cause, e, endpoint);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable TransportException ofCause(
      Throwable cause, IOException e, String endpoint) {
    String words = String.valueOf(cause.getMessage());
    Matcher connect = CONNECT_ANSWER.matcher(words);
    if (connect.matches()) {
      return proxyAnswered(number(connect), "", endpoint);
    }
    if (words.equals(PROXY_WANTS_CREDENTIALS)) {
      String hint = "; a proxyAuthenticator of the client gives it credentials";
      return proxyAnswered(407, hint, endpoint);
    }
    if (words.equals(NO_PROXY)) {
      return new TransportException(
          Reason.HTTP_STATUS,
          407,
          "Expected no answer of a proxy, since the client uses none, but was 407 from "
              + endpoint
              + "; check the URL, and the proxy of the client",
          null);
    }
    if (TOO_MANY.matcher(words).matches()) {
      return new TransportException(
          Reason.PROTOCOL,
          "Expected the client's authenticator to satisfy "
              + endpoint
              + " but each of 20 requests in turn was refused",
          e);
    }
    if (cause instanceof SSLException) {
      return refusedCertificate(words, e, endpoint);
    }
    return cause instanceof EOFException ? longLine("head", words, e, endpoint) : null;
  }

  /** Returns the failure of a body as that of its trailers; null when it is another one. */
  static @Nullable TransportException ofTrailers(IOException e, String endpoint) {
    return e instanceof EOFException
        ? longLine("trailers", String.valueOf(e.getMessage()), e, endpoint)
        : null;
  }

  private static TransportException proxyAnswered(int code, String hint, String endpoint) {
    String message =
        "Expected the proxy to connect to " + endpoint + " but it answered CONNECT with " + code;
    return new TransportException(Reason.HTTP_STATUS, code, message + hint, null);
  }

  private static @Nullable TransportException refusedCertificate(
      String words, IOException e, String endpoint) {
    Matcher alert = CERTIFICATE_ALERT.matcher(words.toLowerCase(Locale.ROOT));
    if (!alert.find()) {
      return null;
    }
    return new TransportException(
        Reason.CERTIFICATE,
        "Expected "
            + endpoint
            + " to take the client's certificate, or none, but its TLS alert was "
            + alert.group(1),
        e);
  }

  /** OkHttp limits the lines of a head, and of trailers, and no others. */
  private static @Nullable TransportException longLine(
      String part, String words, IOException e, String endpoint) {
    Matcher line = NO_LINE_END.matcher(words);
    if (!line.matches() || number(line) < LONG_LINE_BYTES) {
      return null;
    }
    return new TransportException(
        Reason.LIMIT,
        "Expected the "
            + part
            + " of the answer to have at most "
            + MAX_HEAD_BYTES
            + " bytes but one of its lines had no end within that from "
            + endpoint,
        e);
  }

  private static int number(Matcher matched) {
    String digits = matched.group(1);
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
