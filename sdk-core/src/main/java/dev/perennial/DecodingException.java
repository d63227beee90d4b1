package dev.perennial;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A payload that a {@link Decoder} refuses, in words that may be shown. The message of any other
 * exception is not shown, since it may repeat the data; its type is.
 *
 * <pre>{@code
 * Decoder<Tick> ticks =
 *     payload -> {
 *       if (payload.length() != 16) {
 *         throw new DecodingException("Expected 16 bytes but was " + payload.length(), null);
 *       }
 *       return tick(payload);
 *     };
 * }</pre>
 *
 * @since 0.1.0
 */
public final class DecodingException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean isPermanent;

  /**
   * A payload that cannot be decoded; another one may be.
   *
   * @param message what is wrong and where, without values of the payload: it is shown to users
   * @param cause what led to it; null when nothing did
   */
  public DecodingException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private DecodingException(String message, @Nullable Throwable cause, boolean isPermanent) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.isPermanent = isPermanent;
  }

  /**
   * Returns the same failure as one of the decoder, not of the payload: such as a type that cannot
   * be made from any payload. The subscription ends with it at once, also where malformed events
   * are skipped.
   */
  public DecodingException permanent() {
    DecodingException permanent =
        new DecodingException(Objects.requireNonNull(getMessage()), getCause(), true);
    permanent.setStackTrace(getStackTrace());
    return permanent;
  }

  /** Whether the decoder is at fault, so that no other payload would change it. */
  public boolean isPermanent() {
    return isPermanent;
  }
}
