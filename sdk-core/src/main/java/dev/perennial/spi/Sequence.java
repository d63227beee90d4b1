package dev.perennial.spi;

import dev.perennial.Payload;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that a server counts its events with, each one more than the last: what makes a hole
 * visible.
 *
 * <p>An event may stand for a range of numbers, as those of order books do. Then it also says with
 * which number it begins ({@code U} and {@code u}), or which number the event before it ended with
 * ({@code pu}, {@code prevSeqId}). An event that overlaps what came before shows no hole. A gap
 * then counts the numbers that are missing, not the events; it counts nothing where events name the
 * previous number.
 *
 * <p>All functions return decimal digits, or null for an event that does not say. They see the
 * payload before it is decoded.
 *
 * @param key finds the key of the sequence that an event belongs to; null, or a result of null,
 *     where there is one sequence for the stream
 * @param number finds the event's number, the last one of a range; null for an event without a
 *     number
 * @param first finds the first number of a range; null, or a result of null, where it is the number
 * @param previous finds the last number of the event before; null, or a result of null, where it is
 *     not said. It counts in place of {@code first}: the numbers between need not follow each
 *     other. A negative one restarts the sequence, as {@code prevSeqId} does with a snapshot, and
 *     an event that names the last number may have a lower one
 * @since 0.1.0
 */
public record Sequence(
    @Nullable Function<? super Payload, @Nullable String> key,
    Function<? super Payload, @Nullable String> number,
    @Nullable Function<? super Payload, @Nullable String> first,
    @Nullable Function<? super Payload, @Nullable String> previous) {

  /** Numbers that each stand for one event. */
  public Sequence(
      @Nullable Function<? super Payload, @Nullable String> key,
      Function<? super Payload, @Nullable String> number) {
    this(key, number, null, null);
  }

  /** One sequence for the stream, whose events have this number, the last one of a range. */
  public static Sequence of(Function<? super Payload, @Nullable String> number) {
    return new Sequence(null, Objects.requireNonNull(number, "number"), null, null);
  }

  /** Returns the same with a sequence for each key. */
  public Sequence withKey(Function<? super Payload, @Nullable String> key) {
    return new Sequence(Objects.requireNonNull(key, "key"), number, first, previous);
  }

  /** Returns the same with the first number of each event's range. */
  public Sequence withFirst(Function<? super Payload, @Nullable String> first) {
    return new Sequence(key, number, Objects.requireNonNull(first, "first"), previous);
  }

  /** Returns the same with the last number of the event before each event. */
  public Sequence withPrevious(Function<? super Payload, @Nullable String> previous) {
    return new Sequence(key, number, first, Objects.requireNonNull(previous, "previous"));
  }
}
