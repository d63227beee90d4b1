package dev.perennial.spi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The frames that {@link Frame}'s factories make: a whole array each. */
final class SimpleFrame implements Frame {
  static final byte[] NOTHING = {};
  static final Frame HEARTBEAT = new SimpleFrame(Kind.HEARTBEAT, null, "message", NOTHING);
  static final Frame END = new SimpleFrame(Kind.END, null, "message", NOTHING);

  private final Kind kind;
  private final @Nullable String id;
  private final String type;
  private final byte[] data;

  SimpleFrame(Kind kind, @Nullable String id, String type, byte[] data) {
    this.kind = kind;
    this.id = id;
    this.type = Objects.requireNonNull(type, "type");
    this.data = Objects.requireNonNull(data, "data");
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public @Nullable String id() {
    return id;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  @Override
  public byte[] array() {
    return data;
  }

  @Override
  public int offset() {
    return 0;
  }

  @Override
  public int length() {
    return data.length;
  }

  @Override
  public String text() {
    return new String(data, UTF_8);
  }

  @Override
  public String toString() {
    return kind + "(" + id + ", " + type + ", " + data.length + " bytes)";
  }
}
