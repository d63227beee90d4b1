package dev.perennial.http.internal.message;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What a request holds that messages must not show even when the server repeats it: the values of
 * its query and its headers, its user info and its cursor, as they are and as they are encoded.
 */
public final class Secrets {

  private static final int IN_ANY_CASE = Pattern.LITERAL | Pattern.CASE_INSENSITIVE;

  /** A shorter text may be part of any word. */
  private static final int SHORTEST = 4;

  /** Headers that say what is asked for, not who asks. */
  private static final Set<String> PUBLIC =
      Set.of(
          "accept",
          "accept-charset",
          "accept-language",
          "cache-control",
          "connection",
          "content-type",
          "host",
          "origin",
          "user-agent");

  /** The longest first, since one may contain another. */
  private final List<String> texts;

  private Secrets(Collection<String> texts) {
    this.texts = new ArrayList<>(texts);
    this.texts.sort(Comparator.comparingInt(String::length).reversed());
  }

  /** Returns what has no secrets. */
  public static Secrets none() {
    return new Secrets(List.of());
  }

  /**
   * Returns the secrets of one request.
   *
   * @param urls where it went
   * @param headers of the caller
   * @param values others, such as a credential and the cursor; those that are null do not count
   */
  public static Secrets of(
      Collection<HttpUrl> urls, Headers headers, List<@Nullable String> values) {
    Set<String> texts = new TreeSet<>();
    for (HttpUrl url : urls) {
      add(texts, url.encodedQuery());
      for (int i = 0; i < url.querySize(); i++) {
        addEncoded(texts, url.queryParameterValue(i));
      }
      addAll(texts, url.encodedQuery(), "[&=]");
      addEncoded(texts, url.username());
      addEncoded(texts, url.password());
      add(texts, url.encodedUsername());
      add(texts, url.encodedPassword());
    }
    for (int i = 0; i < headers.size(); i++) {
      if (!PUBLIC.contains(headers.name(i).toLowerCase(Locale.ROOT))) {
        addHeader(texts, headers.value(i));
      }
    }
    for (String value : values) {
      if (value != null) {
        addHeader(texts, value);
      }
    }
    return new Secrets(texts);
  }

  /** Adds a value and its parts, which the server may repeat alone: "Bearer x", "a=x; b=y". */
  private static void addHeader(Set<String> texts, String value) {
    addEncoded(texts, value);
    String last = value.substring(value.lastIndexOf(' ') + 1);
    addEncoded(texts, last);
    for (String part : value.split("[;,] *", -1)) {
      addEncoded(texts, part.substring(part.indexOf('=') + 1).replace("\"", ""));
    }
    if (value.regionMatches(true, 0, "Basic ", 0, "Basic ".length())) {
      ByteString decoded = ByteString.decodeBase64(last);
      addAll(texts, decoded == null ? null : decoded.utf8(), ":");
    }
  }

  private static void addAll(Set<String> texts, @Nullable String text, String separator) {
    if (text != null) {
      for (String part : text.split(separator, -1)) {
        add(texts, part);
      }
    }
  }

  private static void addEncoded(Set<String> texts, @Nullable String text) {
    if (text == null) {
      return;
    }
    add(texts, text);
    String form = formEncoded(text);
    add(texts, form);
    add(texts, form.replace("+", "%20"));
  }

  @SuppressWarnings("JdkObsolete") // Android has the newer method since version 13 only.
  private static String formEncoded(String text) {
    try {
      return URLEncoder.encode(text, StandardCharsets.UTF_8.name());
    } catch (java.io.UnsupportedEncodingException e) {
      throw new IllegalStateException("Every platform has UTF-8", e);
    }
  }

  private static void add(Set<String> texts, @Nullable String text) {
    if (text != null && text.length() >= SHORTEST) {
      texts.add(text);
    }
  }

  /** Returns the text with an ellipsis in place of each secret. */
  public String removedFrom(String text) {
    String shown = text;
    for (String secret : texts) {
      // RFC 3986, 2.1: the digits of an escape may be written in either case.
      shown = Pattern.compile(secret, IN_ANY_CASE).matcher(shown).replaceAll("…");
    }
    return shown;
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return texts.size() + " secrets";
  }
}
