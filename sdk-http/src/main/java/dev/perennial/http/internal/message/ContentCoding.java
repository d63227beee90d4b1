package dev.perennial.http.internal.message;

import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The content coding of a response (RFC 9110, 8.4). */
public enum ContentCoding {
  /** The body is sent as it is. */
  IDENTITY,

  /** The body is compressed with gzip (8.4.1.3). */
  GZIP,

  /** A coding, or several, that this library does not know. */
  UNKNOWN;

  public static ContentCoding of(Response response) {
    String header = response.header("Content-Encoding");
    if (isOneOf(header, "", "identity")) {
      return IDENTITY;
    }
    return isOneOf(header, "gzip", "x-gzip") ? GZIP : UNKNOWN;
  }

  private static boolean isOneOf(@Nullable String header, String first, String second) {
    String coding = header == null ? "" : header;
    return coding.equalsIgnoreCase(first) || coding.equalsIgnoreCase(second);
  }
}
