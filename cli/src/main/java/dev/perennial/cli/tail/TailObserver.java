package dev.perennial.cli.tail;

import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import dev.perennial.cli.console.Printable;
import dev.perennial.cli.console.Terminal;
import org.jspecify.annotations.Nullable;

/** Reports skipped events and cursors that could not be saved, also with {@code --quiet}. */
final class TailObserver implements StreamObserver {
  private final Terminal terminal;

  /** Null without {@code --cursor-file}. */
  private final @Nullable CursorFile file;

  TailObserver(Terminal terminal, @Nullable CursorFile file) {
    this.terminal = terminal;
    this.file = file;
  }

  @Override
  public void onMalformed(StreamSubscription subscription, StreamException report) {
    terminal.printWarning("skipped: " + Printable.of(String.valueOf(report.getMessage())));
  }

  @Override
  public void onCursorNotSaved(StreamSubscription subscription, StreamException failure) {
    if (file != null) {
      file.notSaved(failure);
    }
  }
}
