package dev.perennial.internal.classify;

import dev.perennial.ServerError;
import dev.perennial.spi.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A frame of the format with what a {@link Classifier} found in it. A connection has one such
 * object and fills it anew for each frame.
 */
final class ClassifiedFrame implements Frame {
  private Frame frame = Frame.heartbeat();
  private Kind kind = Kind.HEARTBEAT;

  /** Whether the next two fields count in place of the frame's own. */
  private boolean isIdentified;

  /** Null when the event has none. */
  private @Nullable String id;

  /** Null when the position stays where it is. */
  private @Nullable String cursor;

  private boolean isDeclaredLast;

  /** Null for the frame's own. */
  private @Nullable ServerError error;

  /** Null for the frame's own. */
  private @Nullable IOException defect;

  /** Null for the frame's own. */
  private @Nullable String epoch;

  /** Starts over with {@code frame}, which this object forwards to. */
  ClassifiedFrame of(Frame frame) {
    this.frame = frame;
    this.kind = frame.kind();
    this.isIdentified = false;
    this.id = null;
    this.cursor = null;
    this.isDeclaredLast = false;
    this.error = null;
    this.defect = null;
    this.epoch = null;
    return this;
  }

  ClassifiedFrame identified(@Nullable String id, @Nullable String cursor) {
    this.isIdentified = true;
    this.id = id;
    this.cursor = cursor;
    return this;
  }

  ClassifiedFrame as(Kind kind) {
    this.kind = kind;
    return this;
  }

  /** Makes it the declared last event of a finite stream. */
  ClassifiedFrame asLast() {
    this.isDeclaredLast = true;
    return this;
  }

  /** Makes it the report of an error. */
  ClassifiedFrame asError(ServerError error) {
    this.kind = Kind.ERROR;
    this.error = error;
    return this;
  }

  ClassifiedFrame defective(IOException defect) {
    this.defect = Objects.requireNonNull(defect, "defect");
    return this;
  }

  ClassifiedFrame inEpoch(String name) {
    this.epoch = name;
    return this;
  }

  boolean isDeclaredLast() {
    return isDeclaredLast;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public @Nullable String id() {
    return isIdentified ? id : frame.id();
  }

  @Override
  public @Nullable String cursor() {
    return isIdentified ? cursor : frame.cursor();
  }

  /** An event that turned out to be something else is not the last event. */
  @Override
  public boolean isLast() {
    return isDeclaredLast || (kind == frame.kind() && frame.isLast());
  }

  @Override
  public @Nullable IOException defect() {
    return defect != null ? defect : frame.defect();
  }

  @Override
  public @Nullable ServerError error() {
    boolean isAtCursor = isIdentified && cursor != null; // So it is an event of the log.
    return error != null || isAtCursor ? error : frame.error();
  }

  @Override
  public @Nullable Kind classifiedAs() {
    return frame.classifiedAs();
  }

  @Override
  public @Nullable String epoch() {
    return epoch != null ? epoch : frame.epoch();
  }

  @Override
  public @Nullable Duration retryDelay() {
    return frame.retryDelay();
  }

  @Override
  public String type() {
    return frame.type();
  }

  @Override
  public boolean isBinary() {
    return frame.isBinary();
  }

  @Override
  public byte[] array() {
    return frame.array();
  }

  @Override
  public int offset() {
    return frame.offset();
  }

  @Override
  public int length() {
    return frame.length();
  }

  @Override
  public String text() {
    return frame.text();
  }

  @Override
  public long streamLine() {
    return frame.streamLine();
  }

  @Override
  public long streamOffset() {
    return frame.streamOffset();
  }
}
