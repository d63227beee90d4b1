package dev.perennial.tests.torture;

import dev.perennial.CursorStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store whose saves may fail. */
final class TorturedStore implements CursorStore {
  private final Chance chance;
  private final Trace trace;
  private final Ledger ledger;
  private @Nullable String saved;
  private boolean isUsed;

  TorturedStore(Chance chance, Trace trace, Ledger ledger) {
    this.chance = chance;
    this.trace = trace;
    this.ledger = ledger;
  }

  @Override
  public @Nullable String load() {
    isUsed = true;
    return saved;
  }

  @Override
  public void save(String cursor) throws IOException {
    trace.note("saves", cursor);
    ledger.requireProcessed(cursor);
    if (chance.of(Fault.SAVE_FAILS, 3)) {
      if (chance.flip()) {
        throw new IOException("disk full");
      }
      throw new AssertionError("thrown by the store");
    }
    saved = cursor;
  }

  void requireLastCursor() {
    if (isUsed && !chance.isOn(Fault.SAVE_FAILS)) {
      ledger.requireLastCursor(saved);
    }
  }
}
