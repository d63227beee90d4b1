package dev.perennial.http.internal.attempt;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in words why a connection failed. An exception's own message is never shown: it may hold a
 * URL, a header or the server's text. It only tells which of the known causes it is, since the
 * platforms have one type for many of them.
 */
final class CauseText {

  /**
   * A cause that the operating system reports.
   *
   * @param pattern finds it in the message of a JVM, or as Android names the error's number
   * @param words what happened, and what to look at
   */
  private record Known(Pattern pattern, String words) {
    static Known of(String regex, String words) {
      return new Known(Pattern.compile(regex, CASE_INSENSITIVE), words);
    }
  }

  /** The most telling first: of several addresses of a host, each may fail with another. */
  private static final List<Known> KNOWN =
      List.of(
          Known.of(
              "connection refused|ECONNREFUSED",
              "the connection was refused; check the port, and that the server is running"),
          Known.of(
              "permission denied|operation not permitted|EACCES|EPERM",
              "the system does not permit this program to connect; check the firewall and, on"
                  + " Android, the INTERNET permission"),
          Known.of(
              "too many open files|EMFILE|ENFILE",
              "this process has too many open files or sockets; check what does not close them"),
          Known.of("connection reset|ECONNRESET", "the connection was reset"),
          Known.of("broken pipe|EPIPE|ECONNABORTED|connection abort", "the connection was cut"),
          Known.of(
              "connect(ion|ing)? timed out|operation timed out|ETIMEDOUT",
              "connecting timed out; check the address, and whether a firewall drops packets"),
          Known.of(
              "no route to host|host is (unreachable|down)|EHOSTUNREACH|EHOSTDOWN",
              "there is no route to the host; check the network, and a VPN or firewall on the way"),
          Known.of(
              "network is (unreachable|down)|ENETUNREACH|ENETDOWN",
              "the network is unreachable; check the network connection"));

  private static final Pattern STREAM_RESET = Pattern.compile("stream was reset: ([A-Z0-9_]+)");

  /** OkHttp's words for the size of a chunk that is no number (RFC 9112, 7.1). */
  private static final Pattern BAD_CHUNK =
      Pattern.compile("(?i)expected (chunk size|leading \\[0-9a-fA-F]).*", Pattern.DOTALL);

  private CauseText() {}

  /** Says why there is no connection. */
  static String whileConnecting(IOException e) {
    List<Throwable> all = causes(e);
    if (has(all, UnknownHostException.class)) {
      return "the name of the host is not known; check the name, and the network connection";
    }
    String known = known(all);
    if (known != null) {
      return known;
    }
    return has(all, SocketTimeoutException.class)
        ? "the server did not answer in time; check the port, and a proxy on the way"
        : cut(e);
  }

  /** Says why there is no answer to a request; completes "Expected an answer … but". */
  static String whileAnswering(IOException e) {
    List<Throwable> all = causes(e);
    if (has(all, SocketTimeoutException.class)) {
      return "it took too long";
    }
    if (has(all, EOFException.class)) {
      return isWithoutAnswer(all)
          ? "the server closed the connection without one"
          : "the connection ended inside the head of the answer";
    }
    String known = known(all);
    return known != null ? known : cut(e);
  }

  /** Says why an open connection broke. */
  static String whileReading(IOException e) {
    List<Throwable> all = causes(e);
    if (has(all, SocketTimeoutException.class)) {
      return "it took too long";
    }
    for (Throwable cause : all) {
      String words = String.valueOf(cause.getMessage());
      if (words.equals("unexpected end of stream")) {
        return "it ended inside the body";
      } else if (BAD_CHUNK.matcher(words).matches()) {
        return "a chunk of the body has no valid size";
      }
    }
    String known = known(all);
    return known != null ? known : cut(e);
  }

  private static @Nullable String known(List<Throwable> all) {
    for (Known known : KNOWN) {
      for (Throwable cause : all) {
        boolean isSystems = cause instanceof SocketException || cause instanceof SecurityException;
        boolean isTimeout = cause instanceof SocketTimeoutException;
        if ((isSystems || isTimeout)
            && known.pattern.matcher(String.valueOf(cause.getMessage())).find()) {
          return known.words;
        }
      }
    }
    return null;
  }

  private static String cut(IOException e) {
    if (e instanceof UnexpectedException unexpected) {
      return "OkHttp or an interceptor threw " + unexpected.type();
    }
    Matcher reset = STREAM_RESET.matcher(String.valueOf(e.getMessage()));
    return reset.matches()
        ? "the HTTP/2 stream was reset with " + reset.group(1)
        : "it was cut (" + e.getClass().getSimpleName() + ")";
  }

  /** Whether not even a byte of the answer came: Okio quotes the bytes that did. */
  private static boolean isWithoutAnswer(List<Throwable> all) {
    return all.stream()
        .map(cause -> String.valueOf(cause.getMessage()))
        .anyMatch(words -> words.startsWith("\\n not found: limit=0 "));
  }

  private static boolean has(List<Throwable> all, Class<? extends Throwable> type) {
    return all.stream().anyMatch(type::isInstance);
  }

  /** Returns the exception, its causes, and those of the other addresses of the host. */
  private static List<Throwable> causes(Throwable e) {
    List<Throwable> all = new ArrayList<>();
    addCauses(e, all);
    return all;
  }

  private static void addCauses(Throwable e, List<Throwable> all) {
    for (Throwable cause = e; cause != null && !all.contains(cause); cause = cause.getCause()) {
      all.add(cause);
      for (Throwable other : cause.getSuppressed()) {
        addCauses(other, all);
      }
    }
  }
}
