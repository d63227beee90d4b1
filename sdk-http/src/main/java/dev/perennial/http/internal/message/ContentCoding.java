package dev.perennial.http.internal.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import okhttp3.Response;

/** The content coding of a response (RFC 9110, 8.4). */
public enum ContentCoding {
  /** The body is sent as it is. */
  IDENTITY,

  /** The body is compressed with gzip (8.4.1.3). */
  GZIP,

  /** A coding, or several, that this library cannot undo. */
  UNKNOWN;

  private static final Set<String> GZIP_NAMES = Set.of("gzip", "x-gzip");

  /**
   * The codings that change the body: those that IANA has registered, and others in use. Whatever
   * else a server says means nothing. Servers of event streams send {@code none} to keep a proxy
   * from compressing, and names of charsets or transfer codings by mistake.
   */
  private static final Set<String> TRANSFORMING =
      Set.of(
          "aes128gcm",
          "br",
          "bzip2",
          "compress",
          "dcb",
          "dcz",
          "deflate",
          "exi",
          "lz4",
          "lzma",
          "pack200-gzip",
          "sdch",
          "snappy",
          "x-bzip2",
          "x-compress",
          "x-snappy-framed",
          "xz",
          "zstd");

  public static ContentCoding of(Response response) {
    List<String> codings = new ArrayList<>();
    for (String list : response.headers("Content-Encoding")) {
      for (String element : list.split(",", -1)) {
        String coding = nameIn(element);
        if (GZIP_NAMES.contains(coding) || TRANSFORMING.contains(coding)) {
          codings.add(coding);
        }
      }
    }
    if (codings.isEmpty()) {
      return IDENTITY;
    }
    return codings.size() == 1 && GZIP_NAMES.contains(codings.get(0)) ? GZIP : UNKNOWN;
  }

  /**
   * Returns the name of a coding. It has no parameters and no quotes (RFC 9110, 8.4.1), but servers
   * copy them from Accept-Encoding and from other headers, and their bodies are coded all the same.
   */
  private static String nameIn(String element) {
    int end = element.indexOf(';');
    String name = (end < 0 ? element : element.substring(0, end)).trim();
    boolean isQuoted = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"");
    return (isQuoted ? name.substring(1, name.length() - 1) : name).toLowerCase(Locale.ROOT);
  }
}
