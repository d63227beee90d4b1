package dev.perennial;

import org.jspecify.annotations.Nullable;

/** Keeps the cursor in a field. */
final class MemoryCursorStore implements CursorStore {
  private volatile @Nullable String cursor; // Null until the first save.

  @Override
  public @Nullable String load() {
    return cursor;
  }

  @Override
  public void save(String checkpoint) {
    cursor = checkpoint;
  }

  @Override
  public String toString() {
    return "CursorStore.inMemory()";
  }
}
