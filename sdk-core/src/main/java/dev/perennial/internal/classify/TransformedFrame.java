package dev.perennial.internal.classify;

import dev.perennial.Payload;
import dev.perennial.PayloadTransform;
import dev.perennial.spi.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * An event that a transform made of another one. It stays valid.
 *
 * @param id that of the event, for the last one that was made of it; null for the others
 * @param cursor likewise
 * @param isLast likewise, whether it ends the stream
 */
@SuppressWarnings("ArrayRecordComponent") // Frames are passed on, never compared.
record TransformedFrame(
    byte[] array,
    boolean isBinary,
    String type,
    @Nullable String id,
    @Nullable String cursor,
    boolean isLast)
    implements Frame {

  /** Collects what a transform makes of one payload. */
  static final class Collector implements PayloadTransform.Output {
    private final ArrayDeque<byte[]> arrays = new ArrayDeque<>();
    private final ArrayDeque<Boolean> areBinary = new ArrayDeque<>();

    @Override
    public void text(byte[] utf8) {
      arrays.add(utf8);
      areBinary.add(false);
    }

    @Override
    public void binary(byte[] bytes) {
      arrays.add(bytes);
      areBinary.add(true);
    }

    /** Returns the frames that were made of {@code source}, in order. */
    ArrayDeque<TransformedFrame> take(Payload source) {
      ArrayDeque<TransformedFrame> frames = new ArrayDeque<>();
      String cursor = source instanceof Frame frame ? frame.cursor() : null;
      boolean isLast = source instanceof Frame frame && frame.isLast();
      while (!arrays.isEmpty()) {
        byte[] array = arrays.remove();
        boolean isFinal = arrays.isEmpty();
        frames.add(
            new TransformedFrame(
                array,
                areBinary.remove(),
                source.type(),
                isFinal ? source.id() : null,
                isFinal ? cursor : null,
                isFinal && isLast));
      }
      return frames;
    }
  }

  @Override
  public Kind kind() {
    return Kind.EVENT;
  }

  @Override
  public int offset() {
    return 0;
  }

  @Override
  public int length() {
    return array.length;
  }

  @Override
  public String text() {
    return new String(array, StandardCharsets.UTF_8);
  }

  /** Leaves out the payload, which may be secret. */
  @Override
  public String toString() {
    return "TransformedFrame(" + (isBinary ? "binary" : "text") + ", " + array.length + " bytes)";
  }
}
