package dev.perennial.http.internal.message;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.spi.TransportException;
import java.nio.charset.StandardCharsets;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Where in a request the cursor goes. A cursor is opaque, and hostile until it was checked. */
public sealed interface CursorLocation {

  /** The most bytes of a cursor: servers refuse longer headers and URLs. */
  int MAX_BYTES = StreamBuilder.MAX_CURSOR_BYTES;

  /** Returns the name of the header or the parameter. */
  String name();

  /** Returns the option that chooses this location. */
  String option();

  /**
   * Checks that the cursor can be sent, and that the server gets what is sent.
   *
   * @throws TransportException when it cannot: for good if it is too long, otherwise as a gap
   */
  default void check(String cursor) throws TransportException {
    int bytes = cursor.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new TransportException(
              Reason.LIMIT, "Expected a cursor of at most " + MAX_BYTES + " bytes but was " + bytes)
          .permanent();
    }
    if (hasHalfPair(cursor)) { // It would be sent as a question mark: another cursor.
      throw changed("UTF-8", "has half of a surrogate pair");
    }
  }

  /** Returns the gap that a cursor leads to which the server would get as another one. */
  private static TransportException changed(String carrier, String why) {
    return new TransportException(
        Reason.GAP,
        "Expected a cursor that " + carrier + " carries unchanged but it " + why + ": not sent");
  }

  private static boolean hasHalfPair(String cursor) {
    return cursor
        .codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /** Returns the URL with the cursor, where it goes there. */
  HttpUrl putInto(HttpUrl url, @Nullable String cursor);

  /** Sets the header that the cursor goes to, if there is one. */
  void putInto(Headers.Builder headers, @Nullable String cursor);

  /** Returns the URL of a redirect with the cursor, unless it names one itself. */
  HttpUrl putIntoRedirect(HttpUrl location, @Nullable String cursor);

  /** A request header, in UTF-8 as HTML 9.2.4 requires. */
  record Header(String name) implements CursorLocation {

    @Override
    public String option() {
      return "cursorHeader(\"" + name + "\")";
    }

    @Override
    public void check(String cursor) throws TransportException {
      CursorLocation.super.check(cursor);
      // OkHttp checks no header value that may hold other than ASCII characters.
      String change = HeaderRules.changeOf(cursor);
      if (change != null) {
        throw changed("the header " + name, change);
      }
    }

    @Override
    public HttpUrl putInto(HttpUrl url, @Nullable String cursor) {
      return url;
    }

    @Override
    public void putInto(Headers.Builder headers, @Nullable String cursor) {
      if (cursor != null) {
        headers.removeAll(name);
        headers.addUnsafeNonAscii(name, cursor);
      }
    }

    @Override
    public HttpUrl putIntoRedirect(HttpUrl location, @Nullable String cursor) {
      return location;
    }
  }

  /** The cursor is not in the request. */
  record Nowhere() implements CursorLocation {

    @Override
    public String name() {
      return "";
    }

    @Override
    public String option() {
      return "no way for the cursor";
    }

    @Override
    public HttpUrl putInto(HttpUrl url, @Nullable String cursor) {
      return url;
    }

    @Override
    public void putInto(Headers.Builder headers, @Nullable String cursor) {}

    @Override
    public HttpUrl putIntoRedirect(HttpUrl location, @Nullable String cursor) {
      return location;
    }
  }

  /** A query parameter, percent-encoded as one value. */
  record Parameter(String name) implements CursorLocation {

    @Override
    public String option() {
      return "cursorParameter(\"" + name + "\")";
    }

    @Override
    public HttpUrl putInto(HttpUrl url, @Nullable String cursor) {
      return cursor == null ? url : url.newBuilder().setQueryParameter(name, cursor).build();
    }

    @Override
    public void putInto(Headers.Builder headers, @Nullable String cursor) {}

    @Override
    public HttpUrl putIntoRedirect(HttpUrl location, @Nullable String cursor) {
      return location.queryParameterNames().contains(name) ? location : putInto(location, cursor);
    }
  }
}
