package dev.perennial.http.internal.attempt;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in words why TLS failed. The types are few and the same for many causes, so that these are
 * known by what JSSE, Conscrypt and OkHttp say.
 */
final class TlsText {
  private static final Pattern NOT_TLS =
      Pattern.compile(
          "unrecognized SSL message|parse TLS packet header|WRONG_VERSION_NUMBER"
              + "|not an SSL/TLS record|HTTP_REQUEST",
          CASE_INSENSITIVE);
  private static final Pattern ENDED =
      Pattern.compile(
          "terminated the handshake|shut down incorrectly|connection closed by peer"
              + "|closed during handshake|unexpected EOF",
          CASE_INSENSITIVE);

  /** "Received fatal alert: protocol_version", "TLSV1_ALERT_PROTOCOL_VERSION". */
  private static final Pattern ALERT =
      Pattern.compile("(?:fatal alert: |TLSV1_ALERT_|SSLV3_ALERT_)(\\w+)");

  private static final Pattern NO_COMMON_PROTOCOL =
      Pattern.compile("no appropriate protocol|NO_SUPPORTED_VERSIONS", CASE_INSENSITIVE);

  private static final Pattern OTHER_HOST =
      Pattern.compile(
          "Hostname \\S+ not verified|no subject alternative|no name matching", CASE_INSENSITIVE);

  /** OkHttp lists the names in the certificate, at the end. */
  private static final Pattern NAMES = Pattern.compile("subjectAltNames: \\[([^\\]]{1,200})]");

  private static final Pattern UNKNOWN_ISSUER =
      Pattern.compile(
          "unable to find valid certification path|path building failed"
              + "|trust anchor for certification path not found",
          CASE_INSENSITIVE);

  private static final Pattern DATE = Pattern.compile("Not(?:After|Before): ([\\w: +-]{1,40})");

  private TlsText() {}

  /**
   * Says why the handshake or the session failed.
   *
   * @param endpoint where it was tried
   */
  static String ofFailure(Throwable e, String endpoint) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String words = String.valueOf(cause.getMessage());
      Matcher alert = ALERT.matcher(words);
      if (NOT_TLS.matcher(words).find()) {
        String plain = endpoint.startsWith("ws") ? "ws://" : "http://";
        return "the server does not speak TLS on this port; use " + plain + " or another port";
      } else if (alert.find()) {
        return "the server's alert was " + String.valueOf(alert.group(1)).toLowerCase(Locale.ROOT);
      } else if (NO_COMMON_PROTOCOL.matcher(words).find()) {
        return "the client permits no version of TLS that can be used here";
      } else if (ENDED.matcher(words).find()) {
        return "the server ended the connection; check that it speaks TLS on this port";
      }
    }
    return "it was cut (" + e.getClass().getSimpleName() + ")";
  }

  /** Says why the server's certificate was refused. */
  static String ofCertificate(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String words = String.valueOf(cause.getMessage());
      Matcher names = NAMES.matcher(words);
      if (cause instanceof CertificateExpiredException) {
        return "its certificate has expired" + date(words);
      } else if (cause instanceof CertificateNotYetValidException) {
        return "its certificate is not valid yet" + date(words) + "; check the clock here";
      } else if (OTHER_HOST.matcher(words).find()) {
        return "its certificate is for another host" + (names.find() ? ": " + names.group(1) : "");
      } else if (words.startsWith("Certificate pinning failure")) {
        return "its certificate matches no pin of the client's certificatePinner";
      } else if (UNKNOWN_ISSUER.matcher(words).find()) {
        return "the issuer of its certificate is not trusted; check its chain, and the"
            + " sslSocketFactory of the client";
      }
    }
    return "its certificate was refused";
  }

  private static String date(String words) {
    Matcher date = DATE.matcher(words);
    return date.find() ? " (" + date.group(1) + ")" : "";
  }
}
