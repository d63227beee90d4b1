package dev.perennial.sample.shrunk;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A payload that Jackson binds in three ways: by annotations, by names, and by generic types. */
public final class Quote {
  @JsonProperty("sym")
  public String symbol = "";

  public Side side = Side.SELL;
  public List<Level> levels = List.of();

  /** Jackson finds it by its name. */
  public enum Side {
    BUY,
    SELL
  }

  /** Has no constructor without parameters. */
  public static final class Level {
    final long price;
    final int size;

    public Level(@JsonProperty("price") long price, @JsonProperty("size") int size) {
      this.price = price;
      this.size = size;
    }
  }

  /** The testkit's NDJSON and WebSocket events. */
  public static final class Envelope<T> {
    public @Nullable T data; // Null if there was none.
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(symbol + " " + side);
    for (Level level : levels) {
      text.append(' ').append(level.size).append('@').append(level.price);
    }
    return text.toString();
  }
}
