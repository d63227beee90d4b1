package dev.perennial.testkit.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.internal.ByteBuilder;

/**
 * Formats events as JSON objects: {@code {"id":"7","type":"price","data":"12"}}, without the
 * members that an event does not have.
 */
public final class JsonEventFormat {

  /** A heartbeat object. */
  static final byte[] HEARTBEAT = "{\"type\":\"heartbeat\"}".getBytes(ISO_8859_1);

  private static final byte[] ID = "\"id\":".getBytes(ISO_8859_1);
  private static final byte[] TYPE = "\"type\":".getBytes(ISO_8859_1);
  private static final byte[] DATA = "\"data\":".getBytes(ISO_8859_1);

  private final boolean numericIds;

  public JsonEventFormat(boolean numericIds) {
    this.numericIds = numericIds;
  }

  void add(ByteBuilder out, LoggedEvent event) {
    out.add('{');
    String id = event.id();
    if (id != null && !id.isEmpty()) {
      out.add(ID);
      addId(out, id);
      out.add(',');
    }
    if (event.type() != null) {
      out.add(TYPE);
      addString(out, event.type());
      out.add(',');
    }
    out.add(DATA);
    addString(out, event.data());
    out.add('}');
  }

  private void addId(ByteBuilder out, String id) {
    if (numericIds) {
      requireNumber(id);
      out.add(id);
    } else {
      addString(out, id);
    }
  }

  private static void requireNumber(String id) {
    boolean isNumber = id.charAt(0) != '0' || id.length() == 1;
    for (int i = 0; i < id.length(); i++) {
      isNumber &= id.charAt(i) >= '0' && id.charAt(i) <= '9';
    }
    if (!isNumber) {
      throw new IllegalStateException("Expected an id that is a number but was " + id);
    }
  }

  static void addString(ByteBuilder out, String text) {
    out.add('"');
    out.add(quoted(text));
    out.add('"');
  }

  private static byte[] quoted(String text) {
    try {
      return JsonStringEncoder.getInstance().quoteAsUTF8(text);
    } catch (IllegalArgumentException e) {
      // Half a surrogate pair, which UTF-8 cannot encode, becomes a question mark as usual in Java.
      return JsonStringEncoder.getInstance().quoteAsUTF8(new String(text.getBytes(UTF_8), UTF_8));
    }
  }
}
